"""Files of SQL, templates of dbt among them: https://docs.getdbt.com/reference/dbt-jinja-functions/ref"""

from __future__ import annotations

import ast
import re

from mltd import sql
from mltd.extract.text import decode
from mltd.facts import SqlFacts

__all__ = ["read"]

#: The marks of Jinja: what is written out, what steers, and comments.
_MARKS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


def read(data: bytes) -> SqlFacts:
    """The statements of a file. Raises :class:`mltd.source.decode.Unreadable` for what is no text."""
    text = decode(data)
    if len(text) > sql.MAX_LENGTH:
        return SqlFacts("", None)
    filled = _MARKS.sub(_filled, text)
    return SqlFacts(filled, sql.statements(filled))


def _filled(mark: re.Match[str]) -> str:
    """What stands for a mark, of the same length: a table for a reference, a hole for another value, else nothing."""
    written = mark.group()
    if not written.startswith("{{"):
        return "".join(letter if letter == "\n" else " " for letter in written)
    name = _reference(written[2:-2].strip("-+ \n\t"))
    return (name if name is not None else sql.HOLE).ljust(len(written))


def _reference(expression: str) -> str | None:
    """The table that ``ref('model')``, ``ref('package', 'model')`` or ``source('source', 'table')`` means; nothing for
    ``config(...)``, which writes nothing out."""
    try:
        call = ast.parse(expression, mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        return None
    if call.func.id == "config":
        return ""
    if call.func.id not in ("ref", "source"):
        return None
    given = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    if len(given) != len(call.args) or not given or not all(re.fullmatch(r"\w+", name) for name in given):
        return None
    return ".".join(given) if call.func.id == "source" else given[-1]
