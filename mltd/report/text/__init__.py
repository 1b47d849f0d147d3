"""The terminal report: the verdict first, then the findings by file, and at the end what to remember.

``render(report, sources, detect(sys.stdout))`` gives the text; in a pipe it is plain, in a terminal it has styles.
"""

from __future__ import annotations

from collections import Counter

from rich.text import Text

from mltd.outcome import Debt, Report, Sources
from mltd.report.text.findings import findings
from mltd.report.text.look import Look, detect, draw
from mltd.report.text.verdict import colour_of, verdict
from mltd.report.text.widgets import clean, count, duration, hang, label, percent
from mltd.score import explain

__all__ = ["Look", "detect", "render"]

_SKIPPED_SHOWN = 20


def render(report: Report, sources: Sources, look: Look | None = None, *, explain_score: bool = False) -> str:
    """The report as text that ends with a line end; with every term of the score before the end where asked for."""
    look = look or Look()
    lines = [*verdict(report, look), *findings(report, sources, look)]
    if explain_score:
        lines += [*_score(report.summary.debt, look), Text()]
    return draw([*lines, *_end(report, look)], look)


def _score(debt: Debt, look: Look) -> list[Text]:
    """Every term of the score, results aligned at the right."""
    rows = explain(debt)
    results = max(len(row.result) for row in rows)
    lines = [Text("How the score comes about", "bold")]
    for row in rows:
        result = Text("  ").append(row.result.rjust(results), "" if row.level else "bold").append("  ")
        name = clean(label(row.label) if row.working in ("by category", "by value") else row.label)
        body = Text("  " * row.level).append(name, "" if row.level else "bold")
        lines += hang(result, body.append("  ").append(row.working, "dim"), look.page)
    return lines


def _end(report: Report, look: Look) -> list[Text]:
    return [*_skipped(report, look), *_errors(report, look), *_footer(report, look)]


def _skipped(report: Report, look: Look) -> list[Text]:
    if not report.skipped:
        return []
    lines = [Text("Not read", "bold")]
    for one in report.skipped[:_SKIPPED_SHOWN]:
        lines += hang(Text("  ").append(clean(one.path)).append("  "), Text(clean(one.reason), "dim"), look.page)
    more = len(report.skipped) - _SKIPPED_SHOWN
    return [*lines, *([Text(f"  and {count(more, 'more file', 'more files')}")] if more > 0 else []), Text()]


def _errors(report: Report, look: Look) -> list[Text]:
    if not report.errors:
        return []
    lines = [Text("Rules that failed; the others went on", "bold red")]
    for error in report.errors:
        message = clean(" ".join(error.message.split()))
        lines += hang(Text("  ").append(clean(error.rule), "bold").append("  "), Text(message), look.page)
    return [*lines, Text()]


def _footer(report: Report, look: Look) -> list[Text]:
    """The last lines are what stays on the screen: all of it in one sentence, and the gates that failed."""
    lines = []
    debt = report.summary.debt
    if report.findings:
        tally = Counter(one.finding.severity.value for one in report.findings if one.state.charged)
        kinds = [count(tally[name], name) for name in ("error", "warning", "note") if tally[name]]
        body = Text(", ".join(kinds) or "no open finding").append(look.dot)
        body.append(f"{duration(debt.minutes)} of debt{look.dot}{percent(debt.ratio)}{look.dot}rating ")
        body.append(debt.rating, f"bold {colour_of(debt.rating)}")
        lines += hang(Text(), body, look.page)
        rule = report.findings[0].finding.rule
        lines += hang(
            Text(),
            Text(f"mltd explain {clean(rule)} tells what it means and how to pay it down.", "dim"),
            look.page,
        )
    if report.hidden:
        lines += hang(
            Text(), Text(f"{report.hidden} suppressed: --show-suppressed shows what and why.", "dim"), look.page
        )
    for gate in report.gates:
        lines += hang(Text("gate failed  ", "bold red"), Text(clean(gate)), look.page)
    return lines
