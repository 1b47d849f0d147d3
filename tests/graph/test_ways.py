"""Ways back from what a model learns: through columns and files, and no further than what was asked for."""

# ruff: noqa: E501 (a program on one line)

from __future__ import annotations

import pytest

from mltd.graph.project import Project
from tests.flow.tree import tree

FIRST = (
    "from sklearn.linear_model import Ridge\nt = pd.read_csv('t.csv')\nm = Ridge().fit(t[['a', 'b']], t['y'])\n"
    "t['p'] = m.predict(t[['a', 'b']])\n"
)
FIT = "from sklearn.svm import SVR\nSVR().fit({features}, r['y'])\n"


def cascades(project: Project) -> list[tuple[str, list[str]]]:
    """Each cascade: the file that learns, and the files on its ways."""
    return [
        (one.fits[0].site.file, [over.artifact for way in one.ways for over in way.hand_overs])
        for one in project.cascades
    ]


@pytest.mark.parametrize(
    ("written", "taken", "found"),
    [
        ("t", "r", True),
        ("t", "r[['a', 'p']]", True),
        ("t", "r[['a', 'b']]", False),
        ("t[['a', 'p']]", "r[['a']]", False),
        ("t[['a', 'b']]", "r", False),
        ("t.drop(columns='p')", "r", False),
        ("t", "r.drop(columns=['p', 'y'])", False),
        ("t", "r.rename(columns={'p': 'q'})[['q']]", True),
        ("t", "r[['a', 'p']].values", True),
        ("t", "r[['a', 'b']].fillna(0).values", False),
    ],
)
def test_only_the_columns_that_are_taken_count(written: str, taken: str, found: bool) -> None:
    files = {
        "first.py": FIRST + f"{written}.to_csv('out.csv')",
        "second.py": "r = pd.read_csv('out.csv')\n" + FIT.format(features=taken),
    }
    assert cascades(tree(files)) == ([("second.py", ["out.csv"])] if found else [])


def test_the_labels_count_for_loops_alone() -> None:
    files = {
        "train.py": "import joblib\nfrom sklearn.linear_model import Ridge\nt = pd.read_csv('t.csv')\njoblib.dump(Ridge().fit(t[['a']], t['y']), 'm.joblib')\n",
        "score.py": "import joblib\nm = joblib.load('m.joblib')\nn = pd.read_csv('n.csv')\nn['y'] = m.predict(n[['a']])\nn.to_csv('t.csv')\n",
    }
    project = tree(files)
    assert cascades(project) == []
    assert [(one.fit.site.file, one.way.start.site.file) for one in project.direct_loops] == [("train.py", "score.py")]


def test_a_score_alone_is_a_calibration() -> None:
    head = FIRST + "from sklearn.isotonic import IsotonicRegression\nimport numpy as np\nh = pd.read_csv('h.csv')\n"
    score = "m.predict(h[['a', 'b']])"
    alone = tree({"a.py": head + f"IsotonicRegression().fit({score}, h['y'])"})
    beside = tree({"a.py": head + f"Ridge().fit(np.column_stack([{score}, h['a']]), h['y'])"})
    assert [one.calibrates for one in alone.cascades] == [True]
    assert [one.calibrates for one in beside.cascades] == [False]


def test_files_in_a_circle_end() -> None:
    turn = "t = pd.read_csv('{0}.csv')\nt['n'] = t['n'] + 1\nt.to_csv('{1}.csv')\n"
    files = {
        "a.py": turn.format("x", "y"),
        "b.py": turn.format("y", "x"),
        "c.py": "r = pd.read_csv('x.csv')\n" + FIT.format(features="r[['n']]") + "SVR().predict(r)\n",
    }
    assert cascades(tree(files)) == []


def test_a_table_that_a_predict_of_the_tree_gives_stays_a_table() -> None:
    code = (
        "class Rule:\n  def fit(self, t):\n    return self\n  def predict(self, t):\n    t['p'] = t['a'] * 2\n    return t\n"
        "t = Rule().predict(pd.read_csv('t.csv'))\nt.to_csv('out.csv')\n"
    )
    (written,) = (event for event in tree({"a.py": code}).events if event.verb == "writes")
    assert "p" in written.columns
    assert "predicts" in {event.verb for event in written.inputs}


def test_one_of_many_columns_of_a_wide_table_is_found() -> None:
    """A table remembers fewer of the events that it comes from as a whole than it has columns."""
    wide = "".join(f"t['c{number}'] = pd.read_csv('{number}.csv')['x']\n" for number in range(80))
    files = {
        "first.py": FIRST + wide + "t.to_csv('out.csv')",
        "second.py": "r = pd.read_csv('out.csv')\n" + FIT.format(features="r[['p']]"),
    }
    assert cascades(tree(files)) == [("second.py", ["out.csv"])]
