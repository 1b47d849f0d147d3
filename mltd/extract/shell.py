"""Shell scripts to commands."""

from __future__ import annotations

from mltd.commandline import commands
from mltd.extract.text import count_lines, decode
from mltd.facts import CommandFacts

__all__ = ["read"]


def read(data: bytes) -> CommandFacts:
    """The commands of a shell script, their folders relative to the script's own. Raises :class:`Unreadable`."""
    text = decode(data, strict=False)
    return CommandFacts("shell", commands(text), {}, [], count_lines(text))
