"""One example against one rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from mltd import config, engine
from mltd.model import Finding
from mltd.outcome import State
from mltd.packs import Registered
from mltd.rule import Rule
from mltd.testing.page import Example, Mark

__all__ = ["check"]

#: Makes a project of files, as ``Project.from_sources`` does.
Build = Callable[[Mapping[str, str]], engine.Analysed]


def check(rule: type[Rule], example: Example, build: Build | None = None) -> None:
    """Run the rule over the example. Raises ``AssertionError`` where they disagree, with every line that differs.

    An ``mltd.toml`` or ``pyproject.toml`` among the files gives the rule its options. ``build`` makes the project;
    without it, it is ``mltd.Project.from_sources``.
    """
    if build is None:
        from mltd.graph.project import Project

        build = Project.from_sources
    strange = sorted({mark.rule for mark in example.marks} - {rule.name})
    assert not strange, f"{_where(example)}\n  a mark names {', '.join(strange)}, but the page is about {rule.name}"
    if example.section == "Debt":
        assert example.marks, f"{_where(example)}\n  no line is marked with # debt: {rule.name}"
    else:
        assert not example.marks, f"{_where(example)}\n  an innocent example has marks"
    loaded = _loaded(example)
    registered = {rule.name: Registered(rule, Path(example.page))}
    rules = engine.configured(registered, [rule.name], loaded)
    outcome = engine.run(build(example.files), rules, loaded.config)
    assert not outcome.errors, f"{_where(example)}\n  the rule raised {outcome.errors[0].message}"
    findings = [one.finding for one in outcome.findings if one.state is State.OPEN]
    told = _difference(example, findings)
    assert not told, "\n".join([_where(example), *told])


def _loaded(example: Example) -> config.Loaded:
    for path, text in example.files.items():
        if path in ("mltd.toml", "pyproject.toml"):
            return config.parse(text.encode(), path, path)
    return config.Loaded(config.Config())


def _difference(example: Example, findings: list[Finding]) -> list[str]:
    """Marks without a finding and findings without a mark, each with its line of source."""
    found: dict[Mark, Finding] = {}
    for one in findings:
        found.setdefault(Mark(one.place.path, one.place.cell, one.place.line, one.rule), one)
    told: list[str] = []
    for mark in sorted(example.marks - found.keys(), key=_order):
        told += [f"  expected {mark.rule} at {_place(mark)}", _source(example, mark)]
    for mark in sorted(found.keys() - example.marks, key=_order):
        told += [f"  unexpected {mark.rule} at {_place(mark)}: {found[mark].message}", _source(example, mark)]
        told += [f"      because {step.place}: {step.message}" for step in found[mark].evidence]
    return told


def _order(mark: Mark) -> tuple[str, int, int]:
    return mark.path, mark.cell or 0, mark.line


def _place(mark: Mark) -> str:
    return f"{mark.path}:{mark.line}" if mark.cell is None else f"{mark.path}:cell {mark.cell}:{mark.line}"


def _source(example: Example, mark: Mark) -> str:
    lines = example.lines.get((mark.path, mark.cell), [])
    text = lines[mark.line - 1] if 0 < mark.line <= len(lines) else ""
    return f"  {mark.line:>5} | {text}"


def _where(example: Example) -> str:
    return f"{example.page}, line {example.line}: {example.name}"
