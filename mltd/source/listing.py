"""What files a folder holds: asked of git, or walked with git's own rules where git cannot tell."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import msgspec

from mltd.source.ignore import Patterns, nearest_checkout, read_patterns

__all__ = ["Listing", "list_git", "list_walk"]


class Listing(msgspec.Struct):
    """The paths below a folder, relative and ``/``-separated, bytes that are no UTF-8 as surrogates.

    ``sizes`` are the regular files; ``links`` the symbolic ones; ``special`` are pipes, sockets and devices;
    ``repositories`` the folders that are checkouts of their own; ``denied`` what may not be looked into;
    ``pruned`` the folders (``a/``) that the walk left out; ``ignored`` those of the files and links that are ignored.
    """

    sizes: dict[str, int] = msgspec.field(default_factory=dict)
    links: list[str] = msgspec.field(default_factory=list)
    special: list[str] = msgspec.field(default_factory=list)
    repositories: list[str] = msgspec.field(default_factory=list)
    denied: list[str] = msgspec.field(default_factory=list)
    pruned: list[str] = msgspec.field(default_factory=list)
    ignored: set[str] = msgspec.field(default_factory=set)

    def merge(self, folder: str, other: Listing) -> None:
        """Take in the listing of a folder (``a/``) below."""
        self.sizes.update((folder + path, size) for path, size in other.sizes.items())
        self.ignored.update(folder + path for path in other.ignored)
        for mine, others in (
            (self.links, other.links),
            (self.special, other.special),
            (self.repositories, other.repositories),
            (self.denied, other.denied),
            (self.pruned, other.pruned),
        ):
            mine.extend(folder + path for path in others)


# ------------------------------------------------------------------ git

#: Where the environment (a hook's, say) points git at another repository or index than the folder's own.
_LEADS_AWAY = {
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_PREFIX",
    "GIT_NAMESPACE", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_LITERAL_PATHSPECS", "GIT_ICASE_PATHSPECS",
}  # fmt: skip

_CLOSED = re.compile(rb"warning: could not open directory '(.*)/?': Permission denied")


def list_git(root: Path, ignored: bool = False) -> Listing | None:
    """What git tracks below ``root`` and what it does not ignore, as the work tree holds it now.

    With ``ignored`` the files that git ignores are listed as well. ``None`` where git is missing or fails, where
    ``root`` is in no work tree, and where git has no file to tell of (``root`` may itself be ignored).
    """
    listed = _ask_git(root, "--cached", "--others")
    if listed is None:
        return None
    names, closed = listed
    if not names:
        return None
    more = _ask_git(root, "--others", "--ignored") if ignored else None
    listing = Listing(denied=sorted(closed), ignored=more[0] - names if more else set())
    folders: dict[str, bool] = {"": True}
    for name in sorted(names | listing.ignored):
        _look(root, name, folders, listing)
    return listing


def _ask_git(root: Path, *which: str) -> tuple[set[str], set[str]] | None:
    """The names that ``git ls-files`` gives, and the folders that it may not open. Runs nothing that the checkout's
    own configuration names."""
    command = ["git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "ls-files", "-z", *which]
    environment = {key: value for key, value in os.environ.items() if key not in _LEADS_AWAY}
    environment |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(
            [*command, "--exclude-standard"],
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError:
        return None
    if done.returncode != 0:
        return None
    names = {os.fsdecode(name) for name in done.stdout.split(b"\0") if name}
    return names, {os.fsdecode(name).rstrip("/") + "/" for name in _CLOSED.findall(done.stderr)}


def _look(root: Path, name: str, folders: dict[str, bool], listing: Listing) -> None:
    """Put one name that git gave where it belongs. ``folders`` remembers which are folders and no links."""
    parent = name.rstrip("/").rpartition("/")[0]
    if not _is_folder(root, parent, folders):
        return
    try:
        status = os.lstat(root / name)
    except FileNotFoundError:
        return
    except OSError:
        listing.denied.append(name)
        return
    if stat.S_ISDIR(status.st_mode):
        listing.repositories.append(name.rstrip("/") + "/")
    else:
        _sort(name, status, listing)


def _is_folder(root: Path, path: str, known: dict[str, bool]) -> bool:
    """Whether every step down to ``path`` is a folder; one that may not be looked at counts as one."""
    if path not in known:
        try:
            here = stat.S_ISDIR(os.lstat(root / path).st_mode)
        except PermissionError:
            here = True
        except OSError:
            here = False
        known[path] = here and _is_folder(root, path.rpartition("/")[0], known)
    return known[path]


def _sort(name: str, status: os.stat_result, listing: Listing) -> None:
    if stat.S_ISREG(status.st_mode):
        listing.sizes[name] = status.st_size
    elif stat.S_ISLNK(status.st_mode):
        listing.links.append(name)
    else:
        listing.special.append(name)


# ------------------------------------------------------------------ walking


def list_walk(root: Path, prune: Callable[[str, Collection[str]], bool], ignored: bool = False) -> Listing:
    """What a folder holds, without what its ``.gitignore`` files, and those above it in a checkout, ignore.

    ``prune`` is asked about each folder, with its path and the names in it, whether to leave it out. With
    ``ignored`` the files that are ignored are listed as well.
    """
    listing = Listing()
    waiting: list[tuple[str, bool, list[_Based]]] = [("", False, list(_patterns_above(root)))]
    while waiting:
        path, is_ignored, patterns = waiting.pop()
        try:
            with os.scandir(root / path) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            listing.denied.append(path)
            continue
        names = [entry.name for entry in found]
        if path and prune(path[:-1], names):
            listing.pruned.append(path)
            continue
        if ".gitignore" in names:
            patterns = [*patterns, _Based(len(path), "", read_patterns(root / path / ".gitignore"))]
        for entry in found:
            name = path + entry.name
            folder = entry.is_dir(follow_symlinks=False)
            if folder and entry.name == ".git":
                continue
            this_ignored = is_ignored or _decide(name, folder, patterns)
            if this_ignored and not ignored:
                continue
            if folder:
                waiting.append((name + "/", this_ignored, patterns))
                continue
            if this_ignored:
                listing.ignored.add(name)
            try:
                _sort(name, entry.stat(follow_symlinks=False), listing)
            except FileNotFoundError:
                continue
            except OSError:
                listing.denied.append(name)
    return listing


class _Based(msgspec.Struct, frozen=True):
    """Patterns of a folder: of a path from the root, ``cut`` characters go and ``prefix`` comes before the rest."""

    cut: int
    prefix: str
    patterns: Patterns


def _decide(name: str, folder: bool, patterns: list[_Based]) -> bool:
    """Whether a path is ignored: the nearest file of patterns that speaks of it decides."""
    for based in reversed(patterns):
        decided = based.patterns.decide(based.prefix + name[based.cut :], folder)
        if decided is not None:
            return decided
    return False


def _patterns_above(root: Path) -> Iterator[_Based]:
    """What the checkout around ``root`` ignores: its ``info/exclude``, and the files from its top down to ``root``."""
    top = nearest_checkout(root)
    if top is None:
        return
    down = root.relative_to(top).parts
    prefixes = ["".join(part + "/" for part in down[step:]) for step in range(len(down) + 1)]
    yield _Based(0, prefixes[0], read_patterns(top / ".git" / "info" / "exclude"))
    for step in range(len(down)):
        yield _Based(0, prefixes[step], read_patterns(top.joinpath(*down[:step], ".gitignore")))
