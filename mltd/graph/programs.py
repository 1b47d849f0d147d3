"""Questions about programs: who belongs together, who runs what, whose an artifact is."""

from __future__ import annotations

import fnmatch
import functools
import posixpath
from collections.abc import Iterable

from mltd.flow.events import Event, Site
from mltd.flow.lineage import PASSING, behind
from mltd.flow.texts import HOLE
from mltd.graph.base import Base
from mltd.graph.hand_overs import HandOver, Named, name_sources
from mltd.graph.roles import called_figures
from mltd.graph.together import Together

#: Scripts of one folder that are one undertaking, whether they know one another or not: more are a collection.
_ONE_FOLDER = 60
#: A call: its file, where it begins and ends, and what is called.
Spot = tuple[str, int, int, str]


def _spot(event: Event) -> Spot:
    return event.site.file, event.site.at, event.site.to, event.callee


class Programs(Base):
    """What a project knows of its programs."""

    def undertaking(self, path: str) -> str:
        """The name of the undertaking that a file belongs to: scripts of one folder, and what imports one another or
        hands over artifacts. Projects that merely stand side by side in one tree are several."""
        return self._undertakings.get(path, path)

    @functools.cached_property
    def _undertakings(self) -> dict[str, str]:
        together: Together[str] = Together()
        for path in self.flow.machine.modules.python:
            if not self.is_notebook(path) and not self.is_collection(path):
                together.join(path.rpartition("/")[0] + "/", path)
        for importer, imported in self.flow.machine.imports.items():
            for path in imported:
                together.join(importer, path)
        for one in self.hand_overs:
            together.join(one.write.event.entry, one.read.event.entry)
        return {path: together.root(path) for path in self.flow.machine.modules.python}

    def connected(self, hand_overs: Iterable[HandOver]) -> list[tuple[set[str], list[HandOver]]]:
        """Programs that exchange artifacts, directly or through others, with what they exchange."""
        together: Together[str] = Together()
        given = list(hand_overs)
        for one in given:
            together.join(one.write.event.entry, one.read.event.entry)
        groups: dict[str, list[HandOver]] = {}
        for one in given:
            groups.setdefault(together.root(one.read.event.entry), []).append(one)
        found = [
            ({name for one in group for name in (one.read.event.entry, one.write.event.entry)}, group)
            for group in groups.values()
        ]
        return sorted(found, key=lambda pair: min(pair[0]))

    def is_collection(self, path: str) -> bool:
        """Whether a file stands among so many scripts and notebooks of one folder, none of which imports another, that
        they are a collection and no undertaking."""
        return self._collections[path.rpartition("/")[0]]

    @functools.cached_property
    def _collections(self) -> dict[str, bool]:
        folders: dict[str, list[str]] = {}
        for path in self.flow.machine.modules.python:
            folders.setdefault(path.rpartition("/")[0], []).append(path)
        return {
            folder: len(paths) > _ONE_FOLDER and not any(map(self.is_imported, paths))
            for folder, paths in folders.items()
        }

    def serves(self, program: str) -> bool:
        """Whether a program answers requests: nobody runs it as a step."""
        return program in self._serving

    @functools.cached_property
    def _serving(self) -> set[str]:
        found = {event.entry for event in self.events if event.verb == "serves" or self._on_a_page(event)}
        return found | {event.site.file for event in self.events if event.verb == "serves"}  # routes that it includes

    def _on_a_page(self, event: Event) -> bool:
        """Whether a call shows something on a page of a web application."""
        table = self.knowledge.library(event.callee) if event.verb in ("shows", "plots") else None
        return table is not None and table.kind == "serving"

    def models_in(self, program: str) -> bool:
        """Whether a program's run fits a model or predicts."""
        return program in self._modelling

    @functools.cached_property
    def _modelling(self) -> set[str]:
        return {event.entry for event in self.events if event.verb in ("fits", "predicts", "searches")}

    def one_program(self, first: Event, second: Event) -> bool:
        """Whether some program's run reaches both events."""
        return bool(self._entries(first) & self._entries(second))

    def _entries(self, event: Event) -> set[str]:
        return self._entries_of.get((event.site.file, event.site.at), {event.entry})

    @functools.cached_property
    def _entries_of(self) -> dict[tuple[str, int], set[str]]:
        found: dict[tuple[str, int], set[str]] = {}
        for event in self.events:
            found.setdefault((event.site.file, event.site.at), set()).add(event.entry)
        return found

    def own(self, hand_over: HandOver) -> bool:
        """Whether the reader's program has itself written the artifact before it reads it, or writes it where it does
        not read it: a cache, or a model to go on with."""
        read = hand_over.read.event
        return any(
            named.location == hand_over.read.location and (named.event.order < read.order or named.event.excludes(read))
            for named in self._written.get(read.entry, ())
        )

    def cached(self, hand_over: HandOver) -> bool:
        """Whether the writer's program reads the artifact where it does not write it: it makes it only to save itself
        the work the next time, and whoever goes through it makes it likewise."""
        write = hand_over.write.event
        return any(
            named.location == hand_over.write.location
            and named.event.site.file == write.site.file
            and named.event.excludes(write)
            for named in self._read.get(write.entry, ())
        )

    def figures(self, hand_over: HandOver) -> bool:
        """Whether some program writes figures of models into a table; or one that works with models, or with nothing
        but such tables as far as is known, writes one that is called so."""
        if hand_over.artifact in self._of_figures:
            return True
        write = hand_over.write
        if hand_over.role == "predictions" or not called_figures(write.location):
            return False
        reads = [one for one in behind(write.event.inputs, PASSING) if one.verb in ("reads", "loads")]
        of_such = bool(reads) and all(map(_may_be_figures, reads))
        return of_such or self.models_in(write.event.entry)

    @functools.cached_property
    def _of_figures(self) -> set[str]:
        """The artifacts into which some program writes figures of models."""
        return {one.artifact for one in self.hand_overs if one.role == "metrics"}

    def appended(self, hand_over: HandOver) -> bool:
        """Whether the reader only adds rows to what it read and writes it back, or the writer only adds: a log."""
        read, write = hand_over.read.event, hand_over.write.event
        if read.extra.get("append") or write.extra.get("append"):
            return True
        return any(
            named.location == hand_over.read.location
            and read in named.event.inputs
            and named.event.extra.get("stacked")
            for named in self._written.get(read.entry, ())
        )

    def from_outside(self, hand_over: HandOver) -> bool:
        """Whether the artifact comes from outside the tree: downloaded, or changed only by who found it there."""
        return hand_over.write.location in self.links.external or hand_over.read.location in self.links.external

    def in_a_manifest(self, hand_over: HandOver) -> bool:
        """Whether the reader takes the name from a file that a program of the tree writes, to say what there is."""
        return any(source.file in self._outputs for source in name_sources(hand_over.read.text))

    @functools.cached_property
    def _outputs(self) -> set[str]:
        return {named.location for named in self.links.named if named.event.verb in ("writes", "saves")}

    def runs(self, named: Named) -> bool:
        """Whether anything runs the code that names an artifact so: not where the name is but a parameter's default of
        a function that nothing calls or mentions, not in a module's own try-out, which leaves nothing behind, of a file
        that others import, and nothing that the program itself switches off."""
        event = named.event
        if event.off:
            return False
        uncalled = self._uncalled(event)
        if uncalled is not None:
            file, body = uncalled
            machine = self.flow.machine
            start = machine.modules.python[file].index[body].at
            first = next((one.at for one in machine.modules.block(file, body)), start)
            if all(one.file == file and start <= one.at < first for one in name_sources(named.text)):
                return False
        return not (event.alone and self.is_imported(event.entry) and event.entry not in self._making)

    def _uncalled(self, event: Event) -> tuple[str, int] | None:
        """The function that an event happens in, or is called from, where nothing calls, mentions or decorates it."""
        outer = next((site for site in (*event.stack, event.site) if site.symbol), event.site)
        body = self._uncalled_bodies.get((outer.file, outer.symbol))
        return None if body is None else (outer.file, body)

    def definition(self, site: Site) -> int:
        """Where the function that a site stands in begins, 0 for a file's own code: of those of one name (an exported
        notebook defines one again and again) the last that begins before it."""
        content = self.flow.machine.modules.python.get(site.file)
        if content is None or not site.symbol:
            return 0
        starts = [body.at for body in content.index if body.qualname == site.symbol and body.at <= site.at]
        return max(starts, default=0)

    @functools.cached_property
    def _uncalled_bodies(self) -> dict[tuple[str, str], int]:
        machine = self.flow.machine
        names = {(file, body): machine.modules.python[file].index[body].qualname for file, body in machine.uncalled}
        return {
            (file, name): body
            for (file, body), name in sorted(names.items())
            if not self._may_be_meant(file, name) and not machine.decorated.get((file, body))
        }

    def _may_be_meant(self, file: str, name: str) -> bool:
        """Whether anything mentions a function or method that a file defines: not a file that means its own function of
        that name. Who calls a method may mean that of any class."""
        homes = self._definers.get(name, frozenset()) if "." not in name else frozenset()
        machine = self.flow.machine  # of a file that was not run, nobody knows what it imports
        return any(
            other not in homes or other == file or other not in machine.scopes or file in machine.imports.get(other, ())
            for other in self._mentioning.get(name.rpartition(".")[2], ())
        )

    @functools.cached_property
    def _definers(self) -> dict[str, frozenset[str]]:
        """The files that define a function of each name at their top."""
        found: dict[str, set[str]] = {}
        for path, content in self.flow.machine.modules.python.items():
            for body in content.index[1:]:
                found.setdefault(body.qualname, set()).add(path)
        return {name: frozenset(paths) for name, paths in found.items()}

    def unreached(self, event: Event) -> bool:
        """Whether an event stands in a function that nothing of the tree calls, mentions or decorates, or in what only
        such a function calls, and nothing declares that its program is run."""
        return event.entry not in self._declared_runs and self._uncalled(event) is not None

    @functools.cached_property
    def _declared_runs(self) -> frozenset[str]:
        return frozenset(one.program for one in self.declared.runs)

    @functools.cached_property
    def _making(self) -> set[str]:
        """Programs that leave something behind."""
        return {event.entry for event in self.events if event.verb in ("writes", "saves", "fits", "serves")}

    def feeds_models(self, read: Event) -> bool:
        """Whether what is read goes on into a fit or a prediction."""
        seen: set[Spot] = set()
        todo = [_spot(read)]
        while todo:
            spot = todo.pop()
            if spot in seen:
                continue
            seen.add(spot)
            for taker in self._takers.get(spot, ()):
                if taker.verb in ("fits", "predicts", "searches"):
                    return True
                todo.append(_spot(taker))
        return False

    @functools.cached_property
    def _takers(self) -> dict[Spot, list[Event]]:
        found: dict[Spot, list[Event]] = {}
        for event in self.events:
            for one in event.inputs:
                found.setdefault(_spot(one), []).append(event)
        return found

    @functools.cached_property
    def _read(self) -> dict[str, list[Named]]:
        found: dict[str, list[Named]] = {}
        for named in self.links.named:
            if named.event.verb in ("reads", "loads"):
                found.setdefault(named.event.entry, []).append(named)
        return found

    @functools.cached_property
    def _written(self) -> dict[str, list[Named]]:
        found: dict[str, list[Named]] = {}
        for named in self.links.named:
            if named.event.verb in ("writes", "saves"):
                found.setdefault(named.event.entry, []).append(named)
        for named in self.links.copied:
            found.setdefault(named.event.entry, []).append(named)
        return found

    def pipeline_of(self, first: Event, second: Event) -> str | None:
        """The declared pipeline that runs both events' programs as its steps, if any."""
        for one in sorted(self._entries(first)):
            for other in sorted(self._entries(second)):
                found = self.declared.hands_over(one, other)
                if found is not None:
                    return found
        # A step's code may be started by programs that are no steps themselves. That two programs share a helper,
        # and so both drive its file, declares nothing.
        pipelines = self.declared.pipelines
        common = pipelines.get(first.site.file, set()) & pipelines.get(second.site.file, set())
        return min(common - self.declared.drivers, default=None)

    def contracted(self, hand_over: HandOver) -> bool:
        """Whether the user's configuration declares the link (``[[tool.mltd.contracts]]``)."""
        return any(
            fnmatch.fnmatchcase(hand_over.artifact, one.artifact)
            and fnmatch.fnmatchcase(hand_over.producer.file, one.producer)
            and fnmatch.fnmatchcase(hand_over.consumer.file, one.consumer)
            for one in self.contracts
        )


def _may_be_figures(read: Event) -> bool:
    """Whether what is read is called figures of models, or by a name of which nobody knows a word."""
    names = [posixpath.basename(text.template) for text in read.paths]
    return bool(names) and all(
        called_figures(name) or (HOLE in name and not any(map(str.isalpha, posixpath.splitext(name)[0])))
        for name in names
    )
