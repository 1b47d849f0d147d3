"""The README leads with the report that the program really gives."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from mltd.cli import main
from tests.docs.pages import TOP

README = TOP / "README.md"
#: The verdict ends where the findings by file begin: after what was seen.
END = "\n\n"


def test_the_report_at_the_top_is_true(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Outside git, so that what is shown does not depend on how often the example was changed."""
    shutil.copytree(TOP / "examples" / "churn", tmp_path / "examples" / "churn")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "90")
    assert main(["scan", "examples/churn"]) == 0
    report = capfd.readouterr().out
    head, seen = report.split("  What was seen\n", 1)
    first = f"{head}  What was seen\n{seen.split(END, 1)[0]}\n"
    readme = README.read_text("utf-8")
    before, _, rest = readme.partition("```text\n")
    shown, _, after = rest.partition("```\n")
    if os.environ.get("REFRESH") == "1":
        README.write_text(f"{before}```text\n{first}```\n{after}", "utf-8")
        return
    assert shown == first, "the README shows another report: REFRESH=1 python -m pytest tests/docs writes this one"
