"""Command lines: what a shell text runs and where (:func:`commands`), and what a command runs (:func:`program`),
which part of a tree lies where inside a container (:class:`Layers`), and which folders it sees (:func:`mounts`);
whether only a running shell could know a word (:func:`known`).

A leaf: whatever holds shell text (scripts, Makefiles, container files, CI files, a README) is read with it.
"""

from mltd.commandline.containers import mounts
from mltd.commandline.expansion import known
from mltd.commandline.layers import Layers
from mltd.commandline.program import Program, program
from mltd.commandline.script import commands

__all__ = ["Layers", "Program", "commands", "known", "mounts", "program"]
