"""Functions and classes. Each function's statements are a body of their own."""

from __future__ import annotations

from typing import Any

import libcst as cst
import msgspec

from mltd import facts
from mltd.extract.blocks import block
from mltd.extract.displays import parameters
from mltd.extract.expressions import arguments
from mltd.extract.walk import Handlers, Walk

ASYNC, GENERATOR = 1, 2  #: flags of ``facts.Def``


def function(w: Walk, n: cst.FunctionDef, a: Any) -> facts.Def:
    at = a.lineno << 12 | a.col_offset + 1
    found = decorators(w, n, a)
    params = parameters(w, n.params, a.args)
    returns = None if n.returns is None else w.of[type(n.returns.annotation)](w, n.returns.annotation, a.returns)
    if returns is not None:
        last = returns.to
    elif params:
        param = params[-1]
        last = (param.default or param.annotation or facts.Name(param.name, param.at)).to
    else:
        last = at
    if n.type_parameters is not None:
        last = max(last, type_parameters(w, n, a, at))
    qualname = f"{w.qualname}.{n.name.value}" if w.qualname else n.name.value
    end = a.end_lineno << 12 | a.end_col_offset + 1
    body, generator = add_body(w, n.body, a.body, qualname, at, end)
    flags = ASYNC * (n.asynchronous is not None) + GENERATOR * generator
    return facts.Def(n.name.value, params, found, returns, body, flags, at, w.header(last))


def add_body(w: Walk, n: Any, a: Any, qualname: str, at: int, to: int) -> tuple[int, bool]:
    """Walk a body apart from what stands around it. Gives its number and whether it yields."""
    number, parent = len(w.bodies), w.body
    outside = w.calls, w.statements, w.generator, w.qualname, w.body
    w.calls, w.statements, w.generator, w.qualname, w.body = set(), 0, False, qualname, number
    index = facts.BodyIndex(qualname, parent if number else -1, at, to, 0, [])
    w.index.append(index)
    w.bodies.append(b"")
    w.bodies[number] = _encode(block(w, n, a, docstring=True))
    w.index[number] = facts.BodyIndex(qualname, index.parent, at, to, w.statements, sorted(w.calls))
    generator = w.generator
    w.calls, w.statements, w.generator, w.qualname, w.body = outside
    return number, generator


def _encode(statements: facts.Block) -> bytes:
    """The bytes of a body. Lone surrogates in strings, which UTF-8 does not have, become question marks."""
    try:
        return facts.encode_block(statements)
    except UnicodeEncodeError:
        return facts.encode_block(_without_surrogates(msgspec.to_builtins(statements)))


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return [_without_surrogates(item) for item in value] if isinstance(value, list) else value


def class_(w: Walk, n: cst.ClassDef, a: Any) -> facts.Class:
    at = a.lineno << 12 | a.col_offset + 1
    found = decorators(w, n, a)
    bases, names = arguments(w, (*n.bases, *n.keywords), a.bases, a.keywords)
    last = max((base.to for base in bases), default=at)
    if n.type_parameters is not None:
        last = max(last, type_parameters(w, n, a, at))
    outside = w.qualname
    w.qualname = f"{outside}.{n.name.value}" if outside else n.name.value
    statements = block(w, n.body, a.body, docstring=True)
    w.qualname = outside
    return facts.Class(n.name.value, bases, names, found, statements, at, w.header(last))


def decorators(w: Walk, n: cst.FunctionDef | cst.ClassDef, a: Any) -> list[facts.Expr]:
    return [
        w.of[type(item.decorator)](w, item.decorator, b)
        for item, b in zip(n.decorators, a.decorator_list, strict=False)
    ]


def type_parameters(w: Walk, n: Any, a: Any, at: int) -> int:
    """Note what type parameters read; the language does not keep them. Gives the position after them."""
    for item, b in zip(n.type_parameters.params, a.type_params, strict=False):
        bound = getattr(item.param, "bound", None)
        if bound is not None:
            w.of[type(bound)](w, bound, b.bound)
        if item.default is not None:
            default = item.default
            w.of[type(default)](w, default, b.default_value)
    return w.brackets(at)


def type_alias(w: Walk, n: cst.TypeAlias, a: Any) -> facts.Assign:
    """``type X[T] = value`` as the assignment of ``value`` to ``X``."""
    at = a.lineno << 12 | a.col_offset + 1
    if n.type_parameters is not None:
        type_parameters(w, n, a, at)
    return facts.Assign(
        [w.targets[cst.Name](w, n.name, a.name)],
        w.of[type(n.value)](w, n.value, a.value),
        None,
        at,
        a.end_lineno << 12 | a.end_col_offset + 1,
    )


DEFINITIONS: Handlers = {
    cst.FunctionDef: function,
    cst.ClassDef: class_,
    cst.TypeAlias: type_alias,
}
