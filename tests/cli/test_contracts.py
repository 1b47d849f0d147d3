"""Links that the user's configuration declares, and owners, on a real scan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run

WRITER = """\
import joblib
import pandas as pd
from sklearn.linear_model import Ridge

rows = pd.read_csv("raw.csv")
joblib.dump(Ridge().fit(rows[["a"]], rows["b"]), "models/price.joblib")
"""
READER = 'import joblib\n\nmodel = joblib.load("models/price.joblib")\nprint(model.predict([[1.0]]))\n'
CONTRACT = """\
[[contracts]]
artifact = "models/*.joblib"
producer = "training/*.py"
consumer = "service/*.py"
"""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in {"training/fit.py": WRITER, "service/app.py": READER}.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    (tmp_path / "requirements.txt").write_text("scikit-learn\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def findings(run: Run) -> list[Any]:
    found: list[Any] = json.loads(run("scan", "-f", "json", "--select", "undeclared-consumer").out)["findings"]
    return found


def test_a_declared_link_is_none_to_report(run: Run, tree: Path) -> None:
    assert [(one["path"], one["line"]) for one in findings(run)] == [("service/app.py", 3)]
    (tree / "mltd.toml").write_text(CONTRACT)
    assert findings(run) == []


@pytest.mark.parametrize("key", ["artifact", "producer", "consumer"])
def test_a_contract_about_something_else_declares_nothing_here(run: Run, tree: Path, key: str) -> None:
    lines = [f'{key} = "elsewhere/*"' if line.startswith(key) else line for line in CONTRACT.splitlines()]
    (tree / "mltd.toml").write_text("\n".join(lines))
    assert len(findings(run)) == 1


def test_findings_tell_who_owns_the_file(run: Run, tree: Path) -> None:
    (tree / "CODEOWNERS").write_text("/service/ @acme/serving\n")
    done = json.loads(run("scan", "-f", "json", "--select", "undeclared-consumer").out)
    assert [one["owner"] for one in done["findings"]] == ["@acme/serving"]
    assert list(done["summary"]["by_component"]) == ["@acme/serving"]
