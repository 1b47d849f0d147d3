"""The system graph as JSON, version 1: nodes and edges in a fixed order, each with the places that prove it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from mltd import __version__
from mltd.graph.system import Node, System
from mltd.graph.unresolved import Unresolved
from mltd.model import Place
from mltd.outcome import Skipped

__all__ = ["render"]


def render(
    system: System,
    *,
    start: Node | None = None,
    direction: str = "",
    unresolved: Sequence[Unresolved] = (),
    skipped: Sequence[Skipped] = (),
) -> str:
    """The whole graph, or the part that ``direction`` (``upstream``, ``downstream``) of ``start`` leads to."""
    data: dict[str, Any] = {"version": 1, "tool": {"name": "mltd", "version": __version__}}
    if start is not None:
        data[direction] = start.id
    data["nodes"] = [
        {"id": node.id, "kind": node.kind, "name": node.name, "note": node.note or None, "places": _places(node.places)}
        for node in system.nodes()
    ]
    data["edges"] = [
        {"source": edge.source, "target": edge.target, "kind": edge.kind, "places": _places(edge.places)}
        for edge in system.edges()
    ]
    data["unresolved"] = [
        {**_place(one.place), "verb": one.verb, "call": one.call, "reason": one.reason} for one in unresolved
    ]
    data["skipped"] = [{"path": one.path, "reason": one.reason} for one in skipped]
    return msgspec.json.format(msgspec.json.encode(data), indent=1).decode() + "\n"


def _places(places: Sequence[Place]) -> list[dict[str, Any]]:
    return [_place(place) for place in places]


def _place(place: Place) -> dict[str, Any]:
    return {"path": place.path, "line": place.line, "column": place.column, "cell": place.cell}
