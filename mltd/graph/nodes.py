"""What the system graph is made of: nodes and edges with the places that prove them, and how they are collected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from mltd.model import Place

#: The kinds of nodes, in the order in which they are told.
NODES = (
    "component", "module", "function", "stage", "service", "config", "flag", "dataset", "feature", "transformer",
    "model", "prediction",
)  # fmt: skip
#: The kinds of edges, likewise.
EDGES = ("owns", "imports", "calls", "configures", "guards", "reads", "produces", "uses", "fits", "predicts", "writes")

#: A kind and a name.
Id = tuple[str, str]


class Node(msgspec.Struct, frozen=True):
    """One part of the system: its kind, its name (a path, ``path::function``, an address) and where it is proved.

    ``note`` says what the name does not: the class of a model.
    """

    kind: str
    name: str
    places: tuple[Place, ...]
    note: str = ""

    @property
    def id(self) -> str:
        """``model:models/churn.joblib``: what people type."""
        return f"{self.kind}:{self.name}"


class Edge(msgspec.Struct, frozen=True):
    """One way from a node to a node, by their ids, and the places that prove it, from the cause to the effect."""

    source: str
    target: str
    kind: str
    places: tuple[Place, ...]


class Collector:
    """Gathers nodes and edges; the same ones met again only add their places."""

    def __init__(self) -> None:
        self._nodes: dict[Id, set[Place]] = defaultdict(set)
        self._notes: dict[Id, set[str]] = defaultdict(set)
        self._edges: dict[tuple[Id, Id, str], dict[Place, None]] = defaultdict(dict)

    def node(self, kind: str, name: str, places: Iterable[Place], note: str = "") -> Id:
        """A node that some places prove."""
        assert kind in NODES, kind
        found = kind, name
        self._nodes[found] |= set(places)
        if note:
            self._notes[found].add(note)
        return found

    def edge(self, source: Id, target: Id, kind: str, places: Iterable[Place]) -> None:
        """An edge that some places prove; none from a node to itself."""
        assert kind in EDGES, kind
        if source != target:
            self._edges[source, target, kind].update(dict.fromkeys(places))

    def nodes(self) -> list[Node]:
        """All nodes, by kind and name."""
        order = {kind: index for index, kind in enumerate(NODES)}
        ids = sorted(self._nodes, key=lambda one: (order[one[0]], one[1]))
        return [
            Node(*one, places=tuple(sorted(self._nodes[one], key=_key)), note=" or ".join(sorted(self._notes[one])))
            for one in ids
        ]

    def edges(self) -> list[Edge]:
        """All edges between nodes that are there, by their ends and kind."""
        order = {kind: index for index, kind in enumerate(EDGES)}
        found = sorted(self._edges, key=lambda one: (one[0], one[1], order[one[2]]))
        return [
            Edge(":".join(source), ":".join(target), kind, tuple(self._edges[source, target, kind]))
            for source, target, kind in found
            if source in self._nodes and target in self._nodes
        ]


def _key(place: Place) -> tuple[str, int, int, int, int, int]:
    return place.path, place.cell or 0, place.line, place.column, place.end_line, place.end_column
