"""What a statement of SQL reads, writes and gives."""

from __future__ import annotations

import pytest

from mltd.sql import HOLE, is_sql, statements


def tables(text: str, dialect: str = "") -> tuple[list[str], list[str]]:
    """The tables that a text reads and writes, sorted."""
    found = statements(text, dialect) or ()
    return (
        sorted(table.name for one in found for table in one.reads),
        sorted(table.name for one in found for table in one.writes),
    )


TABLES = {
    "select a from t": (["t"], []),
    "SELECT a FROM ml.T AS x JOIN `U` ON x.i = U.i": (["ml.t", "u"], []),
    'select "a" from "public"."Big Table"': (["big table"], []),
    "select top 10 a from [dbo].[t]": (["t"], []),
    "with c as (select a from t) select * from c join d on c.a = d.a": (["d", "t"], []),
    "select a from (select b as a from t) s": (["t"], []),
    "select a from t union all select a from u": (["t", "u"], []),
    "insert into t values (?, ?)": ([], ["t"]),
    "insert into t (a, b) values (%s, %(b)s)": ([], ["t"]),
    "insert into t select a from u where b = :c": (["u"], ["t"]),
    "create table t as select a from u": (["u"], ["t"]),
    "create or replace view t as select a from u": (["u"], ["t"]),
    "select a into t from u": (["u"], ["t"]),
    "update t set a = u.a from u": (["u"], ["t"]),
    "merge into t using u on t.a = u.a when matched then update set t.b = u.b": (["u"], ["t"]),
    "create table t (a int)": ([], []),
    "delete from t": ([], []),
    "drop table t; select a from u; insert into v select a from u": (["u", "u"], ["v"]),
    f"select a from {HOLE} where b = '{HOLE}'": ([], []),
    f"select a from t where b = {HOLE} limit {HOLE}": (["t"], []),
    f"select {HOLE} from s.t_{HOLE} join u using (i)": (["u"], []),
    "select extract(year from d) from t where d > '2020-01-01'::date": (["t"], []),
}


@pytest.mark.parametrize("text", TABLES)
def test_tables(text: str) -> None:
    assert tables(text) == TABLES[text]


@pytest.mark.parametrize("text", ["select from where", "select a from t where (", "with the best wishes", "select"])
def test_no_sql(text: str) -> None:
    assert statements(text) in (None, ())


def test_where_a_name_begins() -> None:
    text = "select a\nfrom ml.scores s"
    (found,) = statements(text) or ()
    assert text[found.reads[0].at :].startswith("ml.scores")


@pytest.mark.parametrize(
    ("text", "gives", "uses"),
    [
        ("select a, t.b as c from t", [("a", {"a"}), ("c", {"b"})], {"a", "b"}),
        ("select A + b as s from t where d > 1", [("s", {"A", "b"})], {"A", "a", "b", "d"}),
        ("select count(*) as n from t group by a", [("n", set())], {"a"}),
        ("select * from t", None, None),
        ("select t.*, a as b from t", None, None),
        ("select count(*) from t", None, set()),
        (f"select a, {HOLE} from t", None, None),
    ],
)
def test_columns(text: str, gives: list[tuple[str, set[str]]] | None, uses: set[str] | None) -> None:
    (found,) = statements(text) or ()
    assert (found.gives and [(name, set(of)) for name, of in found.gives]) == gives
    assert (set(found.uses) if found.uses is not None else None) == uses


def test_a_temporary_table() -> None:
    (found,) = statements("create temp table x as select a from t") or ()
    assert found.writes[0].temporary


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT a FROM t", True), ("  with c as (select 1) select 2", True), ("-- hi\nselect a from t", True),
        ("-- one\n-- two\n\nWITH c AS (select 1) select 2", True), ("/* one\n two */ (select 1)", True),
        ("-- one\n-- two", False), ("/* select 1", False), ("--", False),
        ("select", False), ("data/select.csv", False), ("scores", False), ("drop table t", False), ("", False),
    ],
)  # fmt: skip
def test_how_sql_begins(text: str, expected: bool) -> None:
    assert is_sql(text) == expected
