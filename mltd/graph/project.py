"""The project: everything the analysis knows of a tree, frozen, behind verbs of the domain. What rules ask."""

from __future__ import annotations

import fnmatch
import functools
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from mltd import facts
from mltd.flow.demand import Demand
from mltd.flow.events import Event, Site
from mltd.flow.features import Builder, NameList, builders, name_lists
from mltd.flow.frames import ColumnDefinition
from mltd.flow.interpret import Flow, interpret
from mltd.graph.adapters import Unit, units
from mltd.graph.declared import Declared, declared
from mltd.graph.links import HandOver, Links, Named, link, name_site, name_sources
from mltd.graph.places import Places
from mltd.graph.running import Running
from mltd.graph.tools import ToolBridge, tool_bridges
from mltd.knowledge import Knowledge, built_in
from mltd.model import Comment, Evidence, Place

if TYPE_CHECKING:
    from mltd.config import Contract
    from mltd.graph.assembly import Assembled
    from mltd.graph.system import System

#: Scripts of one folder that are one undertaking, whether they know one another or not: more are a collection.
_ONE_FOLDER = 60
#: Verbs that make a body ML code.
_ML = frozenset({
    "reads", "writes", "loads", "saves", "converts", "shapes", "derives", "joins", "samples", "splits", "fits",
    "transforms", "predicts", "evaluates", "searches", "loads-data",
})  # fmt: skip


