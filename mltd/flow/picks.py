"""Columns of a table that are picked by names which nobody knows, or by all that are left of its names.

What picks them is an event with the verb ``picks`` among what they come from, kept out of the list of events. Its
``columns`` are those that were added to the table, each with what it comes from, ``extra["whole"]`` is what the picked
ones surely come from: the table as a whole, and those among them that are known.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mltd.flow import values as v
from mltd.flow.convert import names_in
from mltd.flow.events import rooted
from mltd.flow.frames import Frame, Names, rows_held
from mltd.flow.lineage import FORMS, behind
from mltd.flow.machine import Machine
from mltd.flow.texts import HOLE, could_match

#: What asks something that was fitted for what it has found.
_TELLING = FORMS | {"makes", "shows"}


def view(m: Machine, frame: Frame, fewer: bool = True) -> Frame:
    """A view of a table, of ``fewer`` columns perhaps."""
    result = frame.copy()
    result.arms, result.schema = m.arms, frame.schema
    if fewer and result.schema is not None:
        result.schema = result.schema.loosely()
    return result


def picked(m: Machine, frame: Frame, index: v.Value, scope: v.Scope, node: Any) -> Frame:
    """Some columns of a table that are not all known by name."""
    frame.use_all(m.site(scope, node), "columns or rows that are not known by name")
    some = view(m, frame)
    some.blurred = True
    items = [*index.items, index.rest] if isinstance(index, v.Sequence) else []
    spelled = [text.template for item in items if isinstance(item, v.Texts) for text in item.alternatives]
    named = [name for name in frame.taints if any(could_match(one, name) for one in spelled if one.strip(HOLE))]
    some.base, some.taints = some_of(m, frame, frozenset(), scope, node, named, learnt(index)), {}
    return some


def learnt(index: v.Value) -> v.Taint:
    """What has learnt which columns an index is to pick: ``selector.get_support()``."""
    return frozenset(event for event in behind(v.taint_of(index), _TELLING) if event.verb == "fits")


def some_of(
    m: Machine, frame: Frame, excluded: frozenset[str], scope: v.Scope, node: Any, named: Iterable[str] = (),
    by: v.Taint = v.NONE,
) -> v.Taint:  # fmt: skip
    """What some columns of a table come from that are not all known by name: each may be any but the excluded. What the
    table as a whole comes from and the ``named`` among them, they surely do; :mod:`mltd.graph.ways` asks for that. They
    were picked ``by`` something that was fitted, too."""
    of = {name: taint for name, taint in frame.taints.items() if name not in excluded}
    before = v.bounded(frame.base.union(frame.rows, *of.values()))
    if not rooted(before) or not (of or frame.origins or by):
        return before
    named = frozenset(named)
    key = scope.file, node.at, "some", before, by, frozenset(of), named, frozenset(frame.reach.items())
    event = m.choices.get(key)
    if event is None:
        event = m.choices[key] = m.happening(
            "picks", f"{frame.type}.[]", scope, node, inputs=before | by, features=before
        )
        event.data, event.rows, event.columns, event.reach = (frame,), rows_held(frame), of, frame.reach
        event.extra["whole"] = frame.base.union(frame.rows, *(of[name] for name in named if name in of))
    return v.bounded(before | {event})


def all_but(m: Machine, frame: Frame, index: v.Sequence, rest: Names, scope: v.Scope, node: Any) -> Frame:
    """Columns selected by what is left of a frame's names: nothing is used yet, the excluded ones are gone."""
    named = {name for item in index.items for name in names_in(item) or ()}
    result = view(m, frame)
    for name in sorted(rest.excluded - named):
        result.drop(name, m.site(scope, node))
    for name in set(result.taints) - rest.known - named:
        del result.taints[name]  # it came after the list was made
    by = learnt(index) | learnt(rest)
    if by:
        result.base |= some_of(m, result, frozenset(), scope, node, named, by)
    return result
