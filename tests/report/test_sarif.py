"""SARIF: Microsoft's validator, the official schema, and what GitHub asks for beyond them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mltd.model import Category, Effort, Evidence, Finding, Place, Severity, Value
from mltd.outcome import Report, ReportedFinding, Sources, State
from mltd.report import sarif
from mltd.report.line_hash import line_hashes

TOOL = Path(__file__).parents[1] / "tools" / "node_modules" / "@microsoft" / "sarif-multitool-linux"
PROVENANCE = sarif.Provenance("https://example.com/acme/churn", "0f" * 20, "main")


def tool(name: str) -> Path:
    """A file of the validator's package. Loud where it is missing: in CI it must be there."""
    if not (TOOL / name).is_file():
        message = f"SARIF IS NOT VALIDATED: {TOOL / name} is missing; run `make tools` (needs npm and the network)"
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(message)
        pytest.skip(message)
    return TOOL / name


def run_of(text: str) -> dict[str, Any]:
    log = json.loads(text)
    assert len(log["runs"]) == 1
    run: dict[str, Any] = log["runs"][0]
    return run


def complaints(text: str, folder: Path) -> list[str]:
    """What the validator says of a file, notes left out."""
    binary = tool("Sarif.Multitool")
    if not os.access(binary, os.X_OK):
        binary = Path(shutil.copy(binary, folder / "multitool"))
        binary.chmod(0o755)
    (folder / "mltd.sarif").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [binary, "validate", folder / "mltd.sarif", "--rule-kind", "Sarif;Ghas", "--output", folder / "said.sarif"],
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Analysis completed successfully" in done.stdout
    said = json.loads((folder / "said.sarif").read_text(encoding="utf-8-sig"))["runs"][0]["results"]
    levels = {result.get("level", "warning") for result in said}
    return [line for line in done.stdout.splitlines() if " error " in line or " warning " in line] or sorted(
        levels - {"note", "none"}
    )


@pytest.fixture(params=["churn", "troubled", "empty"])
def any_text(request: pytest.FixtureRequest, churn: Report, troubled: Report, sources: Sources) -> str:
    if request.param == "empty":
        return sarif.render(msgspec.structs.replace(churn, findings=(), rules=(), skipped=()), sources)
    if request.param == "troubled":
        return sarif.render(troubled, sources, suppressed=True, known=True, provenance=PROVENANCE)
    return sarif.render(churn, sources)


def test_microsofts_validator_finds_no_error_and_no_warning(any_text: str, tmp_path: Path) -> None:
    assert complaints(any_text, tmp_path) == []


def test_the_validator_is_awake(churn: Report, sources: Sources, tmp_path: Path) -> None:
    log = json.loads(sarif.render(churn, sources))
    del log["runs"][0]["tool"]["driver"]["rules"][0]["help"]
    log["runs"][0]["results"][0]["ruleIndex"] = 99
    tool("Sarif.Multitool")
    with pytest.raises(AssertionError):
        assert complaints(json.dumps(log), tmp_path) == []


def test_official_schema(any_text: str) -> None:
    schema = json.loads(tool("sarif-2.1.0.json").read_text(encoding="utf-8-sig"))
    jsonschema.Draft7Validator(schema).validate(json.loads(any_text))


def test_no_empty_texts_and_nothing_undefined(any_text: str) -> None:
    def walk(value: Any) -> None:
        assert value not in ("", None)
        for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(child)

    walk(json.loads(any_text))
    assert "\n" not in any_text.rstrip("\n")


def test_worst_first_and_rules_by_index(churn: Report, sources: Sources) -> None:
    run = run_of(sarif.render(churn, sources))
    levels = [result["level"] for result in run["results"]]
    assert levels == sorted(levels, key=["error", "warning", "note"].index)
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    for rule in rules:
        assert rule["help"]["markdown"].startswith(f"# {rule['id']}")
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
        assert len(rule["properties"]["tags"]) <= 20
        assert rule["properties"]["problem.severity"] in ("error", "warning", "recommendation")


def test_line_hash_is_that_of_the_line(churn: Report, sources: Sources) -> None:
    for result in run_of(sarif.render(churn, sources))["results"]:
        place = result["locations"][0]["physicalLocation"]
        data = sources.data(place["artifactLocation"]["uri"].replace("%20", " "))
        if data is None:
            assert list(result["partialFingerprints"]) == ["mltdFingerprint/v1"]
        else:
            expected = line_hashes(data.decode())[place["region"]["startLine"] - 1]
            assert result["partialFingerprints"]["primaryLocationLineHash"] == expected


def test_notebook_by_physical_line(churn: Report, sources: Sources) -> None:
    result = next(one for one in run_of(sarif.render(churn, sources))["results"] if "Cell" in one["message"]["text"])
    assert result["message"]["text"].startswith("Cell 4, line 10: ")
    place = result["locations"][0]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "notebooks/explore%20churn.ipynb"
    assert place["physicalLocation"]["region"]["startLine"] == place["physicalLocation"]["region"]["endLine"] == 15
    assert place["logicalLocations"][0]["name"] == "cell 4, line 10"


def test_a_span_of_lines_is_shown_at_its_first_line(churn: Report, sources: Sources) -> None:
    result = next(one for one in run_of(sarif.render(churn, sources))["results"] if one["ruleId"] == "glue-code")
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {
        "startLine": 30,
        "startColumn": 14,
        "endLine": 30,
        "endColumn": len("    matrix = xgb.DMatrix(") + 1,
    }
    assert result["relatedLocations"][0]["physicalLocation"]["region"]["endLine"] == 32


