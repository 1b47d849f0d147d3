"""What the analysis saw of a project, in figures: silence must not look like blindness."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from mltd.graph.unresolved import unresolved
from mltd.outcome import Seen

if TYPE_CHECKING:
    from mltd.graph.project import Project

__all__ = ["seen"]


def seen(project: Project) -> Seen:
    """The models, data sets, features and predictions of the system graph, and the links to artifacts.

    A link is a call that names an artifact, counted once however many programs reach it; it is resolved where some run
    of it says well enough which artifact that is.
    """
    nodes, _edges = project.assembled
    kinds = Counter(node.kind for node in nodes)
    resolved = {(use.event.site.file, use.event.site.at, use.event.site.to) for use in project.links.named}
    return Seen(
        models=kinds["model"],
        datasets=kinds["dataset"],
        features=kinds["feature"],
        predictions=kinds["prediction"],
        links_resolved=len(resolved),
        links_unresolved=len(unresolved(project)),
    )
