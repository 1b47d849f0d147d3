"""Expressions but for displays and literals: libcst nodes to the language of facts."""

from __future__ import annotations

from typing import Any

import libcst as cst

from mltd import facts
from mltd.extract.displays import DISPLAYS
from mltd.extract.literals import LITERALS, SINGLETONS
from mltd.extract.operators import OPERATORS
from mltd.extract.walk import Handlers, Walk

_NO_COMMA = cst.MaybeSentinel.DEFAULT


def name(w: Walk, n: cst.Name, a: Any) -> facts.Expr:
    text = n.value
    at = a.lineno << 12 | a.col_offset + 1
    if text in SINGLETONS:
        return facts.Const(SINGLETONS[text], at, a.end_lineno << 12 | a.end_col_offset + 1)
    w.mention(text)
    return facts.Name(text, at)


def attribute(w: Walk, n: cst.Attribute, a: Any) -> facts.Attr:
    value, attr = n.value, n.attr.value
    w.mention(attr)
    return facts.Attr(
        w.of[type(value)](w, value, a.value),
        attr,
        a.lineno << 12 | a.col_offset + 1,
        a.end_lineno << 12 | a.end_col_offset + 1,
    )


def subscript(w: Walk, n: cst.Subscript, a: Any) -> facts.Sub:
    value = n.value
    return facts.Sub(
        w.of[type(value)](w, value, a.value),
        indices(w, n, a.slice),
        a.lineno << 12 | a.col_offset + 1,
        a.end_lineno << 12 | a.end_col_offset + 1,
    )


def indices(w: Walk, n: Any, a: Any) -> facts.Expr:
    """What stands in the brackets of a subscript."""
    of, elements = w.of, n.slice
    first = elements[0].slice
    if len(elements) == 1 and elements[0].comma is _NO_COMMA and (type(first) is cst.Slice or first.star is None):
        if type(first) is cst.Index:
            return of[type(first.value)](w, first.value, a)  # type: ignore[no-any-return]
        return of[cst.Slice](w, first, a)  # type: ignore[no-any-return]
    items = []
    for element, b in zip(elements, a.elts, strict=False):
        index = element.slice
        node = index.value if type(index) is cst.Index and index.star is None else index
        items.append(of[type(node)](w, node, b))
    return facts.Seq("tuple", items, a.lineno << 12 | a.col_offset + 1, a.end_lineno << 12 | a.end_col_offset + 1)


def starred(w: Walk, n: cst.StarredElement | cst.Index, a: Any) -> facts.Star:
    """``*value`` in a display or a subscript."""
    return facts.Star(
        1,
        w.of[type(n.value)](w, n.value, a.value),
        a.lineno << 12 | a.col_offset + 1,
        a.end_lineno << 12 | a.end_col_offset + 1,
    )


def star_argument(w: Walk, n: cst.Arg, a: Any) -> facts.Star:
    """``*value`` or ``**value`` among arguments."""
    return facts.Star(
        len(n.star),
        w.of[type(n.value)](w, n.value, a.value),
        a.lineno << 12 | a.col_offset + 1,
        a.end_lineno << 12 | a.end_col_offset + 1,
    )


def slices(w: Walk, n: cst.Slice, a: Any) -> facts.Slice:
    of, lower, upper, step = w.of, n.lower, n.upper, n.step
    return facts.Slice(
        None if lower is None else of[type(lower)](w, lower, a.lower),
        None if upper is None else of[type(upper)](w, upper, a.upper),
        None if step is None else of[type(step)](w, step, a.step),
        a.lineno << 12 | a.col_offset + 1,
        a.end_lineno << 12 | a.end_col_offset + 1,
    )


def call(w: Walk, n: cst.Call, a: Any) -> facts.Call:
    func: facts.Expr = w.of[type(n.func)](w, n.func, a.func)
    if type(func) is facts.Name:
        w.calls.add(func.id)
    elif type(func) is facts.Attr:
        w.calls.add(func.name)
    args, names = arguments(w, n.args, a.args, a.keywords)
    return facts.Call(
        func,
        args,
        names,
        a.lineno << 12 | a.col_offset + 1,
        a.end_lineno << 12 | a.end_col_offset + 1,
    )


def arguments(w: Walk, nodes: Any, args: Any, keywords: Any) -> tuple[list[facts.Expr], list[str]]:
    """Arguments of a call or a class: those with a keyword last, and their names."""
    of = w.of
    plain: list[facts.Expr] = []
    named: list[facts.Expr] = []
    names: list[str] = []
    i = j = 0
    for arg in nodes:
        if arg.keyword is not None:
            value = arg.value
            named.append(of[type(value)](w, value, keywords[j].value))
            names.append(arg.keyword.value)
            j += 1
        elif not arg.star:
            value = arg.value
            plain.append(of[type(value)](w, value, args[i]))
            i += 1
        elif arg.star == "*":
            plain.append(of[cst.Arg](w, arg, args[i]))
            i += 1
        else:
            plain.append(of[cst.Arg](w, arg, keywords[j]))
            j += 1
    if named:
        plain += named
    return plain, names


