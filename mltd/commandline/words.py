"""Text of a shell to words and operators, with lines. Any text gives tokens: nothing here raises."""

from __future__ import annotations

import itertools
import re
from typing import NamedTuple

__all__ = ["Part", "Token", "inner_parts", "tokens"]


class Part(NamedTuple):
    """A piece of a word: ``kind`` is ``text`` (quotes and escapes already taken off), ``variable`` (``$X``), ``brace``
    (``${X:-1}``) or ``command`` (``$(ls)``), the last three as written; ``quoted`` if it stands in quotes."""

    kind: str
    text: str
    quoted: bool


class Token(NamedTuple):
    """A word (``operator`` empty) or an operator; ``items`` are the words of an array (``X=(a b)``)."""

    operator: str
    parts: tuple[Part, ...]
    line: int
    items: tuple[Token, ...] | None = None

    @property
    def keyword(self) -> str:
        """The word if nothing in it is quoted or substituted, as reserved words must be; else empty."""
        if len(self.parts) == 1 and self.parts[0].kind == "text" and not self.parts[0].quoted:
            return self.parts[0].text
        return ""


#: No substitution is longer than this; what does not end by then is taken as plain text.
_LONGEST = 10_000

#: So many characters are searched in vain for the ends of what never ends; then nothing is taken to begin any more.
_MOST_IN_VAIN = 500_000

_PLAIN = re.compile(r"[^\s'\"\\$`|&;()<>#]+")
_OPERATOR = re.compile(r";;&?|;&|\|\||&&|\|&|&>>|&>|<<<|<<-|<<|<&|<>|>>|>&|>\||[|&;()<>\n]")
_REDIRECTIONS = frozenset(["<", ">", ">>", "<<", "<<-", "<<<", "<&", ">&", "<>", ">|", "&>", "&>>"])
_VARIABLE = re.compile(r"\$(?:[A-Za-z_]\w*|[0-9@*#?$!<^+-])")
_ARRAY = re.compile(r"[A-Za-z_]\w*\+?=")
_DOUBLE = re.compile(r"[^\"\\$`]+")
_ARITHMETIC_END = re.compile(r"\)[ \t]*\)")


def tokens(text: str, line: int = 1) -> list[Token]:
    """The words and operators of a script whose first line is ``line``. Comments, redirections and here-documents are
    left out; ``\\n`` is an operator."""
    return _Lexer(text, line).run()


def inner_parts(text: str) -> tuple[Part, ...]:
    """The parts of a text as double quotes would see it."""
    lexer = _Lexer(text, 1)
    lexer.double(len(text))
    return _merged(lexer.parts)


