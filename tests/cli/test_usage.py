"""Wrong usage and configuration: a clear sentence and exit code 2, before anything is scanned."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("project", "fake")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["scan", "nowhere"], 'cannot scan "nowhere": there is no such file or folder'),
        (
            ["scan", "--select", ""],
            'select: found "", expected a rule\'s name, category:NAME or value:NAME',
        ),
        (
            ["scan", "--select", "shuot"],
            'select: found "shuot", expected a rule\'s name, category:NAME or value:NAME (did you mean "shout"?)',
        ),
        (["scan", "--ignore", "category:cultur"], '(did you mean "category:culture"?)'),
        (["scan", "--max-debt", "soon"], '"soon" is no time: write one like 2d, 8h, 1h30m or 90'),
        (["scan", "--max-rating", "F"], "'F' is not one of"),
        (["scan", "--jobs", "0"], "0 is not in the range x>=1"),
        (["scan", "-o", "json:"], 'no file name in --output "json:"'),
        (["scan", "-o", "json:no/such/folder/x.json"], "cannot write no/such/folder/x.json: No such file or directory"),
        (["scan", "--config", "none.toml"], "none.toml: found No such file or directory"),
        (["scan", "--config", "mltd.toml", "--no-config"], "--config and --no-config do not go together"),
        (["scan", "--rules", "none"], "pack none: NotADirectoryError: no such folder"),
        (["scam"], 'no command "scam" (did you mean "scan"?)'),
        (["explain", "shuot"], 'there is no rule "shuot" (did you mean "shout"?); mltd rules lists them'),
        (["completion", "tcsh"], "'tcsh' is not one of 'bash', 'zsh', 'fish'"),
    ],
)
def test_wrong_usage(run: Run, words: list[str], message: str) -> None:
    done = run(*words)
    assert done.code == 2
    assert message in done.err
    assert "Traceback" not in done.err
    assert done.out == ""


def test_a_link_that_leads_nowhere(run: Run, project: Path) -> None:
    (project / "link").symlink_to("gone")
    assert "it is a link that leads nowhere" in run("scan", "link").err


def test_a_pipe_is_neither_file_nor_folder(run: Run, project: Path) -> None:
    os.mkfifo(project / "pipe")
    done = run("scan", "pipe")
    assert done.code == 2
    assert "it is neither a file nor a folder" in done.err


def test_no_permission(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # whoever runs the tests may be root
    done = run("scan", "src")
    assert done.code == 2
    assert 'cannot scan "src": no permission to read it' in done.err


def test_a_name_that_is_not_utf8(run: Run, project: Path) -> None:
    done = run("scan", os.fsdecode(b"no\xffwhere"))
    assert done.code == 2
    assert 'cannot scan "no\\xffwhere"' in done.err


def test_all_problems_of_a_configuration(run: Run, project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.mltd]\nselct = []\n[tool.mltd.gates]\nfail-on = "loud"\n')
    done = run("scan")
    assert done.code == 2
    assert [line.split(" found")[0] for line in done.err.splitlines()] == [
        "mltd: pyproject.toml: tool.mltd.selct:",
        "mltd: pyproject.toml: tool.mltd.gates.fail-on:",
    ]


def test_a_rule_of_the_configuration_that_does_not_exist(run: Run, project: Path) -> None:
    (project / "mltd.toml").write_text('ignore = ["shuot"]\n')
    done = run("scan")
    assert done.code == 2
    assert 'mltd: mltd.toml: ignore: found "shuot"' in done.err


def test_options_of_a_rule(run: Run, project: Path) -> None:
    (project / "mltd.toml").write_text("[options.shout]\nat-most = 1.5\n")
    done = run("scan")
    assert done.code == 2
    assert done.err == "mltd: mltd.toml: options.shout.at-most: found 1.5, expected a whole number\n"
