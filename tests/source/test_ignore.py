"""The walk ignores what git ignores: compared with git itself on generated trees."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mltd.source.ignore import Patterns
from mltd.source.listing import list_git, list_walk

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

FOLDERS = ["", "a/", "b/", "a/b/", "a/a/", "b/a/c/"]
FILES = [f"{folder}{name}" for folder in FOLDERS for name in ("a.py", "c", "x.log")]

_part = st.sampled_from(["a", "b", "c", "*", "**", "?", "*.py", "*.log", "a.py", "[ab]", "[!a]", "x*", "\\a"])
_pattern = st.builds(
    lambda negated, anchored, parts, folder: negated + anchored + "/".join(parts) + folder,
    st.sampled_from(["", "", "!"]),
    st.sampled_from(["", "", "/"]),
    st.lists(_part, min_size=1, max_size=3),
    st.sampled_from(["", "", "/"]),
)
_line = st.one_of(
    _pattern, st.sampled_from(["", "# comment", "/", "a/**", "**/c", "a/**/c", "!*/", "*", "c ", "!a/b/"])
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(FOLDERS), st.lists(_line, max_size=5), max_size=3))
@example({"": ["a", "!a/"], "a/": ["!b"]})
@example({"": ["*.log"], "a/": ["!b/"]})
@example({"": ["*", "!*/", "!*.py"]})
@example({"": ["/*", "!/a", "/a/*", "!/a/b"]})
def test_like_git(ignores: dict[str, list[str]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for path in FILES:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text("")
        for folder, lines in ignores.items():
            (root / folder / ".gitignore").write_text("\n".join(lines) + "\n")
        subprocess.run(["git", "init", "-q"], cwd=root, check=True)
        told = list_git(root)
        walked = list_walk(root, lambda path, names: False)
        assert walked.sizes == (told.sizes if told else {})
        if subprocess.run(["git", "check-ignore", "-q", "a"], cwd=root, check=False).returncode == 0:
            return  # a root that is ignored is walked all the same
        below = list_walk(root / "a", lambda path, names: False)
        expected = {path.removeprefix("a/") for path in (told.sizes if told else {}) if path.startswith("a/")}
        assert set(below.sizes) == expected


def test_what_takes_a_file() -> None:
    patterns = Patterns(["old/", "*.log", "!keep.log"])
    assert patterns.taken_by("a/old/b/c.py") == "a/old/"
    assert patterns.taken_by("a/b.log") == "a/b.log"
    assert patterns.taken_by("a/keep.log") is None
    assert patterns.hold("old/x.py")
    assert not Patterns(["", "# nothing"])
