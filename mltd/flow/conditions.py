"""What tests say: which branch runs, what holds in it, and which settings decide."""

from __future__ import annotations

from mltd import facts
from mltd.flow import values as v
from mltd.flow.convert import constant
from mltd.flow.frames import Frame
from mltd.flow.machine import Machine


def truth(m: Machine, node: facts.Expr, value: v.Value, scope: v.Scope) -> bool | None:
    """Whether a test holds in every run that reaches it, or None. What a person or a setting may change is not decided:
    only ``__name__ == "__main__"``, ``TYPE_CHECKING``, and comparisons of what this very call was given, or this round
    of a loop, with a constant."""
    if isinstance(value, v.External) and value.name.endswith(".TYPE_CHECKING"):
        return True
    if isinstance(node, facts.Compare) and len(node.ops) == 1 and isinstance(node.first, facts.Name):
        if node.first.id == "__name__":
            return True
        if node.first.id in scope.bound:
            return _decided(node, scope.names.get(node.first.id), m.evaluate(m, node.others[0], scope))
    return None


def switches(m: Machine, node: facts.Expr, scope: v.Scope) -> tuple[v.Value, ...]:
    """The settings (options, configuration, environment) that a test asks: ``args.fast``, ``cfg["stack"] == "on"``."""
    found: list[v.Value] = []
    todo: list[facts.Expr] = [node]
    while todo:
        current = todo.pop()
        if isinstance(current, facts.Bool):
            todo += [current.left, current.right]
        elif isinstance(current, facts.Unary):
            todo.append(current.value)
        elif isinstance(current, facts.Compare):
            todo += [current.first, *current.others]
        elif _plain(current) or (isinstance(current, facts.Call) and _asks(m, current, scope)):
            value = m.evaluate(m, current, scope)
            if isinstance(value, v.Constant) and value.via in _SETTINGS:
                found.append(value)
            elif isinstance(value, v.Texts) and value.single is not None:
                found += [value] * any(part.source.via in _SETTINGS for part in value.single.parts)
    return tuple(found)


#: How settings come in.
_SETTINGS = frozenset({"option", "config", "environment"})


def _asks(m: Machine, node: facts.Call, scope: v.Scope) -> bool:
    """Whether a call asks for a variable of the environment."""
    function = m.evaluate(m, node.func, scope) if _plain(node.func) else v.UNKNOWN
    return isinstance(function, v.External) and function.name in ("os.getenv", "os.environ.get")


def _plain(node: facts.Expr) -> bool:
    """Whether an expression only looks something up."""
    while isinstance(node, (facts.Attr, facts.Sub)):
        if isinstance(node, facts.Sub) and not isinstance(node.index, (facts.Const, facts.Name)):
            return False
        node = node.value
    return isinstance(node, facts.Name)


def is_main(node: facts.Expr) -> bool:
    """``__name__ == "__main__"``"""
    return isinstance(node, facts.Compare) and isinstance(node.first, facts.Name) and node.first.id == "__name__"


def compared(m: Machine, node: facts.Expr, scope: v.Scope) -> tuple[str, v.Value] | None:
    """The name that a test compares with a constant other than the one that it is bound to, and that constant: where
    the test holds, the name stands for it. Someone will bind it to that for the branch to be of use."""
    if not isinstance(node, facts.Compare) or node.ops != ["=="] or not isinstance(node.first, facts.Name):
        return None
    bound, other = scope.names.get(node.first.id), m.evaluate(m, node.others[0], scope)
    if not isinstance(bound, (v.Texts, v.Constant)) or not isinstance(other, v.Texts) or other.single is None:
        return None
    return (node.first.id, other) if constant(other) is not None and constant(bound) != constant(other) else None


