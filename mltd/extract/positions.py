"""Positions: of Python's own syntax tree, corrected to code points, and stand-ins for it.

The traversal reads ``lineno``, ``col_offset``, ``end_lineno`` and ``end_col_offset`` of the node of :mod:`ast` that
belongs to each libcst node. Where there is no such node, a :class:`Span` stands in for a whole subtree.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import repeat

LAST_COLUMN = 4094  #: the largest column, from 0, that a packed position holds

_NEWLINE = re.compile(r"\r\n?|\n")


class Span:
    """A node of one position, all of whose parts are itself: for expressions that have no positions of their own."""

    __slots__ = ("col_offset", "end_col_offset", "end_lineno", "lineno")

    def __init__(self, lineno: int, col_offset: int, end_lineno: int, end_col_offset: int) -> None:
        self.lineno = lineno
        self.col_offset = col_offset
        self.end_lineno = end_lineno
        self.end_col_offset = end_col_offset

    def __getattr__(self, name: str) -> Span:
        return self

    def __getitem__(self, index: int) -> Span:
        return self

    def __iter__(self) -> Iterator[Span]:
        return repeat(self)


def line_starts(text: str) -> list[int]:
    """The offset of the first character of every line; lines end as Python ends them."""
    if "\r" in text:
        return [0, *(found.end() for found in _NEWLINE.finditer(text))]
    starts = [0]
    position = 0
    for line in text.split("\n"):
        position += len(line) + 1
        starts.append(position)
    starts.pop()
    return starts


def correct(tree: ast.Module, text: str, starts: list[int]) -> None:
    """Turn the tree's UTF-8 columns into code points, cut off at what a packed position holds, in place."""
    lines = {}
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(text)], strict=False), start=1):
        line = text[start:end]
        if end - start > LAST_COLUMN or not line.isascii():
            lines[number] = _columns(line)
    if lines:
        _correct(tree.body, lines, sorted(lines))


def _columns(line: str) -> list[int]:
    """The column in code points for every column in UTF-8 bytes, the end of the line included."""
    columns: list[int] = []
    for column, character in enumerate(line):
        columns += repeat(min(column, LAST_COLUMN), len(character.encode()))
    columns.append(min(len(line), LAST_COLUMN))
    return columns


def _correct(nodes: Sequence[ast.AST], lines: dict[int, list[int]], numbers: list[int]) -> None:
    """Correct all nodes below ``nodes``; statements that touch none of the ``numbers`` are passed over."""
    stack: list[ast.AST] = list(nodes)
    while stack:
        node = stack.pop()
        lineno: int | None = getattr(node, "lineno", None)
        if lineno is not None:
            last: int = node.end_lineno  # type: ignore[attr-defined]
            if isinstance(node, ast.stmt):
                first = min([lineno, *(item.lineno for item in getattr(node, "decorator_list", ()))])
                at = bisect_left(numbers, first)
                if at == len(numbers) or numbers[at] > last:
                    continue
            if lineno in lines:
                node.col_offset = _column(lines[lineno], node.col_offset)  # type: ignore[attr-defined]
            if last in lines:
                node.end_col_offset = _column(lines[last], node.end_col_offset)  # type: ignore[attr-defined]
            if isinstance(node, ast.JoinedStr):
                continue
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, ast.AST):
                stack.append(value)
            elif isinstance(value, list):
                stack.extend(item for item in value if isinstance(item, ast.AST))


def _column(columns: list[int], column: int) -> int:
    return columns[min(column, len(columns) - 1)]
