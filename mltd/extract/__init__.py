"""Bytes of a file to its facts. Nothing is executed, imported or constructed; knowledge of libraries comes later."""

from __future__ import annotations

from collections.abc import Callable

from mltd.extract import docker, ini_file, json_file, make, readme, shell, sql_file, table, toml_file, yaml_file
from mltd.facts import CommandFacts, DataFacts, FileFacts, PythonFacts, TableFacts

__all__ = ["extract"]

_DATA: dict[str, Callable[[bytes], DataFacts]] = {
    "yaml": yaml_file.read,
    "toml": toml_file.read,
    "json": json_file.read,
    "ini": ini_file.read,
}
_COMMANDS: dict[str, Callable[[bytes], CommandFacts]] = {
    "make": make.read,
    "docker": docker.read,
    "shell": shell.read,
}


def extract(kind: str, name: str, data: bytes) -> FileFacts:
    """The facts of one file: ``kind`` as discovery tells it, ``name`` the file's base name, for formats that need it.

    Raises :class:`mltd.source.Unreadable` for content that is not what the kind promises, and ``ValueError`` for a
    kind that has no facts (``codeowners``, ``other``).
    """
    if kind == "python":
        return _python(data)
    if kind == "notebook":
        return _notebook(data)
    if kind in _DATA:
        return _DATA[kind](data)
    if kind in _COMMANDS:
        return _COMMANDS[kind](data)
    if kind == "sql":
        return sql_file.read(data)
    if kind == "readme":
        return readme.read(name, data)
    if kind == "table":
        return _table(name, data)
    raise ValueError(f"no facts are extracted from files of kind {kind!r}")


def _table(name: str, data: bytes) -> TableFacts:
    tabs = name.lower().endswith(".tsv")
    return TableFacts("tsv" if tabs else "csv", table.columns(data, tabs=tabs))


def _python(data: bytes) -> PythonFacts:
    # Imported here: the parser takes longer to load than a tree without Python takes to scan.
    from mltd.extract.python import extract_python
    from mltd.source.decode import decode_python

    return extract_python(decode_python(data), None)


def _notebook(data: bytes) -> PythonFacts:
    from mltd.extract.python import extract_python
    from mltd.source import notebook

    program = notebook.read(data)
    return extract_python(program.text, program.cells)
