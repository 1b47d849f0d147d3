"""TOML: the document, with the lines of keys and values."""

from __future__ import annotations

import re
import sys
from typing import Any

from mltd.extract.data import NESTED, Path, datum
from mltd.extract.text import count_lines, decode
from mltd.facts import DataFacts
from mltd.source.decode import Unreadable

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["read"]


def read(data: bytes) -> DataFacts:
    """The facts of a TOML file; dates and times are text. Raises :class:`Unreadable`."""
    text = decode(data)
    try:
        plain = tomllib.loads(text)
        lines = _Lines(text).found
        return DataFacts("toml", [datum(plain, lines)], count_lines(text))
    except tomllib.TOMLDecodeError as error:
        complaint = re.sub(r" \(at line (\d+), column \d+\)$", r" on line \1", str(error))
        raise Unreadable(f"not TOML: {complaint}") from None
    except RecursionError:
        raise Unreadable(NESTED) from None


_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|'  # a closing run may hold two quotes of the text itself
    r"'''.*?'{3,5}|"
    r'"(?:[^"\\\n]|\\.)*"|'
    r"'[^'\n]*'",
    re.DOTALL,
)
_BARE_KEY = re.compile(r"[\w-]+")
_BARE_VALUE = re.compile(r"[^,\]}#\n]+")


class _Lines:
    """The line of every key and list item of a document that is known to be valid."""

    def __init__(self, text: str) -> None:
        self.found: dict[Path, int] = {(): 1}
        self._text = text
        self._at = 0
        self._counted = 0
        self._line = 1
        self._lengths: dict[Path, int] = {}  #: of arrays of tables, so far
        self._document()

    def _document(self) -> None:
        table: Path = ()
        while self._skip() < len(self._text):
            line = self._now()
            if self._text.startswith("[[", self._at):
                self._at += 2
                name = self._resolve(self._key())
                index = self._lengths.get(name, 0)
                self._lengths[name] = index + 1
                self.found.setdefault(name, line)
                table = (*name, index)
                self.found[table] = line
                self._at += 2
            elif self._text[self._at] == "[":
                self._at += 1
                table = self._resolve(self._key())
                self._mark(table, line)
                self._at += 1
            else:
                self._entry(table)

    def _resolve(self, name: Path) -> Path:
        """A header's name through arrays of tables, of which the last table is meant."""
        path: Path = ()
        for part in name[:-1]:
            path = (*path, part)
            if path in self._lengths:
                path = (*path, self._lengths[path] - 1)
        return path + name[-1:]

    def _mark(self, path: Path, line: int) -> None:
        for length in range(1, len(path) + 1):
            self.found.setdefault(path[:length], line)

    def _entry(self, table: Path) -> None:
        line = self._now()
        path = table + self._key()
        self._skip()
        self._at += 1  # the equals sign
        self._mark(path, line)
        self._value(path)

    def _key(self) -> Path:
        parts: list[str | int] = []
        while True:
            self._skip()
            quoted = _STRING.match(self._text, self._at)
            bare = _BARE_KEY.match(self._text, self._at)
            if quoted:
                parts.append(_unquoted(quoted.group()))
                self._at = quoted.end()
            elif bare:
                parts.append(bare.group())
                self._at = bare.end()
            self._skip()
            if not self._text.startswith(".", self._at):
                return tuple(parts)
            self._at += 1

    def _value(self, path: Path) -> None:
        self._skip()
        first = self._text[self._at : self._at + 1]
        if first == "[":
            self._at += 1
            index = 0
            while self._skip() < len(self._text) and self._text[self._at] != "]":
                item = (*path, index)
                self.found[item] = self._now()
                self._value(item)
                index += 1
                self._comma()
            self._at += 1
        elif first == "{":
            self._at += 1
            while self._skip() < len(self._text) and self._text[self._at] != "}":
                self._entry(path)
                self._comma()
            self._at += 1
        else:
            found = _STRING.match(self._text, self._at) or _BARE_VALUE.match(self._text, self._at)
            self._at = found.end() if found else len(self._text)

    def _comma(self) -> None:
        if self._skip() < len(self._text) and self._text[self._at] == ",":
            self._at += 1

    def _skip(self) -> int:
        found = _BLANK.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._at

    def _now(self) -> int:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line


def _unquoted(text: str) -> str:
    if text[0] == "'" or "\\" not in text:
        return text[1:-1]
    parsed: dict[str, Any] = tomllib.loads(f"key = {text}")
    return str(parsed["key"])
