"""Gates: what a report must keep to."""

from __future__ import annotations

from collections.abc import Iterator

from mltd.config import Gates, minutes
from mltd.outcome import Report, State

__all__ = ["failed"]


def failed(report: Report, gates: Gates) -> tuple[str, ...]:
    """One sentence for each gate that does not hold.

    ``fail_on`` counts what the report shows; ratio, rating and debt are of the whole tree. What a baseline knows and
    what is suppressed is never counted.
    """
    return tuple(_failed(report, gates))


def _failed(report: Report, gates: Gates) -> Iterator[str]:
    debt = report.summary.debt
    if gates.fail_on is not None:
        loud = sum(
            one.state in (State.OPEN, State.NEW) and one.finding.severity.rank >= gates.fail_on.rank
            for one in report.findings
        )
        if loud:
            what = "a finding is" if loud == 1 else f"{loud} findings are"
            louder = "" if gates.fail_on.value == "error" else " or worse"
            yield f"{what} of severity {gates.fail_on.value}{louder} (fail-on)"
    if gates.max_ratio is not None and debt.ratio > gates.max_ratio:
        yield f"the debt ratio {debt.ratio:g} is above {gates.max_ratio:g} (max-ratio)"
    if gates.max_rating is not None and debt.rating > gates.max_rating:
        yield f"the rating {debt.rating} is worse than {gates.max_rating} (max-rating)"
    bound = minutes(gates.max_debt) if isinstance(gates.max_debt, str) else gates.max_debt
    if bound is not None and debt.minutes > bound:
        yield f"the debt of {_hours(debt.minutes)} is above {_hours(bound)} (max-debt)"
    if gates.strict and not report.summary.files:
        yield "no file was read (strict)"
    if gates.strict and report.skipped:
        count = len(report.skipped)
        yield f"{'a file was' if count == 1 else f'{count} files were'} skipped (strict)"


def _hours(count: int) -> str:
    hours, rest = divmod(count, 60)
    return " ".join([f"{hours}h"] * bool(hours) + [f"{rest}min"] * bool(rest or not hours))
