"""The text of a file that is not Python."""

from __future__ import annotations

import codecs

from mltd.source.decode import Unreadable, unify_lines

__all__ = ["count_lines", "decode"]

_MARKS = [
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]


def decode(data: bytes, *, strict: bool = True) -> str:
    r"""The text, without its byte order mark, every line end a ``\n``.

    A byte order mark decides the encoding, else it is UTF-8. Raises :class:`Unreadable` for null bytes and, if
    ``strict``, for bytes that the encoding does not know; else those become U+FFFD.
    """
    encoding = "utf-8"
    for mark, name in _MARKS:
        if data.startswith(mark):
            data, encoding = data[len(mark) :], name
            break
    try:
        text = data.decode(encoding, "strict" if strict else "replace")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(f"not {encoding.upper()}: byte 0x{data[error.start]:02x} on line {line}") from None
    if "\0" in text:
        raise Unreadable("binary: null bytes")
    return unify_lines(text)


def count_lines(text: str) -> int:
    """How many lines a text has; one that does not end in a line end counts as well."""
    return text.count("\n") + (not text.endswith("\n") if text else 0)
