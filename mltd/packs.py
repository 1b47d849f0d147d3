"""Packs of rules: the built-in ones, those of installed distributions, and folders that the user names.

One walker for the three: every ``.py`` file below a pack's folder, files and folders that begin with ``_`` apart (they
are helpers), holds exactly one rule, whose name is the file's stem with dashes. A pack that does not load is an error.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
import traceback
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import msgspec

from mltd.outcome import RuleInfo
from mltd.rule import Rule

__all__ = ["GROUP", "PackError", "PackProblem", "Registered", "Registry", "bind", "load"]

#: The entry-point group of strangers' packs; each value is a package.
GROUP = "mltd.packs"


class PackProblem(msgspec.Struct, frozen=True):
    """What is wrong with one file of one pack."""

    pack: str
    file: str
    cause: str

    def __str__(self) -> str:
        return f"pack {self.pack}: {self.file}: {self.cause}" if self.file else f"pack {self.pack}: {self.cause}"


class PackError(Exception):
    """Packs that do not load; ``problems`` holds every one of their files that is to blame."""

    def __init__(self, problems: Sequence[PackProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class Registered(msgspec.Struct, frozen=True):
    """A rule, the file that it is in, and the pack that it comes from (``mltd`` for ours)."""

    rule: type[Rule]
    path: Path
    pack: str = "mltd"

    @property
    def name(self) -> str:
        """The rule's name."""
        return self.rule.name

    @property
    def page(self) -> Path:
        """Its page: beside it, of the same stem."""
        return self.path.with_suffix(".md")

    def text(self) -> str:
        """What the page says, empty where there is none."""
        try:
            return self.page.read_text("utf-8")
        except OSError:
            return ""

    def info(self) -> RuleInfo:
        """What a report may say about the rule."""
        rule, page = self.rule, self.text()
        return RuleInfo(
            rule.name, rule.category, rule.value, rule.severity, rule.effort, rule.cites, rule.since,
            summary=summary(page), page=page, pack=self.pack,
        )  # fmt: skip


class Registry(Mapping[str, Registered]):
    """Rules by name, in the order of their names."""

    def __init__(self, rules: Iterable[Registered]) -> None:
        self._rules = {one.name: one for one in sorted(rules, key=lambda one: one.name)}

    def __getitem__(self, name: str) -> Registered:
        return self._rules[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rules)

    def __len__(self) -> int:
        return len(self._rules)


def load(folders: Sequence[Path] = (), *, built_in: bool = True, installed: bool = True) -> Registry:
    """All rules: ours, those of installed packs, each unless told otherwise, and those in ``folders``.

    Raises :class:`PackError`, naming pack, file and cause of everything that does not load.
    """
    problems: list[PackProblem] = []
    found: list[Registered] = []
    if built_in:
        found += _walk("mltd", importlib.import_module("mltd.rules"), problems)
        if not found and not problems:
            problems.append(PackProblem("mltd", "rules", "the installation holds no rules: install mltd again"))
    if installed:
        found += _installed(problems)
    for folder in dict.fromkeys(folder.resolve() for folder in folders):
        package = _attempt(folder.name, folder / "__init__.py", partial(bind, folder), problems)
        if package is not None:
            found += _walk(folder.name, package, problems)
    owners: dict[str, Registered] = {}
    for one in found:
        first = owners.setdefault(one.name, one)
        if first is not one:
            cause = f"the rule {one.name} is already in the pack {first.pack} ({first.path.name})"
            problems.append(PackProblem(one.pack, one.path.name, cause))
    if problems:
        raise PackError(problems)
    return Registry(found)


