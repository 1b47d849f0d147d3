"""Formulas: what a column is computed from and how, in a form in which equal ways of writing are equal.

A formula is a sum of products, its terms and factors in order, over leaves: a column of a table, or something that the
code is given, by its name. Casts and names for parts of a computation leave no trace. What is not understood as a
whole is no formula.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mltd import facts
from mltd.flow.program import nodes, statements

#: Parts of one formula, and products of its sum.
MAX_PARTS = 120
MAX_PRODUCTS = 400
#: A column or something given by its name, a number, a call or an operation of formulas.
Atom = tuple[object, ...]
#: ``column`` or ``given``, and a name.
Leaf = tuple[str, str]
#: Factors with their powers, in order.
Product = tuple[tuple[Atom, float], ...]

#: Functions and methods of one value, by the last part of their name, that leave its meaning.
_CASTS = frozenset({
    "float", "Series", "array", "asarray", "to_numpy", "copy", "squeeze", "Decimal", "float64", "float32",
})  # fmt: skip
#: Functions and methods that compute a row from itself.
_ROWWISE = frozenset({
    "abs", "absolute", "log", "log1p", "log2", "log10", "exp", "expm1", "sqrt", "round", "floor", "ceil", "sin", "cos",
    "tan", "tanh", "sign", "power", "pow", "minimum", "maximum", "min", "max", "int", "isnull", "isna", "notnull",
    "notna", "clip", "between", "fillna", "astype", "where", "bool", "len",
})  # fmt: skip
#: Of these, those that only guard a value.
_GUARDS = frozenset({"round", "clip", "fillna", "int", "bool", "maximum", "minimum", "max", "min", "astype"})
#: What is added to a divisor so that it is not zero.
_TINY = 1e-3
#: Operators as functions and methods.
_NAMED = {
    "add": "+", "sub": "-", "subtract": "-", "mul": "*", "multiply": "*", "div": "/", "truediv": "/", "divide": "/",
}  # fmt: skip
#: Packages whose functions are meant; else the name is a method's.
_PACKAGES = frozenset({"np", "numpy", "pd", "pandas", "math", "torch", "tf", "cp", "cudf", "pl"})


@dataclass(frozen=True)
class Formula:
    """A sum: products with their factors."""

    terms: tuple[tuple[Product, float], ...]

    @property
    def leaves(self) -> frozenset[Leaf]:
        """What it is computed from: pairs of ``column`` or ``given`` and a name."""
        found: set[Leaf] = set()
        todo: list[object] = [self.terms]
        while todo:
            current = todo.pop()
            if isinstance(current, Formula):
                todo.append(current.terms)
            elif isinstance(current, tuple):
                if len(current) == 2 and current[0] in ("column", "given") and isinstance(current[1], str):
                    found.add((str(current[0]), current[1]))
                else:
                    todo += current
        return frozenset(found)

    @property
    def leaf(self) -> Leaf | None:
        """The one thing that it is, if nothing is computed."""
        if len(self.terms) == 1 and self.terms[0][1] == 1:
            product = self.terms[0][0]
            if len(product) == 1 and product[0][1] == 1 and product[0][0][0] in ("column", "given"):
                kind, name = product[0][0]
                return str(kind), str(name)
        return None

    @property
    def computes(self) -> bool:
        """Whether something is computed from at least one leaf."""
        return self.leaf is None and bool(self.leaves)

    def replaced(self, formulas: dict[Leaf, Formula]) -> Formula:
        """The same with the formulas of some leaves in their place. Raises :class:`TooLong`."""
        result = Formula(())
        for product, factor in self.terms:
            part = _number(factor)
            for atom, power in product:
                known: Any = atom
                inner = formulas.get(known) or Formula(((((_within(atom, formulas), 1.0),), 1.0),))
                part = _times(part, _raised(inner, power))
            result = _sum([*result.terms, *part.terms])
        return result

    def renamed(self, names: dict[Leaf, str]) -> Formula:
        """The same over other leaves; two leaves may become one."""
        return _sum(
            [
                (_product({_renamed(atom, names): power for atom, power in product}), factor)
                for product, factor in self.terms
            ]
        )


def _within(part: Any, formulas: dict[Leaf, Formula]) -> Any:
    if isinstance(part, Formula):
        return part.replaced(formulas)
    if isinstance(part, tuple) and part not in formulas:
        return tuple(_within(item, formulas) for item in part)
    return part


def _renamed(part: Any, names: dict[Leaf, str]) -> Any:
    if isinstance(part, Formula):
        return part.renamed(names)
    if isinstance(part, tuple):
        if part in names:
            return ("leaf", names[part])
        return tuple(_renamed(item, names) for item in part)
    return part


def _sum(terms: list[tuple[Product, float]]) -> Formula:
    collected: dict[Product, float] = {}
    for product, factor in terms:
        collected[product] = collected.get(product, 0.0) + factor
    kept = [(product, _rounded(factor)) for product, factor in collected.items() if _rounded(factor)]
    return Formula(tuple(sorted(kept, key=repr)))


def _rounded(value: float) -> float:
    return float(f"{value:.12g}") if math.isfinite(value) else value


def _times(first: Formula, second: Formula) -> Formula:
    if len(first.terms) * len(second.terms) > MAX_PRODUCTS:
        raise TooLong
    found: list[tuple[Product, float]] = []
    for left, one in first.terms:
        for right, other in second.terms:
            powers: dict[Atom, float] = dict(left)
            for atom, power in right:
                powers[atom] = powers.get(atom, 0.0) + power
            found.append((_product(powers), one * other))
    return _sum(found)


def _product(powers: dict[Atom, float]) -> Product:
    return tuple(sorted(((atom, power) for atom, power in powers.items() if power), key=repr))


def _atom(*parts: object) -> Formula:
    return Formula(((((tuple(parts), 1.0),), 1.0),))


def _number(value: float) -> Formula:
    return Formula((((), _rounded(float(value))),)) if value else Formula(())


def _raised(base: Formula, power: float) -> Formula:
    if power in (2, 3):
        return _times(base, _raised(base, power - 1))
    if power == 1 or not base.terms:
        return base
    product, factor = base.terms[0]
    if factor < 0 and power != int(power):
        return Formula(((((("sum", base), power),), 1.0),))
    scale = _rounded(factor**power)
    if len(base.terms) == 1:
        return Formula(((_product({atom: one * power for atom, one in product}), scale),))
    return Formula(((((("sum", _times(_number(1 / factor), base)), power),), scale),))


class TooLong(ValueError):
    """A formula with more products than are kept."""


class Reader:
    """Reads the formulas of one body: ``owner`` is the name of the table whose columns are meant by name alone. With
    ``lenient`` what only guards a computation is left out: what stands for a gap or for a division by zero, rounding,
    bounds."""

    def __init__(self, block: facts.Block, parameters: frozenset[str], owner: str = "", lenient: bool = False) -> None:
        self._statements = list(statements(block))
        self._parameters, self._owner, self._lenient = parameters, owner, lenient
        self._parts = 0

    def read(self, node: facts.Node | None, at: int) -> Formula | None:
        """The formula of an expression at a place of the body, or None where that is none or too long."""
        self._parts += 1
        try:
            return self._read(node, at) if node is not None and self._parts <= MAX_PARTS else None
        except TooLong:
            return None

    def _read(self, node: facts.Node, at: int) -> Formula | None:
        if isinstance(node, facts.Const):
            if isinstance(node.value, (int, float)):
                return _number(float(node.value))
            return _atom("text", node.value)
        if isinstance(node, facts.Name):
            return self._name(node.id, at)
        if isinstance(node, facts.Sub):
            return self._item(node, at)
        if isinstance(node, facts.Attr):
            return self._attribute(node, at)
        if isinstance(node, facts.Unary):
            return self._unary(node, at)
        if isinstance(node, facts.Bin):
            return self._operation(node.op, self.read(node.left, at), self.read(node.right, at))
        if isinstance(node, facts.Compare) and len(node.ops) == 1:
            return self._together(node.ops[0], [node.first, node.others[0]], at)
        if isinstance(node, facts.Bool):
            return self._together(node.op, [node.left, node.right], at)
        if isinstance(node, facts.IfExp):
            return self._chosen(node.test, node.body, node.orelse, at)
        if isinstance(node, facts.Seq) and len(node.items) == 1 and node.kind in ("list", "tuple"):
            return self.read(node.items[0], at)
        if isinstance(node, facts.Call):
            return self._call(node, at)
        return None

    def stands(self, node: facts.Expr, at: int) -> facts.Expr:
        """The expression itself, past names for it."""
        while True:
            if isinstance(node, facts.Seq) and len(node.items) == 1:
                node = node.items[0]
            values = [
                value for one in self._statements if one.at < at for value in _bound(one, getattr(node, "id", ""))
            ]
            if len(values) != 1 or values[0] is None:
                return node
            node = values[0]

    def _together(self, what: str, parts: list[facts.Expr], at: int) -> Formula | None:
        read = [self.read(part, at) for part in parts]
        return None if any(one is None for one in read) else _atom(what, *read)

    def _chosen(self, test: facts.Expr, body: facts.Expr, orelse: facts.Expr, at: int) -> Formula | None:
        """One of two; where one is a constant that stands in for the other, the other."""
        read = [self.read(part, at) for part in (test, body, orelse)]
        computed = [one for one in read[1:] if one is not None and one.leaves]
        if self._lenient and len(computed) == 1 and None not in read and read[0] is not None:
            return computed[0] if read[0].leaves <= computed[0].leaves else None
        return None if None in read else _atom("if", *read)

    def _name(self, name: str, at: int) -> Formula | None:
        values = [value for one in self._statements if one.at < at for value in _bound(one, name)]
        if len(values) == 1 and values[0] is not None:
            return self.read(values[0], min(at, values[0].at))
        if not values and name in self._parameters:
            return _atom("given", name)
        return None

    def _item(self, node: facts.Sub, at: int) -> Formula | None:
        if not isinstance(node.index, facts.Const):
            return None
        if not isinstance(node.index.value, str):
            return self.read(node.value, at) if node.index.value == 0 else None
        if isinstance(node.value, facts.Name) and node.value.id == self._owner:
            return _atom("column", node.index.value)
        return _atom("given", node.index.value) if _is_path(node.value) else None

    def _attribute(self, node: facts.Attr, at: int) -> Formula | None:
        if node.name == "values":
            return self.read(node.value, at)
        if isinstance(node.value, facts.Attr) and node.value.name in ("dt", "str"):
            inner = self.read(node.value.value, at)
            return None if inner is None else _atom(f"{node.value.name}.{node.name}", inner)
        if isinstance(node.value, facts.Name):
            if node.value.id == self._owner:
                return _atom("column", node.name)
            if node.value.id in self._parameters:
                return _atom("given", node.name)
        return None

    def _unary(self, node: facts.Unary, at: int) -> Formula | None:
        inner = self.read(node.value, at)
        if inner is None or node.op == "+":
            return inner
        return _times(_number(-1), inner) if node.op == "-" else _atom(node.op, inner)

    def _operation(self, op: str, left: Formula | None, right: Formula | None) -> Formula | None:
        if left is None or right is None:
            return None
        if op == "+":
            return self._added(left, right)
        if op == "-":
            return _sum([*left.terms, *_times(_number(-1), right).terms])
        if op == "*":
            return _times(left, right)
        if op == "/":
            return _times(left, _raised(right, -1)) if right.terms else None
        power = right.terms[0][1] if len(right.terms) == 1 and not right.terms[0][0] else None
        if op == "**" and power is not None:
            return _raised(left, power)
        return _atom(op, left, right)

    def _added(self, left: Formula, right: Formula) -> Formula:
        terms = [*left.terms, *right.terms]
        if self._lenient:
            terms = [(product, factor) for product, factor in terms if product or abs(factor) > _TINY]
        return _sum(terms)

    def _call(self, node: facts.Call, at: int) -> Formula | None:
        func = node.func
        name = func.name if isinstance(func, facts.Attr) else func.id if isinstance(func, facts.Name) else ""
        if any(isinstance(item, facts.Star) for item in node.args):
            return None
        package = isinstance(func, facts.Attr) and isinstance(func.value, facts.Name) and func.value.id in _PACKAGES
        given = [func.value, *node.args] if isinstance(func, facts.Attr) and not package else list(node.args)
        if name == "get" and isinstance(func, facts.Attr) and node.args and isinstance(node.args[0], facts.Const):
            return _atom("given", node.args[0].value) if _is_path(func.value) else None
        if name in _CASTS and given:
            return self.read(given[0], at)
        if name in _NAMED and len(given) == 2:
            return self._operation(_NAMED[name], self.read(given[0], at), self.read(given[1], at))
        if isinstance(func, facts.Attr) and isinstance(func.value, facts.Attr) and func.value.name in ("dt", "str"):
            plain = [_filled(func.value.value), *_asked(node)]
            return self._together(f"{func.value.name}.{name}", plain, at) if _plain_arguments(node) else None
        if name == "where" and package and len(given) == 3:
            return self._chosen(given[0], given[1], given[2], at)
        if name not in _ROWWISE or not given:
            return None
        if self._lenient and name in _GUARDS:
            return self.read(given[0], at)
        if name == "astype":
            inner = self.read(given[0], at)
            return inner if inner is None or _is_float(node) else _atom("astype", inner, facts.said(node.args))
        read = [self.read(part, at) for part in given]
        if any(one is None for one in read):
            return None
        kept = [one for one in read if one is not None]
        if name == "log1p":
            return _atom("log", self._added(kept[0], _number(1)))
        if name == "expm1":
            return self._added(_atom("exp", kept[0]), _number(-1))
        return _atom({"absolute": "abs", "isnull": "isna"}.get(name, name), *kept)


def _filled(node: facts.Expr) -> facts.Expr:
    """What a text is made of whose gaps are filled: a text that is missing answers no question otherwise."""
    if isinstance(node, facts.Call) and isinstance(node.func, facts.Attr) and node.func.name == "fillna":
        return node.func.value if _plain_arguments(node) else node
    return node


def _asked(node: facts.Call) -> list[facts.Expr]:
    """The arguments of a question that is asked of texts, but for what it says of those that are missing, and that
    what it asks for is a pattern."""
    plain = len(node.args) - len(node.names)
    named = sorted(zip(node.names, node.args[plain:], strict=True), key=lambda item: item[0])
    told = (value for name, value in named if name != "na" and (name, getattr(value, "value", 0)) != ("regex", True))
    return [*node.args[:plain], *told]


def _is_float(node: facts.Call) -> bool:
    first = node.args[0] if node.args else None
    name = first.id if isinstance(first, facts.Name) else getattr(first, "name", getattr(first, "value", ""))
    return isinstance(name, str) and name.startswith("float")


def _plain_arguments(node: facts.Call) -> bool:
    return all(isinstance(item, facts.Const) for item in node.args)


def _is_path(node: facts.Node) -> bool:
    """Whether an expression only looks something up: ``request.form``, ``event["body"]``."""
    while isinstance(node, (facts.Attr, facts.Sub, facts.Call)):
        if isinstance(node, facts.Call):
            if node.args and not all(isinstance(item, facts.Const) for item in node.args):
                return False
            node = node.func
        else:
            node = node.value
    return isinstance(node, facts.Name)


def _bound(statement: facts.Node, name: str) -> Iterator[facts.Expr | None]:
    """What a statement binds a name to; None where that is not one expression."""
    if isinstance(statement, facts.Assign):
        for target in statement.targets:
            if isinstance(target, facts.Name) and target.id == name:
                yield statement.value
            elif isinstance(target, facts.Seq) and _mentions(target, name):
                both = isinstance(statement.value, facts.Seq) and len(statement.value.items) == len(target.items)
                values = list(getattr(statement.value, "items", ())) if both else [None] * len(target.items)
                for part, value in zip(target.items, values, strict=True):
                    if _mentions(part, name):
                        yield value if isinstance(part, facts.Name) else None
    elif isinstance(statement, (facts.Aug, facts.For)):
        if _mentions(statement.target, name):
            yield None
    elif isinstance(statement, facts.With):
        for item in statement.items:
            if item.target is not None and _mentions(item.target, name):
                yield None


def _mentions(node: facts.Node, name: str) -> bool:
    return any(isinstance(one, facts.Name) and one.id == name for one in nodes(node))
