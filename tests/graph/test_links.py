"""Links: which writes and reads are one artifact, from where programs run, and what is declared of them."""

# ruff: noqa: E501 (a program on one line)

from __future__ import annotations

import json

import pytest

from mltd.graph.seen import seen
from tests.flow.tree import links, tree

WRITE = "pd.DataFrame().to_csv(%s)"
READ = "pd.read_csv(%s)"


def pair(write: str, read: str) -> list[tuple[str, str, str]]:
    """The links between a writer and a reader side by side."""
    return links({"w.py": WRITE % write, "r.py": READ % read})


LINKED = {
    "the same name": ('"out/a.csv"', '"out/a.csv"', "out/a.csv"),
    "spelled otherwise": ('"./out//a.csv"', 'os.path.join("out", "x", "..", "a.csv")', "out/a.csv"),
    "by the program's folder": ('Path(__file__).parent / "out/a.csv"', '"out/a.csv"', "out/a.csv"),
    "absolute": ('"/data/a.csv"', '"/data/a.csv"', "/data/a.csv"),
    "a bucket": ('"s3://b/a.csv"', '"s3://b/a.csv"', "s3://b/a.csv"),
    "a template and an instance": ('f"out/scores_{day()}.csv"', '"out/scores_1.csv"', "out/scores_*.csv"),
    "an instance and a template": ('"out/scores_1.csv"', 'f"out/scores_{day()}.csv"', "out/scores_*.csv"),
    "two templates of one skeleton": ('f"out/scores_{a()}.csv"', '"out/scores_%s.csv" % b()', "out/scores_*.csv"),
    "a folder that is unknown": ('f"out/{a()}/scores.csv"', 'f"out/{b()}/scores.csv"', "out/*/scores.csv"),
}


@pytest.mark.parametrize("name", LINKED)
def test_one_artifact(name: str) -> None:
    write, read, artifact = LINKED[name]
    assert pair(write, read) == [("w.py", artifact, "r.py")]


APART = {
    "another name": ('"out/a.csv"', '"out/b.csv"'),
    "another folder": ('"out/a.csv"', '"in/a.csv"'),
    "another ending": ('f"out/scores_{a()}.csv"', 'f"out/scores_{b()}.txt"'),
    "a leading hole": ('f"{a()}/scores.csv"', '"out/scores.csv"'),
    "two leading holes": ('f"{a()}/scores.csv"', 'f"{b()}/scores.csv"'),
    "too little is known": ('f"out/{a()}.csv"', 'f"out/{b()}.csv"'),
    "two letters are too little": ('f"out/ab{a()}.csv"', '"out/ab1.csv"'),
    "a hole is no folder": ('f"out/scores_{a()}.csv"', '"out/scores_1/x.csv"'),
    "other skeletons": ('f"out/train_{a()}.csv"', 'f"out/test_{b()}.csv"'),
    "a home folder": ('"~/a.csv"', '"~/a.csv"'),
}


@pytest.mark.parametrize("name", APART)
def test_two_artifacts(name: str) -> None:
    assert pair(*APART[name]) == []


def test_a_write_and_a_read_in_one_program_are_linked_too() -> None:
    assert links({"a.py": f"{WRITE % repr('a.csv')}\n{READ % repr('a.csv')}"}) == [("a.py", "a.csv", "a.py")]


def test_every_reader_of_a_loop_of_writes() -> None:
    files = {"w.py": "for x in ['one', 'two']:\n  " + WRITE % 'x + ".csv"', "r.py": READ % '"two.csv"'}
    assert links(files) == [("w.py", "two.csv", "r.py")]


def test_copies_lead_on() -> None:
    files = {
        "w.py": WRITE % '"a.csv"',
        "c.py": "import shutil\nshutil.copy('a.csv', 'b.csv')",
        "r.py": READ % '"b.csv"',
    }
    assert links(files) == [("c.py", "b.csv", "r.py"), ("w.py", "a.csv", "c.py")]


# ------------------------------------------------------------------ where programs run


def test_sibling_projects_stay_apart() -> None:
    files: dict[str, str] = {}
    for one in ("one", "two"):
        files |= {f"{one}/w.py": WRITE % '"a.csv"', f"{one}/r.py": READ % '"a.csv"', f"{one}/requirements.txt": ""}
    assert links(files) == [("one/w.py", "one/a.csv", "one/r.py"), ("two/w.py", "two/a.csv", "two/r.py")]