def binary(w: Walk, n: cst.BinaryOperation, a: Any) -> facts.Bin:
    of, left, right = w.of, n.left, n.right
    return facts.Bin(
        OPERATORS[type(n.operator)],
        of[type(left)](w, left, a.left),
        of[type(right)](w, right, a.right),
        a.lineno << 12 | a.col_offset + 1,
        a.end_lineno << 12 | a.end_col_offset + 1,
    )


def unary(w: Walk, n: cst.UnaryOperation, a: Any) -> facts.Unary:
    return facts.Unary(
        OPERATORS[type(n.operator)],
        w.of[type(n.expression)](w, n.expression, a.operand),
        a.lineno << 12 | a.col_offset + 1,
        a.end_lineno << 12 | a.end_col_offset + 1,
    )


def boolean(w: Walk, n: cst.BooleanOperation, a: Any) -> facts.Bool:
    """``a or b or c`` is nested in libcst and flat in ``ast``. The inner ones end where their right operand ends."""
    of, at, kind, op = w.of, a.lineno << 12 | a.col_offset + 1, type(n.operator), OPERATORS[type(n.operator)]
    operands: list[Any] = [n.right]
    left: Any = n.left
    while type(left) is cst.BooleanOperation and type(left.operator) is kind and not left.lpar:
        operands.append(left.right)
        left = left.left
    values = iter(a.values)
    result: facts.Expr = of[type(left)](w, left, next(values))
    while operands:
        node = operands.pop()
        right: facts.Expr = of[type(node)](w, node, next(values))
        to = right.to if operands else a.end_lineno << 12 | a.end_col_offset + 1
        result = facts.Bool(op, result, right, at, to)
    return result  # type: ignore[return-value]


def comparison(w: Walk, n: cst.Comparison, a: Any) -> facts.Compare:
    of, left, ops, others = w.of, n.left, [], []
    first = of[type(left)](w, left, a.left)
    for target, b in zip(n.comparisons, a.comparators, strict=False):
        operator, other = target.operator, target.comparator
        op = OPERATORS[type(operator)]
        ops.append(op)
        others.append(of[type(other)](w, other, b))
    return facts.Compare(
        first, ops, others, a.lineno << 12 | a.col_offset + 1, a.end_lineno << 12 | a.end_col_offset + 1
    )


def conditional(w: Walk, n: cst.IfExp, a: Any) -> facts.IfExp:
    of, test, body, orelse = w.of, n.test, n.body, n.orelse
    return facts.IfExp(
        of[type(test)](w, test, a.test),
        of[type(body)](w, body, a.body),
        of[type(orelse)](w, orelse, a.orelse),
        a.lineno << 12 | a.col_offset + 1,
        a.end_lineno << 12 | a.end_col_offset + 1,
    )


def walrus(w: Walk, n: cst.NamedExpr, a: Any) -> facts.Walrus:
    return facts.Walrus(
        w.targets[type(n.target)](w, n.target, a.target),
        w.of[type(n.value)](w, n.value, a.value),
        a.lineno << 12 | a.col_offset + 1,
        a.end_lineno << 12 | a.end_col_offset + 1,
    )


def yields(w: Walk, n: cst.Yield, a: Any) -> facts.Yield:
    w.generator = True
    kind, value = "yield", n.value
    if type(value) is cst.From:
        kind, value = "from", value.item
    return facts.Yield(
        kind,
        None if value is None else w.of[type(value)](w, value, a.value),
        a.lineno << 12 | a.col_offset + 1,
        a.end_lineno << 12 | a.end_col_offset + 1,
    )


def awaits(w: Walk, n: cst.Await, a: Any) -> facts.Yield:
    return facts.Yield(
        "await",
        w.of[type(n.expression)](w, n.expression, a.value),
        a.lineno << 12 | a.col_offset + 1,
        a.end_lineno << 12 | a.end_col_offset + 1,
    )


EXPRESSIONS: Handlers = {
    cst.Name: name,
    cst.Attribute: attribute,
    cst.Subscript: subscript,
    cst.Index: starred,
    cst.Slice: slices,
    cst.StarredElement: starred,
    cst.Arg: star_argument,
    cst.Call: call,
    cst.BinaryOperation: binary,
    cst.UnaryOperation: unary,
    cst.BooleanOperation: boolean,
    cst.Comparison: comparison,
    cst.IfExp: conditional,
    cst.NamedExpr: walrus,
    cst.Yield: yields,
    cst.Await: awaits,
    **DISPLAYS,
    **LITERALS,
}
