"""An example and a rule agree, or the difference can be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from mltd.testing import Example, Mark, check
from tests.fakes import Broken, FakeProject, Shout


def example(files: dict[str, str], *marks: tuple[str, int], section: str = "Debt", rule: str = "shout") -> Example:
    return Example(
        page="shout.md",
        section=section,
        title="a title",
        line=7,
        files=files,
        marks=frozenset(Mark(path, None, line, rule) for path, line in marks),
        lines={(path, None): text.split("\n") for path, text in files.items()},
    )


def failure(one: Example, rule: type[Shout | Broken] = Shout) -> str:
    with pytest.raises(AssertionError) as caught:
        check(rule, one, FakeProject)
    return str(caught.value)


def test_agreement() -> None:
    check(Shout, example({"a.py": "shout()\n", "b.py": "x\n"}, ("a.py", 1)), FakeProject)
    check(Shout, example({"a.py": "x\n"}, section="Not debt"), FakeProject)


def test_a_difference_shows_both_sides_with_their_lines() -> None:
    told = failure(example({"a.py": "x = 1\nshout()\n"}, ("a.py", 1)))
    assert told == (
        "shout.md, line 7: Debt: a title\n"
        "  expected shout at a.py:1\n"
        "      1 | x = 1\n"
        "  unexpected shout at a.py:2: this shouts\n"
        "      2 | shout()\n"
        "      because a.py:2: the call"
    )


def test_an_innocent_example_must_be_clean() -> None:
    assert "unexpected shout at a.py:1" in failure(example({"a.py": "shout()\n"}, section="Paid down"))


def test_a_guilty_example_needs_a_mark() -> None:
    assert failure(example({"a.py": "x\n"})).endswith("no line is marked with # debt: shout")


def test_an_innocent_example_has_no_marks() -> None:
    assert failure(example({"a.py": "x\n"}, ("a.py", 1), section="Not debt")).endswith("an innocent example has marks")


def test_a_mark_of_another_rule_is_a_slip() -> None:
    assert "a mark names shuot" in failure(example({"a.py": "shout()\n"}, ("a.py", 1), rule="shuot"))


def test_a_rule_that_raises() -> None:
    told = failure(example({"a.py": "x\n"}, ("a.py", 1), rule="broken"), Broken)
    assert "the rule raised RuntimeError: out of luck" in told


def test_a_suppressed_finding_is_none() -> None:
    check(Shout, example({"a.py": "shout()  # mltd: ignore[shout] why\n"}, section="Not debt"), FakeProject)


def test_a_configuration_in_the_example_gives_options() -> None:
    options = '[tool.mltd.options.shout]\ncall-name = "yell"\n'
    check(Shout, example({"a.py": "shout()\nyell()\n", "pyproject.toml": options}, ("a.py", 2)), FakeProject)


def test_pytest_collects_the_pages_of_a_users_pack(pytester: pytest.Pytester) -> None:
    from tests.test_packs import rule
    from tests.testing.test_page import page

    pytester.makeconftest("from mltd.testing import pytest_collect_file")
    folder = pytester.mkdir("my_rules")
    (folder / "ours.py").write_text(rule("ours"))
    page(Path(folder), '```python title="a.py"\nx = 1  # debt: ours\n```', name="ours")
    (folder / "README.md").write_text("no page")
    result = pytester.runpytest_subprocess("-q", "my_rules", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*expected ours at a.py:1*"])
