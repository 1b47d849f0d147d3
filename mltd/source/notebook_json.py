"""The JSON of a notebook: its code cells with their text and where in the file each line of it stands."""

from __future__ import annotations

import bisect
import codecs
import re
from typing import Any

import msgspec

from mltd.source.decode import Unreadable, unify_lines

__all__ = ["Document", "RawCell", "load"]


class RawCell(msgspec.Struct, frozen=True):
    r"""A code cell: its number among all cells from 1, its text (lines ended by ``\n``, none at the end), its
    execution count, and the line of the file where each line of the text is written."""

    number: int
    source: str
    count: int | None
    physical: list[int]


class Document(msgspec.Struct, frozen=True):
    """A notebook's own metadata (any JSON) and its code cells."""

    metadata: Any
    cells: list[RawCell]


class _Top(msgspec.Struct):
    metadata: Any = None
    cells: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    worksheets: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class _Sheet(msgspec.Struct):
    cells: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class _Cell(msgspec.Struct):
    cell_type: Any = ""
    source: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    input: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    execution_count: Any = None
    prompt_number: Any = None
    language: Any = None


_tops = msgspec.json.Decoder(_Top)
_sheets = msgspec.json.Decoder(list[_Sheet])
_raws = msgspec.json.Decoder(list[msgspec.Raw])
_cells = msgspec.json.Decoder(_Cell)
_sources = msgspec.json.Decoder(str | list[str])

_GAP = re.compile(rb"[\s,]*")
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}:]', re.DOTALL)
_NO_NUMBER = re.compile(rb'("[^"\\]*(?:\\.[^"\\]*)*")|-?\b(?:NaN|Infinity)\b', re.DOTALL)


def load(data: bytes) -> Document:
    """The code cells of a notebook. Raises :class:`Unreadable` for what is not JSON or no notebook."""
    data = data.removeprefix(codecs.BOM_UTF8)
    if data.startswith(b"version https://git-lfs"):
        raise Unreadable("a Git LFS pointer: the notebook itself is not here")
    try:
        return _document(data)
    except msgspec.ValidationError as error:
        raise Unreadable(f"not a notebook: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        problem = error
    except RecursionError:
        raise Unreadable("nested too deeply") from None
    try:
        return _document(_repaired(data))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Unreadable(f"not JSON: {_damage(data, problem)}") from None


def _document(data: bytes) -> Document:
    top = _tops.decode(data)
    if isinstance(top.cells, msgspec.Raw):
        sheets = [bytes(top.cells)]
    elif isinstance(top.worksheets, msgspec.Raw):
        found = _sheets.decode(top.worksheets)
        sheets = [bytes(sheet.cells) for sheet in found if isinstance(sheet.cells, msgspec.Raw)]
    else:
        raise Unreadable("not a notebook: no cells")
    cells: list[RawCell] = []
    lines = _Lines(data)
    at = 0
    number = 0
    for sheet in sheets:
        at = data.find(sheet, at) + 1
        for raw in map(bytes, _raws.decode(sheet)):
            number += 1
            at = _after_gap(data, at)
            cell = _cells.decode(raw)
            if cell.cell_type == "code":
                cells.append(_code_cell(cell, raw, number, at, lines))
            at += len(raw)
    return Document(top.metadata, cells)


def _code_cell(cell: _Cell, raw: bytes, number: int, at: int, lines: _Lines) -> RawCell:
    """The cell whose JSON ``raw`` begins at the byte ``at`` of the file."""
    count = cell.prompt_number if cell.execution_count is None else cell.execution_count
    key, value = (b'"source"', cell.source) if isinstance(cell.source, msgspec.Raw) else (b'"input"', cell.input)
    if not isinstance(value, msgspec.Raw) or bytes(value) == b"null":
        source, physical = "", [lines.number(at)]
    else:
        source, physical = _source(bytes(value), at + _value_at(key, bytes(value), raw), lines)
    return RawCell(number, source, count if type(count) is int else None, physical)


def _source(raw: bytes, at: int, lines: _Lines) -> tuple[str, list[int]]:
    """The text that the JSON string, or list of strings, at the byte ``at`` writes, and where each line stands."""
    value = _sources.decode(raw)
    pieces = [value] if isinstance(value, str) else value
    written = [lines.number(at + found.start()) for found in _STRING.finditer(raw)] or [lines.number(at)]
    text = "".join(pieces)
    begins = [0]  # of each piece, in the text
    for piece in pieces[:-1]:
        begins.append(begins[-1] + len(piece))
    starts = [0, *(found.end() for found in re.finditer(r"\r\n|\r|\n", text))]
    if len(starts) > 1 and starts[-1] == len(text):
        starts.pop()
    physical = [written[bisect.bisect_right(begins, start) - 1] for start in starts]
    return unify_lines(text).removesuffix("\n"), physical


def _value_at(key: bytes, value: bytes, raw: bytes) -> int:
    """Where the ``value`` of a key of the JSON object ``raw`` itself, not of one inside it, begins.

    The key is looked for as written, which is quick. Only where it seems to stand in several places is the object
    read token by token; a key written with escapes is not found, and the object's own place is given.
    """
    places = [found.end() for found in re.finditer(key + rb"\s*:\s*", raw) if raw.startswith(value, found.end())]
    if len(places) > 1:
        depth = 0
        last = b""
        for found in _TOKEN.finditer(raw):
            token = found.group()
            if token == b":" and depth == 1 and last == key:
                return _after_gap(raw, found.end())
            depth += (token in b"[{") - (token in b"]}")
            last = token
    return places[0] if places else 0


def _after_gap(data: bytes, at: int) -> int:
    found = _GAP.match(data, at)
    return found.end() if found else at


class _Lines:
    """Line numbers of ever larger offsets, each part of the data counted once."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._line = 1

    def number(self, offset: int) -> int:
        """The line, from 1, of the byte at ``offset``, which must not be smaller than the last."""
        self._line += self._data.count(b"\n", self._at, offset)
        self._at = offset
        return self._line


# ------------------------------------------------------------------ damage

_ESCAPES = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<lone>\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\."
)


def _repaired(data: bytes) -> bytes:
    """The data, as long as before, without what Python writes as JSON and JSON does not know: NaN and infinities,
    halves of surrogate pairs."""
    numbers = _NO_NUMBER.sub(lambda found: found.group(1) or b"0".ljust(len(found.group())), data)
    return _ESCAPES.sub(lambda found: b"\\ufffd" if found.group("lone") else found.group(), numbers)


def _damage(data: bytes, problem: Exception) -> str:
    """What is wrong with the JSON, in words that help to find it."""
    if not data.strip():
        return "the file is empty"
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "UTF-16"
    conflict = re.search(rb"^<<<<<<< ", data, re.MULTILINE)
    if conflict:
        return f"a merge conflict on line {_Lines(data).number(conflict.start())}"
    place = re.search(r"\(byte (\d+)\)", str(problem))
    if place is None:
        return str(problem)[:1].lower() + str(problem)[1:]
    line = _Lines(data).number(int(place.group(1)))
    return re.sub(r"^JSON is malformed: ", "", str(problem)).replace(place.group(), f"on line {line}")
