"""The commands beside ``scan``."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from mltd import __version__
from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("project", "fake")


def test_version(run: Run) -> None:
    done = run("--version")
    assert (done.code, done.out) == (0, f"mltd {__version__}\n")


def test_version_imports_nothing_heavy() -> None:
    program = (
        "import sys; from mltd.cli import main; main(['--version']);"
        "print(sorted({'msgspec', 'rich', 'libcst', 'networkx', 'yaml', 'pathspec', 'asyncio'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == f"mltd {__version__}\n[]\n"


def test_help_names_every_command(run: Run) -> None:
    done = run("--help")
    assert done.code == 0
    assert {"scan", "rules", "explain", "completion"} <= set(done.out.split())


def test_rules_are_listed_by_category(run: Run) -> None:
    done = run("rules")
    assert done.code == 0
    assert "shout" in done.out
    assert max(len(line) for line in done.out.splitlines()) <= 100
    assert "\x1b" not in done.out


def test_rules_as_json(run: Run) -> None:
    listed = json.loads(run("rules", "-f", "json").out)
    assert [one["name"] for one in listed] == ["shout", "whisper"]
    assert listed[0]["effort"] == {"base": 10, "each": 5}


def test_a_rule_is_explained_with_what_its_class_says(run: Run) -> None:
    done = run("explain", "shout")
    assert done.code == 0
    assert "warning of process, serves simplicity; 10 minutes, and 5 for each further" in " ".join(done.out.split())
    assert "call-name" in done.out


def test_unused_suppression_is_explained_too(run: Run) -> None:
    assert "A suppression that suppresses nothing" in run("explain", "unused-suppression").out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(run: Run, shell: str) -> None:
    done = run("completion", shell)
    assert done.code == 0
    assert "_MLTD_COMPLETE" in done.out
