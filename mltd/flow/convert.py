"""From values to texts and constants."""

from __future__ import annotations

import re

from mltd.flow import values as v
from mltd.flow.joining import MAX_TEXTS
from mltd.flow.machine import Machine
from mltd.flow.texts import Source, Text, hole, literal


def to_text(m: Machine, value: v.Value, scope: v.Scope, at: int) -> tuple[Text, ...]:
    """The alternatives of ``str(value)``."""
    if isinstance(value, v.Texts):
        return value.alternatives
    if isinstance(value, v.Constant) and value.value is not None:
        source = Source(value.file or scope.file, value.at or at, value.via)
        return (literal(str(value.value), source),)
    return (hole(m.source(scope, at, "unknown")),)


def product(groups: list[tuple[Text, ...]], at_most: int = MAX_TEXTS) -> list[list[Text]] | None:
    """All combinations of alternatives, or None past the bound."""
    result: list[list[Text]] = [[]]
    for group in groups:
        result = [[*before, text] for before in result for text in group]
        if len(result) > at_most:
            return None
    return result


def spelled(value: object, spec: str, percent: bool = False) -> str | None:
    """A constant formatted, or None where that fails or asks for more than a name's width."""
    if any(len(digits) > 2 for digits in re.findall(r"\d+", spec)):
        return None
    try:
        return f"%{spec}" % value if percent else format(value, spec)
    except (ValueError, TypeError, OverflowError):
        return None


def constant(value: v.Value) -> v.Key:
    """The Python constant that a value is, or None."""
    if isinstance(value, v.Texts):
        single = value.single
        return single.constant if single is not None else None
    return value.value if isinstance(value, v.Constant) else None


def settled(value: v.Value) -> bool:
    """Whether no option and no environment variable has a say in a name or a list of names."""
    if isinstance(value, v.Texts):
        return not any(part.source.via in _ASKED for text in value.alternatives for part in text.parts)
    if isinstance(value, v.Constant):
        return value.via not in _ASKED
    return not isinstance(value, v.Sequence) or all(map(settled, value.items))


#: How a text comes in that whoever runs the program may change.
_ASKED = frozenset({"option", "environment"})


def names_in(value: v.Value, depth: int = 0, may: bool = False) -> list[str] | None:
    """The column names that a value lists: a string, or a list of strings; None where not all are known. ``may`` counts
    in those that may be listed or not. A tuple in a list is one name, of a column under several rows of a header; that
    is not followed by name."""
    single = constant(value)
    if isinstance(single, str):
        return [single]
    if isinstance(value, v.Texts):
        known = [text.constant for text in value.alternatives]
        return None if None in known else [name for name in known if name is not None]
    if depth and isinstance(value, v.Sequence) and value.kind == "tuple":
        return None
    if isinstance(value, v.Sequence) and (not value.open or (may and value.either)) and depth < v.MAX_NESTING:
        names: list[str] = []
        for item in value.items:
            inner = names_in(item, depth + 1, may)
            if inner is None:
                return None
            names.extend(inner)
        return names
    if isinstance(value, v.Mapping) and not value.open:
        return [str(key) for key in value.entries]
    return None


def labels_in(value: v.Value) -> list[str] | None:
    """The same where pandas takes a tuple for one name, as ``groupby`` and ``set_index`` do."""
    return None if isinstance(value, v.Sequence) and value.kind == "tuple" else names_in(value)


def surely(value: v.Value, depth: int = 0) -> list[str]:
    """The names that a value surely lists, whichever of its alternatives it is; of a tuple none: it is one name."""
    single = constant(value)
    if isinstance(single, str):
        return [single]
    if isinstance(value, v.Sequence) and not value.open and not value.either and depth < v.MAX_NESTING:
        return [name for item in value.items for name in surely(item, depth + 1)] if value.kind != "tuple" else []
    return []
