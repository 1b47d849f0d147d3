"""Where a walk back is worth its while: the events that lead back to some of a kind at all.

A question about a fit (:meth:`mltd.graph.ways.Ways.back`) walks back over everything that its data come from; where
thousands of fits are asked about, most of that leads nowhere. What leads somewhere is found once for all of them. What
is asked on the way (of which columns, past which choices of rows) only ever leaves steps out, so nothing is missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mltd.flow.events import Event

Sources = tuple[frozenset[Event], ...]


class Leading:
    """The events that lead back to one of a ``kind`` or are one; ``sources`` are all that a walk may go on to from an
    event."""

    def __init__(self, kind: Callable[[Event], bool], sources: Callable[[Event], Sources]) -> None:
        self._kind, self._sources = kind, sources
        self._met: set[Event] = set()
        self._leading: set[Event] = set()

    def among(self, events: Iterable[Event]) -> set[Event]:
        """The events that lead there, those behind some events at the least."""
        self._meet(events)
        return self._leading

    def _meet(self, events: Iterable[Event]) -> None:
        new: dict[Event, Sources] = {}
        todo = [event for event in events if event not in self._met]
        while todo:
            event = todo.pop()
            if event in self._met:
                continue
            self._met.add(event)
            if self._kind(event):
                self._leading.add(event)
            new[event] = sources = self._sources(event)
            for some in sources:
                todo += some - self._met
        # Mostly one pass, since what something comes from happened before it; more where files are read again.
        left = sorted((event for event in new if event not in self._leading), key=lambda event: event.order)
        while left:
            still = []
            for event in left:
                if all(map(self._leading.isdisjoint, new[event])):
                    still.append(event)
                else:
                    self._leading.add(event)
            if len(still) == len(left):
                return
            left = still
