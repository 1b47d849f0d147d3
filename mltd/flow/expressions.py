"""What each expression gives."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from mltd import facts
from mltd.flow import values as v
from mltd.flow.calls import call_value
from mltd.flow.climbing import run_in, standing
from mltd.flow.conditions import switched
from mltd.flow.convert import product, spelled, to_text
from mltd.flow.displays import comprehension, mapping, sequence
from mltd.flow.imports import member
from mltd.flow.joining import join
from mltd.flow.lookups import attribute, subscript
from mltd.flow.machine import MAX_STEPS, Machine, OutOfSteps
from mltd.flow.operators import binary, boolean, compare, unary
from mltd.flow.tables import array_of
from mltd.flow.texts import TREE, concat, hole, literal


def evaluate(m: Machine, node: Any, scope: v.Scope) -> v.Value:
    """The value of an expression. Raises :class:`OutOfSteps` past the bound of operations."""
    m.steps += 1  # as Machine.step counts; a call for each expression would cost more than many of them
    if m.steps > MAX_STEPS:
        raise OutOfSteps
    return EXPRESSIONS[type(node)](m, node, scope)


def look_up(m: Machine, name: str, scope: v.Scope) -> v.Value | None:
    """The value bound to a name, or None."""
    current: v.Scope | None = scope
    while current is not None:
        if current is scope or current.kind != "class":
            if name in current.foreign:
                home = current.foreign[name]
                if name in home.names:
                    return home.names[name]
            if name in current.names:
                return current.names[name]
        current = current.outer
    return None


def _name(m: Machine, node: facts.Name, scope: v.Scope) -> v.Value:
    found = look_up(m, node.id, scope)
    if found is not None:
        return found
    if node.id == "__file__" and m.modules.python[scope.file].cells is None:
        return v.Texts((literal(f"{TREE}/{scope.file}", m.source(scope, node.at)),))
    if node.id == "__name__":
        name = "__main__" if scope.file == m.entry else scope.file
        return v.Texts((literal(name, m.source(scope, node.at)),))
    for library in reversed(m.stars.get(scope.file, ())):
        if m.knowledge.knows(f"{library}.{node.id}"):
            return v.External(f"{library}.{node.id}")
    return v.External(f"builtins.{node.id}")


def _const(m: Machine, node: facts.Const, scope: v.Scope) -> v.Value:
    key = scope.file, node.at, node.value
    found = m.constants.get(key)
    if found is None:
        if isinstance(node.value, str):
            found = v.Texts((literal(node.value, m.source(scope, node.at)),))
        else:
            found = v.Constant(node.value, scope.file, node.at)
        m.constants[key] = found
    return found


def _attr(m: Machine, node: facts.Attr, scope: v.Scope) -> v.Value:
    found = _member(m, node, scope)
    if isinstance(found, v.Method) and found.name == "values" and isinstance(found.receiver, v.Unknown):
        return array_of(m, found.receiver, scope, node)
    return found


def _member(m: Machine, node: facts.Attr, scope: v.Scope) -> v.Value:
    """``value.name``, which may be called."""
    value = evaluate(m, node.value, scope)
    if isinstance(value, v.Module):
        return member(m, value, node.name, scope, node)
    return attribute(m, value, node.name, scope, node)


def _sub(m: Machine, node: facts.Sub, scope: v.Scope) -> v.Value:
    value = evaluate(m, node.value, scope)
    return subscript(m, value, evaluate(m, node.index, scope), scope, node)


def _call(m: Machine, node: facts.Call, scope: v.Scope) -> v.Value:
    m.step()
    function = _member(m, node.func, scope) if isinstance(node.func, facts.Attr) else evaluate(m, node.func, scope)
    args: list[v.Value] = []
    keywords: dict[str, v.Value] = {}
    plain = len(node.args) - len(node.names)
    for argument in node.args[:plain]:
        value = evaluate(m, argument, scope)
        if isinstance(argument, facts.Star) and argument.count == 1:
            if isinstance(value, v.Sequence) and not value.open:
                args.extend(value.items)
            else:
                keywords["*"] = value
        elif isinstance(argument, facts.Star):
            if isinstance(value, v.Mapping):
                keywords.update({key: item for key, item in value.entries.items() if isinstance(key, str)})
            if not isinstance(value, v.Mapping) or value.open:
                keywords["**"] = value
        else:
            args.append(value)
    for name, argument in zip(node.names, node.args[plain:], strict=True):
        keywords[name] = evaluate(m, argument, scope)
    return call_value(m, function, args, keywords, scope, node)


def _join(m: Machine, node: facts.Join, scope: v.Scope) -> v.Value:
    parts = [evaluate(m, part, scope) for part in node.parts]
    m.escape_all(parts, "made a text", scope, node)
    taint = v.taint_of(*parts)
    groups = [to_text(m, part, scope, node.at) for part in parts]
    combined = product(groups)
    if combined is None:
        groups = [group if len(group) == 1 else (hole(group[0].parts[0].source),) for group in groups]
        combined = product(groups) or []
    return v.Texts(tuple(concat(texts) for texts in combined), taint=taint)


def _format(m: Machine, node: facts.Format, scope: v.Scope) -> v.Value:
    value = evaluate(m, node.value, scope)
    if isinstance(value, v.Constant) and node.spec and not node.conversion and value.value is not None:
        text = spelled(value.value, node.spec)
        if text is None:
            return v.Unknown(v.taint_of(value))
        return v.Texts((literal(text, m.source(scope, value.at or node.at)),))
    if isinstance(value, v.Texts) and not node.spec and node.conversion in ("", "s"):
        return value
    m.escape(value, "made a text", m.site(scope, node))
    return v.Unknown(v.taint_of(value))


def _if_expression(m: Machine, node: facts.IfExp, scope: v.Scope) -> v.Value:
    folder = run_in(m, node.test, scope)
    if folder is not None:
        with standing(m, folder, scope):
            return evaluate(m, node.body, scope)
    decided = evaluate(m, node.test, scope)
    on, off = switched(m, node.test, scope), m.off
    with m.arm():
        m.off = off or on is False
        first = evaluate(m, node.body, scope)
    with m.arm():
        m.off = off or on is True
        second = evaluate(m, node.orelse, scope)
    m.off = off
    if on is not None and all(isinstance(one, (v.Texts, v.Constant)) for one in (first, second)):
        return _named(decided, first if on else second)  # as the program stands, as in a branch
    return _named(decided, join(first, second))


def _named(decided: v.Value, chosen: v.Value) -> v.Value:
    """What is chosen by a prediction is that prediction, where it is a name of it: ``"spam" if p else "ham"``."""
    predicted = {event for event in v.taint_of(decided) if event.verb == "predicts"}
    if not predicted or not isinstance(chosen, (v.Texts, v.Constant, v.Unknown)):
        return chosen
    return dataclasses.replace(chosen, taint=v.bounded(chosen.taint | predicted))


def _lambda(m: Machine, node: facts.Lambda, scope: v.Scope) -> v.Value:
    return v.Function(scope.file, node, scope)


def _star(m: Machine, node: facts.Star, scope: v.Scope) -> v.Value:
    return evaluate(m, node.value, scope)


def _slice(m: Machine, node: facts.Slice, scope: v.Scope) -> v.Value:
    bounds = [
        evaluate(m, part, scope) if part is not None else v.Constant(None)
        for part in (node.lower, node.upper, node.step)
    ]
    return v.Sequence(bounds, "slice", at=node.at, file=scope.file)


def _walrus(m: Machine, node: facts.Walrus, scope: v.Scope) -> v.Value:
    value = evaluate(m, node.value, scope)
    home = scope
    while (
        home.outer is not None and home.kind == "function" and home.body == home.outer.body and home is not home.outer
    ):
        home = home.outer
    home.names[node.target.id] = value
    return value


def _yield(m: Machine, node: facts.Yield, scope: v.Scope) -> v.Value:
    value = evaluate(m, node.value, scope) if node.value is not None else v.Constant(None)
    if node.kind == "await":
        return value
    scope.yields.append(value)
    return v.UNKNOWN


def _other(m: Machine, node: facts.Other, scope: v.Scope) -> v.Value:
    return v.UNKNOWN


EXPRESSIONS: dict[type, Callable[[Machine, Any, v.Scope], v.Value]] = {
    facts.Name: _name,
    facts.Const: _const,
    facts.Attr: _attr,
    facts.Sub: _sub,
    facts.Call: _call,
    facts.Join: _join,
    facts.Format: _format,
    facts.Bin: binary,
    facts.Unary: unary,
    facts.Bool: boolean,
    facts.Compare: compare,
    facts.IfExp: _if_expression,
    facts.Seq: sequence,
    facts.Dict: mapping,
    facts.Comp: comprehension,
    facts.Lambda: _lambda,
    facts.Star: _star,
    facts.Slice: _slice,
    facts.Walrus: _walrus,
    facts.Yield: _yield,
    facts.Other: _other,
}
