"""The worst cases end in bounded time, mostly with silence."""

# ruff: noqa: E501 (a program on one line)

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from mltd.flow.machine import MAX_ROUNDS
from tests.flow.tree import names, tree

#: Processor seconds that one worst case may take; each takes a fraction of that alone on a machine.
BOUND = 15.0


@pytest.fixture(autouse=True)
def _bounded() -> Iterator[None]:
    start = time.process_time()
    yield
    assert time.process_time() - start < BOUND


def indented(lines: list[str]) -> str:
    """Each line inside the one before."""
    return "".join(" " * depth + line + "\n" for depth, line in enumerate(lines))


GROWING = {
    "doubled": "x = x + x",
    "f-string": "x = f'{x}{x}'",
    "format": "x = '{}{}'.format(x, x)",
    "percent": "x = '%s%s' % (x, x)",
    "replaced": "x = x.replace('a', 'aaaa')",
    "cleaned": "x = (x + x).lower()",
    "joined": "x = os.path.join(x, x)",
    "list": "x = [*x, *x]",
    "list sum": "x = list(x) + list(x)",
    "set": "x = set(x) | set(x)",
    "extended": "x = list(x); x.extend(x)",
    "nested": "x = (x, x)",
    "nested dict": "x = {'l': x, 'r': x}",
    "number": "x = len(x) * 7; x = x * x * x * x; x = str(x)",
    "alternatives": "x = x + ('a' if test() else 'b')",
}


@pytest.mark.parametrize("name", GROWING)
def test_what_grows_in_a_loop(name: str) -> None:
    project = tree(
        {"a.py": f"x = 'abc'\nfor i in range(40):\n  {GROWING[name]}\npd.read_csv(x)\npd.read_csv('end.csv')"}
    )
    assert names(project)[-1] == ["end.csv"]
    assert not project.flow.machine.exhausted


CASES = {
    "mutual recursion": "def f(x):\n  return g(x + 'a')\ndef g(x):\n  return f(x + 'b') + f(x + 'c')\nf('q')\n",
    "recursion that grows": "def f(x, n):\n  return f(x + x, n - 1) if n else x\nf('abc', 100)\n",
    "everyone calls everyone": "".join(
        f"def f{i}(x):\n  pd.read_csv(x)\n" + "".join(f"  f{j}(x + '{j}')\n" for j in range(10)) for i in range(10)
    ) + "f0('a')\n",
    "recursive lambdas": "f = lambda x: f(x + 'a')\nf('a')\ng = lambda h: h(h)\ng(g)\n",
    "recursive objects": "class N:\n  def __init__(self, n):\n    self.l = N(n); self.r = N(n)\nN(1)\n",
    "an object that holds itself": "d = {}\nd['a'] = d\nd['b'] = [d, d]\nf(d)\npd.read_csv(d['a']['a'])\n",
    "10,000 assignments": "".join(f"x = 'a{i}.csv'\n" for i in range(10_000)) + "pd.read_csv(x)\n",
    "5,000 branches in a row": "".join(f"if c{i}: x = 'a{i}.csv'\n" for i in range(5_000)) + "pd.read_csv(x)\n",
    "200 elifs": "if a: x = 'a'\n" + "".join(f"elif c{i}: x = '{i}'\n" for i in range(200)) + "pd.read_csv(x)\n",
    "80 nested ifs": indented([f"if c{i}:" for i in range(80)] + ["pd.read_csv('x.csv')"]),
    "12 nested loops": indented([f"for i{i} in c:" for i in range(12)] + ["pd.read_csv('a.csv').to_csv('b.csv')"]),
    "12 nested loops one by one": indented([f"for i{i} in [1, 2, 3]:" for i in range(12)] + ["pd.read_csv(f'{i0}')"]),
    "12 nested tries": indented(["try:"] * 12 + ["x = 1"])
    + "".join(" " * i + "except A:\n" + " " * i + " x = 2\n" for i in reversed(range(12))),
    "a dispatch of 500 functions": "".join(f"def f{i}(x):\n  pd.read_csv(x + '{i}.csv')\n" for i in range(500))
    + "D = {" + ",".join(f"'{i}': f{i}" for i in range(500)) + "}\nfor k in D:\n  D[k]('a')\nD[input()]('z')\n",
    "3,000 f-strings in each other": "x = 'a'\n" + "".join(f"x = f'{{x}}{i}'\n" for i in range(3_000)) + "pd.read_csv(x)\n",
    "calls inside calls": "pd.read_csv(" + "str(" * 60 + "1" + ")" * 60 + ")\n",
    "a loop of 10,000 paths": "ps = []\nfor i in range(10000):\n  ps.append(f'd/{i}.csv')\nfor p in ps:\n  pd.read_csv(p)\n",
    "a comprehension of millions": "x = [f'{a}{b}{c}{d}' for a in range(40) for b in range(40) for c in range(40)"
    " for d in range(40)]\npd.read_csv(x[0])\n",
    "a chain of 2,000 functions": "".join(f"def f{i}(x):\n  return f{i + 1}(x + 'a')\n" for i in range(2_000)) + "f0('a')\n",
    "a chain that forks": "".join(
        f"def f{i}(x):\n  f{i + 1}(x + 'a')\n  f{i + 1}(x + 'b')\n  pd.read_csv(x)\n" for i in range(400)
    ) + "f0('a')\n",
    "a product of alternatives": "".join(f"x{i} = 'a' if c{i} else 'b'\n" for i in range(30))
    + "pd.read_csv(" + "+".join(f"x{i}" for i in range(30)) + ")\n"
    + "pd.read_csv(os.path.join(" + ",".join(f"x{i}" for i in range(30)) + "))\n",
    "a product of lists": "import itertools\nfor z in itertools.product(" + ",".join(["['a', 'b', 'c']"] * 30)
    + "):\n  pd.read_csv('/'.join(z))\n",
    "300 classes in a row": "class C0:\n  pass\n" + "".join(
        f"class C{i}(C{i - 1}):\n  def m(self):\n    return super().m()\n" for i in range(1, 300)
    ) + "C299().m()\n",
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_worst_case(name: str) -> None:
    project = tree({"a.py": CASES[name], "b.py": "pd.read_csv('end.csv')"})
    assert names(project, entry="b.py") == [["end.csv"]]


def test_loops_that_run_one_by_one_are_bounded_together() -> None:
    loops = indented([f"for i{i} in range(40):" for i in range(4)] + ["pd.read_csv(f'{i0}{i1}{i2}{i3}')"])
    project = tree({"a.py": loops + "pd.read_csv('end.csv')\n"})
    assert len(project.events) < MAX_ROUNDS * 2
    assert not project.flow.machine.exhausted


def test_a_program_past_its_steps_says_nothing_of_its_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mltd.flow.machine.MAX_STEPS", 500)
    code = "df = pd.read_csv('a.csv')\ndf['dead'] = df['a'] * 2\n" + "x = 1\n" * 500
    project = tree({"a.py": code + "pd.read_csv('end.csv')\n"})
    assert project.flow.machine.exhausted == {"a.py"}
    assert names(project) == [["a.csv"]]
    assert len(project.columns) == 1
    assert all(map(project.unfinished, project.columns))


def test_a_chain_of_3000_columns() -> None:
    code = "df = pd.read_csv('a.csv')\n" + "".join(f"df['x{i}'] = df['x{i - 1}'] + 1\n" for i in range(1, 3_000))
    project = tree({"a.py": code + "print(df['x2999'])\n"})
    assert len(project.columns) == 2_999
    assert all(map(project.demand.needed, project.columns))


def test_a_notebook_of_5000_lines() -> None:
    lines = [
        f"df['c{i}'] = df['a'] * {i}\n" + "".join(f"x{j} = df['c{i}'] + {j}\n" for j in range(20)) for i in range(240)
    ]
    cells = [{"cell_type": "code", "source": "import pandas as pd\ndf = pd.read_csv('a.csv')\n"}]
    cells += [{"cell_type": "code", "source": source} for source in lines]
    project = tree({"a.ipynb": json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 4, "metadata": {}})})
    assert len(project.columns) == 240


