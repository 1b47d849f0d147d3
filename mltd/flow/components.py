"""Components of Kubeflow Pipelines: functions that run in containers of their own, and hand files to one another.

A component's outputs are places that the pipeline gives it, and another's inputs are those places. So when a pipeline
calls one, its output parameters are bound to addresses of their own, and the task that it makes leads to them.
https://kubeflow-pipelines.readthedocs.io/en/stable/source/dsl.html,
https://www.kubeflow.org/docs/components/pipelines/legacy-v1/sdk/python-function-components/
"""

from __future__ import annotations

import dataclasses
from typing import Any

from mltd import facts
from mltd.flow import values as v
from mltd.flow.machine import Machine
from mltd.flow.texts import Source, literal

_COMPONENT = "kfp.dsl.component"
#: What makes a component of a function.
_MAKING = frozenset({
    _COMPONENT, "kfp.v2.dsl.component", "kfp.components.create_component_from_func",
    "kfp.components.func_to_container_op", "kfp.v2.components.create_component_from_func",
})  # fmt: skip
#: What makes a pipeline of one: the pipeline calls the components.
_PIPELINES = frozenset({"kfp.dsl.pipeline", "kfp.v2.dsl.pipeline"})
#: Types of parameters, and whether the parameter is an output, and whether it is a bare path.
_PARAMETERS = {
    "InputPath": (False, True), "OutputPath": (True, True), "Input": (False, False), "Output": (True, False),
    "InputTextFile": (False, True), "OutputTextFile": (True, True),
}  # fmt: skip
#: What ends the name of a path, and is no part of the input's or output's name.
_ENDINGS = ("_path", "_file")


def marking(m: Machine, name: str, args: list[v.Value], scope: v.Scope, node: Any) -> v.Value | None:
    """``@component``, ``@pipeline`` and ``create_component_from_func``: the function, marked; None for other calls."""
    if name not in _MAKING and name not in _PIPELINES:
        return None
    m.event("schedules", name, scope, node, data=tuple(args[:1]), inputs=v.taint_of(*args))
    mark = v.External(_COMPONENT if name in _MAKING else name)
    function = args[0] if args else None
    if not isinstance(function, v.Function):
        return mark
    made = dataclasses.replace(function, decorators=(*function.decorators, mark))
    note(m, made)
    return made


def note(m: Machine, function: v.Function) -> None:
    """Remember what a function is marked as: whoever runs what nothing calls begins with pipelines."""
    if isinstance(function.node, facts.Def):
        key = function.file, function.node.body
        if is_component(function):
            m.components.add(key)
        elif any(isinstance(mark, v.External) and mark.name in _PIPELINES for mark in function.decorators):
            m.pipelines.add(key)


def is_component(function: v.Function) -> bool:
    """Whether a function is a component."""
    return any(isinstance(mark, v.External) and mark.name in _MAKING for mark in function.decorators)


@dataclasses.dataclass
class Bound:
    """The arguments of a component's function by name, and the outputs that the task has."""

    arguments: dict[str, v.Value]
    outputs: dict[v.Key, v.Value]


def bound(function: v.Function, node: facts.Def, args: list[v.Value], keywords: dict[str, v.Value]) -> Bound:
    """What a component's function is given when a pipeline calls it."""
    left, found = list(args), Bound({}, {})
    for parameter in node.params:
        output, path = _PARAMETERS.get(_annotated(parameter.annotation), (False, None))
        name = parameter.name
        if path:
            name = next((name[: -len(end)] for end in _ENDINGS if name.endswith(end)), name)
        if output:
            address = literal(f"kfp://{function.file}/{node.name}/{name}", Source(function.file, parameter.at))
            place = v.Texts((address,))
            artifact = v.Object("kfp.dsl.Artifact", "artifact", parts={"path": place, "uri": place})
            found.outputs[name] = artifact
            found.arguments[parameter.name] = place if path else artifact
            continue
        given = keywords.get(parameter.name, keywords.get(name))
        if given is None and left:
            given = left.pop(0)
        if given is not None:
            found.arguments[parameter.name] = given.parts["path"] if path and _is_artifact(given) else given
    return found


def task(found: Bound, result: v.Value, scope: v.Scope, node: Any) -> v.Object:
    """What calling a component in a pipeline gives: its outputs by name, and the one where there is one."""
    outputs = dict(found.outputs)
    outputs.setdefault("Output", result)
    output = next(iter(found.outputs.values())) if len(found.outputs) == 1 else result
    named = v.Mapping(outputs, at=node.at, file=scope.file)
    return v.Object(
        "kfp.dsl.PipelineTask", "task", at=node.at, file=scope.file, parts={"outputs": named, "output": output}
    )


def _is_artifact(value: v.Value) -> bool:
    return isinstance(value, v.Object) and value.kind == "artifact"


def _annotated(annotation: facts.Expr | None) -> str:
    """The last name of an annotation: of ``Output[Model]``, ``dsl.OutputPath("CSV")`` and ``InputPath``."""
    while isinstance(annotation, (facts.Call, facts.Sub)):
        annotation = annotation.func if isinstance(annotation, facts.Call) else annotation.value
    if isinstance(annotation, facts.Attr):
        return annotation.name
    return annotation.id if isinstance(annotation, facts.Name) else ""
