"""The debt score: additive, deterministic, and every term of it can be told."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mltd.config import MINUTES_PER_STATEMENT
from mltd.model import Category, Effort, Finding, Place, Severity, Value
from mltd.outcome import Debt, ReportedFinding, State
from mltd.score import BOUNDS, CHANGES_TO_REPAY, RATINGS, debt, explain, interest, pay_for_next, rating


def made(
    path: str, base: int, each: int, extent: int, category: Category, value: Value, state: State, mark: int
) -> ReportedFinding:
    finding = Finding("dead-feature", Place(path), "m", "s", (), Severity.WARNING, extent=extent)
    return ReportedFinding(finding, category, value, Effort(base, each), f"{mark:016x}", path[0], state=state)


findings = st.builds(
    made,
    st.sampled_from(["a/x.py", "a/y.py", "b/z.py"]),
    st.integers(0, 500),
    st.integers(0, 60),
    st.integers(0, 9),
    st.sampled_from(Category),
    st.sampled_from(Value),
    st.sampled_from(State),
    st.integers(0, 40),
)
changes = st.dictionaries(st.sampled_from(["a/x.py", "a/y.py", "b/z.py"]), st.integers(0, 200))


def one(minutes: int, path: str = "a/x.py", state: State = State.OPEN, mark: int = 0) -> ReportedFinding:
    return made(path, minutes, 0, 0, Category.BOUNDARIES, Value.STABILITY, state, mark)


@given(st.lists(findings), changes)
def test_every_breakdown_adds_up(found: list[ReportedFinding], often: dict[str, int]) -> None:
    score = debt(found, 100, 6.0, often)
    for parts in (score.by_category, score.by_value, score.by_component, score.by_file):
        assert sum(parts.values()) == score.minutes
        assert list(parts) == sorted(parts)
        assert 0 not in parts.values()
    assert sum(term.minutes for term in score.terms) == score.minutes
    assert sum(term.interest for term in score.terms) == score.interest


@given(st.lists(findings, unique_by=lambda finding: finding.fingerprint), changes)
def test_additive_over_files(found: list[ReportedFinding], often: dict[str, int]) -> None:
    whole = debt(found, 100, 6.0, often)
    paths = {finding.finding.place.path for finding in found}
    parts = [debt([each for each in found if each.finding.place.path == path], 100, 6.0, often) for path in paths]
    assert sum(part.minutes for part in parts) == whole.minutes
    assert sum(part.interest for part in parts) == whole.interest


@given(st.lists(findings, unique_by=lambda finding: finding.fingerprint), st.randoms(use_true_random=False))
def test_the_order_changes_nothing_but_the_order_of_terms(found: list[ReportedFinding], chance: random.Random) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)
    first, second = debt(found, 7, 6.0), debt(shuffled, 7, 6.0)
    assert msgspec.structs.replace(first, terms=()) == msgspec.structs.replace(second, terms=())


@given(st.lists(findings, unique_by=lambda finding: finding.fingerprint), changes, st.integers(0, 5000))
def test_the_explanation_holds_every_term(found: list[ReportedFinding], often: dict[str, int], statements: int) -> None:
    score = debt(found, statements, 6.0, often)
    rows = {row.label: row.result for row in explain(score) if row.level == 0}
    assert rows["principal"] == f"{score.minutes:,} min"
    assert rows["interest"] == f"{score.interest:,} min"
    assert rows["rating"] == score.rating
    terms = [row.result for row in explain(score) if row.label.startswith("dead-feature ")]
    assert terms == [f"{term.minutes:,} min" for term in score.terms]


def test_effort_is_a_base_and_so_much_for_each_further_place() -> None:
    assert debt([made("a", 20, 5, 3, Category.CULTURE, Value.DELETION, State.OPEN, 0)], 1, 6.0).minutes == 35


def test_what_is_suppressed_or_paid_down_is_not_charged_and_nothing_twice() -> None:
    found = [one(10, mark=number, state=state) for number, state in enumerate(State)]
    assert debt([*found, *found], 100, 6.0).minutes == 30
    assert [term.minutes for term in debt([one(5), one(5)], 100, 6.0).terms] == [5]
    unmarked = msgspec.structs.replace(one(5), fingerprint="")
    assert debt([unmarked, unmarked], 100, 6.0).minutes == 10


def test_ratio_is_debt_against_what_the_ml_code_cost() -> None:
    score = debt([one(30)], 100, 6.0)
    assert (score.cost, score.ratio) == (600.0, 0.05)
    assert debt([], 0, 6.0).ratio == 0.0
    assert debt([one(30)], 0, 6.0).ratio == 1.0


@pytest.mark.parametrize(("letter", "bound"), BOUNDS)
def test_bounds_belong_to_the_better_rating(letter: str, bound: float) -> None:
    assert rating(bound) == letter
    assert rating(bound + 0.0001) == RATINGS[RATINGS.index(letter) + 1]


def test_bounds_rise() -> None:
    assert [bound for _, bound in BOUNDS] == sorted({bound for _, bound in BOUNDS})
    assert rating(0.0) == "A"
    assert rating(9.0) == "E"


@given(st.integers(0, 100_000), st.integers(0, 10_000))
def test_paying_for_the_next_rating_reaches_it_and_a_minute_less_does_not(minutes: int, statements: int) -> None:
    score = debt([one(minutes)], statements, 6.0)
    better = pay_for_next(score)
    if better is None:
        assert score.rating == "A" or not statements
        return
    letter, pay = better
    assert debt([one(minutes - pay)], statements, 6.0).rating <= letter
    assert debt([one(minutes - pay + 1)], statements, 6.0).rating > letter


def test_interest_grows_with_the_changes_of_the_file() -> None:
    assert [interest(30, changes) for changes in (0, 1, 10, 20)] == [0, 3, 30, 60]
    assert interest(5, 1) == 1
    score = debt([one(30), one(30, "b/z.py", mark=1)], 100, 6.0, {"a/x.py": 10})
    assert [(term.changes, term.interest) for term in score.terms] == [(10, 30), (0, 0)]


def test_nothing_is_explained_too() -> None:
    assert [row.result for row in explain(Debt())] == ["0 min", "0 min", "0 min", "0.00%", "A"]


def test_the_page_says_what_the_code_does() -> None:
    page = (Path(__file__).parents[1] / "docs" / "score.md").read_text(encoding="utf-8")
    for letter, bound in BOUNDS:
        assert f"| {letter} | {bound * 100:g} % |" in page
    assert f"**{MINUTES_PER_STATEMENT:g} minutes a statement**" in page
    assert f"changes / {CHANGES_TO_REPAY}" in page