def test_hundreds_of_templates_that_all_match() -> None:
    pairs = "".join(
        f"pd.read_csv(f'd/{{x}}_feature_{{y}}.csv').to_csv(f'd/{{z}}_feature_{{w}}{i}.csv')\n" for i in range(200)
    )
    assert len(tree({"a.py": pairs}).hand_overs) == 40_000


JUDGED = {
    "a dispatch of 500 models": "from sklearn.svm import SVC\nM = {" + ",".join(f"'{i}': SVC(C={i + 1})" for i in range(500)) + "}\n"
    "for k in M:\n  M[k].fit(A, a)\n  print(M[k].score(B, b))\nm = M[input()]\nm.fit(A, a)\nprint(m.score(B, b))\n",
    "300 models in a row": "from sklearn.svm import SVC\n"
    + "".join(f"m{i} = SVC().fit(A, a)\nprint(m{i}.score(B, b))\n" for i in range(300)),
    "300 splits of splits": "".join("A, B, a, b = train_test_split(A, a)\n" for _ in range(300))
    + "from sklearn.svm import SVC\nprint(SVC().fit(A, a).score(B, b))\n",
    "folds in folds in folds": "from sklearn.svm import SVC\nfrom sklearn.model_selection import KFold\n"
    + indented([f"for i{n}, j{n} in KFold().split(A):" for n in range(8)] + ["print(SVC().fit(A[i7], a[i7]).score(A[j7], a[j7]))"]),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a dispatch of 500 models", 0),  # past the bound of items: which model it is, is unknown
        ("300 models in a row", 41),
        ("300 splits of splits", 0),  # past the bound of choices: what is apart there, is unknown
        ("folds in folds in folds", 41),
    ],
)
def test_who_is_judged_on_what_is_found_in_bounded_time(name: str, told: int) -> None:
    code = (
        "from sklearn.model_selection import train_test_split\nfrom sklearn.preprocessing import StandardScaler\n"
        "t = pd.read_csv('t.csv')\nt = t.fillna(t.mean())\nX = t.drop(columns='y')\n"
        + "X = StandardScaler().fit_transform(X)\n" * 40
        + "A, B, a, b = train_test_split(X, t['y'])\n"
    )
    project = tree({"a.py": code + JUDGED[name]})
    assert len(project.leaks) == told
    assert not project.overlaps
    assert not project.cascades
