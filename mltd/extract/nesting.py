"""How deep a program is nested. libcst's parser ends the process where that is very deep, so this comes first."""

from __future__ import annotations

import ast
import re

from mltd.extract.comments import TOKEN
from mltd.source.decode import Unreadable

DEEPEST_EXPRESSION = 300  #: nodes inside each other; a chain ``a + b + ...`` of so many terms is as deep
DEEPEST_BLOCK = 250  #: statements inside each other; so many ``elif`` follow each other

TOO_DEEP = "nested too deeply"

_TOKEN = re.compile(
    TOKEN.pattern + r"|\\\r?\n|\b(?:if|else|elif|and|or|not|in|is|for|lambda|await|yield|from)\b"
    r"|\*\*|//|<<|>>|[-+*/%@&|^~.<>=!]|[\[({]|[\])}]|[,;]|\r\n?|\n",
    re.DOTALL,
)


def check(tree: ast.Module, starts: list[int], length: int) -> None:
    """Raises ``Unreadable`` if a program is nested too deeply to be read. Short statements are not looked at."""
    starts = [*starts, length, length]
    stack: list[tuple[list[ast.stmt], int]] = [(tree.body, 1)]
    while stack:
        block, depth = stack.pop()
        if depth > DEEPEST_BLOCK:
            raise Unreadable(TOO_DEEP)
        for statement in block:
            first = statement.lineno
            if type(statement) in _COMPOUND:
                last = _inner(statement, depth + 1, stack)
                for decorator in getattr(statement, "decorator_list", ())[:1]:
                    first = decorator.lineno
            else:
                last = statement.end_lineno or first
            if starts[last] - starts[first - 1] > 2 * DEEPEST_EXPRESSION:
                _check_expressions(statement)


_COMPOUND = {
    getattr(ast, name)
    for name in (
        "If",
        "For",
        "While",
        "With",
        "Try",
        "TryStar",
        "FunctionDef",
        "ClassDef",
        "Match",
        "AsyncFor",
        "AsyncWith",
        "AsyncFunctionDef",
    )
    if hasattr(ast, name)
}


def _inner(statement: ast.stmt, depth: int, stack: list[tuple[list[ast.stmt], int]]) -> int:
    """Add the blocks of a compound statement to the stack. Gives the line where its header has ended."""
    if isinstance(statement, ast.Match):
        stack.extend((case.body, depth) for case in statement.cases)
        return statement.end_lineno or statement.lineno
    body: list[ast.stmt] = statement.body  # type: ignore[attr-defined]
    stack += [(body, depth), (getattr(statement, "orelse", []), depth), (getattr(statement, "finalbody", []), depth)]
    handlers: list[ast.ExceptHandler] = getattr(statement, "handlers", [])
    stack += [(handler.body, depth) for handler in handlers]
    for handler in handlers:
        _check_expressions(handler)
    return body[0].lineno


def _check_expressions(owner: ast.AST) -> None:
    """Raises ``Unreadable`` if an expression or pattern of a statement is nested too deeply."""
    if isinstance(owner, ast.ImportFrom) and owner.module and owner.module.count(".") > DEEPEST_EXPRESSION:
        raise Unreadable(TOO_DEEP)
    stack = [(node, 1) for node in ast.iter_child_nodes(owner) if not isinstance(node, (ast.stmt, ast.ExceptHandler))]
    while stack:
        node, depth = stack.pop()
        if depth > DEEPEST_EXPRESSION:
            raise Unreadable(TOO_DEEP)
        if isinstance(node, ast.BoolOp):  # flat here, but nested in libcst, as are the two below
            depth += len(node.values) - 2
        elif isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            depth += len(node.generators)
        elif isinstance(node, ast.alias):
            depth += node.name.count(".")
            if depth > DEEPEST_EXPRESSION:
                raise Unreadable(TOO_DEEP)
        stack.extend((child, depth + 1) for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt))


def may_be_deep(text: str) -> bool:
    """Whether a text, in whatever language, may be nested too deeply.

    Counts generously: the operators since the last comma on all levels of brackets that are open.
    """
    levels, branches = [0], 0
    for found in _TOKEN.finditer(text):
        sign = found[0]
        if sign in "([{":
            levels[-1] += 1
            levels.append(1)
        elif sign in ")]}":
            if len(levels) > 1:
                levels.pop()
        elif sign in ",;":
            levels[-1] = 0
        elif sign[0] in "\r\n":
            if len(levels) == 1:
                levels[0] = 0
        elif sign[0] != "#":
            levels[-1] += 1
            branches += sign == "elif"
            if sum(levels) > DEEPEST_EXPRESSION or branches > DEEPEST_BLOCK:
                return True
        if len(levels) > DEEPEST_EXPRESSION:
            return True
    return False
