"""Marshalling: what a body does to get data into a model's package and out of it, as shapes that can be compared."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mltd import facts
from mltd.flow.events import Event, Site
from mltd.flow.features import nodes
from mltd.flow.program import statements

if TYPE_CHECKING:
    from mltd.graph.project import Project

#: Methods and attributes that reshape, cast, order or rename data and compute nothing new.
_SHAPING = frozenset({
    "to_numpy", "values", "astype", "reindex", "fillna", "reshape", "toarray", "todense", "tolist", "numpy", "detach",
    "cpu", "unsqueeze", "squeeze", "argmax", "inverse_transform", "from_numpy", "from_pandas", "set_format",
    "with_format", "tocsr", "tocsc", "as_matrix", "flatten", "ravel", "transpose", "expand_dims", "to_records",
    "to_frame", "reset_index", "rename", "long", "float",
})  # fmt: skip
#: Those that hand a value of one package to another.
_HANDING = frozenset(
    {
        "to_numpy",
        "values",
        "toarray",
        "todense",
        "tolist",
        "numpy",
        "from_numpy",
        "from_pandas",
        "as_matrix",
        "tocsr",
        "to_frame",
        "to_records",
    }
)


@dataclass
class Unit:
    """A function, or the top level of a file, that hands data to a model: ``shapes`` are its marshalling operations
    (how often each stands there), ``anchors`` the calls into the packages, ``handed`` the statements that pass a value
    from one ML package to another, ``models`` the fits and predicts that they serve."""

    file: str
    body: int
    symbol: str
    statements: int
    shapes: Counter[tuple[str, ...]] = field(default_factory=Counter)
    sites: list[tuple[Site, tuple[str, ...]]] = field(default_factory=list)
    handed: list[Site] = field(default_factory=list)
    packages: set[str] = field(default_factory=set)
    converts: set[tuple[str, ...]] = field(default_factory=set)
    hands: set[tuple[str, ...]] = field(default_factory=set)
    models: list[Event] = field(default_factory=list)
    method_of_family: bool = False


def units(project: Project) -> Iterator[Unit]:
    """Every body that fits, predicts or converts, with its marshalling."""
    here: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in project.events:
        if event.verb in ("fits", "predicts", "converts", "shapes", "searches") and not project.is_test(
            event.site.file
        ):
            here[event.site.file, event.site.symbol].append(event)
    for (file, symbol), events in sorted(here.items()):
        content = project.flow.machine.modules.python[file]
        body = next((index for index, entry in enumerate(content.index) if entry.qualname == symbol), None)
        if body is None:
            continue
        unit = Unit(file, body, symbol, content.index[body].statements)
        unit.method_of_family = _in_family(project, file, symbol)
        _fill(project, unit, events)
        if unit.packages:
            yield unit


def _fill(project: Project, unit: Unit, events: list[Event]) -> None:
    by_line: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        known = by_line[event.site.at]
        if not any(other.callee == event.callee for other in known):
            known.append(event)
    block = list(statements(project.flow.machine.modules.block(unit.file, unit.body)))
    tables = project.knowledge.libraries.values()
    modelling = frozenset(table.library for table in tables if table.kind == "modelling")
    spans = [(statement.at, statement.to, statement) for statement in block]
    wanted: set[str] = set()
    made: set[str] = set()
    for event in (event for known in by_line.values() for event in known):
        if event.verb in ("fits", "predicts", "searches"):
            unit.models.append(event)
        table = project.knowledge.libraries.get(event.callee.partition(".")[0])
        if table is not None and table.ml and table.kind == "modelling":
            unit.packages.add(event.library)
        elif event.verb == "predicts" and not event.library:
            unit.packages |= _loaded(project, event)
        for start, stop, statement in spans:
            if start <= event.site.at < stop and isinstance(
                statement, (facts.Assign, facts.Do, facts.Return, facts.Aug)
            ):
                wanted |= _names(statement.value) if statement.value is not None else set()
                if event.verb == "predicts" and isinstance(statement, facts.Assign):
                    made |= {name for target in statement.targets for name in _names(target)}
    sliced = _slice(block, wanted, made)
    for statement in sliced:
        _marshal(unit, statement, by_line, modelling)


def _loaded(project: Project, predict: Event) -> set[str]:
    """The packages of a model that was saved by one program of the tree and loaded by another."""
    loads = {event for event in getattr(predict.receiver, "taint", ()) if event.verb in ("reads", "loads")}
    saves = {one.write.event for one in project.hand_overs if one.read.event in loads} if loads else set()
    fits = {event for save in saves for event in save.inputs if event.verb == "fits"}
    tables = {event: project.knowledge.libraries.get(event.callee.partition(".")[0]) for event in fits}
    return {
        event.library for event, table in tables.items() if table is not None and table.ml and table.kind == "modelling"
    }


def _slice(block: list[facts.Stmt], wanted: set[str], made: set[str]) -> list[facts.Stmt]:
    """The statements on the way to the models' arguments, and those that take up what was predicted."""
    kept: dict[int, facts.Stmt] = {}
    for statement in reversed(block):
        if isinstance(statement, (facts.Assign, facts.Aug)) and statement.value is not None:
            targets = statement.targets if isinstance(statement, facts.Assign) else [statement.target]
            names = {name for target in targets for name in _roots(target)}
            if names & wanted:
                wanted |= _names(statement.value)
                kept[statement.at] = statement
    for statement in block:
        value = getattr(statement, "value", None)
        if isinstance(statement, (facts.Assign, facts.Do, facts.Return)) and value is not None and _names(value) & made:
            kept[statement.at] = statement
            if isinstance(statement, facts.Assign):
                made |= {name for target in statement.targets for name in _roots(target)}
    for statement in block:
        if (
            isinstance(statement, (facts.Do, facts.Return))
            and statement.value is not None
            and _names(statement.value) & wanted
        ):
            kept[statement.at] = statement
    return [kept[at] for at in sorted(kept)]