class _Lexer:
    def __init__(self, text: str, line: int) -> None:
        self.text = text
        self.at = 0
        self.line = line
        self.counted = 0
        self.found: list[Token] = []
        self.parts: list[Part] = []
        self.items: tuple[Token, ...] | None = None
        self.started = -1  #: where the current word begins; -1 between words
        self.redirection = ""  #: the operator whose word comes next
        self.documents: list[tuple[str, bool]] = []  #: here-documents that begin after this line
        self.lacking: set[str] = set()  #: quotes that are not closed in the rest of the text
        self.vain = 0

    def run(self) -> list[Token]:
        text = self.text
        while self.at < len(text):
            first = text[self.at]
            plain = _PLAIN.match(text, self.at)
            if plain:
                self.add("text", plain.group(), plain.end())
            elif first == "\\":
                self.escape()
            elif first in " \t\r\f\v" or (first.isspace() and first != "\n"):
                self.end_word()
                self.at += 1
            elif first == "#":
                if self.started < 0:
                    self.at = _find(text, "\n", self.at)
                else:
                    self.add("text", "#", self.at + 1)
            elif first == "'":
                self.single()
            elif first == '"':
                self.quoted()
            elif first in "$`":
                self.dollar(False)
            else:
                self.operator()
        self.end_word()
        return self.found

    def add(self, kind: str, text: str, end: int, quoted: bool = False) -> None:
        if self.started < 0:
            self.started = self.at
        self.parts.append(Part(kind, text, quoted))
        self.at = end

    def end_word(self) -> None:
        if self.started < 0:
            return
        if self.redirection:
            if self.redirection in ("<<", "<<-"):
                delimiter = "".join(part.text for part in self.parts)
                self.documents.append((delimiter, self.redirection == "<<-"))
            self.redirection = ""
        else:
            self.found.append(Token("", _merged(self.parts), self.line_at(self.started), self.items))
        self.parts, self.items, self.started = [], None, -1

    def line_at(self, position: int) -> int:
        if position >= self.counted:
            self.line += self.text.count("\n", self.counted, position)
            self.counted = position
        return self.line

    # -------------------------------------------------------------- quotes and substitutions

    def escape(self) -> None:
        after = self.text[self.at + 1 : self.at + 2]
        if after == "\n":
            self.at += 2
        else:
            self.add("text", after or "\\", self.at + 2, quoted=True)

    def single(self) -> None:
        end = -1 if "'" in self.lacking else self.text.find("'", self.at + 1)
        if end < 0:
            self.lacking.add("'")
            self.add("text", "'", self.at + 1)
        else:
            self.add("text", self.text[self.at + 1 : end], end + 1, quoted=True)

    def quoted(self) -> None:
        start, before, started = self.at, len(self.parts), self.started
        if '"' not in self.lacking:
            self.add("text", "", self.at + 1, quoted=True)
            if self.double(len(self.text)):
                self.at += 1
                return
            self.lacking.add('"')
        self.at, self.started = start, started
        del self.parts[before:]
        self.add("text", '"', start + 1)

    def double(self, end: int) -> bool:
        """What stands in double quotes, up to the closing one (True) or the end (False)."""
        text = self.text
        while self.at < end:
            first = text[self.at]
            plain = _DOUBLE.match(text, self.at)
            if plain:
                self.add("text", plain.group(), plain.end(), quoted=True)
            elif first == '"':
                return True
            elif first == "\\":
                after = text[self.at + 1 : self.at + 2]
                kept = "" if after == "\n" else after if after and after in '$`"\\' else "\\" + after
                self.add("text", kept, self.at + 2, quoted=True)
            else:
                self.dollar(True)
        return False

    def dollar(self, quoted: bool) -> None:
        text, at = self.text, self.at
        variable = _VARIABLE.match(text, at)
        if variable:
            self.add("variable", variable.group(), variable.end(), quoted)
            return
        kind, end = "text", 0
        if text[at] == "`":
            kind, end = "command", text.find("`", at + 1, at + _LONGEST) + 1
        elif text.startswith("$(", at):
            kind, end = "command", self.closing(at + 1, "(", ")")
        elif text.startswith("${", at):
            kind, end = "brace", self.closing(at + 1, "{", "}")
        elif text.startswith("$'", at) and not quoted:
            self.at += 1
            self.single()
            return
        if end:
            self.add(kind, text[at:end], end, quoted)
        else:
            self.add("text", text[at], at + 1, quoted)

    def closing(self, at: int, opening: str, closing: str) -> int:
        """The position after the bracket that closes the one at ``at``; 0 if there is none."""
        end = _closing(self.text, at, opening, closing) if self.vain < _MOST_IN_VAIN else 0
        self.vain += 0 if end else min(_LONGEST, len(self.text) - at)
        return end

    # -------------------------------------------------------------- operators

    def operator(self) -> None:
        text, at = self.text, self.at
        found = _OPERATOR.match(text, at)
        sign = found.group() if found else text[at]
        if sign in "<>" and text.startswith("(", at + 1):
            end = self.closing(at + 1, "(", ")")
            if end:
                self.add("command", text[at:end], end)
                return
        if sign == "(" and self.started >= 0 and _ARRAY.fullmatch("".join(part.text for part in self.parts)):
            end = self.closing(at, "(", ")")
            if end:
                inner = tokens(text[at + 1 : end - 1], self.line_at(self.started))
                self.items = tuple(token for token in inner if not token.operator)
                self.at = end
                return
        if sign[0] in "<>" and self.started >= 0 and len(self.parts) == 1 and self.parts[0].text.isdigit():
            self.parts, self.started = [], -1  # the number of a file: 2>
        self.end_word()
        self.redirection = ""
        if sign == "(" and text.startswith("((", at):
            over = _ARITHMETIC_END.search(text, at, at + _LONGEST) if self.vain < _MOST_IN_VAIN else None
            self.vain += 0 if over else min(_LONGEST, len(text) - at)
            if over:
                self.found.append(Token("((", (), self.line_at(at)))
                self.at = over.end()
                return
        self.at += len(sign)
        if sign in _REDIRECTIONS:
            self.redirection = sign
            return
        self.found.append(Token(sign, (), self.line_at(at)))
        if sign == "\n" and self.documents:
            self.skip_documents()

    def skip_documents(self) -> None:
        for delimiter, tabs in self.documents:
            at = self.at
            while self.vain < _MOST_IN_VAIN and at < len(self.text):
                end = _find(self.text, "\n", at)
                line = self.text[at:end]
                at = end + 1
                if (line.lstrip("\t") if tabs else line) == delimiter:
                    self.at = min(at, len(self.text))
                    break
            else:
                self.vain += len(self.text) - self.at
        self.documents = []


def _merged(parts: list[Part]) -> tuple[Part, ...]:
    """The parts with neighbouring texts joined."""
    merged: list[Part] = []
    for (kind, quoted), group in itertools.groupby(parts, key=lambda part: (part.kind, part.quoted)):
        if kind == "text":
            merged.append(Part(kind, "".join(part.text for part in group), quoted))
        else:
            merged += group
    return tuple(merged)


def _find(text: str, what: str, at: int) -> int:
    end = text.find(what, at)
    return len(text) if end < 0 else end


def _closing(text: str, at: int, opening: str, closing: str) -> int:
    """The position after the bracket that closes the one at ``at``, quotes passed over; 0 if there is none."""
    depth = 0
    quote = ""
    end = min(len(text), at + _LONGEST)
    while at < end:
        char = text[at]
        if char == "\\" and quote != "'":
            at += 1
        elif quote:
            if char == quote:
                quote = ""
        elif char in "'\"":
            quote = char
        elif char == opening:
            depth += 1
        elif char == closing:
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1
    return 0
