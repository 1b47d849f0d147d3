"""Bytes of a Python file to its text, as Python itself would read them (PEP 263)."""

from __future__ import annotations

import codecs
import re

__all__ = ["Unreadable", "decode_python", "unify_lines"]

_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_NO_CODE = re.compile(rb"[ \t\f]*(?:#.*)?")
_LINE_END = re.compile(rb"\r\n|\r|\n")

#: Codecs that are no encodings of program text, or whose cost grows with the square of the text.
_REFUSED = {"idna", "punycode", "undefined"}

_MARKS = [
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
]


class Unreadable(Exception):
    """A file that cannot be read as what it claims to be; ``reason`` says why in a few words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __reduce__(self) -> tuple[type[Unreadable], tuple[str]]:
        return Unreadable, (self.reason,)


def unify_lines(text: str) -> str:
    r"""The text with ``\r\n`` and ``\r`` turned into ``\n``, as Python does before it counts lines.

    Nothing else ends a line in Python: form feeds, ``\x85`` or ``\u2028`` stay what they are.
    """
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def decode_python(data: bytes) -> str:
    r"""The text of a Python file, its byte order mark dropped and every line end a ``\n``.

    Raises :class:`Unreadable` for UTF-16, null bytes, an unknown encoding, and bytes that the encoding does not know.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            raise Unreadable(f"not UTF-8: {name} byte order mark")
    if b"\0" in data:
        raise Unreadable(_about_nulls(data))
    marked = data.startswith(codecs.BOM_UTF8)
    if marked:
        data = data[len(codecs.BOM_UTF8) :]
    declared = _declared(data)
    if declared is None:
        return unify_lines(_decode(data, "utf-8", "not UTF-8"))
    try:
        encoding = codecs.lookup(declared).name
    except LookupError:
        raise Unreadable(f"unknown encoding: {declared}") from None
    if marked and encoding not in ("utf-8", "utf-8-sig"):
        raise Unreadable(f"declared as {declared} but marked as UTF-8")
    try:
        if encoding in _REFUSED:
            raise LookupError
        text = _decode(data, encoding, f"not {declared} as declared")
    except LookupError:
        raise Unreadable(f"not an encoding of text: {declared}") from None
    if "\0" in text:
        raise Unreadable("binary: null bytes")
    return unify_lines(text)


def _declared(data: bytes) -> str | None:
    """The encoding that the first line names, or the second where the first holds no code."""
    first, second = (*_LINE_END.split(data[:4096], 2), b"", b"")[:2]
    found = _COOKIE.match(first)
    if found is None and _NO_CODE.fullmatch(first):
        found = _COOKIE.match(second)
    return found.group(1).decode("ascii", "replace") if found else None


def _decode(data: bytes, encoding: str, complaint: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = len(_LINE_END.findall(data[: error.start])) + 1
        raise Unreadable(f"{complaint}: byte 0x{data[error.start]:02x} on line {line}") from None
    except ValueError:
        raise Unreadable(complaint) from None


def _about_nulls(data: bytes) -> str:
    """UTF-16 without its mark has a null in nearly every pair of bytes; anything else is no text."""
    head = data[:1024]
    even, odd = head[::2].count(0), head[1::2].count(0)
    pairs = len(head) // 2
    if pairs and (even > 0.7 * pairs > 0.1 * pairs >= odd or odd > 0.7 * pairs > 0.1 * pairs >= even):
        return "not UTF-8: looks like UTF-16"
    return "binary: null bytes"
