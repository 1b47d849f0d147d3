"""The system graph with less in it: functions as a part of their module."""

from __future__ import annotations

from collections.abc import Collection

from mltd.graph.nodes import EDGES, Edge
from mltd.graph.system import System
from mltd.model import Place

__all__ = ["folded"]


def folded(system: System, without: Collection[str] = ()) -> System:
    """Functions become their modules, with what they read, write, fit and call; nodes of the kinds in ``without``, and
    their edges, are left out."""
    into = {
        node.id: f"module:{node.name.partition('::')[0]}" if node.kind == "function" else node.id
        for node in system.nodes()
    }
    nodes = [node for node in system.nodes() if node.kind != "function" and node.kind not in without]
    kept = {node.id for node in nodes}
    found: dict[tuple[str, str, int], dict[Place, None]] = {}
    for edge in system.edges():
        source, target = into[edge.source], into[edge.target]
        if source != target and source in kept and target in kept:
            found.setdefault((source, target, EDGES.index(edge.kind)), {}).update(dict.fromkeys(edge.places))
    edges = [
        Edge(source, target, EDGES[kind], tuple(found[source, target, kind])) for source, target, kind in sorted(found)
    ]
    return System(None, nodes, edges)
