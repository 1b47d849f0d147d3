"""What operators give: arithmetic, comparison, paths, sets, tables."""

from __future__ import annotations

import dataclasses
from typing import Any

from mltd import facts
from mltd.flow import values as v
from mltd.flow.convert import constant, names_in, product, settled, to_text
from mltd.flow.frames import Column, Frame, Names
from mltd.flow.joining import join
from mltd.flow.lineage import sources
from mltd.flow.machine import MAX_ITEMS, Machine
from mltd.flow.measures import apply, is_an_end, is_measure, without_statistics
from mltd.flow.strings import percent
from mltd.flow.texts import concat, join_paths

#: What gives an answer for each of many.
_COMPARING = frozenset({"<", "<=", ">", ">=", "==", "!="})


def binary(m: Machine, node: facts.Bin, scope: v.Scope) -> v.Value:
    left = m.evaluate(m, node.left, scope)
    right = m.evaluate(m, node.right, scope)
    if is_measure(right) and v.taint_of(left) and not is_measure(left):
        if node.op == "-" and is_an_end(right):
            right = v.Unknown(without_statistics(v.taint_of(right)))  # counted from the first on, nothing is learnt
        elif node.op in ("-", "/"):
            apply(m, "scales", [right], scope, node)  # centred, scaled
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
    if v.MASK in kinds and node.op in ("&", "|", "^"):
        return v.Unknown(taint, v.MASK)
    for kind in ("prediction", "array", "series", "tensor"):
        if kind in kinds:
            return v.Unknown(sources(taint), kind)
    return v.Unknown(taint)


def _combined(m: Machine, node: Any, left: v.Value, right: v.Value, taint: v.Taint, scope: v.Scope) -> v.Value:
    frames = [value for value in (left, right) if isinstance(value, Frame)]
    for value in frames:
        value.use_all(m.site(scope, node), "computed with as a whole")
    if frames:
        return Frame(frames[0].type, {}, dict(frames[0].origins), True, m.arms, taint, True)
    column = left if isinstance(left, Column) else right
    both = isinstance(left, Column) and isinstance(right, Column)
    return Column(column.frame, None, taint) if both else column.computed(taint)


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


def unary(m: Machine, node: facts.Unary, scope: v.Scope) -> v.Value:
    value = m.evaluate(m, node.value, scope)
    if node.op == "-" and isinstance(value, v.Constant) and isinstance(value.value, (int, float)):
        return dataclasses.replace(value, value=-value.value)
    if node.op == "not" and isinstance(value, v.Constant):
        return dataclasses.replace(value, value=not value.value)
    if isinstance(value, Column):
        return value
    if isinstance(value, Frame):
        value.use_all(m.site(scope, node), "computed with as a whole")
    return v.Unknown(v.taint_of(value), v.MASK if node.op == "~" and getattr(value, "kind", "") == v.MASK else "")


def boolean(m: Machine, node: facts.Bool, scope: v.Scope) -> v.Value:
    left = m.evaluate(m, node.left, scope)
    right = m.evaluate(m, node.right, scope)
    if isinstance(left, v.Constant) and left.value is not None and left.via == "literal":
        if node.op == "or":
            return left if left.value else right
        return right if left.value else left
    if isinstance(left, v.Constant) and left.value is None:
        return right if node.op == "or" else left
    return join(left, right) if node.op == "or" else v.Unknown(v.taint_of(left, right))


def compare(m: Machine, node: facts.Compare, scope: v.Scope) -> v.Value:
    values = [m.evaluate(m, part, scope) for part in (node.first, *node.others)]
    for value in values:
        if isinstance(value, Frame):
            value.use_all(m.site(scope, node), "compared as a whole")
    column = next((value for value in values if isinstance(value, Column)), None)
    taint = v.taint_of(*values)
    if column is not None:
        return column.computed(taint)
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
    return v.Unknown(taint, v.MASK if node.ops[0] in _COMPARING else "")
