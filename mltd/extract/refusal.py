"""Why a text is no Python 3, in a few words."""

from __future__ import annotations

import re

import libcst as cst

from mltd.extract import nesting
from mltd.source.decode import Unreadable

_PYTHON_2 = "Python 2 code"
_DEEP = ("too many nested", "too many levels of indentation", "too complex")

#: Messages of Python's parser about code of Python 2.
_MESSAGES = re.compile(
    r"Missing parentheses in call to '(print|exec)'|multiple exception types must be parenthesized"
    r"|leading zeros in decimal integer literals|inconsistent use of tabs"
)
#: Lines of Python 2 for which the parser has no message of its own.
_LINES = re.compile(
    r"^\s*(?:print\s+[^=(\s.,:)\]]|print\s*>>|exec\s+[\"'\w]|raise\s+[\w.]+\s*,|except\s+[\w.()\s,]+,\s*\w+\s*:)"
    r"|<>|`[^`]*`|\b0[xX]?[0-9a-fA-F]+L\b|\b\d+L\b|\b0[0-7]+\b|\b[uU][rR][\"']"
)


def check_refused(text: str, error: SyntaxError) -> None:
    """Raises ``Unreadable`` if a text that Python's parser refuses must not be given to libcst's."""
    if error.msg.startswith(_DEEP):
        raise Unreadable(nesting.TOO_DEEP)
    if nesting.may_be_deep(text):
        reason = refusal(text, error)
        raise reason if reason.reason.startswith(_PYTHON_2) else Unreadable(nesting.TOO_DEEP)


def refusal(text: str, error: SyntaxError | cst.ParserSyntaxError) -> Unreadable:
    """The reason that a parser's error gives."""
    if isinstance(error, cst.ParserSyntaxError):  # Python's own parser takes the text
        return Unreadable(f"line {error.raw_line}: libcst's parser does not know this syntax")
    number = error.lineno or 1
    lines = re.split(r"\r\n?|\n", text)
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    what = _PYTHON_2 if _MESSAGES.match(error.msg) or _LINES.search(line) else "not Python 3"
    return Unreadable(f"{what}: line {number}: {error.msg}")
