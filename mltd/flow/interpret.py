"""Interpret a whole tree: each module's own run, then whatever nothing called."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from mltd import facts
from mltd.flow import values as v
from mltd.flow.called import Calls
from mltd.flow.calls import call_function, call_value, construct
from mltd.flow.events import Event, Site
from mltd.flow.expressions import evaluate
from mltd.flow.frames import ColumnDefinition, Frame, Origin
from mltd.flow.imports import run_module
from mltd.flow.machine import Machine
from mltd.flow.program import Modules
from mltd.flow.sqlfiles import run_scripts
from mltd.flow.statements import run_block
from mltd.knowledge import Knowledge

#: Functions and classes that part rows for an evaluation.
_PARTING = frozenset({
    "train_test_split", "cross_val_score", "cross_val_predict", "cross_validate", "KFold", "StratifiedKFold",
    "GroupKFold", "ShuffleSplit", "StratifiedShuffleSplit", "RepeatedKFold", "RepeatedStratifiedKFold",
    "GridSearchCV", "RandomizedSearchCV", "random_split", "randomSplit",
})  # fmt: skip
_FITTING = frozenset({"fit", "fit_transform", "fit_resample"})
#: Annotations of what is no data.
_NO_DATA = frozenset({"str", "int", "float", "bool", "Path", "dict"})


@dataclass
class Flow:
    """What the interpretation found: events in order, columns, where data came from, who imports and calls whom."""

    machine: Machine

    @property
    def events(self) -> list[Event]:
        """Everything that happens to artifacts and models."""
        return self.machine.events

    @property
    def columns(self) -> list[ColumnDefinition]:
        """Every place where a column is added to a frame."""
        return list(self.machine.columns.values())

    @property
    def origins(self) -> dict[Event, Origin]:
        """Where frames were read, with what is needed of them."""
        return self.machine.origins


def interpret(
    files: Mapping[str, facts.FileFacts], names: frozenset[str], knowledge: Knowledge, calls: Calls | None = None
) -> Flow:
    """Run every module of the tree, abstractly; ``calls`` are the commands that run its programs."""
    modules = Modules(files, knowledge.libraries)
    machine = Machine(modules, files, names, knowledge, run_block, evaluate, call_value)
    machine.calls_of = calls or {}
    wanted = _leading_to(modules, knowledge.event_names)
    parting, fitting = _leading_to(modules, _PARTING), _leading_to(modules, _FITTING)
    relevant = _relevant(modules, knowledge, wanted)
    order = sorted(modules.python, key=lambda path: (path not in relevant, path))
    for path in order:
        if path in relevant:
            with machine.entering(path):
                run_module(machine, path)
    # First what no code so much as names in a call: it tells the others what they are given.
    called = {name for content in modules.python.values() for body in content.index for name in body.calls}
    for path in order:
        if path in relevant:
            _run_uncalled(machine, path, wanted, called, (parting, fitting))
    for path in order:
        if path in relevant:
            _run_uncalled(machine, path, wanted, None, (parting, fitting))
    run_scripts(machine)
    return Flow(machine)


def _leading_to(modules: Modules, known: frozenset[str]) -> frozenset[str]:
    """Some names in calls (those that may do something to an artifact or model), and the names of functions and classes
    of the tree whose bodies call such a name."""
    wanted = set(known)
    left = [
        (_called_by(body.qualname), set(body.calls)) for content in modules.python.values() for body in content.index
    ]
    left = [(name, calls) for name, calls in left if name and name not in wanted]
    while True:
        found = {name for name, calls in left if not wanted.isdisjoint(calls)}
        if not found:
            return frozenset(wanted)
        wanted |= found
        left = [(name, calls) for name, calls in left if name not in wanted]


def _called_by(qualname: str) -> str:
    """The name that a call of a body uses: a class's for what making an object of it runs."""
    owner, _dot, name = qualname.rpartition(".")
    return owner.rpartition(".")[2] if name in ("__init__", "__call__", "__post_init__") else name


