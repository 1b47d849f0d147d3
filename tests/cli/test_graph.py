"""``mltd graph``: the formats, the walks, what goes wrong."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import jsonschema
import networkx as nx
import pytest

from mltd.graph.nodes import EDGES, NODES
from mltd.graph.project import Project
from mltd.graph.system import System
from mltd.report import graph_dot, graph_text, graph_walk
from mltd.report.text import Look
from tests.cli.conftest import Run
from tests.graph.sources import CHURN

TERMINAL = Look(80, unicode=True)


@pytest.fixture
def churn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in CHURN.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "broken.py").write_text("def (\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    return tmp_path


@pytest.fixture(scope="module")
def system() -> System:
    return Project.from_sources(CHURN).system


OVERVIEW = """\
System graph of .
3 modules, 2 data sets, 1 feature, 1 model, 2 predictions, 1 service, 2 stages
3 settings
6 links resolved, none left open
1 file could not be read

jobs
|- features.py
|  |- reads    data/raw/usage.csv                                            :10
|  |- adds     minutes_per_day                                                :5
|  `- writes   data/training.csv  to train.py                                :11
`- train.py
   |- reads    data/training.csv  from features.py                           :10
   |- fits     models/churn.joblib  RandomForestClassifier  to app.py        :12
   `- predicts with models/churn.joblib                                      :13

service
`- app.py
   |- serves   GET /score                                                     :8
   `- predicts with models/churn.joblib  from train.py                       :10

Settings
`- config.yaml  2 settings of 1 model                              config.yaml:1

Stages
`- Makefile
   |- runs     jobs/features.py                                               :2
   `- runs     jobs/train.py                                                  :3
