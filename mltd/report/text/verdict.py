"""The first screen: the rating and what it means, what costs most, where to begin, and what was seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from rich.cells import cell_len
from rich.text import Text

from mltd.outcome import Report, ReportedFinding, State
from mltd.report.text.look import Look
from mltd.report.text.widgets import (
    about,
    bars,
    beside,
    brief,
    clean,
    count,
    duration,
    first_sentence,
    hang,
    number,
    opposite,
    packed,
    percent,
    prose,
    shortened,
)
from mltd.score import interest, pay_for_next

__all__ = ["colour_of", "verdict"]

_COLOURS = {"A": "green", "B": "green", "C": "yellow", "D": "red", "E": "red"}
_WORST = 5
#: Findings of one rule among them, where others have any.
_OF_ONE_RULE = 2
_INDENT = 2


def verdict(report: Report, look: Look) -> list[Text]:
    """The whole first screen, one line after the other."""
    lines = [_title(report, look), Text(), *_head(report, look), Text()]
    costs, seen = _costs(report, look), _seen(report, look, _third(look) if look.page >= 120 else look.page)
    if look.page >= 120 and costs:
        third = _third(look)
        lines += [*_indented(beside([*costs, seen], [third] * 3)), Text(), *_worst(report, look)]
    else:
        if look.page >= 76:
            half = (look.page - _INDENT - 4) // 2
            lines += _indented(beside(costs, [half] * len(costs)))
        else:
            lines += _indented([line for block in costs for line in [*block, Text()]][:-1])
        lines += [Text()] if costs else []
        lines += [*_worst(report, look), *_indented(seen), Text()]
    return [*lines, *_notices(report, look)]


def colour_of(rating: str) -> str:
    """The colour of a letter."""
    return _COLOURS.get(rating, "red")


def _third(look: Look) -> int:
    return (look.page - _INDENT - 8) // 3


def _title(report: Report, look: Look) -> Text:
    line = Text().append("mltd ", "bold").append(clean(report.version), "dim")
    return line.append(look.dot if look.unicode else " - ", "dim").append(clean(", ".join(report.roots)))


def _head(report: Report, look: Look) -> list[Text]:
    """The letter, and beside it the sentences that say why."""
    rating = report.summary.debt.rating
    said = _sentences(report, look)
    if not _judged(report):
        return _indented([line for text in said for line in hang(Text(), text, look.page - _INDENT)])
    if look.ansi:
        style = f"bold reverse {colour_of(rating)}"
        badge = [Text("     ", style), Text(f"  {rating}  ", style), Text("     ", style)]
    else:
        badge = [Text(f"[{rating}]")]
    width = badge[0].cell_len
    room = look.page - _INDENT - width - 3
    lines = [line for text in said for line in hang(Text(), text, room)]
    return _indented(beside([badge, lines], [width, room], gap=3))


def _judged(report: Report) -> bool:
    """Whether a letter would mean anything: there was ML code, or something was found."""
    return bool(report.summary.debt.statements or report.summary.debt.minutes)


def _sentences(report: Report, look: Look) -> list[Text]:
    summary = report.summary
    debt = summary.debt
    if not summary.files:
        return [Text("There was no file to read.", "bold")]
    if not _judged(report):
        said = "No machine learning was seen here, so there is no ML debt to speak of."
        return [Text(said, "bold"), Text("If that is wrong: what was read, and what not, is told below.")]
    ratio = percent(debt.ratio)
    written = f"{count(debt.statements, 'ML statement')} {'costs' if debt.statements == 1 else 'cost'} to write"
    cost = f"the {about(round(debt.cost))} that {written}"
    compared = summary.new_minutes is not None or summary.paid_down_minutes is not None
    changed = [_changed(summary.new_minutes or 0, summary.paid_down_minutes or 0, look)] if compared else []
    if not debt.minutes:
        nothing = Text().append("No debt found.", "bold").append(" " + _looked(report))
        return [nothing, Text(f"{count(debt.statements, 'ML statement')} in {count(summary.files, 'file')}."), *changed]
    charged = {term.place.path for term in debt.terms}
    where = f"{count(len(debt.terms), 'finding')}, {count(len(charged), 'file')}"
    lines = [
        Text().append(f"{duration(debt.minutes)} of debt", "bold").append(f" in {where}"),
        Text(f"{ratio} of {cost}."),
    ]
    better = pay_for_next(debt)
    if better:
        lines.append(Text(f"Pay {duration(better[1])} of it for {_article(better[0])}."))
    if debt.interest and any(term.changes > 1 for term in debt.terms):
        lines.append(Text(f"Leaving it costs about {duration(debt.interest)} a year: its files keep changing."))
    return [*lines, *changed]


def _article(letter: str) -> str:
    return f"an {letter}" if letter in "AE" else f"a {letter}"


def _changed(new: int, paid: int, look: Look) -> Text:
    """What a change added and paid down, the second as loud as the first."""
    line = Text().append(f"{duration(new)} new", "bold red" if new else "dim")
    return line.append(look.dot, "dim").append(f"{duration(paid)} paid down", "bold green" if paid else "dim")


def _looked(report: Report) -> str:
    if not report.rules:
        return "No rule was run."
    if len(report.rules) == 1:
        return "1 rule looked at what is listed below."
    return f"{count(len(report.rules), 'rule')} looked at what is listed below."


def _costs(report: Report, look: Look) -> list[list[Text]]:
    debt = report.summary.debt
    if not debt.minutes:
        return []
    room = look.page - _INDENT
    width = _third(look) if look.page >= 120 else (room - 4) // 2 if look.page >= 76 else room
    by_kind, by_value = bars([(debt.by_category, "magenta"), (debt.by_value, "blue")], width, look)
    return [[Text("By kind", "bold"), *by_kind], [Text("By value", "bold"), *by_value]]


def _worst(report: Report, look: Look) -> list[Text]:
    """The costliest findings, interest included, each with the way from its cause to its effect."""
    changes = {term.place.path: term.changes for term in report.summary.debt.terms}
    charged = [one for one in report.findings if one.state.charged]
    worst = _varied(sorted(charged, key=lambda one: _cost(one, changes)))[:_WORST]
    if len(charged) < 2:
        return []
    years = [interest(one.minutes, changes.get(one.finding.place.path, 0)) for one in worst]
    yearly = any(years) and look.page >= 60
    lines = opposite(Text("  Where to begin", "bold"), _amounts("to pay", "a year", yearly), look.page)
    for index, (one, year) in enumerate(zip(worst, years, strict=True), 1):
        head = Text().append(f"  {index}  ", "dim").append(clean(one.finding.rule), _severity(one))
        place = Text(clean(str(one.finding.place)))
        amounts = _amounts(brief(one.minutes), f"+{brief(year)}" if year else "", yearly)
        if head.cell_len + place.cell_len + amounts.cell_len + 4 <= look.page:
            lines += opposite(head.append("  ").append_text(place), amounts, look.page)
        else:
            lines += [*opposite(head, amounts, look.page), *hang(Text("     "), place, look.page)]
        said = hang(Text("     "), prose(first_sentence(one.finding.message), look), look.page)
        lines += shortened(said, 2, look)
        if one.finding.evidence:
            lines += hang(Text("     "), Text(_way(one, look), "dim"), look.page)
    return [*lines, Text()]


def _varied(worst: list[ReportedFinding]) -> list[ReportedFinding]:
    """The costliest first, but of each rule only so many as long as others have any: one kind told five times hides the
    rest."""
    told: Counter[str] = Counter()
    first: list[ReportedFinding] = []
    later: list[ReportedFinding] = []
    for one in worst:
        told[one.finding.rule] += 1
        (first if told[one.finding.rule] <= _OF_ONE_RULE else later).append(one)
    chosen = [*first, *later][:_WORST]
    return [one for one in worst if any(one is other for other in chosen)]


def _amounts(principal: str, year: str, yearly: bool) -> Text:
    """One or two right-aligned columns."""
    return Text(principal.rjust(6)).append(year.rjust(9) if yearly else "", "dim")


def _severity(one: ReportedFinding) -> str:
    return {"error": "red", "warning": "yellow", "note": "blue"}[one.finding.severity.value]


def _cost(one: ReportedFinding, changes: Mapping[str, int]) -> tuple[int, int, str, int, str]:
    place = one.finding.place
    total = one.minutes + interest(one.minutes, changes.get(place.path, 0))
    return (-total, -one.finding.severity.rank, place.path, place.line, one.finding.rule)


def _way(one: ReportedFinding, look: Look) -> str:
    """The places of the evidence in order; of a long way its two ends."""
    steps = list(dict.fromkeys(clean(str(step.place)) for step in one.finding.evidence))
    way = look.arrow.join(steps)
    if cell_len(way) > look.page - 5 and len(steps) > 2:
        way = look.arrow.join([steps[0], f"{len(steps) - 2} more", steps[-1]])
    return way


def _seen(report: Report, look: Look, width: int) -> list[Text]:
    seen, summary = report.summary.seen, report.summary
    things = [
        count(seen.models, "model"),
        count(seen.datasets, "data set"),
        count(seen.features, "feature"),
        count(seen.predictions, "prediction"),
    ]
    said = [look.dot.join([count(summary.files, "file"), count(summary.lines, "line")])]
    if seen.links_resolved or seen.links_unresolved:
        rest = f", {number(seen.links_unresolved)} not" if seen.links_unresolved else ", none left open"
        told = ["mltd graph --unresolved tells which"] if seen.links_unresolved else []
        said = [f"{count(seen.links_resolved, 'link')} resolved{rest}", *told, *said]
    if report.skipped:
        said.append(f"{count(len(report.skipped), 'file')} could not be read (see the end)")
    if report.excluded:
        named = ", ".join(clean(name) for name in report.excluded[:4])
        more = len(report.excluded) - 4
        said.append(f"left out: {named}" + (f" and {number(more)} more" if more > 0 else ""))
    lines = [line for text in said for line in hang(Text(), Text(text), width)]
    return [Text("What was seen", "bold"), *packed(things, look, width), *lines]


def _notices(report: Report, look: Look) -> list[Text]:
    """What a reader must know before believing the figures."""
    said = []
    if report.alone:
        said.append("Only single files were scanned: what their project does with them was not seen.")
    if report.filtered:
        said.append("The whole tree was analysed; below are the findings that touch the files asked for.")
    known = sum(one.state is State.KNOWN for one in report.findings)
    if known:
        said.append(f"{count(known, 'finding')} {'is' if known == 1 else 'are'} known from the baseline.")
    lines = [line for text in said for line in hang(Text("  "), Text(text, "italic"), look.page)]
    return [*lines, Text()] if lines else []


def _indented(lines: list[Text]) -> list[Text]:
    return [Text(" " * _INDENT).append_text(line) for line in lines]
