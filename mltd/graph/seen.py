"""What the analysis saw of a project, in figures: silence must not look like blindness."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mltd.flow.events import Event
from mltd.outcome import Seen

if TYPE_CHECKING:
    from mltd.graph.project import Project

__all__ = ["seen"]

_FITS = frozenset({"fits", "searches"})


def seen(project: Project) -> Seen:
    """The places that fit models and that predict, the data sets, the features, and the links to artifacts.

    A call that several programs reach counts once. A link is a call that names an artifact; it is resolved where the
    name is known well enough to say which artifact it is.
    """
    links = project.links
    models = {name for name, uses in links.artifacts.items() if any(use.event.role == "model" for use in uses)}
    return Seen(
        models=_sites(event for event in project.events if event.verb in _FITS),
        datasets=len(links.artifacts.keys() - models),
        features=len({(column.site.file, column.site.at) for column in project.columns if column.added}),
        predictions=_sites(event for event in project.events if event.verb == "predicts"),
        links_resolved=_sites(use.event for uses in links.artifacts.values() for use in uses),
        links_unresolved=_sites(links.unresolved),
    )


def _sites(events: Iterable[Event]) -> int:
    return len({(event.site.file, event.site.at) for event in events})
