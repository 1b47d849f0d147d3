"""Reading a table, and asking it: what a user who adds a library meets."""

from __future__ import annotations

import pytest

from mltd.knowledge import Knowledge, built_in, parse

TABLE = """
library = "acme"
kind = "modelling"
modules = ["acme"]
doc = "https://acme.example/docs"
ml = true

[[types]]
names = ["acme.models.*", "acme.models.GBM"]
kind = "estimator"
doc = "https://acme.example/docs/models"
like = "acme.Base"

[[types]]
names = ["acme.Base"]
kind = "estimator"
doc = "https://acme.example/docs/base"
like = "sklearn.base.BaseEstimator"

[[calls]]
of = "acme"
names = ["load_table", "load_view"]
does = "reads"
doc = "https://acme.example/docs/load"
params = ["name"]
path = "name"
gives = "pandas.DataFrame"
role = "table"

[[calls]]
of = "acme.Base"
names = ["export"]
does = "saves"
doc = "https://acme.example/docs/export"
params = ["target"]
path = "target"
data = ["self"]
role = "model"

[[frames]]
of = "acme.Frame"
names = ["keep"]
effect = "select"
doc = "https://acme.example/docs/keep"
params = ["names"]
columns = ["names"]
"""


@pytest.fixture
def acme() -> Knowledge:
    return Knowledge([parse(TABLE, "acme.toml")])


def test_one_row_stands_for_all_its_names(acme: Knowledge) -> None:
    table, view = acme.call("acme.load_table"), acme.call("acme.load_view")
    assert table is view
    assert table is not None
    assert (table.does, table.path, table.gives) == ("reads", "name", "pandas.DataFrame")


def test_a_family_holds_for_every_class_of_its_module(acme: Knowledge) -> None:
    for name in ("acme.models.Tree", "acme.models.GBM"):
        row = acme.call(f"{name}.export")
        assert row is not None
        assert row.does == "saves"
    assert acme.type("acme.models.helper") is None
    assert acme.type("acme.models.DEFAULTS") is None
    assert acme.type("acme.other.Tree") is None


def test_likes_are_followed_into_other_tables() -> None:
    both = Knowledge([*built_in(), parse(TABLE, "acme.toml")])
    row = both.call("acme.models.Tree.predict_proba")
    assert row is not None
    assert row.does == "predicts"


def test_a_later_table_has_the_last_word() -> None:
    text = """
library = "pandas, as we use it"
kind = "frames"
modules = ["pandas"]
doc = "https://acme.example/docs"

[[calls]]
of = "pandas"
names = ["read_csv"]
does = "loads-data"
doc = "https://acme.example/docs/csv"
"""
    row = Knowledge([*built_in(), parse(text, "ours.toml")]).call("pandas.read_csv")
    assert row is not None
    assert row.does == "loads-data"


def test_the_library_of_a_name(acme: Knowledge) -> None:
    table = acme.library("acme.models.Tree.export")
    assert table is not None
    assert (table.library, table.ml) == ("acme", True)
    assert acme.library("acmeworks.models") is None


def test_frames_and_events(acme: Knowledge) -> None:
    row = acme.frame("acme.Frame.keep")
    assert row is not None
    assert (row.effect, row.columns) == ("select", ["names"])
    assert acme.frame("acme.Frame.drop") is None
    assert acme.event_names == {"load_table", "load_view", "export"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("library = ", "ours.toml: "),
        (TABLE.replace('does = "saves"', 'does = "keeps"'), "acme.Base.export: unknown verb 'keeps'"),
        (TABLE.replace('kind = "estimator"', 'kind = "oracle"'), "acme.models.*: unknown kind 'oracle'"),
        (TABLE.replace('kind = "modelling"', 'kind = "magic"'), "unknown library kind 'magic'"),
        (TABLE + 'colour = "red"\n', "colour"),
        (TABLE.replace('modules = ["acme"]', "modules = 1"), "ours.toml: Expected"),
    ],
)
def test_what_is_wrong_is_named(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=r"ours\.toml") as caught:
        parse(text, "ours.toml")
    assert says in str(caught.value)