class Project:
    """A scanned tree, interpreted and linked. Rules are pure queries over it."""

    def __init__(
        self,
        files: Mapping[str, facts.FileFacts],
        names: Iterable[str],
        knowledge: Knowledge,
        owners: Mapping[str, str] | None = None,
        contracts: Sequence[Contract] = (),
    ) -> None:
        self.files = dict(sorted(files.items()))
        self.names = frozenset(names)
        self.knowledge = knowledge
        self.contracts = tuple(contracts)
        self.flow: Flow = interpret(self.files, self.names, knowledge)
        self.places = Places(self.files, self.names, owners or {})
        self.declared: Declared = declared(self.files, self.flow, self.places)
        imports = {path: content.imports for path, content in self.flow.machine.modules.python.items()}
        self.running = Running(self.places, self.declared.runs, self.flow.events, imports)
        self.links: Links = link(self.flow.events, self.running)

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

    # ------------------------------------------------------------------ files

    @property
    def paths(self) -> Collection[str]:
        """Every file that was read."""
        return self.files.keys()

    def comments(self, path: str) -> Iterable[Comment]:
        """The comments of a file, in order."""
        content = self.files.get(path)
        if isinstance(content, facts.PythonFacts):
            for comment in content.comments:
                end = comment.at + len(comment.text)
                yield self.places.place(Site(path, comment.at, end)), comment.text, comment.own

    def component(self, path: str) -> str:
        """The component that a file belongs to: its team, or the top-level folder of its project."""
        return self.places.component(path)

    def owner(self, path: str) -> str | None:
        """Who owns a file by CODEOWNERS, if anyone."""
        return self.places.owner(path)

    def is_test(self, path: str) -> bool:
        """Whether a file is a test or a helper of tests."""
        return self.places.is_test(path)

    def is_teaching(self, path: str) -> bool:
        """Whether a file is teaching material."""
        return self.places.is_teaching(path)

    def program(self, path: str) -> str:
        """The program that a file is: a notebook and its script twin are one."""
        return self.places.program(path)

    def original(self, path: str) -> str:
        """The first of the files that say the same, letter by letter."""
        return self._originals.get(path, path)

    @functools.cached_property
    def _originals(self) -> dict[str, str]:
        first: dict[tuple[bytes, ...], str] = {}
        return {
            path: first.setdefault(tuple(content.bodies), path)
            for path, content in self.flow.machine.modules.python.items()
        }

    def is_imported(self, path: str) -> bool:
        """Whether another file of the tree, tests apart, imports a module."""
        return path in self._imported

    @functools.cached_property
    def _imported(self) -> set[str]:
        imports = self.flow.machine.imports
        return {name for file, names in imports.items() if not self.is_test(file) for name in names if name != file}

    def is_notebook(self, path: str) -> bool:
        """Whether a file is a notebook."""
        return self.places.is_notebook(path)

    def statements(self, path: str) -> int:
        """The logical lines of a file's ML code: the bodies that hold ML events."""
        return self._statements.get(path, 0)

    @functools.cached_property
    def _statements(self) -> dict[str, int]:
        bodies: dict[str, set[str]] = {}
        for event in self.events:
            if event.verb in _ML:
                bodies.setdefault(event.site.file, set()).add(event.site.symbol)
        result = {}
        for path, symbols in bodies.items():
            content = self.flow.machine.modules.python[path]
            result[path] = sum(body.statements for body in content.index if body.qualname in symbols)
        return result

    # ------------------------------------------------------------------ places and evidence

    def place(self, site: Site) -> Place:
        """The place of a site."""
        return self.places.place(site)

    def evidence(self, site: Site, message: str) -> Evidence:
        """One step of an evidence path."""
        return Evidence(self.place(site), message)

    # ------------------------------------------------------------------ what happens

    @property
    def events(self) -> list[Event]:
        """Everything that happens to artifacts and models, in the order of the interpretation."""
        return self.flow.events

    @property
    def hand_overs(self) -> list[HandOver]:
        """Every pair of a write and a read that resolve to one artifact."""
        return self.links.hand_overs

    @property
    def columns(self) -> list[ColumnDefinition]:
        """Every place where a column is added to a frame."""
        return self.flow.columns

    @functools.cached_property
    def demand(self) -> Demand:
        """Who needs which column."""
        return Demand(self.flow.origins, self._readers)

    def readers(self, write: Event) -> list[Event]:
        """The reads of what an event writes."""
        return [one.read.event for one in self._readers_of.get(write, ())]

    def unfinished(self, definition: ColumnDefinition) -> bool:
        """Whether the interpretation of a column's program hit a bound: then nothing is known of its uses."""
        exhausted = self.flow.machine.exhausted
        return definition.entry in exhausted or definition.site.file in exhausted

    def _readers(self, write: Event) -> list[Event] | None:
        found = self._readers_of.get(write)
        return [one.read.event for one in found] if found and not any(one.read.ambiguous for one in found) else None

    @functools.cached_property
    def _readers_of(self) -> dict[Event, list[HandOver]]:
        found: dict[Event, list[HandOver]] = {}
        for one in self.hand_overs:
            found.setdefault(one.write.event, []).append(one)
        return found

    @functools.cached_property
    def mentioned(self) -> frozenset[str]:
        """Every identifier that some file reads, every string that looks like one, and last parts of dotted ones."""
        found: set[str] = set()
        for content in self.files.values():
            if isinstance(content, facts.PythonFacts):
                found.update(content.mentions)
            elif isinstance(content, facts.DataFacts):
                found.update(_words(content))
        return frozenset(found | {name.rpartition(".")[2] for name in found if "." in name})

    def builds_distribution(self, path: str) -> bool:
        """Whether the file's project is packaged for others to import."""
        root = self.places.root(path)
        return any(f"{root}/{name}".lstrip("/") in self.names for name in ("setup.py", "setup.cfg", "pyproject.toml"))

    @functools.cached_property
    def unused_builders(self) -> list[Builder]:
        """Functions and transformers that build features and that nothing names."""
        return [one for one in builders(self.flow.machine) if one.name not in self.mentioned]

    @functools.cached_property
    def units(self) -> list[Unit]:
        """Bodies that hand data to models, with their marshalling."""
        return list(units(self))

    def callers(self, path: str, body: int) -> int:
        """How many bodies of the tree call a function."""
        return sum((path, body) in callees for callees in self.flow.machine.calls.values())

    @functools.cached_property
    def tool_bridges(self) -> list[ToolBridge]:
        """Bodies that run a modelling tool as an external program, with the files around it."""
        return list(tool_bridges(self))

    @functools.cached_property
    def name_lists(self) -> list[NameList]:
        """Lists of constant strings at the top of modules and notebooks that nothing reads."""
        return [one for one in name_lists(self.flow.machine) if one.name not in self.mentioned]

    def column_names(self, path: str) -> set[str]:
        """The names of columns that the flow knows in a file's project."""
        return self._column_names.get(self.places.root(path), set())

    @functools.cached_property
    def _column_names(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for definition in self.columns:
            found.setdefault(self.places.root(definition.site.file), set()).add(definition.name)
        for event, origin in self.flow.origins.items():
            found.setdefault(self.places.root(event.site.file), set()).update(origin.names)
        for path, content in self.files.items():
            if isinstance(content, facts.TableFacts):
                found.setdefault(self.places.root(path), set()).update(content.columns)
        return found

    def joins_tables(self, event: Event) -> bool:
        """Whether a call works on tables: a table library's, not an array's."""
        table = self.knowledge.library(event.callee)
        return table is not None and table.kind == "frames"

    def contracted(self, hand_over: HandOver) -> bool:
        """Whether the user's configuration declares the link (``[[tool.mltd.contracts]]``)."""
        return any(
            fnmatch.fnmatchcase(hand_over.artifact, one.artifact)
            and fnmatch.fnmatchcase(hand_over.producer.file, one.producer)
            and fnmatch.fnmatchcase(hand_over.consumer.file, one.consumer)
            for one in self.contracts
        )

    def undertaking(self, path: str) -> str:
        """The name of the undertaking that a file belongs to: scripts of one folder, and what imports one another or
        hands over artifacts. Projects that merely stand side by side in one tree are several."""
        return self._undertakings.get(path, path)

    @functools.cached_property
    def _undertakings(self) -> dict[str, str]:
        home: dict[str, str] = {}

        def root(name: str) -> str:
            while home.setdefault(name, name) != name:
                home[name] = home[home[name]]
                name = home[name]
            return name

        for path in self.flow.machine.modules.python:
            if not self.is_notebook(path) and not self.is_collection(path):
                home[root(path)] = root(path.rpartition("/")[0] + "/")
        for importer, imported in self.flow.machine.imports.items():
            for path in imported:
                home[root(path)] = root(importer)
        for one in self.hand_overs:
            home[root(one.read.event.entry)] = root(one.write.event.entry)
        return {path: root(path) for path in self.flow.machine.modules.python}

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
        return {event.entry for event in self.events if event.verb == "serves"}

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

    def runs(self, named: Named) -> bool:
        """Whether anything runs the code that names an artifact so: not where the name is but a parameter's default of
        a function that nothing calls or mentions, and not in a module's own try-out, which leaves nothing behind, of a
        file that others import."""
        event = named.event
        outer = next((site for site in (*event.stack, event.site) if site.symbol), event.site)
        machine = self.flow.machine
        for body, entry in enumerate(machine.modules.python[outer.file].index):
            if entry.qualname == outer.symbol and (outer.file, body) in machine.uncalled:
                called = outer.symbol.rpartition(".")[2] in self.mentioned or machine.decorated.get((outer.file, body))
                first = next((one.at for one in machine.modules.block(outer.file, body)), entry.at)
                sources = name_sources(named.text)
                if not called and all(one.file == outer.file and entry.at <= one.at < first for one in sources):
                    return False
        return not (event.alone and self.is_imported(event.entry) and event.entry not in self._making)

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
    def _written(self) -> dict[str, list[Named]]:
        found: dict[str, list[Named]] = {}
        for named in self.links.named:
            if named.event.verb in ("writes", "saves"):
                found.setdefault(named.event.entry, []).append(named)
        for named in self.links.copied:
            found.setdefault(named.event.entry, []).append(named)
        return found

    def named_at(self, named: Named) -> Site | None:
        """Where the artifact's own name is written."""
        return name_site(named)

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


#: A call: its file, where it begins and ends, and what is called.
Spot = tuple[str, int, int, str]


def _spot(event: Event) -> Spot:
    return event.site.file, event.site.at, event.site.to, event.callee


def _words(content: facts.DataFacts) -> Iterable[str]:
    todo = list(content.documents)
    while todo:
        datum = todo.pop()
        if isinstance(datum.value, str) and len(datum.value) < 200:
            yield datum.value
        elif isinstance(datum.value, dict):
            yield from datum.value
            todo += datum.value.values()
        elif isinstance(datum.value, list):
            todo += datum.value


#: Kinds of files that facts are extracted from.
EXTRACTED = frozenset(
    {"python", "notebook", "yaml", "toml", "json", "ini", "make", "docker", "shell", "readme", "table"}
)
