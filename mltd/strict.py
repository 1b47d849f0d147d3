"""Untyped data to typed structs, telling every problem at once and not only the first. A leaf.

msgspec stops at the first value that does not fit. Someone who writes a configuration wants to see all of them, each
with its key, what was found and what was expected. Keys are written with dashes where the field has underscores.
"""

from __future__ import annotations

import difflib
import enum
import types
import typing
from collections.abc import Iterable
from typing import Any, TypeVar, Union

import msgspec

__all__ = ["Problem", "build", "near", "shown"]

_S = TypeVar("_S", bound=msgspec.Struct)


class Problem(msgspec.Struct, frozen=True):
    """One thing wrong with a configuration: where it stands, what was found there and what should be."""

    file: str
    key: str
    found: str
    expected: str

    def __str__(self) -> str:
        where = f"{self.file}: {self.key}" if self.key else self.file
        return f"{where}: found {self.found}, expected {self.expected}"


def near(name: str, names: Iterable[str]) -> str:
    """`` (did you mean "x"?)`` for the nearest of ``names``, empty where none is near."""
    close = difflib.get_close_matches(name, list(names), n=1, cutoff=0.6)
    return f' (did you mean "{close[0]}"?)' if close else ""


def shown(value: object) -> str:
    """A value as a person would have written it in TOML, cut where it is long."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        text = '"' + value + '"'
    elif isinstance(value, dict):
        text = "a table"
    elif isinstance(value, list):
        text = f"a list of {len(value)}"
    else:
        text = str(value)
    return text if len(text) <= 60 else text[:57] + '..."'


def build(kind: type[_S], data: object, file: str, key: str, problems: list[Problem]) -> _S | None:
    """A struct from plain data; what is wrong is added to ``problems``, and then the answer is None.

    A field's name may be given by ``rename``; unknown keys are problems with a suggestion.
    """
    if not isinstance(data, dict):
        problems.append(Problem(file, key, shown(data), "a table"))
        return None
    before = len(problems)
    hints = typing.get_type_hints(kind, include_extras=True)
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for name in data:
        if name not in fields:
            names = ", ".join(fields) or "none: it has no options"
            expected = f"one of the keys {names}{near(str(name), fields)}" if fields else "no key here"
            problems.append(Problem(file, _join(key, name), "an unknown key", expected))
    values: dict[str, Any] = {}
    for name, field in fields.items():
        if name in data:
            values[field.name] = _value(hints[field.name], data[name], file, _join(key, name), problems)
        elif field.required:
            problems.append(Problem(file, _join(key, name), "nothing", _wanted(hints[field.name])))
    return kind(**values) if len(problems) == before else None


def sound(kind: type[_S], data: object) -> _S | None:
    """A struct from what is right in plain data, the rest left at its default; None where a required field is wrong."""
    if not isinstance(data, dict):
        return None
    hints = typing.get_type_hints(kind, include_extras=True)
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        given, hint = data.get(field.encode_name), hints[field.name]
        problems: list[Problem] = []
        value = _value(hint, given, "", "", problems) if field.encode_name in data else None
        if field.encode_name in data and not problems:
            values[field.name] = value
        elif isinstance(hint, type) and issubclass(hint, msgspec.Struct) and (inner := sound(hint, given)) is not None:
            values[field.name] = inner
        elif field.required:
            return None
    return kind(**values)


def _join(key: str, name: object) -> str:
    return f"{key}.{name}" if key else str(name)


def _value(kind: Any, value: object, file: str, key: str, problems: list[Problem]) -> object:
    """One value as ``kind``, descending into lists, tables and structs so that each problem is told."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return build(kind, value, file, key, problems)
    if origin in (list, tuple) and isinstance(value, list) and (origin is list or arguments[-1] is Ellipsis):
        items = [_value(arguments[0], item, file, f"{key}[{number}]", problems) for number, item in enumerate(value)]
        return items if origin is list else tuple(items)
    if origin is dict and isinstance(value, dict):
        return {name: _value(arguments[1], item, file, _join(key, name), problems) for name, item in value.items()}
    try:
        return msgspec.convert(value, kind, strict=True)
    except msgspec.ValidationError:
        problems.append(Problem(file, key, shown(value), _wanted(kind)))
        return None


_WORDS: dict[object, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    dict: "a table",
}


def _wanted(kind: Any) -> str:
    """A type in words."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(_wanted(one) for one in arguments if one is not type(None)))
    if origin is typing.Literal:
        return "one of " + ", ".join(shown(value) for value in arguments)
    if origin is typing.Annotated:
        bounds = next((extra for extra in arguments[1:] if isinstance(extra, msgspec.Meta)), None)
        return _wanted(arguments[0]) + (_bounds(bounds) if bounds else "")
    if origin in (list, tuple):
        return f"a list, each {_wanted(arguments[0])}"
    if origin is dict:
        return f"a table, each value {_wanted(arguments[1])}"
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return "one of " + ", ".join(shown(one.value) for one in kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return "a table"
    return _WORDS.get(kind, str(getattr(kind, "__name__", kind)))


def _bounds(meta: msgspec.Meta) -> str:
    words = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than", "min_length": "of at least"}
    told = [f"{word} {getattr(meta, name)}" for name, word in words.items() if getattr(meta, name) is not None]
    if meta.pattern is not None:
        told.append(f"of the form {meta.pattern}")
    return " " + " and ".join(told) if told else ""
