"""What is assigned to: the same nodes as expressions, but their own names are not read."""

from __future__ import annotations

from typing import Any

import libcst as cst

from mltd import facts
from mltd.extract.expressions import subscript
from mltd.extract.walk import Handlers, Walk


def name(w: Walk, n: cst.Name, a: Any) -> facts.Name:
    return facts.Name(n.value, a.lineno << 12 | a.col_offset + 1)


def attribute(w: Walk, n: cst.Attribute, a: Any) -> facts.Attr:
    value = n.value
    return facts.Attr(
        w.of[type(value)](w, value, a.value),
        n.attr.value,
        a.lineno << 12 | a.col_offset + 1,
        a.end_lineno << 12 | a.end_col_offset + 1,
    )


def sequence(w: Walk, n: cst.Tuple | cst.List, a: Any) -> facts.Seq:
    targets = w.targets
    items = []
    for element, b in zip(n.elements, a.elts, strict=False):
        node = element.value if type(element) is cst.Element else element
        items.append(targets[type(node)](w, node, b))
    return facts.Seq(
        "tuple" if type(n) is cst.Tuple else "list",
        items,
        a.lineno << 12 | a.col_offset + 1,
        a.end_lineno << 12 | a.end_col_offset + 1,
    )


def starred(w: Walk, n: cst.StarredElement, a: Any) -> facts.Star:
    return facts.Star(
        1,
        w.targets[type(n.value)](w, n.value, a.value),
        a.lineno << 12 | a.col_offset + 1,
        a.end_lineno << 12 | a.end_col_offset + 1,
    )


TARGETS: Handlers = {
    cst.Name: name,
    cst.Attribute: attribute,
    cst.Subscript: subscript,
    cst.Tuple: sequence,
    cst.List: sequence,
    cst.StarredElement: starred,
}
