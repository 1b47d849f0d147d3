"""Frames and their columns: who adds one, who needs it.

Uses are written down where they happen, on the definition of the column (``ColumnDefinition``) or, for a column that
came with the data, on where the data was read (``Origin``). Demand through files is solved when all programs are
known, by :mod:`mltd.flow.demand`. Naming a column in a selection counts as a use of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mltd.flow import values as v
from mltd.flow.schema import Schema

if TYPE_CHECKING:
    from mltd.flow.events import Event, Site

#: Columns kept of one frame.
MAX_COLUMNS = 1_500
#: Tables that may be one object.
MAX_SAME = 32


@dataclass(eq=False, slots=True)
class Life:
    """One table, in all the frames that hold its rows: how often any part of it was used."""

    uses: int = 0


@dataclass(eq=False, slots=True)
class ColumnDefinition:
    """One place where a column is added to a frame.

    ``uses`` are places that need it; ``derives`` the columns computed from it (it lives if one of them lives);
    ``stored`` the writes that carry it away, with the names that it may have there; ``dropped`` the places that take it
    out of a frame again; ``added`` is false for a column that came with the frame's construction.
    """

    name: str
    site: Site
    stack: tuple[Site, ...]
    entry: str
    added: bool
    uses: list[tuple[Site, str]] = field(default_factory=list)
    derives: set[ColumnDefinition] = field(default_factory=set)
    origins: set[Event] = field(default_factory=set)  #: the reads whose unnamed columns it was computed from
    stored: dict[Event, set[str]] = field(default_factory=dict)
    dropped: list[Site] = field(default_factory=list)
    replaced: list[Site] = field(default_factory=list)
    arms: tuple[int, ...] = ()  #: the branch it was last added in
    entries: set[str] = field(default_factory=set)  #: the programs whose run adds it
    predicted: bool = False  #: it holds what a model predicts, how well, or what it finds important
    same: bool = False  #: it says the same of every row: a constant
    computed: bool = False  #: from columns of some table
    tables: dict[Life, int] = field(default_factory=dict)  #: those it was added to, and how often each was used by then
    beside: Site | None = None  #: the assignment that takes one value apart, into this column and others
    written: tuple[str, int] | None = None  #: where the mapping stands that it is an entry of
    onto: set[Origin] = field(default_factory=set)  #: where the data of the tables that it was added to came from

    @property
    def outlived(self) -> bool:
        """Whether anything takes some part of a table after the column was added to it."""
        return any(table.uses > before for table, before in self.tables.items())

    def __repr__(self) -> str:
        return f"<column {self.name} {self.site.file}:{self.site.at >> 12}>"


@dataclass(eq=False, slots=True)
class Origin:
    """Where data came from: its unnamed columns. ``names`` are those used by name; ``whole`` the uses of all columns
    but some, each with the write that carries them away, or None."""

    event: Event
    names: set[str] = field(default_factory=set)
    whole: dict[tuple[frozenset[str], Event | None], None] = field(default_factory=dict)
    #: names that nothing but what was read can have, where they are read, and of what
    asked: dict[str, tuple[Site, Schema]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reach:
    """Which of the columns that a read gives are still there: ``only`` these, or all but some that are ``gone``."""

    only: frozenset[str] | None = None
    gone: frozenset[str] = frozenset()

    def holds(self, name: str) -> bool:
        """Whether a column of this name may be there."""
        return name not in self.gone if self.only is None else name in self.only


@dataclass(eq=False, slots=True)
class Frame:
    """A table. ``columns`` are the known ones with their definitions; ``origins`` where further ones may come from,
    each with the names known to be gone; ``open`` if it may have columns that nothing here knows of."""

    type: str
    columns: dict[str, frozenset[ColumnDefinition]] = field(default_factory=dict)
    origins: dict[Origin, frozenset[str]] = field(default_factory=dict)
    open: bool = True
    arms: tuple[int, ...] = ()
    base: v.Taint = v.NONE  #: what the table as a whole comes from
    blurred: bool = False
    kept: bool = False  #: on an object, where code that is not seen may reach it
    grown: bool = False  #: rows were added to a table
    taints: dict[str, v.Taint] = field(default_factory=dict)  #: what the columns that were added to it come from
    picked: dict[Origin, frozenset[str]] = field(default_factory=dict)  #: the columns that were taken of an origin
    renamed: bool = False  #: columns of an origin have other names here
    schema: Schema | None = None  #: the columns that it can have at most, where that is known
    levelled: bool = False  #: its columns may have names in several rows of a header: one name may select several
    rows: v.Taint = v.NONE  #: what says which rows it holds, where that is not all of what it comes from
    #: of the columns that were added to it, the names of those that they were computed from, here or elsewhere
    made_of: dict[str, frozenset[str]] = field(default_factory=dict)
    lives: frozenset[Life] = field(default_factory=lambda: frozenset({Life()}))
    maybe: list[Frame] = field(default_factory=list)  #: tables that may be the very same object
    absent: bool = False  #: somewhere it, or None in its place, is meant
    _whole: tuple[list[v.Taint], v.Taint] | None = None  #: its taint as it was last asked for, and what of

    def __repr__(self) -> str:
        return f"<{self.type} {sorted(self.columns)}{' ...' if self.origins or self.open else ''}>"

    @property
    def taint(self) -> v.Taint:
        """What the table and all columns added to it come from."""
        if not self.taints and not self.rows:
            return self.base
        parts = [self.base, self.rows, *self.taints.values()]
        if self._whole is None or self._whole[0] != parts:  # asked for much more often than changed
            self._whole = parts, v.bounded(parts[0].union(*parts[1:]))
        return self._whole[1]

    def taint_of(self, name: str | None) -> v.Taint:
        """What one column comes from."""
        if name is None:
            return self.taint
        taint = self.taints.get(name, self.base)
        return taint if self.rows <= taint else v.bounded(taint | self.rows)

    def copy(self, taint: v.Taint = v.NONE) -> Frame:
        """The same columns in a frame of its own, which comes from some more events besides."""
        return Frame(
            self.type, dict(self.columns), dict(self.origins), self.open, self.arms, self.base | taint, self.blurred,
            grown=self.grown, taints=dict(self.taints), lives=self.lives, picked=dict(self.picked),
            renamed=self.renamed, rows=self.rows, levelled=self.levelled, made_of=dict(self.made_of),
        )  # fmt: skip

    @property
    def reach(self) -> dict[Event, Reach]:
        """Of the reads that the table comes from, which columns are in it, as far as that is known."""
        if self.renamed:
            return {}
        made = frozenset(name for column in self.columns for name in self.made_of.get(column, ()))
        found = {origin.event: Reach(only=names | made) for origin, names in self.picked.items()}
        found.update({origin.event: Reach(gone=gone) for origin, gone in self.origins.items()})
        return found

    def may_be(self, other: Frame) -> None:
        """This table may be the very same object as another: what is changed in one may be changed in both."""
        self.maybe.append(other)
        other.maybe.append(self)

    def became(self, schema: Schema | None) -> None:
        """The table has been changed in place: it has other columns now, and so may any that it may be."""
        self.schema = schema
        for other in self._same() if self.maybe else ():
            other.schema = other.schema.either(schema) if other.schema is not None else None

    def _same(self) -> list[Frame]:
        """The other tables that may be the same object, all or (past the bound) none of which are told apart."""
        found, todo = {id(self): self}, [self]
        while todo and len(found) <= MAX_SAME:
            for other in todo.pop().maybe:
                if id(other) not in found:
                    found[id(other)] = other
                    todo.append(other)
        return list(found.values())[1:]

    def _used(self) -> None:
        for life in self.lives:
            life.uses += 1

    def use(self, name: str, site: Site, why: str) -> None:
        """A column is needed by name."""
        self._used()
        for definition in self.columns.get(name, ()):
            definition.uses.append((site, why))
        for origin, gone in self.origins.items():
            if name not in gone:
                origin.names.add(name)

    def ask(self, name: str, site: Site) -> None:
        """A column is surely read by name: where nothing has added it, it must have come with the data."""
        schema = self.schema
        if schema is not None and schema.reads and not schema.single and not schema.told(name):
            schema.reads[0][0].asked.setdefault(name, (site, schema))

    def use_all(self, site: Site, why: str) -> None:
        """All columns are needed."""
        self._used()
        for definitions in self.columns.values():
            for definition in definitions:
                if len(definition.uses) < 20:
                    definition.uses.append((site, why))
        for origin, gone in self.origins.items():
            origin.whole.setdefault((gone, None))

    def store(self, event: Event) -> None:
        """All columns are written away by an event."""
        self._used()
        for name, definitions in self.columns.items():
            for definition in definitions:
                definition.stored.setdefault(event, set()).add(name)
        for origin, gone in self.origins.items():
            origin.whole.setdefault((gone, event))

    def drop(self, name: str, site: Site) -> None:
        """Take a column out, in place."""
        self.taints.pop(name, None)
        if self.schema is not None:
            self.became(self.schema.without([name]))
        for definition in self.columns.pop(name, ()):
            if site not in definition.dropped:
                definition.dropped.append(site)
        self.origins = {origin: gone | {name} for origin, gone in self.origins.items()}

    def add(self, name: str, definition: ColumnDefinition, certain: bool, arms: tuple[int, ...]) -> None:
        """Add or replace a column, in place; what a branch added that is not on the way here may still stand."""
        before = self.columns.get(name, frozenset())
        if self.schema is None or name not in self.schema.names:
            schema = self.schema.added([name]) if self.schema is not None else None
            self.became(schema if certain or schema is None else schema.loosely())
        if self.kept:
            definition.uses.append((definition.site, "kept on an object"))
        if certain:
            apart = {old for old in before if arms[: len(old.arms)] != old.arms}
            for old in before - apart:
                if old is not definition and definition.site not in old.replaced:
                    old.replaced.append(definition.site)
            self.columns[name] = frozenset({definition, *apart})
            self.origins = {origin: gone | {name} for origin, gone in self.origins.items()}
        elif len(self.columns) < MAX_COLUMNS:
            self.columns[name] = before | {definition}
        for other in self._same() if self.maybe else ():
            if len(other.columns) < MAX_COLUMNS:
                other.columns[name] = other.columns.get(name, frozenset()) | {definition}

    def only(self, names: list[str]) -> Frame:
        """A frame of these columns alone."""
        kept = {name: self.columns[name] for name in names if name in self.columns}
        taints = {name: self.taints[name] for name in names if name in self.taints}
        wanted = frozenset(names)
        picked = {origin: before & wanted for origin, before in self.picked.items()}
        left = wanted.difference(kept)
        picked.update({origin: left - gone for origin, gone in self.origins.items()})
        return Frame(
            self.type, kept, {}, False, self.arms, self.base, self.blurred, taints=taints, lives=self.lives,
            picked=picked, renamed=self.renamed, rows=self.rows,
            schema=None if self.levelled else (self.schema or Schema(index=None)).only(names),
            levelled=self.levelled, made_of={name: of for name, of in self.made_of.items() if name in wanted},
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a frame (``name`` None: a series that is no single named column; ``source`` is then the column
    that it was computed from, if one)."""

    frame: Frame
    name: str | None
    taint: v.Taint = v.NONE
    grouped: str = ""  #: ``window`` or ``group`` where it is one of each
    source: str | None = None

    def computed(self, taint: v.Taint) -> Column:
        """A series computed from it."""
        return Column(self.frame, None, taint, self.grouped, self.name or self.source)


