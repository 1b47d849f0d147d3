"""SARIF 2.1.0 as GitHub's code scanning takes it, and as other viewers like it.

One run, compact, the worst finding first. What GitHub ignores would show up there as an open alert: suppressed, known
and paid-down findings are left out unless they are asked for.
"""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from mltd.model import Category, Place, Severity
from mltd.outcome import Report, ReportedFinding, RuleInfo, Sources, State
from mltd.report import taxonomy
from mltd.report.page import condensed, titled
from mltd.report.sarif_places import Pages, address, location

__all__ = ["MOST_RESULTS", "Provenance", "render"]

#: GitHub keeps so many results of a run, the most severe ones.
MOST_RESULTS = 5_000
#: Steps of evidence in one result; GitHub takes 1,000 locations.
_MOST_STEPS = 200
#: Steps that the message links to.
_MOST_LINKS = 10
_LONGEST = 1_024

#: Said where a page's further examples are left out.
_MORE = "*{{}} more: mltd explain {} --all*"
_PROBLEM = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}
_BASELINE = {State.NEW: "new", State.KNOWN: "unchanged", State.PAID_DOWN: "absent"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


class Provenance(msgspec.Struct, frozen=True):
    """Where the scanned tree comes from, as git tells; empty texts for what it does not tell."""

    repository: str
    revision: str = ""
    branch: str = ""


def render(
    report: Report,
    sources: Sources,
    *,
    suppressed: bool = False,
    known: bool = False,
    provenance: Provenance | None = None,
) -> str:
    """The report as one line of JSON.

    ``suppressed`` brings suppressed findings along, ``known`` those of the baseline and the ones that were paid down.
    """
    left_out = {State.SUPPRESSED} if not suppressed else set()
    left_out |= {State.KNOWN, State.PAID_DOWN} if not known else set()
    findings = sorted((one for one in report.findings if one.state not in left_out), key=_worst_first)
    shown, dropped = findings[:MOST_RESULTS], findings[MOST_RESULTS:]
    rules = _rules(report, shown)
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    pages = Pages(report.prefix, sources)
    run = {
        "tool": {
            "driver": {
                "name": "mltd",
                "version": report.version,
                "semanticVersion": report.version if re.fullmatch(r"\d+\.\d+\.\d+([-+].+)?", report.version) else None,
                "informationUri": taxonomy.TAXONOMY["informationUri"],
                "shortDescription": {"text": "Finds technical debt in machine learning code."},
                "supportedTaxonomies": [{"name": taxonomy.NAME, "index": 0, "guid": taxonomy.TAXONOMY["guid"]}],
                "rules": rules,
            }
        },
        "automationDetails": {"id": _automation(report)},
        "versionControlProvenance": _provenance(provenance),
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The top of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report, dropped)],
        "taxonomies": [taxonomy.TAXONOMY],
        "results": [_result(one, index[one.finding.rule], pages) for one in shown],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(_filled(log), ensure_ascii=False, separators=(",", ":")) + "\n"


def _worst_first(one: ReportedFinding) -> tuple[Any, ...]:
    place = one.finding.place
    where = (place.path, place.cell or 0, place.line, place.column, one.finding.rule, one.fingerprint)
    return (-one.finding.severity.rank, -one.minutes, *where)


def _automation(report: Report) -> str:
    """What stands before the last slash is GitHub's category. A scan of a part has one of its own, as it would
    otherwise close the alerts of the whole."""
    tool = "mltd-partial" if report.filtered or report.alone else "mltd"
    roots = [root.strip("./") for root in report.roots] if len(report.roots) > 1 else []
    part = "+".join([report.prefix.strip("/"), *roots]).strip("+")
    return f"{tool}/{part}/" if part else f"{tool}/"


def _provenance(provenance: Provenance | None) -> list[dict[str, Any]] | None:
    if provenance is None or not provenance.repository:
        return None
    return [
        {
            "repositoryUri": provenance.repository,
            "revisionId": provenance.revision,
            "branch": provenance.branch,
            "mappedTo": {"uriBaseId": "%SRCROOT%"},
        }
    ]


def _invocation(report: Report, dropped: list[ReportedFinding]) -> dict[str, Any]:
    notes: list[dict[str, Any]] = []
    if dropped:
        left = "1 finding was" if len(dropped) == 1 else f"{len(dropped):,} findings were"
        text = f"{left} left out after the {MOST_RESULTS:,} worst."
        notes.append({"level": "warning", "message": {"text": text}})
    for one in report.skipped:
        where = {"physicalLocation": {"artifactLocation": address(report.prefix + one.path)}}
        text = _sentence(f"'{one.path}' was skipped: {one.reason}")
        notes.append({"level": "warning", "message": {"text": text}, "locations": [where]})
    for error in report.errors:
        text = _sentence(f"The rule '{error.rule}' failed: {error.message}")
        notes.append({"level": "error", "message": {"text": text}, "associatedRule": {"id": error.rule}})
    return {"executionSuccessful": not report.errors, "toolExecutionNotifications": notes or None}


