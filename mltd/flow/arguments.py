"""Which argument of a call a parameter gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mltd.flow import values as v
from mltd.knowledge import Row


def drawn_again(row: Row, args: Sequence[v.Value], keywords: Mapping[str, v.Value]) -> bool:
    """Whether a call may draw one row twice."""
    if not row.again:
        return False
    given = argument(row.params, row.again.lstrip("!"), args, keywords)
    return row.again[0] == "!" if given is None else isinstance(given, v.Constant) and given.value is True


def argument(names: list[str], wanted: str, args: Sequence[v.Value], keywords: Mapping[str, v.Value]) -> v.Value | None:
    """The argument of a parameter, by position or keyword."""
    if wanted in keywords:
        return keywords[wanted]
    if wanted.startswith("**"):
        named = [value for name, value in keywords.items() if name not in names and name[0] != "*"]
        return v.Sequence(named, "tuple") if named else None
    if wanted.startswith("*"):
        before = names.index(wanted) if wanted in names else 0
        return v.Sequence(list(args[before:]), "tuple") if args[before:] else None
    positional = names[: names.index("*")] if "*" in names else names
    if wanted in positional and positional.index(wanted) < len(args):
        return args[positional.index(wanted)]
    return None
