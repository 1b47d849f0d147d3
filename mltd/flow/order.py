"""Rows in their order: what moves them against each other, or looks at the rows near by.

Such a call is an event with the verb ``orders`` among what its result comes from, kept out of the list of events: who
takes lags and moving means says that the rows follow one another. ``extra["how"]`` says how: ``back`` at rows before,
``shifted-ahead``, ``centred`` or ``filled-back`` with something of rows after it, ``filled`` from rows before. What is
done to one table in one way is one event.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from mltd.flow import values as v
from mltd.flow.convert import constant
from mltd.flow.events import rooted
from mltd.flow.frames import Column, Frame
from mltd.flow.machine import Machine
from mltd.flow.rows import rows_of

#: Methods of tables, columns and groups that rest on the order of the rows.
#: https://pandas.pydata.org/docs/user_guide/timeseries.html, https://pandas.pydata.org/docs/user_guide/window.html
_BACK = frozenset({"shift", "diff", "pct_change", "rolling", "ewm", "resample"})
_FILLING = {"bfill": "filled-back", "backfill": "filled-back", "ffill": "filled", "pad": "filled"}
#: Those whose first argument says how many rows back.
_BY = frozenset({"shift", "diff", "pct_change"})


def ordered(
    m: Machine, name: str, value: v.Value, result: v.Value, args: list[v.Value], keywords: dict[str, v.Value],
    scope: v.Scope, node: Any,
) -> v.Value:  # fmt: skip
    """The result of a method that rests on the order of the rows of its value, marked so."""
    how = _how(name, args, keywords)
    before = v.taint_of(value) if how else v.NONE
    if not rooted(before):
        return result
    rows = rows_of(value)
    named = value.name if isinstance(value, Column) and how == "shifted-ahead" else None
    key = "orders", scope.file, how, named, before, rows, m.off
    event = m.choices.get(key)
    if event is None:
        callee = f"pandas.Series.{name}"
        event = m.happening("orders", callee, scope, node, data=(value,), inputs=before, features=before, rows=rows)
        event.extra["how"] = how
        m.choices[key] = event
    if isinstance(value, Frame) and constant(keywords.get("inplace", v.Constant(False))) is True:
        value.base |= {event}
    elif isinstance(result, Frame):
        result.base |= {event}
    elif isinstance(result, Column):
        return dataclasses.replace(result, taint=v.bounded(result.taint | {event}))
    elif isinstance(result, v.Object):
        result.taint |= {event}
    elif isinstance(result, v.Unknown):
        return dataclasses.replace(result, taint=v.bounded(result.taint | {event}))
    return result


def _how(name: str, args: list[v.Value], keywords: dict[str, v.Value]) -> str:
    """How a method rests on the order, empty where it does not."""
    if name in _BY:
        by = constant(args[0] if args else keywords.get("periods", v.Constant(1)))
        return "shifted-ahead" if isinstance(by, int) and by < 0 else "back"
    if name == "rolling":
        return "centred" if constant(keywords.get("center", v.Constant(False))) is True else "back"
    if name == "fillna":
        return _FILLING.get(str(constant(keywords.get("method", v.UNKNOWN))), "")
    return "back" if name in _BACK else _FILLING.get(name, "")
