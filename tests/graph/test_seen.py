"""The figures of what was seen are those of the graph, and what was not resolved has its reason."""

from __future__ import annotations

import pytest

from mltd.graph.nodes import NODES
from mltd.graph.project import Project
from mltd.graph.seen import seen
from mltd.graph.unresolved import unresolved
from tests.graph.sources import CHURN


@pytest.fixture(scope="module")
def project() -> Project:
    return Project.from_sources(CHURN)


def test_the_figures_are_those_of_the_graph(project: Project) -> None:
    found = seen(project)
    counted = {kind: len(project.system.nodes(kind)) for kind in NODES}
    assert (found.models, found.datasets) == (counted["model"], counted["dataset"])
    assert (found.features, found.predictions) == (counted["feature"], counted["prediction"])
    assert found.links_unresolved == 0
    assert found.links_resolved == 6


def test_a_call_that_some_run_resolves_is_not_unresolved() -> None:
    project = Project.from_sources({
        "io_.py": "import pandas as pd\ndef load(path):\n    return pd.read_csv(path)\n",
        "a.py": "from io_ import load\nload('a.csv')\n",
        "b.py": "import sys\nfrom io_ import load\nload(sys.argv[1])\n",
    })  # fmt: skip
    assert unresolved(project) == []
    assert seen(project).links_resolved == 1


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (
            "def f(path):\n    return pd.read_csv(path)\n",
            "nothing in the tree calls f, so what it is given is not known",
        ),
        ("pd.read_csv(os.environ['DATA'])\n", "the path is a variable of the environment that has no default"),
        ("pd.read_csv('~/a.csv')\n", "the path lies in a home folder"),
        (
            "for p in os.listdir('.'):\n    pd.read_csv(p)\n",
            "the path is whatever a folder holds when the program runs",
        ),
    ],
)
def test_an_open_end_has_its_reason(code: str, reason: str) -> None:
    found = unresolved(Project.from_sources({"a.py": f"import os\nimport pandas as pd\n{code}"}))
    assert [(one.verb, one.call, one.reason) for one in found] == [("reads", "pandas.read_csv", reason)]
