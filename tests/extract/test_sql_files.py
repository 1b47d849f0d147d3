"""Files of SQL, and templates of dbt."""

from __future__ import annotations

import pytest

from mltd.extract import extract
from mltd.facts import SqlFacts, decode, encode
from mltd.source.decode import Unreadable


def read(text: str) -> SqlFacts:
    found = extract("sql", "a.sql", text.encode())
    assert isinstance(found, SqlFacts)
    assert decode(encode(found)) == found
    return found


def tables(text: str) -> list[str]:
    """The tables that are read."""
    return [table.name for one in read(text).statements or () for table in one.reads]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select a from t;\n", ["t"]),
        ("select a from {{ ref('orders') }}", ["orders"]),
        ('select a from {{ ref("shop", "orders") }} o join {{- source("raw", "people") -}} p using (i)',
         ["orders", "raw.people"]),
        ("{{ config(materialized='table', tags=['a']) }}\nselect a from t", ["t"]),
        ("{# ref('x') #}{% set a = 1 %}select a from t where b = '{{ var(\"b\") }}' and c > {{ a }}", ["t"]),
        ("select a from t {% if is_incremental() %} where d > (select max(d) from {{ this }}) {% endif %}", ["t"]),
        ("select a from {{ ref(name) }}", []),
        ("select a from {{ other('t') }}", []),
        ("{% macro m() %} select {% endmacro %}", []),
    ],
)  # fmt: skip
def test_tables(text: str, expected: list[str]) -> None:
    assert tables(text) == expected


def test_a_name_stands_where_its_reference_stood() -> None:
    text = "-- first\nselect a\nfrom {{ ref('orders') }} o\njoin people p on p.i = o.i\n"
    found = read(text)
    (statement,) = found.statements or ()
    assert [found.text[table.at :].split()[0] for table in statement.reads] == ["orders", "people"]
    assert found.text.splitlines()[3] == text.splitlines()[3]


def test_what_does_not_parse_is_unknown() -> None:
    assert read("select from where (").statements is None
    assert read("select a from t\n" * 100_000).statements is None  # too long


def test_no_text() -> None:
    with pytest.raises(Unreadable):
        extract("sql", "a.sql", b"\x00\x01\x02\xff\xfe" * 20)
