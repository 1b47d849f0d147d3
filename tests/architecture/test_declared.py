"""What the project says of itself is so: its dependencies, its public API, its licence."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

import mltd

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TOP = Path(__file__).parents[2]
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["project"]

#: Distributions whose import name is another.
IMPORTED_AS = {"pyyaml": "yaml"}
#: What a user's tests bring along; ``mltd.testing`` imports it only when pytest itself calls.
BROUGHT = {"pytest"}


def imports() -> dict[str, set[str]]:
    """Each third-party package that the program imports, and where."""
    found: dict[str, set[str]] = {}
    for folder in ("mltd", "rules"):
        for file in (TOP / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_bytes())):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom) and not node.level and node.module:
                    names = [node.module]
                for name in names:
                    top = name.partition(".")[0]
                    if top not in sys.stdlib_module_names and top not in ("mltd", "__future__"):
                        found.setdefault(top, set()).add(file.name)
    return found


def test_what_is_imported_is_declared_and_the_other_way_round() -> None:
    names = {re.split(r"[<>=;\s\[]", line, maxsplit=1)[0].lower() for line in PROJECT["dependencies"]}
    declared = {IMPORTED_AS.get(name, name) for name in names}
    assert set(imports()) - BROUGHT == declared


def test_every_dependency_has_a_lower_bound_and_a_tested_major() -> None:
    for line in PROJECT["dependencies"]:
        assert re.match(r"[a-z]+>=[\d.]+,<\d+(;|$)", line.replace(" ", "")), line


def test_the_public_api_is_there() -> None:
    assert {"Rule", "Finding", "Project", "Severity", "Category", "Value", "Effort", "Evidence", "Place"} <= set(
        mltd.__all__
    )
    for name in mltd.__all__:
        assert getattr(mltd, name) is not None
    assert set(dir(mltd)) == set(mltd.__all__)


def test_the_public_api_is_lazy_and_says_no_to_the_rest() -> None:
    with pytest.raises(AttributeError, match="module 'mltd' has no attribute 'nothing'"):
        mltd.nothing  # noqa: B018


def test_the_changelog_knows_the_version() -> None:
    text = (TOP / "CHANGELOG.md").read_text("utf-8")
    assert "## [Unreleased]" in text or f"## [{mltd.__version__}]" in text
