"""Nodes by the names that people type, and what follows from what."""

from __future__ import annotations

import pytest

from mltd.graph.project import Project
from mltd.graph.system import System, UnknownNode
from tests.graph.sources import CHURN


@pytest.fixture(scope="module")
def system() -> System:
    return Project.from_sources(CHURN).system


def from_code(code: str) -> System:
    return Project.from_sources({"job.py": code}).system


# ---------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("model:models/churn.joblib", "model:models/churn.joblib"),
        ("models/churn.joblib", "model:models/churn.joblib"),
        ("churn.joblib", "model:models/churn.joblib"),
        ("model:churn.joblib", "model:models/churn.joblib"),
        ("./jobs/train.py", "module:jobs/train.py"),
        ("train.py", "module:jobs/train.py"),
        ("stage:train.py", "stage:Makefile::jobs/train.py"),
        ("usage.csv", "dataset:data/raw/usage.csv"),
        ("minutes_per_day", "feature:jobs/features.py::minutes_per_day"),
        ("build", "function:jobs/features.py::build"),
        ("trees", "config:config.yaml::trees"),
        ("service:/score", "service:service/app.py::GET /score"),
    ],
)
def test_a_node_is_found_by_what_people_type(system: System, typed: str, found: str) -> None:
    assert system.find(typed).id == found


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("chrun.joblib", "model:models/churn.joblib"),
        ("data/raw/usages.csv", "dataset:data/raw/usage.csv"),
        ("dataset:usge.csv", "dataset:data/raw/usage.csv"),
        ("minutes_per_dya", "feature:jobs/features.py::minutes_per_day"),
    ],
)
def test_a_miss_names_what_is_near(system: System, typed: str, near: str) -> None:
    with pytest.raises(UnknownNode, match="did you mean") as caught:
        system.find(typed)
    assert near in caught.value.near


def test_a_name_of_several_is_told(system: System) -> None:
    with pytest.raises(UnknownNode, match="may be any of several") as caught:
        system.find("function:main")
    assert caught.value.near == ("function:jobs/features.py::main", "function:jobs/train.py::main")


@pytest.mark.parametrize("typed", ["", "/", "model:", "nothing-like-it", "::"])
def test_a_name_like_none_is_a_miss(system: System, typed: str) -> None:
    with pytest.raises(UnknownNode):
        system.find(typed)


# ---------------------------------------------------------------------- walks


def test_downstream_of_data(system: System) -> None:
    found = [node.id for node in system.downstream(system.find("usage.csv"))]
    assert "service:service/app.py::GET /score" in found
    assert "model:models/churn.joblib" in found
    assert "dataset:data/raw/usage.csv" not in found
    assert "module:jobs/train.py" not in found


def test_upstream_of_a_service(system: System) -> None:
    found = [node.id for node in system.upstream(system.find("GET /score"))]
    assert {"dataset:data/raw/usage.csv", "model:models/churn.joblib", "config:config.yaml::trees"} <= set(found)
    assert "component:jobs" not in found


def test_a_function_that_reads_two_things_mixes_neither() -> None:
    system = from_code(
        "import pandas as pd\n"
        "def main():\n"
        "    pd.read_csv('a.csv').to_csv('x.csv')\n"
        "    pd.read_csv('b.csv').to_csv('y.csv')\n"
        "main()\n"
    )
    assert [node.id for node in system.downstream(system.find("a.csv"))] == ["function:job.py::main", "dataset:x.csv"]
    assert [node.id for node in system.upstream(system.find("y.csv"))] == ["function:job.py::main", "dataset:b.csv"]
    reached = {node.id for node in system.downstream(system.find("function:main"))}
    assert {"dataset:x.csv", "dataset:y.csv", "module:job.py"} <= reached


def test_code_reaches_its_callers_and_what_they_make(system: System) -> None:
    reached = {node.id for node in system.downstream(system.find("build"))}
    assert {"function:jobs/features.py::main", "dataset:data/training.csv", "model:models/churn.joblib"} <= reached


def test_a_program_that_updates_its_own_input_is_no_endless_walk() -> None:
    system = from_code("import pandas as pd\ndata = pd.read_csv('a.csv')\ndata['x'] = 1\ndata.to_csv('a.csv')\n")
    assert system.find("a.csv") not in system.downstream(system.find("a.csv"))
