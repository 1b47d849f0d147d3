"""The header of a table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mltd.extract import extract
from mltd.facts import TableFacts


def columns(data: str | bytes, name: str = "x.csv") -> list[str]:
    found = extract("table", name, data.encode() if isinstance(data, str) else data)
    assert isinstance(found, TableFacts)
    assert found.format == name[-3:]
    return found.columns


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("id,age,target\n1,30,0\n", ["id", "age", "target"]),
        ("id;age;target\n1;3,0;0\n", ["id", "age", "target"]),
        ("id|name, first\n", ["id|name", "first"]),
        (",a,b\n0,1,2\n", ["", "a", "b"]),
        ('"a, b","c ""d"""\r\n1,2\r\n', ["a, b", 'c "d"']),
        ("\ufeffid,é\n", ["id", "é"]),
        ("Country,2019,2020\nx,1,2\n", ["Country", "2019", "2020"]),
        ("text\nsome words\n", ["text"]),
        ("5.1,3.5,1.4,0.2,Iris-setosa\n", []),
        ("1,2,3\n", []),
        ('2931,4,"[0.1, 0.9]"\n', []),
        ('"Month", "Average"\n', ["Month", "Average"]),
        ("2020-01-01,2020-01-02\n", []),
        ("a,b,a\n", []),
        ("a\x00b,c\n", []),
        ("", []),
        ("\n\n", []),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:1\n", []),
        ("This is the first review, and it is long\n", ["This is the first review", "and it is long"]),
        ("a\n" + "1\n" * 100_000, ["a"]),
        ("a," * 100_000, []),
        (b"nom,ann\xe9e\n1,2\n", ["nom", "année"]),
    ],
)
def test_columns(data: str | bytes, expected: list[str]) -> None:
    assert columns(data) == expected


def test_tab_separated() -> None:
    assert columns("id\tvalue, in mg\n1\t2\n", "x.tsv") == ["id", "value, in mg"]


@given(st.binary())
def test_any_bytes(data: bytes) -> None:
    columns(data)
