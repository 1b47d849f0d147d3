"""What the interpreter computes with. Values that change in place (frames, instances, lists, mappings) are objects
with an identity; everything else is frozen.

Every value carries ``taint``: the events that it directly comes from (a read, a predict), each of which knows its own
inputs. So a way from cause to effect is read off (:mod:`mltd.flow.lineage`) and never has to be reconstructed.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mltd.flow.texts import Text

if TYPE_CHECKING:
    from mltd import facts
    from mltd.flow.events import Event, Site

Taint = frozenset["Event"]
NONE: Taint = frozenset()
#: Events that one value remembers; past that it forgets the earliest.
MAX_TAINT = 48
#: Containers in containers, and items of each, that are looked into for what they come from.
_DEEP = 3
#: The kind of what says of each of many whether it is meant: what a comparison gives.
MASK = "mask"
_WIDE = 32


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing is known but what went into it; ``kind`` is the knowledge's word for it, if any."""

    taint: Taint = NONE
    kind: str = ""
    library: str = ""


UNKNOWN = Unknown()


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, boolean or None; ``via`` says how it came in, as that of a text's part does: what an option, a
    configuration or the environment sets is a default that may be another value."""

    value: int | float | bool | None
    file: str = ""
    at: int = 0
    taint: Taint = NONE
    via: str = "literal"


@dataclass(frozen=True, slots=True)
class Texts:
    """A string or path: alternatives; ``path`` says that it is a ``pathlib`` object."""

    alternatives: tuple[Text, ...]
    path: bool = False
    taint: Taint = NONE

    @property
    def single(self) -> Text | None:
        """The text, if there is only one."""
        return self.alternatives[0] if len(self.alternatives) == 1 else None


@dataclass(eq=False, slots=True)
class Sequence:
    """A list, tuple or set: known items in order; ``open`` if there may be others, ``rest`` what those are; ``either``
    if there are no others, but not all of these may be there."""

    items: list[Value]
    kind: str = "list"
    open: bool = False
    rest: Value = UNKNOWN
    at: int = 0
    file: str = ""
    taint: Taint = NONE
    either: bool = False


@dataclass(eq=False, slots=True)
class Mapping:
    """A dict: known entries; ``open`` if there may be others, ``rest`` what those are; ``kind`` is ``config`` for one
    that a configuration file holds (its keys are attributes as well)."""

    entries: dict[Key, Value]
    open: bool = False
    rest: Value = UNKNOWN
    at: int = 0
    file: str = ""
    taint: Taint = NONE
    kind: str = "dict"


@dataclass(frozen=True, slots=True)
class External:
    """A name of a library: ``pandas.read_csv``, ``torch``."""

    name: str
    taint: Taint = NONE


@dataclass(frozen=True, slots=True)
class Module:
    """A module or package of the tree, by path of its file, or a folder without ``__init__``."""

    path: str
    name: str
    taint: Taint = NONE


@dataclass(eq=False, slots=True)
class Function:
    """A function of the tree; ``scope`` is where it was defined, ``owner`` the class it is a method of."""

    file: str
    node: facts.Def | facts.Lambda
    scope: Scope
    owner: Class | None = None
    decorators: tuple[Value, ...] = ()
    taint: Taint = NONE

    @property
    def name(self) -> str:
        """Its name, or ``<lambda>``."""
        return getattr(self.node, "name", "<lambda>")


@dataclass(eq=False, slots=True)
class Class:
    """A class of the tree."""

    file: str
    node: facts.Class
    bases: tuple[Value, ...]
    attributes: dict[str, Value]
    taint: Taint = NONE

    def find(self, name: str, depth: int = 0) -> Value | None:
        """An attribute of the class or, in order, of its bases of the tree."""
        if name in self.attributes:
            return self.attributes[name]
        for base in self.bases:
            if isinstance(base, Class) and depth < 10:
                found = base.find(name, depth + 1)
                if found is not None:
                    return found
        return None

    def library_base(self) -> str:
        """The dotted name of the first base that is a library's, or empty."""
        return next(iter(self.library_bases()), "")

    def library_bases(self, depth: int = 0) -> list[str]:
        """The dotted names of all bases that are a library's, in order, those of its bases of the tree too."""
        found: list[str] = []
        for base in self.bases:
            if isinstance(base, External):
                found.append(base.name)
            elif isinstance(base, Class) and depth < 10:
                found += base.library_bases(depth + 1)
        return found


@dataclass(eq=False, slots=True)
class Instance:
    """An object of a class of the tree."""

    cls: Class
    attributes: dict[str, Value] = field(default_factory=dict)
    arms: tuple[int, ...] = ()
    taint: Taint = NONE
    absent: bool = False  #: somewhere it, or None in its place, is meant