def test_a_notebook_runs_in_its_own_folder() -> None:
    cell = {"cell_type": "code", "source": "import pandas as pd\npd.read_csv('../data/a.csv')"}
    book = json.dumps({"cells": [cell], "nbformat": 4, "nbformat_minor": 4, "metadata": {}})
    files = {"w.py": WRITE % '"data/a.csv"', "books/n.ipynb": book, "data/x": ""}
    assert links(files) == [("w.py", "data/a.csv", "books/n.ipynb")]


@pytest.mark.parametrize(
    ("path", "command"),
    [
        ("Makefile", "all:\n\tcd sub && python r.py\n\tpython w.py\n"),
        ("README.md", "# Use\n\n```bash\npython w.py\ncd sub\npython r.py\n```\n"),
        ("run.sh", "python w.py\ncd sub\npython r.py\n"),
    ],
)
def test_a_command_says_where(path: str, command: str) -> None:
    files = {"w.py": WRITE % '"sub/a.csv"', "sub/r.py": READ % '"a.csv"', path: command}
    project = tree(files)
    assert project.running.folders("sub/r.py") == ("sub",)
    assert project.running.folders("w.py") == ("",)
    assert links(files) == [("w.py", "sub/a.csv", "sub/r.py")]


def test_a_module_run_from_the_root() -> None:
    files = {"README.md": "```\npython -m pkg.r\n```\n", "pkg/__init__.py": "", "pkg/r.py": READ % '"data/a.csv"'}
    assert tree(files).running.folders("pkg/r.py") == ("",)


def test_folders_that_exist_speak_for_where() -> None:
    files = {"src/r.py": READ % '"data/a.csv"', "src/w.py": WRITE % '"../data/a.csv"', "data/x": ""}
    project = tree(files)
    assert project.running.folders("src/r.py") == ("",)
    assert project.running.folders("src/w.py") == ("src",)
    assert links(files) == [("src/w.py", "data/a.csv", "src/r.py")]


def test_where_nothing_speaks_both_are_likely() -> None:
    assert tree({"src/r.py": READ % '"a.csv"'}).running.folders("src/r.py") == ("src", "")


# ------------------------------------------------------------------ what is declared

W, R = WRITE % '"a.csv"', READ % '"a.csv"'
ZENML = "from zenml import step, pipeline\n"
DECLARED = {
    "dvc": {"dvc.yaml": "stages:\n  w:\n    cmd: python w.py\n  r:\n    cmd: python r.py\n"},
    "make": {"Makefile": "w:\n\tpython w.py\nr: w\n\tpython r.py\n"},
    "a workflow": {".github/workflows/a.yml": "jobs:\n  a:\n    steps:\n    - run: python w.py\n    - run: python r.py\n"},
    "airflow": {
        "dag.py": "from airflow import DAG\nfrom airflow.operators.bash import BashOperator\nwith DAG('d'):\n"
        "  BashOperator(task_id='w', bash_command='python w.py') >> BashOperator(task_id='r', bash_command='python r.py')",
    },
    "zenml": {
        "p.py": ZENML + "import w, r\n@step\ndef one():\n  pass\n@pipeline\ndef all():\n  one()\n",
    },
    "kfp": {"p.py": "from kfp import dsl\nimport w, r\n@dsl.pipeline\ndef all():\n  pass\n"},
}  # fmt: skip


@pytest.mark.parametrize("name", DECLARED)
def test_a_pipeline_declares_the_hand_over(name: str) -> None:
    project = tree({"w.py": W, "r.py": R, **DECLARED[name]})
    assert project.declared.hands_over("w.py", "r.py")


@pytest.mark.parametrize(
    "driver",
    [
        {"run.sh": "python w.py\npython r.py\n"},
        {"run.py": "import subprocess\nsubprocess.run(['python', 'w.py'])\nsubprocess.run('python r.py', shell=True)"},
        {"run.py": "import os\nos.system('python w.py')\nos.system('python r.py')"},
    ],
)
def test_a_driver_runs_them_together_and_declares_no_hand_over(driver: dict[str, str]) -> None:
    project = tree({"w.py": W, "r.py": R, **driver})
    assert project.declared.together("w.py", "r.py") == next(iter(driver))
    assert project.declared.hands_over("w.py", "r.py") is None


@pytest.mark.parametrize(
    "other", [{}, {"README.md": "```\npython w.py\npython r.py\n```\n"}, {"run.sh": "python w.py\n"}]
)
def test_nothing_declares_them(other: dict[str, str]) -> None:
    project = tree({"w.py": W, "r.py": R, **other})
    assert project.declared.together("w.py", "r.py") is None


