"""Words of a shell to arguments: variables, defaults, braces and the few substitutions that a reader can work out."""

from __future__ import annotations

import itertools
import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from mltd.commandline.words import Part, Token, inner_parts, tokens

__all__ = ["HERE", "SELF", "Scope", "known", "plain", "seen_from"]

#: Stands in values for the folder that the script itself lies in.
HERE = "\x01"
#: ... and for the path of the script.
SELF = f"{HERE}/\x02"
_NAME = "\x02"

Value = str | list[str]

_LONGEST_VALUE = 4_000
_MOST_WORDS = 200
_DEEPEST = 5

_BRACE = re.compile(r"\$\{(?P<name>\w+|[@*])(?P<index>\[(?:@|\*|\d+)\])?(?P<rest>.*)\}", re.DOTALL)
_DEFAULT = re.compile(r":?[-=](?P<default>.*)", re.DOTALL)
_OPTIONAL = re.compile(r":?\+")
_RANGE = re.compile(r"(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?")
_ALTERNATIVES = re.compile(r"\{([^{}\s]*(?:,|\.\.)[^{}\s]*)\}")
_OWN_PATH = re.compile(rf"{HERE}(?P<rest>/[^\s:,;\"'$`]*)?")


def known(text: str) -> bool:
    """Whether a text holds nothing that only a running shell could know."""
    return not any(char in text for char in "$`")


@dataclass
class Scope:
    """The variables of a script at one point, and the folder that it stands in.

    ``folder`` is relative to the script's own, absolute if the script was started in an absolute one, or empty where
    unknown. A value is a text, or a list for an array.
    """

    folder: str
    variables: dict[str, Value] = field(default_factory=dict)

    def copy(self) -> Scope:
        return Scope(self.folder, dict(self.variables))

    def assign(self, name: str, value: Value | None) -> None:
        """Sets a variable, or forgets it where the value is unknown or of no reasonable size."""
        if value is None or len("".join(value)) > _LONGEST_VALUE or not all(map(known, _as_list(value))):
            self.variables.pop(name, None)
        else:
            self.variables[name] = value

    def words(self, words: Iterable[Token]) -> list[str]:
        """The arguments that words stand for."""
        found: list[str] = []
        for word in words:
            if word.items is not None:
                found.append("".join(part.text for part in word.parts))
                continue
            for alternative in itertools.islice(_alternatives(word.parts), _MOST_WORDS):
                found += self._fields(alternative)
            if len(found) > _MOST_WORDS * 10:
                break
        return found

    def text(self, parts: Iterable[Part], depth: int = 0) -> str:
        """The text that parts stand for, as an assignment sees it: never split."""
        return "".join(_joined(self._value(part, depth), part) for part in parts)

    def _fields(self, parts: Iterable[Part]) -> list[str]:
        """One argument, or as many as unquoted values and lists give."""
        fields: list[str] = []
        current: str | None = None
        for part in parts:
            value = self._value(part, 0)
            if isinstance(value, list):
                pieces = value if part.quoted else [piece for item in value for piece in item.split()]
            elif part.kind == "text" or part.quoted or value is None or value == part.text:
                current = (current or "") + (part.text if value is None else value)
                continue
            else:
                if value[:1].isspace() and current is not None:
                    fields.append(current)
                    current = None
                pieces = value.split()
            for index, piece in enumerate(pieces[:_MOST_WORDS]):
                if index and current is not None:
                    fields.append(current)
                    current = None
                current = (current or "") + piece
        if current is not None:
            fields.append(current)
        return fields

    def _value(self, part: Part, depth: int) -> Value | None:
        """What a part stands for; None where that is unknown."""
        if part.kind == "text":
            return part.text
        if depth > _DEEPEST:
            return None
        if part.kind == "variable":
            return self._variable(part.text[1:])
        if part.kind == "brace":
            return self._brace(part.text, depth)
        return self._substitution(part.text, depth)

    def _variable(self, name: str) -> Value | None:
        if name == "PWD":
            return self._here()
        value = self.variables.get(name)
        if isinstance(value, list) and name not in "@*":
            return value[0] if value else ""  # as bash has it
        return value

    def _brace(self, text: str, depth: int) -> Value | None:
        found = _BRACE.fullmatch(text)
        if found is None:
            return None
        name, index, rest = found.group("name", "index", "rest")
        value = self._variable(name) if not index else self._item(name, index[1:-1])
        if not rest:
            return value
        default = _DEFAULT.fullmatch(rest)
        if default:
            return value or self.text(inner_parts(default.group("default")), depth + 1)
        return "" if _OPTIONAL.match(rest) and value is None else None

    def _item(self, name: str, index: str) -> Value | None:
        value = self.variables.get(name)
        if value is None or index in "@*":
            return value
        items = _as_list(value)
        return items[int(index)] if len(index) < 4 and int(index) < len(items) else None

    def _here(self) -> str | None:
        if not self.folder or self.folder.startswith("/"):
            return self.folder or None
        return HERE if self.folder == "." else f"{HERE}/{self.folder}"

    # -------------------------------------------------------------- substitutions

    def _substitution(self, text: str, depth: int) -> Value | None:
        """What a command in a command prints: the script's own folder, the current one, a sequence of numbers."""
        if text[0] in "<>":
            return None
        inside = tokens(text[1:-1] if text[0] == "`" else text[2:-1])
        scope = self.copy()
        printed: Value | None = None
        for separator, group in itertools.groupby(inside, key=lambda token: token.operator != ""):
            if separator:
                continue
            words = [scope.text(word.parts, depth + 1) for word in group]
            printed = scope.run_printer(words)
            if printed is None:
                return None
        return printed

    def run_printer(self, argv: list[str]) -> Value | None:
        """What one of the few commands known here prints, and what ``cd`` does; None for any other."""
        program, values = argv[0], [word for word in argv[1:] if not word.startswith("-")]
        if program == "seq":
            return _sequence(argv[1:])
        if program == "pwd":
            return self._here()
        if len(values) != 1:
            return None
        value = values[0]
        if program == "cd":
            self.folder = self.folder_of(value)
            return "" if self.folder else None
        if program == "dirname" and known(value):
            return posixpath.dirname(value) or "."
        if program in ("realpath", "readlink"):
            return value
        if program == "basename" and known(value):
            return posixpath.basename(value)
        return None

    def folder_of(self, target: str) -> str:
        """Where ``cd target`` leads; empty where unknown."""
        if target.startswith(HERE):
            return posixpath.normpath("." + target[len(HERE) :]) if known(target) else ""
        if not known(target) or target.startswith(("~", "-")) or set(target) & set("*?[<>{"):
            return ""
        if target.startswith("/"):
            return posixpath.normpath(target)
        return posixpath.normpath(posixpath.join(self.folder, target)) if self.folder else ""


