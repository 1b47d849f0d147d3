"""A Jupyter notebook to one program: its code cells in order, IPython's syntax turned into Python, positions kept."""

from __future__ import annotations

import ast
import functools
import warnings
from typing import Any

import msgspec

from mltd.facts import Cell
from mltd.source.decode import Unreadable
from mltd.source.ipython import as_command, to_python
from mltd.source.notebook_json import load

__all__ = ["Program", "read"]


class Program(msgspec.Struct, frozen=True):
    """The Python of a notebook.

    ``cells`` say which lines of ``text`` belong to which cell. ``broken`` are the numbers of cells whose code is no
    Python, with the reason: their lines are blank.
    """

    text: str
    cells: list[Cell]
    broken: list[tuple[int, str]]


@functools.lru_cache(maxsize=1)
def read(data: bytes) -> Program:
    """The program of a notebook's code cells, of format 3 or 4.

    The last program is remembered: the extraction and then the scan ask for the same one. Raises
    :class:`Unreadable` for what is no notebook, for one of another language, and for one without code.
    """
    document = load(data)
    language = _language(document.metadata)
    if language is not None:
        raise Unreadable(f"notebook of another language: {language}")
    lines: list[str] = []
    cells: list[Cell] = []
    broken: list[tuple[int, str]] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of invalid escapes in the cells' strings
        for raw in document.cells:
            own, reason = _python(raw.source)
            if reason:
                broken.append((raw.number, reason))
            cells.append(Cell(raw.number, len(lines) + 1, len(lines) + len(own), raw.count, raw.physical))
            lines += own
    if not cells:
        raise Unreadable("no code cells")
    return Program("\n".join(lines) + "\n", cells, broken)


def _python(source: str) -> tuple[list[str], str]:
    """The lines of a cell as Python; blank ones, and the reason, where they are none."""
    reason = _complaint(source)
    if not reason:
        return source.split("\n"), ""
    converted = to_python(source)
    reason = _complaint(converted)
    if not reason:
        return converted.split("\n"), ""
    command = as_command(source)
    if command is not None and not _complaint(command):
        return command.split("\n"), ""
    return [""] * (source.count("\n") + 1), reason


def _complaint(code: str) -> str:
    """Why the parser of this Python refuses some code; empty if it does not."""
    try:
        ast.parse(code)
    except SyntaxError as error:
        return f"does not parse: {error.msg}, line {error.lineno}"
    except (RecursionError, MemoryError):
        return "nested too deeply"
    except ValueError as error:  # null bytes, lone surrogates
        return f"does not parse: {error}"
    return ""


# ------------------------------------------------------------------ language

_PYTHON = {
    "python",
    "ipython",
    "python2",
    "python3",
    "pyspark",
    "pyspark3",
    "sparkpython",
    "sage",
    "xpython",
    "xeus-python",
}
_OTHER_KERNELS = {
    "ir": "R",
    "julia": "Julia",
    "scala": "Scala",
    "bash": "Bash",
    "javascript": "JavaScript",
    "ruby": "Ruby",
}


def _language(metadata: Any) -> str | None:
    """The language of a notebook that is not Python's, ``None`` for Python or where the notebook does not say."""
    info = _get(metadata, "language_info", "name")
    spec = _get(metadata, "kernelspec", "language")
    name = _get(metadata, "kernelspec", "name")
    for said in (spec, info, _get(metadata, "language")):
        if said:
            return None if said.lower() in _PYTHON else said
    kernel = name.lower().rstrip("0123456789.-")
    return _OTHER_KERNELS.get(kernel)


def _get(data: Any, *keys: str) -> str:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, str) else ""
