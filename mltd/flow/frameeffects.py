"""What a method or function does with the columns of a table, by the effects of the knowledge tables."""

from __future__ import annotations

from typing import Any

from mltd import facts
from mltd.flow import values as v
from mltd.flow.arguments import argument
from mltd.flow.convert import constant, names_in, surely
from mltd.flow.framejoins import join_tables, stack_tables, under_one_another
from mltd.flow.frames import Column, Frame
from mltd.flow.machine import Machine
from mltd.flow.measures import apply
from mltd.flow.naming import use_columns
from mltd.flow.rows import taken
from mltd.flow.tables import define
from mltd.knowledge import FrameRow

Args = list[v.Value]
Keywords = dict[str, v.Value]

#: Methods that change a table's values by those that they are given, and how.
CHANGING = {
    "fillna": "fills", "replace": "fills", "where": "fills", "mask": "fills", "fill_null": "fills",
    "sub": "scales", "subtract": "scales", "div": "scales", "divide": "scales", "truediv": "scales",
    "map": "looked-up", "join": "looked-up",
}  # fmt: skip


def changing(name: str, args: Args, keywords: Keywords) -> list[v.Value]:
    """The values that a method puts into a table: of one that asks where to, not what it asks."""
    if name in ("where", "mask"):
        return [*args[1:], *(value for key, value in keywords.items() if key != "cond")]
    return [*args, *keywords.values()]


def frame_effect(
    m: Machine,
    frame: Frame,
    row: FrameRow,
    name: str,
    args: Args,
    keywords: Keywords,
    scope: v.Scope,
    node: Any,
) -> v.Value:
    """What a method or function does with the columns of a frame."""
    site = m.site(scope, node)
    inplace = bool(row.inplace) and bool(
        constant(argument(row.params, row.inplace, args, keywords) or v.Constant(False))
    )
    taint = v.taint_of(frame, *args)
    if row.effect == "drop":
        return _drop(m, frame, row, args, keywords, inplace, scope, node)
    if row.effect == "rename":
        return _rename(m, frame, row, args, keywords, inplace, scope, node)
    if row.effect == "add":
        return _add(m, frame, row, name, args, keywords, scope, node)
    names = use_columns(m, frame, row, args, keywords, scope, node)
    if name in CHANGING:
        apply(m, CHANGING[name], changing(name, args, keywords), scope, node)
    if row.effect in ("same", "set", "part"):
        for value in (*args, *keywords.values()):
            if isinstance(value, Frame) and value is not frame:
                m.escape(value, f"given to {name}", site)
        if row.effect == "part" and not row.columns and name not in ("loc", "iloc"):
            frame.use_all(site, f"{name} of columns that are not known")
        if inplace:
            frame.base |= applied(args)
            return v.Constant(None)
        selected = row.effect == "part" and bool(names) and not row.rows
        result = frame.only(names or []) if selected else frame.copy()
        result.arms = m.arms
        if row.rows:  # how many, or by what: none of it is in them
            return _some_rows(m, result, args, keywords, scope, node)
        result.base |= v.taint_of(*args)
        return result
    if row.effect == "select":
        return frame.only(names) if names is not None and "*" not in names else frame.copy()
    if row.effect == "join":
        return join_tables(m, frame, argument(row.params, row.other, args, keywords), row, args, keywords, scope, node)
    if row.effect == "stack":
        given = argument(row.params, row.other, args, keywords)
        return stack_tables(m, [frame], given, under_one_another(row, args, keywords), scope, node)
    if row.effect == "group":
        keys = argument(row.params, row.columns[0], args, keywords) if row.columns else None
        parts: dict[str, v.Value] = {"frame": frame}
        if "as_index" in keywords:
            parts["as_index"] = keywords["as_index"]
        if keys is not None:
            parts["keys"] = keys
        return v.Object(f"{frame.type}GroupBy", "group", at=node.at, file=scope.file, parts=parts, taint=taint)
    if row.effect == "series":
        if not row.columns:
            frame.use_all(site, name)
        popped = names[0] if name == "pop" and names and len(names) == 1 else None
        return Column(frame, popped, taint)
    if row.effect == "count":
        return v.Unknown(taint)
    if row.effect != "show" and not frame.type.startswith("pandas"):
        frame.became(None)  # it may work in place
    frame.use_all(site, "shown" if row.effect == "show" else name)
    m.escape_all((*args, *keywords.values()), f"given to {name}", scope, node)
    return _whole(m, frame, name, taint, scope, node)


def applied(args: Args) -> v.Taint:
    """The statistics among what a table is changed by in place."""
    return frozenset(event for event in v.taint_of(*args) if event.verb == "measures")


