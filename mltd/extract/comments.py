"""The comments of a program."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mltd import facts

#: A comment, or a string (whatever its prefix: a backslash keeps a quote from ending even a raw string).
TOKEN = re.compile(
    r"#[^\r\n]*"
    r'|"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""'
    r"|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''"
    r'|"[^"\\\r\n]*(?:\\(?:\r\n|.)[^"\\\r\n]*)*"'
    r"|'[^'\\\r\n]*(?:\\(?:\r\n|.)[^'\\\r\n]*)*'"
    r"|[\"']",
    re.DOTALL,
)


def find(text: str) -> list[int] | None:
    """The offsets of all comments, or None where the text alone does not tell: a quote that ends nowhere.

    f-strings that hold their own quotes or comments (Python 3.12) mislead it; the traversal finds them.
    """
    if "#" not in text:
        return []
    found = []
    for token in TOKEN.finditer(text):
        start = token.start()
        if text[start] == "#":
            found.append(start)
        elif token.end() == start + 1:
            return None
    return found


def table(text: str, starts: list[int], offsets: Iterable[int]) -> list[facts.Comment]:
    """The table of comments that begin at ``offsets``, in their order."""
    comments = []
    line = 0
    for offset in offsets:
        while line < len(starts) and starts[line] <= offset:
            line += 1
        start = starts[line - 1]
        end = text.find("\n", offset)
        comment = text[offset : end if end >= 0 else len(text)].split("\r", 1)[0]
        own = not text[start:offset].strip(" \t\f")
        comments.append(facts.Comment(facts.pack(line, offset - start + 1), comment, own))
    return comments
