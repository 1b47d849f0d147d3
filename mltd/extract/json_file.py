"""JSON: the documents of a file (JSON Lines have several), with lines where the file is small."""

from __future__ import annotations

import json
import re

import msgspec

from mltd.extract.data import NESTED, Path, datum
from mltd.extract.text import count_lines, decode
from mltd.facts import DataFacts
from mltd.source.decode import Unreadable

__all__ = ["read"]

#: A larger file is data rather than configuration: nobody is shown a line of it.
LARGEST_WITH_LINES = 1 << 17

_BLANK = re.compile(r"\s*")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[][{},:]|[^][{},:\s"]+|\n')


def read(data: bytes) -> DataFacts:
    """The facts of a JSON file. ``NaN`` and ``Infinity``, which Python writes, are understood; comments are not.

    Raises :class:`Unreadable`.
    """
    text = decode(data)
    try:
        documents = _documents(text)
        lines = _lines(text) if len(text) <= LARGEST_WITH_LINES and len(documents) == 1 else {}
        return DataFacts("json", [datum(document, lines) for document in documents], count_lines(text))
    except RecursionError:
        raise Unreadable(NESTED) from None


def _documents(text: str) -> list[object]:
    try:
        return [msgspec.json.decode(text)]
    except (msgspec.DecodeError, UnicodeEncodeError):
        pass
    if not text.strip():
        raise Unreadable("not JSON: the file is empty")
    decoder = json.JSONDecoder()
    documents: list[object] = []
    at = _blank_end(text, 0)
    try:
        while not documents or at < len(text):
            document, at = decoder.raw_decode(text, at)
            if documents and not isinstance(document, (list, dict)):
                raise json.JSONDecodeError("Extra data", text, at)
            documents.append(_sound(document))
            at = _blank_end(text, at)
    except json.JSONDecodeError as error:
        raise Unreadable(f"not JSON: {error.msg.removesuffix(' at').lower()} on line {error.lineno}") from None
    except ValueError as error:
        raise Unreadable(f"not JSON: {error}") from None
    return documents


def _blank_end(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _sound(value: object) -> object:
    """Raises :class:`Unreadable` where a text holds half a character (a lone surrogate), which no encoding has."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Unreadable("not JSON: half a surrogate pair") from None
    return value


def _lines(text: str) -> dict[Path, int]:
    """The line of every value of a valid document: where it begins, which for an entry is where its key stands."""
    found: dict[Path, int] = {}
    path: list[str | int] = []
    line = 1
    key_line = 0
    expect_key = False
    for match in _TOKEN.finditer(text):
        sign = match.group()
        if sign == "\n":
            line += 1
        elif sign in "}]":
            path.pop()
            expect_key = False
        elif sign == ",":
            last = path[-1]
            if isinstance(last, int):
                path[-1] = last + 1
            else:
                expect_key = True
        elif sign == ":":
            expect_key = False
        elif expect_key:
            path[-1] = msgspec.json.decode(sign, type=str)
            key_line = line
        else:
            found.setdefault(tuple(path), key_line or line)
            key_line = 0
            if sign == "{":
                path.append("")
                expect_key = True
            elif sign == "[":
                path.append(0)
    return found