def switched(m: Machine, node: facts.Expr, scope: v.Scope) -> bool | None:
    """Whether a test holds as the program stands, by a constant that it asks for by name, or was given: ``FAST``,
    ``not FAST``, ``MODE == "train"``, ``path.endswith(".csv")``."""
    if isinstance(node, facts.Unary) and node.op == "not":
        inner = switched(m, node.value, scope)
        return None if inner is None else not inner
    if isinstance(node, facts.Const):
        return bool(node.value)
    if isinstance(node, facts.Compare) and node.ops in (["is"], ["is not"]):
        if not isinstance(node.first, facts.Name) or not isinstance(node.others[0], facts.Const):
            return None
        other = node.others[0].value
        if other is None:
            known = _is_nothing(m, node.first.id, scope)
            return None if known is None else known == (node.ops == ["is"])
        # ``training is True``: what the name alone would say, where it is a flag
        inner = switched(m, node.first, scope)
        return None if inner is None or not isinstance(other, bool) else (inner is other) == (node.ops == ["is"])
    if isinstance(node, facts.Compare) and len(node.ops) == 1 and node.ops[0] in ("==", "!="):
        asked = isinstance(node.first, facts.Name) and node.first.id not in scope.bound
        if not asked or m.loops > 1 or not isinstance(node.others[0], facts.Const):
            return None
        return _decided(node, m.evaluate(m, node.first, scope), m.evaluate(m, node.others[0], scope))
    if isinstance(node, facts.Call):
        return _ends(m, node, scope)
    return _is_true(m, node, scope) if isinstance(node, facts.Name) else None


def _is_true(m: Machine, node: facts.Name, scope: v.Scope) -> bool | None:
    """Whether a name stands for a flag that is set, or for a model that is there."""
    nothing, value = _is_nothing(m, node.id, scope), scope.names.get(node.id)
    if nothing is not None and (nothing or (isinstance(value, v.Object) and value.kind in _MADE)):
        return not nothing
    if not _told(m, node.id, scope):
        return None
    value = m.evaluate(m, node, scope)
    return value.value if isinstance(value, v.Constant) and isinstance(value.value, bool) and _given(value) else None


#: What is true, once there is one.
_MADE = frozenset({"estimator", "transformer", "network", "tokenizer"})


def _is_nothing(m: Machine, name: str, scope: v.Scope) -> bool | None:
    """Whether a parameter that still is what the caller gave, or left out, is None; None where that is not known: a
    value that takes the place of None on one way may have been None."""
    value = scope.names.get(name)
    if value is None or scope.handed.get(name) is not value or m.loops >= 2:
        return None
    if isinstance(value, v.Constant):
        return (value.value is None) if value.via == "literal" else None
    if isinstance(value, (Frame, v.Object, v.Instance)):
        return None if value.absent else False
    return False if isinstance(value, (v.Sequence, v.Mapping)) else None


def _told(m: Machine, name: str, scope: v.Scope) -> bool:
    """Whether a name's value is what this call was given, or left as a flag's default, or what the program says once
    and for all: no default of a function that nothing calls, and no flag of a loop inside a loop, of which one round is
    run only."""
    return (name not in scope.bound or name in scope.given) and m.loops < 2


def _ends(m: Machine, node: facts.Call, scope: v.Scope) -> bool | None:
    """Whether every text that a name may stand for begins, or ends, as it is asked."""
    function = node.func
    if not isinstance(function, facts.Attr) or not isinstance(function.value, facts.Name):
        return None
    if not _told(m, function.value.id, scope):
        return None
    asked = function.name
    if asked not in ("endswith", "startswith") or len(node.args) != 1 or not isinstance(node.args[0], facts.Const):
        return None
    value, part = m.evaluate(m, function.value, scope), node.args[0].value
    if not isinstance(value, v.Texts) or not _given(value) or not isinstance(part, str):
        return None
    return bool(getattr(str(constant(value)), asked)(part))


def _decided(node: facts.Compare, first: v.Value, other: v.Value) -> bool | None:
    if not _given(first) or not isinstance(other, (v.Texts, v.Constant, v.Sequence)):
        return None
    known, op = constant(first), node.ops[0]
    if op in ("==", "!=") and _given(other) and constant(other) is not None:
        return (known == constant(other)) == (op == "==")
    if op in ("in", "not in") and isinstance(other, v.Sequence) and not other.open and all(map(_given, other.items)):
        return (known in [constant(item) for item in other.items]) == (op == "in")
    return None


def _given(value: v.Value) -> bool:
    """A constant that no option, environment or configuration can change."""
    if isinstance(value, v.Constant):
        return value.value is not None and value.via == "literal"
    if isinstance(value, v.Texts) and value.single is not None and value.single.constant is not None:
        return all(part.source.via == "literal" for part in value.single.parts)
    return False
