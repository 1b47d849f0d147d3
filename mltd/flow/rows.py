"""Rows: which of its rows a value holds, as the events that chose them.

Every choice of rows (a mask, a range, one side of a split) is an event with the verb ``takes`` among what the part
comes from. Its ``extra["part"]`` says which part it is: ``("split", split, side)``; ``("item", position)`` for each in
turn; ``("entry", index)`` of several values in one; ``("name", key)`` of what is found by a name; ``("rows", file,
index, owner)`` with the expressions that choose and that they choose from, ``("window", ...)`` where a loop moves both
ends of them, or compares by order with what it goes through; ``("together", ...)`` for parts under one
another. It is kept out of the list of events: only what comes from it can ask for it. :mod:`mltd.graph.rows` compares
such parts.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from mltd import facts
from mltd.flow import values as v
from mltd.flow.convert import constant
from mltd.flow.events import Event, Site, rooted
from mltd.flow.frames import Column, Frame, rows_held
from mltd.flow.machine import Machine
from mltd.flow.program import mentions, nodes

#: Comparisons by order.
ORDER = frozenset({"<", "<=", ">", ">="})
#: What is no data: taking a part of it takes no rows.
_NO_DATA = frozenset({"estimator", "transformer", "network", "tokenizer", "splitter", "options", "searcher", "text"})


def rows_of(value: v.Value, depth: int = 0) -> v.Taint:
    """The events that say which rows a value holds."""
    if isinstance(value, Frame):
        return rows_held(value)
    if isinstance(value, Column):
        own = frozenset(event for event in value.taint if event.verb == "takes")
        if not own and value.name is None:  # computed by a call that knows of which rows
            own = frozenset(event for event in value.taint if event.rows and event.verb not in ("measures", "orders"))
        return own or value.frame.rows or value.taint
    if isinstance(value, v.Sequence) and value.kind in ("tuple", "list") and depth < 2 and value.items:
        own = frozenset(event for event in value.taint if event.verb == "takes")
        if own:
            return own
        items = [*value.items[:8], value.rest] if value.open else value.items[:8]
        return frozenset().union(*(rows_of(item, depth + 1) for item in items))
    return v.taint_of(value)


def taken(
    m: Machine, value: v.Value, part: tuple[Any, ...], scope: v.Scope, node: Any, by: v.Taint = v.NONE,
    masked: bool = False,
) -> v.Value:  # fmt: skip
    """A part of a value's rows, of a table always one of its own; what is no data, or comes from none, is as it was.
    ``by`` is what the choice comes from: what a part is chosen by decides what is there, but its values are not made
    of it. ``masked`` if each row is asked whether it is to be taken; the event then says in which ``loop``
    others are taken in every round."""
    if isinstance(value, v.Method):
        value = v.Unknown(value.taint)  # an attribute that is data: ``iris.data``
    if isinstance(value, Frame):
        result = value.copy()
        result.arms, result.schema = m.arms, value.schema
        event = _choice(m, value, part, scope, node, by, masked)
        if event is not None:
            result.rows = frozenset({event})
        return result
    if not isinstance(value, (Column, v.Unknown, v.Object, v.Sequence)) or getattr(value, "kind", "") in _NO_DATA:
        return value
    event = _choice(m, value, part, scope, node, by, masked)
    if event is None and not by:
        return value
    taint = _with(v.taint_of(value) | by, event)
    if isinstance(value, Column):
        return dataclasses.replace(value, taint=taint)
    if isinstance(value, v.Object):
        return v.Object(value.type, value.kind, value.path, value.mode, value.at, value.file, dict(value.parts), taint)
    if isinstance(value, v.Sequence):
        rest = taken(m, value.rest, part, scope, node) if value.open else value.rest
        return v.Sequence(list(value.items), value.kind, value.open, rest, value.at, value.file, taint, value.either)
    return v.Unknown(taint, value.kind, value.library)


def _choice(
    m: Machine, value: v.Value, part: tuple[Any, ...], scope: v.Scope, node: Any, by: v.Taint, masked: bool
) -> Event | None:
    """The choice of some rows of a value: one for each place and what it chooses from, so that who is given the same
    has the same summary."""
    before = v.taint_of(value)
    if not rooted(before | by):
        return None
    rows = rows_of(value)
    told, known = _asked(part[2], part[3], scope) if part[0] == "rows" and scope.kind == "function" else ((), True)
    key = scope.file, node.at, *(part if part[0] not in ("rows", "window") else told), before, by, rows
    event = m.choices.get(key)
    if event is None:
        # What the columns of a table come from stays with them: only the table as a whole goes on here.
        table = isinstance(value, Frame)
        of = value.base if isinstance(value, Frame) else before
        event = m.choices[key] = m.happening("takes", "", scope, node, inputs=before | by, features=of, rows=rows)
        loop = loop_of(part[2], scope) if masked and part[0] == "rows" else None
        event.extra.update(part=part, told=told, open=not known, table=table, masked=masked, loop=loop)
    return event


def _asked(index: facts.Node, owner: facts.Node, scope: v.Scope) -> tuple[tuple[Any, ...], bool]:
    """What an index into an ``owner`` asks for by name that may be another in every call of its function; and whether
    all of it is known, or at least where it comes from."""
    told: list[Any] = []
    known = True
    for node in nodes(index):
        if isinstance(node, facts.Name) and node.id not in scope.turning:
            value = scope.names.get(node.id)
            if isinstance(value, v.Texts):
                told.append((node.id, *(text.template for text in value.alternatives)))
            elif isinstance(value, v.Constant):
                told.append((node.id, value.value))
            elif isinstance(value, Frame):
                if node.id != getattr(owner, "id", None):  # its rows may be others in every call
                    chosen = sorted(value.rows, key=lambda one: one.order)
                    told += [(node.id, *one.extra["told"]) for one in chosen if one.extra.get("told")]
            elif node.id in scope.bound:
                known = False  # a mask or a range that the caller made
            elif isinstance(value, (v.Unknown, v.Method, v.Sequence)) and not value.taint:
                known = False
    return tuple(told), known


def latest(events: Iterable[Event]) -> v.Taint:
    """The events without those that a choice among them knows: what it chose from, and what it chose by."""
    every = frozenset(events)
    return every - {before for event in every if event.verb == "takes" for before in event.inputs}


def made_of(events: Iterable[Event]) -> v.Taint:
    """The events without those by which some of them only chose rows: a choice of a value's rows knows what it comes
    from itself, one of a table's rows leaves each column what it was made of."""
    every = frozenset(events)
    return every - {
        before for event in every if event.verb == "takes" and not event.extra.get("table") for before in event.inputs
    }


