"""Findings -> debt: a pure function, additive over files. The model is told in ``docs/score.md``."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

import msgspec

from mltd.outcome import Debt, ReportedFinding, Term

__all__ = ["BOUNDS", "CHANGES_TO_REPAY", "RATINGS", "Row", "debt", "explain", "interest", "pay_for_next", "rating"]

#: The highest debt ratio of each rating; what is above the last of them is an E.
BOUNDS: tuple[tuple[str, float], ...] = (("A", 0.001), ("B", 0.01), ("C", 0.03), ("D", 0.07))
RATINGS = (*(letter for letter, _ in BOUNDS), "E")

#: After so many changes of its file in a year, a debt has cost its principal once more.
CHANGES_TO_REPAY = 10


class Row(msgspec.Struct, frozen=True):
    """One line of an explained score: what is counted, how, and the result (``12 min``, ``3.1 %``, ``C``).

    ``level`` is 0 for a result and 1 for one of the terms that went into it.
    """

    label: str
    working: str
    result: str
    level: int = 0


def debt(
    findings: Iterable[ReportedFinding],
    statements: int,
    minutes_per_statement: float,
    changes: Mapping[str, int] | None = None,
) -> Debt:
    """The debt of the findings that are charged (not suppressed, not paid down), each fingerprint once.

    ``statements`` counts the ML code; ``changes`` says how often each file changed, by path, as
    :func:`mltd.source.history.changes` tells it: without it there is no interest.
    """
    charged = _charged(findings)
    terms = tuple(_term(one, (changes or {}).get(one.finding.place.path, 0)) for one in charged)
    minutes = sum(term.minutes for term in terms)
    cost = statements * minutes_per_statement
    ratio = _ratio(minutes, cost)
    return Debt(
        minutes=minutes,
        interest=sum(term.interest for term in terms),
        statements=statements,
        minutes_per_statement=minutes_per_statement,
        cost=cost,
        ratio=ratio,
        rating=rating(ratio),
        by_category=_by(charged, lambda one: one.category.value),
        by_value=_by(charged, lambda one: one.value.value),
        by_component=_by(charged, lambda one: one.component),
        by_file=_by(charged, lambda one: one.finding.place.path),
        terms=terms,
    )


def rating(ratio: float) -> str:
    """The letter of a debt ratio: that of the first bound that the ratio does not exceed."""
    return next((letter for letter, bound in BOUNDS if ratio <= bound), RATINGS[-1])


def interest(minutes: int, changes: int) -> int:
    """What a debt costs in a year when its file changes so often, in whole minutes, halves rounded up."""
    return (2 * minutes * changes + CHANGES_TO_REPAY) // (2 * CHANGES_TO_REPAY)


def pay_for_next(debt: Debt) -> tuple[str, int] | None:
    """The next better rating and the fewest minutes to pay for it; None for an A and where there is no ML code."""
    place = RATINGS.index(debt.rating)
    if place == 0 or not debt.cost:
        return None
    letter, bound = BOUNDS[place - 1]
    pay = max(1, debt.minutes - math.floor(bound * debt.cost))
    while pay > 1 and _ratio(debt.minutes - pay + 1, debt.cost) <= bound:
        pay -= 1
    return letter, pay


def explain(debt: Debt) -> list[Row]:
    """Every term of a score: one row a finding, then the sums, and how the ratio and the rating come of them."""
    rows = [_explained(term) for term in debt.terms]
    rows.append(Row("principal", _sum_of(len(debt.terms)), f"{debt.minutes:,} min"))
    for name, parts in (
        ("category", debt.by_category),
        ("value", debt.by_value),
        ("component", debt.by_component),
        ("file", debt.by_file),
    ):
        rows += [Row(key or "(none)", f"by {name}", f"{parts[key]:,} min", 1) for key in sorted(parts)]
    rows += [
        Row(f"interest on {term.place}", _interest_working(term), f"{term.interest:,} min", 1)
        for term in debt.terms
        if term.interest
    ]
    rows.append(Row("interest", "what the debt costs in a year of such changes", f"{debt.interest:,} min"))
    working = f"{debt.statements:,} ML statements x {debt.minutes_per_statement:g} min"
    rows.append(Row("cost of the ML code", working, f"{debt.cost:,.10g} min"))
    rows.append(Row("debt ratio", _ratio_working(debt), f"{debt.ratio:.2%}"))
    rows.append(Row("rating", _range(debt.rating), debt.rating))
    return rows


def _charged(findings: Iterable[ReportedFinding]) -> list[ReportedFinding]:
    """The findings that count, in their order. One that has no fingerprint is taken for itself."""
    seen: set[str] = set()
    charged = []
    for one in findings:
        if one.state.charged and one.fingerprint not in seen:
            charged.append(one)
            seen |= {one.fingerprint} - {""}
    return charged


def _term(one: ReportedFinding, changes: int) -> Term:
    finding, effort, minutes = one.finding, one.effort, one.minutes
    return Term(
        finding.rule,
        finding.place,
        effort.base,
        effort.each,
        finding.extent,
        minutes,
        changes,
        interest(minutes, changes),
    )


def _by(findings: list[ReportedFinding], key: Callable[[ReportedFinding], str]) -> dict[str, int]:
    """Minutes by key, keys sorted, zeros left out."""
    sums: defaultdict[str, int] = defaultdict(int)
    for one in findings:
        sums[key(one)] += one.minutes
    return {name: sums[name] for name in sorted(sums) if sums[name]}


def _ratio(minutes: int, cost: float) -> float:
    """Debt for which there is no ML code at all is worth all of it."""
    if not cost:
        return 1.0 if minutes else 0.0
    return round(minutes / cost, 4)


def _explained(term: Term) -> Row:
    working = f"{term.base} + {term.each} x {term.extent}" if term.each else f"{term.base}"
    return Row(f"{term.rule} {term.place}", working, f"{term.minutes:,} min", 1)


def _interest_working(term: Term) -> str:
    changes = "1 change" if term.changes == 1 else f"{term.changes:,} changes"
    return f"{term.minutes:,} min x {changes} / {CHANGES_TO_REPAY}"


def _sum_of(terms: int) -> str:
    if not terms:
        return "no findings"
    return "the finding above" if terms == 1 else f"sum of the {terms:,} findings above"


def _ratio_working(debt: Debt) -> str:
    if not debt.cost:
        return "debt without ML code counts as 100 %" if debt.minutes else "no debt and no ML code"
    return f"{debt.minutes:,} / {debt.cost:,.10g}"


def _range(letter: str) -> str:
    """``above 3 % and at most 6 %``."""
    bounds = dict(BOUNDS)
    parts = []
    place = RATINGS.index(letter)
    if place:
        parts.append(f"above {bounds[RATINGS[place - 1]] * 100:g} %")
    if letter in bounds:
        parts.append(f"at most {bounds[letter] * 100:g} %")
    return " and ".join(parts)
