"""Functions that build features, and lists of names, as they are written: does anything need them?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mltd import facts
from mltd.flow import values as v
from mltd.flow.events import Site
from mltd.flow.machine import Machine
from mltd.flow.program import Modules, nodes, statements


@dataclass(frozen=True, slots=True)
class Builder:
    """A function (or transformer class) that adds columns: ``columns`` are those it names."""

    name: str
    site: Site
    columns: tuple[str, ...]
    stores: tuple[Site, ...]


@dataclass(frozen=True, slots=True)
class NameList:
    """A list of constant strings bound at the top of a module or notebook."""

    name: str
    site: Site
    items: tuple[str, ...]


def builders(machine: Machine) -> Iterator[Builder]:
    """Undecorated functions at the top of a module that imports a table library and that add columns to a frame they
    are given, or to one they make and return."""
    for path, content in machine.modules.python.items():
        if not _tables(machine, content):
            continue
        for statement in machine.modules.block(path, 0):
            if isinstance(statement, facts.Def) and not statement.decorators:
                found = _builder(machine, path, content, statement)
                if found is not None:
                    yield found
            elif isinstance(statement, facts.Class) and not statement.decorators:
                scope = machine.scopes.get(path)
                cls = scope.names.get(statement.name) if scope is not None else None
                bases = cls.library_bases() if isinstance(cls, v.Class) else []
                kinds = [kind.kind for base in bases if (kind := machine.knowledge.type(base)) is not None]
                if "transformer" in kinds:
                    yield Builder(statement.name, Site(path, statement.at, statement.to, statement.name), (), ())


def _tables(machine: Machine, content: facts.PythonFacts) -> bool:
    tables = (machine.knowledge.library(name) for name in content.imports)
    return any(table is not None and table.kind == "frames" for table in tables)


def _builder(machine: Machine, path: str, content: facts.PythonFacts, node: facts.Def) -> Builder | None:
    block = machine.modules.block(path, node.body)
    mappings = {parameter.name for parameter in node.params if _is_mapping(parameter.annotation)}
    given = {parameter.name for parameter in node.params} - mappings
    frames: set[str] = set()
    parts: set[str] = set()  # what was taken of a frame
    stores: list[tuple[str, Site]] = []
    returned: set[str] = set()
    rebound: set[str] = set()
    gives = False
    shaped: set[str] = set()
    for statement in statements(block):
        if isinstance(statement, facts.Assign) and statement.value is not None:
            for target in statement.targets:
                if isinstance(target, facts.Name):
                    rebound.add(target.id)
                if isinstance(target, facts.Name) and _makes_frame(statement.value, mappings):
                    frames.add(target.id)
                elif isinstance(target, facts.Name) and _reads(statement.value, frames):
                    parts.add(target.id)
                if (
                    isinstance(target, facts.Sub)
                    and isinstance(target.value, facts.Name)
                    and isinstance(target.index, facts.Const)
                ):
                    name = target.index.value
                    computed = _reads(statement.value, given | frames) or _given_to_call(statement.value, parts)
                    if isinstance(name, str) and computed and not _itself(statement.value, target):
                        stores.append((target.value.id, Site(path, target.at, target.to, node.name)))
                        shaped.add(name)
        if isinstance(statement, facts.Return) and statement.value is not None:
            gives = True
            returned |= _given_back(statement.value)
    # The column must get out: in what is returned, or in the caller's own table, which nothing else is made of.
    given = returned & (given | frames) if gives else given - rebound
    kept = [site for owner, site in stores if owner in given]
    if not kept:
        return None
    return Builder(node.name, Site(path, node.at, node.to, node.name), tuple(sorted(shaped)), tuple(kept))


def _itself(value: facts.Expr, target: facts.Sub) -> bool:
    """Whether a column is only given another form: ``df["date"] = pd.to_datetime(df["date"])``."""
    same = facts.said(target.value), getattr(target.index, "value", None)
    return any(
        isinstance(node, facts.Sub)
        and isinstance(node.index, facts.Const)
        and (facts.said(node.value), node.index.value) == same
        for node in nodes(value)
    )


def _given_back(value: facts.Expr) -> set[str]:
    """The names whose tables a returned expression holds: ``df``, ``(x, df)``, ``df.drop(...)``, ``concat([df])``."""
    if isinstance(value, facts.Seq):
        return {name for item in value.items for name in _given_back(item)}
    if isinstance(value, facts.Call) and isinstance(value.func, facts.Attr) and value.func.name in ("concat", "merge"):
        return {name for item in value.args for name in _given_back(item)} | _given_back(value.func.value)
    root = _root(value)
    return {root} if root else set()


#: Methods that only tables have, or whose result is a table.
_FRAME_METHODS = frozenset(
    {
        "copy",
        "groupby",
        "merge",
        "assign",
        "join",
        "rename",
        "drop",
        "reset_index",
        "set_index",
        "sort_values",
        "DataFrame",
    }
)
#: Accessors and methods of columns.
_COLUMN_MARKS = frozenset({
    "dt", "str", "cat", "apply", "map", "astype", "fillna", "transform", "groupby", "rolling", "shift", "isin",
    "isnull", "isna", "notna", "clip", "diff", "cumsum", "rank", "mean", "median", "values", "iloc", "loc", "replace",
    "between", "where", "ffill", "sum",
})  # fmt: skip


def _makes_frame(value: facts.Expr, mappings: set[str]) -> bool:
    """Whether a call gives a table; a copy of a mapping is one of those."""
    made = isinstance(value, facts.Call) and isinstance(value.func, facts.Attr) and value.func.name in _FRAME_METHODS
    return made and _root(value) not in mappings


def _is_mapping(annotation: facts.Expr | None) -> bool:
    """Whether a parameter is declared to be a mapping: ``dict``, ``Dict[str, Any]``."""
    if isinstance(annotation, facts.Sub):
        annotation = annotation.value
    name = annotation.id if isinstance(annotation, facts.Name) else getattr(annotation, "name", "")
    return name in ("dict", "Dict", "Mapping", "MutableMapping", "OrderedDict")


def _reads(value: facts.Expr, known: set[str]) -> bool:
    """Whether an expression computes with columns of a table at hand: ``df.a``, ``df["a"].dt.year``."""
    return any(
        (isinstance(node, (facts.Attr, facts.Sub)) and isinstance(node.value, facts.Name) and node.value.id in known)
        or (isinstance(node, facts.Attr) and node.name in _COLUMN_MARKS and _root(node) in known)
        for node in nodes(value)
    )


def _given_to_call(value: facts.Expr, parts: set[str]) -> bool:
    """Whether a call takes a part of a frame: ``model.fit_predict(selected)``."""
    return any(
        isinstance(node, facts.Call) and any(isinstance(item, facts.Name) and item.id in parts for item in node.args)
        for node in nodes(value)
    )


def _root(node: facts.Expr) -> str:
    while isinstance(node, (facts.Attr, facts.Sub, facts.Call)):
        node = node.func if isinstance(node, facts.Call) else node.value
    return node.id if isinstance(node, facts.Name) else ""


def definitions(modules: Modules, path: str) -> Iterator[facts.Def]:
    """The functions and methods of a file that are not inside others."""
    todo = list(modules.block(path, 0))
    for statement in todo:
        if isinstance(statement, facts.Def):
            yield statement
        elif isinstance(statement, facts.Class):
            todo += statement.block


def asked(block: facts.Block) -> Iterator[str]:
    """The strings in a body, other than the name of a column that it makes."""
    for statement in statements(block):
        made = [one.index for one in getattr(statement, "targets", ()) if isinstance(one, facts.Sub)]
        for node in nodes(statement):
            if isinstance(node, facts.Const) and isinstance(node.value, str) and not any(node is one for one in made):
                yield node.value


def name_lists(machine: Machine) -> Iterator[NameList]:
    """Lists of at least two constant strings that a module's top level binds to a name."""
    for path in machine.modules.python:
        for statement in machine.modules.block(path, 0):
            if (
                isinstance(statement, facts.Assign)
                and isinstance(statement.value, facts.Seq)
                and len(statement.targets) == 1
            ):
                items = [item.value for item in statement.value.items if isinstance(item, facts.Const)]
                names = tuple(item for item in items if isinstance(item, str))
                target = statement.targets[0]
                whole = len(names) == len(statement.value.items) and len(names) >= 2
                if isinstance(target, facts.Name) and whole and not target.id.startswith("__"):
                    yield NameList(target.id, Site(path, statement.at, statement.to), names)
