"""Transformers that keep nothing of the data that they are fitted to."""

from __future__ import annotations

from mltd import facts
from mltd.flow import values as v
from mltd.flow.machine import Machine
from mltd.flow.program import nodes, statements

#: What a table or array tells of its form alone.
_FORM = frozenset({"columns", "shape", "dtypes", "dtype", "ndim"})
#: Functions that ask for no more than the form.
_ASKING = frozenset({"len", "isinstance", "type", "hasattr"})
#: Functions that give what they are given another form.
_PLAIN = frozenset({"list", "tuple", "set", "dict", "sorted", "str", "int", "float", "bool", "range", "print"})


def learns_nothing(m: Machine, learner: v.Value | None, depth: int = 0) -> bool:
    """Whether something that is fitted to data learns nothing of them: so says the knowledge, or the code of its own
    class, or of a pipeline both of all its steps."""
    if isinstance(learner, v.Instance):
        return keeps_nothing(m, learner.cls)
    if not isinstance(learner, v.Object) or depth > v.MAX_NESTING:
        return False
    if learner.type.endswith(".Pipeline"):
        steps = learner.parts.get("\0steps", learner.parts.get("\0first"))
        if not isinstance(steps, v.Sequence) or steps.open or not steps.items:
            return False
        last = [one.items[-1] if isinstance(one, v.Sequence) and one.items else None for one in steps.items]
        return all(learns_nothing(m, one, depth + 1) for one in last)
    kind = m.knowledge.type(learner.type)
    return kind is not None and kind.learns == "nothing"


def keeps_nothing(m: Machine, cls: v.Class) -> bool:
    """Whether ``fit`` of a class of the tree puts nothing into its object but what it was made with and the form of the
    data (names of columns, sizes), and asks no other code, which could learn. A ``fit_transform`` of its own may."""
    fit = cls.find("fit")
    if not isinstance(fit, v.Function) or not isinstance(fit.node, facts.Def) or not fit.node.params:
        return False
    if isinstance(cls.find("fit_transform"), v.Function):
        return False
    own = fit.node.params[0].name
    return all(_learns_nothing(one, own) for one in statements(m.modules.block(fit.file, fit.node.body)))


def _learns_nothing(statement: facts.Stmt, own: str) -> bool:
    if isinstance(statement, (facts.Assign, facts.Aug, facts.Return, facts.Do)):
        return statement.value is None or _is_form(statement.value, own)
    if isinstance(statement, (facts.If, facts.Assert)):
        calls = (one for one in nodes(statement.test) if isinstance(one, facts.Call))
        return all(isinstance(one.func, facts.Name) and one.func.id in _ASKING | _PLAIN for one in calls)
    return isinstance(statement, facts.Raise)


def _is_form(node: facts.Node, own: str) -> bool:
    """Whether an expression says nothing of data but their form."""
    if isinstance(node, facts.Attr) and node.name in _FORM:
        return _is_plain(node.value)
    if isinstance(node, facts.Name):
        return node.id == own
    if isinstance(node, facts.Call):
        if not isinstance(node.func, facts.Name):
            return False
        if node.func.id in _ASKING:
            return all(map(_is_plain, node.args))
        return node.func.id in _PLAIN and all(_is_form(one, own) for one in node.args)
    parts = [getattr(node, name) for name in node.__struct_fields__]
    inner = [one for part in parts for one in (part if isinstance(part, list) else [part])]
    return all(_is_form(one, own) for one in inner if isinstance(one, facts.Node))


def _is_plain(node: facts.Node) -> bool:
    """Whether an expression is a name, or an attribute of one: nothing was computed."""
    while isinstance(node, facts.Attr):
        node = node.value
    return isinstance(node, (facts.Name, facts.Const))
