"""Who needs a column: through derived columns, and through files that other programs read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mltd.flow.events import Event
from mltd.flow.frames import ColumnDefinition, Origin

#: Readers of a write: their read events, or None where some reader cannot be known.
Readers = Callable[[Event], "list[Event] | None"]


#: A column, or a column that a write carries away.
Carrier = ColumnDefinition | tuple[Event, str]


class Demand:
    """Answers whether a column is needed by anything; what cannot be told is needed."""

    def __init__(self, origins: Mapping[Event, Origin], readers: Readers) -> None:
        self._origins = origins
        self._readers = readers
        self._known: dict[Carrier, bool] = {}

    def needed(self, definition: ColumnDefinition) -> bool:
        """Whether something uses the column, a column that is used was computed from it, or it leaves the tree."""
        return self._reaches(definition)

    def _reaches(self, start: Carrier) -> bool:
        """Whether a way leads from here to a use. Everything on that way is needed; where none leads to one, nothing
        that can be reached from here is. A circle needs nothing by itself."""
        if start in self._known:
            return self._known[start]
        came_from: dict[Carrier, Carrier | None] = {start: None}
        todo = [start]
        while todo:
            current = todo.pop()
            found = self._known.get(current)
            ways: list[Carrier] = []
            if found is None:
                found, ways = self._look(current)
            if found:
                step: Carrier | None = current
                while step is not None:
                    self._known[step] = True
                    step = came_from[step]
                return True
            for way in ways:
                if way not in came_from:
                    came_from[way] = current
                    todo.append(way)
        self._known.update(dict.fromkeys(came_from, False))
        return False

    def _look(self, carrier: Carrier) -> tuple[bool, list[Carrier]]:
        """Whether it is used as it is, and where else it goes."""
        if isinstance(carrier, ColumnDefinition):
            away = [(write, name) for write, names in carrier.stored.items() for name in sorted(names)]
            return bool(carrier.uses), [*carrier.derives, *away]
        write, name = carrier
        readers = self._readers(write)
        if not readers or not any(map(self._takes, readers)):
            return True, []  # who only looks whether a table is there, or how large it is, is no reader
        ways: list[Carrier] = []
        for reader in readers:
            uses = reader.extra.get("uses")
            if uses is not None:  # a statement of SQL says which columns it takes
                if name in uses or name.lower() in uses:
                    return True, []
                continue
            origin = self._origins.get(reader)
            if origin is None or name in origin.names:
                return True, []
            for gone, target in origin.whole:
                if name not in gone:
                    if target is None:
                        return True, []
                    ways.append((target, name))
        return False, ways

    def _takes(self, reader: Event) -> bool:
        """Whether something takes any column of what is read."""
        origin = self._origins.get(reader)
        return origin is None or bool(origin.names or origin.whole or reader.extra.get("uses"))
