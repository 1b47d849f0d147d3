"""Ways through the events: what something comes from, past the calls that only reshape or pass on."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from mltd.flow import values as v
from mltd.flow.events import Event

#: Calls that give a value another form and compute nothing.
FORMS = frozenset({"converts", "shapes"})
#: Calls whose result is still the data that they were given, whole, in part, or computed from value by value.
PASSING = FORMS | {"makes", "derives", "joins", "samples", "splits", "takes", "picks", "measures", "orders"}
#: Events that one question looks at.
MAX_STEPS = 5_000


def sources(events: Collection[Event]) -> v.Taint:
    """The events, and instead of those that only give a value another form what stands behind them."""
    if not any(event.verb in FORMS for event in events):
        return frozenset(events)
    return v.bounded({event for event in behind(events) if event.verb not in FORMS})


def behind(events: Iterable[Event], through: frozenset[str] = FORMS) -> set[Event]:
    """The events, and all that stand behind those of them whose verb is one of ``through``."""
    seen = set(events)
    todo = list(seen)
    for _step in range(MAX_STEPS):
        if not todo:
            break
        current = todo.pop()
        if current.verb in through:
            new = current.inputs - seen
            seen |= new
            todo += new
    return seen
