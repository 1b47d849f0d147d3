"""The system graph as a tree that a person reads: components, their modules, and what flows through each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.text import Text

from mltd.graph.fold import folded
from mltd.graph.system import Edge, Node, System
from mltd.model import Place
from mltd.report.graph_besides import besides
from mltd.report.graph_lines import KINDS, VERB, Branch, label, place, shortest, tree
from mltd.report.text.look import Look, draw
from mltd.report.text.widgets import clean, count, packed

__all__ = ["render"]

_MOST = 6  # lines of one verb in one module
_STYLES = {"dataset": "cyan", "model": "green", "transformer": "green", "prediction": "magenta", "service": "magenta"}


def render(
    system: System, title: str, look: Look, *, links: tuple[int, int] = (0, 0), skipped: int = 0, full: bool = False
) -> str:
    """The whole graph; ``full`` tells functions apart from their modules and leaves no line out."""
    return draw([*_head(system, title, look, links, skipped, full), *_Overview(system, look, full=full).lines()], look)


def _head(system: System, title: str, look: Look, links: tuple[int, int], skipped: int, full: bool) -> list[Text]:
    sums = Counter(node.kind for node in system.nodes())
    parts = [count(sums[kind], noun) for kind, noun in KINDS if sums[kind] and (full or kind != "function")]
    lines = [
        Text("System graph of ").append(clean(title), "bold"),
        *packed(parts or ["nothing that was recognised"], look, look.page),
    ]
    if any(links):
        rest = f", {links[1]} not (--unresolved tells why)" if links[1] else ", none left open"
        lines.append(Text(f"{count(links[0], 'link')} resolved{rest}"))
    if skipped:
        lines.append(Text(f"{count(skipped, 'file')} could not be read", "yellow"))
    return lines


class _Overview:
    """The components with their modules."""

    def __init__(self, system: System, look: Look, *, full: bool) -> None:
        self._whole = system
        self._system = folded(system)
        self._look = look
        self._full = full
        self._short = shortest(node.name for node in system.nodes("module"))

    def lines(self) -> list[Text]:
        """Components in order; those without data flow in one line at the end, then settings and stages."""
        lines: list[Text] = []
        quiet: list[str] = []
        for component in self._system.nodes("component"):
            modules = [self._system.node(edge.target) for edge in self._system.out(component) if edge.kind == "owns"]
            branches = [(module, self._module(module, component)) for module in modules]
            loud = [branch for _module, branch in branches if branch.below]
            calm = [module.name for module, branch in branches if not branch.below]
            if not loud:
                quiet.append(f"{_component(component)} ({count(len(modules), 'module')})")
                continue
            if calm:
                loud.append(
                    Branch(Text("without data: ", "dim").append(self._named(calm, self._look.page - 24), "dim"))
                )
            lines += [Text(), Text(_component(component), "bold"), *tree(loud, self._look)]
        if quiet:
            more = [f"{len(quiet) - 12} more"] if len(quiet) > 12 else []
            lines += [Text(), *packed(["Without data: " + quiet[0], *quiet[1:12], *more], self._look, self._look.page)]
        return [*lines, *besides(self._system, self._look)]

    def _module(self, module: Node, component: Node) -> Branch:
        name = module.name
        if component.name != "." and name.startswith(component.name + "/"):
            name = name[len(component.name) + 1 :]
        return Branch(
            Text(clean(name), "bold"),
            "",
            self._rows(module, self._system, module.name) if not self._full else self._functions(module),
        )

    def _functions(self, module: Node) -> list[Branch]:
        """What happens at the top level, then the functions, each with what happens in it."""
        rows = self._rows(module, self._whole, module.name)
        for edge in self._whole.out(module):
            if edge.kind == "owns":
                function = self._whole.node(edge.target)
                below = self._rows(function, self._whole, module.name)
                rows.append(Branch(Text(label(function) + "()"), place(function.places[0], module.name), below))
        return rows

    # ------------------------------------------------------------------ rows

    def _rows(self, body: Node, system: System, file: str) -> list[Branch]:
        """What a module or function serves, reads, adds, fits, predicts and writes."""
        out, into = (
            sorted(edges, key=lambda edge: _order(edge, file)) for edges in (system.out(body), system.into(body))
        )
        fits = [edge for edge in out if edge.kind == "fits"]
        fitted = {edge.target for edge in fits}
        predicts = [edge for edge in out if edge.kind == "predicts"]
        used = {source.id for edge in predicts for source in self._models(system, edge)}
        serves = [edge for edge in out if edge.kind == "calls" and edge.target.startswith("service:")]
        reads = [edge for edge in into if edge.kind == "reads" and edge.source not in used | fitted]
        writes = [edge for edge in out if edge.kind == "writes" and edge.target not in fitted]

        def taken(verb: str, edges: list[Edge]) -> list[Branch]:
            rows = [
                self._row(verb, edge, system.node(edge.target), file, self._takers(edge.target, body)) for edge in edges
            ]
            return self._few(verb, rows)

        made = [
            self._row("reads", edge, system.node(edge.source), file, self._makers(edge.source, body)) for edge in reads
        ]
        return [
            *(self._row("serves", edge, system.node(edge.target), file) for edge in serves),
            *self._few("reads", made),
            *self._added([edge for edge in out if edge.kind == "produces"], system, file),
            *taken("fits", fits),
            *self._few("predicts", self._predicted(predicts, system, file, body)),
            *taken("writes", writes),
        ]

    def _row(self, verb: str, edge: Edge, node: Node, file: str, flow: Text | None = None) -> Branch:
        body = Text(f"{verb:<{VERB}}", "dim").append(self._name(node, file), _STYLES.get(node.kind, ""))
        if node.note and node.note not in node.name:
            body.append(f"  {clean(node.note)}", "dim")
        return Branch(body, _first(edge, file), more=flow, column=VERB)

    def _few(self, verb: str, rows: list[Branch]) -> list[Branch]:
        if self._full or len(rows) <= _MOST + 1:
            return rows
        return [
            *rows[:_MOST],
            Branch(Text(f"{verb:<{VERB}}", "dim").append(f"{count(len(rows) - _MOST, 'more', 'more')}", "dim")),
        ]

    def _added(self, edges: list[Edge], system: System, file: str) -> list[Branch]:
        names = list(dict.fromkeys(label(system.node(edge.target)) for edge in edges))
        if not names:
            return []
        shown = names if self._full or len(names) <= 13 else [*names[:12], f"{len(names) - 12} more"]
        lead = f"{'adds':<{VERB}}"
        return [Branch(Text(lead, "dim").append(", ".join(shown)), _first(edges[0], file), column=VERB)]

    def _predicted(self, edges: list[Edge], system: System, file: str, body: Node) -> list[Branch]:
        """Which models the code predicts with; calls with the same one stand in one line, at the first of them."""
        groups: dict[str, list[Edge]] = {}
        for edge in edges:
            names = ", ".join(self._name(one, file) for one in self._models(system, edge))
            groups.setdefault(names if not self._full else edge.target, []).append(edge)
        rows = []
        for same in groups.values():
            models = self._models(system, same[0])
            said = ", ".join(self._name(one, file) for one in models)
            text = Text(f"{'predicts':<{VERB}}", "dim").append("with ", "dim")
            text.append(said or "a model from elsewhere", "green" if models else "dim")
            if len(same) > 1:
                text.append(f"  {len(same)} times", "dim")
            flow = self._makers(models[0].id, body) if len(models) == 1 else None
            rows.append(Branch(text, _first(same[0], file), more=flow, column=VERB))
        return rows

    def _models(self, system: System, edge: Edge) -> list[Node]:
        return [
            node
            for one in system.into(system.node(edge.target))
            if one.kind == "predicts" and (node := system.node(one.source)).kind == "model"
        ]

    # ------------------------------------------------------------------ names

    def _name(self, node: Node, file: str) -> str:
        """A node's name, without the file that the line stands under."""
        return clean(node.name[len(file) + 2 :] if node.name.startswith(file + "::") else node.name)

    def _makers(self, identity: str, body: Node) -> Text | None:
        found = [
            edge.source for edge in self._system.into(self._system.node(identity)) if edge.kind in ("writes", "fits")
        ]
        return self._modules(found, body, "from " if not self._look.unicode else "← ")

    def _takers(self, identity: str, body: Node) -> Text | None:
        found = [edge.target for edge in self._system.out(self._system.node(identity)) if edge.kind == "reads"]
        return self._modules(found, body, "to " if not self._look.unicode else "→ ")

    def _modules(self, found: Iterable[str], body: Node, arrow: str) -> Text | None:
        own = body.name.partition("::")[0]
        names = sorted({one.partition(":")[2] for one in found if one.startswith("module:")} - {own})
        return Text(arrow, "dim").append(self._named(names, 60), "dim") if names else None

    def _named(self, modules: Sequence[str], room: int) -> str:
        """Modules by their short names, as many as there is room for."""
        shown = ""
        for index, name in enumerate(modules):
            longer = f"{shown}, {self._short[name]}" if shown else self._short[name]
            if shown and len(longer) > room:
                return f"{shown} and {len(modules) - index} more"
            shown = longer
        return clean(shown)


def _component(node: Node) -> str:
    return "top level" if node.name == "." else clean(node.name)


def _first(edge: Edge, file: str) -> str:
    """The place of a row: the one in its own file, if there is one."""
    return place(_proof(edge, file), file)


def _proof(edge: Edge, file: str) -> Place:
    return next((one for one in edge.places if one.path == file), edge.places[0])


def _order(edge: Edge, file: str) -> tuple[bool, int, int, int, str]:
    """Rows in the order of the program."""
    one = _proof(edge, file)
    return one.path != file, one.cell or 0, one.line, one.column, edge.target
