"""What comes out of a scan, as plain frozen data: findings with their state, the debt, and the report.

A leaf beside :mod:`mltd.model`: the engine makes the findings, the score makes the debt, the command line puts the
report together, and every renderer reads it. ``mltd.report`` offers the same names.
"""

from __future__ import annotations

import enum
from typing import Protocol

import msgspec

from mltd.model import Category, Effort, Finding, Place, Severity, Value

__all__ = [
    "Debt",
    "Report",
    "ReportedFinding",
    "RuleError",
    "RuleInfo",
    "Seen",
    "Skipped",
    "Sources",
    "State",
    "Summary",
    "Term",
]


class State(str, enum.Enum):
    """Where a finding stands."""

    OPEN = "open"
    SUPPRESSED = "suppressed"  #: by a comment or a path of the configuration; shown only on request, never charged
    NEW = "new"
    KNOWN = "known"
    PAID_DOWN = "paid-down"

    @property
    def charged(self) -> bool:
        """Whether the debt score and the gates count it."""
        return self in (State.OPEN, State.NEW, State.KNOWN)


class ReportedFinding(msgspec.Struct, frozen=True):
    """A finding and what the engine knows beside it: what it costs, who owns it, where it stands.

    ``fingerprint`` is 16 hexadecimal digits of rule, path, subject, symbol and occurrence, never of line numbers;
    ``component`` the component that the path belongs to; ``owner`` the team of CODEOWNERS; ``reason`` why it is
    suppressed, as the user wrote it.
    """

    finding: Finding
    category: Category
    value: Value
    effort: Effort
    fingerprint: str
    component: str = ""
    owner: str | None = None
    state: State = State.OPEN
    reason: str = ""

    @property
    def minutes(self) -> int:
        """The principal: minutes to pay it down."""
        return self.effort.minutes(self.finding.extent)


class RuleInfo(msgspec.Struct, frozen=True):
    """What a renderer may say about a rule: its metadata and its page, an empty text where it has none.

    ``summary`` is the first sentence of the page's *What it is* without Markdown; ``pack`` where the rule comes from.
    """

    name: str
    category: Category
    value: Value
    severity: Severity
    effort: Effort
    cites: str
    since: str
    summary: str = ""
    page: str = ""
    pack: str = "mltd"


class RuleError(msgspec.Struct, frozen=True):
    """A rule that raised: its name and what it raised, with the place in the rule's code."""

    rule: str
    message: str


class Skipped(msgspec.Struct, frozen=True, order=True):
    """A file that could not be read or parsed, and why."""

    path: str
    reason: str


class Seen(msgspec.Struct, frozen=True):
    """What the analysis saw: silence must not look like blindness."""

    models: int = 0
    datasets: int = 0
    features: int = 0
    predictions: int = 0
    links_resolved: int = 0
    links_unresolved: int = 0


class Term(msgspec.Struct, frozen=True):
    """One finding's share of the debt: ``minutes = base + each * extent``, and ``interest`` from ``changes``, the
    number of times its file changed."""

    rule: str
    place: Place
    base: int
    each: int
    extent: int
    minutes: int
    changes: int = 0
    interest: int = 0


class Debt(msgspec.Struct, frozen=True):
    """The debt of a scan: the sum of its terms, and that sum against what the ML code cost to write.

    ``cost = statements * minutes_per_statement``; ``ratio = minutes / cost``, rounded to four digits, 0.0 where there
    is neither debt nor ML code. The breakdowns hold minutes, their keys sorted, no zero entries; each adds up to
    ``minutes``. ``terms`` are in the order of the findings.
    """

    minutes: int = 0
    interest: int = 0
    statements: int = 0
    minutes_per_statement: float = 0.0
    cost: float = 0.0
    ratio: float = 0.0
    rating: str = "A"
    by_category: dict[str, int] = {}
    by_value: dict[str, int] = {}
    by_component: dict[str, int] = {}
    by_file: dict[str, int] = {}
    terms: tuple[Term, ...] = ()


class Summary(msgspec.Struct, frozen=True):
    """The head of a report. ``findings`` counts the ones shown that are not suppressed; ``debt`` covers the whole
    tree, also where the report shows a part of it. ``new_minutes`` and ``paid_down_minutes`` only with a comparison.
    """

    files: int
    lines: int
    findings: int
    debt: Debt
    seen: Seen
    new_minutes: int | None = None
    paid_down_minutes: int | None = None


class Report(msgspec.Struct, frozen=True):
    """All that a renderer needs; sorted by path, line and rule, free of machine paths and times.

    ``roots`` are the scanned roots as the user gave them; ``alone`` tells that single files were scanned without
    their project; ``filtered`` that findings of the whole tree were left out (``--report-only``); ``gates`` one
    sentence for each gate that failed; ``rules`` the rules that were run, by name; ``prefix`` the way from the
    repository's top to the scanned root, empty or ending in ``/``; ``hidden`` how many suppressed findings are not
    among those shown.
    """

    version: str
    summary: Summary
    findings: tuple[ReportedFinding, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    excluded: tuple[str, ...] = ()
    errors: tuple[RuleError, ...] = ()
    rules: tuple[RuleInfo, ...] = ()
    roots: tuple[str, ...] = (".",)
    alone: bool = False
    filtered: bool = False
    gates: tuple[str, ...] = ()
    prefix: str = ""
    hidden: int = 0


class Sources(Protocol):
    """How a renderer gets at source text."""

    def data(self, path: str) -> bytes | None:
        """A file's bytes as they are on disk (a notebook's JSON), or None where they cannot be had."""

    def line(self, place: Place) -> str:
        """The source line of a place, without its end (for a notebook the line of the cell); empty if unknown."""
