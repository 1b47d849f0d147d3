"""Python to facts against a converter from Python's own syntax tree: generated programs and the standard library."""

from __future__ import annotations

import random
import re
import sysconfig
import warnings
from pathlib import Path

import libcst
import pytest
from hypothesis import HealthCheck, example, given, settings

from mltd import facts
from mltd.extract import python
from mltd.extract.python import extract_python
from mltd.source import Unreadable, decode_python
from tests.extract.from_ast import difference

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    hypothesmith = pytest.importorskip("hypothesmith")

LIBRARY = Path(sysconfig.get_path("stdlib"))
FOLDERS = ["json", "asyncio", "email", "importlib"]
GRAMMAR = ["fstring", "patma", "named_expressions", "unpack_ex", "genexps", "except_star", "type_params"]
FILES = sorted(path for folder in FOLDERS for path in (LIBRARY / folder).rglob("*.py"))
FILES += [path for name in GRAMMAR if (path := LIBRARY / "test" / f"test_{name}.py").exists()]

#: What libcst's parser does not read although Python's does; see the reasons of ``Unreadable``.
UNKNOWN_TO_LIBCST = "libcst's parser does not know this syntax"


@given(hypothesmith.from_grammar())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@example("None()\n")
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_generated_programs(text: str) -> None:
    try:
        found = extract_python(text)
    except Unreadable as error:
        if UNKNOWN_TO_LIBCST not in error.reason:
            raise
        return
    assert difference(text, found, comments=False) == ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_standard_library(path: Path) -> None:
    text = decode_python(path.read_bytes())
    found = extract_python(text)
    assert difference(text, found) == ""
    assert facts.decode(facts.encode(found)) == found
    for data in found.bodies:
        assert facts.encode_block(facts.decode_block(data)) == data


def test_grammar_of_the_standard_library() -> None:
    path = LIBRARY / "test" / "test_grammar.py"
    if not path.exists():
        pytest.skip("this interpreter comes without its tests")
    text = re.sub(r"\((\w+)\)(: (?:int|bool))", r"\1\2", path.read_text())  # libcst does not know ``(x): int``
    assert difference(text, extract_python(text)) == ""


@pytest.mark.parametrize("path", random.Random(1).sample(FILES[:-8], 8), ids=lambda path: path.name)
def test_standard_library_read_by_libcst_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = decode_python(path.read_bytes())
    monkeypatch.setattr(python, "_parse", lambda text, starts: (None, libcst.parse_module(text)))
    assert difference(text, extract_python(text)) == ""
