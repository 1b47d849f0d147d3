"""The system graph: what it holds, and that everything is proved."""

from __future__ import annotations

import io

import networkx as nx
import pytest

from mltd.graph.fold import folded
from mltd.graph.nodes import EDGES, NODES
from mltd.graph.project import Project
from mltd.graph.system import System
from tests.graph.sources import CHURN


@pytest.fixture(scope="module")
def project() -> Project:
    return Project.from_sources(CHURN)


@pytest.fixture(scope="module")
def system(project: Project) -> System:
    return project.system


def names(system: System, kind: str) -> list[str]:
    return [node.name for node in system.nodes(kind)]


def kinds(system: System, source: str, target: str) -> set[str]:
    first, second = system.find(source), system.find(target)
    return {edge.kind for edge in system.edges() if (edge.source, edge.target) == (first.id, second.id)}


def from_code(code: str, **more: str) -> System:
    return Project.from_sources({"job.py": code, **more}).system


# ---------------------------------------------------------------------- nodes and edges


def test_every_node_and_edge_has_a_place_and_a_known_kind(system: System) -> None:
    assert all(node.places and node.kind in NODES for node in system.nodes())
    assert all(edge.places and edge.kind in EDGES for edge in system.edges())
    assert len({node.id for node in system.nodes()}) == len(system.nodes())


def test_the_nodes(system: System) -> None:
    assert names(system, "component") == ["jobs", "service"]
    assert names(system, "module") == ["jobs/features.py", "jobs/train.py", "service/app.py"]
    assert names(system, "dataset") == ["data/raw/usage.csv", "data/training.csv"]
    assert names(system, "model") == ["models/churn.joblib"]
    assert names(system, "feature") == ["jobs/features.py::minutes_per_day"]
    assert names(system, "prediction") == ["jobs/train.py::main", "service/app.py::score"]
    assert names(system, "service") == ["service/app.py::GET /score"]
    assert names(system, "config") == ["config.yaml", "config.yaml::model", "config.yaml::trees"]
    assert names(system, "stage") == ["Makefile::jobs/features.py", "Makefile::jobs/train.py"]
    assert "jobs/features.py::build" in names(system, "function")


def test_a_model_that_is_saved_and_loaded_is_one(system: System) -> None:
    model = system.find("churn.joblib")
    assert model.id == "model:models/churn.joblib"
    assert model.note == "RandomForestClassifier"
    assert {place.path for place in model.places} == {"jobs/train.py", "service/app.py"}
    assert kinds(system, "dataset:data/training.csv", "model:models/churn.joblib") == {"fits"}
    assert kinds(system, "function:jobs/train.py::main", "model:models/churn.joblib") == {"fits", "writes"}
    assert kinds(system, "model:models/churn.joblib", "prediction:service/app.py::score") == {"predicts"}


def test_the_edges_follow_the_data(system: System) -> None:
    assert kinds(system, "dataset:data/raw/usage.csv", "function:jobs/features.py::main") == {"reads"}
    assert kinds(system, "function:jobs/features.py::main", "dataset:data/training.csv") == {"writes"}
    assert kinds(system, "dataset:data/raw/usage.csv", "dataset:data/training.csv") == {"produces"}
    assert kinds(system, "feature:minutes_per_day", "dataset:data/training.csv") == {"produces"}
    assert kinds(system, "dataset:data/raw/usage.csv", "feature:minutes_per_day") == {"produces"}
    assert kinds(system, "function:build", "function:jobs/features.py::main") == {"calls"}
    assert kinds(system, "component:jobs", "module:jobs/train.py") == {"owns"}
    assert kinds(system, "prediction:service/app.py::score", "service:GET /score") == {"uses"}
    assert kinds(system, "module:jobs/train.py", "stage:Makefile::jobs/train.py") == {"calls"}
    assert kinds(system, "config.yaml::model", "model:models/churn.joblib") == {"configures"}
    assert kinds(system, "config.yaml::trees", "model:models/churn.joblib") == {"configures"}


