"""YAML: documents with the line of every value. Composed from the parser's events, so nothing is constructed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import yaml

from mltd.extract.data import DEEPEST, NESTED, scalar
from mltd.extract.text import count_lines, decode
from mltd.facts import DataFacts, Datum
from mltd.source.decode import Unreadable

__all__ = ["read"]

#: So many values may come from aliases, those inside what an alias stands for included.
MOST_ALIASED = 100_000

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_MERGE = "<<"

_Value = str | int | float | bool | None


class _Built(NamedTuple):
    """A value and how many values it holds, itself included; ``text`` is a scalar as written, as a key has it."""

    datum: Datum
    size: int
    text: str
    merge: bool = False


def read(data: bytes) -> DataFacts:
    """The documents of a YAML file.

    Anchors and merges are expanded; an alias inside its own anchor is None; a tag of someone else's (``!Ref``) is
    dropped and its value kept as written. Keys are text as written (``on``, not true), and an entry stands on the line
    of its key. Raises :class:`Unreadable`.
    """
    text = decode(data)
    try:
        documents = list(_documents(text))
    except yaml.MarkedYAMLError as error:
        deep = "nesting depth" in (error.problem or "")  # the parser's own bound, from PyYAML 6.0.4 on
        raise Unreadable(NESTED if deep else f"not YAML: {_complaint(error)}") from None
    except yaml.YAMLError as error:
        raise Unreadable(f"not YAML: {str(error).splitlines()[0][:120]}") from None
    except RecursionError:
        raise Unreadable(NESTED) from None
    return DataFacts("yaml", documents, count_lines(text))


def _complaint(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or error.context or "cannot be parsed"
    mark = error.problem_mark or error.context_mark
    return f"{problem} on line {mark.line + 1}" if mark else problem


def _documents(text: str) -> Iterator[Datum]:
    composer: _Composer | None = None
    events = iter(yaml.parse(text, Loader=_LOADER))
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            composer = _Composer(events)
            yield composer.value(next(events), 0).datum


class _Composer:
    """Builds one document from the parser's events."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self._anchors: dict[str, _Built | None] = {}
        self._aliased = 0

    def value(self, event: Any, depth: int) -> _Built:
        if depth > DEEPEST:
            raise Unreadable(NESTED)
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event.anchor or "", line)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        if isinstance(event, yaml.ScalarEvent):
            merge = event.implicit[0] and event.value == _MERGE
            built = _Built(Datum(_scalar(event), line), 1, event.value, merge)
        elif isinstance(event, yaml.SequenceStartEvent):
            built = self._sequence(line, depth)
        else:
            built = self._mapping(line, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = built
        return built

    def _alias(self, anchor: str, line: int) -> _Built:
        if anchor not in self._anchors:
            raise Unreadable(f"not YAML: undefined alias *{anchor} on line {line}")
        built = self._anchors[anchor]
        if built is None:  # inside its own anchor
            return _Built(Datum(None, line), 1, "")
        self._aliased += built.size
        if self._aliased > MOST_ALIASED:
            raise Unreadable("too large when its aliases are expanded")
        return built

    def _sequence(self, line: int, depth: int) -> _Built:
        items: list[Datum] = []
        size = 1
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            built = self.value(event, depth + 1)
            items.append(built.datum)
            size += built.size
        return _Built(Datum(items, line), size, "")

    def _mapping(self, line: int, depth: int) -> _Built:
        own: dict[str, Datum] = {}
        merged: dict[str, Datum] = {}
        size = 1
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self.value(event, depth + 1)
            value = self.value(next(self._events), depth + 1)
            size += key.size + value.size
            if key.merge:
                for entries in _entries(value.datum):
                    merged = {**entries, **merged}
            else:
                own[_key(key)] = Datum(value.datum.value, key.datum.line)
        return _Built(Datum({**merged, **own} if merged else own, line), size, "")


def _entries(datum: Datum) -> list[dict[str, Datum]]:
    """What a merge brings: one mapping or several, of which the earlier ones win."""
    values = [item.value for item in datum.value] if isinstance(datum.value, list) else [datum.value]
    return [value for value in values if isinstance(value, dict)]


def _key(built: _Built) -> str:
    if isinstance(built.datum.value, (list, dict)):
        return str(built.datum.plain())
    return built.text


# ------------------------------------------------------------------ scalars

_resolver: Any = yaml.resolver.Resolver()


def _scalar(event: Any) -> _Value:
    """What the safe loader would make of a scalar; kept as written where that is no plain value or fails."""
    text: str = event.value
    tag = event.tag
    if tag is None or tag == "!":
        plain, _ = event.implicit
        tag = _resolver.resolve(yaml.ScalarNode, text, event.implicit) if plain else f"{_TAG}str"
    convert = _CONVERT.get(tag)
    if convert is None:
        return text
    try:
        return scalar(convert(text))
    except (ValueError, KeyError, IndexError, OverflowError):
        return text


_INTEGER = re.compile(r"([+-]?)(?:0b([01]+)|0x([0-9a-f]+)|(0[0-7]*)|(\d+)|(\d+(?::\d+)+))", re.IGNORECASE)


def _integer(text: str) -> int:
    found = _INTEGER.fullmatch(text.replace("_", ""))
    if found is None:
        raise ValueError(text)
    sign, binary, hexadecimal, octal, decimal, sixties = found.groups()
    if sixties:
        number = 0
        for digits in sixties.split(":"):
            number = number * 60 + int(digits)
    elif binary or hexadecimal:
        number = int(binary or hexadecimal, 2 if binary else 16)
    else:
        number = int(octal, 8) if octal else int(decimal)
    return -number if sign == "-" else number


def _real(text: str) -> float:
    text = text.replace("_", "").lower()
    sign = -1.0 if text.startswith("-") else 1.0
    text = text.lstrip("+-")
    if text in (".inf", ".nan"):
        return sign * float(text[1:])
    number = 0.0
    for digits in text.split(":"):
        number = number * 60 + float(digits)
    return sign * number


_CONVERT: dict[str, Callable[[str], _Value]] = {
    f"{_TAG}null": lambda text: None,
    f"{_TAG}bool": lambda text: yaml.SafeLoader.bool_values[text.lower()],
    f"{_TAG}int": _integer,
    f"{_TAG}float": _real,
}
