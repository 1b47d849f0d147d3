"""Cascades: models that learn from what another model of the tree predicts.

Sculley et al. 2015, section 2, *Correction Cascades*.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mltd.flow import values as v
from mltd.flow.events import Event
from mltd.flow.frames import Column, Frame
from mltd.graph.ways import Way, Ways

if TYPE_CHECKING:
    from mltd.graph.project import Project

_FITTING = frozenset({"fits", "searches"})
#: Values that are no learner: a loss that goes backward, a tape that watched it.
_LOSSES = frozenset({"tensor", "array", "prediction", "series", "object"})
#: Kinds of data that hold no labels.
_FEATURES = frozenset({"array", "series", "tensor"})


@dataclass(frozen=True, slots=True)
class Cascade:
    """``fit`` learns from what other models predict: ``ways`` lead from each of their predictions to it, ``trained``
    are the fits of those models, as far as the tree holds them."""

    fit: Event
    ways: tuple[Way, ...]
    trained: tuple[Event, ...]


def cascades(project: Project) -> Iterator[Cascade]:
    """Every fit on predictions of another model that the tree trains, tests apart; each place of the code once."""
    if not any(_predicts(event) for event in project.events):
        return
    ways = Ways(project.hand_overs)
    saved: dict[tuple[str, int], list[Event]] = {}
    for one in project.hand_overs:
        key = one.read.event.site.file, one.read.event.site.at
        saved.setdefault(key, []).append(one.write.event)
    found: dict[tuple[str, int], dict[tuple[str, int], tuple[Way, Event]]] = {}
    fits: dict[tuple[str, int], Event] = {}
    for event in project.events:
        if event.verb not in _FITTING or event.off or not event.features or _prepares(event):
            continue
        place = event.site.file, event.site.at
        for way in ways.back(event, _predicts):
            start = way.start
            key = start.site.file, start.site.at
            if start.off or key in found.get(place, ()):
                continue
            trained = [fit for fit in _fits(start, saved) if not _unsupervised(fit)]
            if trained and not _same_model(event, start, trained):
                fits.setdefault(place, event)
                found.setdefault(place, {})[key] = way, max(trained, key=lambda fit: fit.order)
    for place, event in sorted(fits.items()):
        pairs = [pair for _key, pair in sorted(found[place].items())]
        yield Cascade(event, tuple(way for way, _fit in pairs), tuple(fit for _way, fit in pairs))


def _predicts(event: Event) -> bool:
    return event.verb == "predicts" or (event.verb == "searches" and event.form == "prediction")


def _prepares(event: Event) -> bool:
    """Whether a transformer is fitted, which prepares data, and the model that takes them is asked about by itself; or
    a loss goes backward, which comes from the model's own output and not from its data."""
    kind = getattr(event.receiver, "kind", "")
    return kind in ("transformer", "tokenizer") or kind in _LOSSES or event.form in ("array", "frame")


def _fits(predict: Event, saved: dict[tuple[str, int], list[Event]]) -> list[Event]:
    """Where the model that predicts was fitted: before, in the same program, or before it was saved where this program
    loads it."""
    if predict.verb == "searches":
        return [predict]
    own = getattr(predict.receiver, "taint", v.NONE)
    found = {event for event in own if event.verb in _FITTING and event.order < predict.order}
    for event in own:
        if event.verb in ("reads", "loads"):
            for write in saved.get((event.site.file, event.site.at), ()):
                found |= {fit for fit in _of_the_model(write) if fit.verb in _FITTING}
    return sorted(found, key=lambda event: event.order)


def _of_the_model(write: Event) -> Iterable[Event]:
    value = write.data[0] if write.data else write.receiver
    return getattr(value, "taint", v.NONE) or write.inputs


def _unsupervised(fit: Event) -> bool:
    """Whether a model was fitted to no target: groups and densities describe the data, and correct nothing."""
    if len(fit.data) != 1 or fit.verb != "fits":
        return False
    data = fit.data[0]
    if isinstance(data, Frame):
        return data.type.startswith("pandas")
    return isinstance(data, Column) or getattr(data, "kind", "") in _FEATURES or fit.library == "scikit-learn"


def _same_model(event: Event, predict: Event, trained: list[Event]) -> bool:
    """Whether it is one model that learns from itself: that is a loop, and no cascade."""
    if event.receiver is not None and event.receiver is predict.receiver:
        return True
    made = _made(event)
    return any(fit.site == event.site and _made(fit) == made for fit in trained)


def _made(fit: Event) -> tuple[str, int] | None:
    """Where the estimator that is fitted was made."""
    value = fit.receiver if fit.receiver is not None else fit.result
    return (value.file, value.at) if isinstance(value, v.Object) else None
