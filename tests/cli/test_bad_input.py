"""Bad input, through the whole program: never a traceback, always a reason."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run

GOOD = "import pandas as pd\n\ndata = pd.read_csv('data.csv')\ndata.to_csv('copy.csv')\n"


@pytest.fixture(autouse=True)
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one good file, where the user stands."""
    (tmp_path / "good.py").write_text(GOOD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def scanned(run: Run, *words: str) -> Any:
    done = run("scan", "-f", "json", "--jobs", "1", *words)
    assert done.code == 0, done.err
    assert done.err == ""
    return json.loads(done.out)


def skipped(run: Run) -> dict[str, str]:
    found = scanned(run)
    assert found["summary"]["files"] == 1
    return {one["path"]: one["reason"] for one in found["skipped"]}


def test_an_empty_tree(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    found = scanned(run, "empty")
    assert found["summary"]["files"] == 0
    assert found["summary"]["rating"] == "A"
    assert run("scan", "empty").code == 0


def test_a_single_file(run: Run) -> None:
    found = scanned(run, "good.py")
    assert found["summary"]["files"] == 1
    assert found["summary"]["lines"] == 4
    assert run("scan", "good.py").code == 0


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("broken.ipynb", b"{not json"),
        ("number.ipynb", b"3"),
        ("null.py", b"x = 1\0\n"),
        ("python2.py", b"print 'hello'\n"),
        ("encoding.py", b"# -*- coding: no-such-encoding -*-\n"),
        ("undecodable.py", b"x = '\xff'\n"),
        ("nested.py", b"x = " + b"(" * 5000 + b")" * 5000 + b"\n"),
        ("terms.py", b"x = " + b"1 + " * 50000 + b"1\n"),
        ("nested.json", b"[" * 200000),
        ("params.yaml", b"a: [1\n"),
    ],
)
def test_a_file_that_cannot_be_read_is_skipped_with_its_reason(
    run: Run, tmp_path: Path, name: str, data: bytes
) -> None:
    (tmp_path / name).write_bytes(data)
    found = skipped(run)
    assert list(found) == [name]
    assert found[name]
    assert not found[name].startswith("mltd failed")


@pytest.mark.slow
def test_an_enormous_file(run: Run, tmp_path: Path) -> None:
    with (tmp_path / "enormous.py").open("wb") as file:
        file.write(b"x = 1\n" * (50 * 1024 * 1024 // 6))
    start = time.monotonic()
    assert list(skipped(run)) == ["enormous.py"]
    assert time.monotonic() - start < 10


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_name_that_is_not_utf8(run: Run, tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.py")).write_bytes(b"print 'x'\n")
    assert list(skipped(run)) == ["caf\\xe9.py"]


def test_links_in_a_circle(run: Run, tmp_path: Path) -> None:
    (tmp_path / "round").symlink_to(tmp_path)
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert scanned(run)["summary"]["files"] == 1


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_file_without_permission(run: Run, tmp_path: Path) -> None:
    (tmp_path / "secret.py").write_text("x = 1\n")
    (tmp_path / "secret.py").chmod(0)
    assert skipped(run) == {"secret.py": "permission denied"}


def test_a_pipe_in_the_tree(run: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    assert set(skipped(run)) <= {"pipe.py"}


@pytest.mark.slow
def test_an_interrupt_ends_it_at_once(tmp_path: Path) -> None:
    for number in range(400):
        (tmp_path / f"m{number}.py").write_text(GOOD + "def f(x):\n    return x + 1\n" * 400)
    process = subprocess.Popen(
        [sys.executable, "-m", "mltd", "scan", "--jobs", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    time.sleep(1.5)
    assert process.poll() is None, "the scan was too quick to be interrupted"
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert out == ""
    assert err.strip() == "mltd: interrupted"
