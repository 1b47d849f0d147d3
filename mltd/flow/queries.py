"""Calls that are given a statement of SQL: which tables they read and write, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mltd import sql
from mltd.flow import values as v
from mltd.flow.frames import Reach
from mltd.flow.machine import Machine
from mltd.flow.texts import HOLE, Part, Text, literal

if TYPE_CHECKING:
    from mltd.flow.events import Event
    from mltd.knowledge import Row

#: Alternatives of one text that are looked at.
_MOST = 8
#: The dialect of a library's own database. https://sqlglot.com/sqlglot/dialects.html
_DIALECTS = (
    ("pyspark.", "spark"), ("google.cloud.bigquery.", "bigquery"), ("pandas_gbq.", "bigquery"),
    ("pandas.read_gbq", "bigquery"), ("duckdb.", "duckdb"), ("awswrangler.athena.", "athena"),
)  # fmt: skip
#: Libraries whose SQL takes the caller's frames as tables, by the names of their variables.
READS_FRAMES = ("duckdb.", "pandasql.", "polars.sql", "polars.SQLContext")


def is_query(named: v.Value | None) -> bool:
    """Whether a call is given a statement where others are given a name."""
    return isinstance(named, v.Texts) and not named.path and any(sql.is_sql(one.template) for one in named.alternatives)


def queried(
    m: Machine, callee: str, row: Row, named: v.Texts, data: list[v.Value], taint: v.Taint, scope: v.Scope, node: Any,
    connection: v.Value | None = None,
) -> Event:  # fmt: skip
    """The event of a statement; for one that puts rows somewhere, another that comes from it. What does not parse names
    nothing."""
    dialect = next((known for prefix, known in _DIALECTS if callee.startswith(prefix)), "")
    found: list[tuple[Text, tuple[sql.Statement, ...]]] = []
    for text in named.alternatives[:_MOST]:
        parsed = sql.statements(text.template.replace(HOLE, sql.HOLE), dialect)
        found += [(text, parsed)] if parsed is not None else []
    every = [statement for _text, parsed in found for statement in parsed]
    reads, writes = _tables(found, writes=False), _tables(found, writes=True)
    if callee.startswith(READS_FRAMES):
        reads = tuple(text for text in reads if not _is_variable(scope, text.template))
    inputs = v.taint_of(*data) if data else taint
    event = m.event("reads", callee, scope, node, paths=reads, inputs=inputs, role=row.role, form=row.gives)
    event.extra.update(table=True, database=database(connection))
    event.extra["either"] = len(named.alternatives) > 1
    if len(every) == 1 and len(named.alternatives) == 1:
        event.extra["gives"] = every[0].gives
    uses = [statement.uses for statement in every]
    named_columns = frozenset(name for names in uses for name in names or ()) if None not in uses else None
    if len(found) == len(named.alternatives):
        event.extra["uses"] = named_columns
    if not writes:
        return event
    event.extra["refined"] = not reads  # the call only writes
    made = m.event(
        "writes", callee, scope, node, paths=writes, inputs=inputs | {event}, role=row.role, data=tuple(data)
    )
    temporary = any(table.temporary for statement in every for table in statement.writes)
    made.extra.update(
        table=True, statement=True, either=event.extra["either"], temporary=temporary, database=event.extra["database"]
    )
    if named_columns is not None:
        made.reach = {event: Reach(only=named_columns)}
    return event


def database(connection: v.Value | None) -> str:
    """The last part of the name of the database that a connection is one to, empty where that is not known: one file
    may be named from several folders."""
    if isinstance(connection, v.Texts):
        name = connection.single.template if connection.single is not None else ""
    else:
        path = connection.path if isinstance(connection, v.Object) else None
        name = path.single.template if path is not None and path.single is not None else ""
    last = name.partition("?")[0].rstrip("/").rpartition("/")[2]
    return "" if HOLE in last else last


def _is_variable(scope: v.Scope, name: str) -> bool:
    """Whether a table's name is that of a variable, or of a file."""
    outer: v.Scope | None = scope
    while outer is not None:
        if name in {known.lower() for known in outer.names}:
            return True
        outer = outer.outer
    return "/" in name


def _tables(found: list[tuple[Text, tuple[sql.Statement, ...]]], writes: bool) -> tuple[Text, ...]:
    """The names of the tables, each with where it is written."""
    texts = [
        literal(table.name, _spelled(text, table).source)
        for text, statements in found
        for statement in statements
        for table in (statement.writes if writes else statement.reads)
    ]
    return tuple({text.template: text for text in reversed(texts)}.values())[::-1]


def _spelled(text: Text, table: sql.Table) -> Part:
    """The part of a statement that holds most of a table's name, quoted or not."""
    parts = text.slice(table.at, table.at + len(table.name) + 1).parts
    return max(parts, key=lambda part: len(part.text or ""))
