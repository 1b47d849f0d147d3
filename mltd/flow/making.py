"""``DataFrame(...)``: a table made of what is at hand."""

from __future__ import annotations

from typing import Any

from mltd.flow import values as v
from mltd.flow.convert import names_in, surely
from mltd.flow.frames import Column, Frame
from mltd.flow.machine import Machine
from mltd.flow.schema import Name, Schema
from mltd.flow.tables import define

Args = list[v.Value]
Keywords = dict[str, v.Value]

#: Rows of a list of mappings that are looked at.
_ROWS = 50
#: Kinds of values that a table is made of as a whole.
_ARRAYS = frozenset({"array", "prediction", "tensor", "matrix"})


def make_frame(m: Machine, name: str, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    """``DataFrame(...)``"""
    data = args[0] if args else keywords.get("data")
    taint = v.taint_of(*args, *keywords.values())
    if isinstance(data, Frame):
        result = data.copy()
        result.arms = m.arms
        result.schema = data.schema if len(args) <= 1 and keywords.keys() <= {"data", "copy"} else None
        return result
    result = Frame(name, {}, {}, True, m.arms, taint, True)
    if isinstance(data, (Column, v.Unknown, v.Method)) and getattr(data, "kind", "array") in _ARRAYS:
        event = m.event("converts", name, scope, node, data=(data,), inputs=v.taint_of(data), form="frame")
        event.extra["keywords"] = tuple(sorted(key for key in keywords if key != "data"))
        result.base = frozenset({event})
    rows = _rows_of(data)
    if rows:
        result.open = result.blurred = any(row.open for row in rows)
        for column in dict.fromkeys(key for row in rows for key in row.entries if isinstance(key, str)):
            given = [row.entries[column] for row in rows if column in row.entries]
            made = define(m, result, column, scope, node, None, v.Sequence(given))
            made.added, made.written = False, (rows[0].file, rows[0].at) if rows[0].file else None
            m.escape_all(given, "made a column", scope, node)
        result.base = v.NONE if not result.open else taint
    elif isinstance(data, v.Mapping):
        result.open = data.open
        result.blurred = data.open
        result.base = v.NONE if not data.open else taint
        for key, value in data.entries.items():
            if isinstance(key, str):
                made = define(m, result, key, scope, node, None, value)
                made.added, made.written = False, (data.file, data.at) if data.file else None
            m.escape(value, "made a column", m.site(scope, node))
    elif data is not None:
        m.escape(data, "made a frame", m.site(scope, node))
    else:
        result.open = False
        result.blurred = False
    result.schema = _schema(data, rows, args, keywords)
    return result


def _schema(data: v.Value | None, rows: list[v.Mapping], args: Args, keywords: Keywords) -> Schema | None:
    """The columns that a new table has at most."""
    wanted = args[2] if len(args) > 2 else keywords.get("columns")
    index = (None,) if len(args) <= 1 and "index" not in keywords else None
    if keywords.keys() & {"*", "**"}:
        return None
    if wanted is not None:
        names = names_in(wanted)
        return (
            Schema(tuple(dict.fromkeys(names)), index=index, exact=surely(wanted) == names)
            if names is not None
            else None
        )
    if isinstance(data, v.Mapping) and not data.open:
        plain = all(isinstance(value, (v.Constant, v.Texts, v.Sequence)) for value in data.entries.values())
        keys: list[Name] = [name for name in data.entries if isinstance(name, (str, int))]
        return (
            Schema(tuple(keys), index=index if plain else None, exact=True) if len(keys) == len(data.entries) else None
        )
    if rows and not any(row.open for row in rows) and isinstance(data, v.Sequence) and len(data.items) <= _ROWS:
        every = dict.fromkeys(key for row in rows for key in row.entries if isinstance(key, (str, int)))
        return Schema(tuple(every), index=index)
    return Schema(index=index, exact=True) if data is None else None


def _rows_of(data: v.Value | None) -> list[v.Mapping]:
    """The rows of a list of mappings, each of them, or nothing where it may hold something else."""
    if not isinstance(data, v.Sequence):
        return []
    items = [*data.items[:_ROWS], data.rest] if data.open else data.items[:_ROWS]
    return [item for item in items if isinstance(item, v.Mapping)] if _all_rows(items) else []


def _all_rows(items: list[v.Value]) -> bool:
    return bool(items) and all(isinstance(item, v.Mapping) for item in items)
