"""What a suppression holds for, and when it is in vain."""

from __future__ import annotations

import pytest

from mltd import engine
from mltd.config import Config
from mltd.outcome import State
from mltd.suppress import UnusedSuppression
from tests.fakes import Broken, FakeProject, Shout, Whisper

KNOWN = ("shout", "whisper", "broken")


def states(text: str, config: Config | None = None) -> list[tuple[str, int, str, str]]:
    """Rule, line, state and reason of all findings in one file."""
    rules = [Shout(), Whisper(), UnusedSuppression()]
    outcome = engine.run(FakeProject({"a.py": text}), rules, config or Config(), known=KNOWN)
    return [(one.finding.rule, one.finding.place.line, one.state.value, one.reason) for one in outcome.findings]


def test_on_the_line_with_its_reason() -> None:
    assert states("shout()  # mltd: ignore[shout] it is a demo\n") == [("shout", 1, "suppressed", "it is a demo")]


@pytest.mark.parametrize(
    "mark", ["#mltd:ignore[shout]", "# noqa # mltd: ignore[whisper, shout]", "#  mltd:  ignore [ shout ]"]
)
def test_spellings(mark: str) -> None:
    assert ("shout", 1, "suppressed", "") in states(f"shout()  {mark}\n")


def test_alone_on_its_line_it_holds_for_the_next_line_of_code() -> None:
    text = "# mltd: ignore[shout] first\n# another comment\nshout()\nshout()\n"
    assert states(text) == [("shout", 3, "suppressed", "first"), ("shout", 4, "open", "")]


def test_at_the_end_of_a_line_it_does_not_hold_for_the_next() -> None:
    found = states("x = 1  # mltd: ignore[shout]\nshout()\n")
    assert [one[:3] for one in found] == [("unused-suppression", 1, "open"), ("shout", 2, "open")]


def test_for_the_file() -> None:
    text = "shout()\nwhisper()\nshout()\n# mltd: ignore-file[shout] all of it\n"
    assert [one[2] for one in states(text)] == ["suppressed", "open", "suppressed"]


def test_only_the_rules_that_it_names() -> None:
    found = states("shout(whisper())  # mltd: ignore[whisper]\n")
    assert [one[:3] for one in found] == [("shout", 1, "open"), ("whisper", 1, "suppressed")]


def test_in_a_notebook_the_cell_counts() -> None:
    cell = '{"cell_type": "code", "source": ["shout()%s"]}'
    text = f'{{"cells": [{cell % ""}, {cell % "  # mltd: ignore[shout]"}]}}'
    outcome = engine.run(FakeProject({"n.ipynb": text}), [Shout()], Config())
    assert [(one.finding.place.cell, one.state) for one in outcome.findings] == [
        (1, State.OPEN),
        (2, State.SUPPRESSED),
    ]


def messages(text: str, *rules: str) -> list[str]:
    made = [rule() for rule in (Shout, Whisper) if not rules or rule.name in rules]
    outcome = engine.run(FakeProject({"a.py": text}), [*made, UnusedSuppression()], Config(), known=KNOWN)
    return [one.finding.message for one in outcome.findings if one.finding.rule == "unused-suppression"]


def test_unused() -> None:
    assert messages("x = 1  # mltd: ignore[shout]\n") == [
        "nothing of shout is found here any more: delete the suppression"
    ]


def test_one_name_of_two_unused() -> None:
    assert len(messages("shout()  # mltd: ignore[shout, whisper]\n")) == 1


def test_a_rule_that_was_not_run_cannot_be_unused() -> None:
    assert messages("x = 1  # mltd: ignore[whisper]\n", "shout") == []


def test_a_rule_that_does_not_exist() -> None:
    assert messages("shout()  # mltd: ignore[shuot]\n") == [
        'there is no rule "shuot" (did you mean "shout"?): this suppresses nothing'
    ]


def test_no_rule_named() -> None:
    assert messages("shout()  # mltd: ignore\n") == [
        "this suppression names no rule: write ignore[rule-name] and the reason"
    ]


def test_unused_suppression_cannot_be_suppressed() -> None:
    found = messages("x = 1  # mltd: ignore[shout, unused-suppression]\n")
    assert found == [
        "nothing of shout is found here any more: delete the suppression",
        "unused-suppression cannot be suppressed by a comment",
    ]


def test_a_rule_that_raised_makes_no_suppression_unused() -> None:
    project = FakeProject({"a.py": "x = 1  # mltd: ignore[broken]\n"})
    outcome = engine.run(project, [Broken(), UnusedSuppression()], Config())
    assert outcome.findings == ()


def test_per_path_ignores() -> None:
    config = Config(per_path_ignores={"a.*": ["category:process"], "b.py": ["whisper"]})
    assert states("shout(whisper())\n", config) == [
        ("shout", 1, "suppressed", 'per-path-ignores "a.*"'),
        ("whisper", 1, "open", ""),
    ]


def test_a_string_is_no_comment() -> None:
    assert states('shout("# mltd: ignore[shout]")\n') == [("shout", 1, "open", "")]
