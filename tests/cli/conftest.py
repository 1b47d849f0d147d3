"""The command line in this process, over a fake analysis and two rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from mltd import packs
from mltd.cli import analysis, main
from tests.fakes import FakeAnalysis, Shout, Whisper, registry


class Done:
    """What a command line did."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err


Run = Callable[..., Done]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A little checkout, where the user stands."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.py").write_text("x = 1\nshout()\n")
    (tmp_path / "b.py").write_text("whisper()\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    return tmp_path


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeAnalysis:
    """Reads files without analysing them; the rules are ``shout`` and ``whisper``."""
    made = FakeAnalysis()
    monkeypatch.setattr(analysis, "analyse", made)
    load = packs.load

    def ours(folders: Sequence[Path] = ()) -> packs.Registry:
        users = load(folders, built_in=False, installed=False)
        return packs.Registry([*registry(Shout, Whisper).values(), *users.values()])

    monkeypatch.setattr(packs, "load", ours)
    return made


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a command line of words."""

    def go(*words: str) -> Done:
        code = main(words)
        out, err = capfd.readouterr()
        return Done(code, out, err)

    return go
