"""The findings by file: the line of source, what is wrong with it, and the numbered way that proves it."""

from __future__ import annotations

from itertools import groupby

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from mltd.model import Confidence, Place
from mltd.outcome import Debt, Report, ReportedFinding, Sources, State
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
        lines += _excerpt(finding.place, sources.line(finding.place), look, _SEVERITIES[finding.severity.value])
    return [*lines, *_evidence(one, look)]


def _tags(one: ReportedFinding) -> list[str]:
    tags = [_STATES[one.state]] if one.state in _STATES else []
    if one.state is State.SUPPRESSED and one.reason:
        tags = [f"suppressed: {clean(one.reason)}"]
    return [*tags, "likely"] if one.finding.confidence is Confidence.MEDIUM else tags


def _excerpt(place: Place, line: str, look: Look, style: str) -> list[Text]:
    """The line with its span underlined, cut around the span where it is too long; nothing for an unknown line."""
    if not line.strip():
        return []
    number = f"{place.line:>6} "
    start, end = _span(place, line)
    indent = len(line) - len(line.lstrip())
    before, span, after = (clean(part) for part in (line[indent:start], line[start:end], line[end:].rstrip()))
    room = look.page - len(number) - 2
    before, span, after = _cut(before, span, after, room, look.ellipsis)
    source = Text().append(number, "dim").append(look.gutter, "dim").append(f" {before}")
    source.append(span, "bold").append(after)
    marks = Text(" " * len(number)).append(look.gutter, "dim").append(" " * (cell_len(before) + 1))
    marks.append(look.underline * max(1, cell_len(span)), style)
    return [Text(), source, marks]


def _span(place: Place, line: str) -> tuple[int, int]:
    """The part of the line that the place covers, without the line's indentation, at least one character."""
    indent = len(line) - len(line.lstrip())
    last = len(line.rstrip())
    start = min(max(place.column - 1, indent), last - 1)
    end = last if place.end_line > place.line else min(place.end_column - 1, last)
    return start, max(end, start + 1)


def _cut(before: str, span: str, after: str, room: int, ellipsis: str) -> tuple[str, str, str]:
    """The three parts in at most ``room`` columns: first the far left goes, then what is right of it."""
    if cell_len(before + span + after) <= room:
        return before, span, after
    if cell_len(before) + min(cell_len(span), room // 2) > room - len(ellipsis):
        kept = room // 4
        while before and cell_len(before) > kept:
            before = before[1:]
        before = ellipsis + before
    left = room - cell_len(before)
    if cell_len(span) > left:
        return before, set_cell_size(span, left - len(ellipsis)) + ellipsis, ""
    left -= cell_len(span)
    if cell_len(after) > left:
        after = set_cell_size(after, left - len(ellipsis)) + ellipsis if left > len(ellipsis) else ""
    return before, span, after


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
