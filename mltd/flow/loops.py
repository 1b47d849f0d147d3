"""Loops: over constant collections round by round, over anything else any number of times."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from mltd import facts
from mltd.flow import values as v
from mltd.flow.climbing import chain, climbed
from mltd.flow.displays import bound_by, iterate
from mltd.flow.events import Site
from mltd.flow.expressions import evaluate
from mltd.flow.frames import Names
from mltd.flow.joining import join, joined_names
from mltd.flow.machine import MAX_ROUNDS, MAX_UNROLL, Machine
from mltd.flow.program import statements
from mltd.flow.stores import store


def run_while(m: Machine, node: facts.While, scope: v.Scope) -> bool:
    if climbed(m, node, scope):
        return True
    evaluate(m, node.test, scope)
    _loop_body(m, node.body, scope)
    m.run_block(m, node.orelse, scope)
    return True


def _loop_body(m: Machine, body: facts.Block, scope: v.Scope) -> None:
    """A body that runs any number of times: twice is enough for what one round hands to the next, and once inside
    another loop, which runs it twice itself."""
    rounds = 1 if m.loops else 2
    arms, m.loop_arms = m.loop_arms, None
    m.loops += 1
    for _round in range(rounds):
        before = dict(scope.names)
        with m.arm():
            m.run_block(m, body, scope)
        scope.names = joined_names([before, scope.names])
    m.loops, m.leaps, m.next_round = m.loops - 1, False, False
    m.loop_arms = arms


def run_for(m: Machine, node: facts.For, scope: v.Scope) -> bool:
    over = evaluate(m, node.iter, scope)
    items, complete = iterate(m, over, scope, node.iter)
    last = max((one.to for one in statements(node.body)), default=node.to)
    scope.loops.update(dict.fromkeys(bound_by(node.target), Site(scope.file, node.at, last)))
    either = isinstance(over, v.Sequence) and over.either
    folders = chain(list(items), scope) if complete and not either else None
    if folders is not None:
        return _climb(m, node, folders, scope)
    if complete and 0 < len(items) <= MAX_UNROLL and m.rounds * len(items) <= MAX_ROUNDS:
        before, arms = m.rounds, m.loop_arms
        m.rounds *= len(items)
        m.loop_arms = m.arms
        names = bound_by(node.target)
        scope.bound |= names
        scope.given |= names
        for item in items:
            m.leaps = m.next_round = False
            if either:  # it may be an item of the list that is not meant
                m.loop_arms = None
                with m.arm():
                    store(m, node.target, item, scope, node, None)
                    m.run_block(m, node.body, scope)
                continue
            store(m, node.target, item, scope, node, None)
            if not m.run_block(m, node.body, scope) and not m.next_round:
                break  # a return, a raise, or a ``break`` that every run reaches in this round
        m.rounds, m.loop_arms, m.leaps, m.next_round = before, arms, False, False
    else:
        item = items[-1] if len(items) == 1 or (items and isinstance(items[-1], Names)) else _blend(items)
        quiet = (
            isinstance(item, Names) and isinstance(node.target, facts.Name) and _columnwise(node.body, node.target.id)
        )
        if isinstance(item, Names) and not quiet:
            item.frame.use_all(m.site(scope, node), "each of its columns in a loop")
        scope.turning |= bound_by(node.target)
        store(m, node.target, item, scope, node, None)
        m.columnwise += quiet
        _loop_body(m, node.body, scope)
        m.columnwise -= quiet
    m.run_block(m, node.orelse, scope)
    return True


def _climb(m: Machine, node: facts.For, folders: list[v.Value], scope: v.Scope) -> bool:
    """A loop through a folder and those above it, up to the one that is looked for."""
    before, returned = (m.climbing, m.loop_arms), len(scope.returns)
    m.climbing, m.loop_arms = True, m.arms
    for folder in folders:
        m.leaps = m.next_round = False
        store(m, node.target, folder, scope, node, None)
        if not m.run_block(m, node.body, scope) and not m.next_round:
            break
    else:
        m.run_block(m, node.orelse, scope)
    (m.climbing, m.loop_arms), m.leaps, m.next_round = before, False, False
    return len(scope.returns) == returned or bool(m.arms)


def _columnwise(body: facts.Block, name: str) -> bool:
    """Whether a loop over a frame's columns only computes each column from itself (casts, fills): nothing but
    assignments to local names and to ``frame[name]``, and where it does assign, words to a person about that."""
    stores, told = _only_stores(body, name), _only_stores(body, name, told=True)
    return stores or (told and any(map(functools.partial(_is_own, name=name), _targets(body))))


def _only_stores(body: facts.Block, name: str, told: bool = False) -> bool:
    for statement in body:
        if isinstance(statement, (facts.Assign, facts.Aug)):
            if not all(_is_own(target, name) or isinstance(target, facts.Name) for target in _targets([statement])):
                return False
        elif isinstance(statement, (facts.If, facts.For, facts.While)):
            if not _only_stores([*statement.body, *statement.orelse], name, told):
                return False
        elif told and isinstance(statement, facts.Do) and isinstance(statement.value, facts.Call):
            if not _is_aside(statement.value, name):
                return False
        elif not isinstance(statement, facts.Jump):
            return False
    return True


def _targets(body: facts.Block) -> Iterator[facts.Expr]:
    for statement in statements(body):
        if isinstance(statement, facts.Assign):
            yield from statement.targets
        elif isinstance(statement, facts.Aug):
            yield statement.target


def _is_own(target: facts.Expr, name: str) -> bool:
    """``frame[name]``"""
    return isinstance(target, facts.Sub) and isinstance(target.index, facts.Name) and target.index.id == name


def _is_aside(call: facts.Call, name: str) -> bool:
    """Whether a call tells a person what is done to a column, notes its name, or fills it in place."""
    if isinstance(call.func, facts.Name):
        return call.func.id == "print"
    if not isinstance(call.func, facts.Attr):
        return False
    noted = call.func.name == "append" and [getattr(one, "id", "") for one in call.args] == [name]
    return noted or (_is_own(call.func.value, name) and "inplace" in call.names)


def _blend(items: list[v.Value]) -> v.Value:
    result: v.Value = items[0] if items else v.UNKNOWN
    for item in items[1:MAX_UNROLL]:
        result = join(result, item)
    return result if len(items) <= MAX_UNROLL else v.Unknown(v.taint_of(result))
