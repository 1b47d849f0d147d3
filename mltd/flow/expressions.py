"""What each expression gives."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from mltd import facts
from mltd.flow import values as v
from mltd.flow.calls import call_value
from mltd.flow.convert import constant, names_in, product, settled, spelled, to_text
from mltd.flow.frames import Column, Frame, Names
from mltd.flow.imports import member
from mltd.flow.lineage import sources
from mltd.flow.lookups import attribute, subscript
from mltd.flow.machine import MAX_ITEMS, MAX_UNROLL, Machine, join
from mltd.flow.stores import store
from mltd.flow.strings import percent
from mltd.flow.tables import array_of
from mltd.flow.texts import TREE, concat, hole, join_paths, literal


def evaluate(m: Machine, node: Any, scope: v.Scope) -> v.Value:
    """The value of an expression."""
    m.step()
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
    return v.External(f"builtins.{node.id}")


def _const(m: Machine, node: facts.Const, scope: v.Scope) -> v.Value:
    if isinstance(node.value, str):
        return v.Texts((literal(node.value, m.source(scope, node.at)),))
    return v.Constant(node.value, scope.file, node.at)


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
            if isinstance(value, v.Mapping) and not value.open:
                keywords.update({key: item for key, item in value.entries.items() if isinstance(key, str)})
            else:
                keywords["**"] = value
        else:
            args.append(value)
    for name, argument in zip(node.names, node.args[plain:], strict=True):
        keywords[name] = evaluate(m, argument, scope)
    return call_value(m, function, args, keywords, scope, node)


def _join(m: Machine, node: facts.Join, scope: v.Scope) -> v.Value:
    parts = [evaluate(m, part, scope) for part in node.parts]
    for part in parts:
        if isinstance(part, Frame):
            part.use_all(m.site(scope, node), "made a text")
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
    return v.Unknown(v.taint_of(value))


def _binary(m: Machine, node: facts.Bin, scope: v.Scope) -> v.Value:
    left = evaluate(m, node.left, scope)
    right = evaluate(m, node.right, scope)
    taint = v.taint_of(left, right)
    if isinstance(left, (Frame, Column)) or isinstance(right, (Frame, Column)):
        return _combined(m, node, left, right, sources(taint), scope)  # what is computed has no form yet
    if node.op == "+" and isinstance(left, v.Sequence) and isinstance(right, v.Sequence):
        items = [*left.items, *right.items]
        if len(items) > MAX_ITEMS:
            return v.Sequence(items[:MAX_ITEMS], left.kind, True, v.UNKNOWN, node.at, scope.file, taint)
        rest = left.rest if left.open and not right.open else right.rest if right.open and not left.open else v.UNKNOWN
        return v.Sequence(items, left.kind, left.open or right.open, rest, node.at, scope.file, taint)
    if isinstance(left, v.Texts) and left.path and node.op == "/":
        return _paths(m, left, right, scope, node)
    if isinstance(right, v.Texts) and right.path and node.op == "/":
        return _paths(m, left, right, scope, node)
    if node.op == "+" and (isinstance(left, v.Texts) or isinstance(right, v.Texts)):
        combined = product([to_text(m, left, scope, node.at), to_text(m, right, scope, node.at)])
        return v.Texts(tuple(concat(texts) for texts in combined), taint=taint) if combined else v.Unknown(taint)
    if node.op == "%" and isinstance(left, v.Texts):
        return percent(m, left, right, scope, node)
    if isinstance(left, v.Constant) and isinstance(right, v.Constant):
        return _arithmetic(m, node, left, right, scope)
    if node.op == "*" and isinstance(left, v.Sequence):
        return v.Sequence(list(left.items), left.kind, True, v.UNKNOWN, node.at, scope.file, taint)
    if isinstance(left, v.Sequence) and node.op in ("-", "&", "|", "^") and isinstance(right, v.Sequence):
        return _sets(m, node, left, right, scope, taint)
    kinds = {getattr(left, "kind", ""), getattr(right, "kind", "")}
    for kind in ("prediction", "array", "series", "tensor"):
        if kind in kinds:
            return v.Unknown(taint, kind)
    return v.Unknown(taint)


def _combined(m: Machine, node: Any, left: v.Value, right: v.Value, taint: v.Taint, scope: v.Scope) -> v.Value:
    frames = [value for value in (left, right) if isinstance(value, Frame)]
    for value in frames:
        value.use_all(m.site(scope, node), "computed with as a whole")
    if frames:
        return Frame(frames[0].type, {}, dict(frames[0].origins), True, m.arms, taint, True)
    column = left if isinstance(left, Column) else right
    return Column(column.frame, None, taint)


def _paths(m: Machine, left: v.Value, right: v.Value, scope: v.Scope, node: facts.Bin) -> v.Value:
    combined = product([to_text(m, left, scope, node.at), to_text(m, right, scope, node.at)])
    taint = v.taint_of(left, right)
    if combined is None:
        return v.Unknown(taint, "path")
    return v.Texts(tuple(join_paths(texts[0], texts[1:]) for texts in combined), True, taint)


def _arithmetic(m: Machine, node: facts.Bin, left: v.Constant, right: v.Constant, scope: v.Scope) -> v.Value:
    a, b = left.value, right.value
    if a is None or b is None:
        return v.UNKNOWN
    try:
        if node.op == "+":
            result: Any = a + b
        elif node.op == "-":
            result = a - b
        elif node.op == "*":
            result = a * b
        elif node.op == "/":
            result = a / b
        elif node.op == "//":
            result = a // b
        elif node.op == "%":
            result = a % b
        else:
            return v.UNKNOWN
    except (ArithmeticError, ValueError):
        return v.UNKNOWN
    if abs(result) >= 1 << 62:
        return v.UNKNOWN
    came = next((one for one in (left, right) if one.via != "literal"), None)
    if came is not None:
        return v.Constant(result, came.file, came.at, via=came.via)
    return v.Constant(result, scope.file, node.at)


def _sets(m: Machine, node: facts.Bin, left: v.Sequence, right: v.Sequence, scope: v.Scope, taint: v.Taint) -> v.Value:
    if left.open and isinstance(left.rest, Names) and node.op == "-" and names_in(right) is not None:
        gone = names_in(right) or []
        kept = [item for item in left.items if constant(item) not in gone]
        return v.Sequence(kept, left.kind, True, left.rest.without(gone), node.at, scope.file, taint)
    if left.open or (right.open and node.op != "|"):
        return v.Sequence(list(left.items), left.kind, True, v.UNKNOWN, node.at, scope.file, taint)
    names = {constant(item) for item in right.items}
    if node.op == "-":
        items = [item for item in left.items if constant(item) not in names]
    elif node.op == "&":
        items = [item for item in left.items if constant(item) in names]
    else:
        items = [*left.items, *(item for item in right.items if constant(item) is None or item not in left.items)]
    if len(items) > MAX_ITEMS:
        return v.Sequence(items[:MAX_ITEMS], left.kind, True, v.UNKNOWN, node.at, scope.file, taint)
    return v.Sequence(items, left.kind, right.open, v.UNKNOWN, node.at, scope.file, taint)


def _unary(m: Machine, node: facts.Unary, scope: v.Scope) -> v.Value:
    value = evaluate(m, node.value, scope)
    if node.op == "-" and isinstance(value, v.Constant) and isinstance(value.value, (int, float)):
        return dataclasses.replace(value, value=-value.value)
    if node.op == "not" and isinstance(value, v.Constant):
        return dataclasses.replace(value, value=not value.value)
    if isinstance(value, Column):
        return value
    if isinstance(value, Frame):
        value.use_all(m.site(scope, node), "computed with as a whole")
    return v.Unknown(v.taint_of(value))


def _bool(m: Machine, node: facts.Bool, scope: v.Scope) -> v.Value:
    left = evaluate(m, node.left, scope)
    right = evaluate(m, node.right, scope)
    if isinstance(left, v.Constant) and left.value is not None and left.via == "literal":
        if node.op == "or":
            return left if left.value else right
        return right if left.value else left
    if isinstance(left, v.Constant) and left.value is None:
        return right if node.op == "or" else left
    return join(left, right) if node.op == "or" else v.Unknown(v.taint_of(left, right))


def _compare(m: Machine, node: facts.Compare, scope: v.Scope) -> v.Value:
    values = [evaluate(m, part, scope) for part in (node.first, *node.others)]
    for value in values:
        if isinstance(value, Frame):
            value.use_all(m.site(scope, node), "compared as a whole")
    column = next((value for value in values if isinstance(value, Column)), None)
    taint = v.taint_of(*values)
    if column is not None:
        return Column(column.frame, None, taint)
    if len(values) == 2 and node.ops[0] in ("==", "!="):
        first, second = constant(values[0]), constant(values[1])
        literals = (v.Texts, v.Constant)
        if (
            isinstance(values[0], literals)
            and isinstance(values[1], literals)
            and first is not None
            and second is not None
            and settled(values[0])
            and settled(values[1])
        ):
            return v.Constant((first == second) == (node.ops[0] == "=="), scope.file, node.at, taint)
    return v.Unknown(taint)


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
            return _decided(node, scope.names.get(node.first.id), evaluate(m, node.others[0], scope))
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
            value = evaluate(m, current, scope)
            if isinstance(value, v.Constant) and value.via in _SETTINGS:
                found.append(value)
            elif isinstance(value, v.Texts) and value.single is not None:
                found += [value] * any(part.source.via in _SETTINGS for part in value.single.parts)
    return tuple(found)


#: How settings come in.
_SETTINGS = frozenset({"option", "config", "environment"})


def _asks(m: Machine, node: facts.Call, scope: v.Scope) -> bool:
    """Whether a call asks for a variable of the environment."""
    function = evaluate(m, node.func, scope) if _plain(node.func) else v.UNKNOWN
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
    bound, other = scope.names.get(node.first.id), evaluate(m, node.others[0], scope)
    if not isinstance(bound, (v.Texts, v.Constant)) or not isinstance(other, v.Texts) or other.single is None:
        return None
    return (node.first.id, other) if constant(other) is not None and constant(bound) != constant(other) else None


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


def _if_expression(m: Machine, node: facts.IfExp, scope: v.Scope) -> v.Value:
    evaluate(m, node.test, scope)
    with m.arm():
        first = evaluate(m, node.body, scope)
    with m.arm():
        second = evaluate(m, node.orelse, scope)
    return join(first, second)


def _sequence(m: Machine, node: facts.Seq, scope: v.Scope) -> v.Value:
    result = v.Sequence([], node.kind, at=node.at, file=scope.file)
    for item in node.items:
        value = evaluate(m, item, scope)
        if isinstance(item, facts.Star):
            if isinstance(value, v.Sequence):
                result.open = result.open or value.open or len(result.items) + len(value.items) > MAX_ITEMS
                result.items.extend(value.items[: MAX_ITEMS - len(result.items)])
            else:
                result.open = True
                result.rest = v.Unknown(v.taint_of(value))
        elif len(result.items) < MAX_ITEMS:
            result.items.append(value)
        else:
            result.open = True
    return result


def _dict(m: Machine, node: facts.Dict, scope: v.Scope) -> v.Value:
    result = v.Mapping({}, at=node.at, file=scope.file)
    for key, item in zip(node.keys, node.values, strict=True):
        value = evaluate(m, item, scope)
        if key is None:
            if isinstance(value, v.Mapping):
                result.entries.update(value.entries)
                result.open = result.open or value.open
            else:
                result.open = True
                result.rest = value
            continue
        name = constant(evaluate(m, key, scope))
        if name is None or len(result.entries) >= MAX_ITEMS:
            result.open = True
            result.rest = join(result.rest, value) if result.rest is not v.UNKNOWN else value
        else:
            result.entries[name] = value
    return result


def _comprehension(m: Machine, node: facts.Comp, scope: v.Scope) -> v.Value:
    inner = v.Scope(scope.file, {}, scope, scope.body, "function")
    rows: list[tuple[v.Value, v.Value]] = []
    complete = True

    def loop(index: int) -> None:
        nonlocal complete
        if index == len(node.loops):
            key = evaluate(m, node.key, inner) if node.key is not None else v.UNKNOWN
            rows.append((key, evaluate(m, node.element, inner)))
            return
        part = node.loops[index]
        items, whole = iterate(m, evaluate(m, part.iter, inner if index else scope), scope, part.iter)
        if not whole or len(items) > MAX_UNROLL or len(rows) > MAX_UNROLL * 4:
            complete = False
            items = items[-1:] or [v.UNKNOWN]
        for item in items:
            store(m, part.target, item, inner, node, None)
            for condition in part.conditions:
                m.columnwise += 1
                evaluate(m, condition, inner)
                m.columnwise -= 1
                if _narrow(m, condition, inner):
                    continue
                known = _filtered(m, condition, inner)
                if known is False:
                    break
                if known is None:
                    complete = False
            else:
                loop(index + 1)

    loop(0)
    taint = v.taint_of(*(value for _key, value in rows))
    if node.kind == "dict":
        result = v.Mapping({}, not complete, at=node.at, file=scope.file, taint=taint)
        for key, value in rows:
            name = constant(key)
            if name is None:
                result.open = True
                result.rest = value
            else:
                result.entries[name] = value
        return result
    kind = "list" if node.kind == "generator" else node.kind
    values = [value for _key, value in rows]
    if not complete:
        return v.Sequence([], kind, True, values[0] if values else v.UNKNOWN, node.at, scope.file, taint)
    return v.Sequence(values[:MAX_ITEMS], kind, False, v.UNKNOWN, node.at, scope.file, taint)


def _narrow(m: Machine, condition: facts.Expr, scope: v.Scope) -> bool:
    """A filter that leaves names of a frame out: ``c not in EXCLUDED``, ``c != "y"``. True if it is understood so."""
    if isinstance(condition, facts.Bool) and condition.op == "and":
        first, second = _narrow(m, condition.left, scope), _narrow(m, condition.right, scope)
        return first or second
    if isinstance(condition, facts.Unary) and condition.op == "not" and isinstance(condition.value, facts.Compare):
        opposite = {"in": "not in", "==": "!="}.get(condition.value.ops[0], "")
        inner = condition.value
        return bool(opposite) and _narrow(
            m, facts.Compare(inner.first, [opposite], inner.others, inner.at, inner.to), scope
        )
    if (
        not isinstance(condition, facts.Compare)
        or len(condition.ops) != 1
        or not isinstance(condition.first, facts.Name)
    ):
        return False
    value = scope.names.get(condition.first.id)
    if not isinstance(value, Names) or condition.ops[0] not in ("not in", "!="):
        return False
    gone = names_in(evaluate(m, condition.others[0], scope))
    if gone is not None:
        scope.names[condition.first.id] = value.without(gone)
    return gone is not None


def _filtered(m: Machine, condition: facts.Expr, scope: v.Scope) -> bool | None:
    """Whether a filter on a constant name holds: ``c not in EXCLUDED``, ``c != "y"``, ``c.startswith("x")``."""
    if isinstance(condition, facts.Unary) and condition.op == "not":
        inner = _filtered(m, condition.value, scope)
        return None if inner is None else not inner
    if isinstance(condition, facts.Compare) and len(condition.ops) == 1:
        first = constant(evaluate(m, condition.first, scope))
        other = evaluate(m, condition.others[0], scope)
        op = condition.ops[0]
        if first is None:
            return None
        if op in ("in", "not in") and isinstance(other, v.Sequence) and not other.open:
            return (first in [constant(item) for item in other.items]) == (op == "in")
        second = constant(other)
        if op in ("==", "!=") and second is not None:
            return (first == second) == (op == "==")
    if isinstance(condition, facts.Call) and isinstance(condition.func, facts.Attr) and condition.args:
        receiver = constant(evaluate(m, condition.func.value, scope))
        argument = constant(evaluate(m, condition.args[0], scope))
        if isinstance(receiver, str) and isinstance(argument, str):
            if condition.func.name == "startswith":
                return receiver.startswith(argument)
            if condition.func.name == "endswith":
                return receiver.endswith(argument)
    return None


def iterate(m: Machine, value: v.Value, scope: v.Scope, node: Any) -> tuple[list[v.Value], bool]:
    """The items of an iterable, and whether those are all."""
    if isinstance(value, v.Sequence):
        items = value.items if not value.open else [*value.items, value.rest]
        return items, not value.open
    if isinstance(value, v.Mapping):
        keys = [
            v.Texts((literal(key, m.source(scope, value.at)),)) if isinstance(key, str) else v.Constant(key)
            for key in value.entries
        ]
        return keys, not value.open
    if isinstance(value, Frame):
        value.use_all(m.site(scope, node), "looped over")
        return [v.Unknown(v.taint_of(value), "names")], False
    if isinstance(value, v.Object) and value.kind == "group":
        frame = value.parts.get("frame")
        if isinstance(frame, Frame):
            part = frame.copy()
            part.arms = m.arms
            return [v.Sequence([v.UNKNOWN, part], "tuple", taint=value.taint)], False
    if isinstance(value, v.Object) and "items" in value.parts:
        return [value.parts["items"]], False
    return [v.Unknown(v.taint_of(value), getattr(value, "kind", ""))], False


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
    facts.Bin: _binary,
    facts.Unary: _unary,
    facts.Bool: _bool,
    facts.Compare: _compare,
    facts.IfExp: _if_expression,
    facts.Seq: _sequence,
    facts.Dict: _dict,
    facts.Comp: _comprehension,
    facts.Lambda: _lambda,
    facts.Star: _star,
    facts.Slice: _slice,
    facts.Walrus: _walrus,
    facts.Yield: _yield,
    facts.Other: _other,
}
