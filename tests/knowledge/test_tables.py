"""The tables that ship with the program: what their form promises, and what people's code relies on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest

from mltd.knowledge import KINDS, FrameRow, Knowledge, Row, Table, Type, built_in

TABLES = built_in()
EFFECTS = {
    "same", "part", "count", "whole", "select", "drop", "rename", "add", "set", "join", "stack", "group", "series",
    "show",
}  # fmt: skip
ROLES = {"", "table", "model", "array", "text", "image", "metrics", "checkpoint", "config"}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return Knowledge(TABLES)


def rows(table: Table) -> Iterator[tuple[str, Row | FrameRow | Type]]:
    """Every row of a table with the dotted names that it defines."""
    for call in table.calls:
        yield from ((f"{call.of}.{name}", call) for name in call.names)
    for frame in table.frames:
        yield from ((f"{frame.of}.{name}", frame) for name in frame.names)
    for kind in table.types:
        yield from ((name, kind) for name in kind.names)


def named(row: Row | FrameRow | Type) -> list[str]:
    """The parameters that a row speaks of."""
    if isinstance(row, FrameRow):
        names = [*row.columns, row.other, row.inplace]
    elif isinstance(row, Type):
        names = [*row.data, row.path]
    else:
        names = [row.path, row.to, row.mode, *row.data]
    return [name for name in names if name and name != "self"]


def test_libraries_are_there() -> None:
    roots = {module for table in TABLES for module in table.modules}
    assert {"builtins", "pandas", "numpy", "sklearn", "xgboost", "torch", "tensorflow.keras", "pyspark"} <= roots
    assert len({table.library for table in TABLES}) == len(TABLES)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.library)
def test_every_row_says_where_it_is_documented(table: Table) -> None:
    assert table.doc.startswith("https://")
    assert [name for name, row in rows(table) if not row.doc.startswith("https://") or " " in row.doc] == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.library)
def test_every_named_parameter_is_listed(table: Table) -> None:
    missing = {name: [p for p in named(row) if p not in row.params] for name, row in rows(table)}
    assert {name: found for name, found in missing.items() if found} == {}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.library)
def test_words_are_those_of_the_form(table: Table, knowledge: Knowledge) -> None:
    assert {row.effect for row in table.frames} <= EFFECTS
    assert {row.role for row in table.calls} <= ROLES
    given = {row.gives for row in table.calls} - KINDS - {""}
    assert [name for name in sorted(given) if knowledge.type(name) is None] == []


def test_no_name_has_two_meanings() -> None:
    meanings: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for table in TABLES:
        for name, row in rows(table):
            meanings[type(row).__name__, name].append(table.library)
    assert {name: found for name, found in meanings.items() if len(found) > 1} == {}


def test_every_call_belongs_to_a_library(knowledge: Knowledge) -> None:
    names = {row.of for table in TABLES for row in table.calls}
    names |= {row.of for table in TABLES for row in table.frames}
    assert [name for name in sorted(names) if knowledge.library(name) is None] == []


def test_likes_lead_somewhere(knowledge: Knowledge) -> None:
    modules = {module for table in TABLES for module in table.modules}
    likes = {kind.like for table in TABLES for kind in table.types} - {""}
    assert [name for name in sorted(likes) if knowledge.type(name) is None and name not in modules] == []


def test_likes_do_not_go_round(knowledge: Knowledge) -> None:
    for table in TABLES:
        for kind in table.types:
            steps, name = 0, kind.like
            while name and steps < 5:
                following = knowledge.type(name)
                steps, name = steps + 1, following.like if following else ""
            assert steps < 5, kind.names[0]


@pytest.mark.parametrize(
    ("name", "does", "path", "data"),
    [
        ("builtins.open", "opens", "file", []),
        ("pathlib.PosixPath.write_text", "writes", "self", ["data"]),
        ("pickle.dump", "writes", "file", ["obj"]),
        ("sklearn.externals.joblib.dump", "writes", "filename", ["value"]),
        ("pandas.read_csv", "reads", "filepath_or_buffer", []),
        ("pandas.DataFrame.to_csv", "writes", "path_or_buf", ["self"]),
        ("modin.pandas.read_parquet", "reads", "path", []),
        ("dask.dataframe.DataFrame.to_csv", "writes", "filename", ["self"]),
        ("numpy.save", "writes", "file", ["arr"]),
        ("sklearn.linear_model.Ridge.fit", "fits", "", ["X", "y"]),
        ("sklearn.svm.SVC.predict", "predicts", "", ["X"]),
        ("sklearn.grid_search.GridSearchCV.fit", "searches", "", ["X", "y"]),
        ("sklearn.preprocessing.LabelEncoder.fit", "fits", "", ["y"]),
        ("xgboost.XGBClassifier.save_model", "saves", "fname", ["self"]),
        ("lightgbm.sklearn.LGBMRegressor.predict", "predicts", "", ["X"]),
        ("tensorflow.keras.Sequential.save", "saves", "filepath", ["self"]),
        ("torch.save", "writes", "f", ["obj"]),
        ("transformers.AutoTokenizer.from_pretrained", "loads", "pretrained_model_name_or_path", []),
        ("mlflow.sklearn.load_model", "loads", "model_uri", []),
        ("fastapi.APIRouter.post", "serves", "path", []),
    ],
)
def test_calls_that_people_write(knowledge: Knowledge, name: str, does: str, path: str, data: list[str]) -> None:
    row = knowledge.call(name)
    assert row is not None
    assert (row.does, row.path, row.data) == (does, path, data)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("sklearn.ensemble.RandomForestClassifier", "estimator"),
        ("sklearn.decomposition.PCA", "transformer"),
        ("sklearn.model_selection.TimeSeriesSplit", "splitter"),
        ("torch.nn.Linear", "network"),
        ("torch.nn.CrossEntropyLoss", "metric"),
        ("torch.nn.Parameter", "tensor"),
        ("tensorflow.keras.layers.LSTM", "network"),
        ("tensorflow.keras.layers.TextVectorization", "transformer"),
        ("imblearn.over_sampling.SMOTE", "transformer"),
        ("xgboost.DMatrix", "matrix"),
    ],
)
def test_classes_that_people_write(knowledge: Knowledge, name: str, kind: str) -> None:
    found = knowledge.type(name)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize(
    ("name", "effect", "columns"),
    [
        ("pandas.DataFrame.shape", "count", []),
        ("pandas.DataFrame.sort_values", "same", ["by"]),
        ("pandas.DataFrame.drop", "drop", ["columns", "labels"]),
        ("pandas.DataFrame.merge", "join", ["on", "left_on", "right_on"]),
        ("pandas.merge", "join", ["on", "left_on", "right_on"]),
        ("pandas.DataFrame.corr", "whole", []),
        ("cudf.DataFrame.groupby", "group", ["by"]),
        ("polars.LazyFrame.select", "select", ["*exprs", "**named_exprs"]),
        ("pyspark.sql.DataFrame.toPandas", "whole", []),
    ],
)
def test_columns_of_frames(knowledge: Knowledge, name: str, effect: str, columns: list[str]) -> None:
    row = knowledge.frame(name)
    assert row is not None
    assert (row.effect, row.columns) == (effect, columns)
