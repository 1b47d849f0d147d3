"""Marshalling: what a body does to get data into a model's package and out of it, as steps that can be compared.

A step is a call that gives a value another form (a table made an array, a cast, a booster's matrix). It counts for a
model where the value really goes on into the model's fit or predict, or comes out of its predict, inside one body.
"""

from __future__ import annotations

import functools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mltd.flow import values as v
from mltd.flow.events import Event, Site
from mltd.flow.frames import Column, Frame
from mltd.flow.lineage import FORMS
from mltd.flow.program import statements

if TYPE_CHECKING:
    from mltd.graph.project import Project

_MODELS = frozenset({"fits", "predicts", "searches"})
#: What a form is given for and that is no model: a figure, a picture, a line for a person.
_SHOWN = frozenset({"evaluates", "plots", "shows", "logs"})

#: What puts arrays together, and computes nothing.
_GATHERING = frozenset(
    {"hstack", "vstack", "dstack", "stack", "concatenate", "column_stack", "append", "unique", "copy"}
)

#: What prepares data and predicts nothing.
_PREPARING = frozenset({"transformer", "tokenizer"})
#: Containers that only models take.
_FEEDS = frozenset({"dataset", "loader"})
_CONTAINERS = _FEEDS | {"matrix"}

#: A step: ``in`` or ``out`` of the package, the operation, and the keywords that it is given.
Shape = tuple[str, ...]
#: A call: its file, where it begins and ends, and what is called.
Call = tuple[str, int, int, str]
Body = tuple[str, str]


@dataclass(frozen=True)
class Chain:
    """One value's way into a package, or out of it: the steps in order, the way's end (the fit, the predict, or the
    package's own container that takes the value) and the package."""

    package: str
    anchor: Event
    steps: tuple[tuple[Site, Shape], ...]

    @functools.cached_property
    def shapes(self) -> Counter[Shape]:
        """The steps and how often each stands there."""
        return Counter(shape for _site, shape in self.steps)


@dataclass
class Unit:
    """A function, or the top level of a file, that marshals for models.

    ``chains`` are the ways of its values; ``converts`` the steps that build a package's own container, ``tabular``
    those that take a table or a column of one, both without keywords; ``handed`` the statements that pass a value from
    one ML package to another; ``models`` the fits and predicts that all this serves; ``interface`` says that other
    files go through it, or that it implements what a base class asks for.
    """

    file: str
    body: int
    symbol: str
    statements: int
    chains: list[Chain] = field(default_factory=list)
    converts: set[Shape] = field(default_factory=set)
    tabular: set[Shape] = field(default_factory=set)
    handed: list[Site] = field(default_factory=list)
    models: list[Event] = field(default_factory=list)
    interface: bool = False


def units(project: Project) -> Iterator[Unit]:
    """Every body that marshals for a model, tests apart."""
    bodies: dict[Body, dict[Call, Event]] = defaultdict(dict)
    takers: dict[Call, dict[Call, Event]] = defaultdict(dict)
    for event in project.events:
        if event.off:
            continue
        if _passed(event) or event.verb in _MODELS:
            bodies[event.site.file, event.site.symbol].setdefault(_call(event), event)
        for one in event.inputs:
            if _passed(one) or one.verb == "predicts":
                takers[_call(one)].setdefault(_call(event), event)
    for (file, symbol), calls in sorted(bodies.items()):
        if project.is_apart(file):
            continue
        content = project.flow.machine.modules.python[file]
        body = next((index for index, entry in enumerate(content.index) if entry.qualname == symbol), None)
        if body is None:
            continue
        unit = Unit(file, body, symbol, content.index[body].statements)
        _Reader(project, unit, calls, takers).read()
        if unit.chains:
            unit.interface = _in_family(project, file, symbol) or project.called_from_elsewhere(file, body)
            yield unit


