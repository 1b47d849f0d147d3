"""Every rule has its page, in its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from mltd import packs
from mltd.packs import Registered
from mltd.testing import headings

TOP = Path(__file__).parents[2]
RULES = list(packs.load(installed=False).values())


@pytest.mark.parametrize("one", RULES, ids=lambda one: one.name)
class TestRule:
    def test_its_page_stands_beside_it_with_the_fixed_headings(self, one: Registered) -> None:
        assert one.page.is_file(), f"{one.path.name} has no page"
        assert headings(one.page, one.name) == []

    def test_its_folder_is_its_category(self, one: Registered) -> None:
        assert one.path.parent.name == one.rule.category.value

    def test_it_can_be_said_in_a_sentence(self, one: Registered) -> None:
        summary = one.info().summary
        assert 20 <= len(summary) <= 1024, f"the first sentence of What it is: {summary!r}"


def test_every_page_has_its_rule() -> None:
    pages = {page for page in (TOP / "rules").rglob("*.md") if page.name != "README.md"}
    assert pages == {one.page for one in RULES}


def test_rules_is_no_package() -> None:
    assert not list((TOP / "rules").rglob("__init__.py"))
