"""The two example projects run end to end, each as its README or declared pipeline says, and predict the same."""

import csv
import importlib.util
import json
import math
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("examples")]

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
LIBRARIES = ("pandas", "sklearn", "scipy", "joblib", "yaml", "fastapi", "httpx")

SCORES = "data/predictions/churn_scores.csv"
OUTPUTS = (
    SCORES,
    "data/interim/best_offers.csv",
    "data/features/customer_features.csv",
    "reports/churn_metrics.json",
    "reports/value_metrics.json",
    "marketing/out/regions.csv",
    "marketing/out/mailing.csv",
)
MADE_BY_RUNS = ("data/interim", "data/features", "data/predictions", "models", "reports", "marketing/out")

ASK_THE_SERVICE = """
import json, sys
from fastapi.testclient import TestClient
from service.app import app

client = TestClient(app)
answers = {}
for customer in sys.argv[1:]:
    answer = client.get(f"/customers/{customer}/churn")
    answers[customer] = [answer.status_code, answer.json()]
print(json.dumps(answers))
"""


def run(folder: Path, *command: str, at: str = ".", path: Path | None = None) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
    environment |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    if path is not None:
        environment["PYTHONPATH"] = str(path)
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder / at,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def run_notebook(folder: Path, notebook: str, path: Path | None = None) -> None:
    """The code cells in order, from the notebook's own folder, as Jupyter would."""
    cells = json.loads((folder / notebook).read_text(encoding="utf-8"))["cells"]
    code = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    run(folder, "-c", code, at=str(Path(notebook).parent), path=path)


def copied(name: str, folder: Path) -> Path:
    """A fresh copy, without what somebody's run may have left in the checkout."""
    source = EXAMPLES / name

    def left_by_runs(at: str, names: list[str]) -> list[str]:
        inside = Path(at).relative_to(source)
        return [name for name in names if name == "__pycache__" or (inside / name).as_posix() in MADE_BY_RUNS]

    return Path(shutil.copytree(source, folder / name, ignore=left_by_runs))


def readme_steps(folder: Path) -> list[tuple[str, str]]:
    """What the README tells a person to run, or which notebook to open, in its order."""
    text = (folder / "README.md").read_text(encoding="utf-8")
    steps = re.finditer(
        r"^python (?P<command>(?:-m pipeline|marketing/).+)$|open `(?P<notebook>.+\.ipynb)`", text, re.MULTILINE
    )
    return [(step["command"] or "", step["notebook"] or "") for step in steps]


