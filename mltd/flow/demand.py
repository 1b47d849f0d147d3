"""Who needs a column: through derived columns, and through files that other programs read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mltd.flow.events import Event
from mltd.flow.frames import ColumnDefinition, Origin

#: Readers of a write: their read events, or None where some reader cannot be known.
Readers = Callable[[Event], "list[Event] | None"]


class Demand:
    """Answers whether a column is needed by anything; what cannot be told is needed."""

    def __init__(self, origins: Mapping[Event, Origin], readers: Readers) -> None:
        self._origins = origins
        self._readers = readers
        self._columns: dict[ColumnDefinition, bool] = {}
        self._stored: dict[tuple[Event, str], bool] = {}

    def needed(self, definition: ColumnDefinition) -> bool:
        """Whether something uses the column, a column that is used was computed from it, or it leaves the tree."""
        known = self._columns.get(definition)
        if known is not None:
            return known
        self._columns[definition] = False  # a circle of columns needs nothing by itself
        found = (
            bool(definition.uses)
            or any(self.needed(derived) for derived in definition.derives)
            or any(self.needed_from(event, name) for event, name in definition.stored.items())
        )
        self._columns[definition] = found
        return found

    def needed_from(self, write: Event, name: str) -> bool:
        """Whether a column that a write carries away is needed by a reader, or by someone who cannot be seen."""
        known = self._stored.get((write, name))
        if known is not None:
            return known
        self._stored[write, name] = False
        readers = self._readers(write)
        found = not readers or any(self._read(reader, name) for reader in readers)
        self._stored[write, name] = found
        return found

    def _read(self, reader: Event, name: str) -> bool:
        origin = self._origins.get(reader)
        if origin is None or name in origin.names:
            return True
        return any(
            name not in gone and (target is None or self.needed_from(target, name)) for gone, target in origin.whole
        )
