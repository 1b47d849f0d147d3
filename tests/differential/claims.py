"""What the analysis claims of a program: which columns the tables that a call is given can have at most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from mltd import facts
from mltd.flow import ducks, library
from mltd.flow.frames import Frame
from mltd.flow.machine import Machine
from mltd.flow.schema import Schema
from mltd.graph.project import Project
from tests.flow.tree import knowledge

#: The names of a file's columns, by its path, as far as the tree tells them.
Headers = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Claim:
    """A call that does something with tables, and what each of them can have at most (None: anything)."""

    file: str
    line: int
    column: int
    callee: str
    tables: tuple[Schema | None, ...]


def claims(files: Mapping[str, str]) -> list[Claim]:
    """The claims about each call in a tree of these files."""
    found: list[Claim] = []
    event, method = Machine.event, ducks.duck_method

    def claim(callee: str, scope: Any, node: Any, tables: tuple[Schema | None, ...]) -> None:
        found.append(Claim(scope.file, facts.line_of(node.at), facts.column_of(node.at), callee, tables))

    def happens(self: Machine, verb: str, callee: str, scope: Any, node: Any, **fields: Any) -> Any:
        claim(callee, scope, node, tuple(table.schema for table in _tables(fields.get("data", ()))))
        return event(self, verb, callee, scope, node, **fields)

    def unknown(m: Machine, receiver: Any, name: str, args: Any, keywords: Any, scope: Any, node: Any) -> Any:
        """A method of what may be a table, and is not known to be one."""
        claim(name, scope, node, (None, *(None for value in args if isinstance(value, Frame))))
        return method(m, receiver, name, args, keywords, scope, node)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Machine, "event", happens)
        patch.setattr(library, "duck_method", unknown)
        project = Project.from_sources(files, knowledge())
        assert project.events
    return [claim for claim in found if claim.tables]


def _tables(data: tuple[Any, ...]) -> list[Frame]:
    inside = [item for value in data for item in (value.items if hasattr(value, "items") else [value])]
    return [value for value in inside if isinstance(value, Frame)]


def contradicted(schema: Schema, columns: tuple[Any, ...], headers: Headers) -> list[Any]:
    """The columns of a run that a claim leaves out, and those that a run has not, although the claim is exact."""
    missing = [name for name in schema.names if name not in columns] if schema.exact and not schema.reads else []
    return missing + [name for name in columns if not _allowed(schema, name, headers)]


def _allowed(schema: Schema, name: Any, headers: Headers) -> bool:
    if not isinstance(name, str):
        return name in schema.names
    if schema.told(name):
        return True
    for origin, gone in schema.reads:
        header = _header(origin.event, headers)
        if header is None or (name in header and name not in gone):
            return True
        if any(one in header for one in schema.unended(name) - {name}):
            return True
    return False


def _header(event: Any, headers: Headers) -> tuple[str, ...] | None:
    """The header of what a call reads; None where that is not told."""
    known = {headers.get(text.constant) if text.constant is not None else None for text in event.paths}
    return next(iter(known)) if len(known) == 1 else None


def is_closed(schema: Schema, headers: Headers) -> bool:
    """Whether the claim leaves out anything: what is read has a header that is known."""
    return all(_header(origin.event, headers) is not None for origin, _ in schema.reads)


def is_whole(schema: Schema, columns: tuple[Any, ...], headers: Headers) -> bool:
    """Whether a claim names the columns of a run and no others."""
    if schema.families or not is_closed(schema, headers):
        return False
    said = set(schema.names)
    for origin, gone in schema.reads:
        said |= {name for name in _header(origin.event, headers) or () if name not in gone}
    return said == set(columns)