def _relevant(modules: Modules, knowledge: Knowledge, wanted: frozenset[str]) -> set[str]:
    """Files that may do something to an artifact or model, or that define pipelines."""
    tables = {name: knowledge.library(name) for content in modules.python.values() for name in content.imports}
    pipelines = {name for name, table in tables.items() if table is not None and table.kind == "orchestration"}
    return {
        path
        for path, content in modules.python.items()
        if any(not wanted.isdisjoint(body.calls) for body in content.index) or not pipelines.isdisjoint(content.imports)
    }


def _run_uncalled(
    machine: Machine, path: str, wanted: frozenset[str], unless: Collection[str] | None,
    judging: tuple[frozenset[str], frozenset[str]],
) -> None:  # fmt: skip
    """Functions and methods that no code of the tree called, with arguments that are unknown; not those whose name is
    among some others, nor the components of pipelines, which those call. Whatever data those are given that part rows
    and fit models, both by names of ``judging``, is followed as if it were read."""
    scope = machine.scopes.get(path)
    if scope is None:
        return
    content = machine.modules.python[path]
    steps = 0
    for function, owner in _functions(scope, path):
        node = function.node
        if not isinstance(node, facts.Def) or (path, node.body) in machine.executed:
            continue
        if unless is not None and (node.name in unless or (path, node.body) in machine.components):
            continue
        global_frames = any(isinstance(value, Frame) for value in scope.names.values())
        if (
            not global_frames
            and (path, node.body) not in machine.pipelines
            and wanted.isdisjoint(content.index[node.body].calls)
            and not _inner_calls(content, node.body, wanted)
        ):
            continue
        machine.uncalled.add((path, node.body))
        judges = not any(names.isdisjoint(content.index[node.body].calls) for names in judging)
        with machine.entering(path, steps):
            try:
                _call(machine, function, owner, scope, judges)
            finally:
                steps = machine.steps


def _inner_calls(content: facts.PythonFacts, body: int, wanted: frozenset[str]) -> bool:
    return any(entry.parent == body and not wanted.isdisjoint(entry.calls) for entry in content.index)


def _call(machine: Machine, function: v.Function, owner: v.Class | None, scope: v.Scope, judges: bool) -> None:
    node = function.node
    receiver: list[v.Value] = []
    if owner is not None:
        marks = {mark.name.rpartition(".")[2] for mark in function.decorators if isinstance(mark, v.External)}
        if "staticmethod" not in marks:
            receiver = [owner if "classmethod" in marks else _instance(machine, owner, scope)]
    given = {
        one.name: v.Unknown(frozenset({machine.happening("given", one.name, scope, node)}))
        for one in node.params[len(receiver) :]
        if judges and one.kind == "normal" and one.default is None and _may_be_data(one)
    }
    result = call_function(machine, function, receiver, given, scope, node)
    machine.escape(result, "returned to callers that are not seen", Site(function.file, node.at, node.to))


def _may_be_data(parameter: facts.Param) -> bool:
    """Whether a parameter's annotation does not say that it is no data."""
    told = parameter.annotation
    return not (isinstance(told, facts.Name) and told.id in _NO_DATA)


def _instance(machine: Machine, owner: v.Class, scope: v.Scope) -> v.Instance:
    found = machine.instances.get(id(owner))
    if found is None:
        made = construct(machine, owner, [], {}, scope, owner.node)
        found = machine.instances[id(owner)] = made if isinstance(made, v.Instance) else v.Instance(owner)
    return found


def _functions(scope: v.Scope, path: str) -> list[tuple[v.Function, v.Class | None]]:
    found: list[tuple[v.Function, v.Class | None]] = []
    for value in scope.names.values():
        if isinstance(value, v.Function) and value.file == path:
            found.append((value, None))
        elif isinstance(value, v.Class) and value.file == path:
            found += [
                (item, value)
                for item in value.attributes.values()
                if isinstance(item, v.Function) and item.file == path
            ]
    return found
