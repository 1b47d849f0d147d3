"""Positions where Python's own parser refuses a file that libcst reads: its grammar is newer than the interpreter's.

Slow: libcst generates the code of the whole file to count positions. Every handler is wrapped, to be given the
position of its node. The positions are those that ``ast`` would have.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import libcst as cst
from libcst.metadata import CodePosition, CodeRange, MetadataWrapper, PositionProvider

from mltd.extract.positions import LAST_COLUMN, Span
from mltd.extract.walk import Handler, Handlers, Walk

Ranges = Mapping[cst.CSTNode, CodeRange]


class SubscriptSpan(Span):
    """The position of a subscript and that of what stands between its brackets."""

    __slots__ = ("slice",)

    slice: Span


def ranges(module: cst.Module) -> tuple[cst.Module, Ranges]:
    """A copy of the module without shared nodes, and the positions of its nodes."""
    wrapper = MetadataWrapper(module)
    found = dict(wrapper.resolve(PositionProvider))
    for node in list(found):
        if isinstance(node, (cst.Tuple, cst.GeneratorExp)) and node.lpar:
            found[node] = CodeRange(found[node.lpar[-1]].start, found[node.rpar[0]].end)
        elif isinstance(node, cst.Slice):
            parts = [part for part in node.children if not isinstance(part, cst.MaybeSentinel)]
            found[node] = CodeRange(_outside(parts[0], found)[0], _outside(parts[-1], found)[1])
        elif isinstance(node, cst.Call) and len(node.args) == 1:
            only = node.args[0].value
            if isinstance(only, cst.GeneratorExp) and not only.lpar:  # the parentheses are the call's
                before, after = found[node.whitespace_before_args], found[node.args[0].whitespace_after_arg]
                start, end = before.start, after.end
                found[only] = CodeRange((start.line, start.column - 1), (end.line, end.column + 1))
    return wrapper.module, found


def _outside(node: Any, found: Ranges) -> tuple[CodePosition, CodePosition]:
    """Where a node starts and ends, its parentheses included."""
    before, after = getattr(node, "lpar", ()), getattr(node, "rpar", ())
    return found[before[0] if before else node].start, found[after[-1] if after else node].end


def wrapped(handlers: Handlers, found: Ranges) -> Handlers:
    """Handlers that take positions from ``found``, whatever they are given."""
    return {
        kind: _wrap_parameter(handler, found) if kind is cst.Param else _wrap(handler, found)
        for kind, handler in handlers.items()
    }


def comments(found: Ranges, starts: list[int]) -> list[int]:
    """The offsets of all comments."""
    places = (place.start for node, place in found.items() if isinstance(node, cst.Comment))
    return sorted(starts[place.line - 1] + place.column for place in places)


def _wrap(handler: Handler, found: Ranges) -> Handler:
    def handle(w: Walk, n: Any, a: Any) -> Any:
        if type(n) is not cst.Subscript:
            return handler(w, n, _span(found[n]))
        place = found[n]
        span = SubscriptSpan(*_columns(place))
        last = n.slice[-1]
        if isinstance(last.comma, cst.Comma):
            end = found[last.comma].end
        else:
            end = _outside(last.slice.value if isinstance(last.slice, cst.Index) else last.slice, found)[1]
        span.slice = _span(CodeRange(found[n.slice[0]].start, end))
        return handler(w, n, span)

    return handle


def _wrap_parameter(handler: Handler, found: Ranges) -> Handler:
    def handle(w: Walk, n: cst.Param, a: tuple[Any, str, Any]) -> Any:
        return handler(w, n, (_span(found[n.name]), a[1], None))

    return handle


def _span(place: CodeRange) -> Span:
    return Span(*_columns(place))


def _columns(place: CodeRange) -> tuple[int, int, int, int]:
    start, end = place.start, place.end
    return start.line, min(start.column, LAST_COLUMN), end.line, min(end.column, LAST_COLUMN)
