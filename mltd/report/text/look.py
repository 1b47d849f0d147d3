"""How the terminal report may look: its width, and whether styles, colours and line-drawing characters are welcome."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Mapping
from typing import TextIO

import msgspec
from rich.console import Console
from rich.text import Text

__all__ = ["Look", "detect", "draw"]

NARROWEST = 40
#: Wider than this a line is hard to follow back.
WIDEST = 140
#: Where there is no terminal: logs of CI services show about so many columns.
PIPED = 100


class Look(msgspec.Struct, frozen=True):
    """``ansi`` allows bold and dim, ``colour`` ANSI's named colours as well, ``unicode`` blocks and lines.

    The default is plain text for a pipe.
    """

    width: int = PIPED
    ansi: bool = False
    colour: bool = False
    unicode: bool = False

    @property
    def page(self) -> int:
        """The columns to fill."""
        return max(NARROWEST, min(self.width, WIDEST))

    @property
    def dot(self) -> str:
        """What separates the parts of a line."""
        return " · " if self.unicode else ", "

    @property
    def arrow(self) -> str:
        """From a cause to its effect."""
        return " → " if self.unicode else " > "

    @property
    def ellipsis(self) -> str:
        """What was cut."""
        return "…" if self.unicode else "..."

    @property
    def gutter(self) -> str:
        """Between a line's number and its text."""
        return "│" if self.unicode else "|"

    @property
    def underline(self) -> str:
        """Marks a span of the source line above."""
        return "━" if self.unicode else "^"


def detect(stream: TextIO, environ: Mapping[str, str] | None = None) -> Look:
    """The look that suits a stream: plain where nobody watches, without colour where ``NO_COLOR`` asks for it.

    ``FORCE_COLOR`` turns styles on in a pipe, ``TERM=dumb`` off; ``COLUMNS`` sets the width.
    """
    environ = os.environ if environ is None else environ
    watched = stream.isatty() and environ.get("TERM") != "dumb"
    ansi = watched or bool(environ.get("FORCE_COLOR"))
    encoding = (getattr(stream, "encoding", None) or "").lower().replace("-", "").replace("_", "")
    return Look(
        width=_width(stream, environ),
        ansi=ansi,
        colour=ansi and not environ.get("NO_COLOR"),
        unicode=ansi and encoding.startswith("utf"),
    )


def draw(lines: Iterable[Text], look: Look) -> str:
    """The lines as a string that ends with a line end; without styles it holds no escape code."""
    if not look.ansi:
        return "".join(line.plain.rstrip() + "\n" for line in lines)
    buffer = io.StringIO()
    console = Console(
        file=buffer,
        width=max(look.width, NARROWEST),
        force_terminal=True,
        color_system="standard",
        no_color=not look.colour,
        highlight=False,
        legacy_windows=False,
        _environ={},
    )
    for line in lines:
        line.rstrip()
        console.print(line, soft_wrap=True)
    return buffer.getvalue()


def _width(stream: TextIO, environ: Mapping[str, str]) -> int:
    columns = environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdigit() and int(columns):
        return int(columns)
    try:
        return os.get_terminal_size(stream.fileno()).columns or PIPED
    except (OSError, ValueError):
        return PIPED