@dataclass(frozen=True, slots=True)
class Names:
    """A name of some column of a frame: any but the excluded ones. What ``for c in frame.columns`` binds."""

    frame: Frame
    excluded: frozenset[str] = frozenset()
    kind: str = "names"
    taint: v.Taint = v.NONE
    known: frozenset[str] = frozenset()  #: the columns that were known to be there when the names were asked for

    def without(self, names: list[str]) -> Names:
        """The same, these names left out too."""
        return Names(self.frame, self.excluded | set(names), self.kind, self.taint, self.known)


def rows_held(frame: Frame) -> v.Taint:
    """What says which rows a table holds."""
    return frame.rows or frame.base or frame.taint


def union(first: Frame, second: Frame) -> Frame:
    """What a frame may be after two branches, or two frames side by side."""
    columns = dict(first.columns)
    for name, definitions in second.columns.items():
        known = columns.get(name, frozenset())
        columns[name] = known if definitions is known else known | definitions
    origins = dict(first.origins)
    for origin, gone in second.origins.items():
        origins[origin] = origins[origin] & gone if origin in origins else gone
    # A name that one side replaced is still the other side's own: gone only where both agree.
    arms = first.arms if len(first.arms) >= len(second.arms) else second.arms
    result = Frame(first.type, columns, origins, first.open or second.open, arms, first.base | second.base)
    for name in {**first.taints, **second.taints}:
        one, other = first.taint_of(name), second.taint_of(name)
        result.taints[name] = one if other <= one else one | other
    result.blurred, result.absent = first.blurred or second.blurred, first.absent or second.absent
    result.lives = first.lives | second.lives
    result.schema = first.schema.either(second.schema) if first.schema is not None else None
    result.levelled = first.levelled or second.levelled
    result.made_of = dict(first.made_of)
    for name, of in second.made_of.items():
        result.made_of[name] = result.made_of.get(name, frozenset()) | of
    result.renamed = first.renamed or second.renamed
    result.rows = rows_held(first) | rows_held(second) if first.rows or second.rows else v.NONE
    for side in (first, second):
        for origin, names in side.picked.items():
            result.picked[origin] = result.picked.get(origin, frozenset()) | names
    return result
