"""The system graph: what a tree is made of, and what follows from what.

An edge points from what is needed to what needs it, along the data and along the influence: ``reads`` from a data set
to the function that reads it, ``writes`` from the function to the data set, ``calls`` from a function to its caller,
``imports`` from a module to who imports it, ``fits`` from data to a model (and from the function that trains it),
``predicts`` from a model to a prediction (and from the function that computes it), ``uses`` from data to what takes it
in, ``produces`` from data to data that was computed from it, ``configures`` from a setting to what it names or tunes,
``owns`` from the whole to its parts. So ``downstream`` is what a change may reach, ``upstream`` what something depends
on.

A walk that starts at data goes along the data: it tells the functions that it meets and does not go through them, for
what a function reads is not all in each thing that it writes. A walk that starts at code goes through the code too.

``guards`` from a flag (an option, a key of a configuration or a variable of the environment that a branch asks) to the
code that it switches. Every node and edge has the places that prove it.
"""

from __future__ import annotations

import difflib
from collections import deque
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec
import networkx as nx

from mltd.graph.nodes import EDGES, NODES, Edge, Node
from mltd.model import Place

if TYPE_CHECKING:
    from mltd.graph.project import Project

__all__ = ["EDGES", "NODES", "Edge", "Node", "System", "UnknownNode"]

_CODE = frozenset({"component", "module", "function", "stage"})
#: Which kind people mean where a name fits several.
_MEANT = ("dataset", "model", "module", "feature", "function", *NODES)


class UnknownNode(Exception):
    """No node, or more than one, goes by a name; ``near`` are names that do."""

    def __init__(self, name: str, near: Sequence[str], *, several: bool = False) -> None:
        self.name = name
        self.near = tuple(near)
        said = f'"{name}" may be any of several nodes' if several else f'no node "{name}" in the graph'
        if several:
            meant = "; write one of\n" + "\n".join(f"  {one}" for one in self.near)
        else:
            meant = f"; did you mean {', '.join(self.near)}?" if near else ""
        super().__init__(said + meant)