def _rules(report: Report, shown: list[ReportedFinding]) -> list[dict[str, Any]]:
    """The rules that were run, and any other that found something, by name."""
    known = {rule.name: rule for rule in report.rules}
    for one in shown:
        if one.finding.rule not in known:
            rule = one.finding.rule
            known[rule] = RuleInfo(rule, one.category, one.value, one.finding.severity, one.effort, "", "")
    return [_rule(known[name]) for name in sorted(known)]


def _rule(rule: RuleInfo) -> dict[str, Any]:
    name = rule.name.replace("-", " ").capitalize()
    short = _sentence(rule.summary or name)
    full = f"{short} Paying it down serves {rule.value.value}."
    full += f" Source: {_sentence(rule.cites)}" if rule.cites else ""
    minutes = f"{rule.effort.base} minutes" + (
        f" and {rule.effort.each} for each further place" if rule.effort.each else ""
    )
    related = taxonomy.relationship(rule.category)
    return {
        "id": rule.name,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": _short(short)},
        "fullDescription": {"text": _short(full)},
        "help": {
            "text": f"{full} It takes about {minutes}.",
            "markdown": condensed(titled(rule.page), 1, _MORE.format(rule.name)) or full,
        },
        "defaultConfiguration": {"level": rule.severity.value},
        "relationships": [related] if related else None,
        "properties": {
            "precision": "high",
            "problem.severity": _PROBLEM[rule.severity],
            "tags": ["machine-learning", "technical-debt", _dashed(rule.category), rule.value.value],
        },
    }


def _result(one: ReportedFinding, index: int, pages: Pages) -> dict[str, Any]:
    finding = one.finding
    steps = finding.evidence[:_MOST_STEPS]
    related = [location(step.place, pages, step.message, number) for number, step in enumerate(steps, 1)]
    walk = [{"location": location(step.place, pages, step.message)} for step in steps]
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": finding.severity.value,
        "message": {"text": _message(one)},
        "locations": [pages.primary(finding.place, finding.symbol)],
        "partialFingerprints": {
            "primaryLocationLineHash": pages.line_hash(finding.place),
            "mltdFingerprint/v1": one.fingerprint,
        },
        "relatedLocations": related or None,
        "codeFlows": [{"threadFlows": [{"locations": walk}]}] if walk else None,
        "baselineState": _BASELINE.get(one.state),
        "suppressions": [_suppression(one)] if one.state is State.SUPPRESSED else None,
        "properties": {
            "confidence": finding.confidence.value,
            "subject": finding.subject,
            "effortMinutes": one.minutes,
            "value": one.value.value,
            "component": one.component,
            "owner": one.owner,
        },
    }


def _suppression(one: ReportedFinding) -> dict[str, Any]:
    kind = "external" if one.reason.startswith("per-path-ignores") else "inSource"
    return {"kind": kind, "justification": one.reason}


def _message(one: ReportedFinding) -> str:
    """What is wrong, and below it the steps of the evidence, each linked to its place."""
    finding = one.finding
    text = _sentence(_unlinked(finding.message))
    if finding.place.cell is not None:
        text = f"Cell {finding.place.cell}, line {finding.place.line}: {text}"
    links = [
        f"{number}. [{_link_text(step.place)}]({number}): {_sentence(_unlinked(step.message))}"
        for number, step in enumerate(finding.evidence[:_MOST_LINKS], 1)
    ]
    more = len(finding.evidence) - len(links)
    links += [f"And {more} more."] if more > 0 else []
    return "\n\n".join([text, "\n".join(links)]) if links else text


def _link_text(place: Place) -> str:
    return re.sub(r"([\\\[\]])", r"\\\1", str(place))


def _unlinked(message: str) -> str:
    """The message with no part of it looking like a link (``x["a"](1)``)."""
    return re.sub(r"\](?=\()", r"\]", message)


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _dashed(category: Category) -> str:
    return category.value.replace("_", "-")


def _filled(value: Any) -> Any:
    """The same without empty texts and without what is None, and without halves of characters."""
    if isinstance(value, dict):
        kept = {key: _filled(item) for key, item in value.items() if item is not None and item != ""}
        return {key: item for key, item in kept.items() if item != {}}
    if isinstance(value, list):
        return [_filled(item) for item in value]
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