def _marshal(unit: Unit, statement: facts.Stmt, by_line: dict[int, list[Event]], modelling: frozenset[str]) -> None:
    handing = False
    for node in nodes(statement):
        shape: tuple[str, ...] | None = None
        if isinstance(node, facts.Call):
            found = next((event for event in by_line.get(node.at, ()) if event.verb in ("converts", "shapes")), None)
            if found is not None and event_is_call(found, node):
                shape = (found.callee, *sorted(node.names))
                if found.verb == "converts":
                    handing = True
                    (unit.converts if found.library in modelling else unit.hands).add(shape)
            elif any(event.verb in ("fits", "predicts") for event in by_line.get(node.at, ())) or (
                isinstance(node.func, facts.Attr) and node.func.name in ("DataFrame", "Series") and node.args
            ):
                handing = True
            elif isinstance(node.func, facts.Attr) and node.func.name in _SHAPING:
                shape = (f".{node.func.name}", *sorted(node.names))
                if node.func.name in _HANDING:
                    handing = True
                    unit.hands.add(shape)
        elif isinstance(node, facts.Attr) and node.name == "values":
            shape = (".values",)
            handing = True
            unit.hands.add(shape)
        if shape is not None:
            unit.shapes[shape] += 1
            unit.sites.append((Site(unit.file, statement.at, statement.to, unit.symbol), shape))
    if handing:
        unit.handed.append(Site(unit.file, statement.at, statement.to, unit.symbol))


def event_is_call(event: Event, node: facts.Call) -> bool:
    """Whether an event was recorded for this very call (calls in a chain begin at the same place)."""
    return event.site.to == node.to


def _names(value: object) -> set[str]:
    return {node.id for node in nodes(value) if isinstance(node, facts.Name)}


def _roots(target: facts.Expr) -> set[str]:
    if isinstance(target, facts.Seq):
        return {name for item in target.items for name in _roots(item)}
    while isinstance(target, (facts.Attr, facts.Sub, facts.Star)):
        target = target.value
    return {target.id} if isinstance(target, facts.Name) else set()


def _in_family(project: Project, file: str, symbol: str) -> bool:
    """Whether a body is a method of a class that has bases: an implementation of an interface that others share."""
    from mltd.flow import values as v

    head = symbol.partition(".")[0]
    scope = project.flow.machine.scopes.get(file)
    cls = scope.names.get(head) if scope is not None and "." in symbol else None
    return isinstance(cls, v.Class) and bool(cls.bases)
