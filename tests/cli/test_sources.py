"""Source lines are found by place: in files of any encoding, and in the cells of notebooks."""

from __future__ import annotations

import json

import pytest

from mltd.cli.sources import Joined, TreeSources
from mltd.model import Place

NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "source": ["# title"]},
        {"cell_type": "code", "source": ["import x\n", "y = 1"]},
        {"cell_type": "code", "source": "z = 2\nw = 3"},
    ]
}
OLD_NOTEBOOK = {"worksheets": [{"cells": [{"cell_type": "code", "input": ["a = 1\n", "b = 2"]}]}]}
FILES = {
    "a.py": "# -*- coding: latin-1 -*-\nx = 'ä'\n".encode("latin-1"),
    "bom.py": b"\xef\xbb\xbfx = 1\r\ny = '\x0c'\r\n",
    "broken.py": b"x = '\xff'\n",
    "n.ipynb": json.dumps(NOTEBOOK).encode(),
    "old.ipynb": json.dumps(OLD_NOTEBOOK).encode(),
    "bad.ipynb": b"[1",
}


def read(path: str) -> bytes:
    if path not in FILES:
        raise FileNotFoundError(path)
    return FILES[path]


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (Place("a.py", 2), "x = 'ä'"),
        (Place("bom.py", 1), "x = 1"),
        (Place("bom.py", 2), "y = '\x0c'"),
        (Place("broken.py", 1), "x = '\ufffd'"),
        (Place("a.py", 9), ""),
        (Place("gone.py", 1), ""),
        (Place("n.ipynb", 2, cell=2), "y = 1"),
        (Place("n.ipynb", 2, cell=3), "w = 3"),
        (Place("n.ipynb", 1, cell=9), ""),
        (Place("old.ipynb", 2, cell=1), "b = 2"),
        (Place("bad.ipynb", 1, cell=1), ""),
    ],
)
def test_lines(place: Place, line: str) -> None:
    assert TreeSources(read).line(place) == line


def test_bytes_are_as_on_disk() -> None:
    sources = TreeSources(read)
    assert sources.data("bom.py") == FILES["bom.py"]
    assert sources.data("gone.py") is None


def test_several_roots_each_under_its_prefix() -> None:
    joined = Joined({"one/": TreeSources(read), "one/two/": TreeSources(lambda path: b"inner\n")})
    assert joined.line(Place("one/a.py", 2)) == "x = 'ä'"
    assert joined.line(Place("one/two/a.py", 1)) == "inner"
    assert joined.data("other/a.py") is None
    assert joined.line(Place("other/a.py", 1)) == ""