class System:
    """The frozen system graph behind verbs. Everything comes in a fixed order."""

    def __init__(self, project: Project | None = None, nodes: Iterable[Node] = (), edges: Iterable[Edge] = ()) -> None:
        if project is not None:
            nodes, edges = project.assembled
        self._nodes = {node.id: node for node in nodes}
        self._edges = list(edges)
        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        for node in self._nodes.values():
            graph.add_node(node.id, node=node)
        for edge in self._edges:
            graph.add_edge(edge.source, edge.target, key=edge.kind, edge=edge)
        self._graph: nx.MultiDiGraph[str] = nx.freeze(graph)

    # ------------------------------------------------------------------ parts

    def nodes(self, kind: str | None = None) -> list[Node]:
        """All nodes, or those of a kind."""
        return [node for node in self._nodes.values() if kind in (None, node.kind)]

    def edges(self, kind: str | None = None) -> list[Edge]:
        """All edges, or those of a kind."""
        return [edge for edge in self._edges if kind in (None, edge.kind)]

    def node(self, identity: str) -> Node:
        """The node of an edge's end."""
        return self._nodes[identity]

    def into(self, node: Node) -> list[Edge]:
        """The edges that end at a node."""
        found: Iterable[tuple[str, str, Edge]] = self._graph.in_edges(node.id, data="edge")
        return self._sorted(edge for _source, _target, edge in found)

    def out(self, node: Node) -> list[Edge]:
        """The edges that start at a node."""
        found: Iterable[tuple[str, str, Edge]] = self._graph.out_edges(node.id, data="edge")
        return self._sorted(edge for _source, _target, edge in found)

    def _sorted(self, edges: Iterable[Edge]) -> list[Edge]:
        return sorted(edges, key=lambda edge: (EDGES.index(edge.kind), edge.source, edge.target))

    def places(self, node: Node | str) -> tuple[Place, ...]:
        """Where a node is proved."""
        return (self.find(node) if isinstance(node, str) else node).places

    # ------------------------------------------------------------------ names

    def find(self, name: str) -> Node:
        """The node of a name as a person types it: ``model:models/churn.joblib``, a path, the end of a name that only
        one node has. Raises ``UnknownNode`` with the names that come near."""
        wanted = name.strip()
        if wanted in self._nodes:
            return self._nodes[wanted]
        kind, colon, rest = wanted.partition(":")
        kinds = [kind] if colon and kind in NODES else list(dict.fromkeys(_MEANT))
        rest = rest if colon and kind in NODES else wanted
        rest = rest.removeprefix("./")
        rest = rest.rstrip("/") or rest
        for fits in (lambda known: known == rest, lambda known: _ends(known, rest)):
            for one in kinds:
                found = [node for node in self.nodes(one) if rest and fits(node.name)]
                if len(found) == 1:
                    return found[0]
                if found:
                    raise UnknownNode(wanted, [node.id for node in found[:5]], several=True)
        raise UnknownNode(wanted, self._near(rest, kinds))

    def _near(self, name: str, kinds: Sequence[str]) -> list[str]:
        """Names like one that is not there: by the whole name, or by its last part."""
        names: dict[str, list[str]] = {}
        for node in self._nodes.values():
            if node.kind in kinds:
                for form in {node.name, _last(node.name)}:
                    names.setdefault(form.lower(), []).append(node.id)
        forms = list(dict.fromkeys((name.lower(), _last(name).lower())))
        close = [match for form in forms for match in difflib.get_close_matches(form, sorted(names), 3, 0.7)]
        inside = [known for known in sorted(names) if len(forms[-1]) > 3 and forms[-1] in known]
        return list(dict.fromkeys(identity for known in (*close, *inside) for identity in names[known]))[:3]

    # ------------------------------------------------------------------ walks

    def upstream(self, node: Node) -> list[Node]:
        """Everything that a node depends on."""
        return self.walk(node, forward=False).nodes()[1:]

    def downstream(self, node: Node) -> list[Node]:
        """Everything that depends on a node."""
        return self.walk(node, forward=True).nodes()[1:]

    def steps(self, node: Node, came: Node | None, *, forward: bool) -> list[Edge]:
        """The edges that a walk takes on from a node that it reached from another (None: where it starts)."""
        if node.kind in _CODE and came is not None and came.kind not in _CODE and came.kind != "config":
            return []
        found = self.out(node) if forward else self.into(node)
        return [edge for edge in found if forward or edge.kind != "owns" or node.kind == "config"]

    def walk(self, start: Node, *, forward: bool) -> System:
        """The part of the graph that a walk from a node sees, the node first."""
        seen = {start.id: start}
        kept: dict[tuple[str, str, str], Edge] = {}
        todo: deque[tuple[Node, Node | None]] = deque([(start, None)])
        expanded: set[str] = set()
        while todo:
            node, came = todo.popleft()
            if node.id in expanded:
                continue
            steps = self.steps(node, came, forward=forward)
            if steps:
                expanded.add(node.id)
            for edge in steps:
                kept[edge.source, edge.target, edge.kind] = edge
                other = self._nodes[edge.target if forward else edge.source]
                seen.setdefault(other.id, other)
                todo.append((other, node))
        rest = sorted(
            (node for node in seen.values() if node is not start), key=lambda node: (NODES.index(node.kind), node.name)
        )
        return System(
            None, [start, *rest], [edge for edge in self._edges if (edge.source, edge.target, edge.kind) in kept]
        )

    def path(self, first: Node, last: Node) -> list[Edge]:
        """The shortest way along the data, or the influence, from one node to another; empty where there is none."""
        before: dict[str, tuple[str, Edge]] = {}
        todo: deque[tuple[Node, Node | None]] = deque([(first, None)])
        while todo and last.id not in before:
            node, came = todo.popleft()
            for edge in self.steps(node, came, forward=True):
                if edge.target not in before and edge.target != first.id:
                    before[edge.target] = node.id, edge
                    todo.append((self._nodes[edge.target], node))
        found: list[Edge] = []
        current = last.id
        while current in before:
            current, edge = before[current]
            found.append(edge)
        return found[::-1]

    def only(self, edges: Sequence[Edge]) -> System:
        """The part of the graph that some edges are."""
        named = dict.fromkeys(end for edge in edges for end in (edge.source, edge.target))
        return System(None, [self._nodes[name] for name in named], edges)

    # ------------------------------------------------------------------ other shapes

    def graphml(self) -> str:
        """The graph as GraphML, by networkx: kind, name, note and places of every node and edge as text."""
        plain: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        for node in self._nodes.values():
            plain.add_node(node.id, kind=node.kind, name=node.name, note=node.note, places=_joined(node.places))
        for number, edge in enumerate(self._edges):
            plain.add_edge(edge.source, edge.target, key=f"e{number}", kind=edge.kind, places=_joined(edge.places))
        lines: Iterable[str] = nx.generate_graphml(plain)
        return "\n".join(lines) + "\n"

    @classmethod
    def joined(cls, parts: Iterable[tuple[str, System]]) -> System:
        """Several projects in one graph, each name and path with its project's prefix; addresses stay as they are."""
        nodes: dict[str, Node] = {}
        edges: list[Edge] = []
        for prefix, system in parts:
            moved = {node.id: _moved(node, prefix) for node in system.nodes()}
            for node in moved.values():
                known = nodes.get(node.id)
                nodes[node.id] = (
                    node if known is None else msgspec.structs.replace(known, places=known.places + node.places)
                )
            edges += [
                Edge(
                    moved[edge.source].id,
                    moved[edge.target].id,
                    edge.kind,
                    tuple(_placed(place, prefix) for place in edge.places),
                )
                for edge in system.edges()
            ]
        return cls(None, sorted(nodes.values(), key=lambda node: (NODES.index(node.kind), node.name)), edges)


def _ends(known: str, wanted: str) -> bool:
    """Whether a name ends in what was typed, at the beginning of one of its parts."""
    return known.endswith(wanted) and known[: -len(wanted)].endswith(("/", "::", ".", "::--", "$", " "))


def _last(name: str) -> str:
    return name.rpartition("::")[2].rpartition("/")[2]


def _joined(places: Iterable[Place]) -> str:
    return ", ".join(dict.fromkeys(map(str, places)))


def _placed(place: Place, prefix: str) -> Place:
    return msgspec.structs.replace(place, path=prefix + place.path)


def _moved(node: Node, prefix: str) -> Node:
    places = tuple(_placed(place, prefix) for place in node.places)
    address = "://" in node.name or node.name.startswith(("/", "$"))
    if not prefix or address:
        return msgspec.structs.replace(node, places=places)
    name = prefix.rstrip("/") if node.name == "." and node.kind == "component" else prefix + node.name
    return msgspec.structs.replace(node, name=name, places=places)
