"""Scanning a tree: all files, the same facts for every number of jobs, nothing that stops it."""

from __future__ import annotations

import json
import multiprocessing
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mltd.facts import DataFacts, FileFacts, PythonFacts, SqlFacts, TableFacts
from mltd.scan import Scanned, scan
from mltd.source import Skip, Unreadable


class Selection(msgspec.Struct, frozen=True):
    """Stands for the configuration."""

    include: list[str] = []
    exclude: list[str] = []


ALL = Selection()


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def notebook(*sources: str) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": source} for source in sources]}, indent=1)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    files: dict[str, str | bytes] = {f"package/module_{number}.py": f"x = {number}\n" * number for number in range(80)}
    files |= {
        "train.py": "import pandas as pd\ndf = pd.read_csv('a.csv')\n",
        "eda.ipynb": notebook("%matplotlib inline", "import a", "print 'x'", "a.b()"),
        "r.ipynb": json.dumps({"cells": [], "metadata": {"language_info": {"name": "R"}}}),
        "damaged.ipynb": "{",
        "old.py": "print 'x'\n",
        "wide.py": "x = 1\n".encode("utf-16"),
        "params.yaml": "a: 1\n",
        "bad.yaml": "a: [1\n",
        "train.csv": "id,label\n1,2\n",
        "image.png": b"\x89PNG",
        "query.sql": "select 1\n",
        "CODEOWNERS": "* @us\n",
        "deep.py": "x = " + "(" * 4000 + ")" * 4000 + "\n",
        "venv/pyvenv.cfg": "",
        "venv/a.py": "x = 1\n",
    }
    return write(tmp_path, files)


def test_facts_of_all_kinds(tree: Path) -> None:
    scanned = scan(tree, ALL)
    assert list(scanned.facts) == sorted(scanned.facts)
    assert len([path for path in scanned.facts if path.startswith("package/")]) == 80
    assert isinstance(scanned.facts["train.py"], PythonFacts)
    assert isinstance(scanned.facts["params.yaml"], DataFacts)
    assert scanned.facts["train.csv"] == TableFacts("csv", ["id", "label"])
    eda = scanned.facts["eda.ipynb"]
    assert isinstance(eda, PythonFacts)
    assert eda.cells is not None
    assert [cell.number for cell in eda.cells] == [1, 2, 3, 4]
    assert isinstance(scanned.facts["query.sql"], SqlFacts)
    assert not {"CODEOWNERS", "image.png", "venv/a.py"} & scanned.facts.keys()
    assert {"query.sql", "CODEOWNERS", "image.png"} <= scanned.tree.names
    assert scanned.tree.excluded == ("venv/",)


def test_what_cannot_be_read_is_skipped_with_its_reason(tree: Path) -> None:
    scanned = scan(tree, ALL)
    reasons = {skip.path: skip.reason for skip in scanned.skipped}
    assert list(reasons) == sorted(reasons)
    assert reasons.keys() == {
        "bad.yaml",
        "damaged.ipynb",
        "deep.py",
        "eda.ipynb:cell 3",
        "old.py",
        "r.ipynb",
        "wide.py",
    }
    assert reasons["wide.py"] == "not UTF-8: UTF-16 byte order mark"
    assert reasons["r.ipynb"] == "notebook of another language: R"
    assert reasons["damaged.ipynb"] == "not JSON: input data was truncated"
    assert reasons["eda.ipynb:cell 3"].startswith("does not parse: Missing parentheses")
    assert not any("mltd failed" in reason for reason in reasons.values())


def test_the_number_of_jobs_changes_nothing(tree: Path) -> None:
    one, two, three = (scan(tree, ALL, jobs) for jobs in (1, 2, 3))
    assert one == two == three
    assert list(one.facts) == list(two.facts) == list(three.facts)


@pytest.mark.parametrize("jobs", [1, 2])
def test_progress_counts_every_file_once(tree: Path, jobs: int) -> None:
    heard: list[tuple[int, int]] = []
    scanned = scan(tree, ALL, jobs, lambda done, total: heard.append((done, total)))
    total = len([file for file in scanned.tree.files if file.kind != "codeowners"])
    assert heard[0] == (0, total)
    assert heard[-1] == (total, total)
    assert heard == sorted(heard)


def test_configuration_selects(tree: Path) -> None:
    scanned = scan(tree, Selection(include=["venv/a.py"], exclude=["package/", "*.ipynb"]))
    assert "venv/a.py" in scanned.facts
    assert not any(path.startswith("package/") or path.endswith(".ipynb") for path in scanned.facts)


def test_a_single_file(tree: Path) -> None:
    scanned = scan(tree / "train.py", ALL, jobs=4)
    assert list(scanned.facts) == ["train.py"]


def test_no_root(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        scan(tmp_path / "nothing", ALL)


def test_an_empty_tree(tmp_path: Path) -> None:
    assert scan(tmp_path, ALL, jobs=2) == Scanned(scan(tmp_path, ALL).tree, {}, ())


# ------------------------------------------------------------------ what goes wrong in a worker


def _fake(kind: str, name: str, data: bytes) -> FileFacts:
    if b"KILL" in data and multiprocessing.parent_process() is not None:
        os._exit(9)
    for mark, error in _ERRORS.items():
        if mark in data:
            raise error
    return TableFacts(kind, [name])


_ERRORS: dict[bytes, BaseException] = {
    b"UNREADABLE": Unreadable("because"),
    b"DEEP": RecursionError(),
    b"LARGE": MemoryError(),
    b"DEFECT": KeyError("x"),
    b"GONE": FileNotFoundError(2, "No such file or directory"),
    b"SHUT": PermissionError(13, "Permission denied"),
}


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mltd.extract.extract", _fake)


@pytest.mark.usefixtures("fake")
def test_every_failure_costs_one_file(tmp_path: Path) -> None:
    write(tmp_path, {f"{mark.decode().lower()}.py": mark for mark in _ERRORS} | {"fine.py": ""})
    scanned = scan(tmp_path, ALL)
    assert list(scanned.facts) == ["fine.py"]
    assert scanned.skipped == (
        Skip("deep.py", "nested too deeply"),
        Skip("defect.py", "mltd failed on it: KeyError: 'x'"),
        Skip("gone.py", "No such file or directory"),
        Skip("large.py", "too large for the memory"),
        Skip("shut.py", "permission denied"),
        Skip("unreadable.py", "because"),
    )


@pytest.mark.usefixtures("fake")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="the fake parser comes by forking")
def test_workers_that_die_cost_only_the_files_they_die_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fork: Any = multiprocessing.get_context("fork")
    monkeypatch.setattr("multiprocessing.get_context", lambda method: fork)
    files: dict[str, str | bytes] = {f"a{number:03}.py": "x" * number for number in range(200)}
    killers = ["first.py", "second.py", "third.py"]
    files |= {"first.py": "KILL" + "x" * 500, "second.py": "KILL" + "x" * 40, "third.py": "KILL"}
    heard: list[tuple[int, int]] = []
    scanned = scan(write(tmp_path, files), ALL, 2, lambda done, total: heard.append((done, total)))
    assert list(scanned.facts) == sorted(files.keys() - set(killers))
    assert scanned.skipped == tuple(Skip(path, "the parser died on it") for path in killers)
    assert heard[-1] == (203, 203)