class _Reader:
    """Follows values inside one body, from each model's calls back to where their form began, and on from them."""

    def __init__(
        self, project: Project, unit: Unit, calls: dict[Call, Event], takers: dict[Call, dict[Call, Event]]
    ) -> None:
        self._project = project
        self._unit = unit
        self._calls = calls
        self._takers = takers
        self._crossing: set[int] = set()

    def read(self) -> None:
        """Fill the unit."""
        contained: set[Call] = set()
        for event in self._calls.values():
            if event.verb not in _MODELS or getattr(event.receiver, "kind", "") in _PREPARING:
                continue
            self._unit.models.append(event)
            for package in sorted(self._packages(event)):
                own = {one for one in event.inputs if one.verb == "converts" and package in self._packages(one)}
                if own:  # the package's own containers: all that one call takes are one way
                    contained |= self._into(event, package, own)
                for value in event.data:
                    taint = v.taint_of(value)
                    if own.isdisjoint(taint):
                        contained |= self._into(event, package, taint)
                if event.verb == "predicts":
                    self._out_of(event, package)
        for call, event in self._calls.items():
            if event.verb in FORMS and call not in contained and getattr(event.result, "kind", "") in _CONTAINERS:
                for package in sorted(self._packages(event)):
                    contained |= self._into(event, package, {event})
        if self._crossing and self._unit.models:
            self._unit.handed = self._statements(self._crossing)

    def _packages(self, event: Event) -> set[str]:
        """The modelling packages that a call is one of."""
        table = self._project.knowledge.library(event.callee)
        feeds = event.verb in FORMS and getattr(event.result, "kind", "") in _FEEDS
        if table is not None and table.ml and (table.kind == "modelling" or feeds):
            return {table.library}
        if event.verb == "predicts" and not event.library:
            return _loaded(self._project, event)
        return set()

    def _into(self, anchor: Event, package: str, taint: Iterable[Event]) -> set[Call]:
        """The way of one value that a call of a package takes; of its own container also what is done to that."""
        found: dict[Call, None] = {}
        todo, seen = list(taint), set[Call]()
        while todo:
            event = self._calls.get(_call(todo.pop()))
            if event is None or not _passed(event) or _call(event) in seen:
                continue
            seen.add(_call(event))
            if event.verb in FORMS:
                found[_call(event)] = None
                if anchor.verb in FORMS:
                    todo += [taker for taker in self._takers.get(_call(event), {}).values() if _takes_container(taker)]
            todo += event.inputs
        self._chain(anchor, package, found, "in")
        return set(found)

    def _out_of(self, anchor: Event, package: str) -> None:
        """What becomes of a prediction inside the body, but for what is only measured or shown."""
        found: dict[Call, None] = {}
        todo, seen = [_call(anchor)], {_call(anchor)}
        while todo:
            for call in self._takers.get(todo.pop(), {}):
                event = self._calls.get(call)
                if event is not None and _passed(event) and call not in seen and not self._only_shown(call):
                    seen.add(call)
                    todo.append(call)
                    if event.verb in FORMS:
                        found[call] = None
        self._chain(anchor, package, found, "out")

    def _chain(self, anchor: Event, package: str, found: Iterable[Call], direction: str) -> None:
        steps: list[tuple[Site, Shape]] = []
        for call in sorted(found):
            event = self._calls[call]
            shape = (direction, _operation(event), *event.extra.get("keywords", ()))
            steps.append((event.site, shape))
            if event.verb == "converts":
                self._crossing.add(event.site.at)
                if package in self._packages(event):
                    self._unit.converts.add(shape[:2])
            if _tabular(event):
                self._unit.tabular.add(shape[:2])
        if steps:
            self._unit.chains.append(Chain(package, anchor, tuple(steps)))

    def _only_shown(self, call: Call) -> bool:
        seen, todo, ends = {call}, [call], 0
        while todo:
            for taker, event in self._takers.get(todo.pop(), {}).items():
                if _passed(event) and taker not in seen:
                    seen.add(taker)
                    todo.append(taker)
                elif not _passed(event):
                    ends += 1
                    if event.verb not in _SHOWN:
                        return False
        return ends > 0

    def _statements(self, positions: Iterable[int]) -> list[Site]:
        """The simple statements that hold calls at some positions."""
        unit = self._unit
        block = statements(self._project.flow.machine.modules.block(unit.file, unit.body))
        simple = [one for one in block if not hasattr(one, "body")]
        found = {one.at: one for one in simple for at in positions if one.at <= at < one.to}
        return [Site(unit.file, one.at, one.to, unit.symbol) for _at, one in sorted(found.items())]


def _passed(event: Event) -> bool:
    """Whether a value passes through a call and stays what it is."""
    return event.verb in FORMS or (event.verb in ("makes", "joins") and event.callee.rpartition(".")[2] in _GATHERING)


def _takes_container(event: Event) -> bool:
    """Whether a call is given a package's own container, and not something that was computed with it."""
    return any(getattr(value, "kind", "") in _CONTAINERS for value in (event.receiver, *event.data))


def _call(event: Event) -> Call:
    return event.site.file, event.site.at, event.site.to, event.callee


def _tabular(event: Event) -> bool:
    """Whether a table, or a column of one, is given another form."""
    return event.callee.startswith("pandas.") or any(isinstance(value, (Frame, Column)) for value in event.data)


def _operation(event: Event) -> str:
    """A method by its name alone (``.reshape``), a function or class by its whole name."""
    head, _dot, last = event.callee.rpartition(".")
    return (
        f".{last}" if head.rpartition(".")[2][:1].isupper() or head.endswith("ndarray") or head == "?" else event.callee
    )


def _loaded(project: Project, predict: Event) -> set[str]:
    """The packages of a model that was saved by one program of the tree and loaded by another."""
    loads = {event for event in getattr(predict.receiver, "taint", ()) if event.verb in ("reads", "loads")}
    saves = {one.write.event for one in project.hand_overs if one.read.event in loads} if loads else set()
    fits = {event for save in saves for event in save.inputs if event.verb == "fits"}
    tables = [project.knowledge.library(event.callee) for event in fits]
    return {table.library for table in tables if table is not None and table.ml and table.kind == "modelling"}


def _in_family(project: Project, file: str, symbol: str) -> bool:
    """Whether a body is a method of a class that has bases: an implementation of an interface that others share."""
    head = symbol.partition(".")[0]
    scope = project.flow.machine.scopes.get(file)
    cls = scope.names.get(head) if scope is not None and "." in symbol else None
    return isinstance(cls, v.Class) and bool(cls.bases)
