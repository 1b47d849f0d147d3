"""From expressions to formulas (:mod:`mltd.flow.formulas`): what is not understood as a whole is none."""

from __future__ import annotations

from collections.abc import Iterator

from mltd import facts
from mltd.flow.formulas import Formula, TooLong, atom, number, raised, times, total
from mltd.flow.program import nodes, statements

#: Parts of one formula.
MAX_PARTS = 120
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
                return number(float(node.value))
            return atom("text", node.value)
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
        return None if any(one is None for one in read) else atom(what, *read)

    def _chosen(self, test: facts.Expr, body: facts.Expr, orelse: facts.Expr, at: int) -> Formula | None:
        """One of two; where one is a constant that stands in for the other, the other."""
        read = [self.read(part, at) for part in (test, body, orelse)]
        computed = [one for one in read[1:] if one is not None and one.leaves]
        if self._lenient and len(computed) == 1 and None not in read and read[0] is not None:
            return computed[0] if read[0].leaves <= computed[0].leaves else None
        return None if None in read else atom("if", *read)

    def _name(self, name: str, at: int) -> Formula | None:
        values = [value for one in self._statements if one.at < at for value in _bound(one, name)]
        if len(values) == 1 and values[0] is not None:
            return self.read(values[0], min(at, values[0].at))
        if not values and name in self._parameters:
            return atom("given", name)
        return None

    def _item(self, node: facts.Sub, at: int) -> Formula | None:
        if not isinstance(node.index, facts.Const):
            return None
        if not isinstance(node.index.value, str):
            return self.read(node.value, at) if node.index.value == 0 else None
        if isinstance(node.value, facts.Name) and node.value.id == self._owner:
            return atom("column", node.index.value)
        return atom("given", node.index.value) if _is_path(node.value) else None

    def _attribute(self, node: facts.Attr, at: int) -> Formula | None:
        if node.name == "values":
            return self.read(node.value, at)
        if isinstance(node.value, facts.Attr) and node.value.name in ("dt", "str"):
            inner = self.read(node.value.value, at)
            return None if inner is None else atom(f"{node.value.name}.{node.name}", inner)
        if isinstance(node.value, facts.Name):
            if node.value.id == self._owner:
                return atom("column", node.name)
            if node.value.id in self._parameters:
                return atom("given", node.name)
        return None

    def _unary(self, node: facts.Unary, at: int) -> Formula | None:
        inner = self.read(node.value, at)
        if inner is None or node.op == "+":
            return inner
        return times(number(-1), inner) if node.op == "-" else atom(node.op, inner)

    def _operation(self, op: str, left: Formula | None, right: Formula | None) -> Formula | None:
        if left is None or right is None:
            return None
        if op == "+":
            return self._added(left, right)
        if op == "-":
            return total([*left.terms, *times(number(-1), right).terms])
        if op == "*":
            return times(left, right)
        if op == "/":
            return times(left, raised(right, -1)) if right.terms else None
        power = right.terms[0][1] if len(right.terms) == 1 and not right.terms[0][0] else None
        if op == "**" and power is not None:
            return raised(left, power)
        return atom(op, left, right)

    def _added(self, left: Formula, right: Formula) -> Formula:
        terms = [*left.terms, *right.terms]
        if self._lenient:
            terms = [(product, factor) for product, factor in terms if product or abs(factor) > _TINY]
        return total(terms)

    def _call(self, node: facts.Call, at: int) -> Formula | None:
        func = node.func
        name = func.name if isinstance(func, facts.Attr) else func.id if isinstance(func, facts.Name) else ""
        if any(isinstance(item, facts.Star) for item in node.args):
            return None
        package = isinstance(func, facts.Attr) and isinstance(func.value, facts.Name) and func.value.id in _PACKAGES
        given = [func.value, *node.args] if isinstance(func, facts.Attr) and not package else list(node.args)
        if name == "get" and isinstance(func, facts.Attr) and node.args and isinstance(node.args[0], facts.Const):
            return atom("given", node.args[0].value) if _is_path(func.value) else None
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
            return inner if inner is None or _is_float(node) else atom("astype", inner, facts.said(node.args))
        read = [self.read(part, at) for part in given]
        if any(one is None for one in read):
            return None
        kept = [one for one in read if one is not None]
        if name == "log1p":
            return atom("log", self._added(kept[0], number(1)))
        if name == "expm1":
            return self._added(atom("exp", kept[0]), number(-1))
        return atom({"absolute": "abs", "isnull": "isna"}.get(name, name), *kept)


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
