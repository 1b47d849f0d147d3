"""What belongs together because something joins it, directly or through others."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class Together(Generic[T]):
    """Sets that grow together (union-find): each member leads to one representative of its set."""

    def __init__(self) -> None:
        self._above: dict[T, T] = {}

    @property
    def members(self) -> Collection[T]:
        """All that was ever asked for or joined."""
        return self._above.keys()

    def root(self, member: T) -> T:
        """The representative of a member's set."""
        while (above := self._above.setdefault(member, member)) != member:
            self._above[member] = self._above[above]
            member = self._above[member]
        return member

    def join(self, first: T, second: T) -> None:
        """Make one set of two."""
        self._above[self.root(second)] = self.root(first)
