"""The column names of a table in a text file."""

from __future__ import annotations

import csv
import re

from mltd.extract.text import decode
from mltd.source.decode import Unreadable

__all__ = ["columns"]

#: So many bytes are looked at; a header that does not end within them is none.
HEAD = 1 << 16

_DELIMITERS = (",", ";", "\t", "|")
_POINTER = "version https://git-lfs.github.com/"
_QUOTED = re.compile(r'"[^"]*"')
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?%?")
_DECIMAL = re.compile(r"[+-]?\d*\.\d+(?:[eE][+-]?\d+)?%?|[+-]?\d+[eE][+-]?\d+|(?i:nan|[+-]?inf)")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?|\d\d:\d\d(?::\d\d.*)?")
_LONGEST_NAME = 200
#: A file with one column has no delimiter that would tell it from prose: a name is short.
_LONE_NAME = re.compile(r"[^\W\d][\w.%()/#:-]*(?: [\w.%()/#:-]+){0,3}")


def columns(data: bytes, *, tabs: bool = False) -> list[str]:
    """The names in the first line, in order, or none where that line does not look like a header.

    A header names every column differently and holds no measured values. Unnamed columns (the index that pandas
    writes) are empty strings. ``tabs`` says that tabs delimit wherever there are any. Anything that is no text, or
    only points to a table stored elsewhere (Git LFS), has no columns.
    """
    head, whole = data[:HEAD], len(data) <= HEAD
    try:
        text = decode(head, strict=False).lstrip("\n")
    except Unreadable:
        return []
    if text.startswith(_POINTER) or (not whole and "\n" not in text):
        return []
    first = text.partition("\n")[0]
    if "\ufffd" in first:  # not UTF-8: the names are in some older encoding of the Windows family
        first = head.lstrip(b"\r\n").partition(b"\n")[0].decode("cp1252", "replace").rstrip("\r")
    bare = _QUOTED.sub("", first)
    delimiter = "\t" if tabs and "\t" in bare else max(_DELIMITERS, key=bare.count)
    if bare.count(delimiter) == 0:
        name = first.strip().strip('"')
        return [name] if _LONE_NAME.fullmatch(name) else []
    try:
        names = next(csv.reader([first], delimiter=delimiter, skipinitialspace=True, strict=True), [])
    except csv.Error:
        return []
    names = [name.strip() for name in names]
    return names if _is_header(names) else []


def _is_header(names: list[str]) -> bool:
    named = [name for name in names if name]
    if not named or len(set(named)) < len(named) or len(named) * 2 < len(names):
        return False
    if any(len(name) > _LONGEST_NAME or name[0] in "[{" or _DECIMAL.fullmatch(name) for name in named):
        return False
    return not all(_NUMBER.fullmatch(name) or _MOMENT.fullmatch(name) for name in named)
