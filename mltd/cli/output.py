"""Writing: to the terminal, into a pipe that may close early, into files."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

__all__ = ["printable", "to_file", "to_stdout"]


def to_stdout(text: str) -> None:
    """Write to standard output as UTF-8 with bare line feeds. A reader that has had enough (``| head``) ends it
    quietly."""
    data = text.encode("utf-8", "backslashreplace")
    try:
        stream = getattr(sys.stdout, "buffer", None)
        if stream is None:
            sys.stdout.write(text)
        else:
            sys.stdout.flush()
            stream.write(data)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def to_file(text: str, path: Path) -> None:
    """Write a report's file. Raises ``click.UsageError`` where it cannot be written."""
    try:
        path.write_bytes(text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise click.UsageError(f"cannot write {path}: {error.strerror}") from error


def printable(text: str) -> str:
    """A file name that is not UTF-8 with its strange bytes as ``\\xff``."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
