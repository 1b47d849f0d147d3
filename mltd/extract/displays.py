"""Displays, comprehensions, lambdas and parameters."""

from __future__ import annotations

from typing import Any

import libcst as cst

from mltd import facts
from mltd.extract.walk import Handlers, Walk

_KINDS = {
    cst.Tuple: "tuple", cst.List: "list", cst.Set: "set",
    cst.ListComp: "list", cst.SetComp: "set", cst.DictComp: "dict", cst.GeneratorExp: "generator",
}  # fmt: skip


def sequence(w: Walk, n: cst.Tuple | cst.List | cst.Set, a: Any) -> facts.Seq:
    of = w.of
    items = []
    for element, b in zip(n.elements, a.elts, strict=False):
        node = element.value if type(element) is cst.Element else element
        items.append(of[type(node)](w, node, b))
    return facts.Seq(
        _KINDS[type(n)], items, a.lineno << 12 | a.col_offset + 1, a.end_lineno << 12 | a.end_col_offset + 1
    )


def dictionary(w: Walk, n: cst.Dict, a: Any) -> facts.Dict:
    of = w.of
    keys: list[facts.Expr | None] = []
    values = []
    for element, k, v in zip(n.elements, a.keys, a.values, strict=False):
        if type(element) is cst.DictElement:
            keys.append(of[type(element.key)](w, element.key, k))
        else:
            keys.append(None)
        values.append(of[type(element.value)](w, element.value, v))
    return facts.Dict(keys, values, a.lineno << 12 | a.col_offset + 1, a.end_lineno << 12 | a.end_col_offset + 1)


def comprehension(w: Walk, n: cst.ListComp | cst.SetComp | cst.GeneratorExp, a: Any) -> facts.Comp:
    return facts.Comp(
        _KINDS[type(n)],
        None,
        w.of[type(n.elt)](w, n.elt, a.elt),
        loops(w, n.for_in, a.generators),
        a.lineno << 12 | a.col_offset + 1,
        a.end_lineno << 12 | a.end_col_offset + 1,
    )


def dict_comprehension(w: Walk, n: cst.DictComp, a: Any) -> facts.Comp:
    of = w.of
    return facts.Comp(
        "dict",
        of[type(n.key)](w, n.key, a.key),
        of[type(n.value)](w, n.value, a.value),
        loops(w, n.for_in, a.generators),
        a.lineno << 12 | a.col_offset + 1,
        a.end_lineno << 12 | a.end_col_offset + 1,
    )


def starred_dict_comprehension(w: Walk, n: cst.StarredDictComp, a: Any) -> facts.Comp:
    """``{**value for ...}``: the element is a ``Star`` without a key. Its position is that of the comprehension."""
    at, to = a.lineno << 12 | a.col_offset + 1, a.end_lineno << 12 | a.end_col_offset + 1
    element = facts.Star(2, w.of[type(n.value)](w, n.value, a.key), at, to)
    return facts.Comp("dict", None, element, loops(w, n.for_in, a.generators), at, to)


def loops(w: Walk, n: cst.CompFor | None, generators: Any) -> list[facts.CompFor]:
    """The ``for`` parts of a comprehension, nested in libcst and flat in ``ast``."""
    of, found = w.of, []
    generator = iter(generators)
    while n is not None:
        a = next(generator)
        found.append(
            facts.CompFor(
                w.targets[type(n.target)](w, n.target, a.target),
                of[type(n.iter)](w, n.iter, a.iter),
                [of[type(part.test)](w, part.test, b) for part, b in zip(n.ifs, a.ifs, strict=False)],
            )
        )
        n = n.inner_for_in
    return found


def lambda_(w: Walk, n: cst.Lambda, a: Any) -> facts.Lambda:
    generator = w.generator
    value = w.of[type(n.body)](w, n.body, a.body)
    w.generator = generator
    return facts.Lambda(
        parameters(w, n.params, a.args),
        value,
        a.lineno << 12 | a.col_offset + 1,
        a.end_lineno << 12 | a.end_col_offset + 1,
    )


def parameters(w: Walk, n: cst.Parameters, a: Any) -> list[facts.Param]:
    """Parameters in the order of the source."""
    handle = w.of[cst.Param]
    defaults = iter(a.defaults)
    found = [
        handle(w, param, (b, "positional", param.default and next(defaults)))
        for param, b in zip(n.posonly_params, a.posonlyargs, strict=False)
    ]
    found += [
        handle(w, param, (b, "normal", param.default and next(defaults)))
        for param, b in zip(n.params, a.args, strict=False)
    ]
    if type(n.star_arg) is cst.Param:
        found.append(handle(w, n.star_arg, (a.vararg, "args", None)))
    for param, b, default in zip(n.kwonly_params, a.kwonlyargs, a.kw_defaults, strict=False):
        found.append(handle(w, param, (b, "keyword", default)))
    if n.star_kwarg is not None:
        found.append(handle(w, n.star_kwarg, (a.kwarg, "kwargs", None)))
    return found


def parameter(w: Walk, n: cst.Param, a: tuple[Any, str, Any]) -> facts.Param:
    """A parameter; ``a`` is its node, its kind and the node of its default."""
    b, kind, default = a
    value, annotation = n.default, n.annotation
    return facts.Param(
        n.name.value,
        kind,
        None if value is None else w.of[type(value)](w, value, default),
        None if annotation is None else w.of[type(annotation.annotation)](w, annotation.annotation, b.annotation),
        b.lineno << 12 | b.col_offset + 1,
    )


DISPLAYS: Handlers = {
    cst.Tuple: sequence,
    cst.List: sequence,
    cst.Set: sequence,
    cst.Dict: dictionary,
    cst.ListComp: comprehension,
    cst.SetComp: comprehension,
    cst.GeneratorExp: comprehension,
    cst.DictComp: dict_comprehension,
    cst.StarredDictComp: starred_dict_comprehension,
    cst.Lambda: lambda_,
    cst.Param: parameter,
}