def test_arguments_of_a_run() -> None:
    runs = tree({"w.py": W, "Makefile": "w:\n\tpython w.py --in data/x.csv\n"}).declared.runs
    assert [(run.program, run.folder, run.args) for run in runs] == [("w.py", "", ("--in", "data/x.csv"))]


# ------------------------------------------------------------------ places


@pytest.mark.parametrize(
    ("path", "text", "test"),
    [
        ("test_a.py", "def test_a():\n    pass\n", True),
        ("a_test.py", "class A:\n    def test_a(self):\n        pass\n", True),
        ("tests/a.py", "", True),
        ("conftest.py", "", True),
        ("testing_a.py", "def test_a():\n    pass\n", False),
        ("final_test.py", "print('evaluates on the test set')\n", False),
        ("test_net.py", "def main():\n    pass\n", False),
        ("test/helper.py", "def test_a():\n    pass\n", True),
        ("steps/test/score.py", "def main():\n    pass\n", False),
    ],
)
def test_is_test(path: str, text: str, test: bool) -> None:
    assert tree({path: text}).is_test(path) is test


def test_component() -> None:
    files = {"a.py": "", "lib/b.py": "", "src/pkg/c.py": "", "one/setup.py": "", "one/d.py": "", "one/lib/e.py": ""}
    project = tree(files)
    assert {path: project.component(path) for path in files} == {
        "a.py": ".", "lib/b.py": "lib", "src/pkg/c.py": "src/pkg", "one/setup.py": "one", "one/d.py": "one",
        "one/lib/e.py": "one/lib",
    }  # fmt: skip


def test_a_folder_of_all_code_is_no_component_and_a_package_is() -> None:
    loose = tree({"2_src/a/x.py": "", "2_src/b/y.py": "", "2_src/__init__.py": ""})
    assert [loose.component(f"2_src/{name}") for name in ("a/x.py", "b/y.py")] == ["2_src/a", "2_src/b"]
    package = tree({"lib/a/x.py": "", "lib/b/y.py": "", "lib/__init__.py": ""})
    assert [package.component(f"lib/{name}") for name in ("a/x.py", "b/y.py")] == ["lib", "lib"]


def test_what_was_put_aside_is_apart_unless_something_imports_it() -> None:
    project = tree({"old/a.py": "", "old/b.py": "", "old/c.py": "import old.a", "run.py": "import old.b"})
    assert [project.is_apart(path) for path in ("old/a.py", "old/b.py", "old/c.py", "run.py")] == [
        True, False, True, False,
    ]  # fmt: skip


def test_a_page_of_a_web_application_serves() -> None:
    page = 'import streamlit as st\nst.title("Sales")\nst.dataframe(pd.read_csv("a.csv"))'
    project = tree({"pages/sales.py": page, "look.py": 'print(pd.read_csv("a.csv"))'})
    assert [project.serves(path) for path in ("pages/sales.py", "look.py")] == [True, False]


NETWORK = """
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.drop = nn.Dropout(0.1)
        self.head = nn.Linear(8, 1)

    def logits(self, x):
        return self.head(self.drop(x))

    def forward(self, x):
        return self.logits(x)


net = Net()
torch.save(net(torch.load("x.pt")), "scores.pt")
"""


def test_layers_are_no_models() -> None:
    project = tree({"main.py": NETWORK})
    assert [(event.verb, event.site.symbol) for event in project.events if event.verb == "predicts"] == [
        ("predicts", "")
    ]
    assert seen(project).models == 1


@pytest.mark.parametrize(
    ("dumped", "loaded", "role"),
    [
        ("{'a': 1}", "v['a']", "object"),
        ("LinearRegression().fit(X, y)", "v.predict(X)", "model"),
        ("given(X)", "print(v)", "object"),
        ("given(X)", "v.predict(X)", "model"),
    ],
)
def test_what_a_pickle_holds(dumped: str, loaded: str, role: str) -> None:
    head = "import joblib\nfrom sklearn.linear_model import LinearRegression\nX, y = pd.read_csv('x.csv'), pd.read_csv('y.csv')\n"
    files = {
        "w.py": head + f"joblib.dump({dumped}, 'm.joblib')",
        "r.py": head + f"v = joblib.load('m.joblib')\n{loaded}",
    }
    assert [one.role for one in tree(files).hand_overs] == [role]


# ------------------------------------------------------------------ outputs of notebooks that Kaggle mounts


def notebook(code: str) -> str:
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "source": code, "metadata": {}, "outputs": [], "execution_count": None}
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})


FIRST = "import numpy as np\nimport pandas as pd\n"