def test_message_links_to_related_locations_and_code_flow(churn: Report, sources: Sources) -> None:
    for result in run_of(sarif.render(churn, sources))["results"]:
        ids = [related["id"] for related in result["relatedLocations"]]
        assert ids == list(range(1, len(ids) + 1))
        assert all(f"]({number}): " in result["message"]["text"] for number in ids)
        assert len(result["codeFlows"][0]["threadFlows"][0]["locations"]) == len(ids)


def test_what_github_would_show_as_open_is_left_out(troubled: Report, sources: Sources) -> None:
    shown = run_of(sarif.render(troubled, sources))["results"]
    assert {result["baselineState"] for result in shown} == {"new"}
    everything = run_of(sarif.render(troubled, sources, suppressed=True, known=True))["results"]
    assert len(everything) == len(troubled.findings)
    assert {result.get("baselineState") for result in everything} == {"new", "unchanged", "absent", None}
    held = [result["suppressions"] for result in everything if "suppressions" in result]
    assert held == [[{"kind": "inSource", "justification": "the vendor insists"}]]


def test_failed_rules_and_skipped_files_are_notified(troubled: Report, sources: Sources) -> None:
    invocation = run_of(sarif.render(troubled, sources))["invocations"][0]
    assert invocation["executionSuccessful"] is False
    texts = [note["message"]["text"] for note in invocation["toolExecutionNotifications"]]
    assert any("legacy/old_model.py" in text for text in texts)
    assert any("'glue-code' failed" in text for text in texts)


def test_a_part_never_goes_up_under_the_name_of_the_whole(churn: Report, sources: Sources) -> None:
    def name(**changes: Any) -> str:
        run = run_of(sarif.render(msgspec.structs.replace(churn, **changes), sources))
        identity: str = run["automationDetails"]["id"]
        return identity

    assert name() == "mltd/"
    assert name(prefix="services/a/") == "mltd/services/a/"
    assert name(filtered=True) == "mltd-partial/"
    assert name(alone=True, prefix="a/") == "mltd-partial/a/"
    assert name(roots=("a", "b")) == "mltd/a+b/"


def test_most_results_with_a_notification(churn: Report, sources: Sources) -> None:
    base = churn.findings[0]
    note = msgspec.structs.replace(base.finding, severity=Severity.NOTE)
    many = (*(msgspec.structs.replace(base, finding=note),) * sarif.MOST_RESULTS, churn.findings[1])
    run = run_of(sarif.render(msgspec.structs.replace(churn, findings=many, skipped=()), sources))
    assert len(run["results"]) == sarif.MOST_RESULTS
    assert run["results"][0]["level"] == "error"
    text = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    assert text == "1 finding was left out after the 5,000 worst."


def test_paths_are_percent_encoded_and_prefixed(churn: Report, sources: Sources) -> None:
    place = Place("a b/渠#?\udcff.py", 1, 1, 1, 5)
    finding = msgspec.structs.replace(churn.findings[0].finding, place=place)
    one = msgspec.structs.replace(churn.findings[0], finding=finding)
    run = run_of(sarif.render(msgspec.structs.replace(churn, findings=(one,), prefix="sub dir/"), sources))
    address = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert address["uri"] == "sub%20dir/a%20b/%E6%B8%A0%23%3F%FF.py"


def test_a_rule_without_metadata_is_described_all_the_same(churn: Report, sources: Sources) -> None:
    run = run_of(sarif.render(msgspec.structs.replace(churn, rules=()), sources))
    assert run["tool"]["driver"]["rules"][0]["shortDescription"]["text"] == "Dead feature."


def test_code_that_looks_like_a_link_is_none(churn: Report, sources: Sources) -> None:
    finding = msgspec.structs.replace(churn.findings[0].finding, message='`fns["a"](1)` runs', evidence=())
    one = msgspec.structs.replace(churn.findings[0], finding=finding)
    run = run_of(sarif.render(msgspec.structs.replace(churn, findings=(one,)), sources))
    assert run["results"][0]["message"]["text"] == '`fns["a"\\](1)` runs.'


places = st.builds(
    Place,
    st.text(min_size=1, max_size=20),
    st.integers(1, 10**6),
    st.integers(1, 500),
    st.integers(1, 10**6),
    st.integers(1, 500),
    st.none() | st.integers(1, 99),
    st.none() | st.integers(1, 10**6),
)
anything = st.builds(
    ReportedFinding,
    st.builds(
        Finding,
        st.sampled_from(["dead-feature", "glue-code", "stranger"]),
        places,
        st.text(),
        st.text(),
        st.lists(st.builds(Evidence, places, st.text()), max_size=4).map(tuple),
        st.sampled_from(Severity),
    ),
    st.sampled_from(Category),
    st.sampled_from(Value),
    st.builds(Effort, st.integers(0, 1000), st.integers(0, 100)),
    st.text("0123456789abcdef", min_size=16, max_size=16),
    state=st.sampled_from(State),
)


@given(st.lists(anything, max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
def test_regions_are_never_empty_whatever_a_rule_says(
    churn: Report, sources: Sources, findings: list[ReportedFinding]
) -> None:
    report = msgspec.structs.replace(churn, findings=tuple(findings))
    for result in run_of(sarif.render(report, sources, suppressed=True, known=True))["results"]:
        region = result["locations"][0]["physicalLocation"]["region"]
        assert region["startLine"] == region["endLine"]
        assert region["endColumn"] > region["startColumn"]
