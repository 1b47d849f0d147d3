"""What comes from outside: places that hold what a program downloads, or what nothing in the tree makes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mltd.flow.events import Event
from mltd.flow.frames import Frame
from mltd.flow.lineage import behind

if TYPE_CHECKING:
    from mltd.graph.hand_overs import Named

#: What hands on a response as it is: its text, its chunks.
_AS_IS = frozenset({"makes"})


def is_download(event: Event) -> bool:
    """Whether an event leaves what the network gave in a file, as it came."""
    if event.verb == "scrapes":
        return bool(event.to)
    if event.verb == "copies":
        return not event.paths and _scraped(event)
    as_it_came = event.extra.get("handle") and not any(isinstance(value, Frame) for value in event.data)
    return event.verb == "writes" and bool(as_it_came) and _scraped(event)


def _scraped(event: Event) -> bool:
    return any(source.verb == "scrapes" for source in behind(event.inputs, _AS_IS))


def from_outside(written: Iterable[Named], read: Iterable[Named], downloads: Iterable[Named]) -> frozenset[str]:
    """Locations that a program fills with what it downloads, and locations that only programs write which have opened
    what lies there before: they change it, and it must have been there."""
    readers: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for named in read:
        readers[named.location, named.event.entry].append(named.event)
    makers: dict[str, bool] = defaultdict(bool)
    for named in written:
        event = named.event
        needs = any(
            one.order < event.order and not one.may and not one.tries and not one.off
            for one in readers.get((named.location, event.entry), ())
        )
        makers[named.location] |= not needs or bool(event.extra.get("append"))
    return frozenset({named.location for named in downloads} | {place for place, made in makers.items() if not made})