@pytest.mark.parametrize(
    ("where", "read", "linked"),
    [
        ("models/lgb-v2.ipynb", "../input/lgb-v2/oof.npy", True),
        ("models/LGB v2.ipynb", "/kaggle/input/lgb-v2/oof.npy", True),
        ("models/lgb-v2.ipynb", "../input/lgb-v2/other.npy", False),
        ("models/lgb-v3.ipynb", "../input/lgb-v2/oof.npy", False),
        ("models/lgb-v2.ipynb", "../output/lgb-v2/oof.npy", False),
        ("models/lgb-v2.py", "../input/lgb-v2/oof.npy", False),
    ],
)
def test_the_output_of_a_notebook_where_kaggle_puts_it(where: str, read: str, linked: bool) -> None:
    write = FIRST + "np.save('oof.npy', pd.read_csv('../input/shop/train.csv')['a'].values)\n"
    files = {
        where: notebook(write) if where.endswith(".ipynb") else write,
        "stack/meta.ipynb": notebook(FIRST + f"np.load('{read}')\n"),
    }
    found = [(one.write.event.entry, one.read.event.entry) for one in tree(files).hand_overs]
    assert found == [(where, "stack/meta.ipynb")] * linked


def test_two_notebooks_of_one_name_are_none() -> None:
    write = notebook(FIRST + "np.save('oof.npy', np.zeros(3))\n")
    files = {
        "a/lgb.ipynb": write,
        "b/lgb.ipynb": write,
        "c.ipynb": notebook(FIRST + "np.load('../input/lgb/oof.npy')\n"),
    }
    assert tree(files).hand_overs == []


# ------------------------------------------------------------------ whole folders


@pytest.mark.parametrize(
    ("written", "read", "linked"),
    [
        (["out/a.npy", "out/b.npy"], "glob.glob('out/*.npy')", ["out/*.npy"]),
        (["out/a.npy"], "glob.glob('out/*.npy')", []),
        (["out/a.npy", "out/deep/b.npy"], "glob.glob('out/*.npy')", []),
        (["out/a.npy", "in/b.npy"], "glob.glob('out/*.npy')", []),
        (["a.npy", "b.npy"], "glob.glob('*.npy')", []),
        (["out/a.npy", "out/b.npy"], "[f'out/{name}.npy' for name in names()]", []),
    ],
)  # fmt: skip
def test_a_read_of_all_files_of_a_folder(written: list[str], read: str, linked: list[str]) -> None:
    files = {
        f"w{number}.py": f"import numpy as np\nnp.save('{path}', np.zeros(3))\n" for number, path in enumerate(written)
    }
    files["r.py"] = f"import glob\nimport numpy as np\nfor path in {read}:\n  np.load(path)\n"
    assert sorted({artifact for _writer, artifact, _reader in links(files)}) == linked


def test_one_of_two_files_that_a_program_writes() -> None:
    write = "name = 'gpu.npy' if test() else 'cpu.npy'\nnp.save('models/' + name, np.zeros(3))\n"
    project = tree({"w.py": "import numpy as np\n" + write, "r.py": "import numpy as np\nnp.load('models/gpu.npy')\n"})
    assert [(one.artifact, one.one_of, one.some_runs) for one in project.hand_overs] == [("models/gpu.npy", True, True)]


@pytest.mark.parametrize(
    ("read", "others", "expected"),
    [
        ("../input/shop/train.csv", {}, {"/kaggle/input/shop/train.csv"}),
        ("../input/train.csv", {}, {"input/train.csv", "b/input/train.csv"}),
        (
            "../input/shop/train.csv",
            {"input/shop/train.csv": "a\n"},
            {"input/shop/train.csv", "/kaggle/input/shop/train.csv"},
        ),
    ],
)
def test_kaggle_has_one_folder_of_data_sets(read: str, others: dict[str, str], expected: set[str]) -> None:
    code = notebook(f"import pandas as pd\npd.read_csv('{read}')\n")
    project = tree({"a/x.ipynb": code, "b/c/y.ipynb": code, **others})
    assert {named.location for named in project.links.named} == expected


@pytest.mark.parametrize("cd", ["cd experiments/one", "cd ./experiments/one/", "cd one"])
def test_a_readme_below_that_is_followed_from_the_root(cd: str) -> None:
    files = {
        "experiments/one/train.py": WRITE % '"../../out/a.csv"',
        "experiments/one/README.md"
        if cd[3:] != "one"
        else "experiments/README.md": f"```\n{cd}\npython train.py\n```\n",
        "report.py": READ % '"out/a.csv"',
    }
    assert links(files) == [("experiments/one/train.py", "out/a.csv", "report.py")]
