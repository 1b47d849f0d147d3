"""The state of one traversal: which handler belongs to which node, and what has been found so far."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from mltd.facts import BodyIndex

#: Takes the traversal, a libcst node and the node of ``ast`` (or a stand-in) that has its position.
Handler = Callable[["Walk", Any, Any], Any]
Handlers = dict[type, Handler]

_HEADER = re.compile(r"[^:#]*(?:#[^\r\n]*[^:#]*)*:")
_BRACKET = re.compile(r"""#[^\r\n]*|"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'|[\[\]]""", re.DOTALL)


class Walk:
    """The traversal of one file. ``of`` handles what is read, ``targets`` what is assigned to; both may be
    exchanged while a part of the tree is walked."""

    def __init__(
        self, text: str, starts: list[int], of: Handlers, targets: Handlers, inside: tuple[Handlers, Handlers]
    ) -> None:
        self.text = text
        self.starts = starts
        self.of = of
        self.targets = targets
        self.inside = inside  #: what both are inside f-strings
        self.index: list[BodyIndex] = []
        self.bodies: list[bytes] = []
        self.imports: set[str] = set()
        self.mentions: set[str] = set()
        self.mention = self.mentions.add
        self.calls: set[str] = set()  #: of the body at hand, as are the four below
        self.statements = 0
        self.generator = False
        self.qualname = ""
        self.body = 0
        self.quotes = ""  #: the quotes of the f-strings around
        self.hashes = 0  #: how many # stand in the strings of the f-string at hand
        self.odd = False  #: an f-string holds a comment or its own quotes, so text alone does not tell comments

    def offset(self, position: int) -> int:
        """The offset in the text of a packed position."""
        return self.starts[(position >> 12) - 1] + (position & 4095) - 1

    def position(self, offset: int, line: int) -> int:
        """The packed position of an offset on ``line`` or a later one."""
        starts = self.starts
        while line < len(starts) and starts[line] <= offset:
            line += 1
        return line << 12 | min(offset - starts[line - 1] + 1, 4095)

    def header(self, last: int) -> int:
        """The position after the colon that ends a header, ``last`` that after the header's last expression."""
        if last & 4095 == 4095:
            return last
        offset = self.starts[(last >> 12) - 1] + (last & 4095) - 1
        if self.text[offset] == ":":
            return last + 1
        found = _HEADER.match(self.text, offset)
        return self.position(found.end(), last >> 12) if found else last

    def brackets(self, start: int) -> int:
        """The position after the square brackets that follow ``start``: type parameters."""
        depth = 0
        for found in _BRACKET.finditer(self.text, self.offset(start)):
            depth += {"[": 1, "]": -1}.get(found[0], 0)
            if found[0] == "]" and depth == 0:
                return self.position(found.end(), start >> 12)
        return start
