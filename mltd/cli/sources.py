"""Source text for the renderers: whole files, and the line of a place, in a notebook the line of its cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from mltd.model import Place
from mltd.outcome import Sources

__all__ = ["Joined", "TreeSources"]


class TreeSources:
    """The files of one tree, through ``read``; each is read once."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        self._read = read
        self._data: dict[str, bytes | None] = {}
        self._lines: dict[tuple[str, int | None], list[str]] = {}

    def data(self, path: str) -> bytes | None:
        """A file's bytes, None where it cannot be read."""
        if path not in self._data:
            try:
                self._data[path] = self._read(path)
            except OSError:
                self._data[path] = None
        return self._data[path]

    def line(self, place: Place) -> str:
        """The line of a place, empty where there is none."""
        key = (place.path, place.cell)
        if key not in self._lines:
            data = self.data(place.path) or b""
            self._lines[key] = _split(_decoded(place.path, data) if place.cell is None else _cell(data, place.cell))
        lines = self._lines[key]
        return lines[place.line - 1] if 0 < place.line <= len(lines) else ""


class Joined:
    """The sources of several roots, each under the prefix of its paths."""

    def __init__(self, parts: Mapping[str, Sources]) -> None:
        self._parts = parts

    def data(self, path: str) -> bytes | None:
        """A file's bytes, None where it cannot be read."""
        prefix = self._prefix(path)
        return None if prefix is None else self._parts[prefix].data(path[len(prefix) :])

    def line(self, place: Place) -> str:
        """The line of a place, empty where there is none."""
        prefix = self._prefix(place.path)
        if prefix is None:
            return ""
        return self._parts[prefix].line(msgspec.structs.replace(place, path=place.path[len(prefix) :]))

    def _prefix(self, path: str) -> str | None:
        return max((prefix for prefix in self._parts if path.startswith(prefix)), key=len, default=None)


def _decoded(path: str, data: bytes) -> str:
    """A file's text, by its declared encoding where it is Python."""
    from mltd.source import Unreadable, decode_python

    try:
        if path.endswith((".py", ".pyi")):
            return decode_python(data)
    except Unreadable:
        pass
    return data.decode("utf-8-sig", "replace")


def _split(text: str) -> list[str]:
    """Lines as Python counts them: a form feed or another separator of Unicode ends none."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _cell(data: bytes, number: int) -> str:
    """The source of a notebook's cell, counted from 1 over all cells; empty where it cannot be had."""
    try:
        notebook: Any = msgspec.json.decode(data)
        sheets = notebook.get("worksheets") or [notebook]
        cells = [cell for sheet in sheets for cell in sheet["cells"]]
        source = cells[number - 1].get("source", cells[number - 1].get("input", ""))
        return source if isinstance(source, str) else "".join(source)
    except (msgspec.DecodeError, AttributeError, KeyError, IndexError, TypeError):
        return ""
