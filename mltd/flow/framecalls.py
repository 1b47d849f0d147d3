"""Methods of tables, and functions that take tables."""

from __future__ import annotations

import dataclasses
from typing import Any

from mltd.flow import values as v
from mltd.flow.arguments import argument, drawn_again
from mltd.flow.combining import dummied, merged, stacked
from mltd.flow.convert import constant
from mltd.flow.events import Event
from mltd.flow.frameeffects import frame_effect
from mltd.flow.framejoins import stack_tables, under_one_another
from mltd.flow.frames import Column, Frame
from mltd.flow.lineage import FORMS
from mltd.flow.machine import Machine
from mltd.flow.measures import apply, measured, of_rows
from mltd.flow.order import ordered
from mltd.flow.reshaping import reshaped
from mltd.flow.rows import taken
from mltd.flow.schema import Schema
from mltd.knowledge import FrameRow, Row

Args = list[v.Value]
Keywords = dict[str, v.Value]

#: What a row of knowledge says better than an effect on columns.
_CONSUMING = frozenset({
    "writes", "saves", "shows", "plots", "logs", "fits", "predicts", "evaluates", "splits", "transforms", "searches",
    "copies",
})  # fmt: skip
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
    from mltd.flow.applying import apply_row

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
        event.extra["rows"] = effect is not None and under_one_another(effect, args, keywords)
        event.extra["again"] = drawn_again(row, args, keywords)
    if effect is None:
        frame.became(None)
        frame.use_all(m.site(scope, node), f"given to {callee}")
        m.escape_all((*args, *keywords.values()), f"given to {callee}", scope, node)
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
        event.extra["rows"] = under_one_another(effect, args, keywords)
    if effect.effect == "stack":
        given = argument(effect.params, effect.other, args, keywords)
        return stack_tables(m, [], given, under_one_another(effect, args, keywords), scope, node)
    first = args[0] if args else next(iter(keywords.values()), None)
    if isinstance(first, Frame):
        return frame_effect(m, first, effect, callee.rpartition(".")[2], args, keywords, scope, node)
    m.escape_all((*args, *keywords.values()), f"given to {callee}", scope, node)
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
