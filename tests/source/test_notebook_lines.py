"""Where in the file each line of a notebook's code stands."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mltd.source import Unreadable
from mltd.source.notebook import read
from mltd.source.notebook_json import load

_line = st.text(st.sampled_from("ab\"\\[]{}:, '#=é\u2028😀\t"), max_size=8)
_end = st.sampled_from(["\n", "\n", "\r\n", "\r"])
_source = st.lists(st.tuples(_line, _end), max_size=5).map(lambda pairs: "".join(line + end for line, end in pairs))
_noise = st.recursive(
    st.one_of(st.none(), st.integers(), st.sampled_from(["source", "code", '"source": ["a"]', "[", "}", ""])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["source", "cells", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def _cells(draw: st.DrawFn) -> dict[str, Any]:
    text = draw(_source) + draw(_line)
    how = draw(st.sampled_from(["string", "lines", "pieces"]))
    source: Any = text
    if how == "lines":
        source = text.splitlines(keepends=True)
    elif how == "pieces":
        source = re.findall(r"(?s).{1,3}", text) + draw(st.sampled_from([[], [""]]))
    cell = {
        "cell_type": draw(st.sampled_from(["code", "code", "markdown"])),
        "metadata": draw(_noise),
        "outputs": draw(_noise),
        "source": source,
    }
    return {key: cell[key] for key in draw(st.permutations(list(cell)))}


def _marked(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same cells with each written string of a source replaced by a name of its own."""
    marked = []
    for number, cell in enumerate(cells, 1):
        source = cell["source"]
        names = [f"<{number}/{index}>" for index in range(len(source))] if isinstance(source, list) else f"<{number}/0>"
        marked.append({**cell, "source": names})
    return marked


@given(
    st.lists(_cells(), max_size=4),
    _noise,
    st.sampled_from([None, 1, "\t"]),
    st.booleans(),
    st.sampled_from(["\n", "\r\n"]),
)
def test_each_line_has_the_line_of_the_string_that_begins_it(
    cells: list[dict[str, Any]], noise: Any, indent: int | str | None, ascii_only: bool, end: str
) -> None:
    def written(cells: list[dict[str, Any]]) -> str:
        document = {"metadata": noise, "cells": cells, "nbformat": 4}
        return json.dumps(document, indent=indent, ensure_ascii=ascii_only).replace("\n", end)

    places = {
        name: index
        for index, line in enumerate(written(_marked(cells)).split("\n"), 1)
        for name in re.findall(r"<\d+/\d+>", line)
    }
    found = {cell.number: cell for cell in load(written(cells).encode()).cells}
    assert list(found) == [number for number, cell in enumerate(cells, 1) if cell["cell_type"] == "code"]
    for number, raw in found.items():
        source = cells[number - 1]["source"]
        pieces = source if isinstance(source, list) else [source]
        owners = [index for index, piece in enumerate(pieces) for _ in piece]
        text = "".join(pieces)
        lines = re.split(r"\r\n|\r|\n", text)
        if lines[-1] == "" and len(lines) > 1:
            lines.pop()
        assert raw.source.split("\n") == lines
        starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))][: len(lines)]
        if text:
            assert raw.physical == [places[f"<{number}/{owners[start]}>"] for start in starts]
        assert len(raw.physical) == len(lines)


def test_the_line_of_each_element_in_a_usual_file() -> None:
    source = ["import a\n", "\n", 'b = "source"\n', "c"]
    text = json.dumps({"cells": [{"outputs": [{"source": source}], "cell_type": "code", "source": source}]}, indent=1)
    physical = read(text.encode()).cells[0].physical
    assert [json.loads(text.split("\n")[number - 1].strip(" ,")) for number in physical] == source
    assert physical[0] > text.split("\n").index('   "cell_type": "code",')


def test_a_cell_whose_text_is_written_elsewhere_too() -> None:
    cell = {"metadata": {"source": "code"}, "cell_type": "code", "name": "source", "source": "code"}
    text = json.dumps({"cells": [cell]}, indent=1)
    assert read(text.encode()).cells[0].physical == [text.split("\n").index('   "source": "code"') + 1]


@given(st.binary(max_size=60), st.integers(0, 200), st.integers(0, 20))
def test_any_damage_is_told(garbage: bytes, at: int, length: int) -> None:
    whole = json.dumps({"cells": [{"cell_type": "code", "source": ["a\n", "b"]}], "metadata": {}}, indent=1).encode()
    try:
        program = read(whole[:at] + garbage + whole[at + length :])
    except Unreadable:
        return
    assert all(len(cell.physical) == cell.last_line - cell.first_line + 1 for cell in program.cells)
