"""Transformers that keep nothing of the data that they are fitted to."""

from __future__ import annotations

from mltd import facts
from mltd.flow import values as v
from mltd.flow.machine import Machine
from mltd.flow.program import statements

#: What a table or array tells of its form alone.
_FORM = frozenset({"columns", "shape", "dtypes", "dtype", "ndim"})
#: Functions that ask for no more than the form.
_ASKING = frozenset({"len", "isinstance", "type", "hasattr"})
#: Functions that give what they are given another form.
_PLAIN = frozenset({"list", "tuple", "set", "dict", "sorted", "str", "int", "float", "bool", "range", "print"})


def learns_nothing(m: Machine, learner: v.Value | None) -> bool:
    """Whether something that is fitted to data learns nothing of them: so says the knowledge, or the code of its own
    class, or of a pipeline both of all its steps."""
    if isinstance(learner, v.Instance):
        return keeps_nothing(m, learner.cls)
    if not isinstance(learner, v.Object):
        return False
    if learner.type.endswith(".Pipeline"):
        steps = learner.parts.get("\0steps", learner.parts.get("\0first"))
        if not isinstance(steps, v.Sequence) or steps.open or not steps.items:
            return False
        return all(
            isinstance(step, v.Sequence) and bool(step.items) and learns_nothing(m, step.items[-1])
            for step in steps.items
        )
    kind = m.knowledge.type(learner.type)
    return kind is not None and kind.learns == "nothing"


def keeps_nothing(m: Machine, cls: v.Class) -> bool:
    """Whether ``fit`` of a class of the tree puts nothing into its object but what it was made with and the form of the
    data (names of columns, sizes), and asks no other code, which could learn."""
    fit = cls.find("fit")
    if not isinstance(fit, v.Function) or not isinstance(fit.node, facts.Def) or not fit.node.params:
        return False
    own = fit.node.params[0].name
    return all(_learns_nothing(one, own) for one in statements(m.modules.block(fit.file, fit.node.body)))


def _learns_nothing(statement: facts.Stmt, own: str) -> bool:
    if isinstance(statement, (facts.Assign, facts.Aug, facts.Return, facts.Do)):
        return statement.value is None or _is_form(statement.value, own)
    return isinstance(statement, (facts.If, facts.Raise, facts.Assert))


def _is_form(node: facts.Node, own: str) -> bool:
    """Whether an expression says nothing of data but their form."""
    if isinstance(node, facts.Attr) and node.name in _FORM:
        return True
    if isinstance(node, facts.Name):
        return node.id == own
    if isinstance(node, facts.Call):
        if not isinstance(node.func, facts.Name):
            return False
        if node.func.id in _ASKING:
            return True
        return node.func.id in _PLAIN and all(_is_form(one, own) for one in node.args)
    parts = [getattr(node, name) for name in node.__struct_fields__]
    inner = [one for part in parts for one in (part if isinstance(part, list) else [part])]
    return all(_is_form(one, own) for one in inner if isinstance(one, facts.Node))