def declared_order(folder: Path) -> list[tuple[list[str], list[str], list[str]]]:
    """Command, inputs and outputs of each stage of dvc.yaml, every stage after those that make its inputs."""
    stages = yaml.safe_load((folder / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    made_by = {out: name for name, stage in stages.items() for out in stage["outs"]}
    order: list[str] = []

    def visit(name: str) -> None:
        if name in order:
            return
        for source in stages[name]["deps"]:
            if source in made_by:
                visit(made_by[source])
        order.append(name)

    for name in stages:
        visit(name)
    return [(stages[name]["cmd"].split(), stages[name]["deps"], stages[name]["outs"]) for name in order]


@pytest.fixture(scope="session", autouse=True)
def libraries() -> None:
    absent = [name for name in LIBRARIES if importlib.util.find_spec(name) is None]
    if not absent:
        return
    reason = f"the examples need {', '.join(absent)}: pip install -e '.[dev]'"
    if os.environ.get("CI", "").lower() in {"true", "1"}:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def churn(libraries: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copied("churn", tmp_path_factory.mktemp("as_left"))
    for command, notebook in readme_steps(folder):
        if notebook:
            run_notebook(folder, notebook)
        else:
            run(folder, *command.split())
    return folder


@pytest.fixture(scope="session")
def paid_down(libraries: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copied("churn_paid_down", tmp_path_factory.mktemp("paid_down"))
    for command, sources, outputs in declared_order(folder):
        assert [source for source in sources if not (folder / source).exists()] == []
        assert command[0] == "python"
        run(folder, *command[1:])
        assert [output for output in outputs if not (folder / output).exists()] == []
    run(folder, "-m", "marketing.weekly_report")
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def differing(left: list[dict[str, str]], right: list[dict[str, str]]) -> list[tuple[int, str, str, str]]:
    """Cells that are not the same text nor numbers within 1e-12."""

    def same(one: str, other: str) -> bool:
        if one == other:
            return True
        try:
            return math.isclose(float(one), float(other), rel_tol=0.0, abs_tol=1e-12)
        except ValueError:
            return False

    return [
        (number, column, row[column], right[number][column])
        for number, row in enumerate(left)
        for column in row
        if not same(row[column], right[number][column])
    ]


def test_the_readme_leads_through_every_step(churn: Path) -> None:
    scripts = {f"-m pipeline.{path.stem}" for path in (churn / "pipeline").glob("*.py")}
    scripts -= {"-m pipeline.__init__", "-m pipeline.config"}
    told = {command for command, _ in readme_steps(churn) if command}
    assert told == scripts | {"marketing/weekly_report.py"}


def test_the_pipeline_declares_every_stage(paid_down: Path) -> None:
    modules = {f"retention.stages.{path.stem}" for path in (paid_down / "retention/stages").glob("*.py")}
    assert {command[-1] for command, _, _ in declared_order(paid_down)} == modules - {"retention.stages.__init__"}


def test_both_work_on_the_same_data() -> None:
    raw = {path.name: path.read_bytes() for path in (EXAMPLES / "churn/data/raw").iterdir()}
    assert raw == {path.name: path.read_bytes() for path in (EXAMPLES / "churn_paid_down/data/raw").iterdir()}


@pytest.mark.parametrize("output", OUTPUTS)
def test_paying_the_debt_broke_nothing(churn: Path, paid_down: Path, output: str) -> None:
    if output.endswith(".json"):
        assert json.loads((churn / output).read_text()) == json.loads((paid_down / output).read_text())
        return
    left, right = rows(churn / output), rows(paid_down / output)
    assert left
    assert len(left) == len(right)
    assert set(left[0]) == set(right[0])
    assert differing(left, right) == []


def test_the_scores_are_worth_comparing(churn: Path) -> None:
    scores = rows(churn / SCORES)
    probabilities = [float(row["churn_probability"]) for row in scores]
    assert len(scores) > 100
    assert min(probabilities) < 0.2
    assert max(probabilities) > 0.8
    assert {row["risk"] for row in scores} == {"high", "low"}
    assert json.loads((churn / "reports/churn_metrics.json").read_text())["auc"] > 0.65


def test_the_services_answer_the_same(churn: Path, paid_down: Path) -> None:
    customers = ["C0001", "C0002", "C0042", "C0218", "nobody"]
    answers = json.loads(run(churn, "-c", ASK_THE_SERVICE, *customers))
    assert answers == json.loads(run(paid_down, "-c", ASK_THE_SERVICE, *customers))
    assert [answers[customer][0] for customer in customers] == [200, 200, 200, 200, 404]
    scored = {row["customer_id"]: float(row["churn_probability"]) for row in rows(churn / SCORES)}
    assert answers["C0218"][1]["churn_probability"] == pytest.approx(scored["C0218"], abs=1e-12)


def test_the_review_notebook_runs(paid_down: Path) -> None:
    run_notebook(paid_down, "notebooks/segment_review.ipynb", path=paid_down)


def test_the_notebooks_are_valid() -> None:
    import nbformat

    found = sorted(path for path in EXAMPLES.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
    assert len(found) == 2
    for path in found:
        nbformat.validate(json.loads(path.read_text(encoding="utf-8")))


def test_the_paid_down_project_has_tests_that_pass(paid_down: Path) -> None:
    assert " passed" in run(paid_down, "-m", "pytest", "-q", "-p", "no:cacheprovider")
