"""The hooks under real pre-commit, on real git repositories.

pre-commit installs mltd into an environment of its own, here from the wheels that `make test` fetches beforehand, so
that nothing asks the network.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
WHEELS = Path(os.environ.get("MLTD_WHEELHOUSE", TOP / ".venv" / "wheelhouse"))
#: What is needed to build and install mltd.
NEEDED = ("mltd", "rules", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
#: Left behind by runs.
JUNK = shutil.ignore_patterns("__pycache__", ".*_cache")

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("hook")]


class Done:
    """What a command did."""

    def __init__(self, code: int, out: str) -> None:
        self.code = code
        self.out = out


class Repository:
    """A git repository, and the environment for its commands."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = environment
        self.git("init", "--quiet", "--initial-branch", "main")

    def run(self, *words: str | Path) -> Done:
        """A command in the repository, with all that it says."""
        done = subprocess.run(
            [str(word) for word in words],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        return Done(done.returncode, done.stdout)

    def git(self, *words: str) -> str:
        """What git says; it must not fail."""
        done = self.run("git", *words)
        assert done.code == 0, done.out
        return done.out.strip()

    def commit(self) -> str:
        """Commit everything as it is, no hook asked; the commit's name."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--no-verify", "--message", "as it is")
        return self.git("rev-parse", "HEAD")

    def pre_commit(self, *words: str | Path) -> Done:
        """pre-commit's own command line."""
        return self.run(sys.executable, "-m", "pre_commit", *words)

    def configure(self, hooks: Path, rev: str, extra: str = "") -> None:
        """Use both hooks as users do, and commit that."""
        config = f"repos:\n- repo: {hooks}\n  rev: {rev}\n  hooks:\n  - id: mltd\n{extra}  - id: mltd-all\n"
        (self.folder / ".pre-commit-config.yaml").write_text(config, "utf-8")
        self.commit()


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of all commands: no network, no settings of the person who runs the tests."""
    if not list(WHEELS.glob("hatchling-*.whl")):
        reason = f"THE HOOK IS NOT TRIED: no wheels in {WHEELS}; `make test` fetches them"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    home = tmp_path_factory.mktemp("home")
    (home / ".gitconfig").write_text("[user]\n\tname = Somebody\n\temail = somebody@example.org\n", "utf-8")
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_", "PIP_", "PRE_COMMIT", "VIRTUALENV_", "PYTEST_")) and name != "SKIP"
    }
    yield clean | {
        "HOME": str(home),
        "GIT_CONFIG_NOSYSTEM": "1",
        "PRE_COMMIT_HOME": str(home / "pre-commit"),
        "PRE_COMMIT_COLOR": "never",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(WHEELS.resolve()),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "VIRTUALENV_NO_PERIODIC_UPDATE": "1",
        "NO_COLOR": "1",
    }
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> tuple[Path, str]:
    """The working tree as it is now, as a git repository: its folder and its commit."""
    folder = tmp_path_factory.mktemp("mltd")
    for name in NEEDED:
        if (TOP / name).is_dir():
            shutil.copytree(TOP / name, folder / name, ignore=JUNK)
        else:
            shutil.copy(TOP / name, folder / name)
    return folder, Repository(folder, environment).commit()


def example(name: str, folder: Path, environment: dict[str, str]) -> Repository:
    """An example project, committed to a repository of its own."""
    shutil.copytree(TOP / "examples" / name, folder, ignore=JUNK)
    repository = Repository(folder, environment)
    repository.commit()
    return repository


@pytest.fixture
def churn(tmp_path: Path, environment: dict[str, str]) -> Repository:
    return example("churn", tmp_path / "churn", environment)


@pytest.fixture
def paid_down(tmp_path: Path, environment: dict[str, str]) -> Repository:
    return example("churn_paid_down", tmp_path / "churn_paid_down", environment)


def test_try_repo_fails_on_debt(churn: Repository, hooks: tuple[Path, str]) -> None:
    done = churn.pre_commit("try-repo", hooks[0], "mltd", "--all-files")
    assert done.code == 1, done.out
    assert "Failed" in done.out
    assert "exit code: 1" in done.out
    for rule in ("dead-feature", "glue-code", "pipeline-jungle", "undeclared-consumer"):
        assert rule in done.out


def test_try_repo_passes_where_the_debt_is_paid(paid_down: Repository, hooks: tuple[Path, str]) -> None:
    done = paid_down.pre_commit("try-repo", hooks[0], "mltd", "--all-files")
    assert done.code == 0, done.out
    assert "Passed" in done.out


def test_a_commit_answers_for_the_files_that_it_touches(churn: Repository, hooks: tuple[Path, str]) -> None:
    churn.configure(*hooks)
    installed = churn.pre_commit("install")
    assert installed.code == 0, installed.out

    guilty = churn.folder / "pipeline" / "features" / "usage.py"
    guilty.write_text(guilty.read_text("utf-8") + "\n# touched\n", "utf-8")
    churn.git("add", "--all")
    blocked = churn.run("git", "commit", "--message", "touch a guilty file")
    assert blocked.code == 1, blocked.out
    assert "the column 'night_share' is computed and nothing uses it" in blocked.out
    assert "add_price_change" not in blocked.out, "a finding of a file that the commit does not touch"

    churn.git("checkout", "--quiet", "HEAD", "--", ".")
    innocent = churn.folder / "pipeline" / "config.py"
    innocent.write_text(innocent.read_text("utf-8") + "\n# touched\n", "utf-8")
    churn.git("add", "--all")
    passed = churn.run("git", "commit", "--message", "touch an innocent file")
    assert passed.code == 0, passed.out
    assert "Passed" in passed.out

    (churn.folder / "NOTES.txt").write_text("nothing to analyse\n", "utf-8")
    churn.git("add", "--all")
    skipped = churn.run("git", "commit", "--message", "no file of ours")
    assert skipped.code == 0, skipped.out
    assert "Skipped" in skipped.out


def test_users_may_choose_another_gate(churn: Repository, hooks: tuple[Path, str]) -> None:
    churn.configure(*hooks, extra="    args: [--fail-on, error, --select, dead-feature]\n")
    done = churn.pre_commit("run", "mltd", "--all-files")
    assert done.code == 0, done.out
    assert "Passed" in done.out


def test_before_a_push_the_whole_tree_answers(
    churn: Repository, paid_down: Repository, hooks: tuple[Path, str]
) -> None:
    for repository, code in ((churn, 1), (paid_down, 0)):
        repository.configure(*hooks)
        done = repository.pre_commit("run", "mltd-all", "--hook-stage", "pre-push")
        assert done.code == code, done.out
