"""Places as SARIF's locations: addresses from the repository's top, regions, notebooks by their physical lines."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from mltd.model import Place
from mltd.outcome import Sources
from mltd.report.line_hash import line_hashes, source_text

__all__ = ["Pages", "address", "location"]


class Pages:
    """The files that places are in: each is read once, and only where a place of a result needs its text."""

    def __init__(self, prefix: str, sources: Sources) -> None:
        self.prefix = prefix
        self._sources = sources
        self._lines: dict[str, list[str]] = {}
        self._hashes: dict[str, list[str]] = {}

    def primary(self, place: Place, symbol: str) -> dict[str, Any]:
        """The location that an alert is shown at: one line, so that a change of that line alone shows it."""
        region = self.region(place)
        if place.cell is None and place.end_line > place.line:
            end = max(self._length(place.path, place.line), place.column) + 1
            region |= {"endLine": place.line, "endColumn": end}
        return {
            "physicalLocation": {"artifactLocation": address(self.prefix + place.path), "region": region},
            "logicalLocations": _logical(place, symbol),
        }

    def region(self, place: Place) -> dict[str, int]:
        """Start and end of a place; for a cell the whole line of the notebook's JSON. Never empty."""
        if place.cell is not None:
            line = _physical(place)
            end = self._length(place.path, line) + 1
            return {"startLine": line, "startColumn": 1, "endLine": line, "endColumn": end}
        last = max(place.end_line, place.line)
        end = place.end_column if last > place.line else max(place.end_column, place.column + 1)
        return {"startLine": place.line, "startColumn": place.column, "endLine": last, "endColumn": end}

    def line_hash(self, place: Place) -> str | None:
        """GitHub's fingerprint of the place's first line; None where the text cannot be had."""
        if place.path not in self._hashes:
            data = self._sources.data(place.path)
            self._hashes[place.path] = line_hashes(source_text(data)) if data is not None else []
        hashes, line = self._hashes[place.path], _physical(place)
        return hashes[line - 1] if line <= len(hashes) else None

    def _length(self, path: str, line: int) -> int:
        """The number of code points of a line, at least 1."""
        if path not in self._lines:
            data = self._sources.data(path)
            self._lines[path] = re.split(r"\r\n|\r|\n", source_text(data)) if data is not None else []
        lines = self._lines[path]
        return max(1, len(lines[line - 1])) if line <= len(lines) else 1


def address(path: str) -> dict[str, str]:
    """A file, by its path from the repository's top; bytes that are no UTF-8 are kept."""
    return {"uri": quote(path.encode("utf-8", "surrogateescape"), safe="/"), "uriBaseId": "%SRCROOT%"}


def location(place: Place, pages: Pages, message: str, number: int | None = None) -> dict[str, Any]:
    """A step on the way, with its message; ``number`` is what the result's message links to."""
    text = message if place.cell is None else f"Cell {place.cell}, line {place.line}: {message}"
    return {
        "id": number,
        "physicalLocation": {"artifactLocation": address(pages.prefix + place.path), "region": pages.region(place)},
        "logicalLocations": _logical(place, ""),
        "message": {"text": text} if text.strip() else None,
    }


def _physical(place: Place) -> int:
    """The line of the file: for a cell the line of the notebook's JSON, its first where that is unknown."""
    return place.line if place.cell is None else place.physical_line or 1


def _logical(place: Place, symbol: str) -> list[dict[str, Any]] | None:
    """The cell and the function that the place is in, as far as they are known."""
    found: list[dict[str, Any]] = []
    if place.cell is not None:
        name = f"cell {place.cell}, line {place.line}"
        found.append({"name": name, "fullyQualifiedName": f"{place.path}, {name}", "kind": "cell"})
    if symbol:
        found.append({"name": symbol.rpartition(".")[2], "fullyQualifiedName": f"{place.path}::{symbol}"})
    return found or None
