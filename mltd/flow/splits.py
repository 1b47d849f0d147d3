"""Splits: the parts of data that are kept apart for training and evaluation."""

from __future__ import annotations

from typing import Any

from mltd.flow import values as v
from mltd.flow.arguments import argument
from mltd.flow.convert import constant
from mltd.flow.machine import Machine
from mltd.flow.rows import rows_of, taken
from mltd.knowledge import Row

Args = list[v.Value]
Keywords = dict[str, v.Value]

#: Parts of one split that are told apart.
_MOST = 8


def parts(
    m: Machine, row: Row, receiver: v.Value | None, args: Args, keywords: Keywords, taint: v.Taint, scope: v.Scope,
    node: Any,
) -> v.Value:  # fmt: skip
    """What a split gives: both sides of each of its arrays (``train_test_split(X, y)``), pairs of indices
    (``KFold().split(X)``), or the parts of one value (``numpy.split``, ``random_split``, ``randomSplit``)."""
    event = next(iter(taint), None)
    if event is None:
        return v.Unknown(taint, "parts")
    if row.data and row.data[0].startswith("*"):
        if not args or "*" in keywords:
            return v.Unknown(taint, "parts")
        sides = [taken(m, value, ("split", event, side), scope, node) for value in args for side in (0, 1)]
        return v.Sequence(sides, "tuple", False, v.UNKNOWN, node.at, scope.file)
    data = [value for name in row.data if (value := _given(row, name, receiver, args, keywords)) is not None]
    if getattr(receiver, "kind", "") == "splitter":
        pair = folds(m, receiver, data or args[:1], taint, scope, node)
        return v.Sequence([], "list", True, pair, node.at, scope.file, taint)
    first = data[0] if data else v.Unknown(taint)
    count = _count(row, args, keywords)
    if count is None:
        return v.Unknown(taint | v.taint_of(first), "parts")
    pieces = [taken(m, first, ("split", event, side), scope, node) for side in range(count)]
    return v.Sequence(pieces, "tuple", False, v.UNKNOWN, node.at, scope.file)


def folds(m: Machine, splitter: v.Value | None, data: Args, taint: v.Taint, scope: v.Scope, node: Any) -> v.Value:
    """A pair of indices, of the rows to train on and of those to evaluate on."""
    split = min((event for event in taint if event.verb == "splits"), key=lambda one: one.order, default=None)
    if split is None:
        split = m.happening("splits", getattr(splitter, "type", ""), scope, node, data=tuple(data))
    pair: list[v.Value] = []
    for side in (0, 1):
        before = v.taint_of(*data)
        event = m.happening("takes", "", scope, node, inputs=before, features=before)
        event.rows = rows_of(data[0]) if data else v.NONE
        event.extra["part"] = ("split", split, side)
        pair.append(v.Unknown(frozenset({event}), "array"))
    return v.Sequence(pair, "tuple", False, v.UNKNOWN, node.at, scope.file)


def watched(row: Row, args: Args, keywords: Keywords) -> dict[str, Any]:
    """What a fit is evaluated on while it learns: whether it sets a part of its own rows apart, and other rows."""
    given = [value for wanted in row.checks if (value := argument(row.params, wanted, args, keywords)) is not None]
    share = [value.value for value in given if isinstance(value, v.Constant)]
    return {
        "held_out": any(isinstance(one, float) and 0 < one < 1 for one in share),
        "checked": frozenset().union(*map(rows_of, given)),
    }


def _given(row: Row, name: str, receiver: v.Value | None, args: Args, keywords: Keywords) -> v.Value | None:
    return receiver if name == "self" else argument(row.params, name, args, keywords)


def _count(row: Row, args: Args, keywords: Keywords) -> int | None:
    """How many parts the sizes or cuts that a call names make."""
    for value in [*args, *keywords.values()]:
        if isinstance(value, v.Sequence) and not value.open and value.kind in ("list", "tuple") and value.items:
            cuts = row.of == "numpy"
            count = len(value.items) + cuts
            return count if 2 <= count <= _MOST else None
        number = constant(value)
        if isinstance(number, int) and not isinstance(number, bool) and 2 <= number <= _MOST:
            return number
    return None
