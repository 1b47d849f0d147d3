"""Reads and writes whose artifact could not be told, and why: silence must not look like blindness."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from mltd.flow.events import Event
from mltd.flow.texts import HOLE
from mltd.model import Place

if TYPE_CHECKING:
    from mltd.graph.project import Project

__all__ = ["Unresolved", "unresolved"]

Span = tuple[str, int, int]

_WHY = {
    "option": "the path is an option of the command line that has no default",
    "environment": "the path is a variable of the environment that has no default",
    "listing": "the path is whatever a folder holds when the program runs",
    "loop": "the path changes in a loop over values that are not known",
    "config": "the path is in a configuration that is not in the tree",
}


_UNCALLED = "nothing in the tree calls "


class Unresolved(msgspec.Struct, frozen=True):
    """One call that names an artifact: where, what it does, what is called, and why the artifact is not known."""

    place: Place
    verb: str
    call: str
    reason: str

    @property
    def why(self) -> str:
        """The reason without the names in it, for counting."""
        return f"{_UNCALLED}the function" if self.reason.startswith(_UNCALLED) else self.reason


def unresolved(project: Project) -> list[Unresolved]:
    """Every call that no run of it resolves, once, in the order of the files."""
    resolved = {_span(named.event) for named in project.links.named}
    found: dict[Span, list[Event]] = {}
    for event in project.links.unresolved:
        if _span(event) not in resolved:
            found.setdefault(_span(event), []).append(event)
    return [
        Unresolved(project.place(events[0].site), events[0].verb, events[0].callee, _reason(project, events))
        for _span_, events in sorted(found.items())
    ]


def _span(event: Event) -> Span:
    return event.site.file, event.site.at, event.site.to


def _reason(project: Project, events: list[Event]) -> str:
    event = next((one for one in events if one.paths), events[0])
    if event.extra.get("table"):
        return "the table's name is computed"
    for text in event.paths:
        template = text.template
        if template.startswith("~"):
            return "the path lies in a home folder"
        unknown = next((part.source.via for part in text.parts if part.text is None), "")
        if template.startswith(HOLE) and unknown in _WHY:
            return _WHY[unknown]
        if template.startswith(HOLE):
            return _computed(project, event)
        if HOLE in template:
            return "too little of the file's name is known"
    if event.paths:
        return "the path names no file"
    return _computed(project, event)


def _computed(project: Project, event: Event) -> str:
    machine, site = project.flow.machine, event.site
    content = machine.modules.python[site.file]
    bodies = [body for body, entry in enumerate(content.index) if entry.qualname == site.symbol]
    if any((site.file, body) in machine.uncalled for body in bodies):
        return f"{_UNCALLED}{site.symbol}, so what it is given is not known"
    return "the path is computed by code whose result is not known"
