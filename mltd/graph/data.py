"""What flows: data sets, features, transformers, models and predictions, and what each was computed from."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from mltd.flow import values as v
from mltd.flow.events import Event, Site
from mltd.flow.frames import ColumnDefinition
from mltd.flow.texts import HOLE, Text
from mltd.graph.artifacts import HELD, WRITES, Artifact, artifacts, call, title
from mltd.graph.hand_overs import speaker
from mltd.graph.models import Model, Models
from mltd.graph.nodes import Collector, Id
from mltd.graph.settings import Settings
from mltd.model import Place

if TYPE_CHECKING:
    from mltd.graph.project import Project

#: A call, told apart from others at its place.
Call = tuple[object, ...]
#: What an edge into a node of a kind says, unless a model predicts.
_INTO = {"dataset": "produces", "feature": "produces", "transformer": "fits", "model": "fits", "prediction": "uses"}


class Data:
    """Collects everything that is no code, and how the one follows from the other."""

    def __init__(self, project: Project, collector: Collector, body: Callable[[Site], Id]) -> None:
        self._project = project
        self._collector = collector
        self._body = body
        self._artifacts = artifacts(project)
        self._models = Models(project, self._artifacts)
        self._settings = Settings(project.files, project.flow.machine)
        #: a call -> the nodes that its result is or comes out of
        self._made: dict[Call, dict[Id, None]] = defaultdict(dict)
        #: a node -> the calls that made it
        self._by: dict[Id, set[Event]] = defaultdict(set)
        self.predictions: dict[Id, set[Event]] = defaultdict(set)

    def collect(self) -> None:
        """Nodes first, so that each edge finds both of its ends."""
        for one in self._artifacts:
            self._artifact(one)
        self._released()
        self._flags()
        for model in self._models.all:
            self._model(model)
        self._predict()
        self._transform()
        for definition in self._project.columns:
            if definition.added:
                self._feature(definition)
        for target, events in self._by.items():
            for event in sorted(events, key=_order):
                self._flow(target, event)
        for definition in self._project.columns:
            if definition.added:
                self._demanded(definition)

    def _place(self, *sites: Site) -> list[Place]:
        return [self._project.place(site) for site in sites]

    # ------------------------------------------------------------------ nodes

    def _artifact(self, one: Artifact) -> None:
        kind = {"data": "dataset", "config": "config"}.get(one.holds, "model")
        model = self._models.file(one.name)
        name = model.name if model is not None else one.name
        kind = model.kind if model is not None else kind
        node = self._collector.node(kind, name, [place for use in one.uses for place in self._place(use.event.site)])
        for use in one.uses:
            event, said = use.event, speaker(use.named)
            places = self._place(said, event.site)
            body = self._body(said)
            if use.writes:
                self._collector.edge(body, node, "writes", places)
                self._by[node].add(event)
            else:
                self._collector.edge(node, body, "configures" if kind == "config" else "reads", places)
                self._made[call(event)][node] = None
            if kind != "config":
                self._configured(node, [use.named.text])

    def _configured(self, node: Id, texts: Iterable[Text]) -> None:
        for text in texts:
            for name, site in self._settings.of_text(text):
                self._setting(name, site, node)

    def _setting(self, name: str, site: Site, node: Id) -> None:
        places = self._place(site)
        setting = self._collector.node("config", title(name), places)
        self._collector.edge(setting, node, "configures", places)
        if site.file not in self._project.flow.machine.modules.python:
            file = self._collector.node("config", site.file, places)
            self._collector.edge(file, setting, "owns", places)

    def _flags(self) -> None:
        """Settings that switch code on and off, with the code that they guard."""
        for event in self._project.events:
            for value in event.guards if event.verb in HELD else ():
                for name, site in self._settings.of_value(value):
                    flag = self._collector.node("flag", title(name), self._place(site))
                    self._collector.edge(flag, self._body(event.site), "guards", self._place(site, event.site))

    def _released(self) -> None:
        """Data sets that a library brings along."""
        for event in self._project.events:
            if event.verb == "loads-data":
                known = [text.template for text in event.paths if text.template and HOLE not in text.template]
                for name in known or [event.callee]:
                    shown = f"{event.callee.partition('.')[0]}://{name}" if known else name
                    node = self._collector.node("dataset", title(shown), self._place(event.site))
                    self._collector.edge(node, self._body(event.site), "reads", self._place(event.site))
                    self._made[call(event)][node] = None

    def _model(self, model: Model) -> None:
        node = self._collector.node(model.kind, model.name, self._place(*model.sites), " or ".join(sorted(model.types)))
        for event in model.fits:
            self._collector.edge(self._body(event.site), node, "fits", self._place(event.site))
            self._made[call(event)][node] = None
            self._by[node].add(event)
        for value in model.parameters:
            for name, site in self._settings.of_value(value):
                self._setting(name, site, node)

    def _predict(self) -> None:
        spots: dict[tuple[str, str], dict[int, list[Event]]] = defaultdict(lambda: defaultdict(list))
        for event in self._project.events:
            if event.verb == "predicts":
                spots[event.site.file, event.site.symbol][event.site.at].append(event)
        for (file, symbol), places in spots.items():
            base = f"{file}::{symbol}" if symbol else file
            for number, at in enumerate(sorted(places), 1):
                name = f"{base}#{number}" if number > 1 else base
                events = places[at]
                sites = self._place(*(event.site for event in events))
                node = self._collector.node("prediction", name, sites)
                self._collector.edge(self._body(events[0].site), node, "predicts", sites)
                for event in events:
                    for model in self._models.of(event):
                        self._collector.edge((model.kind, model.name), node, "predicts", self._place(event.site))
                    self._made[call(event)][node] = None
                    self._by[node].add(event)
                    self.predictions[node].add(event)

    def _transform(self) -> None:
        for event in self._project.events:
            for model in self._models.of(event) if event.verb == "transforms" else ():
                self._made[call(event)][model.kind, model.name] = None

    # ------------------------------------------------------------------ edges

    def _flow(self, target: Id, event: Event) -> None:
        """What an event's data was computed from; what came in by another node on the way is that node's to tell."""
        kind = _INTO.get(target[0])
        if kind is None:
            return
        taint = v.taint_of(*event.data) if target[0] == "prediction" and event.data else event.inputs
        for one in sorted(self._nearest(event, taint), key=_order):
            for source in self._made[call(one)]:
                said = "configures" if source[0] == "config" else kind
                self._collector.edge(source, target, said, self._place(one.site, event.site))

    def _nearest(self, event: Event, taint: Iterable[Event]) -> list[Event]:
        """The events behind one that the graph has a node for, past those that it has none for."""
        found: list[Event] = [event] if event.verb == "copies" else []
        todo = [one for one in taint if one is not event]
        seen = set(todo)
        while todo:
            current = todo.pop()
            if call(current) in self._made:
                found.append(current)
                continue
            new = current.inputs - seen
            seen |= new
            todo += new
        return found

    def _feature(self, definition: ColumnDefinition) -> None:
        node = _column(definition)
        places = self._place(definition.site)
        self._collector.node("feature", node[1], places)
        self._collector.edge(self._body(definition.site), node, "produces", places)
        for origin in sorted(definition.origins, key=_order):
            for source in self._made.get(call(origin), ()):
                if source[0] == "dataset":
                    self._collector.edge(source, node, "produces", self._place(origin.site, definition.site))

    def _demanded(self, definition: ColumnDefinition) -> None:
        """Who needs a feature: other features, what is written, the calls that it goes into."""
        node = _column(definition)
        for derived in sorted(definition.derives, key=lambda one: (one.site.file, one.site.at, one.name)):
            if derived.added:
                self._collector.edge(node, _column(derived), "produces", self._place(definition.site, derived.site))
        for event in definition.stored:
            for target in self._written.get(call(event), ()):
                self._collector.edge(node, target, "produces", self._place(definition.site, event.site))
        for site, _why in definition.uses:
            takers = self._takers.get(site, set())
            for target in takers if len(takers) == 1 else ():  # of a helper that fits several, none is sure
                self._collector.edge(node, target, _INTO[target[0]], self._place(definition.site, site))

    @functools.cached_property
    def _written(self) -> dict[Call, set[Id]]:
        found: dict[Call, set[Id]] = defaultdict(set)
        for target, events in self._by.items():
            for event in events:
                if event.verb in WRITES and target[0] == "dataset":
                    found[call(event)].add(target)
        return found

    @functools.cached_property
    def _takers(self) -> dict[Site, set[Id]]:
        found: dict[Site, set[Id]] = defaultdict(set)
        for target, events in self._by.items():
            for event in events:
                if event.verb not in WRITES and target[0] in _INTO:
                    found[event.site].add(target)
        return found


def _column(definition: ColumnDefinition) -> Id:
    return "feature", f"{definition.site.file}::{title(definition.name)}"


def _order(event: Event) -> int:
    return event.order
