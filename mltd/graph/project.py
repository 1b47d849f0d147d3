"""The project: everything the analysis knows of a tree, frozen, behind verbs of the domain. What rules ask."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mltd import facts
from mltd.graph.adapters import Unit, units
from mltd.graph.cascades import Cascade, cascades
from mltd.graph.codings import Codings
from mltd.graph.columns import Columns
from mltd.graph.described import Described
from mltd.graph.differing import Difference, Differing
from mltd.graph.entangled import Tangle, Tangles
from mltd.graph.formulas import Formulas
from mltd.graph.futures import Future, futures
from mltd.graph.given import Given
from mltd.graph.leaks import Leak, leaks
from mltd.graph.learning import Learning, named
from mltd.graph.loops import Circle, Lesson, Loop, circles, direct_loops, lessons
from mltd.graph.overlaps import Overlap, overlaps
from mltd.graph.phantoms import Phantom, phantoms
from mltd.graph.programs import Programs
from mltd.graph.redundant import Twin, twins
from mltd.graph.rows import Rows
from mltd.graph.serving import Serving
from mltd.graph.skews import Absent, Recoded, Relearnt, Skews
from mltd.graph.tools import ToolBridge, tool_bridges
from mltd.graph.wording import inflates, says
from mltd.knowledge import Knowledge, built_in

if TYPE_CHECKING:
    from mltd.flow.events import Event, Site
    from mltd.graph.assembly import Assembled
    from mltd.graph.system import System

#: Kinds of files that facts are extracted from.
EXTRACTED = frozenset(
    {"python", "notebook", "yaml", "toml", "json", "ini", "make", "docker", "shell", "readme", "table", "sql"}
)


class Project(Programs, Columns):
    """A scanned tree, interpreted and linked. Rules are pure queries over it."""

    @classmethod
    def from_sources(cls, sources: Mapping[str, str | bytes], knowledge: Knowledge | None = None) -> Project:
        """A project from file contents by path, without a disk. Files that cannot be read raise ``Unreadable``."""
        from mltd.extract import extract
        from mltd.source.kinds import by_name

        files: dict[str, facts.FileFacts] = {}
        for path, text in sources.items():
            data = text.encode() if isinstance(text, str) else text
            kind = by_name(path)
            if kind is not None and kind in EXTRACTED:
                files[path] = extract(kind, path.rpartition("/")[2], data)
        return cls(files, sources, knowledge or Knowledge(built_in()))

    @functools.cached_property
    def units(self) -> list[Unit]:
        """Bodies that hand data to models, with their marshalling."""
        return list(units(self))

    @functools.cached_property
    def _described(self) -> Described:
        return Described(self.flow.machine.modules)

    @functools.cached_property
    def cascades(self) -> list[Cascade]:
        """Fits on what other models of the tree predict."""
        return list(cascades(self._learning, self._described))

    @functools.cached_property
    def direct_loops(self) -> list[Loop]:
        """Fits on what the same model has predicted before."""
        return list(direct_loops(self._lessons))

    @functools.cached_property
    def circles(self) -> list[Circle]:
        """Models that learn from each other."""
        return list(circles(self._lessons))

    @functools.cached_property
    def tangles(self) -> list[Tangle]:
        """What the training of several models shares."""
        found = Tangles(self._learning, self.hand_overs, self.links.named, self.program)
        return list(found.find(self.events))

    @functools.cached_property
    def leaks(self) -> list[Leak]:
        """What learns from rows that the model which it prepares is evaluated on."""
        return list(leaks(self.events, self._learning, self.rows, self.knowledge))

    @functools.cached_property
    def futures(self) -> list[Future]:
        """Models that are judged on rows earlier than some that they know of."""
        return list(futures(self.events, self._learning, self.rows))

    @functools.cached_property
    def overlaps(self) -> list[Overlap]:
        """Models that are evaluated on rows that they were trained on."""
        return list(overlaps(self.events, self._learning, self._described))

    @functools.cached_property
    def relearnt(self) -> list[Relearnt]:
        """What learns again, for predictions, what was learnt for the training."""
        return list(self._skews.relearnt())

    @functools.cached_property
    def absent(self) -> list[Absent]:
        """Predictions without what has prepared the features for the training."""
        return list(self._skews.absent())

    @functools.cached_property
    def recoded(self) -> list[Recoded]:
        """Tables of codes that disagree with what the training has learnt."""
        machine = self.flow.machine
        return list(self._skews.recoded(Codings(machine.modules), machine.imports))

    @functools.cached_property
    def differing(self) -> list[Difference]:
        """Features that predictions compute otherwise than the training."""
        predicts = [event for event in self.events if event.verb == "predicts" and not event.off]
        files = [path for path in self.flow.machine.modules.python if not self.is_apart(path)]
        formulas = Formulas(self.flow.machine.modules, lenient=True)
        found = Differing(self.columns, self._learning.fits, files, formulas, self.one_project)
        return list(found.find(predicts))

    @functools.cached_property
    def phantoms(self) -> list[Phantom]:
        """Columns that are read by name from data which have none of that name."""
        found = phantoms(self.flow.origins, self.links.named, self.files)
        exhausted = self.flow.machine.exhausted
        return [one for one in found if not any(source.read.entry in exhausted for source in one.sources)]

    @functools.cached_property
    def twins(self) -> list[Twin]:
        """Columns that say what another column of their table says."""
        return list(twins(self._learning.fits, Formulas(self.flow.machine.modules)))

    def one_project(self, file: str, other: str) -> bool:
        """Whether two files may belong to one project: the root of one is around the other."""
        roots = sorted((self.places.root(file), self.places.root(other)))
        return not roots[0] or roots[0] == roots[1] or roots[1].startswith(roots[0] + "/")

    @functools.cached_property
    def _skews(self) -> Skews:
        serving = Serving(self.events, self._learning, self.rows, self.hand_overs, self.places.root)
        return Skews(serving, self._learning, self.rows, self.knowledge, Given(self.flow.machine))

    def named(self, event: Event) -> str:
        """The class of what an event fits or uses, empty where it is not known."""
        return named(event)

    def says(self, site: Site, word: str) -> bool:
        """Whether the statement of a call, or one that goes on with its result, has a word in a name or text."""
        return says(self.flow.machine.modules, site, word)

    def inflates(self, site: Site) -> bool:
        """Whether what a call scores only says how much of a column the others explain."""
        return inflates(self.flow.machine.modules, site)

    @functools.cached_property
    def rows(self) -> Rows:
        """Which rows a value holds."""
        return Rows(self.hand_overs, self.links.named)

    @functools.cached_property
    def _learning(self) -> Learning:
        return Learning(self.events, self.hand_overs)

    @functools.cached_property
    def _lessons(self) -> list[Lesson]:
        return lessons(self._learning)

    @functools.cached_property
    def tool_bridges(self) -> list[ToolBridge]:
        """Bodies that run a modelling tool as an external program, with the files around it."""
        return list(tool_bridges(self))

    @functools.cached_property
    def assembled(self) -> Assembled:
        """The nodes and edges of the system graph."""
        from mltd.graph.assembly import assemble

        return assemble(self)

    @functools.cached_property
    def system(self) -> System:
        """The system graph."""
        from mltd.graph.system import System

        return System(self)