def bind(folder: Path) -> types.ModuleType:
    """A user's folder as the package ``mltd.local.<slug>``, so that relative imports between its files work.

    Raises ``NotADirectoryError``, and whatever the folder's own ``__init__.py`` raises.
    """
    if not folder.is_dir():
        raise NotADirectoryError("no such folder")
    parent = sys.modules.setdefault("mltd.local", types.ModuleType("mltd.local"))
    parent.__path__ = []
    slug = re.sub(r"\W", "_", folder.name) or "rules"
    name, number = f"mltd.local.{slug}", 1
    while (known := sys.modules.get(name)) is not None:
        if list(known.__path__) == [str(folder)]:
            return known
        number += 1
        name = f"mltd.local.{slug}_{number}"
    package, start = types.ModuleType(name), folder / "__init__.py"
    package.__path__ = [str(folder)]
    if start.is_file():
        spec = importlib.util.spec_from_file_location(name, start, submodule_search_locations=[str(folder)])
        assert spec is not None
        assert spec.loader is not None
        package = importlib.util.module_from_spec(spec)
        sys.modules[name] = package
        try:
            spec.loader.exec_module(package)
        except BaseException:
            del sys.modules[name]
            raise
    sys.modules[name] = package
    return package


def summary(page: str) -> str:
    """The first sentence under a page's *What it is*, without Markdown."""
    _, _, after = page.partition("\n## What it is\n")
    paragraph = " ".join(after.strip().split("\n\n")[0].split())
    sentence = re.split(r"(?<=[.!?])\s", paragraph, maxsplit=1)[0]
    sentence = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", sentence)
    return re.sub(r"[*`]|(?<!\w)_|_(?!\w)", "", sentence)


def _installed(problems: list[PackProblem]) -> list[Registered]:
    """The rules of installed distributions."""
    from importlib.metadata import entry_points

    found: list[Registered] = []
    for point in sorted(set(entry_points(group=GROUP)), key=lambda point: (point.name, point.value)):
        package = _attempt(point.name, None, point.load, problems)
        if isinstance(package, types.ModuleType) and hasattr(package, "__path__"):
            found += _walk(point.name, package, problems)
        elif package is not None:
            problems.append(PackProblem(point.name, "", f"{point.value} is not a package"))
    return found


def _walk(pack: str, package: types.ModuleType, problems: list[PackProblem]) -> Iterator[Registered]:
    """The rules in the files of a package, wherever its search path leads."""
    for root in dict.fromkeys(Path(folder) for folder in package.__path__):
        for file in sorted(root.rglob("*.py")):
            parts = file.relative_to(root).with_suffix("").parts
            if any(part.startswith(("_", ".")) for part in parts):
                continue
            name = ".".join([package.__name__, *parts])
            module = _attempt(pack, file, partial(importlib.import_module, name), problems)
            if module is not None:
                yield from _rule(pack, file, module, problems)


def _rule(pack: str, file: Path, module: types.ModuleType, problems: list[PackProblem]) -> Iterator[Registered]:
    """The one rule of a module."""
    rules = [
        one
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Rule) and one.__module__ == module.__name__
    ]
    expected = file.stem.replace("_", "-")
    if len(rules) != 1:
        count = "no rule" if not rules else "the rules " + " and ".join(sorted(one.name for one in rules))
        cause = f"holds {count}; a file holds exactly one, and helpers have names that begin with _"
        problems.append(PackProblem(pack, file.name, cause))
    elif rules[0].name != expected:
        cause = f"its rule is called {rules[0].name}, but the file says {expected}"
        problems.append(PackProblem(pack, file.name, cause))
    else:
        yield Registered(rules[0], file, pack)


def _attempt(
    pack: str, file: Path | None, action: Callable[[], types.ModuleType], problems: list[PackProblem]
) -> types.ModuleType | None:
    """What an import gives, or None and the problem it ran into. A pack may raise anything, ``SystemExit`` as well."""
    try:
        module: types.ModuleType = action()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - strangers' code: whatever it raises is told, with its pack
        blamed = file.name if file and file.is_file() else ""
        problems.append(PackProblem(pack, blamed, _cause(error, file)))
        return None
    return module


def _cause(error: BaseException, file: Path | None) -> str:
    """What was raised, and on which line of the file where the traceback passes through it."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if file and frame.filename == str(file)]
    line = error.lineno if isinstance(error, SyntaxError) else frames[-1].lineno if frames else None
    said = error.msg if isinstance(error, SyntaxError) else str(error)
    told = f"{type(error).__name__}: {said}" if said else type(error).__name__
    return f"line {line}: {told}" if line else told
