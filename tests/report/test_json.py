"""The JSON is what its schema and the contract say: these keys in this order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec

from mltd.model import Category, Effort, Evidence, Finding, Place, Severity, Value
from mltd.outcome import Debt, Report, ReportedFinding, RuleError, Seen, Skipped, State, Summary
from mltd.report import json as renderer

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "report.schema.json").read_text("utf-8"))

KEYS = ["version", "tool", "summary", "findings", "skipped", "excluded", "errors"]
SUMMARY = [
    "files",
    "lines",
    "findings",
    "debt_minutes",
    "debt_ratio",
    "rating",
    "interest_minutes",
    "by_category",
    "by_value",
    "by_component",
    "seen",
]
FINDING = [
    "rule",
    "category",
    "value",
    "severity",
    "path",
    "line",
    "column",
    "end_line",
    "end_column",
    "cell",
    "message",
    "subject",
    "effort_minutes",
    "fingerprint",
    "owner",
    "confidence",
    "state",
    "evidence",
]


def example(**changes: Any) -> Report:
    place = Place("src/ä.ipynb", 2, 3, 2, 9, cell=4, physical_line=40)
    finding = Finding(
        "dead-feature", place, "nobody reads “age”", "feature:age", (Evidence(place, "made here"),), Severity.WARNING,
        extent=2,
    )  # fmt: skip
    one = ReportedFinding(finding, Category.DATA_DEPENDENCIES, Value.DELETION, Effort(20, 5), "0123456789abcdef")
    debt = Debt(
        minutes=30,
        interest=6,
        ratio=0.0312,
        rating="C",
        by_value={"deletion": 30},
        by_category={"data_dependencies": 30},
    )
    report = Report(
        version="0.1.0",
        summary=Summary(3, 120, 1, debt, Seen(1, 2, 3, 4, 5, 6)),
        findings=(one,),
        skipped=(Skipped("b.py", "not UTF-8"),),
        excluded=("venv/",),
        errors=(RuleError("glue-code", "ValueError: x (glue_code.py, line 3)"),),
    )
    return msgspec.structs.replace(report, **changes)


def data(report: Report) -> Any:
    return json.loads(renderer.render(report))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_a_report_keeps_to_the_schema() -> None:
    jsonschema.validate(data(example()), SCHEMA)


def test_keys_and_their_order() -> None:
    found = data(example())
    assert list(found) == KEYS
    assert list(found["summary"]) == SUMMARY
    assert list(found["findings"][0]) == FINDING
    assert list(found["findings"][0]["evidence"][0]) == ["path", "line", "column", "cell", "message"]


def test_a_finding_has_its_values() -> None:
    (found,) = data(example())["findings"]
    assert (found["path"], found["cell"], found["line"], found["effort_minutes"]) == ("src/ä.ipynb", 4, 2, 30)
    assert (found["state"], found["owner"], found["confidence"]) == ("open", None, "high")


def test_text_is_written_as_it_is() -> None:
    text = renderer.render(example())
    assert "“age”" in text
    assert text.endswith("}\n")


def test_the_schema_is_closed() -> None:
    found = data(example())
    found["findings"][0]["extra"] = 1
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(found)


def test_a_comparison_adds_its_two_figures() -> None:
    summary = msgspec.structs.replace(example().summary, new_minutes=5, paid_down_minutes=7)
    found = data(example(summary=summary))
    assert list(found["summary"])[-2:] == ["new_minutes", "paid_down_minutes"]
    jsonschema.validate(found, SCHEMA)


def test_every_state_is_in_the_schema() -> None:
    states = SCHEMA["$defs"]["finding"]["properties"]["state"]["enum"]
    assert set(states) == {state.value for state in State}


def test_every_category_and_value_is_in_the_schema() -> None:
    assert SCHEMA["$defs"]["category"]["enum"] == [one.value for one in Category]
    assert SCHEMA["$defs"]["value"]["enum"] == [one.value for one in Value]
