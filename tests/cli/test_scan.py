"""``mltd scan``: reports, gates, selections and exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mltd import packs
from mltd.cli import analysis
from tests.cli.conftest import Done, Run
from tests.fakes import Broken, FakeAnalysis, Shout, registry

pytestmark = pytest.mark.usefixtures("project", "fake")


def report(done: Done) -> Any:
    return json.loads(done.out)


def found(done: Done) -> list[tuple[str, str, int]]:
    return [(one["rule"], one["path"], one["line"]) for one in report(done)["findings"]]


def test_findings_alone_do_not_fail(run: Run) -> None:
    done = run("scan", "-f", "json")
    assert done.code == 0
    assert found(done) == [("whisper", "b.py", 1), ("shout", "src/a.py", 2)]
    assert done.err == ""


def test_the_summary(run: Run) -> None:
    summary = report(run("scan", "-f", "json"))["summary"]
    assert summary["findings"] == 2
    assert summary["debt_minutes"] == 11
    assert summary["by_component"] == {".": 1, "src": 10}
    assert summary["seen"]["models"] == 1


def test_a_file_is_scanned_alone(run: Run) -> None:
    assert found(run("scan", "src/a.py", "-f", "json")) == [("shout", "a.py", 2)]


def test_several_paths_are_prefixed_as_given(run: Run, project: Path) -> None:
    (project / "other").mkdir()
    (project / "other" / "a.py").write_text("shout()\n")
    done = run("scan", "other", "src/", "-f", "json")
    assert found(done) == [("shout", "other/a.py", 1), ("shout", "src/a.py", 2)]
    assert report(done)["findings"][0]["evidence"][0]["path"] == "other/a.py"
    fingerprints = {one["fingerprint"] for one in report(done)["findings"]}
    assert len(fingerprints) == 2
    assert report(done)["summary"]["by_component"] == {"other": 10, "src": 10}


@pytest.mark.parametrize(
    ("words", "rules"),
    [
        (["--select", "shout"], ["shout"]),
        (["--select", "category:process,value:deletion"], ["whisper", "shout"]),
        (["--ignore", "shout"], ["whisper"]),
        (["--select", "shout", "--ignore", "shout"], []),
    ],
)
def test_selection(run: Run, words: list[str], rules: list[str]) -> None:
    assert [one[0] for one in found(run("scan", "-f", "json", *words))] == rules


def test_the_command_line_selects_before_the_configuration_and_both_ignore(run: Run, project: Path) -> None:
    (project / "mltd.toml").write_text('select = ["shout"]\nignore = ["whisper"]\n')
    assert [one[0] for one in found(run("scan", "-f", "json"))] == ["shout"]
    assert [one[0] for one in found(run("scan", "-f", "json", "--select", "whisper"))] == []
    assert [one[0] for one in found(run("scan", "-f", "json", "--no-config"))] == ["whisper", "shout"]
    assert [one[0] for one in found(run("scan", "-f", "json", "--ignore", "shout"))] == []


def test_report_only_takes_all_names_that_follow(run: Run) -> None:
    done = run("scan", "-f", "json", "--report-only", "src/a.py", "no/such.py")
    assert found(done) == [("shout", "src/a.py", 2)]
    assert report(done)["summary"]["debt_minutes"] == 11
    assert found(run("scan", ".", "--report-only", "b.py", "-f", "json")) == [("whisper", "b.py", 1)]
    assert found(run("scan", "-f", "json", "--report-only")) == []


def test_options_may_stand_between_report_only_and_its_names(run: Run) -> None:
    """pre-commit puts the user's own ``args`` after the hook's entry, and the file names last."""
    done = run("scan", "--fail-on", "warning", "--report-only", "--fail-on", "error", "-f", "json", "--strict", "b.py")
    assert done.code == 0
    assert found(done) == [("whisper", "b.py", 1)]
    assert found(run("scan", "-f", "json", "--report-only", "src/a.py", "--", "b.py", "-f")) == [
        ("whisper", "b.py", 1),
        ("shout", "src/a.py", 2),
    ]


def test_gates_count_what_is_reported(run: Run) -> None:
    assert run("scan", "--fail-on", "warning", "-f", "json", "--report-only", "b.py").code == 0
    assert run("scan", "--fail-on", "warning", "-f", "json", "--report-only", "src/a.py").code == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--fail-on", "note"], "2 findings are of severity note or worse (fail-on)"),
        (["--fail-on", "warning"], "a finding is of severity warning or worse (fail-on)"),
        (["--fail-on", "error"], ""),
        (["--max-debt", "10m"], "the debt of 11min is above 10min (max-debt)"),
        (["--max-debt", "1h"], ""),
        (["--max-ratio", "0.001"], "is above 0.001 (max-ratio)"),
        (["--max-ratio", "1"], ""),
        (["--max-rating", "e"], ""),
    ],
)
def test_gates(run: Run, words: list[str], sentence: str) -> None:
    done = run("scan", "-f", "json", *words)
    assert done.code == (1 if sentence else 0)
    assert sentence in done.err


def test_the_rating_gate(run: Run, fake: FakeAnalysis) -> None:
    fake.statements = 1
    done = run("scan", "-f", "json", "--max-rating", "B")
    assert done.code == 1
    assert "the rating E is worse than B (max-rating)" in done.err


def test_gates_of_the_configuration(run: Run, project: Path) -> None:
    (project / "mltd.toml").write_text('[gates]\nfail-on = "warning"\n')
    assert run("scan", "-f", "json").code == 1
    assert run("scan", "-f", "json", "--fail-on", "error").code == 0


def test_strict(run: Run, project: Path) -> None:
    (project / "bad.py").write_bytes(b"\xff")
    done = run("scan", "-f", "json")
    assert done.code == 0
    assert report(done)["skipped"] == [{"path": "bad.py", "reason": "not UTF-8"}]
    done = run("scan", "-f", "json", "--strict")
    assert done.code == 1
    assert "a file was skipped (strict)" in done.err


def test_suppressed_findings_are_shown_on_request(run: Run, project: Path) -> None:
    (project / "b.py").write_text("whisper()  # mltd: ignore[whisper] why not\n")
    assert [one[0] for one in found(run("scan", "-f", "json"))] == ["shout"]
    done = run("scan", "-f", "json", "--show-suppressed", "--fail-on", "note", "--ignore", "shout")
    assert done.code == 0
    assert [one["state"] for one in report(done)["findings"]] == ["suppressed"]
    assert report(done)["summary"]["findings"] == 0
    assert report(done)["summary"]["debt_minutes"] == 0
    assert "1 suppressed: --show-suppressed" in run("scan", "--ignore", "shout").out
    assert "suppressed: --show-suppressed" not in run("scan", "--show-suppressed").out


def test_a_rule_that_raises_is_named_and_the_rest_goes_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packs, "load", lambda folders: registry(Shout, Broken))
    done = run("scan", "-f", "json")
    assert done.code == 3
    assert found(done) == [("shout", "src/a.py", 2)]
    assert report(done)["errors"][0]["rule"] == "broken"
    assert done.err.startswith("mltd: the rule broken failed, the others went on: RuntimeError: out of luck (fakes.py")


def test_files_and_standard_output(run: Run, project: Path) -> None:
    done = run("scan", "-f", "json", "-o", f"json:{project / 'one.json'}")
    assert (project / "one.json").read_text() == done.out
    done = run("scan", "-f", "json", "-o", "two.json")
    assert done.out == ""
    assert (project / "two.json").read_text() == (project / "one.json").read_text()


def test_the_same_bytes_again_and_whatever_the_jobs(run: Run, fake: FakeAnalysis) -> None:
    first = run("scan", "-f", "json", "--jobs", "1")
    assert run("scan", "-f", "json", "--jobs", "2").out == first.out
    assert fake.jobs == [1, 2]


def test_rules_of_a_folder(run: Run, project: Path) -> None:
    from tests.test_packs import rule

    (project / "mine").mkdir()
    (project / "mine" / "ours.py").write_text(rule("ours"))
    assert run("scan", "-f", "json", "--select", "ours").code == 2
    assert run("scan", "-f", "json", "--select", "ours", "--rules", "mine").code == 0


def test_rules_that_the_tree_names_do_not_run_unless_allowed(run: Run, project: Path) -> None:
    (project / "mine").mkdir()
    (project / "mine" / "evil.py").write_text("raise ValueError('ran')")
    (project / "mltd.toml").write_text('rules = ["mine"]\n')
    done = run("scan", "-f", "json")
    assert done.code == 0
    assert done.err == "mltd: mltd.toml names rules of its own; they run with --allow-local-rules only\n"
    done = run("scan", "-f", "json", "--allow-local-rules")
    assert done.code == 2
    assert done.err == "mltd: pack mine: evil.py: line 1: ValueError: ran\n"
    assert run("scan", "-f", "json", "--config", "mltd.toml").code == 2


def test_interrupted(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(analysis, "analyse", interrupt)
    done = run("scan")
    assert done.code == 130
    assert done.err.strip() == "mltd: interrupted"
    assert done.out == ""


def test_a_mistake_of_ours_is_told_as_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "analyse", lambda *_: 1 / 0)
    done = run("scan")
    assert done.code == 3
    assert "ZeroDivisionError" in done.err
    assert "please report" in done.err


def test_a_broken_pipe_ends_quietly(project: Path) -> None:
    (project / "c.py").write_text("shout()\n" * 5000)
    program = (
        "import sys\n"
        "from mltd import packs\n"
        "from mltd.cli import analysis, main\n"
        "from tests.fakes import FakeAnalysis, Shout, registry\n"
        "analysis.analyse = FakeAnalysis()\n"
        "packs.load = lambda folders: registry(Shout)\n"
        "sys.exit(main(['scan', '-f', 'json', '--fail-on', 'warning']))\n"
    )
    top = str(Path(__file__).parents[2])
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": top},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert (
        process.stderr.read().decode()
        == "mltd: gate failed: 5001 findings are of severity warning or worse (fail-on)\n"
    )
    process.stderr.close()
    assert process.wait() == 1


def test_sarif_is_relative_to_the_repository(run: Run) -> None:
    (result,) = report(run("scan", "src", "-f", "sarif"))["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "src/a.py"


def test_text_is_the_default_and_plain_in_a_pipe(run: Run) -> None:
    done = run("scan")
    assert done.code == 0
    assert "src/a.py:2" in done.out
    assert "shout" in done.out
    assert "\x1b" not in done.out
    assert "principal" in run("scan", "--explain-score").out


def test_every_mistake_of_a_configuration_is_told_at_once(run: Run, project: Path) -> None:
    (project / "mltd.toml").write_text(
        'bad = 1\nignore = ["nosuch"]\n[gates]\nmax-ratio = "5%"\nmax-debt = "soon"\n'
        '[options.shout]\nvolum = 1\n[per-path-ignores]\n"a/**" = ["shuot"]\n'
    )
    done = run("scan")
    assert done.code == 2
    told = [line.split(": ")[2] for line in done.err.splitlines()]
    assert told == [
        "bad",
        "gates.max-ratio",
        "gates.max-debt",
        "ignore",
        "options.shout.volum",
        'per-path-ignores."a/**"',
    ]


def test_the_ending_of_a_file_says_its_format(run: Run, project: Path) -> None:
    assert run("scan", "-o", "made.json", "-o", "made.sarif", "-o", "text:made.txt").code == 0
    assert json.loads((project / "made.json").read_text())["version"] == 1
    assert json.loads((project / "made.sarif").read_text())["version"] == "2.1.0"
    assert (project / "made.txt").read_text().startswith("mltd ")
    assert run("scan", "-f", "sarif", "-o", "other.json").code == 0
    assert json.loads((project / "other.json").read_text())["version"] == "2.1.0"


def test_names_of_files_that_are_not_there(run: Run) -> None:
    done = run("scan", "--report-only", "no/such.py")
    assert done.code == 2
    assert 'there is no file "no/such.py"' in done.err
