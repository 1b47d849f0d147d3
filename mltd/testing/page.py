"""A rule's page: its headings and the examples in it.

Code blocks with a title (```` ```python title="train.py" ````) are files. All that stand under one ``###`` heading of
*Debt*, *Not debt* and *Paid down* are one project. Guilty lines end in ``# debt: rule-name``; the mark itself is not
part of the file. A notebook is a Python block whose title ends in ``.ipynb``, its cells begun by lines ``# %%``
(``# %% [markdown]`` for text).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

__all__ = ["HEADINGS", "Example", "Mark", "PageError", "examples", "headings"]

#: The headings of every page, in order.
HEADINGS = (
    "What it is",
    "Why it is debt",
    "Debt",
    "Not debt",
    "Paid down",
    "When to live with it",
    "What it cannot see",
    "Options",
    "References",
)
#: The sections whose code blocks are examples; those of the first are guilty, those of the others clean.
SECTIONS = ("Debt", "Not debt", "Paid down")

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*$")
_FENCE = re.compile(r"( {0,3})(`{3,}|~{3,})\s*([\w+-]*)\s*(.*)$")
_TITLE = re.compile(r"""title=(?:"([^"]*)"|'([^']*)')""")
_MARK = re.compile(r"\s*(?:#|--|//)\s*debt:\s*([a-z-]+(?:\s*,\s*[a-z-]+)*)\s*$")
_CELL = re.compile(r"#\s*%%(.*)$")


class PageError(ValueError):
    """A page that cannot be read as one: its name, the line and what is wrong."""

    def __init__(self, page: Path, line: int, message: str) -> None:
        super().__init__(f"{page.name}, line {line}: {message}")


class Mark(NamedTuple):
    """A guilty line: file, number of the cell in a notebook, line, and the rule that it is guilty of."""

    path: str
    cell: int | None
    line: int
    rule: str


class Example(msgspec.Struct, frozen=True):
    """A small project from a page. ``lines`` holds the text of each file, or of each cell, for messages."""

    page: str
    section: str
    title: str
    line: int
    files: Mapping[str, str]
    marks: frozenset[Mark]
    lines: Mapping[tuple[str, int | None], list[str]]

    @property
    def name(self) -> str:
        """``Debt: the column nobody reads``"""
        return f"{self.section}: {self.title}" if self.title else self.section


class _Block(NamedTuple):
    """A fenced block: the headings that it stands under, its language, title, lines, and its place in the page."""

    section: str
    title: str
    language: str
    file: str
    lines: list[str]
    line: int


def headings(page: Path, name: str) -> list[str]:
    """What is wrong with the page's headings: its title is the rule's name, its sections are :data:`HEADINGS`."""
    problems: list[str] = []
    titles: list[str] = []
    sections: dict[str, int] = {}
    current = ""
    for _line, level, text in _outline(page):
        if level == 1:
            titles.append(text)
        elif level == 2:
            current = text
            sections.setdefault(current, 0)
        elif current and text:
            sections[current] += 1
    if titles != [name]:
        problems.append(f"{page.name}: its title is {' and '.join(titles) or 'missing'}, expected {name}")
    if list(sections) != list(HEADINGS):
        missing = [heading for heading in HEADINGS if heading not in sections]
        strange = [heading for heading in sections if heading not in HEADINGS]
        told = [f"missing: {', '.join(missing)}"] * bool(missing) + [f"unknown: {', '.join(strange)}"] * bool(strange)
        problems.append(f"{page.name}: headings are not the fixed ones ({'; '.join(told) or 'wrong order'})")
    problems += [f"{page.name}: nothing stands under {heading}" for heading, count in sections.items() if not count]
    return problems


def examples(page: Path) -> list[Example]:
    """The examples of a page, in order. Raises :class:`PageError`."""
    groups: dict[tuple[str, str], list[_Block]] = {}
    for block in _blocks(page):
        if block.section not in SECTIONS:
            continue
        if not block.file:
            if block.language not in ("", "text", "console"):
                raise PageError(page, block.line, f'this {block.language} block has no title="file" and is not tested')
            continue
        groups.setdefault((block.section, block.title), []).append(block)
    return [_example(page, blocks) for blocks in groups.values()]