def test_an_edge_is_proved_from_cause_to_effect(system: System) -> None:
    edge = next(one for one in system.edges("produces") if one.source == "dataset:data/raw/usage.csv")
    assert [place.line for place in edge.places] == sorted(place.line for place in edge.places)


def test_what_comes_in_by_another_node_is_told_there_alone() -> None:
    system = from_code(
        "import pandas as pd\n"
        "from sklearn.preprocessing import StandardScaler\n"
        "from sklearn.linear_model import LinearRegression\n"
        "data = pd.read_csv('a.csv')\n"
        "scaler = StandardScaler()\n"
        "rows = scaler.fit_transform(data)\n"
        "model = LinearRegression()\n"
        "model.fit(rows, [1, 2])\n"
    )
    assert names(system, "transformer") == ["job.py::StandardScaler"]
    assert names(system, "model") == ["job.py::LinearRegression"]
    assert kinds(system, "transformer:StandardScaler", "model:LinearRegression") == {"fits"}
    assert kinds(system, "dataset:a.csv", "transformer:StandardScaler") == {"fits"}
    assert kinds(system, "dataset:a.csv", "model:LinearRegression") == set()
    assert system.find("LinearRegression") in system.downstream(system.find("dataset:a.csv"))


def test_settings_that_switch_code_are_flags() -> None:
    code = """\
import argparse, os
import pandas as pd
from sklearn.linear_model import Lasso

parser = argparse.ArgumentParser()
parser.add_argument("--fast", action="store_true")
parser.add_argument("--folds", type=int, default=5)
args = parser.parse_args()


def train(x):
    return Lasso().fit(x, [1])


rows = pd.read_csv("a.csv")
if args.fast and args.folds > 1:
    rows = pd.read_csv("sample.csv")
if os.getenv("SAVE", "no") == "yes":
    rows.to_csv("b.csv")
if len(rows) > 3:
    train(rows)
"""
    system = from_code(code)
    assert names(system, "flag") == ["$SAVE", "job.py::--fast", "job.py::--folds"]
    assert kinds(system, "flag:job.py::--fast", "module:job.py") == {"guards"}
    guards = [edge for edge in system.edges("guards") if edge.source == "flag:$SAVE"]
    assert [[place.line for place in edge.places] for edge in guards] == [[18, 19]]


def test_a_key_of_a_configuration_that_switches_code_is_a_flag() -> None:
    system = Project.from_sources({
        "conf.yaml": "stack: true\n",
        "job.py": "import yaml, pandas as pd\ncfg = yaml.safe_load(open('conf.yaml'))\n"
        "def load():\n    if cfg['stack']:\n        return pd.read_csv('a.csv')\nload()\n",
    }).system  # fmt: skip
    assert names(system, "flag") == ["conf.yaml::stack"]
    assert kinds(system, "flag:conf.yaml::stack", "function:job.py::load") == {"guards"}


def test_two_estimators_of_one_function_are_two_models() -> None:
    system = from_code(
        "from sklearn.linear_model import Lasso\n"
        "def train(x, y):\n    first = Lasso()\n    first.fit(x, y)\n    second = Lasso(2.0)\n    second.fit(x, y)\n"
    )
    assert names(system, "model") == ["job.py::train.Lasso", "job.py::train.Lasso#2"]


HELPERS = """\
import joblib
import pandas as pd
from sklearn.linear_model import Lasso, Ridge


class Wrapped:
    def __init__(self, estimator):
        self.estimator = estimator

    def fit(self, x, y):
        self.estimator.fit(x, y)
        return self

    def save(self, path):
        joblib.dump(self, path)

    @classmethod
    def load(cls, path):
        return joblib.load(path)


def table(path):
    return pd.read_csv(path)


def train():
    one, other = table("one.csv"), table("other.csv")
    Wrapped(Lasso()).fit(one, one["y"]).save("one.joblib")
    Wrapped(Ridge()).fit(other, other["y"]).save("other.joblib")


def score():
    answers = Wrapped.load("one.joblib").predict(table("new.csv"))
    pd.Series(answers).to_csv("answers.csv")


train()
score()
"""


