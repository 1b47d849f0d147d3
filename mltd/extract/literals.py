"""Strings, f-strings and numbers.

Where a node of ``ast`` is at hand, it knows the value of a literal. Inside f-strings, and in files that only libcst
reads, literals are evaluated here: :data:`EVALUATED` has the handlers for that.
"""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from typing import Any

import libcst as cst

from mltd import facts
from mltd.extract.positions import Span
from mltd.extract.walk import Handlers, Walk

SINGLETONS: dict[str, bool | None] = {"True": True, "False": False, "None": None}

_LARGEST, _SMALLEST = 2**64 - 1, -(2**63)
_LONGEST_MENTION = 80

#: Lines of Python that stand in a string are read up to so many characters.
_LONGEST_CODE = 20_000
_BRACES = re.compile(r"\{\{|\}\}")
_SPECIAL = re.compile(r"\\N\{[^}]*\}|\\[^{}]|\\|\"|\{\{|\}\}", re.DOTALL)


def constant(w: Walk, value: object, at: int, to: int) -> facts.Expr:
    """The node of a literal's value."""
    kind = type(value)
    if kind is str:
        mention(w, value)  # type: ignore[arg-type]
        return facts.Const(value, at, to)  # type: ignore[arg-type]
    if kind is float or (kind is int and _SMALLEST <= value <= _LARGEST):  # type: ignore[operator]
        return facts.Const(value, at, to)  # type: ignore[arg-type]
    return facts.Other(kind.__name__, at, to)


def mention(w: Walk, value: str) -> None:
    """Note a string that may name something: an identifier, a dotted name, a path of a Python file (its last part), or
    lines of Python that call something."""
    if "\n" in value and "(" in value and len(value) <= _LONGEST_CODE:
        w.mentions |= _called(value)
    if len(value) <= _LONGEST_MENTION and (
        value.isidentifier() or ("." in value and all(part.isidentifier() for part in value.split(".")))
    ):
        w.mention(value)
    elif len(value) <= _LONGEST_MENTION and value.endswith(".py") and "/" in value:
        w.mention(value.rpartition("/")[2])


