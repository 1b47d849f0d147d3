"""Selection, rules that misbehave, order and fingerprints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from mltd import engine
from mltd.config import Config, ConfigError, Loaded
from mltd.model import Evidence, Finding, Place, Severity
from mltd.rule import Rule
from tests.fakes import Broken, FakeProject, Shout, ShoutOptions, Whisper, registry

RULES = registry(Shout, Whisper)


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        ([], [], ["shout", "unused-suppression", "whisper"]),
        (["shout"], [], ["shout", "unused-suppression"]),
        (["category:process"], [], ["shout", "unused-suppression"]),
        (["value:deletion"], [], ["unused-suppression", "whisper"]),
        (["shout", "whisper"], ["category:culture"], ["shout"]),
        ([], ["unused-suppression"], ["shout", "whisper"]),
        (["category:api-misuse"], [], ["unused-suppression"]),
    ],
)
def test_selection(select: list[str], ignore: list[str], expected: list[str]) -> None:
    assert engine.select(RULES, select, ignore) == expected


def test_every_wrong_selector_is_told_with_its_neighbour() -> None:
    with pytest.raises(ConfigError) as caught:
        engine.select(RULES, ["shuot", "category:proces", "nothing:like"], ["wisper"])
    found = [str(one) for one in caught.value.problems]
    assert [one.rpartition("(")[2] for one in found[:2]] == [
        'did you mean "shout"?)',
        'did you mean "category:process"?)',
    ]
    assert found[2] == (
        'command line: select: found "nothing:like", expected a rule\'s name, category:NAME or value:NAME'
    )
    assert found[3].startswith('command line: ignore: found "wisper"')


def test_options_reach_the_rule() -> None:
    loaded = Loaded(Config(options={"shout": {"call-name": "yell"}}))
    (rule,) = engine.configured(RULES, ["shout"], loaded)
    assert rule.options == ShoutOptions("yell")


def test_wrong_options_are_told_as_the_configuration_is() -> None:
    config = Config(
        options={"shout": {"call-nam": "x", "at-most": "2"}, "whisper": {"x": 1}, "shuot": {}},
        per_path_ignores={"*.py": ["wisper"]},
    )
    with pytest.raises(ConfigError) as caught:
        engine.configured(RULES, ["shout"], Loaded(config, "pyproject.toml", None, "tool.mltd"))
    assert [str(one) for one in caught.value.problems] == [
        "pyproject.toml: tool.mltd.options.shout.call-nam: found an unknown key, "
        'expected one of the keys call-name, at-most (did you mean "call-name"?)',
        'pyproject.toml: tool.mltd.options.shout.at-most: found "2", expected a whole number',
        "pyproject.toml: tool.mltd.options.whisper.x: found an unknown key, expected no key here",
        "pyproject.toml: tool.mltd.options.shuot: found an unknown rule, "
        'expected a rule\'s name (did you mean "shout"?)',
        'pyproject.toml: tool.mltd.per-path-ignores."*.py": found "wisper", '
        'expected a rule\'s name, category:NAME or value:NAME (did you mean "whisper"?)',
    ]


def test_a_rule_that_raises_is_named_and_the_others_go_on() -> None:
    outcome = engine.run(FakeProject({"a.py": "shout()\n"}), [Broken(), Shout()], Config())
    assert [one.finding.rule for one in outcome.findings] == ["shout"]
    (error,) = outcome.errors
    assert error.rule == "broken"
    assert error.message.startswith("RuntimeError: out of luck (fakes.py, line ")


def place(path: str = "a.py") -> Place:
    return Place(path)


@pytest.mark.parametrize(
    ("finding", "message"),
    [
        ("a text", "TypeError: check gave str, not a Finding"),
        (Finding("shout", place(), "m", "s", (), Severity.NOTE), "ValueError: a finding without evidence at a.py:1"),
        (
            Finding("whisper", place(), "m", "s", (Evidence(place(), "e"),), Severity.NOTE),
            "ValueError: a finding says that it is of whisper",
        ),
        (
            Finding("shout", place("b.py"), "m", "s", (Evidence(place(), "e"),), Severity.NOTE),
            "ValueError: a finding in b.py, which is no file of the project",
        ),
        (
            Finding("shout", place(), "m", "s", (Evidence(place(), "e"),), Severity.ERROR),
            "ValueError: a finding louder than its rule at a.py:1",
        ),
    ],
)
def test_what_no_rule_may_say(finding: object, message: str) -> None:
    class Odd(Shout):
        def check(self, project: Any) -> Iterator[Finding]:
            yield finding  # type: ignore[misc]

    outcome = engine.run(FakeProject({"a.py": ""}), [Odd()], Config())
    assert outcome.errors[0].message.startswith(message)


def fingerprints(sources: dict[str, str], *rules: Rule) -> list[str]:
    outcome = engine.run(FakeProject(sources), rules or [Shout()], Config())
    return [one.fingerprint for one in outcome.findings]


def test_fingerprints_do_not_know_lines() -> None:
    before, after = fingerprints({"a.py": "shout()\n"}), fingerprints({"a.py": "\n\n\nshout()\n"})
    assert before == after
    assert len(before[0]) == 16
    assert int(before[0], 16) >= 0


def test_fingerprints_differ_by_occurrence_path_and_rule() -> None:
    found = fingerprints({"a.py": "shout()\nshout()\nwhisper()\n", "b.py": "shout()\n"}, Shout(), Whisper())
    assert len(set(found)) == 4


def test_a_finding_more_at_the_end_leaves_the_others_alone() -> None:
    assert fingerprints({"a.py": "shout()\nshout()\n"})[0] == fingerprints({"a.py": "shout()\n"})[0]


def test_the_order_is_path_line_rule() -> None:
    sources = {"b.py": "shout()\n", "a.py": "x\nshout(whisper())\nwhisper()\n"}
    outcome = engine.run(FakeProject(sources), [Whisper(), Shout()], Config())
    assert [(one.finding.place.path, one.finding.place.line, one.finding.rule) for one in outcome.findings] == [
        ("a.py", 2, "shout"),
        ("a.py", 2, "whisper"),
        ("a.py", 3, "whisper"),
        ("b.py", 1, "shout"),
    ]


def test_what_the_rule_knows_goes_with_its_findings() -> None:
    outcome = engine.run(FakeProject({"src/a.py": "shout()\n"}), [Shout()], Config())
    one = outcome.findings[0]
    assert (one.category.value, one.value.value, one.component, one.minutes) == ("process", "simplicity", "src", 10)


def test_findings_survive_msgspec() -> None:
    outcome = engine.run(FakeProject({"a.py": "shout()\n"}), [Shout()], Config())
    assert msgspec.json.decode(msgspec.json.encode(outcome), type=engine.Outcome) == outcome


def test_a_finding_names_the_owner_of_its_file() -> None:
    found = engine.run(FakeProject({"owned/a.py": "shout()\n", "b.py": "shout()\n"}), [Shout()], Config()).findings
    assert [(one.finding.place.path, one.owner) for one in found] == [("b.py", None), ("owned/a.py", "@everyone")]
