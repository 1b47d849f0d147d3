"""Adapters: what a body does to get data into a model's package and out of it."""

# ruff: noqa: E501 (a program on one line)

from __future__ import annotations

from mltd.graph.adapters import Unit
from tests.flow.tree import tree

XGB = "import xgboost as xgb\n"
TRAIN = """\
def train(df):
    X = df[["a", "b"]].fillna(0).astype("float32").to_numpy()
    d = xgb.DMatrix(X, label=df["y"].values)
    return xgb.train({}, d)
"""


def units(code: str) -> list[Unit]:
    return tree({"a.py": XGB + code}).units


def test_the_shapes_on_the_way_to_a_model() -> None:
    (unit,) = units(TRAIN + "train(pd.read_csv('a.csv'))")
    assert (unit.file, unit.symbol) == ("a.py", "train")
    assert unit.packages == {"XGBoost"}
    assert {shape[0].rpartition(".")[2] for shape in unit.shapes} == {
        "fillna",
        "astype",
        "to_numpy",
        "values",
        "DMatrix",
    }
    assert {shape[0] for shape in unit.hands} == {".to_numpy", ".values"}
    assert len(unit.models) == 1
    assert unit.handed


def test_what_is_not_on_the_way_does_not_count() -> None:
    (unit,) = units(
        "def train(d, df):\n    other = df.fillna(0).to_numpy()\n    print(other)\n    return xgb.train({}, d)\n"
    )
    assert not unit.shapes
    assert not unit.hands


def test_what_is_done_with_a_prediction_counts() -> None:
    (unit,) = units(
        "def f(m, d):\n    b = xgb.train({}, d)\n    p = b.predict(d)\n    q = p.reshape(-1, 1)\n    return q.tolist()\n"
    )
    assert {shape[0] for shape in unit.shapes} == {".reshape", ".tolist"}


def test_no_model_no_unit() -> None:
    assert units("def f(df):\n    return df.fillna(0).to_numpy()\n") == []


def test_a_method_of_a_family() -> None:
    code = "class Base:\n    pass\nclass M(Base):\n    def train(self, df):\n        return xgb.train({}, xgb.DMatrix(df.values))\n"
    (unit,) = units(code + "M().train(pd.read_csv('a.csv'))")
    assert unit.method_of_family


def test_tests_are_left_out() -> None:
    assert tree({"tests/test_a.py": XGB + TRAIN}).units == []
