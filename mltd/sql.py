"""Statements of SQL: which tables one reads and writes, and which columns it gives.

sqlglot parses; the dialect is tried where it is not known. What does not parse is unknown. An unknown part of a text
(a hole) may stand wherever SQL takes a name or a value; a table with one in its name is left out.
"""

from __future__ import annotations

import functools
import logging
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from sqlglot import exp

#: Stands for a hole: a letter that no table has, so that it takes one character and is a name.
HOLE = "\ua66e"
#: The first words of statements that say something of data.
_FIRST = frozenset({"select", "with", "insert", "update", "create", "merge", "replace", "copy", "delete"})
#: Dialects that are tried in turn, the most lenient first. https://sqlglot.com/sqlglot/dialects.html
_DIALECTS = (None, "postgres", "mysql", "bigquery", "tsql", "snowflake", "duckdb", "spark")
#: Schemas that a database looks in by itself. https://www.postgresql.org/docs/current/ddl-schemas.html
USUAL = frozenset({"public", "dbo", "main"})
#: Characters of one text; a longer one is unknown.
MAX_LENGTH = 200_000
#: Characters, comments in front apart, within which the first two words of a statement stand.
_LOOKED_AT = 400
#: Texts whose statements are remembered.
_REMEMBERED = 2_000


class Table(msgspec.Struct, frozen=True, array_like=True):
    """A table by its name, in small letters, without quotes and the usual schema; ``at`` is where the name begins in
    the text, counted from 0; ``temporary`` one that only the session knows which makes it."""

    name: str
    at: int
    temporary: bool = False


class Statement(msgspec.Struct, frozen=True, array_like=True):
    """``reads`` and ``writes`` are the tables of one statement, in order. ``gives`` are the columns of its result, each
    with the names of the columns that it is computed from; None where there may be others (``SELECT *``, or no query).
    ``uses`` are all columns that it names, as they are written and in small letters, sorted; None where it takes all of
    a table. ``query`` says that it is one: its result goes to whoever asks."""

    reads: tuple[Table, ...]
    writes: tuple[Table, ...]
    gives: tuple[tuple[str, tuple[str, ...]], ...] | None
    uses: tuple[str, ...] | None
    query: bool = False


def is_sql(text: str) -> bool:
    """Whether a text begins as a statement does, comments and brackets in front of it apart."""
    rest = text.lstrip()
    while rest.startswith(("--", "/*")):
        rest = rest.partition("\n" if rest.startswith("--") else "*/")[2].lstrip()
    words = rest[:_LOOKED_AT].split(None, 1)
    return len(words) == 2 and words[0].lstrip("(").lower() in _FIRST


@functools.lru_cache(_REMEMBERED)
def statements(text: str, dialect: str = "") -> tuple[Statement, ...] | None:
    """The statements of a text that read or write tables, in a dialect if that is known; None where it is no SQL that
    any dialect parses."""
    if len(text) > MAX_LENGTH:
        return None
    import sqlglot
    from sqlglot.errors import SqlglotError

    logger = logging.getLogger("sqlglot")
    told, logger.disabled = logger.disabled, True  # what it falls back from is unknown to us, and no news to the user
    try:
        for tried in (dialect, *_DIALECTS) if dialect else _DIALECTS:
            try:
                parsed = sqlglot.parse(text, read=tried)
            except (SqlglotError, RecursionError, ValueError):
                continue
            found = [_statement(one) for one in parsed if one is not None]
            return tuple(one for one in found if one.reads or one.writes)
    finally:
        logger.disabled = told
    return None


def _statement(tree: exp.Expr) -> Statement:
    from sqlglot import exp

    into = _target(tree)
    own = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    reads, writes = [], []
    for table in tree.find_all(exp.Table):
        known = _table(table)
        if known is None or known.name in own:
            continue
        if table is into:
            writes.append(Table(known.name, known.at, tree.find(exp.TemporaryProperty) is not None))
        else:
            reads.append(known)
    if isinstance(tree, (exp.Create, exp.Drop, exp.Delete)) and not isinstance(tree.args.get("expression"), exp.Query):
        reads, writes = [], []  # what a table is like, or that it is gone, and no data
    query = tree if isinstance(tree, exp.Query) else tree.args.get("expression")
    gives = _gives(query) if isinstance(query, exp.Query) else None
    whole = any(not isinstance(star.parent, exp.Count) for star in tree.find_all(exp.Star))
    named = {column.name for column in tree.find_all(exp.Column)}
    unknown = whole or any(HOLE in name for name in named)
    uses = None if unknown else tuple(sorted(named | {name.lower() for name in named}))
    return Statement(_once(reads), _once(writes), gives, uses, isinstance(tree, exp.Query) and not writes)


def _target(tree: exp.Expr) -> exp.Expr | None:
    """The table that a statement puts rows into."""
    from sqlglot import exp

    if isinstance(tree, exp.Select):
        into = tree.args.get("into")
        return into.this if into is not None else None
    if not isinstance(tree, (exp.Insert, exp.Create, exp.Update, exp.Merge, exp.Copy)):
        return None
    made: exp.Expr = tree.this
    return made.this if isinstance(made, exp.Schema) else made


def _table(table: exp.Expr) -> Table | None:
    from sqlglot import exp

    parts = [part for part in getattr(table, "parts", ()) if isinstance(part, exp.Identifier)]
    names = [part.name.lower() for part in parts]
    if not names or any(HOLE in name for name in names) or "start" not in parts[0].meta:
        return None
    while len(names) > 1 and names[0] in USUAL:
        names.pop(0)
    return Table(".".join(names), int(parts[0].meta["start"]), bool(parts[-1].args.get("temporary")))


def _gives(query: exp.Query) -> tuple[tuple[str, tuple[str, ...]], ...] | None:
    """The columns of a query's result by name."""
    from sqlglot import exp

    found = []
    for column in query.selects:
        name = column.output_name
        if column.is_star or not name or HOLE in name:
            return None
        found.append((name, tuple(sorted({part.name for part in column.find_all(exp.Column)}))))
    return tuple(found)


def _once(tables: list[Table]) -> tuple[Table, ...]:
    first: dict[str, Table] = {}
    for table in tables:
        first.setdefault(table.name, table)
    return tuple(first.values())
