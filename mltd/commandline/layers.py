"""Which part of a tree lies where inside a container."""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["Layers"]


class _Copied(NamedTuple):
    source: str
    target: str  #: where a folder's content went; a file's own new path


class Layers:
    """What was copied so far. Whether a name is a folder's is told by its ending alone: the tree is not seen here."""

    def __init__(self, base: Layers | None = None) -> None:
        self._folders: list[_Copied] = list(base._folders) if base else []
        self._files: list[_Copied] = list(base._files) if base else []

    @classmethod
    def of(cls, copies: Iterable[tuple[str, str]]) -> Layers:
        """The layers that :attr:`mltd.facts.CommandFacts.copies` tells of, those of all stages together."""
        layers = cls()
        for source, target in copies:
            layers.copy(source, target)
        return layers

    def copy(self, source: str, target: str, *, into: bool = False, is_folder: bool = False) -> str:
        """``source``, relative to the tree, is copied to ``target``, or into the folder ``target``: the path of the
        container where it, or what a folder holds, then lies."""
        name = posixpath.basename(source)
        if (
            is_folder
            or source in (".", "..")
            or ("." not in name.lstrip(".") and "*" not in name and name not in _FILES)
        ):
            self._folders.append(_Copied(source, target))
            return target
        if into:
            target = posixpath.join(target, name)
        self._files.append(_Copied(source, target))
        return target

    def origin(self, path: str) -> str:
        """What in the tree lies at a path of the container; empty where unknown."""
        for copied in reversed(self._files):
            if copied.target == path:
                return copied.source
            if "*" in copied.target and fnmatch.fnmatchcase(path, copied.target):
                return posixpath.join(posixpath.dirname(copied.source), posixpath.basename(path))
        return self._within(path)

    def folder(self, folder: str, program: str = "") -> str:
        """Which folder of the tree a program in a folder of the container runs in; empty where unknown.

        Where files of several folders were copied into one, the program's own file decides.
        """
        if program and not program.startswith("/"):
            path = posixpath.normpath(posixpath.join(folder, program))
            for copied in reversed(self._files):
                if copied.target == path:
                    return _without(copied.source, posixpath.normpath(program))
        within = self._within(folder)
        if within:
            return within
        files = [copied.source for copied in self._files if posixpath.dirname(copied.target) == folder]
        sources = {posixpath.dirname(source) for source in files}
        programs = {posixpath.dirname(source) for source in files if source.endswith(".py")}
        above = {
            posixpath.dirname(copied.source)
            for copied in self._folders
            if posixpath.dirname(copied.target) == folder
            and posixpath.basename(copied.source) == posixpath.basename(copied.target)
        }
        for candidates in (programs, above, sources):
            if len(candidates) == 1:
                return candidates.pop() or "."
        return ""

    def _within(self, path: str) -> str:
        best: _Copied | None = None
        for copied in self._folders:
            inside = path == copied.target or path.startswith(copied.target.rstrip("/") + "/")
            if inside and (best is None or len(copied.target) >= len(best.target)):
                best = copied
        if best is None:
            return ""
        return posixpath.normpath(posixpath.join(best.source, posixpath.relpath(path, best.target)))


#: Files that are often copied and whose names have no ending.
_FILES = frozenset(["Makefile", "Pipfile", "Procfile", "LICENSE", "README", "Dockerfile", "MLproject", "entrypoint"])


def _without(source: str, program: str) -> str:
    """The folder from which ``program`` names ``source``; its own where no folder does."""
    if source == program:
        return "."
    return source[: -len(program) - 1] if source.endswith("/" + program) else posixpath.dirname(source) or "."
