"""What happens to artifacts and models, in the order in which the interpreter saw it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mltd.flow.frames import ColumnDefinition, Reach
    from mltd.flow.texts import Text
    from mltd.flow.values import Value


@dataclass(frozen=True, slots=True)
class Site:
    """A span of a file, in packed positions, and the qualified name of the body it stands in."""

    file: str
    at: int
    to: int
    symbol: str = ""


@dataclass(eq=False, slots=True)
class Event:
    """One call that does something.

    ``verb`` and ``callee`` are the knowledge's; ``site`` the call; ``stack`` the calls that led there, outermost
    first; ``entry`` the file whose run reaches it. ``paths`` are what it names (an artifact's text, or several by
    *must* where a loop names them all); ``may`` says that it stands in a branch or loop that may not run, ``arms`` in
    which (outermost first), ``tries`` in which bodies of a ``try`` (their number) and in which of its handlers (the
    same number, negative), ``exits`` in which branches that return (their number) and after which of them (negative);
    ``alone`` that only running the file itself as a program reaches it.
    """

    order: int
    verb: str
    callee: str
    library: str
    site: Site
    stack: tuple[Site, ...]
    entry: str
    paths: tuple[Text, ...] = ()
    to: tuple[Text, ...] = ()
    role: str = ""
    form: str = ""  #: what kind of value it makes or takes, the knowledge's word
    may: bool = False
    arms: tuple[int, ...] = ()
    tries: tuple[int, ...] = ()
    exits: tuple[int, ...] = ()
    alone: bool = False
    guards: tuple[Value, ...] = ()  #: the settings that decide whether it happens
    off: bool = False  #: in a branch that a constant of the program switches off
    data: tuple[Value, ...] = ()
    inputs: frozenset[Event] = frozenset()  #: what its data was computed from
    features: frozenset[Event] = frozenset()  #: what the first of its data was computed from: of a fit, the features
    targets: frozenset[Event] = frozenset()  #: what the others were computed from: of a fit, labels and weights
    rooted: bool = False  #: whether it comes from data that is read, or from what a model says
    rows: frozenset[Event] = frozenset()  #: what says which rows the first of its data holds
    reach: dict[Event, Reach] = field(default_factory=dict)  #: of the reads behind its table, which columns are in it
    target_reach: dict[Event, Reach] = field(default_factory=dict)  #: the same of the labels of a fit
    columns: dict[str, frozenset[Event]] = field(
        default_factory=dict
    )  #: of a table written, what each column comes from
    held: dict[str, frozenset[ColumnDefinition]] = field(default_factory=dict)  #: the columns of its table by then
    result: Any = None
    receiver: Any = None
    extra: dict[str, Any] = field(default_factory=dict)

    def excludes(self, other: Event) -> bool:
        """Whether one run of their program reaches only one of the two events: they stand in different branches, in
        the body of a ``try`` and in its handler, or in a branch that returns and after it."""
        shared = min(len(self.arms), len(other.arms))
        return (
            self.arms[:shared] != other.arms[:shared]
            or any(-one in other.tries for one in self.tries)
            or any(-one in other.exits for one in self.exits)
        )

    def __repr__(self) -> str:
        return f"<{self.verb} {self.callee} {self.site.file}:{self.site.at >> 12}>"


def rooted(events: Iterable[Event]) -> bool:
    """Whether some of the events come from data that is read, or from what a model says."""
    for event in events:  # noqa: SIM110 (asked for every call: a generator costs too much)
        if event.rooted:
            return True
    return False
