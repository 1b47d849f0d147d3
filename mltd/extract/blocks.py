"""Blocks of statements."""

from __future__ import annotations

from typing import Any

import libcst as cst

from mltd import facts
from mltd.extract.literals import pieces
from mltd.extract.walk import Walk


def block(w: Walk, n: Any, a: Any, docstring: bool = False) -> facts.Block:
    """The statements of a module or a suite; ``a`` are their nodes in ``ast``.

    With ``docstring``, a string that stands first is left out.
    """
    of = w.of
    found: facts.Block = []
    i = 0
    for line in (n,) if type(n) is cst.SimpleStatementSuite else n.body:
        kind = type(line)
        if kind is cst.SimpleStatementLine or kind is cst.SimpleStatementSuite:
            for small in line.body:
                if docstring and i == 0 and _is_docstring(small):
                    i = 1
                    continue
                found.append(of[type(small)](w, small, a[i]))
                i += 1
        else:
            found.append(of[kind](w, line, a[i]))
            i += 1
    w.statements += len(found)
    return found


def _is_docstring(n: cst.BaseSmallStatement) -> bool:
    if type(n) is not cst.Expr:
        return False
    value = n.value
    if type(value) is cst.SimpleString:
        return "b" not in value.prefix
    if type(value) is cst.ConcatenatedString:
        return all(type(piece) is cst.SimpleString and "b" not in piece.prefix for piece in pieces(value))
    return False
