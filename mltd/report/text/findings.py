"""The findings by file: the line of source, what is wrong with it, and the numbered way that proves it."""

from __future__ import annotations

from itertools import groupby

from rich.cells import cell_len
from rich.text import Text

from mltd.model import Confidence
from mltd.outcome import Debt, Report, ReportedFinding, Sources, State
from mltd.report.text.excerpt import excerpt
from mltd.report.text.look import Look
from mltd.report.text.widgets import clean, count, duration, hang, opposite, prose

__all__ = ["findings"]

_SEVERITIES = {"error": "bold red", "warning": "bold yellow", "note": "bold blue"}
_STATES = {State.NEW: "new", State.KNOWN: "known", State.SUPPRESSED: "suppressed", State.PAID_DOWN: "paid down"}


def findings(report: Report, sources: Sources, look: Look) -> list[Text]:
    """Every finding, file by file in the order of the report."""
    lines: list[Text] = []
    for path, group in groupby(report.findings, key=lambda one: one.finding.place.path):
        ones = list(group)
        lines += [*_header(path, ones, report.summary.debt, look), Text()]
        for one in ones:
            lines += [*_finding(one, sources, look), Text()]
    return lines


def _header(path: str, ones: list[ReportedFinding], debt: Debt, look: Look) -> list[Text]:
    charged = sum(one.minutes for one in ones if one.state.charged)
    parts = [count(len(ones), "finding"), *([duration(charged)] if charged else [])]
    changes = max((term.changes for term in debt.terms if term.place.path == path), default=0)
    if changes:
        parts.append(f"{count(changes, 'change')} in a year")
    owner = next((one.owner for one in ones if one.owner), None)
    if owner:
        parts.append(clean(owner))
    return opposite(
        Text(clean(path), "bold"), Text(look.dot.join(parts), "dim"), look.page, "─" if look.unicode else " "
    )


def _finding(one: ReportedFinding, sources: Sources, look: Look) -> list[Text]:
    finding = one.finding
    paid = one.state is State.PAID_DOWN
    where, cost = Text("  ").append(clean(str(finding.place)), "cyan"), Text(duration(one.minutes), "dim")
    head = Text("  ").append(finding.severity.value, "bold green" if paid else _SEVERITIES[finding.severity.value])
    head.append("  ").append(clean(finding.rule), "bold")
    tags = _tags(one)
    if tags:
        head.append("  ").append(f"({', '.join(tags)})", "green" if paid else "dim")
    if where.cell_len + head.cell_len + cost.cell_len + 2 <= look.page:
        lines = opposite(where.append_text(head), cost, look.page)
    else:
        lines = [where, *opposite(head, cost, look.page)]
    lines += hang(Text("  "), prose(finding.message, look), look.page)
    if not paid:
        lines += excerpt(finding.place, sources.line(finding.place), look, _SEVERITIES[finding.severity.value])
    return [*lines, *_evidence(one, look)]


def _tags(one: ReportedFinding) -> list[str]:
    tags = [_STATES[one.state]] if one.state in _STATES else []
    if one.state is State.SUPPRESSED and one.reason:
        tags = [f"suppressed: {clean(one.reason)}"]
    return [*tags, "likely"] if one.finding.confidence is Confidence.MEDIUM else tags


def _evidence(one: ReportedFinding, look: Look) -> list[Text]:
    """The steps, numbered, places aligned."""
    steps = one.finding.evidence
    if not steps:
        return []
    places = [clean(str(step.place)) for step in steps]
    widest = max(cell_len(place) for place in places)
    lines = [Text()]
    for index, (place, step) in enumerate(zip(places, steps, strict=True), 1):
        prefix = Text().append(f"{index:>6} ", "dim").append(place, "cyan")
        if widest <= look.page * 2 // 5:
            prefix.append(" " * (widest - cell_len(place) + 2))
            lines += hang(prefix, prose(step.message, look), look.page)
        else:
            lines += [prefix, *hang(Text(" " * 9), prose(step.message, look), look.page)]
    return lines
