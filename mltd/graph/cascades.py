"""Cascades: models that learn from what another model of the tree predicts.

Sculley et al. 2015, section 2, *Correction Cascades*.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mltd.flow.events import Event, Site
from mltd.flow.lineage import FORMS
from mltd.flow.rows import made_of
from mltd.graph.described import Described
from mltd.graph.learning import Learning, made, predicts, unsupervised
from mltd.graph.ways import Way

Spot = tuple[str, int]
#: What gives each value of a score another form: it is clipped, or put on another scale.
_BY_VALUE = FORMS | {"makes"}


@dataclass(frozen=True, slots=True)
class Cascade:
    """``fits`` learn from what other models predict, in one body of code, the first of them first: ``ways`` lead from
    each of their predictions to it, ``trained`` are the fits of those models."""

    fits: tuple[Event, ...]
    ways: tuple[Way, ...]
    trained: tuple[Event, ...]

    @property
    def calibrates(self) -> bool:
        """Whether the one thing learnt from is another model's own score: its scale is corrected, and no more. One
        piece of code may do so for several models."""
        return _is_one_score(self.fits[0].features)


def cascades(learning: Learning, described: Described) -> Iterator[Cascade]:
    """Every fit on predictions of another model that the tree trains; those of one body on the same ones are one."""
    if not learning.predicting:
        return
    found: dict[Spot, dict[Spot, tuple[Way, Event]]] = {}
    fits: dict[Spot, Event] = {}
    for event in learning.lessons:
        if unsupervised(event) or described.only(event):
            continue  # it describes what is predicted, and corrects nothing
        place = event.site.file, event.site.at
        for way in learning.ways.back(event, predicts, predicts, choices=False, surely=True):
            key = way.start.site.file, way.start.site.at
            if way.start.off or key in found.get(place, ()):
                continue
            trained = learning.trained(way.start)
            if trained and not _same_model(event, way.start, trained):
                fits.setdefault(place, event)
                found.setdefault(place, {})[key] = way, trained[-1]
    groups: dict[tuple[str, str, tuple[Spot, ...]], list[Event]] = {}
    for place, event in sorted(fits.items()):
        groups.setdefault((event.site.file, event.site.symbol, tuple(sorted(found[place]))), []).append(event)
    for (file, _symbol, keys), events in groups.items():
        pairs = [found[file, events[0].site.at][key] for key in keys]
        yield Cascade(tuple(events), tuple(way for way, _fit in pairs), tuple(fit for _way, fit in pairs))


def _is_one_score(features: frozenset[Event]) -> bool:
    """Whether all that features are made of, value by value, is what one call predicts; what chose some of its rows is
    beside that."""
    scores: set[Site] = set()
    todo, seen = list(made_of(features)), set[Event]()
    while todo:
        event = todo.pop()
        if event in seen:
            continue
        seen.add(event)
        if predicts(event):
            scores.add(event.site)
        elif event.verb in _BY_VALUE:
            todo += made_of(event.inputs)
        elif event.verb == "takes":
            todo += made_of(event.features)
        elif event.verb not in ("measures", "orders"):
            return False
    return len(scores) == 1


def _same_model(event: Event, predict: Event, trained: list[Event]) -> bool:
    """Whether it is one model that learns from itself: that is a loop, and no cascade."""
    if event.receiver is not None and event.receiver is predict.receiver:
        return True
    return any(fit.site == event.site and made(fit) == made(event) for fit in trained)
