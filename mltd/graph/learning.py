"""What learns from what: fits of models, and where a model that predicts was fitted."""

from __future__ import annotations

from collections.abc import Iterable

from mltd.flow import values as v
from mltd.flow.events import Event
from mltd.flow.frames import Column, Frame
from mltd.graph.artifacts import call
from mltd.graph.hand_overs import HandOver
from mltd.graph.ways import Ways, prepares

_FITTING = frozenset({"fits", "searches"})
#: Values that are no learner: a loss that goes backward, a tape that watched it.
_LOSSES = frozenset({"tensor", "array", "prediction", "series", "object"})
#: Kinds of data that hold no labels.
_FEATURES = frozenset({"array", "series", "tensor"})


class Learning:
    """The fits of a tree's models, and the ways back from them."""

    def __init__(self, events: Iterable[Event], hand_overs: list[HandOver]) -> None:
        self._saved: dict[tuple[object, ...], list[Event]] = {}
        for one in hand_overs:
            self._saved.setdefault(call(one.read.event), []).append(one.write.event)
        self.ways = Ways(hand_overs)
        everything = list(events)
        #: whether anything predicts at all
        self.predicting = any(map(predicts, everything))
        #: cross-validations of a model: they fit it inside
        self.scored = [event for event in everything if event.verb == "searches" and event.form == "metric"]
        self.fits = [event for event in everything if event.verb in _FITTING and not event.off and not _prepares(event)]
        #: the same, without those that say again what one at the same place has said: the code around was called again
        first: dict[tuple[object, ...], Event] = {}
        for event in self.fits:
            first.setdefault(_said(event), event)
        self.lessons = list(first.values())

    def trained(self, predict: Event) -> list[Event]:
        """Where the model that predicts was fitted: before, in the same program, or before it was saved where this
        program loads it; nothing for what was fitted to no target."""
        if predict.verb == "searches":
            return [predict]
        own = getattr(predict.receiver, "taint", v.NONE)
        found = {event for event in own if event.verb in _FITTING and event.order < predict.order}
        for event in own:
            if event.verb in ("reads", "loads"):
                for write in self.saved(event):
                    found |= {fit for fit in kept(write) if fit.verb in _FITTING}
        models = (fit for fit in found if not prepares(fit) and not unsupervised(fit) and _models(fit))
        return sorted(models, key=lambda event: event.order)

    def saved(self, load: Event) -> list[Event]:
        """What writes what a program loads."""
        return self._saved.get(call(load), [])


def predicts(event: Event) -> bool:
    """Whether a model says something of its own data: by a fitted one, or by one that cross-validation fits."""
    return event.verb == "predicts" or (event.verb == "searches" and event.form == "prediction")


def made(fit: Event) -> tuple[str, int] | None:
    """Where the estimator that is fitted was made."""
    value = fit.receiver if fit.receiver is not None else fit.result
    return (value.file, value.at) if isinstance(value, v.Object) else None


def named(event: Event) -> str:
    """The class of what an event fits or uses, empty where it is not known."""
    made = getattr(event.receiver, "cls", None)
    return str(made.node.name) if made is not None else getattr(event.receiver, "type", "").rpartition(".")[2]


def kept(write: Event) -> list[Event]:
    """What the first of what a call keeps comes from, in its order."""
    value = write.data[0] if write.data else write.receiver
    return sorted(getattr(value, "taint", v.NONE) or write.inputs, key=lambda event: event.order)


def _said(fit: Event) -> tuple[object, ...]:
    """What tells by which data which model is fitted, and where."""
    reaches = frozenset(fit.reach.items()), frozenset(fit.target_reach.items())
    return fit.site, id(fit.receiver), fit.features, fit.targets, *reaches


def _prepares(event: Event) -> bool:
    """Whether a transformer is fitted, which prepares data, and the model that takes them is asked about by itself; or
    a loss goes backward, which comes from the model's own output and not from its data."""
    if event.receiver is None and not isinstance(event.result, v.Object):
        return True  # numbers fitted to a curve, and no model that could predict
    return prepares(event) or getattr(event.receiver, "kind", "") in _LOSSES


def _models(fit: Event) -> bool:
    """Whether a model is fitted: a pipeline of Spark predicts only where one of its stages does."""
    made = fit.receiver
    if not isinstance(made, v.Object) or not made.type.startswith("pyspark.") or not made.type.endswith(".Pipeline"):
        return True
    stages = made.parts.get("\0stages")
    items = stages.items if isinstance(stages, v.Sequence) else []
    return any(getattr(one, "kind", "") in ("estimator", "network") for one in items)


def unsupervised(fit: Event) -> bool:
    """Whether a model was fitted to no target: groups and densities describe the data, and correct nothing."""
    if len(fit.data) != 1 or fit.verb != "fits":
        return False
    data = fit.data[0]
    if isinstance(data, Frame):
        return data.type.startswith("pandas")
    return isinstance(data, Column) or getattr(data, "kind", "") in _FEATURES or fit.library == "scikit-learn"
