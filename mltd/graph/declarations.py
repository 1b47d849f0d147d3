"""Declarations: which programs are run and are steps of which pipelines; and the files that commands name."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from mltd import commandline, facts
from mltd.flow.texts import TREE, normal
from mltd.graph.places import parents


@dataclass(frozen=True, slots=True)
class Run:
    """One program of the tree that something runs: ``folder`` is where (None if unknown), ``by`` the file that says so,
    ``declares`` whether that file also declares an order."""

    program: str
    folder: str | None
    by: str
    line: int
    args: tuple[str, ...]
    declares: bool


@dataclass
class Declared:
    """What the tree declares of its programs."""

    runs: list[Run] = field(default_factory=list)
    #: program -> names of the pipelines that it is a step of
    pipelines: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    #: pipelines that only run programs in order and say nothing of what they hand over: shell scripts and other drivers
    drivers: set[str] = field(default_factory=set)
    #: files and folders that a pipeline declares as its outputs
    outputs: set[str] = field(default_factory=set)

    def together(self, first: str, second: str) -> str | None:
        """The pipeline or driver that runs both programs, if any."""
        common = self.pipelines.get(first, set()) & self.pipelines.get(second, set())
        return min(common) if common else None

    def is_output(self, location: str) -> bool:
        """Whether an artifact is, or lies in, what a pipeline declares as its output."""
        return any(location == output or location.startswith(output + "/") for output in self.outputs)

    def hands_over(self, first: str, second: str) -> str | None:
        """The pipeline that declares both programs as its steps, or the one of them that runs the other, if any."""
        common = self.pipelines.get(first, set()) & self.pipelines.get(second, set())
        told = {name for name in common if name not in self.drivers or name in (first, second)}
        return min(told) if told else None


class Resolver:
    """From what a command names to a file of the tree."""

    def __init__(self, files: Mapping[str, facts.FileFacts]) -> None:
        self._files = files
        self._folders = {folder for path in files for folder in parents(path)}
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for path, content in files.items():
            if isinstance(content, facts.PythonFacts):
                self._by_name[posixpath.basename(path)].append(path)

    def has(self, path: str) -> bool:
        """Whether a path is a file that was read."""
        return posixpath.normpath(path) in self._files

    def folder(self, base: str, named: str) -> str:
        """A folder that a command goes to, from the folder of the file that says so. Where there is none of that name,
        it is meant from a folder above: people follow a README from the project's root."""
        found = [posixpath.normpath(posixpath.join(one, named)) for one in (base, *parents(base), "")]
        chosen = next((one for one in found if one == "." or one in self._folders), found[0])
        return "" if chosen == "." else chosen

    def file(self, named: str, folder: str, near: str) -> str | None:
        """A program by the path a command gives it, from a folder, or by the unique file of that name nearby."""
        if named.startswith(TREE):
            target = normal(named)[len(TREE) + 1 :]
        else:
            target = posixpath.normpath(posixpath.join(folder, named)) if not named.startswith("/") else ""
        if target in self._files:
            return target
        candidates = [path for path in self._by_name.get(posixpath.basename(named), ()) if below(path, near)]
        ending = named.lstrip("./")
        exact = [path for path in candidates if path.endswith("/" + ending) or path == ending]
        if len(exact) == 1:
            return exact[0]
        # Scripts in ``bin/`` are started from a folder above it.
        above = (posixpath.normpath(posixpath.join(one, named)) for one in (*parents(folder), "") if target)
        return next((one for one in above if one in self._files), None)


def below(path: str, folder: str) -> bool:
    """Whether a path lies below a folder, or anywhere where there is none."""
    return not folder or path.startswith(folder + "/")


def program_of(resolver: Resolver, argv: list[str], folder: str, near: str) -> tuple[str, tuple[str, ...]] | None:
    """The file that a command runs, and its arguments."""
    program = commandline.program(argv)
    if program is None:
        return None
    named = program.name
    if program.kind == "module":
        for ending in (".py", "/__main__.py"):
            file = resolver.file(named.replace(".", "/") + ending, folder, near)
            if file is not None:
                return file, tuple(program.args)
        return None
    if program.kind not in ("script", "notebook"):
        return None
    file = resolver.file(named, posixpath.join(folder, program.folder), near)
    return (file, tuple(program.args)) if file is not None else None
