"""Questions about columns and features: who adds one, who needs it, which names there are."""

from __future__ import annotations

import functools
import posixpath
from collections import defaultdict

from mltd import facts
from mltd.flow.demand import Demand
from mltd.flow.events import Event, Site
from mltd.flow.features import Builder, NameList, asked, builders, definitions, name_lists
from mltd.flow.frames import ColumnDefinition
from mltd.graph.base import Base
from mltd.graph.hand_overs import HandOver
from mltd.graph.roles import are_figures, carries


class Columns(Base):
    """What a project knows of its columns."""

    @property
    def columns(self) -> list[ColumnDefinition]:
        """Every place where a column is added to a frame."""
        return self.flow.columns

    def columns_called(self, file: str, name: str) -> list[ColumnDefinition]:
        """The places of a file where columns of one name are added."""
        return self._columns_by_name.get((file, name), [])

    @functools.cached_property
    def _columns_by_name(self) -> dict[tuple[str, str], list[ColumnDefinition]]:
        found: dict[tuple[str, str], list[ColumnDefinition]] = defaultdict(list)
        for one in self.columns:
            found[one.site.file, one.name].append(one)
        return dict(found)

    def columns_made_with(self, definition: ColumnDefinition) -> list[ColumnDefinition]:
        """The columns that the same statement makes, itself included: in rounds of a loop, or of one value's parts."""
        at, parts = self._columns_by_site
        made = [*at[definition.site], *(parts[definition.beside] if definition.beside is not None else ())]
        return list(dict.fromkeys(made))

    @functools.cached_property
    def _columns_by_site(self) -> tuple[dict[Site, list[ColumnDefinition]], dict[Site, list[ColumnDefinition]]]:
        """The columns by where they are added, and by the assignment that takes one value apart into several."""
        at: dict[Site, list[ColumnDefinition]] = defaultdict(list)
        parts: dict[Site, list[ColumnDefinition]] = defaultdict(list)
        for one in self.columns:
            at[one.site].append(one)
            if one.beside is not None:
                parts[one.beside].append(one)
        return at, parts

    @functools.cached_property
    def demand(self) -> Demand:
        """Who needs which column."""
        return Demand(self.flow.origins, self._readers)

    def readers(self, write: Event) -> list[Event]:
        """The reads of what an event writes."""
        return [one.read.event for one in self._readers_of.get(write, ())]

    def holds(self, write: Event) -> str:
        """What an event writes: ``table``, ``predictions``, ``metrics``, ``model``, ``array``, or empty."""
        return carries(write)

    def in_use(self, path: str) -> bool:
        """Whether another file imports a file, or it does something itself, or is a notebook."""
        return (
            self.is_notebook(path)
            or self.is_imported(path)
            or (path, "") in self.flow.machine.calls
            or any(event.site.file == path and not event.site.symbol for event in self.events)
        )

    def unfinished(self, definition: ColumnDefinition) -> bool:
        """Whether nothing is known of a column's uses: the interpretation of its program hit a bound, the method that
        adds it is called of objects that are not known, or something of its name is read of what nothing defines."""
        machine = self.flow.machine
        owner, _dot, name = definition.site.symbol.rpartition(".")
        asked = bool(owner) and name in machine.asked
        astray = definition.name in machine.astray.get(definition.site.file, ())
        return asked or astray or definition.entry in machine.exhausted or definition.site.file in machine.exhausted

    def _readers(self, write: Event) -> list[Event] | None:
        found = self._readers_of.get(write)
        if not found or any(one.read.ambiguous for one in found):
            return None
        # A file of that name which nothing in the tree writes where it is read may be a copy of this one.
        if any(posixpath.basename(one.write.location) in self._read_from_nowhere for one in found):
            return None
        if self._asks_unseen and any(one.artifact.startswith("table://") for one in found):
            return None  # a helper that asks databases is called of what is not known: for any table
        return [one.read.event for one in found]

    @functools.cached_property
    def _asks_unseen(self) -> bool:
        """Whether a method of the tree that reads what it is told to is called of objects that are not known."""
        reads = (event for event in self.events if event.verb == "reads" and "." in event.site.symbol)
        return any(event.site.symbol.rpartition(".")[2] in self.flow.machine.asked for event in reads)

    @functools.cached_property
    def _read_from_nowhere(self) -> frozenset[str]:
        """Names of files that are read where nothing writes them."""
        met = {(one.read.event, one.read.text) for one in self.hand_overs}
        return frozenset(
            posixpath.basename(named.location)
            for named in self.links.named
            if named.event.verb in ("reads", "loads") and (named.event, named.text) not in met
        )

    @functools.cached_property
    def _readers_of(self) -> dict[Event, list[HandOver]]:
        found: dict[Event, list[HandOver]] = {}
        for one in self.hand_overs:
            found.setdefault(one.write.event, []).append(one)
        return found

    def builds_distribution(self, path: str) -> bool:
        """Whether the file's project is packaged for others to import."""
        root = self.places.root(path)
        return any(f"{root}/{name}".lstrip("/") in self.names for name in ("setup.py", "setup.cfg", "pyproject.toml"))

    @functools.cached_property
    def unused_builders(self) -> list[Builder]:
        """Functions and transformers that build features and that nothing names."""
        return [
            one
            for one in builders(self.flow.machine)
            if one.name not in self.mentioned and not self._wanted_unread(one.site.file)
        ]

    def _wanted_unread(self, path: str) -> bool:
        """Whether code that could not be read may want what a file defines: not of a script, which does its own."""
        own = any(event.site.file == path and not event.site.symbol for event in self.events)
        return not own and self.places.root(path) in self._unread

    @functools.cached_property
    def _unread(self) -> set[str]:
        """The projects that hold code which could not be read: what it names is not known."""
        code = (name for name in self.names if name.endswith((".py", ".ipynb")))
        return {self.places.root(name) for name in code if name not in self.files}

    @functools.cached_property
    def name_lists(self) -> dict[NameList, list[NameList]]:
        """Lists of constant strings at the top of modules and notebooks that nothing reads; of those that one project
        has in several files the first, with the others."""
        first: dict[object, NameList] = {}
        found: dict[NameList, list[NameList]] = {}
        for one in name_lists(self.flow.machine):
            if one.name in self.mentioned or self.is_apart(one.site.file) or are_figures(one.items):
                continue
            if not any(letter.isalpha() for item in one.items for letter in item):
                continue  # days, seasons: what stands in a column
            if self._wanted_unread(one.site.file):
                continue
            known = first.setdefault((self.places.root(one.site.file), one.name, one.items), one)
            found.setdefault(known, []).extend([one] * (one is not known))
        return found

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

    def asked_for_later(self, definition: ColumnDefinition) -> bool:
        """Whether a function of the column's project that nothing calls names the column, other than to make it: then
        it is that function that is of no use, or that someone will call."""
        return definition.name in self._idle_names.get(self.places.root(definition.site.file), ())

    @functools.cached_property
    def _idle_names(self) -> dict[str, set[str]]:
        machine, found = self.flow.machine, dict[str, set[str]]()
        for path in machine.modules.python:
            if not self.is_test(path):
                names = found.setdefault(self.places.root(path), set())
                for node in definitions(machine.modules, path):
                    if (path, node.body) in machine.uncalled or (path, node.body) not in machine.executed:
                        names.update(asked(machine.modules.block(path, node.body)))
        return found

    def joins_tables(self, event: Event) -> bool:
        """Whether a call works on tables: a table library's, not an array's."""
        table = self.knowledge.library(event.callee)
        return table is not None and table.kind == "frames"
