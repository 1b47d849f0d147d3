"""What the readers of configuration files have in common: plain values to data with lines, and their bounds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from mltd.facts import Datum
from mltd.source.decode import Unreadable

__all__ = ["DEEPEST", "NESTED", "Path", "datum", "scalar"]

#: Nested deeper than this is no configuration, and would exhaust the stack of whoever walks it.
DEEPEST = 150

NESTED = "nested too deeply"

#: Where a value stands in a document: the keys and indices that lead to it.
Path = tuple[str | int, ...]

_WIDEST = 1 << 63


def scalar(value: object) -> str | int | float | bool | None:
    """A scalar as facts hold it: dates and integers beyond 64 bits as text."""
    if isinstance(value, (str, bool, float)) or value is None:
        return value
    if isinstance(value, int):
        return value if -_WIDEST <= value < _WIDEST else str(value)
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return str(value)


def datum(value: object, lines: Mapping[Path, int] | None = None, path: Path = ()) -> Datum:
    """Plain data as :class:`Datum`, each with its line if ``lines`` tells it and 0 else.

    Raises :class:`Unreadable` where it is nested deeper than :data:`DEEPEST`.
    """
    if len(path) > DEEPEST:
        raise Unreadable(NESTED)
    line = lines.get(path, 0) if lines else 0
    if isinstance(value, Mapping):
        return Datum({str(key): datum(item, lines, (*path, str(key))) for key, item in value.items()}, line)
    if isinstance(value, (list, tuple)):
        return Datum([datum(item, lines, (*path, index)) for index, item in enumerate(value)], line)
    return Datum(scalar(value), line)
