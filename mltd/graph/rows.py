"""Rows of the whole tree: which part of which data a value holds, across files.

A part is a path: the data that it is of, then each choice of some of its rows (:mod:`mltd.flow.rows`), in order. What
stands earlier on the same path covers it; two parts by the two sides of one split have no row in common. Rows that a
program reads from what another has written are the rows that were written.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from mltd import facts
from mltd.flow import values as v
from mltd.flow.events import Event
from mltd.flow.frames import Column, Frame
from mltd.flow.rows import latest, rows_of
from mltd.flow.texts import HOLE
from mltd.graph.artifacts import call
from mltd.graph.hand_overs import HandOver, Named

#: Choices one after another, and parts of one value, that are told apart.
MAX_CHOICES = 150
MAX_PARTS = 32
#: Calls that give one row another form, one after another.
MAX_FORMS = 200
#: Tables that are put together of tables that are put together.
MAX_NESTED = 12
_READS = frozenset({"reads", "loads", "loads-data", "scrapes", "given"})
#: Forms that labels were given one after another.
_DEEP = 6
#: Files that say what is to be done, and hold no rows.
_SETTINGS = frozenset({".yaml", ".yml", ".toml", ".ini", ".cfg", ".env", ".json"})


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """Some rows of one data source: the source and the choices, by the numbers that :class:`Rows` gave them."""

    source: int
    choices: tuple[int, ...] = ()

    def parted(self, other: Part) -> int | None:
        """The choice by which another part of the same data differs from this one, or None."""
        pairs = zip(self.choices, other.choices, strict=False) if self.source == other.source else ()
        return next((mine for mine, theirs in pairs if mine != theirs), None)

    def around(self, other: Part) -> Iterator[Part]:
        """The parts that surely hold all rows of this one and of another part of the same data."""
        if self.source == other.source:
            yield Part(self.source)
            for index, (mine, theirs) in enumerate(zip(self.choices, other.choices, strict=False)):
                if mine != theirs:
                    return
                yield Part(self.source, self.choices[: index + 1])


Parts = frozenset[Part]


class Rows:
    """Finds the rows of events and values, each once."""

    def __init__(self, hand_overs: Iterable[HandOver], named: Iterable[Named]) -> None:
        self._written: dict[tuple[object, ...], list[Event]] = {}
        for one in hand_overs:
            if one.sure and not one.one_of:
                self._written.setdefault(call(one.read.event), []).append(one.write.event)
        self._names: dict[tuple[object, ...], str] = {}
        for use in named:
            if not use.ambiguous and HOLE not in use.location:
                self._names.setdefault(call(use.event), use.location)
        self._known: dict[Event, Parts] = {}
        self._sources: dict[tuple[object, ...], int] = {}
        #: of rows under one another, all that they are of; each is one or another part
        self._every: dict[int, tuple[Parts, ...]] = {}
        self._given: set[int] = set()
        self._choices: dict[tuple[object, ...], int] = {}
        self._choosers: list[Event] = []
        self._conditions: dict[int, tuple[Any, ...]] = {}

    def of(self, events: Iterable[Event]) -> Parts:
        """The rows that the events which a value comes from say it holds."""
        events = sorted(events, key=lambda one: one.order)
        for event in events:
            self._find(event)
        return self._of(events)

    def _of(self, events: Iterable[Event]) -> Parts:
        found = latest(event for event in events if event.verb not in ("measures", "orders"))
        result: set[Part] = set()
        for event in sorted(found, key=lambda one: one.order):
            if len(result) < MAX_PARTS:
                result |= self._known.get(event, frozenset())
        return frozenset(result)

    def _find(self, event: Event) -> None:
        """Find the rows of what an event gives, those that they are chosen from first; what comes from itself has no
        rows of its own."""
        todo, open_ = [event], set[Event]()
        while todo:
            current = todo[-1]
            if current in self._known:
                todo.pop()
            elif current in open_:
                todo.pop()
                self._known[current] = self._after(current)
            else:
                open_.add(current)
                left = [one for one in self._behind(current) if one not in self._known and one not in open_]
                todo += sorted(left, key=lambda one: one.order)  # parts are numbered as they are met

    def _behind(self, event: Event) -> list[Event]:
        """What the rows of an event are found from."""
        if event.verb in _READS:
            return [one for write in self._written.get(call(event), ()) for one in write.rows]
        if event.verb != "takes":
            return list(event.rows or event.features or event.inputs)
        kind, *rest = event.extra["part"]
        if kind == "together":
            return [one for rows in rest for one in rows]
        if kind == "entry":
            return [*event.rows, *(one for group in self._groups(event) for one in rows_of(group))]
        return list(event.rows)

    def covers(
        self, part: Part, other: Part, widen: Callable[[Part], Part] = lambda part: part, depth: int = 0
    ) -> bool:
        """Whether a part surely holds all rows of another, or so it is when ``widen`` may leave out choices of its
        own."""
        part = widen(part)
        if part.source == other.source and other.choices[: len(part.choices)] == part.choices:
            return True
        every = () if part.choices or depth > MAX_NESTED else self._every.get(part.source, ())
        return any(self.covers(one, other, widen, depth + 1) for group in every if len(group) == 1 for one in group)

    def single(self, event: Event, groups: bool = True) -> bool:
        """Whether what an event is done to is one row of those that a loop goes through, or the rows near by it, or one
        of the ``groups``."""
        for _step in range(MAX_FORMS):
            taken = [one for one in event.rows if one.verb == "takes" and (groups or not one.extra.get("table"))]
            if any(one.extra["part"][0] in ("item", "window") for one in taken):
                return True
            if len(event.rows) != 1:
                break
            event = next(iter(event.rows))
        return False

    def together(self, part: Part) -> bool:
        """Whether a part is all of the rows of several parts."""
        return not part.choices and part.source in self._every

    def before_split(self, part: Part) -> Part:
        """The rows that a part is one side of by the first split, or the part itself where nothing splits it."""
        for index, choice in enumerate(part.choices):
            if self.chooser(choice).verb == "splits":
                return Part(part.source, part.choices[:index])
        return part

    def unmasked(self, part: Part) -> Part:
        """The rows that a part is of, before each of them was asked whether it is to be taken."""
        kept = len(part.choices)
        while kept and self.chooser(part.choices[kept - 1]).extra.get("masked"):
            kept -= 1
        return Part(part.source, part.choices[:kept])

    def chooser(self, choice: int) -> Event:
        """Where a choice was made: of one side of a split, the split."""
        return self._choosers[choice]

    def _after(self, event: Event) -> Parts:
        if event.verb in _READS:
            return self._read(event)
        if event.verb != "takes":
            return self._of(event.rows or event.features or event.inputs)
        kind = event.extra["part"][0]
        if kind in ("item", "name"):
            # Who goes through the rows one by one goes through all of them; and a name may be that of a column.
            return self._of(event.rows)
        if kind == "entry":
            return self._entry(event)
        if kind == "together":
            return self._together(event)
        choice = self._choice(event)
        return frozenset(
            Part(part.source, (*part.choices, choice)) if len(part.choices) < MAX_CHOICES else part
            for part in self._of(event.rows)
        )

    def _read(self, event: Event) -> Parts:
        # A statement that joins tables has rows of its own: whose each of them is nobody says.
        joins = event.extra.get("table") and len({text.template for text in event.paths}) > 1
        written = self._written.get(call(event), ()) if not joins else ()
        parts = {part for write in written for part in self._of(write.rows)}
        if parts:
            return frozenset(parts)
        told = event.paths and event.form not in ("frame", "pandas.DataFrame")
        if told and all(posixpath.splitext(text.template)[1].lower() in _SETTINGS for text in event.paths):
            return frozenset()
        named = self._names.get(call(event))
        found = self._source(("named", named) if named else ("made", event.order))
        if event.verb == "given":
            self._given |= {part.source for part in found}
        return found

    def from_a_caller(self, part: Part) -> bool:
        """Whether a part is of data that a caller gives who is not seen: what that one keeps apart, nobody can tell."""
        return part.source in self._given

    def _groups(self, event: Event) -> list[v.Sequence]:
        """The values that were written together where an entry is of what was read."""
        written = [write for one in event.rows for write in self._written.get(call(one), ())]
        return [write.data[0] for write in written if write.data and isinstance(write.data[0], v.Sequence)]

    def _entry(self, event: Event) -> Parts:
        """One of several values that were handed over together: of those that a program of the tree has written
        together, the one; else it is data of its own."""
        index = event.extra["part"][1]
        parts = [
            self._of(rows_of(group.items[index]))
            for group in self._groups(event)
            if not group.open and index < len(group.items)
        ]
        if parts:
            return frozenset().union(*parts)
        found = (self._source(("entry", part, index)) for part in sorted(self._of(event.rows)))
        return frozenset().union(*found)

    def _together(self, event: Event) -> Parts:
        """Rows under one another; of one part alone, that part."""
        groups = [self._of(rows) for rows in event.extra["part"][1:]]
        groups = [group for group in dict.fromkeys(groups) if group]
        if len(groups) <= 1:
            return groups[0] if groups else frozenset()
        found = self._source(("together", *groups))
        self._every.update({part.source: tuple(groups) for part in found})
        return found

    def _source(self, key: tuple[object, ...]) -> Parts:
        return frozenset({Part(self._sources.setdefault(key, len(self._sources)))})

    def _choice(self, event: Event) -> int:
        kind, *rest = event.extra["part"]
        key = (*self._said(*rest), *event.extra["told"]) if kind in ("rows", "window") else (kind, *rest)
        number = self._choices.setdefault(key, len(self._choosers))
        if number == len(self._choosers):
            self._choosers.append(rest[0] if kind == "split" else event)
        return number

    def _said(self, file: str, index: facts.Node, owner: facts.Node) -> tuple[Any, ...]:
        """What an index says, its names and literals included. A condition on nothing but the columns of its own table
        is the same condition in every file."""
        found = self._conditions.get(id(index))
        if found is None:
            said = _spelled(index, owner)
            found = self._conditions[id(index)] = said if _own(index, owner) else (file, *said)
        return found


def _spelled(node: object, owner: facts.Node) -> tuple[Any, ...]:
    if isinstance(node, list):
        return tuple(_spelled(item, owner) for item in node)
    if not isinstance(node, facts.Node):
        return (node,)
    if isinstance(node, facts.Attr) and node.name in ("values", "array"):
        return _spelled(node.value, owner)
    if isinstance(node, (facts.Attr, facts.Sub)) and _is(node.value, owner):
        column = node.name if isinstance(node, facts.Attr) else getattr(node.index, "value", None)
        if isinstance(column, str):
            return ("column", column)
    names = [name for name in node.__struct_fields__ if name not in ("at", "to")]
    return (type(node).__name__, *(_spelled(getattr(node, name), owner) for name in names))


def _is(node: facts.Node, owner: facts.Node) -> bool:
    return isinstance(node, facts.Name) and isinstance(owner, facts.Name) and node.id == owner.id


def _own(node: object, owner: facts.Node) -> bool:
    """Whether an expression says nothing but columns of its own table, operators and literals."""
    if isinstance(node, list):
        return all(_own(item, owner) for item in node)
    if isinstance(node, facts.Name):
        return _is(node, owner)
    if isinstance(node, (facts.Compare, facts.Bin, facts.Unary, facts.Attr, facts.Sub, facts.Const)):
        names = [name for name in node.__struct_fields__ if name not in ("at", "to")]
        return all(_own(getattr(node, name), owner) for name in names)
    return not isinstance(node, facts.Node)


def names_of(value: v.Value) -> frozenset[str]:
    """The columns that labels are made of, as far as they are known by name."""
    found: set[str] = set()
    seen: set[Event] = set()
    values = [value]
    for _form in range(_DEEP + 1):  # one form made of another
        events: dict[Event, None] = {}
        for one in values:
            if isinstance(one, (Column, Frame)):
                found |= _named(one)
            else:
                events.update(dict.fromkeys(getattr(one, "taint", v.NONE)))
        forms = [event for event in events if event not in seen and event.verb in ("converts", "shapes", "makes")]
        seen.update(forms)
        values = [event.data[0] for event in forms if event.data]
    return frozenset(found)


def _named(value: Column | Frame) -> frozenset[str]:
    if isinstance(value, Column):
        name = value.name or value.source
        return frozenset({name}) if name else frozenset()
    known = frozenset(value.columns) | frozenset(name for names in value.picked.values() for name in names)
    return known if not value.open and not value.origins else frozenset()
