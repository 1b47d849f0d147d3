"""What a call of a function of the tree did, kept for the next call that cannot do anything else.

Two calls are the same where their arguments are equal. They are as good as the same where nothing in their arguments
matters: an *idle* call is given neither data that was read, nor a table, nor what reads or writes, nor a function made
on the spot, however deep. Of such a call only the texts, the flags and the classes decide. It leaves behind what the
first of them left: its events, its result, and what it set on the objects that it was given. A call that has itself
found data somewhere is not idle, and is kept for equal arguments only.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from mltd.flow import values as v
from mltd.flow.events import Site, rooted
from mltd.flow.frames import Column, Frame
from mltd.flow.machine import Machine
from mltd.flow.rows import but_items

#: Values looked at to tell whether a call is idle; one that is given more than these is not.
MAX_LOOKED_AT = 150

Key = tuple[Any, ...]
Effects = dict[str, v.Value]


@dataclass
class Summary:
    """A result, the events from ``first`` up to ``last`` of a call ``depth`` calls deep, and the entries that know of
    them. Of an idle call also what it was given, and what it set on each object of that."""

    result: v.Value
    first: int
    last: int
    depth: int
    entries: set[str]
    given: list[v.Value] = dataclasses.field(default_factory=list)
    effects: list[Effects] = dataclasses.field(default_factory=list)


class Call:
    """A call of a function of the tree with its arguments: what its effect depends on, and whether that is known."""

    def __init__(self, m: Machine, function: v.Function, args: list[v.Value], keywords: dict[str, v.Value]) -> None:
        body = (function.file, getattr(function.node, "body", 0))
        named = sorted(keywords.items())
        # The scope itself, not its id: what a summary depends on must live as long as the summary.
        home = function.scope if function.scope.kind != "module" else None
        self._m, self._home = m, function.scope
        self._given = [*args, *(value for _name, value in named)]
        self._equal: Key | None = None
        if not any(_mutable(value) for value in self._given):
            self._equal = (body, home, *map(_exactly, args), *((name, _exactly(value)) for name, value in named))
        self._idle: Key | None = None
        self._parts = _told(self._given) if home is None else None
        if self._parts is not None:
            self._idle = (body, "idle", len(args), *(name for name, _value in named), *self._parts)

    def known(self, site: Site) -> Summary | None:
        """What an earlier call did that was the same, or as good as that; its events happen again, at this place."""
        m = self._m
        for key in (self._equal, self._idle):
            found = m.summaries.get(key) if key is not None else None
            if found is not None:
                if m.entry not in found.entries:
                    found.entries.add(m.entry)
                    m.replay(found.first, found.last, found.depth, site)
                return found
        return None

    def repeat(self, found: Summary) -> v.Value:
        """The result of a known call, with its effects on what this one is given."""
        if not found.given:
            return _anew(found.result, self._home)
        same = {id(old): new for old, new in zip(found.given, self._given, strict=True)}
        for owner, effects in zip(self._given, found.effects, strict=True):
            if effects:
                owner.attributes.update({name: _copied(value, same) for name, value in effects.items()})
        old, new = v.taint_of(*found.given), v.taint_of(*self._given)
        result = _copied(found.result, same)
        if isinstance(result, v.Unknown) and old != new:
            result = dataclasses.replace(result, taint=v.bounded((result.taint - old) | new))
        return result

    def keep(self, result: v.Value, first: int) -> None:
        """Keep what the call did, whose events begin with ``first``, as far as it may be done again."""
        m = self._m
        if m.off:  # what a switched-off branch saw is no summary for a live one
            return
        if self._equal is not None:
            m.summaries[self._equal] = Summary(_anew(result, self._home), first, len(m.events), len(m.stack), {m.entry})
        after = _told([*self._given, result]) if self._idle is not None else None
        if self._idle is not None and self._parts is not None and after is not None:
            changed = [before != now for before, now in zip(self._parts, after, strict=False)]
            same = {id(one): one for one in self._given}
            effects: list[Effects] = []
            for one, differs in zip(self._given, changed, strict=True):
                if differs and not isinstance(one, v.Instance):
                    return  # a list or a mapping of the caller's own
                left = one.attributes.items() if differs else ()
                effects.append({name: _copied(value, same) for name, value in left})
            kept = _copied(result, same)
            m.summaries[self._idle] = Summary(kept, first, len(m.events), len(m.stack), {m.entry}, self._given, effects)


def _told(values: list[v.Value]) -> list[Any] | None:
    """What of some values decides; None where something in them matters."""
    look = _Look()
    told = [look.at(value) for value in values]
    return None if look.matters else told


class _Look:
    """A look at values, however deep, for what matters in them."""

    def __init__(self) -> None:
        self.matters = False
        self._seen: dict[int, int] = {}
        self._left = MAX_LOOKED_AT

    def at(self, value: v.Value, inside: bool = False) -> Any:
        """What of a value decides what is done with it, as far as nothing matters."""
        self._left -= 1
        if self.matters or self._left < 0 or (value.taint and rooted(value.taint)):
            self.matters = True
            return None
        kind = type(value)
        if kind is v.Unknown:
            return value.kind
        if kind is v.Constant:
            plain = value.value
            return "number" if inside and not (plain is None or isinstance(plain, bool)) else (type(plain), plain)
        if kind is v.Texts:
            return value.alternatives
        if kind in _PLAIN:
            return value
        if kind is v.Function:
            if value.scope.kind == "module" and value.name != "<lambda>":
                return value.file, value.node.at
        elif kind is v.Bound:
            return "bound", self.at(value.function), self.at(value.receiver, inside)
        elif kind is v.Method:
            return "method", value.name, self.at(value.receiver, inside)
        elif kind in _CHANGING:
            known = self._seen.get(id(value))
            if known is not None:
                return known
            self._seen[id(value)] = len(self._seen)
            if kind is v.Object:
                if value.path is None and value.kind not in _OUTSIDE:
                    parts = ((name, self.at(part, True)) for name, part in value.parts.items())
                    return value.type, value.absent, *parts
            elif kind is v.Sequence:
                return value.kind, value.open, *(self.at(item, inside) for item in (*value.items, value.rest))
            elif kind is v.Mapping:
                items = ((key, self.at(item, inside)) for key, item in value.entries.items())
                return "mapping", value.open, self.at(value.rest, inside), *items
            else:
                named = sorted(value.attributes.items())
                return value.cls, value.absent, *((name, self.at(item, True)) for name, item in named)
        self.matters = True
        return None


_PLAIN = (v.External, v.Module, v.Native, v.Class)
_CHANGING = (v.Object, v.Sequence, v.Mapping, v.Instance)
#: Objects by which something comes in or goes out.
_OUTSIDE = frozenset({"file", "connection", "dataset", "loader"})


def _anew(value: v.Value, home: v.Scope) -> v.Value:
    """What a function gives that makes its tables in every call: what one caller does to its own is not seen by
    another."""
    if isinstance(value, Frame) and not any(value is one for one in home.names.values()):
        made = value.copy()
        made.schema, made.absent = value.schema, value.absent
        return made
    if isinstance(value, v.Sequence) and any(isinstance(item, Frame) for item in value.items):
        return dataclasses.replace(value, items=[_anew(item, home) for item in value.items])
    return value


def _copied(value: v.Value, same: dict[int, v.Value]) -> v.Value:
    """A value that an idle call left, as another such call leaves one of its own."""
    known = same.get(id(value))
    if known is not None:
        return known
    if isinstance(value, v.Sequence):
        copy: v.Value = dataclasses.replace(value, items=[])
        same[id(value)] = copy
        copy.items.extend(_copied(item, same) for item in value.items)
    elif isinstance(value, v.Mapping):
        copy = dataclasses.replace(value, entries={})
        same[id(value)] = copy
        copy.entries.update((key, _copied(item, same)) for key, item in value.entries.items())
    elif isinstance(value, v.Instance):
        copy = dataclasses.replace(value, attributes={})
        same[id(value)] = copy
        copy.attributes.update((name, _copied(item, same)) for name, item in value.attributes.items())
    elif isinstance(value, v.Object):
        same[id(value)] = copy = dataclasses.replace(value, parts=dict(value.parts))
    else:
        return value
    return copy


def _exactly(value: v.Value) -> Any:
    """What of an argument that cannot be changed a summary depends on."""
    if isinstance(value, v.Texts):
        return value.alternatives
    if isinstance(value, v.Constant):
        return (type(value.value), value.value)
    if isinstance(value, v.Unknown):
        return (value.kind, but_items(value.taint))
    return value


def _mutable(value: v.Value) -> bool:
    return isinstance(
        value, (Frame, v.Sequence, v.Mapping, v.Instance, v.Object, Column, v.Function, v.Class, v.Bound, v.Partial)
    )
