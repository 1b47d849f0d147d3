"""The contracts of the imports hold, and they bite."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TOP = Path(__file__).parents[2]
CONTRACTS = {
    one["id"]: one
    for one in tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = (
        "import sys; top, folder = sys.argv[1:]; sys.path[:] = [folder, *(p for p in sys.path if p != top)];"
        "from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    )
    command = [sys.executable, "-c", program, str(TOP), str(folder)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of what is linted."""
    shutil.copy(TOP / "pyproject.toml", tmp_path)
    for name in ("mltd", "rules"):
        shutil.copytree(TOP / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_the_layers_hold() -> None:
    done = lint(TOP)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("mltd/model.py", "from mltd import config", "Data walks one way, and so do the imports"),
        ("mltd/flow/__init__.py", "import mltd.engine", "Data walks one way, and so do the imports"),
        ("mltd/stray.py", "X = 1", "Data walks one way, and so do the imports"),
        ("mltd/engine.py", "import libcst", "libcst only where a file is parsed"),
        ("mltd/flow/__init__.py", "import networkx", "networkx only where the graph is built"),
        ("rules/boundaries/stray.py", "from mltd.graph import project", "A rule imports the public API alone"),
    ],
)
@pytest.mark.slow
def test_an_import_in_the_wrong_direction_is_refused(copy: Path, file: str, line: str, contract: str) -> None:
    with (copy / file).open("a") as stream:
        stream.write(f"\n{line}\n")
    done = lint(copy)
    assert done.returncode == 1
    broken = done.stdout.partition("Broken contracts")[2]
    assert contract in broken, done.stdout


@pytest.mark.parametrize(
    ("contract", "key", "allowed"),
    [
        ("libcst", "source_modules", {"mltd.extract"}),
        ("networkx", "source_modules", {"mltd.graph"}),
        ("sqlglot", "source_modules", {"mltd.sql"}),
        ("public-api", "forbidden_modules", {"mltd.__main__"}),
    ],
)
def test_the_contracts_name_every_stage_but_those_allowed(contract: str, key: str, allowed: set[str]) -> None:
    stages = {f"mltd.{name.strip()}" for layer in CONTRACTS["layers"]["layers"] for name in layer.split("|")}
    named = {name for name in CONTRACTS[contract][key] if name.startswith("mltd.")}
    assert stages - named - allowed == set()
    assert named & allowed <= {"mltd.__main__"}
