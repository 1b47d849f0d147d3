"""The pages that people read, and what is in them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

TOP = Path(__file__).parents[2]
PAGES = [TOP / "README.md", TOP / "CONTRIBUTING.md", TOP / "CHANGELOG.md", *sorted((TOP / "docs").glob("*.md"))]

_FENCE = re.compile(r'^(?P<indent> *)(?P<fence>`{3,})(?P<language>[\w+-]*)(?: title="(?P<title>[^"]+)")?$')


class Block(NamedTuple):
    """A fenced block of a page."""

    page: str
    line: int
    language: str
    title: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(*languages: str, pages: list[Path] | None = None) -> list[Block]:
    """All fenced blocks in one of the languages, in order."""
    found = [block for page in pages or PAGES for block in _blocks(page)]
    return [block for block in found if block.language in languages]


def _blocks(page: Path) -> Iterator[Block]:
    opened: re.Match[str] | None = None
    start, lines = 0, list[str]()
    for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
        match = _FENCE.match(line)
        if opened is None:
            opened, start, lines = match, number, []
        elif match and match["fence"] == opened["fence"] and not match["language"]:
            text = textwrap.dedent("".join(f"{one}\n" for one in lines))
            yield Block(page.name, start, opened["language"], opened["title"] or "", text)
            opened = None
        else:
            lines.append(line)
    assert opened is None, f"{page.name}:{start}: this block is never closed"


def commands() -> list[tuple[Block, list[str]]]:
    """The words of every command line that the pages show: in console blocks after ``$``, and in CI files."""
    import shlex

    found: list[tuple[Block, list[str]]] = []
    for block in blocks("console", "yaml"):
        for line in block.text.splitlines():
            if block.language == "console":
                assert line.startswith("$ "), f"{block}: not a command: {line}"
                found.append((block, shlex.split(line[2:])))
            else:
                command = re.match(r"\s*(?:- |- run: )?((?:mltd|pip) .*)", line)
                if command:
                    found.append((block, shlex.split(command[1].partition("||")[0])))
    return found
