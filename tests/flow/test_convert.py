"""The names that a list of columns says."""

from __future__ import annotations

import pytest

from mltd.flow.convert import names_in, surely
from tests.flow.tree import tree


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("'a'", ["a"]),
        ("['a', 'b']", ["a", "b"]),
        ("('a', 'b')", ["a", "b"]),
        ("['a', ['b', 'c']]", ["a", "b", "c"]),
        ("{'a': 1}", ["a"]),
        ("['a', unknown]", None),
        ("['a', ('b', 'min')]", None),
    ],
)
def test_the_names_that_a_value_lists(written: str, names: list[str] | None) -> None:
    project = tree({"main.py": f"pd.read_csv('t.csv')\nnames = {written}\n"})
    assert names_in(project.flow.machine.scopes["main.py"].names["names"]) == names


def test_a_name_under_several_rows_of_a_header_is_surely_none_of_them() -> None:
    project = tree({"main.py": "pd.read_csv('t.csv')\nnames = ['a', ('b', 'min')]\n"})
    assert surely(project.flow.machine.scopes["main.py"].names["names"]) == ["a"]