def but_items(taint: v.Taint) -> v.Taint:
    """What a value comes from, whichever of the rows that a loop goes through it is."""
    if rooted(taint):
        return frozenset(event for event in taint if event.verb != "takes" or event.extra["part"][0] != "item")
    return taint


def together(m: Machine, parts: list[v.Taint], scope: v.Scope, node: Any, tables: v.Taint | None = None) -> Event:
    """Rows under one another: those of all of the parts; ``tables`` is what they come from as a whole, where they are
    tables."""
    every = frozenset().union(*parts)
    of = every if tables is None else tables
    event = m.happening("takes", "", scope, node, inputs=every, features=of, rows=every)
    event.extra.update(part=("together", *parts), table=tables is not None)
    return event


def _with(before: v.Taint, event: Event | None) -> v.Taint:
    """What a part comes from: the choice of its rows instead of the choices before, which that one knows."""
    if event is None:
        return v.bounded(before)
    return v.bounded(frozenset(one for one in before if one.verb != "takes") | {event})


def chosen_by(index: v.Value, node: facts.Node, owner: facts.Node, scope: v.Scope) -> tuple[Any, ...]:
    """Which part of its owner an index takes: the side of the split that made the index, else what the index says."""
    if not isinstance(index, (Frame, Column, v.Sequence)):
        side = side_of(index)
        if side is not None:
            return side
    if isinstance(owner, facts.Attr):
        owner = owner.value  # df.loc[...]
    return ("window" if _moves(node, scope.turning) else "rows", scope.file, node, owner)


def side_of(index: v.Value) -> tuple[Any, ...] | None:
    """The side of a split that made an index, or that an index is one of: ``rows[i] for i in train_index``."""
    choices = [one for one in v.taint_of(index) if one.verb == "takes"]
    choices += [one for item in choices if item.extra["part"][0] == "item" for one in item.rows if one.verb == "takes"]
    sides = [one for one in choices if one.extra["part"][0] == "split"]
    found: tuple[Any, ...] | None = min(sides, key=lambda one: one.order).extra["part"] if sides else None
    return found


