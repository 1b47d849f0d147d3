"""The facts of a Python program."""

from __future__ import annotations

import ast
import warnings

import libcst as cst

from mltd import facts
from mltd.extract import comments, fallback, nesting
from mltd.extract.compound import COMPOUND
from mltd.extract.definitions import DEFINITIONS, add_body
from mltd.extract.expressions import EXPRESSIONS
from mltd.extract.literals import EVALUATED
from mltd.extract.names import normalise
from mltd.extract.positions import Span, correct, line_starts
from mltd.extract.refusal import check_refused, refusal
from mltd.extract.statements import STATEMENTS
from mltd.extract.targets import TARGETS
from mltd.extract.walk import Walk
from mltd.source.decode import Unreadable

_HANDLERS = {**EXPRESSIONS, **STATEMENTS, **COMPOUND, **DEFINITIONS}
_INSIDE = {**EXPRESSIONS, **EVALUATED}


def extract_python(text: str, cells: list[facts.Cell] | None = None) -> facts.PythonFacts:
    """The facts of a module's text; ``cells`` are handed through. Raises ``Unreadable`` on what is no Python 3."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _extract(text, cells)
        except (RecursionError, MemoryError):
            raise Unreadable(nesting.TOO_DEEP) from None


def _extract(text: str, cells: list[facts.Cell] | None) -> facts.PythonFacts:
    starts = line_starts(text)
    w = Walk(text, starts, _HANDLERS, TARGETS, (_INSIDE, TARGETS))
    tree, module = _parse(text, starts)
    found: fallback.Ranges | None = None
    if tree is None:
        module, found = fallback.ranges(module)
        w.of = fallback.wrapped({**_HANDLERS, **EVALUATED}, found)
        w.targets = fallback.wrapped(TARGETS, found)
    if not text.isascii():
        normalise(module, text)
    end = w.position(len(text), len(starts))
    add_body(w, module, Span(1, 0, 1, 0) if tree is None else tree.body, "", facts.pack(1, 1), end)
    if found is None:
        offsets = comments.find(text)
        if offsets is None or (offsets and w.odd):
            found = fallback.ranges(module)[1]
    if found is not None:
        offsets = fallback.comments(found, starts)
    return facts.PythonFacts(
        lines=len(starts) - (starts[-1] == len(text)),
        index=w.index,
        bodies=w.bodies,
        imports=sorted(w.imports),
        comments=comments.table(text, starts, offsets or ()),
        mentions=sorted(w.mentions),
        cells=cells,
    )


def _parse(text: str, starts: list[int]) -> tuple[ast.Module | None, cst.Module]:
    """Both trees; that of ``ast``, with columns in code points, is None where only libcst reads the text."""
    refused: SyntaxError | None = None
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        refused = error
        check_refused(text, error)
    except ValueError as error:  # null characters, lone surrogates
        raise Unreadable(f"not Python 3: {error}") from None
    else:
        nesting.check(tree, starts, len(text))
        correct(tree, text, starts)
    try:
        module = cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        raise refusal(text, refused or error) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how a failure of its native code arrives
            raise
        raise Unreadable("libcst's parser fails on it") from None
    return (tree if refused is None else None), module