def test_what_goes_through_one_helper_stays_apart() -> None:
    system = from_code(HELPERS)
    assert names(system, "model") == ["one.joblib", "other.joblib"]
    assert [node.note for node in system.nodes("model")] == ["Lasso", "Ridge"]
    upstream = {node.id for node in system.upstream(system.find("answers.csv"))}
    assert {"model:one.joblib", "dataset:one.csv", "dataset:new.csv"} <= upstream
    assert not upstream & {"model:other.joblib", "dataset:other.csv"}


def test_a_released_data_set_and_tables_of_sql_are_data_sets() -> None:
    system = from_code(
        "import pandas as pd\nfrom sklearn.datasets import load_iris\n"
        "data = load_iris()\nrows = pd.read_sql('select * from shop.orders join people on 1', engine)\n"
    )
    assert names(system, "dataset") == ["sklearn.datasets.load_iris", "table://people", "table://shop.orders"]


def test_a_picture_is_no_data_set_and_a_read_configuration_is_none_either() -> None:
    system = from_code(
        "import yaml, matplotlib.pyplot as plt\nplt.savefig('plot.png')\nyaml.safe_load(open('c.yaml'))\n",
        **{"c.yaml": "a: 1\n"},
    )
    assert names(system, "dataset") == []
    assert names(system, "config") == ["c.yaml"]


def test_an_option_and_a_variable_of_the_environment_are_settings() -> None:
    system = from_code(
        "import argparse, os, pandas as pd\n"
        "parser = argparse.ArgumentParser()\n"
        "parser.add_argument('--data', default='in.csv')\n"
        "args = parser.parse_args()\n"
        "frame = pd.read_csv(args.data)\n"
        "frame.to_csv(os.environ.get('OUT', 'out.csv'))\n"
    )
    assert names(system, "config") == ["$OUT", "job.py::--data"]
    assert kinds(system, "--data", "dataset:in.csv") == {"configures"}
    assert kinds(system, "$OUT", "dataset:out.csv") == {"configures"}


def test_no_ml_gives_modules_alone() -> None:
    system = from_code("def f():\n    return 1\n")
    assert {node.kind for node in system.nodes()} == {"component", "module"}


def test_the_same_tree_gives_the_same_graph(project: Project) -> None:
    again = Project.from_sources(dict(reversed(list(CHURN.items())))).system
    assert again.nodes() == project.system.nodes()
    assert again.edges() == project.system.edges()


# ---------------------------------------------------------------------- shapes


def test_graphml_reads_back_the_same(system: System) -> None:
    read = nx.read_graphml(io.BytesIO(system.graphml().encode()), force_multigraph=True)
    assert set(read.nodes) == {node.id for node in system.nodes()}
    assert read.number_of_edges() == len(system.edges())
    assert read.nodes["model:models/churn.joblib"]["note"] == "RandomForestClassifier"
    assert all(data["places"] for _source, _target, data in read.edges(data=True))


def test_folding_makes_functions_a_part_of_their_module(system: System) -> None:
    calm = folded(system, without=("feature",))
    assert not calm.nodes("function")
    assert not calm.nodes("feature")
    assert kinds(calm, "dataset:data/raw/usage.csv", "module:jobs/features.py") == {"reads"}
    assert all(edge.places for edge in calm.edges())


def test_several_projects_in_one_graph(system: System) -> None:
    both = System.joined([("one/", system), ("two/", system)])
    assert "one/models/churn.joblib" in names(both, "model")
    assert len(both.nodes()) == 2 * len(system.nodes())
    assert both.find("two/data/raw/usage.csv").places[0].path == "two/jobs/features.py"


def test_an_address_is_one_node_in_all_projects() -> None:
    reads = from_code("import pandas as pd\npd.read_csv('s3://bucket/a.csv')\n")
    both = System.joined([("one/", reads), ("two/", reads)])
    assert names(both, "dataset") == ["s3://bucket/a.csv"]
    assert len(both.find("s3://bucket/a.csv").places) == 2
