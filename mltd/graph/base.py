"""What every question about a project rests on: its files, what happens in them, places and evidence."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from mltd import facts
from mltd.flow.events import Event, Site
from mltd.flow.interpret import Flow, interpret
from mltd.graph.declarations import Declared
from mltd.graph.declared import calls, commanded, declared
from mltd.graph.hand_overs import HandOver, Links, Named, name_site
from mltd.graph.links import link
from mltd.graph.places import Places
from mltd.graph.running import Running
from mltd.knowledge import Knowledge
from mltd.model import Comment, Evidence, Place

if TYPE_CHECKING:
    from mltd.config import Contract

#: Verbs that make a body ML code.
_ML = frozenset({
    "reads", "writes", "loads", "saves", "converts", "shapes", "derives", "joins", "samples", "splits", "fits",
    "transforms", "predicts", "evaluates", "searches", "loads-data",
})  # fmt: skip

#: A procedure told twice: so many statements in both at least, and of the shorter one such a part.
_PROCEDURE, _HALF = 12, 0.5


class Base:
    """A scanned tree, interpreted and linked."""

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
        self.places = Places(self.files, self.names, owners or {})
        found = commanded(self.files, self.places)
        self.flow: Flow = interpret(self.files, self.names, knowledge, calls(found))
        self.declared: Declared = declared(found, self.files, self.flow, self.places)
        imports = {path: content.imports for path, content in self.flow.machine.modules.python.items()}
        self.running = Running(self.places, self.declared.runs, self.flow.events, imports)
        self.links: Links = link(self.flow.events, self.running)

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

    def is_copy(self, path: str) -> bool:
        """Whether another file says it all: the notebook of a script twin, or the first of letter by letter copies."""
        return self.program(path) != path or self.original(path) != path

    @functools.cached_property
    def _originals(self) -> dict[str, str]:
        first: dict[tuple[bytes, ...], str] = {}
        return {
            path: first.setdefault(tuple(content.bodies), path)
            for path, content in self.flow.machine.modules.python.items()
        }

    def retells(self, path: str, other: str, part: float = _HALF) -> bool:
        """Whether two programs are one procedure told twice: at least some part of what the shorter one says at its
        top, the other says too."""
        first, second = self._said(path), self._said(other)
        least = min(first.total(), second.total())
        return least >= _PROCEDURE and (first & second).total() >= part * least

    def _said(self, path: str) -> Counter[object]:
        """The statements at the top of a program, wherever they stand."""
        if path not in self._tops:
            block = self.flow.machine.modules.block(path, 0)
            self._tops[path] = Counter(facts.said(statement) for statement in block)
        return self._tops[path]

    @functools.cached_property
    def _tops(self) -> dict[str, Counter[object]]:
        return {}

    def is_imported(self, path: str) -> bool:
        """Whether another file of the tree, tests apart, imports a module."""
        return path in self._imported

    def is_apart(self, path: str) -> bool:
        """Whether a file is no part of what the project does: a test, or put aside in a folder for that (``old``,
        ``trash``) and imported by nothing that was not."""
        return self.places.is_test(path) or (self.places.is_put_aside(path) and path not in self._wanted)

    @functools.cached_property
    def _wanted(self) -> set[str]:
        """The files of folders put aside that others import, by the modules' names; a folder's may mean any in it."""
        machine = self.flow.machine
        found: set[str] = set()
        todo = [path for path in machine.modules.python if not self.places.is_put_aside(path)]
        aside = [path for path in machine.modules.python if self.places.is_put_aside(path)]
        while todo and aside:
            path = todo.pop()
            named = (machine.modules.named(name, path) for name in machine.modules.python[path].imports)
            meant = {*machine.imports.get(path, ()), *filter(None, named)}
            below = tuple(f"{name}/" for name in meant)
            new = [one for one in aside if one not in found and (one in meant or one.startswith(below))]
            found.update(new)
            todo += new
        return found

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
            content = self.flow.machine.modules.python.get(path)
            if content is not None:  # a file of SQL counts for nothing
                result[path] = sum(body.statements for body in content.index if body.qualname in symbols)
        return result

    def place(self, site: Site) -> Place:
        """The place of a site."""
        return self.places.place(site)

    def evidence(self, site: Site, message: str) -> Evidence:
        """One step of an evidence path."""
        return Evidence(self.place(site), message)

    @property
    def events(self) -> list[Event]:
        """Everything that happens to artifacts and models, in the order of the interpretation."""
        return self.flow.events

    @property
    def hand_overs(self) -> list[HandOver]:
        """Every pair of a write and a read that resolve to one artifact."""
        return self.links.hand_overs

    def named_at(self, named: Named) -> Site | None:
        """Where the artifact's own name is written."""
        return name_site(named)

    def called_from_elsewhere(self, path: str, body: int) -> bool:
        """Whether another file of the tree, tests apart, calls a function."""
        return any(file != path and not self.is_test(file) for file in self._calling.get((path, body), ()))

    @functools.cached_property
    def _calling(self) -> dict[tuple[str, int], dict[str, None]]:
        """The files that call each function."""
        found: dict[tuple[str, int], dict[str, None]] = {}
        for (file, _symbol), callees in self.flow.machine.calls.items():
            for callee in callees:
                found.setdefault(callee, {})[file] = None
        return found

    def callers(self, path: str, body: int) -> int:
        """How many bodies of the tree call a function."""
        return self._callers.get((path, body), 0)

    @functools.cached_property
    def _callers(self) -> Counter[tuple[str, int]]:
        return Counter(callee for callees in self.flow.machine.calls.values() for callee in callees)

    @functools.cached_property
    def mentioned(self) -> frozenset[str]:
        """Every identifier that some file reads, every string that looks like one, and last parts of dotted ones."""
        return frozenset(self._mentioning)

    @functools.cached_property
    def _mentioning(self) -> dict[str, list[str]]:
        """The files that mention each name."""
        found: dict[str, list[str]] = {}
        for path, content in self.files.items():
            for name in _mentions(content):
                found.setdefault(name, []).append(path)
        return found


def _mentions(content: facts.FileFacts) -> set[str]:
    """The identifiers that a file reads, the strings in it that look like one, and last parts of dotted ones."""
    found: set[str] = set()
    if isinstance(content, facts.PythonFacts):
        found.update(content.mentions)
    elif isinstance(content, facts.DataFacts):
        found.update(_words(content))
    return found | {name.rpartition(".")[2] for name in found if "." in name}


_WORD = re.compile(r"[^\W\d]\w*")


def _words(content: facts.DataFacts) -> Iterable[str]:
    todo = list(content.documents)
    while todo:
        datum = todo.pop()
        if isinstance(datum.value, str) and not datum.value.isidentifier():
            yield from _WORD.findall(datum.value)  # a command, a path, lines of a program
        elif isinstance(datum.value, str):
            yield datum.value
        elif isinstance(datum.value, dict):
            yield from datum.value
            todo += datum.value.values()
        elif isinstance(datum.value, list):
            todo += datum.value
