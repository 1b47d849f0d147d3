"""Methods of frames, columns and groups, and functions that take frames, by the effects of the knowledge tables."""

from __future__ import annotations

import dataclasses
from typing import Any

from mltd import facts
from mltd.flow import suffixes
from mltd.flow import values as v
from mltd.flow.arguments import argument, drawn_again
from mltd.flow.combining import dummied, merged, stacked
from mltd.flow.convert import constant, names_in, surely
from mltd.flow.events import Event
from mltd.flow.frames import Column, Frame, rows_held, union
from mltd.flow.lineage import FORMS
from mltd.flow.machine import Machine
from mltd.flow.measures import apply, measured, of_rows
from mltd.flow.order import ordered
from mltd.flow.reshaping import reshaped
from mltd.flow.rows import taken, together
from mltd.flow.schema import Schema
from mltd.flow.tables import define, query_names, read_column
from mltd.knowledge import FrameRow, Row

Args = list[v.Value]
Keywords = dict[str, v.Value]

#: What a row of knowledge says better than an effect on columns.
_CONSUMING = frozenset({
    "writes", "saves", "shows", "plots", "logs", "fits", "predicts", "evaluates", "splits", "transforms", "searches",
    "copies",
})  # fmt: skip
#: Methods that change a table's values by those that they are given, and how.
_CHANGING = {
    "fillna": "fills", "replace": "fills", "where": "fills", "mask": "fills", "fill_null": "fills",
    "sub": "scales", "subtract": "scales", "div": "scales", "divide": "scales", "truediv": "scales",
    "map": "looked-up", "join": "looked-up",
}  # fmt: skip
#: Methods whose statistics are of the rows near by.
_WINDOWS = frozenset({"rolling", "expanding", "ewm", "resample"})
#: Methods that take a function of rows, columns or the frame itself.
_APPLY = frozenset({"apply", "pipe", "transform", "agg", "aggregate", "map", "applymap"})


def frame_method(
    m: Machine, frame: Frame, name: str, args: Args, keywords: Keywords, scope: v.Scope, node: Any
) -> v.Value:
    """``frame.name(...)``"""
    effect = m.knowledge.frame(f"{frame.type}.{name}")
    before = frame.schema
    result = _method(m, frame, name, effect, args, keywords, scope, node)
    if effect is None or name in _APPLY:
        return result
    if effect.effect == "join":
        after = merged(name, frame, argument(effect.params, effect.other, args, keywords), effect, args, keywords)
    elif effect.effect == "stack":
        other = argument(effect.params, effect.other, args, keywords)
        after = stacked([frame, *_tables(other)], effect, args, keywords)
    else:
        after = reshaped(before, frame.type, name, effect, args, keywords)
    if isinstance(result, Frame) and result is not frame:
        result.schema = after
    inplace = argument(effect.params, effect.inplace, args, keywords) if effect.inplace else None
    if name in _INPLACE or not is_false(inplace):
        surely = m.surely(frame.arms) and (name in _INPLACE or constant(inplace) is True)
        frame.became(after if surely or after is None else after.either(before))
    return result


#: Methods that change the table itself, whatever they are given.
_INPLACE = frozenset({"insert", "pop", "update"})


def _tables(value: v.Value | None) -> list[v.Value]:
    """The tables that a call stacks; one that is not known where there may be others."""
    if isinstance(value, (v.Sequence, v.Mapping)):
        items = value.items if isinstance(value, v.Sequence) else list(value.entries.values())
        return [*items, *([value.rest] if value.open and not getattr(value, "either", False) else [])]
    return [value] if value is not None else []


def is_false(value: v.Value | None) -> bool:
    """Whether an argument is not given, or surely false."""
    return value is None or (isinstance(value, v.Constant) and not value.value)


def _method(
    m: Machine, frame: Frame, name: str, effect: FrameRow | None, args: Args, keywords: Keywords, scope: v.Scope,
    node: Any,
) -> v.Value:  # fmt: skip
    from mltd.flow.library import apply_row

    callee = f"{frame.type}.{name}"
    row = m.knowledge.call(callee)
    if row is not None and row.does in _CONSUMING:
        return apply_row(m, callee, row, frame, args, keywords, scope, node)
    if name in _APPLY:
        return _apply(m, frame, name, args, keywords, scope, node)
    if row is not None and row.does == "measures":
        frame.use_all(m.site(scope, node), name)
        over = of_rows(row, args, keywords)
        return v.Unknown(measured(m, callee, frame, scope, node) if over else v.taint_of(frame), "array")
    event: Event | None = None
    if row is not None:
        inputs = v.taint_of(frame, *args)
        event = m.event(row.does, callee, scope, node, data=(frame, *args), inputs=inputs, form="frame")
        event.extra["rows"] = effect is not None and _under_one_another(effect, args, keywords)
        event.extra["again"] = drawn_again(row, args, keywords)
    if effect is None:
        frame.became(None)
        frame.use_all(m.site(scope, node), f"given to {callee}")
        for value in (*args, *keywords.values()):
            m.escape(value, f"given to {callee}", m.site(scope, node))
        result: v.Value = v.Unknown(v.taint_of(frame, *args), row.gives if row is not None else "")
    else:
        result = frame_effect(m, frame, effect, name, args, keywords, scope, node)
    result = ordered(m, name, frame, result, args, keywords, scope, node)
    if event is None:
        return result
    if event.extra["again"] and isinstance(result, Frame):
        result.base |= {event}
    return formed(m, result, event, scope, node, keywords)


