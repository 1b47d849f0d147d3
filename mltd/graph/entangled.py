"""Entanglement: artifacts that the training of several models shares, so that changing one changes them all.

Sculley et al. 2015, section 2, *Entanglement*.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from mltd.flow import values as v
from mltd.flow.events import Event
from mltd.flow.frames import Frame
from mltd.flow.lineage import PASSING, behind
from mltd.graph.artifacts import call
from mltd.graph.hand_overs import HandOver, Named
from mltd.graph.learning import Learning, made, predicts
from mltd.graph.roles import carries
from mltd.graph.together import Together

#: Calls that compute nothing new of what is read: what they leave is as the source gave it.
_AS_READ = frozenset(
    {"takes", "picks", "samples", "splits", "converts", "shapes", "reads", "loads", "loads-data", "scrapes"}
)
#: What a file holds that keeps a model, or its predictions: numbers about it, and what it finds important, are neither.
_MODELS = frozenset({"model", "checkpoint"})
_PREDICTED = frozenset({"predictions", "table", "array"})
_CARRYING = PASSING | {"transforms"}
#: What leaves a value of each row: how far predictions are off is not the predictions.
_EACH = _CARRYING - {"measures"}
#: What is kept of a fit: by the place of the fit and its program, where the model lies (nowhere for predictions).
_Place = tuple[str, int, str]
#: A model: the program and the body that fits it. Models that one body compares are one.
_Model = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Tangle:
    """Artifacts that feed the training of the same models: ``hand_overs`` lead to the ``fits``, of which each is of a
    model of its own that is kept, or whose predictions are."""

    hand_overs: tuple[HandOver, ...]
    fits: tuple[Event, ...]

    @property
    def artifacts(self) -> list[str]:
        """The names of what is shared."""
        return sorted({one.artifact for one in self.hand_overs})


class Tangles:
    """Finds what the models of a tree share. ``program`` tells which program a file is."""

    def __init__(
        self, learning: Learning, hand_overs: Iterable[HandOver], named: Iterable[Named], program: Callable[[str], str]
    ) -> None:
        self._learning, self._program = learning, program
        self._known: dict[tuple[object, ...], list[HandOver]] = defaultdict(list)
        for one in hand_overs:
            if one.sure and not one.one_of:
                self._known[call(one.read.event)].append(one)
        self._making: dict[Event, bool] = {}
        self._locations: dict[Event, list[str]] = defaultdict(list)
        for use in named:
            self._locations[use.event].append(use.location)

    def find(self, events: Iterable[Event]) -> Iterator[Tangle]:
        """Every set of models with all that they share, from whoever makes it: what two programs write under one name
        is one artifact."""
        if not self._known:
            return
        kept = self._kept(events)
        fits: dict[_Model, Event] = {}
        models: Together[object] = Together()
        feeds: dict[str, dict[_Model, list[HandOver]]] = defaultdict(lambda: defaultdict(list))
        for fit in sorted(self._learning.fits, key=lambda event: (event.site.file, event.site.at, event.entry)):
            place = _place(fit)
            if place not in kept:
                continue
            # What a program only uses inside is no model of its own: one for each file that it keeps, else one.
            program = self._program(fit.entry)
            model = (program, fit.site.file, fit.site.symbol) if kept[place] else (program, "", "")
            fits.setdefault(model, fit)
            # What one piece of code makes is one model, whoever runs it, and however often it is trained.
            if (maker := made(fit)) is not None:
                models.join(("made", maker), model)
            for location in kept[place]:
                models.join(location, model)
            for way in self._learning.ways.back(fit, self._handed, self._handed, choices=False):
                for one in self._known[call(way.start)]:
                    if self._program(one.write.event.entry) != model[0] and self._is_made(one.write.event):
                        feeds[one.artifact][model].append(one)
        alike: dict[tuple[_Model, ...], list[HandOver]] = defaultdict(list)
        for _artifact, fed in sorted(feeds.items()):
            one_each = {models.root(model): model for model in sorted(fed, reverse=True)}
            alike[tuple(sorted(one_each.values()))] += [one for overs in fed.values() for one in overs]
        for same, overs in alike.items():
            yield Tangle(tuple(dict.fromkeys(overs)), tuple(fits[model] for model in same))

    def _handed(self, event: Event) -> bool:
        return event.verb in ("reads", "loads") and call(event) in self._known

    def _is_made(self, write: Event) -> bool:
        """Whether the tree makes what is written, here or before, and does not only put away or part what it got."""
        if write not in self._making:
            self._making[write] = self._makes(write)
        return self._making[write]

    def _makes(self, write: Event) -> bool:
        seen, todo = {write}, [write]
        while todo:
            current = todo.pop()
            value = current.data[0] if current.data else None
            behind_it = behind(current.inputs, PASSING)
            if (
                (isinstance(value, Frame) and any(one.added for known in current.held.values() for one in known))
                or isinstance(value, (v.Sequence, v.Mapping))
                or any(event.verb not in _AS_READ and not _stacks(event) for event in behind_it)
            ):
                return True
            before = {one.write.event for event in behind_it for one in self._known.get(call(event), ())}
            if current in before and not isinstance(value, Frame):
                return True  # notes that are read, and written with one more
            todo += before - seen
            seen |= before
        return False

    def _kept(self, events: Iterable[Event]) -> dict[_Place, set[str]]:
        """The fits whose model is kept, with where, and those whose predictions are."""
        found: dict[_Place, set[str]] = {}
        for event in events:
            if event.verb not in ("writes", "saves") or event.off:
                continue
            held = carries(event)
            for source in behind(event.inputs, _CARRYING):
                if source.verb in ("fits", "searches") and (held in _MODELS or event.verb == "saves"):
                    found.setdefault(_place(source), set()).update(self._locations[event])
            if held in _PREDICTED:
                for source in behind(event.inputs, _EACH):
                    for fit in self._learning.trained(source) if predicts(source) else ():
                        found.setdefault(_place(fit), set())
        return found


def _stacks(event: Event) -> bool:
    """Whether tables are put under one another, which mixes none of their columns."""
    return event.verb == "joins" and event.callee.rpartition(".")[2] in ("concat", "append", "vstack", "union")


def _place(fit: Event) -> _Place:
    return fit.site.file, fit.site.at, fit.entry
