"""What is built is what is shipped: the wheel is installed away from the sources, and offers every rule."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
NAMES = {file.stem.replace("_", "-") for file in (TOP / "rules").rglob("*.py") if not file.name.startswith("_")}

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("built")]


def run(*words: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        [str(word) for word in words], cwd=cwd, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist of the checkout, and the wheel that is built from that sdist."""
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, TOP, cwd=out)
    return next(out.glob("*.tar.gz")), next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a new environment with the wheel in it; what it depends on is lent, so no network is needed."""
    folder = tmp_path_factory.mktemp("fresh")
    run(sys.executable, "-m", "venv", "--without-pip", folder / "env", cwd=folder)
    python = folder / "env" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python)
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", built[1], cwd=folder)
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip())
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


def test_the_wheel_comes_from_its_own_files(installed: Path) -> None:
    place = run(installed, "-c", "import mltd; print(mltd.__file__)", cwd=installed.parents[2]).strip()
    assert str(TOP) not in place
    assert str(installed.parents[1]) in place


def test_the_wheel_offers_every_rule(installed: Path) -> None:
    listed = json.loads(run(installed, "-m", "mltd", "rules", "-f", "json", cwd=installed.parents[2]))
    assert {one["name"] for one in listed} == NAMES
    assert all(one["summary"] for one in listed), "the pages are not in the wheel"


def test_the_installed_command_is_there(installed: Path) -> None:
    assert run(installed.with_name("mltd"), "--version", cwd=installed.parents[2]).startswith("mltd ")


def test_the_wheel_leaves_no_stranger_in_site_packages(built: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(built[1]) as wheel:
        tops = {name.partition("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"mltd"}


def test_the_wheel_holds_exactly_the_files_of_the_checkout(built: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(built[1]) as wheel:
        held = {name for name in wheel.namelist() if name.startswith("mltd/")}
    expected = {
        file.relative_to(TOP).as_posix()
        for file in (TOP / "mltd").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    expected |= {
        "mltd/" + file.relative_to(TOP).as_posix()
        for file in (TOP / "rules").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert held == expected


def test_the_sdist_holds_what_its_tests_need(built: tuple[Path, Path]) -> None:
    with tarfile.open(built[0]) as sdist:
        held = {name.partition("/")[2] for name in sdist.getnames()}
    assert {"pyproject.toml", "README.md", "LICENSE", "Makefile", "conftest.py", "docs/report.schema.json"} <= held
    assert {file.relative_to(TOP).as_posix() for file in (TOP / "rules").rglob("*.py")} <= held
    assert "tests/architecture/test_built.py" in held
