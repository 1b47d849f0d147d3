"""What counts as learnt from rows of both sides, and what says nothing of it."""

from __future__ import annotations

import pytest

from mltd.flow import values as v
from tests.flow.tree import tree

HEAD = """
import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

t = pd.read_csv("t.csv")
"""


def leaks(code: str) -> list[str]:
    """What leaks in one program, as the calls that learn."""
    return [leak.learn.callee.rpartition(".")[2] for leak in tree({"main.py": HEAD + code}).leaks]


SCORE = "print(Ridge().fit(train[['x']], train['y']).score(test[['x']], test['y']))\n"


def test_a_name_is_a_loops_only_inside_of_it() -> None:
    learn = "a = t[t['g'] == k]\ns = StandardScaler().fit(a[['x']])\ntrain, test = t[:100], t[100:]\n"
    score = (
        "m = Ridge().fit(s.transform(train[['x']]), train['y'])\nprint(m.score(s.transform(test[['x']]), test['y']))\n"
    )
    assert leaks("k = 3\n" + learn + score) == []
    assert leaks("for k in open('f'):\n    print(k)\nk = 3\n" + learn + score) == []


def test_an_excuse_for_one_model_is_none_for_another() -> None:
    group = "t['x'] = t.groupby('user')['y'].transform('mean')\n"
    apart = "train, test = t[t['user'] > 3], t[t['user'] <= 3]\n" + SCORE
    drawn = "train, test = train_test_split(t)\n" + SCORE
    assert leaks(group + apart) == []
    assert leaks(group + apart + drawn) == ["transform"]


@pytest.mark.parametrize(
    ("condition", "excused"),
    [
        ("t['user'] > 3", True),
        ("(t['user'] > 3) & (t.user < 9)", True),
        ("t['user'].isin(users)", True),
        ("(t['user'] > 3) & flag", False),
        ("flag", False),
        ("t['shop'] > 3", False),
    ],
)
def test_a_split_that_asks_for_nothing_but_the_keys_of_the_groups(condition: str, excused: bool) -> None:
    code = (
        "flag = np.random.rand(len(t)) > 0.5\nusers = [1, 2]\nt['x'] = t.groupby('user')['y'].transform('mean')\n"
        f"train, test = t[{condition}], t[~({condition})]\n"
    )
    assert (leaks(code + SCORE) == []) is excused


@pytest.mark.parametrize(
    ("body", "learns"),
    [
        ("self.names = list(X.columns)", False),
        ("assert len(X) > 3, 'too few'\n        self.width = X.shape[1]", False),
        ("self.names = pd.get_dummies(X).columns", True),
        ("self.names = list(X.loc[:, X.nunique() > 1].columns)", True),
        ("if self.look(X):\n            return self", True),
        ("self.mean = X.mean()", True),
    ],
)
def test_what_a_transformer_of_the_tree_keeps(body: str, learns: bool) -> None:
    code = f"""
class Own(BaseEstimator, TransformerMixin):
    def fit(self, X, y=None):
        {body}
        return self

    def transform(self, X):
        return X


t[["x"]] = Own().fit_transform(t[["x"]])
train, test = train_test_split(t)
"""
    assert bool(leaks(code + SCORE)) is learns


def test_a_fit_transform_of_its_own_may_learn() -> None:
    code = """
class Own(BaseEstimator, TransformerMixin):
    def fit(self, X, y=None):
        self.z = 1
        return self

    def fit_transform(self, X, y=None):
        self.mean = X.mean()
        return X - self.mean

    def transform(self, X):
        return X - self.mean


t[["x"]] = Own().fit_transform(t[["x"]])
train, test = train_test_split(t)
"""
    assert leaks(code + SCORE)


def test_a_pipeline_inside_of_itself_ends() -> None:
    code = """
steps = [("f", FunctionTransformer())]
p = Pipeline(steps)
steps.append(("p", p))
p.fit(t)
Ridge().fit(t[["x"]], t["y"])
"""
    fits = [event.callee for event in tree({"main.py": HEAD + code}).events if event.verb == "fits"]
    assert fits[-1] == "sklearn.linear_model.Ridge.fit"


def test_models_beside_what_is_not_known() -> None:
    code = """
for name, model in zip(open("n").readlines(), [LogisticRegression(), RandomForestClassifier()]):
    model.fit(t[["x"]], t["y"])
"""
    fits = [event for event in tree({"main.py": HEAD + code}).events if event.verb == "fits"]
    assert fits
    assert all(isinstance(event.receiver, v.Object) for event in fits)


def test_columns_by_one_name_of_two_tables() -> None:
    code = """
def pick(table, name):
    return table[name]


a, b = t.copy(), t.copy()
a["p"] = LogisticRegression().fit(t[["x"]], t["y"]).predict(t[["x"]])
b["q"] = a["p"]
name = open("n").read()
first, second = pick(a, [name]), pick(b, [name])
"""
    names = tree({"main.py": HEAD + code}).flow.machine.scopes["main.py"].names
    picks = [next(event for event in names[one].base if event.verb == "picks") for one in ("first", "second")]
    assert [set(event.columns) for event in picks] == [{"p"}, {"q"}]
