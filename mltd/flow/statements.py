"""What each statement does to the state: bindings, branches, loops, definitions, imports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mltd import facts
from mltd.flow import values as v
from mltd.flow.calls import define_class, enter
from mltd.flow.climbing import holds, run_in, standing
from mltd.flow.components import note
from mltd.flow.conditions import compared, is_main, switched, switches, truth
from mltd.flow.expressions import evaluate, look_up
from mltd.flow.frames import Column, Frame
from mltd.flow.imports import run_import, run_import_from
from mltd.flow.joining import joined_names
from mltd.flow.loops import run_for, run_while
from mltd.flow.machine import Machine
from mltd.flow.rows import loop_of, orders_by
from mltd.flow.stores import delete, store


def run_block(m: Machine, block: facts.Block, scope: v.Scope) -> bool:
    """Run statements in order; False if the end is never reached."""
    for index, statement in enumerate(block):
        m.step()
        if not STATEMENTS[type(statement)](m, statement, scope):
            return False
        if m.over:
            # As the program stands, it has returned: what follows is switched off.
            off, m.over, m.off = m.off, False, True
            reached = run_block(m, block[index + 1 :], scope)
            m.off = off
            return reached
        if m.leaps and m.arms == m.loop_arms:
            # A branch has left this round of the loop: what follows runs in other rounds only.
            with m.arm():
                return run_block(m, block[index + 1 :], scope)
    return True


def _assign(m: Machine, node: facts.Assign, scope: v.Scope) -> bool:
    if node.value is None:
        if isinstance(node.targets[0], facts.Name) and scope.kind == "class":
            scope.names.setdefault(node.targets[0].id, v.Unknown())
            scope.names.setdefault("\0fields", v.Sequence([])).items.append(node.targets[0].id)
        return True
    if node.annotation is not None and scope.kind == "class" and isinstance(node.targets[0], facts.Name):
        scope.names.setdefault("\0fields", v.Sequence([])).items.append(node.targets[0].id)
    column = any(isinstance(target, (facts.Sub, facts.Attr)) for target in node.targets)
    before = m.reading
    if column:
        m.reading = []
    try:
        value = evaluate(m, node.value, scope)
        read, m.reading = m.reading, before
    finally:
        m.reading = before
    if scope.loops and _chooses(value):
        named = {target.id for target in node.targets if isinstance(target, facts.Name)}
        loop = loop_of(node.value, scope)
        if loop is not None:
            scope.loops.update(dict.fromkeys(named, loop))
        if orders_by(node.value, scope.turning):
            scope.turning |= named
    before_shared, m.shared = m.shared, any(isinstance(target, facts.Name) for target in node.targets)
    before_apart = m.apart
    try:
        for target in node.targets:
            apart = isinstance(target, facts.Seq) and not isinstance(node.value, facts.Seq)
            m.apart = m.site(scope, node) if apart else None
            store(m, target, value, scope, node, read if column else None)
    finally:
        m.shared, m.apart = before_shared, before_apart
    return True


def _chooses(value: v.Value) -> bool:
    """Whether a value may say which rows are meant."""
    return isinstance(value, Column) or getattr(value, "kind", "") == v.MASK


def _augment(m: Machine, node: facts.Aug, scope: v.Scope) -> bool:
    before = m.reading
    if isinstance(node.target, facts.Sub):
        m.reading = []
    try:
        as_expression = facts.Bin(node.op, node.target, node.value, node.at, node.to)
        value = evaluate(m, as_expression, scope)
        read, m.reading = m.reading, before
    finally:
        m.reading = before
    old = scope.names.get(node.target.id) if isinstance(node.target, facts.Name) else None
    if node.op == "+" and isinstance(old, v.Sequence) and isinstance(value, v.Sequence) and not m.certain(()):
        value = v.Sequence(list(value.items), value.kind, value.open, value.rest, value.at, value.file, value.taint)
    store(m, node.target, value, scope, node, read if isinstance(node.target, facts.Sub) else None)
    return True


def _do(m: Machine, node: facts.Do, scope: v.Scope) -> bool:
    value = evaluate(m, node.value, scope)
    shown = _shown(m, node.value, value, scope) if scope.kind == "module" else None
    if shown is not None:
        shown.use_all(m.site(scope, node), "shown where the script was a notebook")
    elif isinstance(value, Frame) and scope.kind == "module" and m.modules.shows(scope.file):
        value.use_all(m.site(scope, node), "shown by a cell")
    elif isinstance(value, v.Mapping) and scope.kind == "module":
        # A program that nobody asks for its results gives them to who calls it from elsewhere.
        m.escape(value, "among the results of the program", m.site(scope, node))
    return True


#: What people look at a table by. As a statement it does nothing in a script: the script was a notebook.
_LOOKS = frozenset({"head", "tail", "sample", "describe", "columns", "dtypes", "values", "to_string"})


def _shown(m: Machine, node: facts.Expr, value: v.Value, scope: v.Scope) -> Frame | None:
    """The table that a bare expression at the top of a file shows: ``df``, ``df.head()``, ``df.columns.values``."""
    if isinstance(value, Frame) and isinstance(node, (facts.Name, facts.Sub)):
        return value
    while isinstance(node, (facts.Call, facts.Attr)):
        inner = node.func if isinstance(node, facts.Call) else node
        if isinstance(inner, facts.Attr) and inner.name in _LOOKS and isinstance(inner.value, facts.Name):
            table = look_up(m, inner.value.id, scope)
            return table if isinstance(table, Frame) else None
        node = inner.value if isinstance(inner, facts.Attr) else facts.Other("", 0, 0)
    return None


def _return(m: Machine, node: facts.Return, scope: v.Scope) -> bool:
    value = evaluate(m, node.value, scope) if node.value is not None else v.Constant(None)
    # What is returned from a branch has the columns of that branch, whatever the rest of the body does to the frame.
    if isinstance(value, Frame) and m.arms:
        table, value = value, value.copy()
        value.schema = table.schema
        value.may_be(table)
    scope.returns.append(value)
    return False


def _raise(m: Machine, node: facts.Raise, scope: v.Scope) -> bool:
    if node.value is not None:
        evaluate(m, node.value, scope)
    return False


def _delete(m: Machine, node: facts.Delete, scope: v.Scope) -> bool:
    for target in node.targets:
        delete(m, target, scope)
    return True


def _assert(m: Machine, node: facts.Assert, scope: v.Scope) -> bool:
    evaluate(m, node.test, scope)
    return True


def _if(m: Machine, node: facts.If, scope: v.Scope) -> bool:
    folder = run_in(m, node.test, scope)
    if folder is not None:
        with standing(m, folder, scope):
            return run_block(m, node.body, scope)
    known = truth(m, node.test, evaluate(m, node.test, scope), scope)
    if known is None and m.climbing:
        known = holds(m, node.test, scope)
    if known is not None:
        before, m.alone = m.alone, m.alone or (known and is_main(node.test))
        reached = run_block(m, node.body if known else node.orelse, scope)
        m.alone = before
        return reached
    with m.guarded(switches(m, node.test, scope)):
        held = compared(m, node.test, scope)
        return _branches(m, [node.body, node.orelse], scope, held, switched(m, node.test, scope))


def _branches(
    m: Machine,
    blocks: list[facts.Block],
    scope: v.Scope,
    held: tuple[str, v.Value] | None = None,
    on: bool | None = None,
) -> bool:
    """Run each of several blocks that exclude each other, and join what they bind. ``held`` is a name and what it is
    known to be in the first of them; ``on`` says whether the first is the one that runs as the program stands."""
    before, off = dict(scope.names), m.off
    ends: list[dict[str, v.Value]] = []
    over = False
    returned: list[tuple[int, int]] = []
    for block in blocks:
        scope.names = dict(before)
        m.off = off or (on is not None and (block is blocks[0]) != on)
        if held is not None and block is blocks[0]:
            scope.names[held[0]] = held[1]
        if block:
            with m.arm():
                first = len(m.events)
                reached = run_block(m, block, scope)
            if _returns(block):
                returned.append((first, len(m.events)))
        else:
            reached = True
        if held is not None and block is blocks[0] and scope.names.get(held[0]) is held[1]:
            scope.names[held[0]] = before[held[0]]  # what holds here holds no longer after it
        if reached:
            ends.append(scope.names)
        elif on is not None and (block is blocks[0]) == on:
            over = True
    m.off, m.over = off, over and bool(ends)
    _part(m, returned)
    if not ends:
        scope.names = before
        return False
    settled: dict[str, v.Value] = {}
    if on is not None and len(ends) == len(blocks) == 2:
        running, other = ends[not on], ends[on]
        # Where the branch that does not run leaves None, nothing is left open.
        other |= {name: running[name] for name, value in other.items() if v.is_none(value) and name in running}
        settled = _settled(running, other)
    scope.names = joined_names(ends) | settled
    return True


def _returns(block: facts.Block) -> bool:
    """Whether a branch ends in a return, or in an attempt that does where nothing goes wrong."""
    last = block[-1] if block else None
    return isinstance(last, facts.Return) or (isinstance(last, facts.Try) and _returns(last.body))


def _part(m: Machine, returned: list[tuple[int, int]]) -> None:
    """What happened in a branch that returned, and what happens from now on in this function, exclude each other."""
    for first, last in returned:
        if first < last:
            number = m.fresh()
            for event in m.events[first:last]:
                if all(one > 0 for one in event.tries[len(m.tries) :]):  # what a handler does goes on
                    event.exits = (*event.exits, number)
            m.exits = (*m.exits, -number)


def _settled(running: dict[str, v.Value], other: dict[str, v.Value]) -> dict[str, v.Value]:
    """The texts and numbers that the branch which runs as the program stands binds otherwise than the other."""
    plain = (v.Texts, v.Constant)
    return {
        name: value
        for name, value in running.items()
        if isinstance(value, plain) and isinstance(other.get(name), plain) and other[name] is not value
    }


def _with(m: Machine, node: facts.With, scope: v.Scope) -> bool:
    for item in node.items:
        value = enter(m, evaluate(m, item.value, scope), scope, node)
        if item.target is not None:
            store(m, item.target, value, scope, node, None)
    return run_block(m, node.body, scope)


def _try(m: Machine, node: facts.Try, scope: v.Scope) -> bool:
    before = dict(scope.names)
    number = m.fresh()
    outer, scope.between = scope.between, {}
    with m.attempt(number):
        reached = run_block(m, node.body, scope)
    between, scope.between = scope.between, outer
    if outer is not None:
        for name, tables in between.items():
            outer.setdefault(name, []).extend(tables)
    if reached:
        reached = run_block(m, node.orelse, scope)
    ends = [scope.names] if reached else []
    for handler in node.handlers:
        scope.names = joined_names([before, dict(scope.names)]) if reached else dict(before)
        _stopped(scope, between)
        if handler.name:
            scope.names[handler.name] = v.UNKNOWN
        with m.arm(), m.attempt(-number):
            if run_block(m, handler.body, scope):
                ends.append(scope.names)
    scope.names = joined_names(ends) if ends else before
    _stopped(scope, between)
    return run_block(m, node.final, scope) and bool(ends)


def _stopped(scope: v.Scope, between: dict[str, list[v.Value]]) -> None:
    """What goes wrong leaves a name with any of the tables that it was until then."""
    for name, tables in between.items():
        left = scope.names.get(name)
        if isinstance(left, Frame):
            for table in tables:
                left.schema = left.schema.either(table.schema) if left.schema is not None else None


def _match(m: Machine, node: facts.Match, scope: v.Scope) -> bool:
    subject = evaluate(m, node.subject, scope)
    before = dict(scope.names)
    ends = [before]
    for case in node.cases:
        scope.names = dict(before)
        for name in case.captures:
            scope.names[name] = v.Unknown(v.taint_of(subject))
        for value in case.values:
            evaluate(m, value, scope)
        with m.arm():
            if case.guard is not None:
                evaluate(m, case.guard, scope)
            if run_block(m, case.body, scope):
                ends.append(scope.names)
    scope.names = joined_names(ends)
    return True


def _def(m: Machine, node: facts.Def, scope: v.Scope) -> bool:
    for parameter in node.params:
        if parameter.default is not None:
            evaluate(m, parameter.default, scope)
    decorators = tuple(evaluate(m, decorator, scope) for decorator in node.decorators)
    m.decorated[scope.file, node.body] = tuple(_called(decorator) for decorator in node.decorators)
    function = v.Function(scope.file, node, scope, None, decorators)
    scope.names[node.name] = function
    note(m, function)
    if decorators and scope.kind == "function":
        m.escape(function, "registered by a decorator", m.site(scope, node))
    return True


def _called(decorator: facts.Expr) -> str:
    """A decorator as it is written: ``app.route``, ``step``."""
    if isinstance(decorator, facts.Call):
        return _called(decorator.func)
    if isinstance(decorator, facts.Attr):
        return f"{_called(decorator.value)}.{decorator.name}"
    return decorator.id if isinstance(decorator, facts.Name) else ""


def _class(m: Machine, node: facts.Class, scope: v.Scope) -> bool:
    scope.names[node.name] = define_class(m, node, scope)
    return True


def _scope(m: Machine, node: facts.Scope, scope: v.Scope) -> bool:
    home: v.Scope | None = scope.outer
    if node.kind == "global":
        home = m.scopes.get(scope.file, scope.outer)
    for name in node.names:
        if home is not None and home is not scope:
            scope.foreign[name] = home
    return True


def _jump(m: Machine, node: facts.Jump, scope: v.Scope) -> bool:
    if node.kind == "pass":
        return True
    if m.loop_arms == m.arms:
        m.next_round = node.kind == "continue"
        return False
    # In a branch that may not be taken it ends nothing: what stands before it may reach the end of the loop.
    m.leaps = True
    return True


STATEMENTS: dict[type, Callable[[Machine, Any, v.Scope], bool]] = {
    facts.Assign: _assign,
    facts.Aug: _augment,
    facts.Do: _do,
    facts.Return: _return,
    facts.Raise: _raise,
    facts.Delete: _delete,
    facts.Assert: _assert,
    facts.If: _if,
    facts.While: run_while,
    facts.For: run_for,
    facts.With: _with,
    facts.Try: _try,
    facts.Match: _match,
    facts.Def: _def,
    facts.Class: _class,
    facts.Import: run_import,
    facts.ImportFrom: run_import_from,
    facts.Scope: _scope,
    facts.Jump: _jump,
}
