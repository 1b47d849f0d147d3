"""Methods of columns: almost always a column again."""

from __future__ import annotations

import dataclasses
from typing import Any

from mltd.flow import values as v
from mltd.flow.convert import constant
from mltd.flow.framecalls import formed
from mltd.flow.frameeffects import CHANGING, applied, changing
from mltd.flow.frames import Column, Frame
from mltd.flow.lineage import FORMS
from mltd.flow.machine import Machine
from mltd.flow.measures import WINDOWS, apply, measured
from mltd.flow.order import ordered
from mltd.flow.rows import taken

Args = list[v.Value]
Keywords = dict[str, v.Value]


def column_method(
    m: Machine, column: Column, name: str, args: Args, keywords: Keywords, scope: v.Scope, node: Any
) -> v.Value:
    """``column.name(...)``: almost always a column again."""
    from mltd.flow.applying import apply_row
    from mltd.flow.calls import call_value

    row = m.knowledge.call(f"pandas.Series.{name}")
    if row is not None and row.does in ("writes", "saves", "shows", "plots"):
        return apply_row(m, f"pandas.Series.{name}", row, column, args, keywords, scope, node)
    if name in CHANGING:
        apply(m, CHANGING[name], changing(name, args, keywords), scope, node)
        if constant(keywords.get("inplace", v.UNKNOWN)) is True and column.name is not None:
            column.frame.taints[column.name] = column.frame.taint_of(column.name) | applied([*args])
    if row is not None and row.does == "measures":
        return _statistic(m, column, name, scope, node)
    if row is not None and row.does in FORMS:
        inputs = v.taint_of(column, *args)
        event = m.event(row.does, f"pandas.Series.{name}", scope, node, data=(column,), inputs=inputs, form="series")
        same = column.computed(column.taint)
        return formed(m, same, event, scope, node, keywords)
    for value in (*args, *keywords.values()):
        if isinstance(value, (v.Function, v.Bound)):
            item = taken(m, v.Unknown(column.taint), ("item", node.at), scope, node)
            call_value(m, value, [item], {}, scope, node)
        elif isinstance(value, Frame):
            m.escape(value, f"given to {name}", m.site(scope, node))
    taint = v.taint_of(column, *args)
    if name in ("to_frame", "reset_index", "str.get_dummies"):
        return Frame("pandas.DataFrame", {}, {}, True, m.arms, taint, True)
    if name in ("unique", "tolist", "to_list", "nunique", "item", "sum"):
        return v.Unknown(taint, "array" if name == "unique" else "")
    if name in WINDOWS or name == "groupby":
        grouped = dataclasses.replace(column, taint=taint, grouped="window" if name in WINDOWS else "group")
        return ordered(m, name, column, grouped, args, keywords, scope, node)
    if name in ("head", "tail", "drop", "nlargest", "nsmallest", "sample"):
        return taken(m, column.computed(taint), ("rows", scope.file, node, node), scope, node)
    return ordered(m, name, column, column.computed(taint), args, keywords, scope, node)


def _statistic(m: Machine, column: Column, name: str, scope: v.Scope, node: Any) -> v.Value:
    """A statistic of a column; of a grouped one, a value for each group; of a window no more than the rows near by."""
    plain = Column(column.frame, None, column.taint, "", column.name or column.source)
    if column.grouped == "window":
        return plain
    of = (plain.source,) if plain.source else ()
    taint = measured(m, f"pandas.Series.{name}", column, scope, node, of if column.grouped else None)
    if column.grouped or name in ("mode", "value_counts", "quantile"):
        return dataclasses.replace(plain, taint=taint)
    return v.Unknown(taint)
