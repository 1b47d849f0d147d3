"""Discovery: which files of a folder are read, as what, and what is left out and why."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import msgspec

from mltd.source.ignore import Patterns
from mltd.source.kinds import LIMITS, OTHER, TABLE_HEAD, by_first_line, by_name
from mltd.source.listing import Listing, list_git, list_walk
from mltd.source.outside import is_outside, is_silent

__all__ = ["Skip", "SourceFile", "Tree", "find", "read_file"]


class SourceFile(msgspec.Struct, frozen=True, order=True):
    """A file that is read: its path relative to the root, ``/``-separated; its kind; its size in bytes.

    Kinds: python, notebook, yaml, toml, json, ini, make, docker, shell, readme, table, sql, codeowners.
    """

    path: str
    kind: str
    size: int


class Skip(msgspec.Struct, frozen=True, order=True):
    """A file that should have been read and could not be, with the reason."""

    path: str
    reason: str


class Tree(msgspec.Struct, frozen=True):
    """The files of one project, everything sorted by path.

    ``files`` are those of a kind that is read; ``names`` every file that discovery saw, data files too; ``excluded``
    the folders (``venv/``), files and links that were left out; ``tracked`` says that git told what there is.
    """

    root: Path
    files: tuple[SourceFile, ...]
    skipped: tuple[Skip, ...]
    excluded: tuple[str, ...]
    names: frozenset[str]
    tracked: bool

    def read(self, path: str) -> bytes:
        """The bytes of one of the files; of a table only the first lines. Raises ``OSError``."""
        return read_file(self.root, path)


def read_file(root: Path, path: str) -> bytes:
    """The bytes of the file at ``path`` below ``root``; of a table only its first lines. Raises ``OSError``."""
    if by_name(path) != "table":
        return (root / path).read_bytes()
    with (root / path).open("rb") as file:
        head = file.read(TABLE_HEAD)
    return head if len(head) < TABLE_HEAD else head[: head.rfind(b"\n") + 1] or head


def find(root: Path, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> Tree:
    """The tree of files at ``root``, a folder, or a single file, which then is the only one of its folder's tree.

    ``include`` and ``exclude`` are patterns as in ``.gitignore``, relative to the root. What ``include`` matches is
    read even where git ignores it or where it is left out by default; what ``exclude`` matches is never read. Links
    are not followed: what they lead to inside the tree is read in its own place. Raises ``FileNotFoundError`` where
    there is no ``root``.
    """
    if root.is_dir():
        return _find(root.resolve(), Patterns(include), Patterns(exclude))
    if not root.exists():
        raise FileNotFoundError(f"no such file or folder: {root}")
    folder, name = root.parent.resolve(), root.name
    sorter = _Sorter(folder)
    sorter.add(name, (folder / name).stat().st_size if (folder / name).is_file() else None)
    if not sorter.files and not sorter.skipped:
        sorter.skip(name, "not a kind of file that is read")
    return sorter.tree(list_git(folder) is not None)


def _find(root: Path, include: Patterns, exclude: Patterns) -> Tree:
    listing = list_git(root, bool(include))
    tracked = listing is not None
    if listing is None:
        listing = list_walk(root, _no_prune if include else _pruner(root, exclude), bool(include))
    for repository in [path for path in listing.repositories if include.decide(path[:-1], folder=True)]:
        listing.repositories.remove(repository)
        listing.merge(repository, list_git(root / repository) or list_walk(root / repository, _no_prune))
    sorter = _Sorter(root)
    sorter.excluded.update(path for path in listing.pruned if not is_silent(path))
    left_out = _Judge(listing, include, exclude, sorter.excluded)
    for path, size in listing.sizes.items():
        if not left_out(path):
            sorter.add(path, size)
    for path in listing.special:
        if not left_out(path):
            sorter.add(path, None)
    for path in listing.links:
        if not left_out(path):
            sorter.link(path)
    for path in listing.denied:
        if not left_out(path):
            sorter.deny(path)
    sorter.excluded.update(listing.repositories)
    return sorter.tree(tracked)


def _no_prune(path: str, names: Collection[str]) -> bool:
    return False


def _pruner(root: Path, exclude: Patterns) -> Callable[[str, Collection[str]], bool]:
    """What the walk need not go into, so that an environment of 50,000 files costs nothing."""

    def below(path: str) -> Collection[str]:
        try:
            return os.listdir(root / path)  # noqa: PTH208  # names are all it takes
        except OSError:
            return ()

    def prune(path: str, names: Collection[str]) -> bool:
        return bool(exclude.decide(path, folder=True)) or is_outside(path, names, below)

    return prune


class _Judge:
    """Says of each path whether it is left out, and writes into ``excluded`` what a reader should hear of."""

    def __init__(self, listing: Listing, include: Patterns, exclude: Patterns, excluded: set[str]) -> None:
        self._include = include
        self._exclude = exclude
        self._ignored = listing.ignored
        self._excluded = excluded
        self._names: dict[str, set[str]] = {"": set()}
        self._outside: dict[str, str | None] = {"": None}
        for path in (*listing.sizes, *listing.links):
            self._enter(path)

    def __call__(self, path: str) -> bool:
        taken = self._exclude.taken_by(path)
        if taken is not None:
            if taken.endswith("/") or by_name(taken) != OTHER:
                self._excluded.add(taken)
            return True
        if self._include.hold(path):
            return False
        if path in self._ignored:
            return True
        outside = self._outermost(path.rstrip("/").rpartition("/")[0])
        if outside is None:
            return False
        if not is_silent(outside):
            self._excluded.add(outside + "/")
        return True

    def _enter(self, path: str) -> None:
        folder, _, name = path.rpartition("/")
        if folder not in self._names:
            self._names[folder] = set()
            self._enter(folder)
        self._names[folder].add(name)

    def _outermost(self, folder: str) -> str | None:
        if folder not in self._outside:
            found = self._outermost(folder.rpartition("/")[0])
            if found is None and is_outside(folder, self._names.get(folder, ()), self._below):
                found = folder
            self._outside[folder] = found
        return self._outside[folder]

    def _below(self, folder: str) -> Collection[str]:
        return self._names.get(folder, ())


class _Sorter:
    """Puts each path that is not left out among the files, the skipped, or the mere names."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files: list[SourceFile] = []
        self.skipped: set[Skip] = set()
        self.excluded: set[str] = set()
        self.names: set[str] = set()

    def tree(self, tracked: bool) -> Tree:
        """What was gathered."""
        return Tree(
            root=self.root,
            files=tuple(sorted(self.files)),
            skipped=tuple(sorted(self.skipped)),
            excluded=tuple(sorted(map(_printable, self.excluded))),
            names=frozenset(self.names),
            tracked=tracked,
        )

    def skip(self, path: str, reason: str) -> None:
        """Tell of a file that is not read."""
        self.skipped.add(Skip(_printable(path), reason))

    def add(self, path: str, size: int | None) -> None:
        """A file of so many bytes; ``None`` for a pipe, a socket or a device, which is never opened."""
        kind = by_name(path)
        if size is None:
            if kind not in (None, OTHER):
                self.skip(path, "not a regular file")
            return
        self.names.add(_printable(path))
        if kind is None:
            kind = self._by_first_line(path) if size else OTHER
        if kind == OTHER:
            return
        limit, told = LIMITS.get(kind, (size, False))
        if _printable(path) != path:
            self.skip(path, "file name is not UTF-8")
        elif size > limit:
            if told:
                self.skip(path, f"larger than {limit >> 20} MB")
        elif not os.access(self.root / path, os.R_OK):
            self.skip(path, "permission denied")
        else:
            self.files.append(SourceFile(path, kind, size))

    def link(self, path: str) -> None:
        """A link: a name if it leads to a file, never read; told where it leads out of the tree."""
        target = Path(os.path.realpath(self.root / path))
        if not target.exists():
            return
        if target.is_file():
            self.names.add(_printable(path))
        if not target.is_relative_to(self.root):
            if target.is_dir():
                self.excluded.add(path + "/")
            elif by_name(path) != OTHER:
                self.excluded.add(path)

    def deny(self, path: str) -> None:
        """A folder (``a/``, or nothing for the root) or a file that the system does not let us see."""
        if not path or path.endswith("/") or by_name(path) != OTHER:
            self.skip(path or ".", "permission denied")

    def _by_first_line(self, path: str) -> str:
        try:
            with (self.root / path).open("rb") as file:
                return by_first_line(file.read(256))
        except OSError:
            return OTHER


def _printable(path: str) -> str:
    """The path as text, bytes that are no UTF-8 written as escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
