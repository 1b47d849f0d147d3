"""Untyped data becomes structs, or the whole list of what is wrong with it."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from mltd import strict
from mltd.strict import Problem


class Inner(msgspec.Struct, frozen=True):
    size: int
    kind: Literal["a", "b"] = "a"


class Outer(msgspec.Struct, frozen=True, rename="kebab"):
    max_depth: int = 3
    names: list[str] = []
    by_name: dict[str, list[str]] = {}
    inner: Inner | None = None
    parts: tuple[Inner, ...] = ()
    share: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.5


def build(data: object) -> tuple[Outer | None, list[str]]:
    problems: list[Problem] = []
    return strict.build(Outer, data, "file.toml", "tool", problems), [str(one) for one in problems]


def test_what_fits_becomes_the_struct() -> None:
    made, problems = build({"max-depth": 5, "names": ["x"], "parts": [{"size": 1}], "share": 1})
    assert not problems
    assert made == Outer(5, ["x"], parts=(Inner(1),), share=1.0)


def test_every_problem_is_told_at_once_with_its_key() -> None:
    made, problems = build(
        {"max-depth": "5", "names": ["x", 1, True], "by-name": {"k": [2]}, "parts": [{"size": 1}, {"kind": "c"}]}
    )
    assert made is None
    assert problems == [
        'file.toml: tool.max-depth: found "5", expected a whole number',
        "file.toml: tool.names[1]: found 1, expected a text",
        "file.toml: tool.names[2]: found true, expected a text",
        "file.toml: tool.by-name.k[0]: found 2, expected a text",
        "file.toml: tool.parts[1].size: found nothing, expected a whole number",
        'file.toml: tool.parts[1].kind: found "c", expected one of "a", "b"',
    ]


def test_an_unknown_key_names_its_neighbour() -> None:
    _, problems = build({"max_depht": 1})
    assert problems == [
        "file.toml: tool.max_depht: found an unknown key, expected one of the keys max-depth, names, by-name, inner, "
        'parts, share (did you mean "max-depth"?)'
    ]


def test_bounds_are_told_in_words() -> None:
    _, problems = build({"share": 1.5})
    assert problems == ["file.toml: tool.share: found 1.5, expected a number at least 0 and at most 1"]


def test_something_else_than_a_table() -> None:
    _, problems = build([1])
    assert problems == ["file.toml: tool: found a list of 1, expected a table"]


def test_long_values_are_cut() -> None:
    assert len(strict.shown("x" * 500)) < 70


def test_nothing_near_gives_no_suggestion() -> None:
    assert strict.near("zzz", ["dead-feature"]) == ""