@dataclass(eq=False, slots=True)
class Object:
    """A library's object: ``type`` is its dotted class name, ``kind`` the knowledge's word, ``of`` what it was made of
    (the file that a handle opens, the estimator's parameters, the columns of a group)."""

    type: str
    kind: str
    path: Texts | None = None
    mode: str = ""
    at: int = 0
    file: str = ""
    parts: dict[str, Value] = field(default_factory=dict)
    taint: Taint = NONE
    absent: bool = False  #: somewhere it, or None in its place, is meant


@dataclass(frozen=True, slots=True)
class Method:
    """``receiver.name``, not yet called."""

    receiver: Value
    name: str
    at: int = 0
    taint: Taint = NONE


@dataclass(frozen=True, slots=True)
class Bound:
    """A function of the tree bound to its first argument."""

    function: Function
    receiver: Value
    taint: Taint = NONE


@dataclass(frozen=True, slots=True)
class Partial:
    """``functools.partial``."""

    function: Value
    args: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...]
    taint: Taint = NONE


@dataclass(frozen=True, slots=True)
class Native:
    """A Python function that the interpreter knows by heart (a string's method, a parser's ``add_argument``)."""

    call: Callable[..., Value]
    taint: Taint = NONE


@dataclass(eq=False, slots=True)
class Scope:
    """Names bound in a module, function or class block; ``outer`` is the scope that free names are looked up in."""

    file: str
    names: dict[str, Value]
    outer: Scope | None = None
    body: int = 0  #: index of the body it belongs to
    kind: str = "module"
    foreign: dict[str, Scope] = field(default_factory=dict)  #: names declared global or nonlocal
    bound: set[str] = field(default_factory=set)  #: parameters and variables of unrolled loops
    given: set[str] = field(default_factory=set)  #: those of them that have a value of this call or round
    handed: dict[str, Value] = field(default_factory=dict)  #: the values that parameters were given, or left at
    turning: set[str] = field(default_factory=set)  #: variables of loops, each another in every round
    #: the loop of each variable of one, and of each mask that is made by one
    loops: dict[str, Site] = field(default_factory=dict)
    returns: list[Value] = field(default_factory=list)
    yields: list[Value] = field(default_factory=list)
    symbol: str | None = None  #: the qualified name of that body, once it was asked for
    between: dict[str, list[Value]] | None = None  #: in a ``try``, the tables that names were before they got others


#: What a dict's entry may be known by.
Key = str | int | float | None
Value = Any  # one of the classes above, or a Frame or Column of mltd.flow.frames


def taint_of(*values: Value) -> Taint:
    """What the values directly come from, looking into a few items of containers, and of containers in them."""
    found: Taint = NONE
    for value in values:
        own = value.taint
        if type(value) in _HOLDERS:
            gathered = set(own)
            _gather(value, gathered, 0)
            own = frozenset(gathered)
        if own and own is not found:
            found = found | own if found else own
    return bounded(found)


def _gather(value: Value, found: set[Event], depth: int) -> None:
    """What the values inside of a container come from."""
    inside: Iterable[Value]
    if isinstance(value, Sequence):
        inside = value.items[:_WIDE] if not value.open else [*value.items[:_WIDE], value.rest]
    elif isinstance(value, Mapping):
        inside = itertools.islice(value.entries.values(), _WIDE)
        if value.open:
            inside = itertools.chain(inside, (value.rest,))
    else:
        inside = itertools.islice(value.attributes.values(), _WIDE)
    for item in inside:
        found |= item.taint
        if depth + 1 < _DEEP and type(item) in _HOLDERS:
            _gather(item, found, depth + 1)


_HOLDERS = frozenset({Sequence, Mapping, Instance})


_ORDER = operator.attrgetter("order")


def bounded(events: Collection[Event]) -> Taint:
    """The events as a taint: the latest of them, where there are too many."""
    if len(events) > MAX_TAINT:
        return frozenset(sorted(events, key=_ORDER)[-MAX_TAINT:])
    return events if isinstance(events, frozenset) else frozenset(events)


#: Containers inside containers that are looked into.
MAX_NESTING = 3
CONTAINERS = (Sequence, Mapping, Instance, Object)
#: Values that hold no others, and cannot be changed.
INERT = frozenset({Unknown, Constant, Texts, External, Module, Class, Native})


def is_none(value: Value) -> bool:
    """Whether a value is surely None."""
    return isinstance(value, Constant) and value.value is None


def inside(value: Value) -> list[Value]:
    """The values in a container, each once."""
    return list({id(item): item for item in items(value)}.values())


def items(value: Value) -> list[Value]:
    """The values in a container."""
    if isinstance(value, Sequence):
        return [*value.items[:200], value.rest]
    if isinstance(value, Mapping):
        return [*list(value.entries.values())[:200], value.rest]
    if isinstance(value, Instance):
        return list(value.attributes.values())[:200]
    return list(value.parts.values()) if isinstance(value, Object) else []
