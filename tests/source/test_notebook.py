"""Notebooks of all forms to one program."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mltd.facts import Cell
from mltd.source import Unreadable
from mltd.source.notebook import read


def code(source: str | list[str], count: int | None = None) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": count, "metadata": {}, "outputs": [], "source": source}


def markdown(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def notebook(*cells: dict[str, Any], **metadata: Any) -> bytes:
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, indent=1).encode()


def test_cells_become_one_program() -> None:
    program = read(notebook(markdown("# t"), code(["import a\n", "\n", "a.b()"], 3), markdown("x"), code("c = 1\n")))
    assert program.text == "import a\n\na.b()\nc = 1\n"
    assert program.cells == [Cell(2, 1, 3, 3, [14, 15, 16]), Cell(4, 4, 4, None, [29])]
    assert program.broken == []


def test_version_3() -> None:
    cells = [
        {"cell_type": "heading", "level": 1, "source": "t"},
        {"cell_type": "code", "input": ["%pylab inline\n", "x = 1"], "language": "python", "prompt_number": 7},
    ]
    sheets = [{"cells": cells}, {"cells": [{"cell_type": "code", "input": "y = 2"}]}]
    data = json.dumps({"metadata": {"name": ""}, "nbformat": 3, "worksheets": sheets}).encode()
    program = read(data)
    assert program.text == "get_ipython().run_line_magic('pylab', 'inline')\nx = 1\ny = 2\n"
    assert program.cells == [Cell(2, 1, 2, 7, [1, 1]), Cell(3, 3, 3, None, [1])]


@pytest.mark.parametrize("source", ["", [], None, "\n", ["\n"]])
def test_an_empty_cell_has_one_line(source: Any) -> None:
    program = read(notebook(code(source), code("x")))
    assert program.text == "\nx\n"
    assert [(cell.first_line, cell.last_line, len(cell.physical)) for cell in program.cells] == [(1, 1, 1), (2, 2, 1)]


def test_a_cell_without_source_counts() -> None:
    assert read(notebook({"cell_type": "code"}, code("x"))).cells[1].number == 2


def test_a_broken_cell_leaves_the_others() -> None:
    program = read(notebook(code("x = 1"), code("print 'a'\ny ="), code("!ls\nz = 1")))
    assert program.text == "x = 1\n\n\nget_ipython().system('ls')\nz = 1\n"
    assert [number for number, _ in program.broken] == [2]
    assert program.broken[0][1].startswith("does not parse: Missing parentheses")
    assert program.broken[0][1].endswith("line 1")
    assert [cell.number for cell in program.cells] == [1, 2, 3]


def test_strange_characters_are_a_cell_that_does_not_parse() -> None:
    program = read(notebook(code("x = '\0'"), code("y = 1")))
    assert [number for number, _ in program.broken] == [1]


def test_deep_nesting_is_one_broken_cell() -> None:
    program = read(notebook(code("(" * 5000 + ")" * 5000), code("y = 1")))
    assert [number for number, _ in program.broken] == [1]


def test_warnings_of_the_code_are_not_ours() -> None:
    assert read(notebook(code("x = '\\d'\ny = 1 is 1"))).broken == []


def test_top_level_await_and_carriage_returns() -> None:
    assert read(notebook(code("a = 1\r\nb = await f()\rc = 2"))).text == "a = 1\nb = await f()\nc = 2\n"


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"kernelspec": {"name": "python3", "language": "python"}},
        {"kernelspec": {"name": "conda-env-x-py", "display_name": "x"}, "language_info": {"name": "python"}},
        {"kernelspec": {"name": "pysparkkernel", "language": "python"}, "language_info": {"name": "pyspark"}},
        {"kernelspec": {"name": "my-kernel"}},
        {"kernelspec": None, "language_info": "python"},
        {"kernelspec": {"name": "python3", "language": ""}, "language_info": {"name": "ipython"}},
    ],
)
def test_python_kernels(metadata: dict[str, Any]) -> None:
    assert read(notebook(code("x = 1"), **metadata)).text == "x = 1\n"


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({"kernelspec": {"name": "ir", "language": "R"}, "language_info": {"name": "R"}}, "R"),
        ({"kernelspec": {"name": "ir", "display_name": "R"}}, "R"),
        ({"kernelspec": {"name": "julia-1.6", "language": "julia"}}, "julia"),
        ({"kernelspec": {"name": "julia-1.6"}}, "Julia"),
        ({"language_info": {"name": "scala"}}, "scala"),
        ({"kernelspec": {"name": ".net-csharp", "language": "C#"}}, "C#"),
        ({"language": "Julia"}, "Julia"),
    ],
)
def test_other_kernels(metadata: dict[str, Any], language: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(notebook(code("x <- 1"), **metadata))
    assert caught.value.reason == f"notebook of another language: {language}"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not JSON: the file is empty"),
        (b" \n", "not JSON: the file is empty"),
        (b"{", "not JSON: input data was truncated"),
        (b'{"cells": [\n\n oops]}', "not JSON: invalid character on line 3"),
        (b'{"cells": []} x', "not JSON: trailing characters on line 1"),
        (b'{"cells": [\n<<<<<<< HEAD\n]}', "not JSON: a merge conflict on line 2"),
        ('{"cells": []}'.encode("utf-16"), "not JSON: UTF-16"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer: the notebook itself is not here"),
        (b"[]", "not a notebook: Expected `object`, got `array`"),
        (b"{}", "not a notebook: no cells"),
        (b'{"cells": null}', "not a notebook: Expected `array`, got `null`"),
        (b'{"cells": [{"cell_type": "code", "source": 7}]}', "not a notebook: Expected `str | array`, got `int`"),
        (b'{"cells": []}', "no code cells"),
        (notebook(markdown("only words")), "no code cells"),
    ],
)
def test_damaged(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(data)
    assert caught.value.reason == reason


def test_nesting_without_end() -> None:
    with pytest.raises(Unreadable):
        read(b'{"cells": ' + b"[" * 100_000)


def test_what_python_writes_as_json_is_read() -> None:
    cell = code(["x = 'NaN'\n", "y = 1"])
    cell["outputs"] = [{"data": [float("nan"), -float("inf"), "\ud83d", "\\ud83d", "\U0001f600"]}]
    program = read(notebook(cell, code("z = '\udc00'"), value=float("inf")))
    assert program.text == "x = 'NaN'\ny = 1\nz = '\ufffd'\n"
    assert program.broken == []


def test_a_byte_order_mark() -> None:
    assert read(b"\xef\xbb\xbf" + notebook(code("x"))).cells[0].physical == [8]
