"""From the facts at hand to the nodes and edges of the system graph: first the code, then what flows through it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mltd import facts
from mltd.flow import values as v
from mltd.flow.events import Event, Site
from mltd.flow.program import nodes
from mltd.graph.artifacts import HELD
from mltd.graph.data import Data
from mltd.graph.nodes import Collector, Edge, Id, Node

if TYPE_CHECKING:
    from mltd.graph.project import Project

_METHODS = frozenset({"get", "post", "put", "patch", "delete", "websocket"})

Assembled = tuple[list[Node], list[Edge]]


def assemble(project: Project) -> Assembled:
    """All nodes and all edges, each with its places, in a fixed order."""
    collector = Collector()
    code = Code(project, collector)
    data = Data(project, collector, code.body)
    data.collect()
    code.collect(data.predictions)
    return collector.nodes(), collector.edges()


class Code:
    """Components, modules, functions, stages and services."""

    def __init__(self, project: Project, collector: Collector) -> None:
        self._project = project
        self._collector = collector
        self._machine = project.flow.machine
        self._bodies: set[tuple[str, str]] = set()

    def body(self, site: Site) -> Id:
        """The function, or the module at its top level, that a site stands in."""
        return self._body(site.file, site.symbol)

    def _body(self, file: str, symbol: str) -> Id:
        if not symbol:
            return "module", file
        self._bodies.add((file, symbol))
        return "function", f"{file}::{symbol}"

    def collect(self, predictions: dict[Id, set[Event]]) -> None:
        """Everything that is code, once the data has said which functions hold events."""
        for event in self._project.events:
            if event.verb in HELD:
                self._body(event.site.file, event.site.symbol)
        self._modules()
        self._calls()
        self._stages()
        for event in self._project.events:
            if event.verb == "serves":
                self._service(event, predictions)
        for file, symbol in sorted(self._bodies):
            entry = self._entry(file, symbol)
            place = self._project.place(
                Site(file, entry.at, entry.to) if entry else Site(file, facts.pack(1, 1), facts.pack(1, 1))
            )
            found = self._collector.node("function", f"{file}::{symbol}", [place])
            self._collector.edge(("module", file), found, "owns", [place])

    def _entry(self, file: str, symbol: str) -> facts.BodyIndex | None:
        content = self._machine.modules.python.get(file)
        return next((one for one in content.index if one.qualname == symbol), None) if content else None

    def _modules(self) -> None:
        scripts = {event.entry for event in self._project.events} - self._machine.modules.python.keys()
        for file in (*self._machine.modules.python, *sorted(scripts)):
            place = self._project.place(Site(file, facts.pack(1, 1), facts.pack(1, 1)))
            module = self._collector.node("module", file, [place])
            component = self._collector.node("component", self._project.component(file), [place])
            self._collector.edge(component, module, "owns", [place])
        for importer, found in self._machine.imports.items():
            for imported, site in found.items():
                self._collector.edge(("module", imported), ("module", importer), "imports", [self._project.place(site)])

    def _calls(self) -> None:
        """Calls between functions, as far as they lead to one that holds an event."""
        callers: dict[tuple[str, str], list[tuple[tuple[str, str], Site]]] = defaultdict(list)
        for caller, callees in self._machine.calls.items():
            for (file, body), site in callees.items():
                callee = file, self._machine.modules.python[file].index[body].qualname
                callers[callee].append((caller, site))
        todo = sorted(self._bodies)
        seen = set(todo)
        while todo:
            callee = todo.pop()
            for caller, site in callers[callee]:
                self._collector.edge(self._body(*callee), self._body(*caller), "calls", [self._project.place(site)])
                if caller not in seen:
                    seen.add(caller)
                    todo.append(caller)

    def _stages(self) -> None:
        for run in self._project.declared.runs:
            if run.declares:
                place = self._project.place(Site(run.by, facts.pack(run.line or 1, 1), facts.pack(run.line or 1, 2)))
                stage = self._collector.node("stage", f"{run.by}::{run.program}", [place])
                self._collector.edge(("module", run.program), stage, "calls", [place])

    def _service(self, event: Event, predictions: dict[Id, set[Event]]) -> None:
        """An entry point that others call: its route, the function behind it, the predictions that it answers with."""
        file, place = event.site.file, self._project.place(event.site)
        decorated, call = self._decorated(event)
        symbols = (
            {decorated.name} if decorated else {value.name for value in event.data if isinstance(value, v.Function)}
        )
        words = [one.value for one in call.args if isinstance(one, facts.Const)] if call else []
        words += [text.constant for value in event.data if isinstance(value, v.Texts) for text in value.alternatives]
        route = next((word for word in words if isinstance(word, str)), "")
        method = event.callee.rpartition(".")[2]
        name = f"{method.upper()} {route}" if route and method in _METHODS else route or "::".join(sorted(symbols))
        service = self._collector.node("service", f"{file}::{name}" if name else file, [place])
        for symbol in sorted(symbols):
            self._collector.edge(self._body(file, symbol), service, "calls", [place])
        for prediction, events in predictions.items():
            inside = [
                one.site for one in sorted(events, key=lambda event: event.order)
                for step in (*one.stack, one.site) if step.file == file and step.symbol in symbols
            ]  # fmt: skip
            if inside:
                self._collector.edge(prediction, service, "uses", [*map(self._project.place, inside), place])

    def _decorated(self, event: Event) -> tuple[facts.Def | None, facts.Call | None]:
        """The function that a decorator stands on, and the decorator's call."""
        file, at = event.site.file, event.site.at
        for found in self._definitions(file):
            for decorator in found.decorators:
                if isinstance(decorator, facts.Call) and decorator.at <= at < decorator.to:
                    return found, decorator
        return None, None

    def _definitions(self, file: str) -> Iterator[facts.Def]:
        content = self._machine.modules.python[file]
        for body in range(len(content.index)):
            yield from (
                one
                for one in nodes(self._machine.modules.block(file, body))
                if isinstance(one, facts.Def) and one.decorators
            )