def formed(m: Machine, value: v.Value, event: Event, scope: v.Scope, node: Any, keywords: Keywords) -> v.Value:
    """The result of a call that gives a value another form: it comes from that call."""
    if event.verb not in FORMS:
        return value
    event.extra["keywords"] = tuple(sorted(name for name in keywords if name[0] != "*"))
    if isinstance(value, Frame):
        value.base |= {event}
        return value
    if isinstance(value, Column):
        return dataclasses.replace(value, taint=frozenset({event}))
    if isinstance(value, v.Unknown):
        kind = m.knowledge.type(value.kind) if "." in value.kind else None
        return v.Unknown(frozenset({event}), kind.kind if kind is not None else value.kind or "array", value.library)
    return value


def frame_function(
    m: Machine, callee: str, row: Row | None, args: Args, keywords: Keywords, scope: v.Scope, node: Any
) -> v.Value | None:
    """A function of a table library that takes frames (``pandas.merge``, ``pandas.concat``), or None."""
    effect = m.knowledge.frame(callee) if callee.startswith("pandas.") else None
    schema = _function_schema(callee.rpartition(".")[2], effect, args, keywords) if effect is not None else None
    result = _function(m, callee, row, args, keywords, scope, node)
    if isinstance(result, Frame) and effect is not None:
        result.schema = schema
        result.levelled = result.levelled or "keys" in keywords
    return result


def _function_schema(name: str, effect: FrameRow, args: Args, keywords: Keywords) -> Schema | None:
    first = argument(effect.params, effect.params[0], args, keywords) if effect.params else None
    if effect.effect == "stack":
        return stacked(_tables(argument(effect.params, effect.other, args, keywords)), effect, args, keywords)
    if not isinstance(first, Frame):
        return None
    if effect.effect == "join":
        return merged(name, first, argument(effect.params, effect.other, args, keywords), effect, args, keywords)
    if name == "get_dummies":
        return dummied(first, effect, args, keywords)
    return reshaped(first.schema, first.type, name, effect, args, keywords)


def _function(
    m: Machine, callee: str, row: Row | None, args: Args, keywords: Keywords, scope: v.Scope, node: Any
) -> v.Value | None:
    if callee in ("pandas.cut", "pandas.qcut") and args and not isinstance(args[0], Frame):
        return _binned(m, callee, args, keywords, scope, node)
    effect = m.knowledge.frame(callee)
    if effect is None:
        return None
    if row is not None and row.does in ("joins", "samples", "shapes", "converts"):
        inputs = v.taint_of(*args, *keywords.values())
        event = m.event(row.does, callee, scope, node, data=tuple(args), inputs=inputs, form="frame")
        event.extra["rows"] = _under_one_another(effect, args, keywords)
    if effect.effect == "stack":
        given = argument(effect.params, effect.other, args, keywords)
        return _stacked(m, [], given, _under_one_another(effect, args, keywords), scope, node)
    first = args[0] if args else next(iter(keywords.values()), None)
    if isinstance(first, Frame):
        return frame_effect(m, first, effect, callee.rpartition(".")[2], args, keywords, scope, node)
    for value in (*args, *keywords.values()):
        m.escape(value, f"given to {callee}", m.site(scope, node))
    if isinstance(first, Column):
        return first.computed(v.taint_of(*args))
    if effect.effect in ("join", "stack", "same", "set"):
        return Frame("pandas.DataFrame", {}, {}, True, m.arms, v.taint_of(*args, *keywords.values()), True)
    return v.Unknown(v.taint_of(*args, *keywords.values()), "frame")