def _example(page: Path, blocks: list[_Block]) -> Example:
    files: dict[str, str] = {}
    marks: set[Mark] = set()
    lines: dict[tuple[str, int | None], list[str]] = {}
    for block in blocks:
        if block.file in files:
            raise PageError(page, block.line, f"{block.file} is twice in this example")
        cells = list(_cells(block.lines)) if block.file.endswith(".ipynb") else [(None, "code", block.lines)]
        cleaned = []
        for cell, kind, text in cells:
            clean = []
            for number, line in enumerate(text, 1):
                match = _MARK.search(line)
                rules = match[1].split(",") if match else []
                marks |= {Mark(block.file, cell, number, rule.strip()) for rule in rules}
                clean.append(line[: match.start()] if match else line)
            lines[block.file, cell] = clean
            cleaned.append((kind, clean))
        files[block.file] = (
            _notebook(cleaned) if block.file.endswith(".ipynb") else "".join(f"{line}\n" for line in cleaned[0][1])
        )
    first = blocks[0]
    return Example(page.name, first.section, first.title, first.line, files, frozenset(marks), lines)


def _cells(lines: list[str]) -> Iterator[tuple[int | None, str, list[str]]]:
    """The cells of a notebook block: number from 1, kind, lines."""
    cells: list[tuple[str, list[str]]] = []
    for line in lines:
        match = _CELL.match(line)
        if match:
            cells.append(("markdown" if "[markdown]" in match[1] else "code", []))
        else:
            if not cells:
                cells.append(("code", []))
            cells[-1][1].append(line)
    for number, (kind, text) in enumerate(cells, 1):
        while text and not text[-1].strip():
            text.pop()
        yield number, kind, text


def _notebook(cells: list[tuple[str, list[str]]]) -> str:
    """A notebook of format 4 as Jupyter writes it."""
    made: list[dict[str, object]] = []
    for count, (kind, text) in enumerate(cells, 1):
        source = [f"{line}\n" for line in text[:-1]] + text[-1:]
        if kind == "code":
            made.append({"cell_type": kind, "execution_count": count, "metadata": {}, "outputs": [], "source": source})
        else:
            made.append({"cell_type": kind, "metadata": {}, "source": source})
    metadata = {"language_info": {"name": "python"}}
    return json.dumps({"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}, indent=1) + "\n"


def _outline(page: Path) -> Iterator[tuple[int, int, str]]:
    """Headings as (line, level, text) and all other lines as (line, 0, text); fenced lines count as text."""
    fence = ""
    for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
        match = _FENCE.match(line)
        if fence:
            if match and match[2].startswith(fence) and not match[3] and not match[4]:
                fence = ""
            yield number, 0, line.strip()
        elif match:
            fence = match[2]
            yield number, 0, line.strip()
        elif heading := _HEADING.match(line):
            yield number, len(heading[1]), heading[2]
        else:
            yield number, 0, line.strip()


def _blocks(page: Path) -> Iterator[_Block]:
    """The fenced blocks of a page."""
    section = title = ""
    block: _Block | None = None
    fence = indent = ""
    for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
        match = _FENCE.match(line)
        if block is not None:
            if match and match[2].startswith(fence) and not match[3] and not match[4]:
                yield block
                block = None
            else:
                block.lines.append(line.removeprefix(indent))
        elif match:
            indent, fence = match[1], match[2]
            named = _TITLE.search(match[4])
            file = (named[1] or named[2] or "") if named else ""
            block = _Block(section, title, match[3], file, [], number)
        elif heading := _HEADING.match(line):
            if len(heading[1]) == 2:
                section, title = heading[2], ""
            elif len(heading[1]) == 3:
                title = heading[2]
    if block is not None:
        raise PageError(page, block.line, "this block is never closed")
