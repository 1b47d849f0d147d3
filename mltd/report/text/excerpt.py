"""A line of source with the span of a place underlined."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from mltd.model import Place
from mltd.report.text.look import Look
from mltd.report.text.widgets import clean

__all__ = ["excerpt"]


def excerpt(place: Place, line: str, look: Look, style: str) -> list[Text]:
    """The line with its span underlined, cut around the span where it is too long; nothing for an unknown line."""
    if not line.strip():
        return []
    number = f"{place.line:>6} "
    start, end = _span(place, line)
    indent = len(line) - len(line.lstrip())
    before, span, after = (clean(part) for part in (line[indent:start], line[start:end], line[end:].rstrip()))
    room = look.page - len(number) - 2
    before, span, after = _cut(before, span, after, room, look.ellipsis)
    source = Text().append(number, "dim").append(look.gutter, "dim").append(f" {before}")
    source.append(span, "bold").append(after)
    marks = Text(" " * len(number)).append(look.gutter, "dim").append(" " * (cell_len(before) + 1))
    marks.append(look.underline * max(1, cell_len(span)), style)
    return [Text(), source, marks]


def _span(place: Place, line: str) -> tuple[int, int]:
    """The part of the line that the place covers, without the line's indentation, at least one character."""
    indent = len(line) - len(line.lstrip())
    last = len(line.rstrip())
    start = min(max(place.column - 1, indent), last - 1)
    end = last if place.end_line > place.line else min(place.end_column - 1, last)
    return start, max(end, start + 1)


def _cut(before: str, span: str, after: str, room: int, ellipsis: str) -> tuple[str, str, str]:
    """The three parts in at most ``room`` columns: first the far left goes, then what is right of it."""
    if cell_len(before + span + after) <= room:
        return before, span, after
    if cell_len(before) + min(cell_len(span), room // 2) > room - len(ellipsis):
        kept = room // 4
        while before and cell_len(before) > kept:
            before = before[1:]
        before = ellipsis + before
    left = room - cell_len(before)
    if cell_len(span) > left:
        return before, set_cell_size(span, left - len(ellipsis)) + ellipsis, ""
    left -= cell_len(span)
    if cell_len(after) > left:
        after = set_cell_size(after, left - len(ellipsis)) + ellipsis if left > len(ellipsis) else ""
    return before, span, after