"""


@pytest.mark.usefixtures("churn")
def test_the_overview(run: Run) -> None:
    done = run("graph")
    assert (done.code, done.err) == (0, "")
    assert done.out == OVERVIEW


@pytest.mark.usefixtures("churn")
def test_functions_are_told_where_asked_for(run: Run) -> None:
    out = run("graph", "--full").out
    assert re.search(r"\|- build\(\) +:4", out)
    assert re.search(r"\| +`- adds     minutes_per_day +:5", out)


@pytest.mark.usefixtures("churn")
def test_downstream(run: Run) -> None:
    out = run("graph", "--downstream", "usage.csv").out
    assert out.startswith("data data/raw/usage.csv\nWhat depends on it: ")
    assert re.search(r"\|- goes into data/training.csv +features.py:11\n", out)
    assert re.search(r"goes into service app.py::GET /score +app.py:8\n", out)


@pytest.mark.usefixtures("churn")
def test_upstream(run: Run) -> None:
    out = run("graph", "--upstream", "service:GET /score").out
    assert re.search(r"set by config.yaml::trees +config.yaml:1\n", out)
    assert re.search(r"\|- made of data/raw/usage.csv +features.py:10\n", out)


@pytest.mark.usefixtures("churn")
def test_nothing_upstream_is_said(run: Run) -> None:
    assert "Nothing that was seen is upstream of it." in run("graph", "--upstream", "usage.csv").out


SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "graph.schema.json").read_text("utf-8"))


@pytest.mark.usefixtures("churn")
@pytest.mark.parametrize(
    "asked", [[], ["--downstream", "churn.joblib"], ["--upstream", "churn.joblib"], ["--unresolved"]]
)
def test_json_keeps_to_its_schema(run: Run, asked: list[str]) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(json.loads(run("graph", "-f", "json", *asked).out), SCHEMA)


def test_the_schema_knows_all_kinds() -> None:
    assert tuple(SCHEMA["$defs"]["kind"]["enum"]) == NODES
    assert tuple(SCHEMA["properties"]["edges"]["items"]["properties"]["kind"]["enum"]) == EDGES


@pytest.mark.usefixtures("churn")
def test_json(run: Run) -> None:
    data = json.loads(run("graph", "-f", "json").out)
    assert list(data) == ["version", "tool", "nodes", "edges", "unresolved", "skipped"]
    model = next(node for node in data["nodes"] if node["kind"] == "model")
    assert (model["id"], model["note"]) == ("model:models/churn.joblib", "RandomForestClassifier")
    assert model["places"][0] == {"path": "jobs/train.py", "line": 11, "column": 13, "cell": None}
    assert all(one["places"] for one in (*data["nodes"], *data["edges"]))
    assert [one["path"] for one in data["skipped"]] == ["broken.py"]


@pytest.mark.usefixtures("churn")
def test_json_of_a_walk_holds_what_the_walk_sees(run: Run) -> None:
    data = json.loads(run("graph", "-f", "json", "--downstream", "churn.joblib").out)
    assert data["downstream"] == "model:models/churn.joblib"
    ids = [node["id"] for node in data["nodes"]]
    assert ids[0] == data["downstream"]
    assert "dataset:data/raw/usage.csv" not in ids
    assert {edge[end] for edge in data["edges"] for end in ("source", "target")} <= set(ids)


@pytest.mark.usefixtures("churn")
def test_graphml_is_read_back(run: Run) -> None:
    read = nx.read_graphml(io.BytesIO(run("graph", "-f", "graphml").out.encode()))
    assert "model:models/churn.joblib" in read.nodes


@pytest.mark.usefixtures("churn")
@pytest.mark.parametrize("form", ["text", "json", "dot", "graphml"])
def test_the_same_bytes_whatever_the_number_of_jobs(run: Run, form: str) -> None:
    assert run("graph", "-f", form, "--jobs", "1").out == run("graph", "-f", form, "--jobs", "2").out


def test_a_file_is_written(run: Run, churn: Path) -> None:
    done = run("graph", "-o", "graph.txt")
    assert (done.code, done.out) == (0, "")
    assert (churn / "graph.txt").read_text().startswith("System graph of .")


def test_several_projects_have_their_prefixes(run: Run, churn: Path) -> None:
    ids = {node["id"] for node in json.loads(run("graph", "jobs", "service", "-f", "json").out)["nodes"]}
    assert {"module:jobs/train.py", "module:service/app.py"} <= ids


@pytest.mark.usefixtures("churn")
def test_open_ends(run: Run, churn: Path) -> None:
    assert run("graph", "--unresolved").out.startswith("Every read and write that was seen names an artifact")
    (churn / "jobs" / "load.py").write_text("import pandas as pd\n\ndef load(path):\n    return pd.read_csv(path)\n")
    out = run("graph", "--unresolved").out
    assert out.startswith("1 call whose artifact could not be told\n    1  nothing in the tree calls the function\n")
    assert re.search(r"jobs/load.py\n`- reads    pandas.read_csv +:4\n", out)
    data = json.loads(run("graph", "--unresolved", "-f", "json").out)
    assert data["unresolved"][0]["call"] == "pandas.read_csv"


@pytest.mark.usefixtures("churn")
def test_an_unknown_node_is_wrong_usage_with_a_suggestion(run: Run) -> None:
    done = run("graph", "--downstream", "model:churm.joblib")
    assert (done.code, done.out) == (2, "")
    assert 'no node "model:churm.joblib" in the graph; did you mean model:models/churn.joblib?' in done.err


@pytest.mark.usefixtures("churn")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--upstream", "a", "--downstream", "b"], "--upstream and --downstream do not go together"),
        (["--unresolved", "-f", "dot"], "--unresolved can be told as text or json"),
        (["nowhere"], "there is no such file or folder"),
        (["-f", "svg"], "'svg' is not one of"),
        (["-o", "no/such/folder.txt"], "cannot write"),
    ],
)
def test_wrong_usage(run: Run, words: list[str], said: str) -> None:
    done = run("graph", *words)
    assert done.code == 2
    assert said in done.err


def test_an_empty_tree(run: Run, tmp_path: Path) -> None:
    done = run("graph", str(tmp_path))
    assert done.code == 0
    assert "nothing that was recognised" in done.out


# ---------------------------------------------------------------------- renderers


def test_no_line_is_wider_than_the_page(system: System) -> None:
    for width in (40, 60, 80, 160):
        look = Look(width, unicode=True)
        texts = [graph_text.render(system, ".", look, full=full) for full in (True, False)]
        for node in system.nodes():
            texts += [graph_walk.render(system, node, look, forward=forward) for forward in (True, False)]
        assert max(len(line) for text in texts for line in text.splitlines()) <= width


def test_every_node_can_be_walked_and_the_tree_ends(system: System) -> None:
    for node in system.nodes():
        for forward in (True, False):
            text = graph_walk.render(system, node, Look(200), forward=forward, full=True)
            seen = system.downstream(node) if forward else system.upstream(node)
            for other in seen:
                if not (other.kind == "config" and "::" not in other.name):
                    assert other.name.rpartition("::")[2].rpartition("/")[2] in text


def test_guides_are_lines_in_a_terminal(system: System) -> None:
    text = graph_text.render(system, ".", TERMINAL)
    assert "├─ " in text
    assert "→ train.py" in text


def test_what_a_terminal_would_obey_is_shown() -> None:
    system = Project.from_sources({"a.py": "import pandas as pd\npd.read_csv('\\x1b[31m\"x.csv')\n"}).system
    assert "\x1b" not in graph_text.render(system, "\x1b[2J", Look())
    assert "\x1b" not in graph_dot.render(system)
    assert '\\"x.csv"' in graph_dot.render(system)


def test_dot_has_every_component_as_a_frame(system: System) -> None:
    text = graph_dot.render(system)
    assert 'subgraph cluster_1 { label="jobs";' in text
    assert '"dataset:data/raw/usage.csv" [label="data/raw/usage.csv", shape=cylinder' in text
    assert '"dataset:data/raw/usage.csv" -> "module:jobs/features.py" [label="reads"' in text
    assert "function:" not in text
    assert '"function:jobs/features.py::build"' in graph_dot.render(system, full=True)


# ------------------------------------------------------------------ why


def test_why_shows_each_step_with_its_line(churn: Path, run: Run) -> None:
    done = run("graph", "--why", "data/raw/usage.csv", "churn.joblib")
    assert done.code == 0
    assert done.out.startswith("dataset data/raw/usage.csv reaches model models/churn.joblib\nin 2 steps\n")
    assert "1  goes into dataset data/training.csv" in done.out
    assert "2  fits model models/churn.joblib" in done.out
    assert "read_csv" in done.out


def test_why_goes_the_way_that_there_is(churn: Path, run: Run) -> None:
    there = run("graph", "--why", "data/raw/usage.csv", "churn.joblib").out
    assert run("graph", "--why", "churn.joblib", "data/raw/usage.csv").out == there


def test_why_says_that_nothing_leads_there(churn: Path, run: Run) -> None:
    done = run("graph", "--why", "data/raw/usage.csv", "config:trees")
    assert done.code == 0
    assert "Nothing that was seen leads from one to the other." in done.out


def test_why_as_json_is_the_part_of_the_graph(churn: Path, run: Run) -> None:
    data = json.loads(run("graph", "--why", "data/raw/usage.csv", "churn.joblib", "-f", "json").out)
    assert [edge["target"] for edge in data["edges"]] == ["dataset:data/training.csv", "model:models/churn.joblib"]


def test_why_goes_with_no_walk(churn: Path, run: Run) -> None:
    done = run("graph", "--why", "a", "b", "--upstream", "c")
    assert done.code == 2
    assert "do not go together" in done.err
