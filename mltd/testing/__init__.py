"""A rule's page as its test: for mltd's own rules and for anyone's pack.

In a ``conftest.py``: ``from mltd.testing import pytest_collect_file``. From then on pytest takes every page that lies
beside a rule's file, checks its headings and runs its examples. Without pytest: :func:`examples` and :func:`check`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mltd.testing.checks import check
from mltd.testing.page import HEADINGS, Example, Mark, PageError, examples, headings

if TYPE_CHECKING:
    import pytest

__all__ = ["HEADINGS", "Example", "Mark", "PageError", "check", "examples", "headings", "pytest_collect_file"]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Pytest's hook: a page beside a rule's file of the same stem is a file of tests."""
    from mltd.testing.collect import PageFile

    if file_path.suffix != ".md" or file_path.name.startswith("_") or not file_path.with_suffix(".py").is_file():
        return None
    collector: PageFile = PageFile.from_parent(parent, path=file_path)
    return collector
