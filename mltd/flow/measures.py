"""Statistics of rows (a mean, a deviation, counts), and where the rows are changed by them.

A statistic is an event with the verb ``measures`` among what its value comes from, kept out of the list of events. It
counts as learnt from its rows only where it is applied to data. ``extra["applied"]`` says how, each with its place: it
``fills`` gaps, ``scales`` a column, or is ``looked-up`` for what a row has. ``extra["columns"]`` are the columns
measured, ``extra["grouped"]`` says whether of each group, ``extra["keys"]`` the columns that the groups are made by.
"""

from __future__ import annotations

from typing import Any

from mltd.flow import values as v
from mltd.flow.arguments import argument
from mltd.flow.convert import constant
from mltd.flow.events import Event, rooted
from mltd.flow.frames import Column, Frame
from mltd.flow.machine import Machine
from mltd.flow.rows import rows_of
from mltd.knowledge import Row

#: Methods whose statistics are of the rows near by.
WINDOWS = frozenset({"rolling", "expanding", "ewm", "resample"})
#: Along these a statistic is one of each row.
_OF_A_ROW = (1, -1, "columns")


def measured(
    m: Machine, callee: str, value: v.Value, scope: v.Scope, node: Any, grouped: tuple[str, ...] | None = None,
    keys: dict[str, v.Taint] | None = None,
) -> v.Taint:  # fmt: skip
    """What a statistic of a value comes from; ``grouped`` are the columns of its groups that it is taken of, ``keys``
    those that the groups are made by, each with what it comes from."""
    before = v.taint_of(value)
    if not rooted(before):
        return before
    columns = grouped or ()
    if isinstance(value, Column):
        columns = tuple(name for name in (value.name or value.source,) if name)
    event = m.happening("measures", callee, scope, node, data=(value,), inputs=before, features=before)
    event.rows = rows_of(value)
    event.extra |= {"columns": columns, "grouped": grouped is not None, "keys": keys or {}}
    return v.bounded(before | {event})


def of_rows(row: Row, args: list[v.Value], keywords: dict[str, v.Value]) -> bool:
    """Whether a call takes its statistic over the rows, and not of each row."""
    axis = argument(row.params, "axis", args, keywords)
    return axis is None or constant(axis) not in _OF_A_ROW


def apply(m: Machine, how: str, values: list[v.Value], scope: v.Scope, node: Any) -> None:
    """Data are changed by these values: what is a statistic among them is learnt."""
    found = [event for event in v.taint_of(*values) if event.verb == "measures"]
    for event in found:
        if not any(event in other.inputs for other in found):  # that other one was measured of what this has changed
            event.extra.setdefault("applied", {}).setdefault(how, m.site(scope, node))


def without_statistics(taint: v.Taint) -> v.Taint:
    """What a value comes from where no statistic counts, neither those in it nor those that they are taken of: only
    what these were computed from."""
    left: set[Event] = set()
    seen: set[Event] = set()
    todo = list(taint)
    while todo:
        event = todo.pop()
        if event.verb != "measures":
            left.add(event)
        elif event not in seen:
            seen.add(event)
            todo += event.inputs
    return v.bounded(left)


def is_measure(value: v.Value) -> bool:
    """Whether a value is a statistic, or a table or list of them, and no data that was changed by one."""
    if not isinstance(value, (v.Unknown, v.Mapping, v.Sequence, Column, Frame)):
        return False
    return any(event.verb == "measures" and "applied" not in event.extra for event in v.taint_of(value))


def is_an_end(value: v.Value) -> bool:
    """Whether a value is the least or the greatest of some rows alone."""
    found = [event for event in v.taint_of(value) if event.verb == "measures" and "applied" not in event.extra]
    return bool(found) and all(event.callee.rpartition(".")[2] in ("min", "max") for event in found)