def _called(text: str) -> set[str]:
    """The names that a text calls, where it is Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(textwrap.dedent(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {
        one.id if isinstance(one, ast.Name) else one.attr for one in calls if isinstance(one, (ast.Name, ast.Attribute))
    }


def literal(w: Walk, n: cst.SimpleString | cst.Integer | cst.Float | cst.Imaginary, a: Any) -> facts.Expr:
    return constant(w, a.value, a.lineno << 12 | a.col_offset + 1, a.end_lineno << 12 | a.end_col_offset + 1)


def ellipsis(w: Walk, n: cst.Ellipsis, a: Any) -> facts.Other:
    return facts.Other("ellipsis", a.lineno << 12 | a.col_offset + 1, a.end_lineno << 12 | a.end_col_offset + 1)


def concatenated(w: Walk, n: cst.ConcatenatedString, a: Any) -> facts.Expr:
    if type(a) is ast.Constant:
        return literal(w, n, a)  # type: ignore[arg-type]
    return join(w, n, a)


def evaluated(w: Walk, n: cst.SimpleString | cst.Integer | cst.Float | cst.Imaginary, a: Any) -> facts.Expr:
    """A literal whose value ``a`` does not know."""
    if w.quotes and type(n) is cst.SimpleString:
        w.hashes += n.value.count("#")
        w.odd = w.odd or n.quote[0] in w.quotes
    return constant(
        w, ast.literal_eval(n.value), a.lineno << 12 | a.col_offset + 1, a.end_lineno << 12 | a.end_col_offset + 1
    )


def concatenated_evaluated(w: Walk, n: cst.ConcatenatedString, a: Any) -> facts.Expr:
    found = pieces(n)
    if any(type(piece) is not cst.SimpleString for piece in found):
        return join(w, n, a)
    if w.quotes:
        for piece in found:
            evaluated(w, piece, a)
    values = [ast.literal_eval(piece.value) for piece in found]
    value = values[0][:0].join(values)
    return constant(w, value, a.lineno << 12 | a.col_offset + 1, a.end_lineno << 12 | a.end_col_offset + 1)


def pieces(n: Any) -> list[Any]:
    """The parts of an implicit concatenation."""
    found = []
    while type(n) is cst.ConcatenatedString:
        found.append(n.left)
        n = n.right
    found.append(n)
    return found


def join(w: Walk, n: Any, a: Any) -> facts.Join:
    """An f-string, or a concatenation that holds one."""
    at, to = a.lineno << 12 | a.col_offset + 1, a.end_lineno << 12 | a.end_col_offset + 1
    a = Span(a.lineno, a.col_offset, a.end_lineno, a.end_col_offset)
    outside = w.of, w.targets, w.quotes
    if not w.quotes:
        w.hashes = 0
    w.of, w.targets = w.inside
    parts: list[facts.Expr] = []
    texts: list[str] = []  # constant parts that follow each other
    triple = False
    for piece in pieces(n):
        if type(piece) is cst.SimpleString:
            texts.append(ast.literal_eval(piece.value))
            w.hashes += piece.value.count("#")
            triple = triple or len(piece.quote) == 3
            continue
        w.quotes = outside[2] + piece.end[0]
        w.odd = w.odd or piece.end[0] in outside[2]
        triple = triple or len(piece.end) == 3
        for part in piece.parts:
            if type(part) is cst.FormattedStringText or type(part) is cst.TemplatedStringText:
                w.hashes += part.value.count("#")
                texts.append(text(part.value, piece.start))
                continue
            if part.equal is not None:
                texts.append(_debug(part))
            if any(texts):
                parts.append(facts.Const("".join(texts), at, to))
            texts = []
            parts.append(_formatted(w, part, piece, a))
    if any(texts):
        parts.append(facts.Const("".join(texts), at, to))
    w.of, w.targets, w.quotes = outside
    if triple and not w.quotes and not w.odd:
        w.odd = w.text.count("#", w.offset(at), w.offset(to)) != w.hashes
    return facts.Join(parts, at, to)


def _formatted(w: Walk, part: Any, piece: Any, a: Any) -> facts.Expr:
    """``{value!conversion:spec}``"""
    value: facts.Expr = w.of[type(part.expression)](w, part.expression, a)
    conversion, spec = part.conversion or "", ""
    if part.format_spec:
        constants = []
        for inner in part.format_spec:
            if type(inner) is cst.FormattedStringText or type(inner) is cst.TemplatedStringText:
                w.hashes += inner.value.count("#")
                constants.append(text(inner.value, piece.start))
            else:
                _formatted(w, inner, piece, a)
        if len(constants) == len(part.format_spec):
            spec = "".join(constants)
    elif part.equal is not None and part.format_spec is None:
        conversion = conversion or "r"
    if not conversion and not part.format_spec:
        return value
    return facts.Format(
        value, conversion, spec, a.lineno << 12 | a.col_offset + 1, a.end_lineno << 12 | a.end_col_offset + 1
    )


def _debug(part: Any) -> str:
    """The text that ``{value = }`` puts before the value."""
    code = cst.Module([]).code_for_node
    return "".join(
        code(node)
        for node in (part.whitespace_before_expression, part.expression, part.whitespace_after_expression, part.equal)
    )


def text(value: str, start: str) -> str:
    """The value of a constant part as written in an f-string that begins with ``start``."""
    if "\r" in value:
        value = value.replace("\r\n", "\n").replace("\r", "\n")
    if "\\" not in value or "r" in start or "R" in start:
        return _BRACES.sub(lambda found: found[0][0], value)
    return str(ast.literal_eval(f'"""{_SPECIAL.sub(_plain, value)}"""'))


def _plain(found: re.Match[str]) -> str:
    """A special part of an f-string's text as it is written between triple quotes."""
    written = found[0]
    if written in ('"', "\\"):
        return "\\" + written
    return written if written[0] == "\\" else written[0]


LITERALS: Handlers = {
    cst.SimpleString: literal,
    cst.Integer: literal,
    cst.Float: literal,
    cst.Imaginary: literal,
    cst.Ellipsis: ellipsis,
    cst.ConcatenatedString: concatenated,
    cst.FormattedString: join,
    cst.TemplatedString: join,
}

EVALUATED: Handlers = {
    cst.SimpleString: evaluated,
    cst.Integer: evaluated,
    cst.Float: evaluated,
    cst.Imaginary: evaluated,
    cst.ConcatenatedString: concatenated_evaluated,
}
