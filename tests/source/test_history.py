"""How often files changed, asked of real repositories."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from mltd.source.history import YEAR, changes

NOW = 1_700_000_000


class Repository:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str, time: int = NOW) -> None:
        who = {f"GIT_{role}_{what}": "someone" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        when = {"GIT_AUTHOR_DATE": f"{time} +0000", "GIT_COMMITTER_DATE": f"{time} +0000"}
        nothing = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        command = ["git", "-c", "commit.gpgsign=false", *arguments]
        subprocess.run(command, cwd=self.folder, env={**os.environ, **who, **when, **nothing}, check=True)

    def commit(self, *paths: str, time: int = NOW) -> None:
        for path in paths:
            file = self.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("a") as opened:
                opened.write("x\n")
        self.git("add", "--all", time=time)
        self.git("commit", "--quiet", "--allow-empty", "--message", "two\n\nlines", time=time)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


def test_commits_of_the_last_year_before_the_last_commit(repository: Repository) -> None:
    repository.commit("a.py", "old.py", time=NOW - YEAR - 1)
    repository.commit("a.py", "sub/b.py", time=NOW - YEAR)
    repository.commit("a.py", "sub/b.py", 'sub/é "\n.py', time=NOW - 60)
    repository.commit(time=NOW - 30)
    repository.commit('sub/é "\n.py', "new.py")
    assert changes(repository.folder) == {"a.py": 2, "sub/b.py": 1, 'sub/é "\n.py': 1}
    assert changes(repository.folder / "sub") == {"b.py": 1, 'é "\n.py': 1}


def test_merges_do_not_count(repository: Repository) -> None:
    repository.commit("a.py")
    repository.git("checkout", "--quiet", "-b", "side")
    repository.commit("b.py")
    repository.commit("b.py")
    repository.git("checkout", "--quiet", "main")
    repository.commit("a.py")
    repository.git("merge", "--quiet", "--no-edit", "side")
    assert changes(repository.folder) == {"a.py": 1, "b.py": 1}


def test_nothing_outside_git_before_the_first_commit_and_in_a_shallow_clone(
    repository: Repository, tmp_path: Path
) -> None:
    assert changes(repository.folder) == {}
    repository.commit("a.py")
    repository.commit("a.py")
    repository.git("clone", "--quiet", "--depth=1", f"file://{repository.folder}", str(tmp_path / "shallow"))
    assert changes(tmp_path / "shallow") == {}
    assert changes(tmp_path) == {}
    assert changes(tmp_path / "missing") == {}


def test_the_repositorys_own_settings_start_no_program(repository: Repository, tmp_path: Path) -> None:
    repository.commit("a.py")
    repository.commit("a.py")
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path / 'sprung'}\n")
    trap.chmod(0o755)
    for key in ("core.fsmonitor", "gpg.program", "diff.external", "core.pager"):
        repository.git("config", key, str(trap))
    repository.git("config", "log.showSignature", "true")
    assert changes(repository.folder) == {"a.py": 1}
    assert not (tmp_path / "sprung").exists()