def _some_rows(m: Machine, frame: Frame, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    """Some of a table's rows; a sample of all of them is only in another order."""
    share = constant(keywords.get("frac", v.UNKNOWN))
    if isinstance(share, (int, float)) and share >= 1:
        return frame
    return taken(m, frame, ("rows", scope.file, node, node), scope, node)


def _whole(m: Machine, frame: Frame, name: str, taint: v.Taint, scope: v.Scope, node: Any) -> v.Value:
    if name in (
        "pivot_table",
        "pivot",
        "melt",
        "stack",
        "unstack",
        "transpose",
        "get_dummies",
        "eval",
        "add_prefix",
        "add_suffix",
        "set_axis",
    ):
        kept = dict(frame.columns), dict(frame.origins)
        levelled = frame.levelled or name in ("pivot_table", "pivot", "unstack", "transpose", "set_axis")
        return Frame(frame.type, *kept, True, m.arms, taint, True, lives=frame.lives, levelled=levelled)
    if name in ("items", "iteritems"):
        pair = v.Sequence([v.Unknown(taint, "names"), Column(frame, None, taint)], "tuple")
        return v.Sequence([], "list", True, pair, taint=taint)
    if name in ("iterrows", "itertuples"):
        row = taken(m, v.Unknown(taint), ("item", node.at), scope, node)
        each = v.Sequence([v.Unknown(taint), row], "tuple") if name == "iterrows" else row
        return v.Sequence([], "list", True, each, taint=taint)
    return v.Unknown(taint, "array")


def _drop(
    m: Machine, frame: Frame, row: FrameRow, args: Args, keywords: Keywords, inplace: bool, scope: v.Scope, node: Any
) -> v.Value:
    given = keywords.get("columns")
    axis = constant(argument(row.params, "axis", args, keywords) or v.Constant(0))
    if given is None and axis in (1, "columns"):
        given = argument(row.params, "labels", args, keywords)
    if given is None and frame.type.startswith(("polars", "pyspark")):
        given = v.Sequence(list(args), "list")
    target = frame
    if not inplace:
        target = frame.copy()
        target.arms = m.arms
    if given is not None:
        gone = surely(given)
        target.blurred |= names_in(given) != gone or (inplace and not m.certain(frame.arms))
        for name in gone if not inplace or m.certain(frame.arms) else ():
            target.drop(name, m.site(scope, node))
    if inplace:
        return v.Constant(None)
    return target if given is not None else taken(m, target, ("rows", scope.file, node, node), scope, node)


def _rename(
    m: Machine, frame: Frame, row: FrameRow, args: Args, keywords: Keywords, inplace: bool, scope: v.Scope, node: Any
) -> v.Value:
    given = keywords.get("columns")
    if given is None and constant(argument(row.params, "axis", args, keywords) or v.Constant(0)) in (1, "columns"):
        given = argument(row.params, "mapper", args, keywords)
    target = frame
    if not inplace:
        target = frame.copy()
        target.arms = m.arms
    if isinstance(given, v.Mapping) and not given.open:
        for old, new in given.entries.items():
            renamed = constant(new)
            if not isinstance(old, str) or not isinstance(renamed, str):
                frame.use_all(m.site(scope, node), "renamed")
                continue
            for origin, gone in target.origins.items():
                if old not in gone:
                    origin.names.add(old)
            found = target.columns.pop(old, None)
            if found is not None:
                target.columns[renamed] = target.columns.get(renamed, frozenset()) | found
            target.renamed = target.renamed or bool(target.origins)
    elif given is not None:
        frame.use_all(m.site(scope, node), "renamed")
    return v.Constant(None) if inplace else target


def _add(
    m: Machine, frame: Frame, row: FrameRow, name: str, args: Args, keywords: Keywords, scope: v.Scope, node: Any
) -> v.Value:
    from mltd.flow.calls import call_value

    named = argument(row.params, "column", args, keywords) or argument(row.params, "colName", args, keywords)
    if name == "insert" and named is not None:
        for wanted in names_in(named) or ():
            define(m, frame, wanted, scope, node, None, keywords.get("value", args[2] if len(args) > 2 else v.UNKNOWN))
        return v.Constant(None)
    target = frame.copy()
    target.arms = m.arms
    if not frame.type.startswith("pandas") or args:
        frame.use_all(m.site(scope, node), f"read by the expressions of {name}")
    for wanted in names_in(named) or () if named is not None else ():
        define(m, target, wanted, scope, _given(node, "") or node, None, args[1] if len(args) > 1 else v.UNKNOWN)
    for key, value in keywords.items():
        if key in ("*", "**"):
            frame.use_all(m.site(scope, node), "read by what is assigned")
            continue
        if isinstance(value, (v.Function, v.Bound)):
            before, m.reading = m.reading, []
            value = call_value(m, value, [target], {}, scope, node)
            reads, m.reading = m.reading, before
            define(m, target, key, scope, _given(node, key) or node, reads, value)
        elif frame.type.startswith("pandas"):
            define(m, target, key, scope, _given(node, key) or node, None, value)
    target.base |= v.taint_of(*args)
    return target


def _given(node: Any, keyword: str) -> facts.Expr | None:
    """Where a call in a chain gives an argument: the keyword of that name, or the first."""
    if not isinstance(node, facts.Call):
        return None
    plain = len(node.args) - len(node.names)
    if keyword:
        return node.args[plain + node.names.index(keyword)] if keyword in node.names else None
    return node.args[0] if plain else None
