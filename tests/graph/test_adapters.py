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


def operations(unit: Unit) -> set[str]:
    assert {chain.package for chain in unit.chains} == {"XGBoost"}
    return {shape[1].rpartition(".")[2] for chain in unit.chains for shape in chain.shapes}


def test_the_steps_on_the_way_to_a_model() -> None:
    (unit,) = units(TRAIN + "train(pd.read_csv('a.csv'))")
    assert (unit.file, unit.symbol) == ("a.py", "train")
    assert [chain.anchor.callee for chain in unit.chains] == ["xgboost.train"]
    assert operations(unit) == {"[]", "astype", "to_numpy", "values", "DMatrix"}
    assert unit.converts == {("in", "xgboost.DMatrix")}
    assert ("in", ".to_numpy") in unit.tabular
    assert len(unit.models) == 1
    assert [site.at >> 12 for site in unit.handed] == [6, 7]


def test_what_is_not_on_the_way_does_not_count() -> None:
    code = "def train(d, df):\n    other = df.fillna(0).to_numpy()\n    print(other)\n    return xgb.train({}, d)\n"
    assert units(code) == []


def test_a_feature_that_is_computed_is_no_step_but_a_cast_in_place_is() -> None:
    code = (
        "def train(path):\n    df = pd.read_csv(path)\n    df['bin'] = df['age'].map(AGES).astype(int)\n"
        "    df['kind'] = df['kind'].astype('category')\n    return xgb.train({}, xgb.DMatrix(df))\n"
    )
    (unit,) = units("import pandas as pd\n" + code)
    assert unit.chains[0].shapes == {("in", ".astype"): 1, ("in", "xgboost.DMatrix"): 1}


def test_the_keys_of_a_mapping_are_no_array() -> None:
    (unit,) = units("def f(parts):\n    return xgb.train({}, xgb.DMatrix(sum(parts.values())))\n")
    assert operations(unit) == {"DMatrix"}


def test_what_is_done_with_a_prediction_counts() -> None:
    (unit,) = units(
        "def f(m, d):\n    b = xgb.train({}, d)\n    p = b.predict(d)\n    q = p.reshape(-1, 1)\n    return q.tolist()\n"
    )
    assert set(unit.chains[0].shapes) == {("out", ".reshape"), ("out", ".tolist")}


def test_what_is_only_measured_does_not_count() -> None:
    code = (
        "from sklearn.metrics import r2_score\ndef f(d, y):\n    b = xgb.train({}, d)\n"
        "    print(r2_score(y, b.predict(d).reshape(-1)))\n"
    )
    assert units(code) == []


def test_a_helper_of_the_project_is_the_one_interface() -> None:
    code = (
        "import pandas as pd\ndef matrix(df):\n    return xgb.DMatrix(df.astype('float32').values, label=df['y'].values)\n"
        "def train():\n    return xgb.train({}, matrix(pd.read_csv('a.csv')))\n"
    )
    assert [unit.symbol for unit in units(code)] == ["matrix"]


def test_each_value_has_its_own_way() -> None:
    code = (
        "from sklearn.linear_model import Ridge\nimport pandas as pd\ndef f():\n    rows = pd.read_csv('a.csv')\n"
        "    keep = rows['month'].to_numpy() > 3\n    x = rows[['a']].to_numpy()\n"
        "    return Ridge().fit(x[keep], rows['y'].astype(int))\n"
    )
    (unit,) = tree({"a.py": code}).units
    ways = [[shape[1] for _site, shape in chain.steps] for chain in unit.chains]
    assert ways == [[".[]", ".to_numpy"], [".astype"]]


def test_no_model_no_unit() -> None:
    assert units("def f(df):\n    return df.fillna(0).to_numpy()\n") == []


def test_a_method_of_a_family() -> None:
    code = "class Base:\n    pass\nclass M(Base):\n    def train(self, df):\n        return xgb.train({}, xgb.DMatrix(df.values))\n"
    (unit,) = units(code + "M().train(pd.read_csv('a.csv'))")
    assert unit.interface


def test_tests_are_left_out() -> None:
    assert tree({"tests/test_a.py": XGB + TRAIN}).units == []


def test_what_is_computed_with_a_container_is_not_done_to_it() -> None:
    code = (
        "from catboost import Pool, CatBoostClassifier\nimport numpy as np\nimport polars as pl\n"
        "t = pl.read_parquet('x.parquet').to_pandas()\nt[['a', 'b']] = t[['a', 'b']].astype('category')\n"
        "X, y = t.drop(columns=['y']), t['y']\nm = CatBoostClassifier()\nm.fit(X, y)\npool = Pool(X, y, cat_features=['a'])\n"
        "order = np.argsort(m.get_feature_importance(pool))\nprint(np.array(X.columns)[order])\n"
    )
    (unit,) = tree({"a.py": code}).units
    assert {shape[1] for chain in unit.chains for shape in chain.shapes} == {".to_pandas", ".astype", "catboost.Pool"}
