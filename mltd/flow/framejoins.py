"""Tables joined with, and stacked on, one another."""

from __future__ import annotations

from typing import Any

from mltd import facts
from mltd.flow import suffixes
from mltd.flow import values as v
from mltd.flow.arguments import argument
from mltd.flow.convert import constant, names_in
from mltd.flow.events import Event
from mltd.flow.frames import Column, Frame, rows_held, union
from mltd.flow.machine import Machine
from mltd.flow.measures import apply
from mltd.flow.naming import use_columns
from mltd.flow.rows import taken, together
from mltd.knowledge import FrameRow

Args = list[v.Value]
Keywords = dict[str, v.Value]


def under_one_another(effect: FrameRow, args: Args, keywords: Keywords) -> bool:
    """Whether a call puts rows under one another, and joins nothing."""
    along = constant(argument(effect.params, "axis", args, keywords) or v.Constant(0))
    return effect.effect == "stack" and along not in (1, "columns")


def join_tables(
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
        use_columns(m, other, row, args, keywords, scope, node)
        added = suffixes.of_call(row.names[0], frame.type.partition(".")[0], keywords) if keys else None
        result = union(*(suffixes.suffixed(frame, other, keys, added) if added else (frame, other)))
        told = argument(row.params, "how", args, keywords)
        how = constant(told) if told is not None else "inner" if "merge" in row.names else "left"
        result.rows = rows_held(other if how == "right" else frame)  # the other table's rows are looked up
        sides = _sides(m, node, scope) if how == "inner" and _is_chosen(other) else None
        if sides is not None:  # what the other table has lost, the result has not either
            owner, chooser = sides
            result = taken(m, result, ("rows", scope.file, chooser, owner), scope, node, masked=True)
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


def _sides(m: Machine, node: Any, scope: v.Scope) -> tuple[facts.Expr, facts.Expr] | None:
    """Where the two tables of a call that joins them are written: ``left.merge(right)``, ``pd.merge(left, right)``."""
    if not isinstance(node, facts.Call):
        return None
    plain = len(node.args) - len(node.names)
    named = dict(zip(node.names, node.args[plain:], strict=True))
    tables = list(node.args[:plain])
    if isinstance(node.func, facts.Attr):
        owner = node.func.value
        if not isinstance(owner, facts.Name) or not isinstance(m.evaluate(m, owner, scope), v.External):
            tables.insert(0, owner)
    left = tables.pop(0) if tables else named.get("left")
    right = tables.pop(0) if tables else named.get("right")
    return (left, right) if left is not None and right is not None else None


def _is_chosen(table: Frame) -> bool:
    """Whether only some of the rows of a table are left, by what a condition or a range says."""
    return any(one.verb == "takes" and one.extra["part"][0] in ("rows", "window") for one in table.rows)


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


def stack_tables(
    m: Machine, first: list[Frame], given: v.Value | None, under: bool, scope: v.Scope, node: Any
) -> v.Value:
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
        whole = frozenset[Event]().union(*(one.base for one in frames))
        result.rows = frozenset({together(m, [rows_held(one) for one in frames], scope, node, whole)})
    return result
