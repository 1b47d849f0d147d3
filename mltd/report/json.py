"""JSON, version 1: the contract that other people's tools rely on. Its schema is ``docs/report.schema.json``.

The same tree gives the same bytes, whatever the number of jobs.
"""

from __future__ import annotations

import json
from typing import Any

from mltd.model import Evidence
from mltd.outcome import Report, ReportedFinding, Summary

__all__ = ["render"]


def render(report: Report) -> str:
    """The report as JSON, keys in the order of the contract, ending in a line end."""
    data = {
        "version": 1,
        "tool": {"name": "mltd", "version": report.version},
        "summary": _summary(report.summary),
        "findings": [_finding(one) for one in report.findings],
        "skipped": [{"path": one.path, "reason": one.reason} for one in report.skipped],
        "excluded": list(report.excluded),
        "errors": [{"rule": one.rule, "message": one.message} for one in report.errors],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _summary(summary: Summary) -> dict[str, Any]:
    debt, seen = summary.debt, summary.seen
    data: dict[str, Any] = {
        "files": summary.files,
        "lines": summary.lines,
        "findings": summary.findings,
        "debt_minutes": debt.minutes,
        "debt_ratio": debt.ratio,
        "rating": debt.rating,
        "interest_minutes": debt.interest,
        "by_category": dict(sorted(debt.by_category.items())),
        "by_value": dict(sorted(debt.by_value.items())),
        "by_component": dict(sorted(debt.by_component.items())),
        "seen": {
            "models": seen.models,
            "datasets": seen.datasets,
            "features": seen.features,
            "predictions": seen.predictions,
            "links_resolved": seen.links_resolved,
            "links_unresolved": seen.links_unresolved,
        },
    }
    if summary.new_minutes is not None:
        data["new_minutes"] = summary.new_minutes
    if summary.paid_down_minutes is not None:
        data["paid_down_minutes"] = summary.paid_down_minutes
    return data


def _finding(one: ReportedFinding) -> dict[str, Any]:
    finding, place = one.finding, one.finding.place
    return {
        "rule": finding.rule,
        "category": one.category.value,
        "value": one.value.value,
        "severity": finding.severity.value,
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
        "cell": place.cell,
        "message": finding.message,
        "subject": finding.subject,
        "effort_minutes": one.minutes,
        "fingerprint": one.fingerprint,
        "owner": one.owner,
        "confidence": finding.confidence.value,
        "state": one.state.value,
        "evidence": [_step(step) for step in finding.evidence],
    }


def _step(step: Evidence) -> dict[str, Any]:
    place = step.place
    return {
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "cell": place.cell,
        "message": step.message,
    }
