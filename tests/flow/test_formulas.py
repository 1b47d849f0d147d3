"""Formulas: equal ways of writing are equal, and what is equal computes the same."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mltd import facts
from mltd.extract import extract
from mltd.flow.formula_reader import Reader
from mltd.flow.formulas import Formula


def formula(text: str, *before: str, lenient: bool = False) -> Formula | None:
    """The formula of ``df["x"] = text`` after some statements, in a function of ``given``."""
    source = "\n".join([*before, f'df["x"] = {text}', ""])
    content = extract("python", "a.py", source.encode())
    assert isinstance(content, facts.PythonFacts)
    block = facts.decode_block(content.bodies[0])
    last = block[-1]
    assert isinstance(last, facts.Assign)
    return Reader(block, frozenset({"given"}), "df", lenient).read(last.value, last.at)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ('df["a"] * df["b"]', 'df["b"] * df.a'),
        ('df["a"] / (df["b"] / 12)', '12 * df["a"] / df["b"]'),
        ('(df["a"] + df["b"]) ** 2', '(df["b"] + df["a"]) * (df["a"] + df["b"])'),
        ('-(df["a"] - df["b"])', 'df["b"] - df["a"]'),
        ('1 / (2 * df["a"] + 2 * df["b"])', '0.5 / (df["b"] + df["a"])'),
        ('np.log1p(df["a"].astype(float))', 'np.log1p(df["a"])'),
        ('df["a"].div(df["b"])', 'df["a"] / df["b"]'),
        ('df["a"] + df["a"]', '2 * df["a"]'),
    ],
)
def test_equal_ways_of_writing(first: str, second: str) -> None:
    assert formula(first) is not None
    assert formula(first) == formula(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ('df["a"] * df["b"]', 'df["a"] / df["b"]'),
        ('df["a"] ** 2', 'df["a"] * 2'),
        ('df["a"].fillna(0)', 'df["a"].fillna(1)'),
        ('df["a"].astype(int)', 'df["a"]'),
        ('df["a"] > 1', 'df["a"] >= 1'),
        ('np.log(df["a"])', 'np.log1p(df["a"])'),
        ('df["a"].dt.month', 'df["a"].dt.day'),
    ],
)
def test_other_computations(first: str, second: str) -> None:
    assert formula(first) is not None
    assert formula(first) != formula(second)


@pytest.mark.parametrize("text", ['f(df["a"])', 'df["a"].map(g)', "other", 'df["a"].rolling(3).mean()', "df[name]"])
def test_what_is_not_understood_is_no_formula(text: str) -> None:
    assert formula(text) is None


def test_names_stand_for_what_they_were_bound_to_once() -> None:
    assert formula("half * 2", 'half = df["a"] / 2') == formula('df["a"]')
    assert formula("half * 2", 'half = df["a"] / 2', "half = 3") is None


def test_guards_leave_no_trace_where_they_are_not_asked_for() -> None:
    guarded = 'round(given["a"] / (given["b"] + 1e-6), 2) if given["b"] else 0.0'
    assert formula(guarded, lenient=True) == formula('given["a"] / given["b"]', lenient=True)
    assert formula(guarded) != formula('given["a"] / given["b"]')


def test_what_grows_without_end_is_no_formula() -> None:
    sums = " * ".join(f'(df["a{number}"] + df["b{number}"] + 1)' for number in range(12))
    assert formula(sums) is None
    doubled = [f"n{number} = n{number - 1} + n{number - 1}" for number in range(1, 60)]
    assert formula("n59", 'n0 = df["a"]', *doubled) is None


_LEAVES = st.sampled_from(['df["a"]', 'df["b"]', 'df["c"]', "2", "3", "0.5"])
_EXPRESSIONS = st.recursive(
    _LEAVES, lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
    max_leaves=6,
)  # fmt: skip


def _values(text: str) -> list[float | None]:
    """What an expression computes for some rows; None where it divides by zero."""
    found: list[float | None] = []
    for seed in range(4):
        draw = random.Random(seed)
        row = {name: draw.uniform(1, 3) for name in "abc"}
        try:
            found.append(eval(text, {"__builtins__": {}}, {"df": row}))
        except ZeroDivisionError:
            found.append(None)
    return found


@given(_EXPRESSIONS, _EXPRESSIONS)
@settings(max_examples=150, deadline=None)
def test_equal_formulas_compute_the_same(first: str, second: str) -> None:
    one, other = formula(first), formula(second)
    pairs = list(zip(_values(first), _values(second), strict=True))
    defined = all(left is not None and right is not None for left, right in pairs)
    if one is not None and one == other and defined:
        assert all(left == pytest.approx(right, rel=1e-6, abs=1e-9) for left, right in pairs)


@given(_EXPRESSIONS, _EXPRESSIONS, st.sampled_from("+*"))
@settings(max_examples=80, deadline=None)
def test_the_order_of_a_sum_and_of_a_product_is_none(first: str, second: str, op: str) -> None:
    assert formula(f"{first} {op} {second}") == formula(f"{second} {op} {first}")
