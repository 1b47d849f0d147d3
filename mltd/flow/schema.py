"""Which columns a table can have at most: what the flow is sure of, however the program runs.

A schema never leaves out a column that a run may have; ``None`` in its place says that any column may be there. It may
name columns that a run has not. What reads give is only known by their headers, which the graph stage looks at.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mltd.flow.frames import Origin

#: Names kept of one table; a table of more is not known.
MAX_NAMES = 1_500
#: What pandas calls index levels that have no name, once they are columns.
#: https://pandas.pydata.org/docs/reference/api/pandas.DataFrame.reset_index.html
_UNNAMED = "index"
_LEVEL = "level_"
#: And what it calls a series that has no name.
_VALUES = 0

#: A column's name; of a table with several header rows, one for each row.
Name = str | int | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Schema:
    """A table has no columns but the ``names``, those that the ``reads`` gave but the ones that are gone since, any of
    both with one of the ``endings`` behind (that joins give), and those that begin with one of the ``families`` (that
    come of values). ``index`` are the names of its index, None for one without, and None where they are not known;
    ``single`` says that it is one column (a series) of that name and no table yet; ``exact`` that the table has all of
    the names, in their order."""

    names: tuple[Name, ...] = ()
    reads: tuple[tuple[Origin, frozenset[str]], ...] = ()
    endings: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()
    index: tuple[Name | None, ...] | None = (None,)
    single: bool = False
    exact: bool = False

    @property
    def closed(self) -> tuple[Name, ...] | None:
        """All names that the table may have, or None where some are not known by name."""
        return self.names if not self.reads and not self.families and not self.single else None

    def told(self, name: str) -> bool:
        """Whether a column of this name may be there without having come with what was read."""
        return (
            name in self.names
            or any(name.startswith(family) for family in self.families)
            or any(name.endswith(ending) and name[: -len(ending)] in self.names for ending in self.endings)
        )

    def unended(self, name: str) -> set[str]:
        """The names that a column of this name may have had before joins put endings behind it, its own too."""
        found, todo = {name}, [name]
        while todo:
            last = todo.pop()
            for ending in self.endings:
                if last.endswith(ending) and (before := last[: -len(ending)]) not in found:
                    found.add(before)
                    todo.append(before)
        return found

    # ------------------------------------------------------------------ columns come and go

    def added(self, names: Iterable[Name]) -> Schema | None:
        """With columns of these names; not known where some are of one header row and some of several."""
        every = tuple(dict.fromkeys((*self.names, *names)))
        levels = {isinstance(name, tuple) for name in every}
        return dataclasses.replace(self, names=every) if len(every) <= MAX_NAMES and len(levels) < 2 else None

    def loosely(self) -> Schema:
        """The same, but that some of the names may not be there, or in another order."""
        return dataclasses.replace(self, exact=False) if self.exact else self

    def without(self, names: Collection[Name]) -> Schema:
        """Without columns of these names."""
        gone = frozenset(name for name in names if isinstance(name, str))
        return dataclasses.replace(
            self,
            names=tuple(name for name in self.names if name not in names),
            reads=tuple((origin, before | gone) for origin, before in self.reads),
        )

    def only(self, names: Iterable[Name]) -> Schema | None:
        """Of columns of these names alone; not known where one name may select several columns."""
        if any(isinstance(name, tuple) for name in self.names):
            return None
        return Schema(tuple(dict.fromkeys(names)), index=self.index, exact=True)

    def renamed(self, names: Mapping[str, str]) -> Schema | None:
        """With other names for some columns."""
        if self.exact:
            every = tuple(names.get(name, name) if isinstance(name, str) else name for name in self.names)
            return dataclasses.replace(self, names=every, exact=len(set(every)) == len(every))
        new = [new for old, new in names.items() if self.reads or self.families or old in self.names]
        return self.without(names.keys() - set(new)).added(new)

    # ------------------------------------------------------------------ index

    def indexed(self, names: Iterable[Name | None] | None, kept: bool = False) -> Schema:
        """With an index of these names; ``kept`` where it comes beside the one before."""
        index = tuple(names) if names is not None else None
        if kept:
            index = (*self.index, *index) if index is not None and self.index is not None else None
        return dataclasses.replace(self, index=index)

    def reset(self, dropped: bool = False, called: str | None = None) -> Schema | None:
        """With the index among the columns, unless it is dropped; ``called`` is the name of a series by then."""
        table = dataclasses.replace(self, single=False)
        if self.single and (called is not None or not self.names):
            table = dataclasses.replace(table, names=(called or _VALUES,))
        if dropped:
            return dataclasses.replace(table, index=(None,))
        if self.index is None:
            return None
        made = [_UNNAMED if name is None else name for name in self.index]
        if None in self.index and (len(self.index) > 1 or self.reads or self.told(_UNNAMED)):
            made += [f"{_LEVEL}{number}" for number in range(len(self.index))]
        return dataclasses.replace(table, index=(None,), exact=False).added(made)

    # ------------------------------------------------------------------ several tables

    def either(self, other: Schema | None) -> Schema | None:
        """Of this table or another, or of both under one another or side by side."""
        if other is None or self == other:
            return other
        reads = dict(self.reads)
        for origin, gone in other.reads:
            reads[origin] = reads[origin] & gone if origin in reads else gone
        joined = dataclasses.replace(
            self,
            reads=tuple(reads.items()),
            endings=self.endings | other.endings,
            families=self.families | other.families,
            index=tuple(dict.fromkeys((*self.index, *other.index)))
            if self.index is not None and other.index is not None
            else None,
            single=self.single and other.single,
            exact=False,
        )
        return joined.added(other.names)

    def joined(self, other: Schema | None, keys: Collection[str], endings: tuple[str, str] | None) -> Schema | None:
        """Side by side, by the rows that have the same keys: a name that both have gets an ending on each side."""
        both = self.either(other)
        if both is None or other is None or endings is None:
            return None
        made: list[Name] = []
        for side, far, ending in ((self, other, endings[0]), (other, self, endings[1])):
            shared = far.reads or far.families
            made += [
                name + ending
                for name in side.names
                if isinstance(name, str) and name not in keys and ending and (shared or far.told(name))
            ]
            if any(isinstance(name, tuple) for name in side.names):
                return None
            if ending and (side.reads or side.families):
                both = dataclasses.replace(both, endings=both.endings | {ending})
        return dataclasses.replace(both, index=(None,), exact=False).added(made)
