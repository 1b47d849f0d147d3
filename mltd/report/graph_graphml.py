"""The system graph as GraphML, for Gephi, yEd and networkx."""

from __future__ import annotations

from mltd.graph.system import System

__all__ = ["render"]


def render(system: System) -> str:
    """Nodes with ``kind``, ``name``, ``note`` and ``places``, edges with ``kind`` and ``places``."""
    return system.graphml()
