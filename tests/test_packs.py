"""Folders of rules: what loads, and how it says what does not."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from mltd import packs
from mltd.packs import PackError

RULE = """
from collections.abc import Iterator

from mltd import Category, Effort, Evidence, Finding, Project, Rule, Severity, Value
{imports}

class {cls}(Rule):
    name = "{name}"
    category = Category.PROCESS
    value = Value.SIMPLICITY
    severity = Severity.NOTE
    effort = Effort(5)
    cites = "our wiki"
    since = "1.0"

    def check(self, project: Project) -> Iterator[Finding]:
        return iter(())
"""


def rule(name: str, imports: str = "") -> str:
    return RULE.format(name=name, cls=name.title().replace("-", ""), imports=imports)


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), "utf-8")
    return folder


def local(folder: Path) -> set[str]:
    """The names of the rules that the folder adds."""
    return {one.name for one in packs.load([folder], built_in=False, installed=False).values() if one.pack != "mltd"}


def problems(*folders: Path) -> list[str]:
    with pytest.raises(PackError) as caught:
        packs.load(folders, built_in=False, installed=False)
    return [str(one) for one in caught.value.problems]


def test_a_folder_of_rules_with_helpers_and_relative_imports(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "my-rules",
        {
            "our_first.py": rule("our-first", "from ._shared import LIMIT"),
            "deeper/our_second.py": rule("our-second", "from .._shared import LIMIT\nfrom ._near import NEAR"),
            "_shared.py": "LIMIT = 3",
            "deeper/_near.py": "NEAR = 4",
            "_drafts/unfinished.py": "raise SystemExit",
        },
    )
    assert local(folder) == {"our-first", "our-second"}
    registered = packs.load([folder], built_in=False, installed=False)["our-second"]
    assert registered.pack == "my-rules"
    assert registered.rule.__module__.startswith("mltd.local.my_rules")
    assert registered.page == folder / "deeper" / "our_second.md"
    assert registered.text() == ""


def test_two_folders_of_one_name_do_not_mix(tmp_path: Path) -> None:
    one = write(tmp_path / "a" / "rules", {"first.py": rule("first", "from ._x import X"), "_x.py": "X = 1"})
    two = write(tmp_path / "b" / "rules", {"second.py": rule("second", "from ._y import Y"), "_y.py": "Y = 1"})
    found = packs.load([one, two, one], built_in=False, installed=False)
    assert {"first", "second"} <= set(found)


def test_the_folder_may_have_an_init(tmp_path: Path) -> None:
    folder = write(tmp_path / "inited", {"__init__.py": "LIMIT = 3", "first.py": rule("first", "from . import LIMIT")})
    assert local(folder) == {"first"}


def test_every_file_that_does_not_load_is_told(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "bad",
        {
            "a.py": "import nothing_of_this_name",
            "b.py": "x = 1\nx = (",
            "c.py": "\nraise SystemExit(3)",
            "d.py": rule("not-d"),
            "e.py": "x = 1",
            "f.py": rule("f") + rule("g"),
            "g.py": rule("g").replace("severity", "severness"),
        },
    )
    found = problems(folder)
    assert found[0] == "pack bad: a.py: line 1: ModuleNotFoundError: No module named 'nothing_of_this_name'"
    assert found[1] == "pack bad: b.py: line 2: SyntaxError: '(' was never closed"
    assert found[2] == "pack bad: c.py: line 2: SystemExit: 3"
    assert found[3] == "pack bad: d.py: its rule is called not-d, but the file says d"
    helpers = "a file holds exactly one, and helpers have names that begin with _"
    assert found[4] == f"pack bad: e.py: holds no rule; {helpers}"
    assert found[5] == f"pack bad: f.py: holds the rules f and g; {helpers}"
    assert found[6].startswith("pack bad: g.py: line ")
    assert found[6].endswith("TypeError: rule G: severity must be Severity")
    assert len(found) == 7


def test_a_rule_that_is_already_there(tmp_path: Path) -> None:
    one = write(tmp_path / "one", {"same.py": rule("same")})
    two = write(tmp_path / "two", {"same.py": rule("same")})
    assert problems(one, two) == ["pack two: same.py: the rule same is already in the pack one (same.py)"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    (found,) = problems(tmp_path / "none")
    assert found == "pack none: NotADirectoryError: no such folder"


def test_the_summary_is_the_first_sentence_without_markdown() -> None:
    told = "A `column` that\n**nobody** [reads](https://x.example), not_this. More."
    page = f"# x\n\n## What it is\n\n{told}\n\n## Why\n"
    assert packs.summary(page) == "A column that nobody reads, not_this."
    assert packs.summary("# x\n") == ""


PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "acme-rules"
version = "1.0"
[project.entry-points."mltd.packs"]
acme = "acme_rules.rules"
[tool.hatch.build.targets.wheel]
packages = ["acme_rules"]
"""


@pytest.mark.slow
def test_an_installed_pack_of_strangers(tmp_path: Path) -> None:
    page = "# acme-first\n\n## What it is\n\nA thing of ours.\n"
    source = write(
        tmp_path / "src",
        {
            "pyproject.toml": PROJECT,
            "acme_rules/__init__.py": "",
            "acme_rules/rules/__init__.py": "",
            "acme_rules/rules/acme_first.py": rule("acme-first", "from acme_rules.rules._help import HELP"),
            "acme_rules/rules/acme_first.md": page,
            "acme_rules/rules/_help.py": "HELP = 1",
        },
    )
    site = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    install = ["install", "--quiet", "--no-deps", "--no-build-isolation", "--target", str(site), str(source)]
    subprocess.run([*pip, *install], check=True, stdin=subprocess.DEVNULL)

    def mltd(*words: str) -> subprocess.CompletedProcess[str]:
        program = f"import sys; sys.path.append({str(site)!r}); from mltd.cli import main; sys.exit(main())"
        command = [sys.executable, "-c", program, *words]
        return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)

    listed = mltd("rules")
    assert listed.returncode == 0, listed.stderr
    assert "acme-first" in listed.stdout
    assert "A thing of ours." in listed.stdout
    assert mltd("explain", "acme-first").returncode == 0

    (site / "acme_rules" / "rules" / "acme_first.py").write_text("raise ValueError('not today')")
    broken = mltd("rules")
    assert broken.returncode == 2
    assert broken.stderr == "mltd: pack acme: acme_first.py: line 1: ValueError: not today\n"
