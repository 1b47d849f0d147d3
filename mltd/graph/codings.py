"""Codes of categories: the numbers that a training gives them, and those that are typed where the model serves.

A table of codes is a mapping from texts to numbers that is written out and looked up for what has the column's name. A
fitted encoder numbers the categories in their order (:class:`sklearn.preprocessing.LabelEncoder` sorts them), so a
table that turns two of them round disagrees with it, whichever categories there are.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mltd import facts
from mltd.flow.events import Event, Site
from mltd.flow.program import Modules, nodes, statements
from mltd.graph.bodies import own
from mltd.graph.learning import named
from mltd.graph.rows import names_of

#: Encoders that number categories in their order.
#: https://scikit-learn.org/stable/modules/generated/sklearn.preprocessing.LabelEncoder.html
_SORTING = frozenset({"LabelEncoder", "OrdinalEncoder"})


@dataclass(frozen=True, slots=True)
class Coding:
    """``codes`` are the numbers of the categories of a column, or None where an encoder numbers them in order."""

    column: str
    codes: tuple[tuple[str, float], ...] | None
    site: Site

    def against(self, other: Coding) -> str | None:
        """A category that another coding of the training surely gives another number than this table of codes."""
        mine = dict(self.codes or ())
        if other.codes is not None:
            theirs = {_folded(name): code for name, code in other.codes}
            shared = {name: code for name, code in mine.items() if _folded(name) in theirs}
            return next((name for name, code in shared.items() if code != theirs[_folded(name)]), None)
        for first, second in itertools.combinations(sorted(mine), 2):
            if _folded(first) < _folded(second) and mine[first] > mine[second]:
                return second
        return None


class Codings:
    """The codings of the files of a tree."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self._known: dict[str, list[Coding]] = {}

    def written(self, file: str) -> list[Coding]:
        """The tables of codes that a file writes out and looks up for a column."""
        if file not in self._known:
            self._known[file] = list(self._find(file)) if file in self._modules.python else []
        return self._known[file]

    def _find(self, file: str) -> Iterator[Coding]:
        content = self._modules.python[file]
        top = _tables(self._modules.block(file, 0))
        for body, entry in enumerate(content.index):
            block = self._modules.block(file, body)
            tables = {**top, **_tables(block)}
            told: set[tuple[str, int]] = set()
            for statement in statements(block):
                found = [
                    (name, table) for name, value in _named(statement) for table, _key in _looked_up(value, tables)
                ]
                found += [
                    (name, table) for node in own(statement) for table, key in _here(node, tables) for name in key
                ]
                for name, table in found:
                    if (name, table.at) not in told:
                        told.add((name, table.at))
                        yield Coding(name, _codes(table), Site(file, table.at, table.to, entry.qualname))


def encoded(event: Event) -> Iterator[Coding]:
    """The columns whose categories an encoder numbers where it is fitted."""
    if event.verb == "fits" and named(event) in _SORTING and event.data:
        for name in sorted(names_of(event.data[0])):
            yield Coding(name, None, event.site)


def _folded(name: str) -> str:
    return name.strip().casefold()


def _tables(block: facts.Block) -> dict[str, facts.Dict]:
    """The tables of codes that a body binds to a name, once."""
    found: dict[str, list[facts.Expr | None]] = {}
    for statement in statements(block):
        for target in getattr(statement, "targets", ()) if isinstance(statement, facts.Assign) else ():
            if isinstance(target, facts.Name) and isinstance(statement, facts.Assign):
                found.setdefault(target.id, []).append(statement.value)
    return {
        name: values[0]
        for name, values in found.items()
        if len(values) == 1 and isinstance(values[0], facts.Dict) and _codes(values[0])
    }


def _codes(table: facts.Dict) -> tuple[tuple[str, float], ...]:
    """The codes of a mapping from at least two texts to numbers, else nothing."""
    pairs = [
        (key.value, value.value)
        for key, value in zip(table.keys, table.values, strict=True)
        if isinstance(key, facts.Const) and isinstance(value, facts.Const)
    ]
    codes = [(key, float(code)) for key, code in pairs if isinstance(key, str) and isinstance(code, (int, float))]
    return tuple(codes) if len(codes) == len(table.keys) > 1 else ()


def _named(statement: facts.Node) -> Iterator[tuple[str, facts.Expr]]:
    """What a statement gives a name of a column, and the name: an item, a variable, an entry of a mapping."""
    if isinstance(statement, facts.Assign) and statement.value is not None:
        for target in statement.targets:
            if isinstance(target, facts.Name):
                yield target.id, statement.value
            elif isinstance(target, facts.Sub) and isinstance(target.index, facts.Const):
                name = target.index.value
                yield from [(name, statement.value)] if isinstance(name, str) else []
    for node in own(statement):
        yield from _entries(node)
        if isinstance(node, facts.Call) and isinstance(node.func, facts.Attr) and node.func.name == "replace":
            # df.replace({"work": {"private": 0, "state": 1}}): the entries are replacements of a column each
            for given in node.args[:1]:
                for name, value in _entries(given):
                    yield name, facts.Call(node.func, [value], [], node.at, node.to)


def _entries(node: facts.Node) -> Iterator[tuple[str, facts.Expr]]:
    for key, value in zip(node.keys, node.values, strict=True) if isinstance(node, facts.Dict) else ():
        if isinstance(key, facts.Const) and isinstance(key.value, str):
            yield key.value, value


def _looked_up(value: facts.Expr, tables: Mapping[str, facts.Dict]) -> Iterator[tuple[facts.Dict, frozenset[str]]]:
    """The tables of codes that an expression looks something up in, with the names of what is looked up."""
    for node in nodes(value):
        yield from _here(node, tables)


def _here(node: facts.Node, tables: Mapping[str, facts.Dict]) -> Iterator[tuple[facts.Dict, frozenset[str]]]:
    """The table of codes that an expression looks something up in, with the names of what is looked up."""
    found: facts.Dict | None = None
    key: facts.Expr | None = None
    if isinstance(node, facts.Sub) and not isinstance(node.index, facts.Const):
        found, key = _table(node.value, tables), node.index
    elif isinstance(node, facts.Call) and isinstance(node.func, facts.Attr) and node.args:
        if node.func.name == "get":
            found, key = _table(node.func.value, tables), node.args[0]
        elif node.func.name in ("map", "replace"):
            found, key = _table(node.args[0], tables), node.func.value
    if found is not None and key is not None:
        yield found, frozenset(_names(key))


def _table(node: facts.Node, tables: Mapping[str, facts.Dict]) -> facts.Dict | None:
    if isinstance(node, facts.Name):
        return tables.get(node.id)
    return node if isinstance(node, facts.Dict) and _codes(node) else None


def _names(key: facts.Node) -> Iterator[str]:
    """What something looked up is called: an attribute or an item of what is given, a variable."""
    while isinstance(key, facts.Call) and isinstance(key.func, facts.Attr):
        key = key.func.value  # lower(), strip()
    if isinstance(key, facts.Attr):
        yield key.name
    elif isinstance(key, facts.Sub) and isinstance(key.index, facts.Const) and isinstance(key.index.value, str):
        yield key.index.value
    elif isinstance(key, facts.Name):
        yield key.id
