"""Rows: which part of which data a value holds, and when a part surely holds all rows of another."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mltd.flow.events import Event
from mltd.graph.project import Project
from mltd.graph.rows import Parts, Rows
from tests.flow.tree import tree

READ = "from sklearn.model_selection import KFold, train_test_split\nimport numpy as np\nt = pd.read_csv('t.csv')\n"


def shown(code: str, more: dict[str, str] | None = None) -> tuple[Project, list[Event]]:
    """A program after a table was read, and the events of the functions ``first(...)`` and ``second(...)``: writes."""
    program = READ + code.replace("first(", "np.save('first.npy', ").replace("second(", "np.save('second.npy', ")
    project = tree({"main.py": program, **(more or {})})
    saves = [event for event in project.events if event.callee == "numpy.save"]
    return project, saves


def parts(code: str, more: dict[str, str] | None = None) -> tuple[Rows, Parts, Parts]:
    project, saves = shown(code, more)
    first = [event for event in saves if "first" in event.paths[0].template]
    second = [event for event in saves if "second" in event.paths[0].template]
    return project.rows, project.rows.of(first[-1].rows), project.rows.of(second[-1].rows)


def covers(code: str, more: dict[str, str] | None = None) -> bool:
    rows, first, second = parts(code, more)
    return any(rows.covers(one, other) for one in first for other in second)


@pytest.mark.parametrize(
    "code",
    [
        "a, b = train_test_split(t)\nfirst(t)\nsecond(b)",
        "a, b = train_test_split(t)\nc, d = train_test_split(a)\nfirst(a)\nsecond(d)",
        "first(t.values)\nsecond(t[t.x > 1].values)",
        "first(t)\nsecond(t.query('x > 1').dropna().head(10))",
        "for i, j in KFold().split(t):\n    first(t)\n    second(t.iloc[j])",
        "x = t[['a', 'b']].values\nfirst(x)\nsecond(x[10:])",
        "x = t.values\nfirst(x[::-1])\nsecond(x)",
        "x = t.values\nfirst(x)\nsecond(x[::2])",
        "a, b = train_test_split(t)\nfirst(pd.concat([a, b]))\nsecond(b)",
        "a, b = train_test_split(t.values)\nfirst(np.concatenate([a, b]))\nsecond(b)",
        "u = pd.read_csv('u.csv')\nboth = pd.concat([t, u])\nfirst(both)\nsecond(both[:100])",
        "u = pd.read_csv('u.csv')\nfirst(t)\nsecond(t.merge(u, on='k'))",
        "first(t)\nsecond(np.array([row * 2 for row in t.values]))",
        "def half(x):\n    return x[: len(x) // 2]\nfirst(t)\nsecond(half(t))",
        "a = t[t['x'] == 1]\nfirst(a)\nsecond(t[t.x == 1].copy())",
    ],
)
def test_a_part_holds_all_rows_of_another(code: str) -> None:
    assert covers(code)


@pytest.mark.parametrize(
    "code",
    [
        "a, b = train_test_split(t)\nfirst(a)\nsecond(b)",
        "a, b = train_test_split(t)\nfirst(a)\nsecond(t)",
        "for i, j in KFold().split(t):\n    first(t.iloc[i])\n    second(t.iloc[j])",
        "a, b = t[:100], t[100:]\nfirst(a)\nsecond(b)",
        "x = t.values\nfirst(x[::2])\nsecond(x)",
        "first(t[::2])\nsecond(t)",
        "u = pd.read_csv('u.csv')\nfirst(u)\nsecond(t)",
        "u = pd.read_csv('u.csv')\nfirst(u)\nsecond(t.merge(u, on='k'))",
        "a, b = train_test_split(t)\nu = a if len(t) > 3 else b\nfirst(u)\nsecond(t)",
        "a, b = train_test_split(t)\nfirst(np.hstack([a, a]))\nsecond(b)",
        "x, y = t.pop('x'), t\na, b, c, d = train_test_split(x, y)\nfirst(a)\nsecond(d)",
        "a = t[t['x'] == 1]\nfirst(a)\nsecond(t[t.x == 2].copy())",
    ],
)
def test_nothing_is_said_of_other_rows(code: str) -> None:
    assert not covers(code)


def test_rows_go_on_through_a_file_into_another_program() -> None:
    made = READ + "a, b = train_test_split(t)\na.to_csv('a.csv')\nb.to_csv('b.csv')\n"
    code = "a, b = pd.read_csv('a.csv'), pd.read_csv('b.csv')\nfirst(t)\nsecond(b)"
    assert covers(code, {"split.py": made})
    assert not covers(code.replace("first(t)", "first(a)"), {"split.py": made})


def test_values_written_together_are_read_one_by_one() -> None:
    made = READ + "import pickle\nwith open('both.pkl', 'wb') as f:\n    pickle.dump(tuple(train_test_split(t)), f)\n"
    code = "import pickle\nwith open('both.pkl', 'rb') as f:\n    a, b = pickle.load(f)\nfirst(a)\nsecond(b)"
    rows, first, second = parts(code, {"split.py": made})
    assert len(first) == len(second) == 1
    split = min(first).parted(min(second))
    assert split is not None
    assert rows.chooser(split).callee.endswith("train_test_split")


@pytest.mark.parametrize(
    "code",
    [
        "for i in range(3000):\n    t = t[t.x != i]\nfirst(t)\nsecond(t)",
        "".join(f"t = t[t.x != {i}]\n" for i in range(400)) + "first(t)\nsecond(t)",
        "u = t\nfor i in range(30):\n    u = pd.concat([u, t[t.x == i]])\nfirst(t)\nsecond(u)",
        "".join(f"t = pd.concat([t, pd.read_csv('{i}.csv')])\n" for i in range(200)) + "first(t)\nsecond(t)",
    ],
)
def test_long_chains_end(code: str) -> None:
    _rows, first, second = parts(code)
    assert first
    assert second


CHOICES = st.lists(
    st.sampled_from(
        [
            "p, q = train_test_split({0})\n{0} = p\n",
            "p, q = train_test_split({0})\n{0} = q\n",
            "{0} = {0}[{0}.x > {1}]\n",
            "{0} = {0}[:{1}]\n",
            "{0} = {0}.dropna()\n",
            "{0} = {0}.sample(frac=0.5)\n",
            "{0}['z'] = {0}.x * 2\n",
        ]
    ),
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(CHOICES, st.integers(1, 5))
def test_what_is_chosen_from_rows_is_among_them(steps: list[str], number: int) -> None:
    """However rows are chosen, those of before hold them, and they hold those of before only where all were kept."""
    code = "u = t\n" + "".join(step.format("u", number) for step in steps)
    assert covers(code + "first(t)\nsecond(u)")
    kept = all("dropna" in step or "['z']" in step for step in steps)
    assert covers(code + "first(u)\nsecond(t)") == kept
