"""The same tree gives the same bytes: for every number of jobs, and for every order that Python gives its sets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def scanned(jobs: int, seed: int) -> bytes:
    """What a process of its own prints."""
    command = [sys.executable, "-m", "mltd", "scan", "examples/churn", "-f", "json", "--jobs", str(jobs)]
    environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True).stdout


@pytest.fixture(scope="module")
def first() -> bytes:
    return scanned(1, 0)


def test_there_is_something_to_compare(first: bytes) -> None:
    assert b'"dead-feature"' in first


@pytest.mark.parametrize(("jobs", "seed"), [(1, 1), (1, 2), (2, 0), (2, 3)])
def test_the_bytes_are_the_same(first: bytes, jobs: int, seed: int) -> None:
    assert scanned(jobs, seed) == first
