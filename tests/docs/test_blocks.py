"""What the pages show works: configuration, commands, links, numbers."""

from __future__ import annotations

import ast
import importlib
import re
import sys
from pathlib import Path

import click
import pytest
import yaml

from mltd import config, engine, packs
from mltd.cli import cli
from tests.docs.pages import PAGES, TOP, Block, blocks, commands

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MAKEFILE = (TOP / "Makefile").read_text("utf-8")
COMMANDS = commands()


@pytest.mark.parametrize("block", blocks("toml"), ids=str)
def test_configurations_load(block: Block) -> None:
    name = block.title or "pyproject.toml"
    assert tomllib.loads(block.text)
    loaded = config.parse(block.text.encode(), name, str(block))
    registry = packs.load(installed=False)
    engine.configured(registry, engine.select(registry, loaded.config.select, loaded.config.ignore), loaded)


def test_the_readme_configures_something() -> None:
    (block,) = blocks("toml", pages=[TOP / "README.md"])
    loaded = config.parse(block.text.encode(), "pyproject.toml", "README.md").config
    assert loaded != config.Config()
    assert loaded.minutes_per_statement == config.MINUTES_PER_STATEMENT, "the README says what the default is"


@pytest.mark.parametrize(("block", "words"), COMMANDS, ids=[" ".join(words) for _, words in COMMANDS])
def test_commands_exist(block: Block, words: list[str]) -> None:
    program, *rest = words
    if program == "make":
        assert all(re.search(rf"^{re.escape(target)}:", MAKEFILE, re.MULTILINE) for target in rest)
    elif program == "mltd":
        parsed(rest)
    else:
        assert program in ("pip", "pytest"), f"{block}: nobody checks {program}"


def parsed(words: list[str]) -> None:
    """click takes these words; what they say is not done."""
    name, *rest = words
    group = click.Context(cli, info_name="mltd", **cli.context_settings)
    command = cli.get_command(group, name)
    assert command is not None, f"there is no command {name}"
    try:
        command.make_context(name, list(rest), parent=group)
    except click.exceptions.Exit:
        assert {"-h", "--help"} & set(rest)


def test_commands_are_found() -> None:
    shown = {words[1] for _, words in COMMANDS if words[0] == "mltd"}
    assert {"scan", "rules", "explain"} <= shown
    assert any(block.page == "ci.md" and block.language == "yaml" for block, _ in COMMANDS)


@pytest.mark.parametrize("block", blocks("yaml"), ids=str)
def test_yaml_is_yaml(block: Block) -> None:
    assert yaml.safe_load(block.text)


@pytest.mark.parametrize("block", blocks("python"), ids=str)
def test_python_is_python(block: Block) -> None:
    ast.parse(block.text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if not re.match(r"\w+:", target):
            file, _, anchor = target.partition("#")
            assert (page.parent / file).exists(), f"{page.name} leads to {target}"
            assert not anchor or anchor in anchors(page.parent / file if file else page), f"{page.name}: {target}"


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub makes of a page's headings."""
    titles = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}


def test_the_hooks_that_are_shown_exist() -> None:
    ids = {hook["id"] for hook in yaml.safe_load((TOP / ".pre-commit-hooks.yaml").read_text("utf-8"))}
    shown = {one for block in blocks("yaml") for one in re.findall(r"- id: (mltd[\w-]*)", block.text)}
    assert shown == ids


def test_the_hooks_call_what_exists() -> None:
    for hook in yaml.safe_load((TOP / ".pre-commit-hooks.yaml").read_text("utf-8")):
        program, *words = hook["entry"].split()
        assert program == "mltd"
        parsed([*words, "--fail-on", "error", "some.py"])


def test_bounds_are_what_the_architecture_says() -> None:
    text = (TOP / "docs" / "architecture.md").read_text("utf-8")
    rows = re.findall(r"^\| `(mltd/[\w/]+)\.py` \| `(\w+)` \| (\d+) \|", text, re.MULTILINE)
    assert rows
    for module, name, number in rows:
        assert getattr(importlib.import_module(module.replace("/", ".")), name) == int(number), f"{module}: {name}"
    told = {name for module, name, _ in rows if module == "mltd/flow/machine"}
    machine = vars(importlib.import_module("mltd.flow.machine"))
    assert told == {name for name in machine if name.startswith("MAX_")}


def test_every_dependency_has_its_reason() -> None:
    text = (TOP / "docs" / "architecture.md").read_text("utf-8")
    project = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["project"]
    names = [re.split(r"[<>=;\s\[]", line, maxsplit=1)[0] for line in project["dependencies"]]
    assert [name for name in names if f"| {name} |" not in text] == []


def test_every_exit_code_is_told() -> None:
    codes = vars(importlib.import_module("mltd.cli.codes"))
    told = re.findall(r"^\| (\d+) \|", (TOP / "docs" / "ci.md").read_text("utf-8"), re.MULTILINE)
    assert {int(code) for code in told} == {value for value in codes.values() if isinstance(value, int)}


def test_every_rule_is_in_the_readme() -> None:
    readme = (TOP / "README.md").read_text("utf-8")
    for name, one in packs.load(installed=False).items():
        assert f"[{name}]({one.page.resolve().relative_to(TOP).as_posix()})" in readme
