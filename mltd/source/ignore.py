"""Git's rules about ignored files, matched one path at a time as git does it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

__all__ = ["Patterns", "nearest_checkout", "read_patterns"]


class Patterns:
    """The patterns of one ``.gitignore`` file, or of one setting in its syntax. Falsy where there are none.

    The paths asked about are ``/``-separated and relative to the folder that the patterns belong to.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._rules = list(_compile(lines))

    def __bool__(self) -> bool:
        return bool(self._rules)

    def decide(self, path: str, folder: bool) -> bool | None:
        """Whether the last pattern that matches this very path takes it (``True``) or takes it back (``False``)."""
        marked = path + "/" if folder else path
        for regex, taken in self._rules:
            if regex.groups == 0:  # "*" and "a/**": whatever comes below as well
                if regex.search(path):
                    return taken
            elif regex.pattern == _ANY_FOLDER:
                if folder:
                    return taken
            else:
                found = regex.search(marked)
                if found and (found.group(1) is None or found.end() == len(marked)):
                    return taken
        return None

    def hold(self, path: str) -> bool:
        """Whether the patterns take a file, by its own path or because they take a folder above it."""
        return self.taken_by(path) is not None

    def taken_by(self, path: str) -> str | None:
        """What of a file's path the patterns take: the outermost such folder (``a/``), or the path itself."""
        if not self._rules:
            return None
        end = path.find("/")
        while end >= 0:
            if self.decide(path[:end], folder=True):
                return path[: end + 1]
            end = path.find("/", end + 1)
        return path if self.decide(path, folder=False) else None


#: What ``*/`` and ``**/`` become: it tells nothing about levels, as they take every folder.
_ANY_FOLDER = "(?P<ps_d>/)"

_BELOW = re.compile(r"/\*\*/\s*$")


def _compile(lines: Iterable[str]) -> Iterator[tuple[re.Pattern[str], bool]]:
    """Compiled expressions and whether they take or give back; the last pattern first.

    The only group of an expression is the slash behind a folder that the pattern names: a match that ends with it
    before the path does is of a folder above, which has been decided on already.
    """
    from pathspec.patterns.gitignore.base import GitIgnorePatternError
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    for line in reversed(list(lines)):
        try:
            pattern = GitIgnoreSpecPattern(_BELOW.sub("/**/*/", line))
        except GitIgnorePatternError:  # git passes over a pattern that it does not understand
            continue
        if pattern.include is not None and pattern.regex is not None:
            yield pattern.regex, pattern.include


def read_patterns(path: Path) -> Patterns:
    """The patterns of a file; none where it cannot be read, or is a link, which git does not follow either."""
    if path.is_symlink():
        return Patterns([])
    try:
        return Patterns(path.read_text("utf-8-sig", "surrogateescape").split("\n"))
    except OSError:
        return Patterns([])


def nearest_checkout(folder: Path) -> Path | None:
    """The nearest folder upwards, itself included, that holds a ``.git``."""
    for candidate in (folder, *folder.parents):
        if (candidate / ".git").exists():
            return candidate
    return None
