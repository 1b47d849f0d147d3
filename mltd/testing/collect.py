"""Pages as pytest files: one test for the headings, one for each example."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import mltd.rules
from mltd import packs
from mltd.config import ConfigError
from mltd.rule import Rule
from mltd.testing.checks import check
from mltd.testing.page import Example, PageError, examples, headings

__all__ = ["PageFile"]


class PageFile(pytest.File):
    """A rule's page."""

    def collect(self) -> Iterator[pytest.Item]:
        """Its headings, then its examples; two of one title are told apart by their lines."""
        try:
            rule, found = _rule(self.path, self.config.rootpath), examples(self.path)
        except (packs.PackError, PageError) as error:
            raise self.CollectError(str(error)) from None
        yield Headings.from_parent(self, name="headings", rule=rule)
        for example in found:
            yield ExampleItem.from_parent(self, name=example.name, rule=rule, example=example)


class _PageItem(pytest.Item):
    """What both kinds have in common: a failure shows its message alone."""

    def __init__(self, *, rule: type[Rule], **keywords: object) -> None:
        super().__init__(**keywords)  # type: ignore[arg-type] # pytest's own keywords, passed through
        self.rule = rule

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        """The message of a disagreement; anything else as pytest shows it."""
        if isinstance(excinfo.value, (AssertionError, ConfigError)):
            return str(excinfo.value)
        return str(excinfo.getrepr(style="short"))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where it stands, for pytest's headings."""
        return self.path, None, f"{self.path.stem}: {self.name}"


class Headings(_PageItem):
    """The page has its headings."""

    def runtest(self) -> None:
        """Raises ``AssertionError`` with all that is wrong."""
        problems = headings(self.path, self.rule.name)
        assert not problems, "\n".join(problems)


class ExampleItem(_PageItem):
    """One example of the page."""

    def __init__(self, *, example: Example, **keywords: object) -> None:
        super().__init__(**keywords)  # type: ignore[arg-type] # rule and pytest's own keywords, passed through
        self.example = example

    def runtest(self) -> None:
        """Raises ``AssertionError`` where rule and page disagree."""
        check(self.rule, self.example)


def _rule(page: Path, top: Path) -> type[Rule]:
    """The rule beside a page, loaded as the pack loads it that it belongs to. Raises ``PackError``."""
    file = page.with_suffix(".py").resolve()
    ours = any(Path(folder).resolve() in file.parents for folder in mltd.rules.__path__)
    rule = _find(packs.load(built_in=ours, installed=not ours), file)
    if rule is None and not ours:
        rule = _find(packs.load([_root(page, top)], built_in=False, installed=False), file)
    if rule is None:
        raise packs.PackError([packs.PackProblem(page.parent.name, file.name, "no pack holds this rule")])
    return rule


def _find(registry: packs.Registry, file: Path) -> type[Rule] | None:
    return next((one.rule for one in registry.values() if one.path.resolve() == file), None)


def _root(page: Path, top: Path) -> Path:
    """The folder of a user's pack: the highest below pytest's root of those that hold rules or helpers."""
    folder = page.parent
    while folder.parent != folder and top in folder.parent.parents and _is_pack(folder.parent):
        folder = folder.parent
    return folder


def _is_pack(folder: Path) -> bool:
    files = list(folder.glob("*.py"))
    helpers = [file for file in files if file.name.startswith("_") and not file.name.startswith("__")]
    return bool(helpers) or any(file.with_suffix(".md").is_file() for file in files)
