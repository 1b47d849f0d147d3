"""Lists, dicts and comprehensions, and what iterating over a value gives."""

from __future__ import annotations

from typing import Any

from mltd import facts
from mltd.flow import values as v
from mltd.flow.climbing import chain, holds
from mltd.flow.convert import constant, names_in
from mltd.flow.frames import Frame, Names
from mltd.flow.joining import join
from mltd.flow.machine import MAX_ITEMS, MAX_UNROLL, Machine
from mltd.flow.program import nodes
from mltd.flow.rows import taken
from mltd.flow.splits import folds
from mltd.flow.stores import store
from mltd.flow.texts import literal


def sequence(m: Machine, node: facts.Seq, scope: v.Scope) -> v.Value:
    result = v.Sequence([], node.kind, at=node.at, file=scope.file)
    for item in node.items:
        value = m.evaluate(m, item, scope)
        if isinstance(item, facts.Star):
            if isinstance(value, v.Sequence):
                result.open = result.open or value.open or len(result.items) + len(value.items) > MAX_ITEMS
                result.items.extend(value.items[: MAX_ITEMS - len(result.items)])
                if value.open and value.rest is not v.UNKNOWN:
                    result.rest = join(result.rest, value.rest) if result.rest is not v.UNKNOWN else value.rest
            else:
                result.open = True
                result.rest = v.Unknown(v.taint_of(value))
        elif len(result.items) < MAX_ITEMS:
            result.items.append(value)
        else:
            result.open = True
    return result


def mapping(m: Machine, node: facts.Dict, scope: v.Scope) -> v.Value:
    result = v.Mapping({}, at=node.at, file=scope.file)
    for key, item in zip(node.keys, node.values, strict=True):
        value = m.evaluate(m, item, scope)
        if key is None:
            if isinstance(value, v.Mapping):
                result.entries.update(value.entries)
                if value.open:
                    result.open, result.rest = True, join(result.rest, value.rest) if result.open else value.rest
            else:
                result.open = True
                result.rest = value
            continue
        name = constant(m.evaluate(m, key, scope))
        if name is None or len(result.entries) >= MAX_ITEMS:
            result.open = True
            result.rest = join(result.rest, value) if result.rest is not v.UNKNOWN else value
        else:
            result.entries[name] = value
    return result


def bound_by(target: facts.Node) -> set[str]:
    """The names that the target of a loop binds."""
    targets = target.items if isinstance(target, facts.Seq) else [target]
    return {one.id for one in targets if isinstance(one, facts.Name)}


def comprehension(m: Machine, node: facts.Comp, scope: v.Scope) -> v.Value:
    inner = v.Scope(scope.file, {}, scope, scope.body, "function")
    rows: list[tuple[v.Value, v.Value]] = []
    complete = sure = True

    def loop(index: int) -> None:
        nonlocal complete, sure
        if index == len(node.loops):
            key = m.evaluate(m, node.key, inner) if node.key is not None else v.UNKNOWN
            rows.append((key, m.evaluate(m, node.element, inner)))
            return
        part = node.loops[index]
        items, whole = iterate(m, m.evaluate(m, part.iter, inner if index else scope), scope, part.iter)
        if not whole or len(items) > MAX_UNROLL or len(rows) > MAX_UNROLL * 4:
            complete = False
            # What is known to be there stays known, beside what may be.
            items = items if len(node.loops) == 1 and 0 < len(items) <= MAX_UNROLL else items[-1:] or [v.UNKNOWN]
        folders = chain(items, scope) if whole and part.conditions else None
        if not whole:
            inner.turning |= bound_by(part.target)
        for item in folders or items:
            store(m, part.target, item, inner, node, None)
            for condition in part.conditions:
                m.columnwise += 1
                m.evaluate(m, condition, inner)
                m.columnwise -= 1
                spelled = _spelled(m, condition, inner)
                if spelled is not None:
                    inner.names[spelled[0]] = spelled[1]
                if _narrow(m, condition, inner) or spelled is not None:
                    continue
                known = holds(m, condition, inner) if folders else _filtered(m, condition, inner)
                if known is False:
                    break
                if known is None:
                    sure = False
            else:
                loop(index + 1)

    loop(0)
    taint = v.taint_of(*(value for _key, value in rows))
    if node.kind == "dict":
        result = v.Mapping({}, not (complete and sure), at=node.at, file=scope.file, taint=taint)
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
        known = values[:-1] if len(node.loops) == 1 else []
        return v.Sequence(known, kind, True, values[-1] if values else v.UNKNOWN, node.at, scope.file, taint)
    if not sure and len(values) <= MAX_ITEMS:
        return v.Sequence(values, kind, True, v.Unknown(taint), node.at, scope.file, taint, either=True)
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
    gone = names_in(m.evaluate(m, condition.others[0], scope))
    if gone is not None:
        scope.names[condition.first.id] = value.without(gone)
    return gone is not None


