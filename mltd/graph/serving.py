"""Serving: predictions that are made for use and not to judge a model, and where the model that makes them was trained.

A model that is loaded from a file which nothing in the tree writes under that name is the one that its project saves
under the same file's name, or the only one that its project saves: names are given anew where a model is deployed.
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from mltd.flow import values as v
from mltd.flow.events import Event
from mltd.flow.lineage import PASSING, behind
from mltd.graph.artifacts import call
from mltd.graph.checks import measured_predictions
from mltd.graph.hand_overs import HandOver
from mltd.graph.learning import Learning, kept
from mltd.graph.rows import Rows
from mltd.graph.ways import prepares

#: Models that a project saves, among which one that is loaded may be looked for.
_FEW = 5
_OPENING = frozenset({"reads", "loads"})
_KEEPING = frozenset({"writes", "saves"})


@dataclass(frozen=True, slots=True)
class Served:
    """``predict`` is made for use, by the model that the ``fits`` train, each of which may have made it; ``load`` is
    where its program loads it, or None where it has just trained it. With ``sure`` it is that model; else it is one of
    those that the project saves, and the fits are all of theirs."""

    predict: Event
    fits: tuple[Event, ...]
    load: Event | None
    sure: bool


class Serving:
    """Finds the predictions of a tree that are made for use. ``root`` tells the project that a file belongs to."""

    def __init__(
        self,
        events: Iterable[Event],
        learning: Learning,
        rows: Rows,
        hand_overs: Iterable[HandOver],
        root: Callable[[str], str],
    ) -> None:
        self._events = list(events)
        self._learning, self._rows, self._root = learning, rows, root
        self._models = {(fit.site.file, fit.site.at) for fit in learning.fits}
        self._linked = {call(one.read.event) for one in hand_overs}
        self._saved: dict[str, dict[tuple[str, int], Event]] = defaultdict(dict)
        for event in self._events:
            if event.verb in _KEEPING and not event.off and self._fits_in(event):
                self._saved[root(event.entry)][event.site.file, event.site.at] = event

    def predictions(self) -> Iterator[Served]:
        """Every prediction for use of a model that the tree trains."""
        measured = measured_predictions(self._events)
        kept = self._kept()
        for event in self._events:
            if event.verb != "predicts" or event.off or event in measured:
                continue
            opened = [
                one for one in getattr(event.receiver, "taint", ()) if one.verb in _OPENING and not _is_table(one)
            ]
            loads = sorted(opened, key=lambda one: one.order)
            fits = self._learning.trained(event)
            if fits and not loads and (event not in kept or not self._elsewhere(event, fits)):
                continue
            named = fits or [fit for load in loads for fit in self._by_name(load)]
            near = [one for load in loads for one in self._near(load)] if not named else []
            some = named or [fit for one in near if len(near) <= _FEW for fit in self._fits_in(one)]
            if some:
                yield Served(event, tuple(dict.fromkeys(some)), next(iter(loads), None), bool(named))

    def transformers(self, served: Served) -> list[Event]:
        """What other programs of its project fit to prepare data."""
        home = self._home(served.load) if served.load is not None else None
        return [
            event
            for event in self._events
            if home is not None
            and event.verb == "fits"
            and not event.off
            and event.entry != served.predict.entry
            and event.site.file != served.predict.site.file
            and prepares(event)
            and _within(self._root(event.entry), home)
        ]

    def fitted(self, programs: Collection[str]) -> list[Event]:
        """What some programs or files fit."""
        return [
            event
            for event in self._events
            if event.verb == "fits" and not event.off and (event.entry in programs or event.site.file in programs)
        ]

    def _fits_in(self, write: Event) -> list[Event]:
        """The fits of the model that a call keeps."""
        return [fit for fit in kept(write) if (fit.site.file, fit.site.at) in self._models]

    def _by_name(self, load: Event) -> list[Event]:
        """The fits of the model that a file holds of which nothing says who wrote it: of those that are saved under its
        name, the nearest, else the only model that its project saves."""
        return [fit for one in self._called_so(load) for fit in self._fits_in(one)]

    def _called_so(self, load: Event) -> list[Event]:
        saves, name = self._near(load), _name(load)
        alike = [one for one in saves if name and _name(one) == name]
        if not alike:
            return saves if len(saves) == 1 and saves[0].library == load.library else []
        shared = [len(posixpath.commonpath(["/" + one.entry, "/" + load.entry])) for one in alike]
        return [one for one, length in zip(alike, shared, strict=True) if length == max(shared)]

    def goes_through(self, load: Event, made: object) -> bool:
        """Whether what a program loads was saved as a pipeline of which something that was fitted before is a step."""
        writes = self._learning.saved(load) or self._called_so(load)
        saved = [value for write in writes for value in (*write.data[:1], write.receiver)]
        pipelines = (value for value in saved if isinstance(value, v.Object) and _is_pipeline(value))
        return any(step is made for pipeline in pipelines for step in _steps(pipeline))

    def _near(self, load: Event) -> list[Event]:
        """What the project of a program saves that loads a file of which nothing says who wrote it."""
        home = self._home(load) if call(load) not in self._linked else None
        return [] if home is None else list(self._inside(home))

    def _home(self, load: Event) -> str | None:
        """The root of the project that saves models, around a program that loads one: a part that is deployed may have
        a root of its own."""
        root = self._root(load.entry)
        while not any(True for _save in self._inside(root)):
            if not root:
                return None
            above = posixpath.dirname(root)
            root = self._root(f"{above}/.") if above else ""
        return root

    def _inside(self, root: str) -> Iterator[Event]:
        for folder, saves in self._saved.items():
            if _within(folder, root):
                yield from saves.values()

    def _kept(self) -> set[Event]:
        """The predictions that a file keeps."""
        return {
            source
            for event in self._events
            if event.verb in _KEEPING and not event.off
            for source in behind(event.inputs, PASSING)
            if source.verb == "predicts"
        }

    def _elsewhere(self, predict: Event, fits: list[Event]) -> bool:
        """Whether a prediction is for other data than any that the model was fitted to."""
        asked = {part.source for part in self._rows.of(predict.rows)}
        learnt = {part.source for fit in fits for part in self._rows.of(fit.rows)}
        return bool(asked) and bool(learnt) and asked.isdisjoint(learnt)


def _is_pipeline(value: v.Object) -> bool:
    return value.type.rpartition(".")[2] in ("Pipeline", "make_pipeline")


def _steps(pipeline: v.Object) -> Iterator[v.Value]:
    """What a pipeline was made of: its steps, alone or with their names, and those of pipelines in it."""
    todo: list[v.Value] = [pipeline]
    met: set[int] = set()
    while todo:
        value = todo.pop()
        if id(value) in met:
            continue
        met.add(id(value))
        yield value
        if isinstance(value, v.Sequence) or (isinstance(value, v.Object) and _is_pipeline(value)):
            todo += v.items(value)


def _is_table(read: Event) -> bool:
    """Whether a table is read, and no model."""
    return read.form in ("frame", "pandas.DataFrame")


def _within(folder: str, root: str) -> bool:
    return not root or folder == root or folder.startswith(root + "/")


def _name(event: Event) -> str:
    names = {posixpath.basename(text.template) for text in event.paths}
    return names.pop() if len(names) == 1 else ""
