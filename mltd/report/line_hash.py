"""GitHub's fingerprint of a line, ``primaryLocationLineHash``, exactly as its upload action computes it.

A line's hash covers the 100 UTF-16 code units from its first non-blank character on, line ends included, spaces and
tabs dropped: a polynomial of base 37 in 64 bits. The end of the file counts as 65535 and zeros follow it. Equal
hashes of one file are numbered in the order of their lines.
"""

from __future__ import annotations

import sys
from collections import Counter
from operator import mul

__all__ = ["line_hashes", "source_text"]

_WINDOW = 100
_MASK = (1 << 64) - 1
_POWERS = tuple(pow(37, exponent, 1 << 64) for exponent in reversed(range(_WINDOW)))
_UTF16 = "utf-16-le" if sys.byteorder == "little" else "utf-16-be"
_BLANKS = str.maketrans("", "", " \t")


def source_text(data: bytes) -> str:
    """A file's text as GitHub's action reads it: as UTF-8 whatever the file says, a byte order mark kept."""
    return data.decode("utf-8", "replace")


def line_hashes(text: str) -> list[str]:
    """The fingerprint of every line, the first line first; a text that ends a line has an empty one behind it."""
    kept = text.replace("\r\n", "\n").replace("\r", "\n").translate(_BLANKS)
    units = memoryview((kept + "\uffff").encode(_UTF16, "surrogatepass")).cast("H")
    seen: Counter[int] = Counter()
    hashes = []
    for start in _line_starts(units):
        value = sum(map(mul, units[start : start + _WINDOW], _POWERS)) & _MASK
        seen[value] += 1
        hashes.append(f"{value:x}:{seen[value]}")
    return hashes


def _line_starts(units: memoryview[int]) -> list[int]:
    return [0, *(index + 1 for index, unit in enumerate(units) if unit == 10)]
