"""Simple statements: libcst nodes to the language of facts."""

from __future__ import annotations

from typing import Any

import libcst as cst

from mltd import facts
from mltd.extract.operators import OPERATORS
from mltd.extract.walk import Handlers, Walk


def expression(w: Walk, n: cst.Expr, a: Any) -> facts.Do:
    return facts.Do(
        w.of[type(n.value)](w, n.value, a.value),
        a.lineno << 12 | a.col_offset + 1,
        a.end_lineno << 12 | a.end_col_offset + 1,
    )


def assign(w: Walk, n: cst.Assign, a: Any) -> facts.Assign:
    handle = w.targets
    found = []
    for item, b in zip(n.targets, a.targets, strict=False):
        target = item.target
        found.append(handle[type(target)](w, target, b))
    return facts.Assign(
        found,
        w.of[type(n.value)](w, n.value, a.value),
        None,
        a.lineno << 12 | a.col_offset + 1,
        a.end_lineno << 12 | a.end_col_offset + 1,
    )


def annotated(w: Walk, n: cst.AnnAssign, a: Any) -> facts.Assign:
    of, annotation, value = w.of, n.annotation.annotation, n.value
    return facts.Assign(
        [w.targets[type(n.target)](w, n.target, a.target)],
        None if value is None else of[type(value)](w, value, a.value),
        of[type(annotation)](w, annotation, a.annotation),
        a.lineno << 12 | a.col_offset + 1,
        a.end_lineno << 12 | a.end_col_offset + 1,
    )


def augmented(w: Walk, n: cst.AugAssign, a: Any) -> facts.Aug:
    """The target is read too, so its names are mentioned."""
    of = w.of
    return facts.Aug(
        of[type(n.target)](w, n.target, a.target),
        OPERATORS[type(n.operator)],
        of[type(n.value)](w, n.value, a.value),
        a.lineno << 12 | a.col_offset + 1,
        a.end_lineno << 12 | a.end_col_offset + 1,
    )


def return_(w: Walk, n: cst.Return, a: Any) -> facts.Return:
    value = n.value
    return facts.Return(
        None if value is None else w.of[type(value)](w, value, a.value),
        a.lineno << 12 | a.col_offset + 1,
        a.end_lineno << 12 | a.end_col_offset + 1,
    )


def raise_(w: Walk, n: cst.Raise, a: Any) -> facts.Raise:
    of, value, cause = w.of, n.exc, n.cause
    return facts.Raise(
        None if value is None else of[type(value)](w, value, a.exc),
        None if cause is None else of[type(cause.item)](w, cause.item, a.cause),
        a.lineno << 12 | a.col_offset + 1,
        a.end_lineno << 12 | a.end_col_offset + 1,
    )


def delete(w: Walk, n: cst.Del, a: Any) -> facts.Delete:
    """``del a, b`` is one tuple in libcst and two targets in ``ast``."""
    handle, target = w.targets, n.target
    if type(target) is cst.Tuple and not target.lpar:
        nodes = [element.value for element in target.elements]
    else:
        nodes = [target]
    return facts.Delete(
        [handle[type(node)](w, node, b) for node, b in zip(nodes, a.targets, strict=False)],
        a.lineno << 12 | a.col_offset + 1,
        a.end_lineno << 12 | a.end_col_offset + 1,
    )


def assert_(w: Walk, n: cst.Assert, a: Any) -> facts.Assert:
    of, message = w.of, n.msg
    return facts.Assert(
        of[type(n.test)](w, n.test, a.test),
        None if message is None else of[type(message)](w, message, a.msg),
        a.lineno << 12 | a.col_offset + 1,
        a.end_lineno << 12 | a.end_col_offset + 1,
    )


def import_(w: Walk, n: cst.Import | cst.LazyImport, a: Any) -> facts.Import:
    names = []
    for alias in n.names:
        name = dotted(alias.name)
        w.imports.add(name)
        w.mentions.update(name.split("."))
        names.append((name, bound(alias)))
    return facts.Import(names, a.lineno << 12 | a.col_offset + 1, a.end_lineno << 12 | a.end_col_offset + 1)


def import_from(w: Walk, n: cst.ImportFrom | cst.LazyImportFrom, a: Any) -> facts.ImportFrom:
    module, level = dotted(n.module), len(n.relative)
    if isinstance(n.names, cst.ImportStar):
        names = [("*", "")]
    else:
        names = [(dotted(alias.name), bound(alias)) for alias in n.names]
        w.mentions.update(name for name, _ in names)
    if module:
        w.imports.add("." * level + module)
    else:
        w.imports.update("." * level + name for name, _ in names)
    return facts.ImportFrom(
        module, level, names, a.lineno << 12 | a.col_offset + 1, a.end_lineno << 12 | a.end_col_offset + 1
    )


def dotted(n: Any) -> str:
    """The text of a dotted name, empty for None."""
    parts = []
    while type(n) is cst.Attribute:
        parts.append(n.attr.value)
        n = n.value
    if n is not None:
        parts.append(n.value)
    return ".".join(reversed(parts))


def bound(alias: cst.ImportAlias) -> str:
    """The name after ``as``, or an empty one."""
    return alias.asname.name.value if alias.asname is not None else ""  # type: ignore[union-attr]


def scope(w: Walk, n: cst.Global | cst.Nonlocal, a: Any) -> facts.Scope:
    return facts.Scope(
        "global" if type(n) is cst.Global else "nonlocal",
        [item.name.value for item in n.names],
        a.lineno << 12 | a.col_offset + 1,
        a.end_lineno << 12 | a.end_col_offset + 1,
    )


_JUMPS = {cst.Pass: "pass", cst.Break: "break", cst.Continue: "continue"}


def jump(w: Walk, n: cst.Pass | cst.Break | cst.Continue, a: Any) -> facts.Jump:
    return facts.Jump(_JUMPS[type(n)], a.lineno << 12 | a.col_offset + 1, a.end_lineno << 12 | a.end_col_offset + 1)


STATEMENTS: Handlers = {
    cst.Expr: expression,
    cst.Assign: assign,
    cst.AnnAssign: annotated,
    cst.AugAssign: augmented,
    cst.Return: return_,
    cst.Raise: raise_,
    cst.Del: delete,
    cst.Assert: assert_,
    cst.Import: import_,
    cst.LazyImport: import_,
    cst.ImportFrom: import_from,
    cst.LazyImportFrom: import_from,
    cst.Global: scope,
    cst.Nonlocal: scope,
    cst.Pass: jump,
    cst.Break: jump,
    cst.Continue: jump,
}