def _moves(index: facts.Node, turning: set[str]) -> bool:
    """Whether an index is a range that a loop moves on in every round, both of its ends (``rows[i - 60 : i]``), or asks
    for what comes before, or after, something that the loop goes through (``rows[rows["day"] < game["day"]]``)."""
    if isinstance(index, facts.Seq) and index.items:
        index = index.items[0]
    if not turning:
        return False
    if isinstance(index, facts.Slice):
        return all(end is not None and mentions(end, turning) for end in (index.lower, index.upper))
    return orders_by(index, turning)


def loop_of(index: facts.Expr, scope: v.Scope) -> Site | None:
    """The innermost loop that a choice of rows stands in and that it is made in anew in every round."""
    names = {one.id for one in nodes(index) if isinstance(one, facts.Name)} & scope.loops.keys() if scope.loops else ()
    around = [loop for loop in map(scope.loops.__getitem__, names) if loop.at <= index.at < loop.to]
    return max(around, key=lambda loop: loop.at, default=None)


def orders_by(node: facts.Node, names: set[str]) -> bool:
    """Whether an expression compares by order with something of some names: ``rows["day"] < game["day"]``."""
    compared = (one for one in nodes(node) if isinstance(one, facts.Compare) and not ORDER.isdisjoint(one.ops))
    return any(mentions(one, names) for one in compared)


def columns_in(index: facts.Node, owner: facts.Node) -> frozenset[str]:
    """The columns of its own table that a choice of rows asks for, by name, if it asks for nothing else."""
    found: set[str] = set()
    if not _asks_columns(index, owner):
        return frozenset()
    for node in nodes(index):
        if isinstance(node, (facts.Attr, facts.Sub)) and isinstance(node.value, facts.Name):
            name = node.name if isinstance(node, facts.Attr) else getattr(node.index, "value", None)
            if isinstance(owner, facts.Name) and node.value.id == owner.id and isinstance(name, str):
                found.add(name)
    return frozenset(found)


def _asks_columns(index: facts.Node, owner: facts.Node) -> bool:
    """Whether a condition compares columns of its own table, each with something, or asks whether they are among some
    values."""
    if isinstance(index, facts.Bin):
        return all(_asks_columns(part, owner) for part in (index.left, index.right))
    if isinstance(index, facts.Unary):
        return _asks_columns(index.value, owner)
    if isinstance(index, facts.Call) and isinstance(index.func, facts.Attr):
        compared: facts.Node = index.func.value
    elif isinstance(index, facts.Compare):
        compared = index.first
    else:
        return False
    while isinstance(compared, (facts.Attr, facts.Sub)):
        compared = compared.value
    return isinstance(compared, facts.Name) and isinstance(owner, facts.Name) and compared.id == owner.id


def whole(index: v.Value) -> bool:
    """Whether an index leaves all there is: ``:``, ``::-1``, ``None``."""
    if isinstance(index, v.Sequence) and index.kind == "slice":
        low, high, step = (constant(bound) if isinstance(bound, v.Constant) else bound for bound in index.items)
        return low is None and high is None and step in (None, -1)
    return isinstance(index, v.Constant) and index.value is None


#: Functions that put arrays under one another, and those that put them side by side.
_UNDER = frozenset({"concatenate", "vstack", "append", "row_stack", "cat", "concat"})
_BESIDE = frozenset({"hstack", "column_stack", "dstack", "insert"})


def joined(
    m: Machine, callee: str, data: list[v.Value], args: list[v.Value], keywords: dict[str, v.Value], scope: v.Scope,
    node: Any,
) -> v.Taint:  # fmt: skip
    """Which rows arrays have that are put together; where the axis cannot be told, those of one or the other."""
    items = data[0].items if isinstance(data[0], v.Sequence) and not data[0].open else data
    parts = [rows_of(item) for item in items]
    last = callee.rpartition(".")[2]
    given = keywords.get("axis", keywords.get("dim", args[1] if len(args) > 1 and last != "append" else v.Constant(0)))
    axis = constant(given)
    if last in _BESIDE or (last in _UNDER and axis in (1, -1)):
        return parts[0] if parts else v.NONE
    if last in _UNDER and axis == 0 and len(parts) > 1:
        return frozenset({together(m, parts, scope, node)})
    return frozenset().union(*parts)
