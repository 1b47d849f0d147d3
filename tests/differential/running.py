"""Runs programs for real, and records which columns each table had wherever the program hands one to a call.

As a script, ``running.py OUT FOLDER -m MODULE`` or ``running.py OUT FOLDER FILE`` runs one in that folder and writes
what it saw to a file of JSON.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pandas as pd

Columns = tuple[Any, ...]


@dataclass(frozen=True)
class Seen:
    """A call in a file of the folder: the line and column that it begins at (from 1), what is called, and the columns
    of the tables that it is given, its own object first."""

    file: str
    line: int
    column: int
    callee: str
    tables: tuple[Columns, ...]


def run_code(code: str, folder: Path) -> tuple[list[Seen], BaseException | None]:
    """Run ``code`` in a folder, as its file ``script.py``: the calls, and what ended it early."""
    compiled = compile(code, str(folder / "script.py"), "exec")
    return watched(lambda: exec(compiled, {"__name__": "__main__"}), folder)


def watched(program: Callable[[], object], folder: Path) -> tuple[list[Seen], BaseException | None]:
    """Every call in files of the folder that is given a table while a program runs there, and what ended it early."""
    seen: list[Seen] = []
    prefix = f"{folder}{os.sep}"

    def watch(frame: FrameType, event: str, _argument: object) -> None:
        caller = frame.f_back
        if event == "call" and caller is not None and caller.f_code.co_filename.startswith(prefix):
            tables = _tables(frame)
            place = _place(caller) if tables else None
            if place is not None:
                file = Path(caller.f_code.co_filename[len(prefix) :]).as_posix()
                seen.append(Seen(file, *place, frame.f_code.co_name, tables))

    before = Path.cwd()
    os.chdir(folder)
    failed: BaseException | None = None
    sys.setprofile(watch)
    try:
        program()
    except Exception as error:  # noqa: BLE001 (whatever a drawn script does wrong)
        failed = error
    finally:
        sys.setprofile(None)
        os.chdir(before)
    return seen, failed


def _tables(frame: FrameType) -> tuple[Columns, ...]:
    """The columns of the tables among the arguments of a call that begins, those in a list one by one."""
    code: CodeType = frame.f_code
    count = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 4) + bool(code.co_flags & 8)
    found: list[Columns] = []
    for name in code.co_varnames[:count]:
        value = frame.f_locals.get(name)
        inside = value if isinstance(value, (list, tuple)) else list(value.values()) if type(value) is dict else [value]
        found += [tuple(one.columns) for one in inside if isinstance(one, pd.DataFrame) and _is_made(one)]
    return tuple(found)


def _is_made(table: pd.DataFrame) -> bool:
    """Whether a table is one yet: its constructor is given it before."""
    return "_mgr" in vars(table)


def _place(caller: FrameType) -> tuple[int, int] | None:
    """Where the call begins that the caller is at; None before Python 3.11, which tells it first."""
    every = getattr(caller.f_code, "co_positions", None)
    if every is None:
        return None
    positions = list(every())[caller.f_lasti // 2]
    line, column = positions[0], positions[2]
    return (line, column + 1) if line is not None and column is not None else None


def read(text: str) -> list[Seen]:
    """What the script wrote."""
    return [
        Seen(one["file"], one["line"], one["column"], one["callee"], tuple(map(_columns, one["tables"])))
        for one in json.loads(text)
    ]


def _columns(names: list[Any]) -> Columns:
    return tuple(tuple(name) if isinstance(name, list) else name for name in names)


def main(out: str, folder: str, *target: str) -> None:
    """Run a module or a file, as Python would."""
    sys.path.insert(0, folder)
    sys.argv = [target[-1]]
    module = target[0] == "-m"
    start = runpy.run_module if module else runpy.run_path
    seen, failed = watched(lambda: start(target[-1], run_name="__main__"), Path(folder))
    Path(out).write_text(json.dumps([asdict(one) for one in seen]), encoding="utf-8")
    if failed is not None:
        raise failed


if __name__ == "__main__":
    main(*sys.argv[1:])
