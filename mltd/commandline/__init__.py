"""Command lines: what a shell text runs and where (:func:`commands`), and what a command runs (:func:`program`),
and which part of a tree lies where inside a container (:class:`Layers`).

A leaf: whatever holds shell text (scripts, Makefiles, container files, CI files, a README) is read with it.
"""

from mltd.commandline.layers import Layers
from mltd.commandline.program import Program, program
from mltd.commandline.script import commands

__all__ = ["Layers", "Program", "commands", "program"]
