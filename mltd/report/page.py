"""A rule's page for readers: with the names of its files, and with fewer examples where they are many."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TITLE = re.compile(r'^(`{3,}\w*) title="([^"]+)"$')
#: Sections that hold one example under each heading.
_EXAMPLES = frozenset({"## Debt", "## Not debt", "## Paid down"})


def titled(page: str) -> str:
    """The page with the name of each file above its block: what renders Markdown drops what follows the language."""
    return "\n".join(_TITLE.sub(r"`\2`:\n\n\1", line) for line in page.split("\n"))


def condensed(page: str, examples: int, more: str) -> str:
    """The page with so many examples a section at most; ``more`` says where the others are, ``{}`` how many."""
    return "\n".join(_condensed(page.split("\n"), examples, more))


def _condensed(lines: list[str], examples: int, more: str) -> Iterator[str]:
    section, seen, fenced = "", 0, False
    for line in [*lines, "## "]:
        if line.startswith("```"):
            fenced = not fenced
        if not fenced and line.startswith("## "):
            if section in _EXAMPLES and seen > examples:
                yield from (more.format(seen - examples), "")
            section, seen = line.rstrip(), 0
        elif not fenced and line.startswith("### "):
            seen += 1
        if (section not in _EXAMPLES or seen <= examples) and line != "## ":
            yield line