def _binned(m: Machine, callee: str, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    """A column in bins: whose borders are not given, they are learnt of it."""
    first = args[0]
    bins = argument(["x", "bins"], "bins", args, keywords)
    event = m.event("derives", callee, scope, node, data=(first,), inputs=v.taint_of(*args, *keywords.values()))
    taint = v.taint_of(*args, *keywords.values()) | {event}
    if callee == "pandas.qcut" or (isinstance(bins, v.Constant) and isinstance(bins.value, int)):
        taint |= measured(m, callee, first, scope, node)
        apply(m, "bins", [v.Unknown(taint)], scope, node)
    return first.computed(taint) if isinstance(first, Column) else v.Unknown(taint, "array")


def _under_one_another(effect: FrameRow, args: Args, keywords: Keywords) -> bool:
    """Whether a call puts rows under one another, and joins nothing."""
    along = constant(argument(effect.params, "axis", args, keywords) or v.Constant(0))
    return effect.effect == "stack" and along not in (1, "columns")


def _use_columns(
    m: Machine, frame: Frame, row: FrameRow, args: Args, keywords: Keywords, scope: v.Scope, node: Any
) -> list[str] | None:
    """Mark the columns named by a call as used; the names, or None where they are not known."""
    found: list[str] = []
    for wanted in row.columns:
        value = argument(row.params, wanted, args, keywords)
        if value is None or (isinstance(value, v.Constant) and value.value is None):
            continue
        names = query_names(value) if wanted == "expr" else names_in(value, may=True)
        if names is None:
            if isinstance(value, Column):
                continue
            frame.use_all(m.site(scope, node), f"{row.names[0]} by columns that are not known")
            return None
        for name in names:
            read_column(m, frame, name, scope, node, "named")
        found += names
    return found


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
    names = _use_columns(m, frame, row, args, keywords, scope, node)
    if name in _CHANGING:
        apply(m, _CHANGING[name], [*args, *keywords.values()], scope, node)
    if row.effect in ("same", "set", "part"):
        for value in (*args, *keywords.values()):
            if isinstance(value, Frame) and value is not frame:
                m.escape(value, f"given to {name}", site)
        if row.effect == "part" and not row.columns and name not in ("loc", "iloc"):
            frame.use_all(site, f"{name} of columns that are not known")
        if inplace:
            frame.base |= _applied(args)
            return v.Constant(None)
        selected = row.effect == "part" and bool(names) and not row.rows
        result = frame.only(names or []) if selected else frame.copy()
        result.arms, result.base = m.arms, result.base | v.taint_of(*args)
        return _some_rows(m, result, args, keywords, scope, node) if row.rows else result
    if row.effect == "select":
        return frame.only(names) if names is not None else frame.copy()
    if row.effect == "join":
        return _merged(m, frame, argument(row.params, row.other, args, keywords), row, args, keywords, scope, node)
    if row.effect == "stack":
        given = argument(row.params, row.other, args, keywords)
        return _stacked(m, [frame], given, _under_one_another(row, args, keywords), scope, node)
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
    for value in (*args, *keywords.values()):
        m.escape(value, f"given to {name}", site)
    return _whole(m, frame, name, taint)


def _applied(args: Args) -> v.Taint:
    """The statistics among what a table is changed by in place."""
    return frozenset(event for event in v.taint_of(*args) if event.verb == "measures")


def _some_rows(m: Machine, frame: Frame, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    """Some of a table's rows; a sample of all of them is only in another order."""
    share = constant(keywords.get("frac", v.UNKNOWN))
    if isinstance(share, (int, float)) and share >= 1:
        return frame
    return taken(m, frame, ("rows", scope.file, node, node), scope, node)


def _whole(m: Machine, frame: Frame, name: str, taint: v.Taint) -> v.Value:
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
        return v.Sequence([], "list", True, v.Unknown(taint), taint=taint)
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
    if given is not None and (not inplace or m.certain(frame.arms)):
        for name in surely(given):
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


def _merged(
    m: Machine,
    frame: Frame,
    other: v.Value | None,
    row: FrameRow,
    args: Args,
    keywords: Keywords,
    scope: v.Scope,
    node: Any,
) -> v.Value:
    if isinstance(other, Frame):
        named = {key: argument(row.params, key, args, keywords) for key in row.columns}
        keys = [name for value in named.values() if value is not None for name in names_in(value) or ()]
        _use_columns(m, other, row, args, keywords, scope, node)
        added = suffixes.of_call(row.names[0], frame.type.partition(".")[0], keywords) if keys else None
        result = union(*(suffixes.suffixed(frame, other, keys, added) if added else (frame, other)))
        how = constant(argument(row.params, "how", args, keywords) or v.Constant(None))
        result.rows = rows_held(other if how == "right" else frame)  # the other table's rows are looked up
        apply(m, "looked-up", [other], scope, node)
    else:
        if other is not None:
            m.escape(other, "joined", m.site(scope, node))
        result = frame.copy()
        result.blurred = True
    if not any(argument(row.params, key, args, keywords) is not None for key in row.columns):
        _common_keys(m, frame, other, scope, node)
    result.arms = m.arms
    if not isinstance(other, Frame):
        result.base |= v.taint_of(*args, *keywords.values())
    return result


def _common_keys(m: Machine, frame: Frame, other: v.Value | None, scope: v.Scope, node: Any) -> None:
    """A merge with no named key is by the columns that both have: any known one may be it."""
    for side, far in ((frame, other), (other, frame)):
        if isinstance(side, Frame):
            for name in list(side.columns):
                if not isinstance(far, Frame) or name in far.columns or far.open:
                    side.use(name, m.site(scope, node), "a key of the join")


def _frames(m: Machine, value: v.Value | None, scope: v.Scope, node: Any) -> tuple[list[Frame], v.Taint]:
    """The frames in a list of frames, a column as a frame of its own; what else is in it escapes, and what that comes
    from."""
    if isinstance(value, Frame):
        return [value], v.NONE
    found: list[Frame] = []
    others: list[v.Value] = []
    items = [*value.items, value.rest] if isinstance(value, v.Sequence) else [value] if value is not None else []
    if isinstance(value, v.Mapping):
        items = [*value.entries.values(), value.rest]
    for item in items:
        if isinstance(item, Frame):
            found.append(item)
        else:
            m.escape(item, "stacked with frames", m.site(scope, node))
            if isinstance(item, Column) and item.name is not None:
                column = item.frame.only([item.name])
                column.base |= item.taint
                found.append(column)
            else:
                others.append(item)
    return found, v.taint_of(*others)


def _stacked(m: Machine, first: list[Frame], given: v.Value | None, under: bool, scope: v.Scope, node: Any) -> v.Value:
    """Tables ``under`` one another, or side by side."""
    found, others = _frames(m, given, scope, node)
    frames = [*first, *found]
    if not frames:
        return Frame("pandas.DataFrame", {}, {}, True, m.arms, others, True)
    result = frames[0].copy(others)
    for other in frames[1:]:
        result = union(result, other)
    result.arms, result.grown = m.arms, True
    if not under and len(frames) > 1:
        result.rows = rows_held(frames[0])
    elif len(frames) > 1:
        result.rows = frozenset({together(m, [rows_held(one) for one in frames], scope, node)})
    return result


def _apply(m: Machine, frame: Frame, name: str, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    from mltd.flow.calls import call_value

    function = args[0] if args else keywords.get("func", v.UNKNOWN)
    taint = v.taint_of(frame)
    by_row = constant(keywords.get("axis", args[1] if len(args) > 1 and name == "apply" else v.Constant(0))) in (
        1,
        "columns",
    )
    if name == "pipe":
        return call_value(m, function, [frame, *args[1:]], keywords, scope, node)
    if isinstance(function, (v.Function, v.Bound)) and by_row:
        row = taken(m, frame, ("item", node.at), scope, node)
        result = call_value(m, function, [row], {}, scope, node)
        return result if isinstance(result, Frame) else Column(frame, None, taint)
    frame.use_all(m.site(scope, node), f"{name} over all columns")
    if isinstance(function, (v.Function, v.Bound)):
        call_value(m, function, [v.Unknown(taint, "series")], {}, scope, node)
    if by_row:
        return Column(frame, None, taint)
    result = frame.copy()
    result.arms = m.arms
    if frame.schema is not None and isinstance(function, (v.Function, v.External, v.Texts)):
        result.schema = frame.schema.indexed(None).loosely()
    return result


def column_method(
    m: Machine, column: Column, name: str, args: Args, keywords: Keywords, scope: v.Scope, node: Any
) -> v.Value:
    """``column.name(...)``: almost always a column again."""
    from mltd.flow.calls import call_value
    from mltd.flow.library import apply_row

    row = m.knowledge.call(f"pandas.Series.{name}")
    if row is not None and row.does in ("writes", "saves", "shows", "plots"):
        return apply_row(m, f"pandas.Series.{name}", row, column, args, keywords, scope, node)
    if name in _CHANGING:
        apply(m, _CHANGING[name], [*args, *keywords.values()], scope, node)
        if constant(keywords.get("inplace", v.UNKNOWN)) is True and column.name is not None:
            column.frame.taints[column.name] = column.frame.taint_of(column.name) | _applied([*args])
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
    if name in _WINDOWS or name == "groupby":
        grouped = dataclasses.replace(column, taint=taint, grouped="window" if name in _WINDOWS else "group")
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
