"""What programs are called with: the arguments of the commands that run them (Make, DVC, scripts, containers, CI)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mltd import commandline, facts
from mltd.flow import values as v
from mltd.flow.texts import Source, Text, hole, literal

#: Commands of one program that are looked at.
_MOST = 20


@dataclass(frozen=True, slots=True)
class Called:
    """A command runs a program with these arguments; ``file`` and ``line`` say where it stands."""

    args: tuple[str, ...]
    file: str
    line: int


#: The commands that run each program, by its path.
Calls = Mapping[str, tuple[Called, ...]]


def given(calls: Iterable[Called], names: Iterable[str]) -> list[Text | None]:
    """What each command gives to an option by one of its names (``--input``, ``-i``): None where it leaves it out, a
    hole where only the shell knows."""
    names = tuple(names)
    return [_told(one, _value(one.args, names)) for one in list(calls)[:_MOST]]


def placed(calls: Iterable[Called], number: int) -> list[Text | None]:
    """What each command gives in a place, from 0; only where it gives no options, since one may take a word."""
    plain = [one for one in list(calls)[:_MOST] if not any(word.startswith("-") for word in one.args)]
    return [_told(one, one.args[number] if number < len(one.args) else None) for one in plain]


def texts(found: list[Text | None], default: v.Value | None) -> v.Texts | None:
    """The alternatives of an argument: what the commands give, and its default where one leaves it out; None where no
    command gives any."""
    told = [text for text in found if text is not None]
    if not told:
        return None
    rest = default.alternatives if isinstance(default, v.Texts) and len(told) < len(found) else ()
    return v.Texts(tuple({text.template: text for text in (*told, *rest)}.values()))


def _value(args: tuple[str, ...], names: tuple[str, ...]) -> str | None:
    for index, word in enumerate(args):
        name, equals, value = word.partition("=")
        if name in names and equals:
            return value
        if word in names:
            following = args[index + 1] if index + 1 < len(args) else None
            return following if following is not None and not following.startswith("--") else None
    return None


def _told(call: Called, value: str | None) -> Text | None:
    if value is None:
        return None
    source = Source(call.file, facts.pack(call.line or 1, 1), "option")
    return literal(value, source) if value and commandline.known(value) and "{{" not in value else hole(source)
