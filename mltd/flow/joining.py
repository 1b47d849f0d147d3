"""What a value may be after two branches, and what is lost from sight."""

from __future__ import annotations

from mltd.flow import values as v
from mltd.flow.events import Site
from mltd.flow.frames import MAX_SAME, Column, Frame, Names, union

#: Alternatives of one text.
MAX_TEXTS = 48
#: Items of lists of which one or the other may be meant.
MAX_EITHER = 100


def join(first: v.Value, second: v.Value) -> v.Value:
    """What a value may be after two branches."""
    if first is second or first == second:
        return first
    if isinstance(first, v.Texts) and isinstance(second, v.Texts):
        merged = tuple(dict.fromkeys((*first.alternatives, *second.alternatives)))
        if len(merged) <= MAX_TEXTS:
            return v.Texts(merged, first.path and second.path, first.taint | second.taint)
    if isinstance(first, Frame) and isinstance(second, Frame):
        table = union(first, second)
        if len(first.maybe) + len(second.maybe) < MAX_SAME:
            table.may_be(first)
            table.may_be(second)
        else:
            table.schema = None
        return table
    for one, other in ((first, second), (second, first)):
        if isinstance(one, (Frame, Column, v.Instance, v.Object, v.Texts, v.Class, v.Function)) and v.is_none(other):
            return or_nothing(one)
    if isinstance(first, Frame) or isinstance(second, Frame):
        return _either(first, second)
    if _is_mask(first) and _is_mask(second):
        return v.Unknown(v.taint_of(first, second), v.MASK)
    if isinstance(first, v.Object) and isinstance(second, v.Object) and first.kind == second.kind:
        joined = v.Object(first.type, first.kind, first.path, first.mode, first.at, first.file, dict(first.parts))
        joined.taint, joined.absent = v.taint_of(first, second), first.absent or second.absent
        if second.path is not None:
            joined.path = join(first.path, second.path) if first.path is not None else second.path
        return joined
    for value in (first, second):
        release(value)
    kind = getattr(first, "kind", "")
    if isinstance(first, v.Sequence) and isinstance(second, v.Sequence) and kind == second.kind != "slice":
        taint = v.taint_of(first, second)
        closed = not first.open and not second.open and len(first.items) == len(second.items)
        if kind == "tuple" and closed and not any(isinstance(one, v.CONTAINERS) for one in first.items):
            both_items = [join(one, other) for one, other in zip(first.items, second.items, strict=True)]
            return v.Sequence(both_items, kind, at=first.at, file=first.file, taint=taint)
        # One list or the other: what is gone through is an item of either.
        items = [*first.items, *(one for one in second.items if not any(one is other for other in first.items))]
        if len(items) <= MAX_EITHER:
            both = all(not one.open or one.either for one in (first, second))
            return v.Sequence(items, kind, open=True, rest=v.Unknown(taint), either=both, taint=taint)
    return v.Unknown(v.taint_of(first, second), kind if kind == getattr(second, "kind", None) else "")


def or_nothing(value: v.Value) -> v.Value:
    """A value, or None in its place."""
    if isinstance(value, (Frame, v.Instance, v.Object)):
        value.absent = True
    return value


def release(value: v.Value) -> None:
    """The interpretation loses sight of a value: the columns of the frames in it may all be used."""
    if type(value) in v.INERT:
        return
    seen: set[int] = set()
    todo = [(value, 0)]
    while todo:
        current, depth = todo.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, Frame):
            current.use_all(_NOWHERE, "lost from sight")
        elif isinstance(current, Names):
            current.frame.use_all(_NOWHERE, "lost from sight")
        elif depth < v.MAX_NESTING and isinstance(current, v.CONTAINERS):
            todo += [(item, depth + 1) for item in v.items(current)]


_NOWHERE = Site("", 0, 0)


def _is_mask(value: v.Value) -> bool:
    """Whether a value may say of each row whether it is taken: the column of a comparison, or another mask."""
    return (isinstance(value, Column) and value.name is None) or getattr(value, "kind", "") == v.MASK


def _either(first: v.Value, second: v.Value) -> v.Value:
    """A frame on one path and something else on the other: the frame, whose columns may all be used."""
    frame, other = (first, second) if isinstance(first, Frame) else (second, first)
    result: Frame = frame.copy(v.taint_of(other))
    result.blurred = True
    return result


def joined_names(ends: list[dict[str, v.Value]]) -> dict[str, v.Value]:
    """What names mean after several branches."""
    result = dict(ends[0])
    for other in ends[1:]:
        for name, value in other.items():
            mine = result.get(name)
            if mine is not value:
                result[name] = value if mine is None else join(mine, value)
    return result
