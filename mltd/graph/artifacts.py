"""Artifacts as the system graph tells them: each file, table or address once, with what it holds and who uses it."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mltd import facts
from mltd.flow import values as v
from mltd.flow.events import Event
from mltd.flow.frames import Column, Frame
from mltd.flow.texts import HOLE, TREE
from mltd.graph.hand_overs import Named
from mltd.graph.links import show
from mltd.graph.roles import carries

if TYPE_CHECKING:
    from mltd.graph.project import Project

WRITES = frozenset({"writes", "saves"})
#: Verbs that make a function a part of the system.
HELD = WRITES | {
    "reads", "loads", "copies", "loads-data", "fits", "searches", "transforms", "predicts", "serves",
}  # fmt: skip
#: What people look at or run, and what is data only where a program reads it.
_SHOWN = frozenset({
    ".png", ".jpg", ".jpeg", ".svg", ".pdf", ".gif", ".html", ".md", ".log", ".py", ".ipynb", ".sh", ".js", ".css",
    ".tex", ".mp4", ".wav",
})  # fmt: skip
#: What a program is told rather than fed with.
_SETTINGS = frozenset({".yaml", ".yml", ".toml", ".ini", ".cfg", ".env"})


#: Names that a tracker gives inside a run: no file of the tree, and no other run's.
_IN_A_RUN = "log_model"
#: Addresses with one slash, which are no paths.
_ADDRESS = re.compile(r"(?:models|runs|mlflow-artifacts|dbfs|gs|s3a?|hdfs|abfss?|wasbs?):/")


@dataclass(frozen=True, slots=True)
class Use:
    """One call that names an artifact; ``writes`` if it makes it."""

    named: Named
    writes: bool

    @property
    def event(self) -> Event:
        """The call."""
        return self.named.event


@dataclass(frozen=True, slots=True)
class Artifact:
    """One artifact: ``holds`` is ``data``, ``model`` or ``config``; ``uses`` are the calls that name it, in order."""

    name: str
    holds: str
    uses: tuple[Use, ...]


def call(event: Event) -> tuple[object, ...]:
    """What tells calls apart that stand at one place of the code: a helper reads each of the paths that it is given."""
    own = id(event.receiver) if isinstance(event.receiver, (v.Object, v.Instance)) else 0
    return event.site.file, event.site.at, event.site.to, tuple(text.template for text in event.paths), own


def artifacts(project: Project) -> list[Artifact]:
    """Every artifact that is data, a model or a configuration, by name; pictures and documents that nothing reads are
    what the system shows, not what it is made of."""
    groups: dict[str, list[Use]] = defaultdict(list)
    for named, name in _chosen(project):
        for told, writes in _meant(named, name):
            groups[told].append(Use(named, writes))
    models = _models(project)
    found = []
    for name, uses in sorted(groups.items()):
        holds = _holds(project, name, uses, models)
        if holds:
            found.append(Artifact(name, holds, tuple(sorted(uses, key=lambda use: use.event.order))))
    return found


def _chosen(project: Project) -> Iterator[tuple[Named, str]]:
    """Each use with its artifact. Of a path that may be meant from several folders, the one that is linked with a use
    that is sure, else the one that is linked at all, that is there, or that is meant from the program's own folder."""
    names: dict[int, list[str]] = defaultdict(list)
    for name, uses in project.links.artifacts.items():
        for use in uses:
            names[id(use)].append(name)
    sure: set[int] = set()
    linked: set[int] = set()
    for one in project.hand_overs:
        linked |= {id(one.write), id(one.read)}
        sure |= {id(one.write)} if not one.read.ambiguous else set()
        sure |= {id(one.read)} if not one.write.ambiguous else set()
    alternatives: dict[tuple[Event, str], list[Named]] = defaultdict(list)
    for use in project.links.named:
        alternatives[use.event, use.text.template].append(use)
    for uses in alternatives.values():
        kept = [use for use in uses if not use.ambiguous or id(use) in sure]
        if not kept:
            exists = project.places.exists
            kept = [
                min(uses, key=lambda use: (id(use) not in linked, not exists(use.location), use.location.count("/")))
            ]
        for use in kept:
            for name in names.get(id(use)) or [show(use.location)]:
                yield use, title(name)


def _meant(named: Named, name: str) -> Iterator[tuple[str, bool]]:
    """What a use is about: the artifact of that name."""
    event, template = named.event, named.text.template
    writes = event.verb in WRITES or (event.verb == "copies" and named.text in event.to)
    if _ADDRESS.match(template):
        yield title(template), writes
    elif event.callee.rpartition(".")[2] != _IN_A_RUN:
        yield name, writes


def title(name: str) -> str:
    """A name that can be shown and typed: without the marks of the tree's root, of what lies above it, and of holes."""
    shown = show(name).replace(TREE + "/", "").replace("\x02above/", "").replace("\x02own/", "").replace(HOLE, "*")
    return "".join(letter if letter.isprintable() else "?" for letter in shown)


def _models(project: Project) -> set[tuple[str, int]]:
    """The sites of reads and writes whose artifact is a model, by what hand-overs and the models' users show."""
    found = {
        site
        for one in project.hand_overs
        if one.role == "model"
        for site in (_at(one.write.event), _at(one.read.event))
    }
    for event in project.events:
        if (
            event.verb in ("predicts", "transforms")
            and event.receiver is not None
            and not isinstance(event.receiver, (Frame, Column))
        ):
            direct = [
                one
                for one in event.receiver.taint
                if one.verb in ("reads", "loads") and one.form not in ("frame", "file")
            ]
            if len(direct) == 1 and event.verb == "predicts":
                found.add(_at(direct[0]))
    return found


def _at(event: Event) -> tuple[str, int]:
    return event.site.file, event.site.at


def _holds(project: Project, name: str, uses: list[Use], models: set[tuple[str, int]]) -> str:
    ending = posixpath.splitext(name)[1].lower()
    reads = [use for use in uses if not use.writes]
    if any(_at(use.event) in models or carries(use.event) in ("model", "checkpoint") for use in uses):
        return "model"
    if not reads and (ending in _SHOWN or all(use.event.role == "image" for use in uses)):
        return ""
    content = project.files.get(name)
    told = isinstance(content, facts.DataFacts) and all(use.event.form != "frame" for use in reads)
    if len(reads) == len(uses) and (told or ending in _SETTINGS):
        return "config"
    return "data"
