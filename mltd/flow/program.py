"""The tree as Python sees it: which file a module name means, from where; and bodies, decoded when asked for."""

from __future__ import annotations

import functools
import posixpath
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from mltd import facts

#: Decoded bodies kept at once.
MAX_DECODED = 4000


class Modules:
    """The modules of a tree.

    A module name is looked up as Python would: in the folder of the importing file, in the folders above it, and in
    each folder's ``src``; several independent projects may stand side by side, so the nearest wins. The name of a
    library means one of the tree's own only where Python would look first.
    """

    def __init__(self, files: Mapping[str, facts.FileFacts], libraries: Collection[str] = ()) -> None:
        self._libraries = libraries
        self.python: dict[str, facts.PythonFacts] = {
            path: content for path, content in files.items() if isinstance(content, facts.PythonFacts)
        }
        self._modules = {path for path in self.python if path.endswith(".py")}
        self._folders = {folder for path in self._modules for folder in _parents(path)}
        self._heads: dict[str, list[str]] = defaultdict(list)
        for folder in sorted(self._folders):
            self._heads[posixpath.basename(folder)].append(posixpath.dirname(folder))
        for path in sorted(self._modules):
            self._heads[posixpath.basename(path)[:-3]].append(posixpath.dirname(path))
        self._shown: dict[str, bool] = {}
        self._decoded: dict[tuple[str, int], facts.Block] = {}
        self._found: dict[tuple[str, str], str | None] = {}

    def block(self, path: str, body: int) -> facts.Block:
        """The statements of a body, decoded once."""
        key = (path, body)
        found = self._decoded.get(key)
        if found is None:
            if len(self._decoded) >= MAX_DECODED:
                self._decoded.clear()
            found = self._decoded[key] = facts.decode_block(self.python[path].bodies[body])
        return found

    def shows(self, path: str) -> bool:
        """Whether a bare expression is shown: in a notebook, its script twin, or a script of cells (``# %%``)."""
        if path not in self._shown:
            content = self.python[path]
            marks = any(
                comment.own and comment.text.startswith(("# %%", "#%%", "# In[")) for comment in content.comments
            )
            twin = path.endswith(".py") and path[:-3] + ".ipynb" in self.python
            self._shown[path] = content.cells is not None or marks or twin
        return self._shown[path]

    def absolute(self, name: str, importer: str) -> str | None:
        """The file (or folder without ``__init__``) that ``import name`` means in a file, or None for a library."""
        key = (posixpath.dirname(importer), name)
        if key not in self._found:
            self._found[key] = self._absolute(name, importer)
        return self._found[key]

    def _absolute(self, name: str, importer: str) -> str | None:
        relative = name.replace(".", "/")
        head = name.partition(".")[0]
        if head not in self._heads:
            return None
        roots = _parents(importer)
        for root in roots:
            for base in (root, _join(root, "src")):
                found = self.at(_join(base, relative))
                if found is not None and found != importer:
                    return found
        if head in self._libraries:
            return None
        # A package somewhere below the nearest folder that has just one of that name (PYTHONPATH, editable installs).
        for root in roots:
            inside = [base for base in self._heads[head] if root in ("", base) or base.startswith(root + "/")]
            candidates = [found for base in inside if (found := self.at(_join(base, relative))) and found != importer]
            if len(candidates) == 1 and ("." in name or not root or len(inside) == 1):
                return candidates[0] if "." in name or self._is_package(candidates[0]) else None
            if candidates:
                return None
        return None

    def _is_package(self, path: str) -> bool:
        return path.endswith("__init__.py")

    def relative(self, name: str, level: int, importer: str) -> str | None:
        """The file or folder that ``from ..name import`` means."""
        folder = posixpath.dirname(importer)
        for _step in range(level - 1):
            folder = posixpath.dirname(folder)
        return self.at(_join(folder, name.replace(".", "/")) if name else folder)

    def named(self, name: str, importer: str) -> str | None:
        """What an import's dotted name means, with the dots of a relative one before it."""
        level = len(name) - len(name.lstrip("."))
        return self.relative(name[level:], level, importer) if level else self.absolute(name, importer)

    def at(self, base: str) -> str | None:
        """The module file for a path without ending: a package's ``__init__``, a module, or a folder of modules."""
        for path in (_join(base, "__init__.py"), base + ".py"):
            if path in self._modules:
                return path
        return base if base in self._folders and base else None

    def submodule(self, path: str, name: str) -> str | None:
        """A module inside a package or folder."""
        folder = posixpath.dirname(path) if path.endswith("__init__.py") else path
        if path.endswith(".py") and not path.endswith("__init__.py"):
            return None
        return self.at(_join(folder, name))

    def is_module(self, path: str) -> bool:
        """Whether a path is a file with statements (not a plain folder)."""
        return path in self._modules


def statements(block: facts.Block) -> Iterator[facts.Stmt]:
    """All statements of a body in order, those of its branches and loops too."""
    for statement in block:
        yield statement
        for name in ("body", "orelse", "final"):
            inner = getattr(statement, name, None)
            if isinstance(inner, list):
                yield from statements(inner)
        for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
            yield from statements(part.body)


@functools.cache
def _parts(kind: type[facts.Node]) -> tuple[str, ...]:
    """The fields of a kind of node that may hold nodes."""
    return tuple(name for name in kind.__struct_fields__ if kind.__annotations__[name] not in _PLAIN)


_PLAIN = frozenset({"str", "int", "list[str]", "list[tuple[str, str]]", "Union[str, int, float, bool, None]"})


def nodes(node: object) -> Iterator[facts.Node]:
    """A node and all nodes below it."""
    todo = [node]
    while todo:
        current = todo.pop()
        if isinstance(current, facts.Node):
            yield current
            todo += [getattr(current, name) for name in _parts(type(current))]
        elif isinstance(current, list):
            todo += current


def mentions(node: object, names: Collection[str]) -> bool:
    """Whether some names stand in an expression."""
    return any(isinstance(one, facts.Name) and one.id in names for one in nodes(node))


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _parents(path: str) -> list[str]:
    """The folders above a path, nearest first, the root (empty) last."""
    folders = []
    folder = posixpath.dirname(path)
    while folder:
        folders.append(folder)
        folder = posixpath.dirname(folder)
    return [*folders, ""]
