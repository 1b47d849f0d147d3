"""Where things stand: packed positions to places, test files, project roots, components."""

from __future__ import annotations

import functools
import posixpath
import re
from collections import Counter
from collections.abc import Mapping

from mltd import facts
from mltd.flow.events import Site
from mltd.model import Place

_ROOTS = frozenset({
    "pyproject.toml", "setup.py", "setup.cfg", "pipfile", "dvc.yaml", "mlproject", "dockerfile", "containerfile",
    "environment.yml", "environment.yaml", "conda.yml", "conda.yaml",
})  # fmt: skip


class Places:
    """Questions about files of a tree and positions in them."""

    def __init__(self, files: Mapping[str, facts.FileFacts], names: frozenset[str], owners: Mapping[str, str]) -> None:
        self._files = files
        self._names = names
        self._owners = owners
        self._roots = {""} | {posixpath.dirname(path) for path in names if _marks_root(posixpath.basename(path))}
        self._folders = {folder for path in names for folder in parents(path)}

    def place(self, site: Site) -> Place:
        """The place of a site; in a notebook, cell and line."""
        content = self._files.get(site.file)
        line, column = facts.line_of(site.at), facts.column_of(site.at)
        end, end_column = facts.line_of(site.to), facts.column_of(site.to)
        if isinstance(content, facts.PythonFacts) and content.cells is not None:
            for cell in content.cells:
                if cell.first_line <= line <= cell.last_line:
                    offset = cell.first_line - 1
                    physical = (
                        cell.physical[line - cell.first_line] if line - cell.first_line < len(cell.physical) else 1
                    )
                    last = max(line, min(end, cell.last_line))
                    return Place(site.file, line - offset, column, last - offset, end_column, cell.number, physical)
        return Place(site.file, line, column, end, end_column)

    def is_notebook(self, file: str) -> bool:
        """Whether a file is a notebook."""
        content = self._files.get(file)
        return isinstance(content, facts.PythonFacts) and content.cells is not None

    def program(self, file: str) -> str:
        """The program that a file is: of a notebook and its script of the same name (a jupytext pair), the notebook."""
        twin = file[:-3] + ".ipynb" if file.endswith(".py") else file
        return twin if twin in self._files else file

    def is_test(self, file: str) -> bool:
        """Whether a file is a test, a fixture of tests or their helper. Of a test's name alone it is not told from a
        script that evaluates on the test set: that has no test in it."""
        *folders, name = file.split("/")
        if name == "conftest.py" or not _TEST_FOLDERS.isdisjoint(folders):
            return True
        if not _MAY_TEST.isdisjoint(folders) and any(folder in self._tested for folder in parents(file)):
            return True
        if not (name.startswith("test_") or name.endswith(("_test.py", "_tests.py"))):
            return False
        content = self._files.get(file)
        return not isinstance(content, facts.PythonFacts) or _tests(content)

    @functools.cached_property
    def _tested(self) -> frozenset[str]:
        """The folders called ``test`` that hold tests, and not what a pipeline does with the test set."""
        return frozenset(
            folder
            for path, content in self._files.items()
            if isinstance(content, facts.PythonFacts) and not _MAY_TEST.isdisjoint(path.split("/")[:-1])
            for folder in parents(path)
            if posixpath.basename(folder) in _MAY_TEST and (path.endswith("__init__.py") or _tests(content))
        )

    def is_put_aside(self, file: str) -> bool:
        """Whether a file stands in a folder for what is no longer used."""
        folders = [folder.strip("_.").lower() for folder in file.split("/")[:-1]]
        return any(folder in _PUT_ASIDE or _LAST_WORD.split(folder)[-1] in _PUT_ASIDE for folder in folders)

    def is_teaching(self, file: str) -> bool:
        """Whether a file stands in teaching material, where each lesson stands for itself."""
        folders = file.lower().split("/")[:-1]
        if any(folder.startswith("ch") and folder[2:].isdigit() for folder in folders):
            return True
        return any(word in folder for folder in folders for word in _TEACHING)

    def root(self, file: str) -> str:
        """The project root of a file: the nearest folder upwards that marks one."""
        return next(folder for folder in [*parents(file), ""] if folder in self._roots)

    def exists(self, path: str) -> bool:
        """Whether a file or folder of that path is in the tree."""
        return path in self._names or path in self._folders

    def owner(self, file: str) -> str | None:
        """The team or people of CODEOWNERS, if any."""
        return self._owners.get(file)

    def component(self, file: str) -> str:
        """The team of CODEOWNERS, or the top-level folder below the file's project root, or the root itself. A folder
        that holds nearly all of a project's code, and is no package, is no component: what stands in it is."""
        owner = self.owner(file)
        if owner:
            return owner
        root = self.root(file)
        above = self._sources(root)
        if above != root and not file.startswith(above + "/"):
            above = root
        inside = file[len(above) + 1 :] if above else file
        head, _slash, rest = inside.partition("/")
        if head == "src" and "/" in rest:
            head = f"src/{rest.partition('/')[0]}"
        return posixpath.join(above, head if rest else "").rstrip("/") or "."

    def _sources(self, root: str) -> str:
        """The folder that holds nearly all code of a project: its root, or one below."""
        if root not in self._source_folders:
            files = [one for one in self._programs.get(root, ()) if not self.is_test(one)]
            folder = root
            while True:
                heads = Counter(one[len(folder) + 1 if folder else 0 :].partition("/")[0] for one in files)
                head, count = heads.most_common(1)[0] if heads else ("", 0)
                below = posixpath.join(folder, head)
                package = head.isidentifier() and f"{below}/__init__.py" in self._names
                if package or count < _NEARLY_ALL * len(files) or below not in self._folders:
                    break
                folder, files = below, [one for one in files if one.startswith(below + "/")]
            self._source_folders[root] = folder
        return self._source_folders[root]

    @functools.cached_property
    def _programs(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in sorted(self._files):
            if isinstance(self._files[path], facts.PythonFacts):
                found.setdefault(self.root(path), []).append(path)
        return found

    @functools.cached_property
    def _source_folders(self) -> dict[str, str]:
        return {}


#: What part of a project's code a folder holds that is no component of it but the place of them all.
_NEARLY_ALL = 0.8
_TEST_FOLDERS = frozenset({"tests", "testing"})
#: A folder that may as well be about the test set.
_MAY_TEST = frozenset({"test"})
#: Names of folders for what is no longer used.
_PUT_ASIDE = frozenset({
    "trash", "old", "archive", "archives", "archived", "deprecated", "backup", "backups", "bak", "unused", "obsolete",
    "attic", "graveyard", "retired",
})  # fmt: skip
_LAST_WORD = re.compile(r"[-_. ]")
#: Words in the names of folders of teaching material.
_TEACHING = ("tutorial", "lesson", "course", "workshop", "chapter", "exercise", "docs")


def _marks_root(name: str) -> bool:
    lower = name.lower()
    return (
        lower in _ROOTS
        or (lower.startswith("requirements") and lower.endswith(".txt"))
        or lower.startswith("dockerfile.")
    )


def _tests(content: facts.PythonFacts) -> bool:
    return any(part.lower().startswith("test") for body in content.index for part in body.qualname.split("."))


def parents(path: str) -> list[str]:
    """The folders above a path, nearest first, without the root."""
    folders = []
    folder = posixpath.dirname(path)
    while folder:
        folders.append(folder)
        folder = posixpath.dirname(folder)
    return folders
