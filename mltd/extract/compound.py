"""Compound statements but for definitions. Their ``to`` is the position after the colon of their header."""

from __future__ import annotations

from typing import Any

import libcst as cst

from mltd import facts
from mltd.extract.blocks import block
from mltd.extract.patterns import pattern
from mltd.extract.walk import Handlers, Walk


def if_(w: Walk, n: cst.If, a: Any) -> facts.If:
    test: facts.Expr = w.of[type(n.test)](w, n.test, a.test)
    body = block(w, n.body, a.body)
    orelse: facts.Block = []
    if type(n.orelse) is cst.If:
        orelse.append(w.of[cst.If](w, n.orelse, a.orelse[0]))
        w.statements += 1
    elif n.orelse is not None:
        orelse = block(w, n.orelse.body, a.orelse)
    return facts.If(test, body, orelse, a.lineno << 12 | a.col_offset + 1, w.header(test.to))


def while_(w: Walk, n: cst.While, a: Any) -> facts.While:
    test: facts.Expr = w.of[type(n.test)](w, n.test, a.test)
    return facts.While(
        test,
        block(w, n.body, a.body),
        [] if n.orelse is None else block(w, n.orelse.body, a.orelse),
        a.lineno << 12 | a.col_offset + 1,
        w.header(test.to),
    )


def for_(w: Walk, n: cst.For, a: Any) -> facts.For:
    iterated: facts.Expr = w.of[type(n.iter)](w, n.iter, a.iter)
    return facts.For(
        w.targets[type(n.target)](w, n.target, a.target),
        iterated,
        block(w, n.body, a.body),
        [] if n.orelse is None else block(w, n.orelse.body, a.orelse),
        a.lineno << 12 | a.col_offset + 1,
        w.header(iterated.to),
    )


def with_(w: Walk, n: cst.With, a: Any) -> facts.With:
    items = []
    last = 0
    for item, b in zip(n.items, a.items, strict=False):
        value: facts.Expr = w.of[type(item.item)](w, item.item, b.context_expr)
        target: facts.Expr | None = None
        if item.asname is not None:
            target = w.targets[type(item.asname.name)](w, item.asname.name, b.optional_vars)
        items.append(facts.WithItem(value, target))
        last = (target or value).to
    return facts.With(items, block(w, n.body, a.body), a.lineno << 12 | a.col_offset + 1, w.header(last))


def try_(w: Walk, n: Any, a: Any) -> facts.Try:
    at = a.lineno << 12 | a.col_offset + 1
    body = block(w, n.body, a.body)
    handlers = []
    for item, b in zip(n.handlers, a.handlers, strict=False):
        kind = None if item.type is None else w.of[type(item.type)](w, item.type, b.type)
        name = "" if item.name is None else item.name.name.value
        handlers.append(facts.Handler(kind, name, block(w, item.body, b.body)))
    return facts.Try(
        body,
        handlers,
        [] if n.orelse is None else block(w, n.orelse.body, a.orelse),
        [] if n.finalbody is None else block(w, n.finalbody.body, a.finalbody),
        at,
        w.header(at),
    )


def match(w: Walk, n: cst.Match, a: Any) -> facts.Match:
    subject: facts.Expr = w.of[type(n.subject)](w, n.subject, a.subject)
    cases = []
    for case, b in zip(n.cases, a.cases, strict=False):
        values: list[facts.Expr] = []
        captures: list[str] = []
        pattern(w, case.pattern, b.pattern, values, captures)
        guard = None if case.guard is None else w.of[type(case.guard)](w, case.guard, b.guard)
        cases.append(facts.Case(values, captures, guard, block(w, case.body, b.body)))
    return facts.Match(subject, cases, a.lineno << 12 | a.col_offset + 1, w.header(subject.to))


COMPOUND: Handlers = {
    cst.If: if_,
    cst.While: while_,
    cst.For: for_,
    cst.With: with_,
    cst.Try: try_,
    cst.TryStar: try_,
    cst.Match: match,
}
