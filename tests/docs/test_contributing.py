"""The rule in ten minutes: what CONTRIBUTING.md says, done as it says it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mltd.cli import main
from tests.docs.pages import TOP, blocks


@pytest.fixture
def followed(tmp_path: Path) -> Path:
    """A folder with the files that the page tells its reader to write."""
    for block in blocks("python", "markdown", pages=[TOP / "CONTRIBUTING.md"]):
        if block.title:
            file = tmp_path / block.title
            file.parent.mkdir(exist_ok=True)
            file.write_text(block.text, "utf-8")
    assert (tmp_path / "house_rules" / "rewritten_input.md").is_file()
    return tmp_path


def pytest_in(folder: Path, what: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-v", what],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_its_page_passes(followed: Path) -> None:
    assert "5 passed" in pytest_in(followed, "house_rules")


@pytest.mark.slow
def test_its_page_can_fail(followed: Path) -> None:
    page = followed / "house_rules" / "rewritten_input.md"
    page.write_text(page.read_text("utf-8").replace("  # debt: rewritten-input", ""), "utf-8")
    with pytest.raises(AssertionError, match="no line is marked"):
        pytest_in(followed, "house_rules")


def test_it_finds_what_it_is_about(
    followed: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(followed)
    shutil.copytree(TOP / "examples" / "churn", followed / "churn")
    words = ["scan", "churn", "--rules", "house_rules", "--select", "rewritten-input", "-f", "json"]
    assert main(words) == 0
    found = json.loads(capfd.readouterr().out)["findings"]
    assert {one["path"] for one in found} == {"pipeline/add_billing.py", "pipeline/add_support.py"}


def test_it_can_be_explained(
    followed: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(followed)
    assert main(["explain", "rewritten-input", "--rules", "house_rules"]) == 0
    assert "writes its result over the table" in capfd.readouterr().out
