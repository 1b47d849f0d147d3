"""The terminal report: golden files at 80 and 200 columns, and what must hold at any width."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from mltd.model import Confidence, Effort, Evidence, Place
from mltd.outcome import Report, Seen, Skipped, Sources, Summary
from mltd.report import text
from mltd.report.text.widgets import about, brief, clean, count, duration, first_sentence, percent
from mltd.score import debt

GOLDEN = Path(__file__).parent / "golden"
ESCAPE = re.compile(r"\x1b\[([0-9;]*)m")


@pytest.mark.parametrize("width", [80, 200])
@pytest.mark.parametrize("name", ["churn", "troubled"])
def test_golden(name: str, width: int, request: pytest.FixtureRequest, sources: Sources) -> None:
    """Rewritten with ``MLTD_GOLDEN=write``, to be read before it is kept."""
    report: Report = request.getfixturevalue(name)
    shown = text.render(report, sources, text.Look(width=width))
    file = GOLDEN / f"{name}_{width}.txt"
    if os.environ.get("MLTD_GOLDEN") == "write":
        file.write_text(shown, encoding="utf-8")
    assert shown == file.read_text(encoding="utf-8")


def test_golden_with_the_score_explained(churn: Report, sources: Sources) -> None:
    shown = text.render(churn, sources, text.Look(width=80), explain_score=True)
    file = GOLDEN / "score_80.txt"
    if os.environ.get("MLTD_GOLDEN") == "write":
        file.write_text(shown, encoding="utf-8")
    assert shown == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 200])
@pytest.mark.parametrize("unicode", [True, False])
def test_lines_fit_the_page(churn: Report, sources: Sources, width: int, unicode: bool) -> None:
    look = text.Look(width=width, unicode=unicode)
    places = {str(step.place) for one in churn.findings for step in one.finding.evidence}
    for line in text.render(churn, sources, look).splitlines():
        assert cell_len(line) <= width or any(place in line for place in places), line


def test_a_pipe_gets_plain_characters(churn: Report, sources: Sources) -> None:
    shown = text.render(churn, sources)
    assert "\x1b" not in shown
    assert set(re.findall(r"[^\x20-\x7e\n]", shown)) == set("渠道")
    assert not any(line.endswith(" ") for line in shown.splitlines())


def test_only_named_colours_and_never_black_or_white(troubled: Report, sources: Sources) -> None:
    shown = text.render(troubled, sources, text.Look(width=80, ansi=True, colour=True, unicode=True))
    codes = {code for codes in ESCAPE.findall(shown) for code in codes.split(";")}
    assert codes <= {"0", "1", "2", "3", "7", *map(str, range(31, 37))}
    assert codes & set(map(str, range(31, 37)))


def test_no_colour_keeps_bold_alone(churn: Report, sources: Sources) -> None:
    shown = text.render(churn, sources, text.Look(width=80, ansi=True, unicode=True))
    codes = {code for codes in ESCAPE.findall(shown) for code in codes.split(";")}
    assert codes <= {"0", "1", "2", "3", "7"}


def test_styles_change_no_character(churn: Report, sources: Sources) -> None:
    coloured = text.render(churn, sources, text.Look(width=80, ansi=True, colour=True, unicode=True))
    bold = text.render(churn, sources, text.Look(width=80, ansi=True, unicode=True))
    assert ESCAPE.sub("", coloured) == ESCAPE.sub("", bold)


class Stream(io.StringIO):
    def __init__(self, terminal: bool, encoding: str = "utf-8") -> None:
        super().__init__()
        self._terminal, self._encoding = terminal, encoding

    def isatty(self) -> bool:
        return self._terminal

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding


@pytest.mark.parametrize(
    ("stream", "environ", "expected"),
    [
        (Stream(False), {}, text.Look(100)),
        (Stream(True), {}, text.Look(100, True, True, True)),
        (Stream(True), {"COLUMNS": "72"}, text.Look(72, True, True, True)),
        (Stream(True), {"COLUMNS": "wide"}, text.Look(100, True, True, True)),
        (Stream(True), {"NO_COLOR": "1"}, text.Look(100, True, False, True)),
        (Stream(True), {"NO_COLOR": ""}, text.Look(100, True, True, True)),
        (Stream(True), {"TERM": "dumb"}, text.Look(100)),
        (Stream(True, "cp1252"), {}, text.Look(100, True, True, False)),
        (Stream(False), {"FORCE_COLOR": "1"}, text.Look(100, True, True, True)),
        (Stream(False), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, text.Look(100, True, False, True)),
    ],
)
def test_look_that_suits_the_stream(stream: Stream, environ: dict[str, str], expected: text.Look) -> None:
    assert text.detect(stream, environ) == expected


def _with(report: Report, statements: int, seen: Seen, files: int = 7) -> Report:
    summary = Summary(files, 100, 0, debt((), statements, 6.0), seen)
    return msgspec.structs.replace(report, findings=(), skipped=(), summary=summary)


def test_nothing_found_says_what_was_looked_at(churn: Report, sources: Sources) -> None:
    shown = text.render(_with(churn, 300, Seen(models=1, features=2)), sources)
    assert "No debt found. 4 rules looked at what is listed below." in shown
    assert "[A]" in shown
    assert "1 model, 0 data sets, 2 features, 0 predictions" in shown
    assert "rating" not in shown.splitlines()[-1]


def test_the_last_debt_paid_down_is_credited(churn: Report, sources: Sources) -> None:
    report = _with(churn, 300, Seen(models=1))
    summary = msgspec.structs.replace(report.summary, new_minutes=0, paid_down_minutes=640)
    shown = text.render(msgspec.structs.replace(report, summary=summary), sources)
    assert "0 min new, 10 h 40 min paid down" in shown


def test_nothing_of_machine_learning_is_said_and_not_judged(churn: Report, sources: Sources) -> None:
    shown = text.render(_with(churn, 0, Seen()), sources)
    assert "No machine learning was seen here" in shown
    assert "[A]" not in shown


def test_no_file_is_said(churn: Report, sources: Sources) -> None:
    assert "There was no file to read." in text.render(_with(churn, 0, Seen(), files=0), sources)


def test_of_one_rule_two_stand_where_to_begin(churn: Report, sources: Sources) -> None:
    first = churn.findings[0]
    same = [
        msgspec.structs.replace(first, fingerprint=f"{number:016}", effort=Effort(base=900 + number))
        for number in range(4)
    ]
    shown = text.render(msgspec.structs.replace(churn, findings=(*same, *churn.findings)), sources)
    begin = shown.partition("Where to begin")[2].partition("What was seen")[0]
    assert begin.count(f"  {first.finding.rule}  ") == 2


def test_a_better_rating_is_within_sight(churn: Report, sources: Sources) -> None:
    assert "Pay 4 h 53 min of it for a C." in text.render(churn, sources)


def test_known_and_filtered_and_alone_are_told(troubled: Report, sources: Sources) -> None:
    shown = text.render(msgspec.structs.replace(troubled, alone=True), sources)
    assert "1 finding is known from the baseline." in shown
    assert "the findings that touch the files asked for" in shown
    assert "Only single files were scanned" in shown
    assert "gate failed  The rating is D" in shown
    assert "suppressed: the vendor insists" in shown


def test_a_long_list_of_skipped_files_is_cut_with_its_number(churn: Report, sources: Sources) -> None:
    skipped = tuple(Skipped(f"bad_{number:02}.py", "not Python") for number in range(23))
    shown = text.render(msgspec.structs.replace(churn, skipped=skipped), sources)
    assert "bad_19.py" in shown
    assert "bad_20.py" not in shown
    assert "and 3 more files" in shown


def test_names_of_files_cannot_command_the_terminal(churn: Report, sources: Sources) -> None:
    one = churn.findings[0]
    evil = msgspec.structs.replace(
        one.finding, place=Place("a\x1b[2Jb\u202e.py"), message="x\x1b]0;y\x07\nz", evidence=()
    )
    report = msgspec.structs.replace(churn, findings=(msgspec.structs.replace(one, finding=evil),))
    shown = text.render(report, sources)
    assert r"a\x1b[2Jb\u202e.py:1" in shown
    assert r"x\x1b]0;y\x07 z" in shown


class Line:
    """Every line reads the same."""

    def __init__(self, line: str) -> None:
        self._line = line

    def data(self, path: str) -> bytes | None:
        return None

    def line(self, place: Place) -> str:
        return self._line


names = st.text(max_size=80)
places = st.builds(
    Place,
    names,
    st.integers(1, 10**7),
    st.integers(1, 300),
    st.integers(1, 10**7),
    st.integers(1, 300),
    st.none() | st.integers(1, 9),
)


@given(
    st.integers(40, 250),
    st.text(max_size=300),
    st.text(max_size=300),
    places,
    st.lists(st.builds(Evidence, places, st.text()), max_size=8).map(tuple),
    st.tuples(st.booleans(), st.booleans(), st.booleans()),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_never_raises_and_never_lets_a_control_character_through(
    churn: Report,
    width: int,
    message: str,
    line: str,
    place: Place,
    evidence: tuple[Evidence, ...],
    style: tuple[bool, bool, bool],
) -> None:
    one = churn.findings[0]
    finding = msgspec.structs.replace(
        one.finding, rule="glue-code", message=message, place=place, evidence=evidence, confidence=Confidence.MEDIUM
    )
    report = msgspec.structs.replace(
        churn,
        findings=(msgspec.structs.replace(one, finding=finding, owner=message), churn.findings[1]),
        gates=(message,),
    )
    ansi, colour, unicode = style
    shown = text.render(report, Line(line), text.Look(width, ansi, ansi and colour, unicode))
    plain = ESCAPE.sub("", shown)
    assert plain.endswith("\n")
    assert clean(plain.replace("\n", "")) == plain.replace("\n", "")


@pytest.mark.parametrize(
    ("minutes", "long", "short", "rough"),
    [
        (0, "0 min", "0 min", "0 min"),
        (59, "59 min", "59 min", "59 min"),
        (60, "1 h", "1.0 h", "1 h"),
        (100, "1 h 40 min", "1.7 h", "2 h"),
        (959, "15 h 59 min", "16.0 h", "16 h"),
        (960, "2 days", "2.0 d", "2 days"),
        (1500, "3 days 1 h", "3.1 d", "3 days"),
        (480_000, "1,000 days", "1,000.0 d", "1,000 days"),
    ],
)
def test_durations(minutes: int, long: str, short: str, rough: str) -> None:
    assert (duration(minutes), brief(minutes), about(minutes)) == (long, short, rough)


@pytest.mark.parametrize(
    ("ratio", "said"),
    [(0.0, "0.0 %"), (0.0001, "under 0.1 %"), (0.0552, "5.5 %"), (0.0995, "10 %"), (0.24, "24 %"), (12.0, "1,200 %")],
)
def test_percent(ratio: float, said: str) -> None:
    assert percent(ratio) == said


def test_words() -> None:
    assert [count(1, "file"), count(0, "file"), count(1204, "entry", "entries")] == [
        "1 file",
        "0 files",
        "1,204 entries",
    ]
    assert first_sentence("One `a.b` thing. Another.") == "One `a.b` thing."
