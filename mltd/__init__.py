"""mltd: technical debt in machine learning code.

This module is the public API: what a rule may import. Names are loaded when first used, so that starting is cheap.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mltd.flow.events import Event, Site
    from mltd.flow.frames import ColumnDefinition
    from mltd.graph.adapters import Chain, Unit
    from mltd.graph.cascades import Cascade
    from mltd.graph.differing import Difference
    from mltd.graph.entangled import Tangle
    from mltd.graph.futures import Future
    from mltd.graph.hand_overs import HandOver, Named
    from mltd.graph.leaks import Leak
    from mltd.graph.loops import Circle, Loop
    from mltd.graph.overlaps import Overlap
    from mltd.graph.phantoms import Phantom
    from mltd.graph.project import Project
    from mltd.graph.redundant import Twin
    from mltd.graph.serving import Served
    from mltd.graph.skews import Absent, Recoded, Relearnt
    from mltd.graph.ways import Way
    from mltd.model import Category, Confidence, Effort, Evidence, Finding, Place, Severity, Value
    from mltd.rule import Rule

__all__ = [
    "Absent",
    "Cascade",
    "Category",
    "Chain",
    "Circle",
    "ColumnDefinition",
    "Confidence",
    "Difference",
    "Effort",
    "Event",
    "Evidence",
    "Finding",
    "Future",
    "HandOver",
    "Leak",
    "Loop",
    "Named",
    "Overlap",
    "Phantom",
    "Place",
    "Project",
    "Recoded",
    "Relearnt",
    "Rule",
    "Served",
    "Severity",
    "Site",
    "Tangle",
    "Twin",
    "Unit",
    "Value",
    "Way",
    "__version__",
]

__version__ = "0.1.0"

_HOMES = {
    "Absent": "mltd.graph.skews",
    "Recoded": "mltd.graph.skews",
    "Relearnt": "mltd.graph.skews",
    "Served": "mltd.graph.serving",
    "Event": "mltd.flow.events",
    "Cascade": "mltd.graph.cascades",
    "Chain": "mltd.graph.adapters",
    "Difference": "mltd.graph.differing",
    "Circle": "mltd.graph.loops",
    "Unit": "mltd.graph.adapters",
    "ColumnDefinition": "mltd.flow.frames",
    "Site": "mltd.flow.events",
    "HandOver": "mltd.graph.links",
    "Leak": "mltd.graph.leaks",
    "Loop": "mltd.graph.loops",
    "Phantom": "mltd.graph.phantoms",
    "Future": "mltd.graph.futures",
    "Twin": "mltd.graph.redundant",
    "Tangle": "mltd.graph.entangled",
    "Overlap": "mltd.graph.overlaps",
    "Named": "mltd.graph.links",
    "Project": "mltd.graph.project",
    "Way": "mltd.graph.ways",
    "Rule": "mltd.rule",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(importlib.import_module(_HOMES.get(name, "mltd.model")), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
