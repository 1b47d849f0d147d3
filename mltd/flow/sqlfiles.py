"""Files of SQL in the tree: texts for the programs that read them, and programs of their own."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from mltd import facts, sql
from mltd.flow import values as v
from mltd.flow.configs import find_file
from mltd.flow.events import Site
from mltd.flow.frames import Reach
from mltd.flow.machine import Machine
from mltd.flow.texts import MAX_LENGTH, MAX_PARTS, Part, Source, Text, hole, literal

#: What makes a folder a dbt project. https://docs.getdbt.com/reference/dbt_project.yml
_DBT = "dbt_project.yml"
#: How a file of SQL is called in events.
CALLEE = "sql"


def text_of(m: Machine, path: v.Texts | None, file: str, taint: v.Taint) -> v.Texts | None:
    """The content of a file of SQL that a program reads, where one of that name is in the tree and not too long."""
    name = path.single.constant if path is not None and path.single is not None else None
    if name is None or not name.endswith(".sql"):
        return None
    found = find_file(m, name, file)
    content = m.files.get(found) if found is not None else None
    if found is None or not isinstance(content, facts.SqlFacts) or not 0 < len(content.text) <= MAX_LENGTH:
        return None
    told = _told(content.text, found)
    return v.Texts((told,), taint=taint) if told is not None else None


def _told(text: str, file: str) -> Text | None:
    """A file's text, which knows of its lines, in as many parts as a text may have; None where that is too few."""
    lines = text.splitlines(keepends=True)
    step = max(1, -(-len(lines) // (MAX_PARTS // 2)))
    parts: list[Part] = []
    for start in range(0, len(lines), step):
        source = Source(file, facts.pack(start + 1, 1))
        pieces = "".join(lines[start : start + step]).split(sql.HOLE)
        for number, piece in enumerate(pieces):
            parts += [*hole(source).parts] * (number > 0) + [*literal(piece, source).parts] * bool(piece)
    return Text(tuple(parts)) if len(parts) <= MAX_PARTS else None


def run_scripts(m: Machine) -> None:
    """Record what the files of SQL do by themselves: statements that make a table of others, and the models of dbt,
    each of which makes the table of its own name."""
    projects = {posixpath.dirname(path) for path in m.names if posixpath.basename(path) == _DBT}
    for path, content in sorted(_files(m.files).items()):
        model = _is_model(path, projects)
        for number, statement in enumerate(content.statements or ()):
            last = number == len(content.statements or ()) - 1
            writes = statement.writes
            if model and last and statement.query:
                writes = (sql.Table(posixpath.basename(path)[: -len(".sql")].lower(), 0),)
            if statement.reads and writes:
                _record(m, path, content.text, statement, writes)


def _files(files: Mapping[str, facts.FileFacts]) -> dict[str, facts.SqlFacts]:
    return {path: content for path, content in files.items() if isinstance(content, facts.SqlFacts)}


def _is_model(path: str, projects: set[str]) -> bool:
    """Whether a file is a model of a dbt project: in its folder of models."""
    return any(path.startswith(posixpath.join(project, "models") + "/") for project in projects)


def _record(m: Machine, path: str, text: str, statement: sql.Statement, writes: tuple[sql.Table, ...]) -> None:
    reads = tuple(_named(table, path, text) for table in statement.reads)
    read = m.told("reads", CALLEE, _site(statement.reads[0], path, text), reads)
    read.extra.update(table=True, uses=frozenset(statement.uses) if statement.uses is not None else None)
    made = tuple(_named(table, path, text) for table in writes)
    write = m.told("writes", CALLEE, _site(writes[0], path, text), made, frozenset({read}))
    write.extra.update(table=True, temporary=any(table.temporary for table in writes))
    if statement.uses is not None:
        write.reach = {read: Reach(only=frozenset(statement.uses))}
    if statement.gives is not None:
        write.extra["gives"] = statement.gives


def _named(table: sql.Table, path: str, text: str) -> Text:
    return literal(table.name, Source(path, _position(table.at, text)))


def _site(table: sql.Table, path: str, text: str) -> Site:
    return Site(path, _position(table.at, text), _position(table.at + len(table.name), text))


def _position(offset: int, text: str) -> int:
    before = text[:offset]
    return facts.pack(before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)
