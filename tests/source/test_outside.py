"""Which folders are left out by default, and which only look as if they should be."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mltd.source import find


def make(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("x = 1\n")


@pytest.mark.parametrize("tracked", [False, True])
@pytest.mark.parametrize(
    ("paths", "excluded"),
    [
        (["venv/pyvenv.cfg", "venv/lib/python3.11/site-packages/a.py"], ["venv/"]),
        (["my-env/pyvenv.cfg", "my-env/bin/tool.py"], ["my-env/"]),
        (["env/conda-meta/history", "env/lib/a.py"], ["env/"]),
        (["old/bin/activate", "old/lib/a.py"], ["old/"]),
        (["old/Scripts/activate.bat", "old/Lib/a.py"], ["old/"]),
        (["lib/python3.9/os.py"], ["lib/python3.9/"]),
        (["web/node_modules/a/setup.py"], ["web/node_modules/"]),
        (["pkg.egg-info/a.json", ".tox/a.py", ".nox/a.py"], [".nox/", ".tox/", "pkg.egg-info/"]),
        (["build/lib/pkg/a.py", "pkg/a.py"], ["build/"]),
        (["build/lib/pkg/a.py", "src/pkg/a.py"], ["build/"]),
        (["sub/build/bdist.linux-x86_64/a.py"], ["sub/build/"]),
        (["docs/_build/html/a.json", "docs/_build/jupyter_execute/a.ipynb"], ["docs/_build/"]),
        (["dist/pkg-1.0.tar.gz", "dist/a.json"], ["dist/"]),
        (["pkg/_vendor/a.py"], ["pkg/_vendor/"]),
        (["third_party/a/b.py"], ["third_party/"]),
        (["vendor/requests/LICENSE", "vendor/requests/api.py"], ["vendor/"]),
        (["extern/lib/setup.py", "extern/lib/a.py"], ["extern/"]),
        (["vendor/vendor.txt", "vendor/six.py"], ["vendor/"]),
        (["mlruns/.trash/a", "mlruns/0/meta.yaml"], ["mlruns/"]),
        (["wandb/run-20240101_101010-abc/files/config.yaml"], ["wandb/"]),
        (["outputs/2024/.hydra/config.yaml"], ["outputs/2024/.hydra/"]),
        ([".mypy_cache/a.json", "__pycache__/a.py", "sub/.ipynb_checkpoints/a.ipynb"], []),
    ],
)
def test_left_out(tmp_path: Path, paths: list[str], excluded: list[str], tracked: bool) -> None:
    make(tmp_path, "own.py", *paths)
    if tracked:
        subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    tree = find(tmp_path)
    assert tree.excluded == tuple(excluded)
    assert {file.path for file in tree.files} <= {"own.py", "pkg/a.py", "src/pkg/a.py"}
    brought_back = find(tmp_path, include=["*"])
    assert brought_back.excluded == ()
    assert set(paths) <= brought_back.names


@pytest.mark.parametrize("tracked", [False, True])
@pytest.mark.parametrize(
    "path",
    [
        "env/cartpole.py",
        "venv/notes.py",
        "build/__init__.py",
        "build/features.py",
        "build/lib/helpers.py",
        "dist/normal.py",
        "vendor/scoring.py",
        "vendor/__init__.py",
        "external/weather.py",
        "extern/api/client.py",
        "wandb/sweep.py",
        "mlruns/compare.py",
        "bin/train.py",
        "lib/features.py",
        ".github/workflows/ci.yaml",
        "conda/environment.yaml",
        "target/labels.py",
        "data/clean.py",
        "examples/a.py",
    ],
)
def test_not_left_out_by_its_name(tmp_path: Path, path: str, tracked: bool) -> None:
    make(tmp_path, path)
    if tracked:
        subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    tree = find(tmp_path)
    assert [file.path for file in tree.files] == [path]
    assert tree.excluded == ()


def test_the_root_itself_is_never_left_out(tmp_path: Path) -> None:
    make(tmp_path, "site-packages/pyvenv.cfg", "site-packages/a.py", "site-packages/bin/activate")
    assert [file.path for file in find(tmp_path / "site-packages").files] == ["a.py", "pyvenv.cfg"]
