"""Who owns which file."""

from __future__ import annotations

from pathlib import Path

import pytest

from mltd.source.owners import owners

_TEXT = """
# as GitHub documents it
*       @everyone
*.js    @js-owner #inline
/build/logs/ @doctocat
docs/*  docs@example.com
apps/ @octocat
/scripts/ @doctocat @octo-org/octocats
**/logs @logs
/apps/github
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("train.py", "@everyone"),
        ("web/a.js", "@js-owner"),
        ("build/logs/a.py", "@logs"),
        ("docs/getting-started.md", "docs@example.com"),
        ("docs/build-app/troubleshooting.md", "@everyone"),
        ("x/apps/y.py", "@octocat"),
        ("scripts/run.py", "@doctocat @octo-org/octocats"),
        ("deeply/nested/logs/a.py", "@logs"),
        ("apps/github/a.py", None),
    ],
)
def test_last_pattern_that_matches_owns(tmp_path: Path, path: str, expected: str | None) -> None:
    (tmp_path / "CODEOWNERS").write_text(_TEXT)
    found, skipped = owners(tmp_path, [path])
    assert found.get(path) == expected
    assert not skipped


def test_a_part_of_a_checkout_is_owned_by_the_file_at_its_top(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github" / "CODEOWNERS").write_text("/services/scoring/ @risk\n")
    (tmp_path / "CODEOWNERS").write_text("* @nobody\n")
    part = tmp_path / "services" / "scoring"
    part.mkdir(parents=True)
    assert owners(part, ["app.py"]) == ({"app.py": "@risk"}, [])


def test_nobody_owns_where_nothing_says_so(tmp_path: Path) -> None:
    assert owners(tmp_path, ["a.py"]) == ({}, [])


def test_a_damaged_file_is_told_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "CODEOWNERS").write_text("src/[a @team\n")
    found, skipped = owners(tmp_path, ["src/a.py"])
    assert found == {}
    assert [skip.path for skip in skipped] == ["CODEOWNERS"]
    assert skipped[0].reason.startswith("not CODEOWNERS: ")