def _spelled(m: Machine, condition: facts.Expr, scope: v.Scope) -> tuple[str, Names] | None:
    """What is left of the names of a frame by a filter on how they are spelled: ``c.startswith("x") or c == "y"``. Of
    the columns that are known it is known which go."""
    for node in nodes(condition):
        names = scope.names.get(node.id) if isinstance(node, facts.Name) else None
        if isinstance(node, facts.Name) and isinstance(names, Names):
            told = {column: _fits(m, condition, node.id, column, scope) for column in names.frame.columns}
            gone = [column for column, fits in told.items() if fits is False]
            return (node.id, names.without(gone)) if gone else None
    return None


def _fits(m: Machine, condition: facts.Expr, name: str, column: str, scope: v.Scope) -> bool | None:
    """Whether a filter on a name lets one column through, or None."""
    if isinstance(condition, facts.Unary) and condition.op == "not":
        inner = _fits(m, condition.value, name, column, scope)
        return None if inner is None else not inner
    if isinstance(condition, facts.Bool):
        both = [_fits(m, side, name, column, scope) for side in (condition.left, condition.right)]
        decides = condition.op == "or"
        return decides if decides in both else None if None in both else not decides
    if isinstance(condition, facts.Compare) and len(condition.ops) == 1:
        first, other, op = condition.first, condition.others[0], condition.ops[0]
        if isinstance(first, facts.Name) and first.id == name and op in ("==", "!=", "in", "not in"):
            value = m.evaluate(m, other, scope)
            listed = names_in(value) if op in ("==", "!=") or isinstance(value, (v.Sequence, v.Mapping)) else None
            if listed is None or (column in listed and _is_one_of(value)):
                return None
            return (column in listed) == (op in ("==", "in"))
        if isinstance(other, facts.Name) and other.id == name and op in ("in", "not in"):
            part = constant(m.evaluate(m, first, scope))
            return (part in column) == (op == "in") if isinstance(part, str) else None
    if isinstance(condition, facts.Call) and isinstance(condition.func, facts.Attr) and len(condition.args) == 1:
        owner, how = condition.func.value, condition.func.name
        if isinstance(owner, facts.Name) and owner.id == name and how in ("startswith", "endswith"):
            value = m.evaluate(m, condition.args[0], scope)
            parts = names_in(value) or []
            fits = any(getattr(column, how)(part) for part in parts)
            return None if not parts or (fits and _is_one_of(value)) else fits
    return None


def _is_one_of(value: v.Value) -> bool:
    """Whether a text may be one or another."""
    return isinstance(value, v.Texts) and value.single is None


def _filtered(m: Machine, condition: facts.Expr, scope: v.Scope) -> bool | None:
    """Whether a filter on a constant name holds: ``c not in EXCLUDED``, ``c != "y"``, ``c.startswith("x")``."""
    if isinstance(condition, facts.Unary) and condition.op == "not":
        inner = _filtered(m, condition.value, scope)
        return None if inner is None else not inner
    if isinstance(condition, facts.Compare) and len(condition.ops) == 1:
        first = constant(m.evaluate(m, condition.first, scope))
        other = m.evaluate(m, condition.others[0], scope)
        op = condition.ops[0]
        if first is None:
            return None
        if op in ("in", "not in") and isinstance(other, v.Sequence) and not other.open:
            return (first in [constant(item) for item in other.items]) == (op == "in")
        second = constant(other)
        if op in ("==", "!=") and second is not None:
            return (first == second) == (op == "==")
    if isinstance(condition, facts.Call) and isinstance(condition.func, facts.Attr) and condition.args:
        receiver = constant(m.evaluate(m, condition.func.value, scope))
        argument = constant(m.evaluate(m, condition.args[0], scope))
        if isinstance(receiver, str) and isinstance(argument, str):
            if condition.func.name == "startswith":
                return receiver.startswith(argument)
            if condition.func.name == "endswith":
                return receiver.endswith(argument)
    return None


def iterate(m: Machine, value: v.Value, scope: v.Scope, node: Any) -> tuple[list[v.Value], bool]:
    """The items of an iterable, and whether those are all."""
    if isinstance(value, v.Sequence):
        items = value.items if not value.open or value.either else [*value.items, value.rest]
        return items, not value.open or value.either
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
            part = taken(m, frame, ("item", node.at), scope, node)
            return [v.Sequence([v.UNKNOWN, part], "tuple", taint=value.taint)], False
    if isinstance(value, v.Object) and value.kind == "splitter":
        return [folds(m, value, [], value.taint, scope, node)], False
    if isinstance(value, v.Object) and "items" in value.parts:
        return [value.parts["items"]], False
    each = v.Unknown(v.taint_of(value), getattr(value, "kind", ""))
    return [taken(m, each, ("item", node.at), scope, node)], False