def plain(text: str) -> str:
    """A text without the marks that stand for the script's own path here."""
    return text.replace(HERE, " ").replace(_NAME, " ")


def seen_from(folder: str, text: str) -> str:
    """A text with paths below the script's own folder as they are written in a folder, which is relative to it; as a
    shell would find them where that cannot be told."""

    def path(found: re.Match[str]) -> str:
        rest = found.group("rest") or ""
        seen = _relative("." + rest, folder) if folder and not folder.startswith("/") else None
        return f'$(dirname "$0"){rest}' if seen is None else seen

    if HERE not in text and _NAME not in text:
        return text
    return _OWN_PATH.sub(path, text.replace(SELF, "$0")).replace(_NAME, "$0")


def _relative(path: str, folder: str) -> str | None:
    """A path as seen from a folder, both relative to one place; None where that takes the name of a folder above."""
    parts = [part for part in posixpath.normpath(path).split("/") if part != "."]
    outer = [part for part in posixpath.normpath(folder).split("/") if part != "."]
    common = 0
    while common < min(len(parts), len(outer)) and parts[common] == outer[common]:
        common += 1
    if ".." in outer[common:]:
        return None
    steps = [".."] * (len(outer) - common) + parts[common:]
    return "/".join(steps if steps[:1] == [".."] else [".", *steps])


def _as_list(value: Value) -> list[str]:
    return value if isinstance(value, list) else [value]


def _joined(value: Value | None, part: Part) -> str:
    if value is None:
        return part.text
    return " ".join(value) if isinstance(value, list) else value


def _alternatives(parts: tuple[Part, ...], depth: int = 0) -> Iterator[tuple[Part, ...]]:
    """The words that ``{a,b}`` and ``{1..3}`` give, or the one that it is."""
    for index, part in enumerate(parts):
        if depth < _DEEPEST and part.kind == "text" and not part.quoted and "{" in part.text:
            found = _ALTERNATIVES.search(part.text)
            if found is None:
                continue
            for choice in _choices(found.group(1)):
                text = part.text[: found.start()] + choice
                rest = Part("text", part.text[found.end() :], False)
                for tail in _alternatives((rest, *parts[index + 1 :]), depth + 1):
                    yield (*parts[:index], Part("text", text, False), *tail)
            return
    yield parts


def _choices(inside: str) -> list[str]:
    span = _RANGE.fullmatch(inside)
    if span is None:
        return inside.split(",") if "," in inside else ["{" + inside + "}"]
    return _numbers(*span.groups()) or ["{" + inside + "}"]


def _sequence(arguments: list[str]) -> list[str] | None:
    if not 1 <= len(arguments) <= 3 or not all(re.fullmatch(r"-?\d{1,6}", text) for text in arguments):
        return None
    first, step, last = {1: ("1", "1", arguments[0]), 2: (arguments[0], "1", arguments[-1])}.get(
        len(arguments), (arguments[0], arguments[1 % len(arguments)], arguments[-1])
    )
    return _numbers(first, last, step)


def _numbers(first: str, last: str, step: str | None) -> list[str] | None:
    """The numbers from first to last, both included; None for too many."""
    if max(len(first), len(last), len(step or "")) > 7:
        return None
    start, end = int(first), int(last)
    size = abs(int(step or 1)) or 1
    numbers = range(start, end + 1, size) if start <= end else range(start, end - 1, -size)
    return [str(number) for number in numbers] if len(numbers) <= _MOST_WORDS else None
