"""Phantom features: columns that are read by name from data that cannot have them.

What columns data have is known of a table in the tree, by its header, and where the call that reads says their names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mltd import facts
from mltd.flow.convert import names_in
from mltd.flow.events import Event, Site
from mltd.flow.frames import Origin
from mltd.graph.hand_overs import Named

#: Calls that take the names in the first line of a text file as they are.
_READERS = frozenset({"pandas.read_csv", "pandas.read_table", "polars.read_csv"})
#: Arguments with which the header is not what the columns are called, or is not read as it stands.
#: https://pandas.pydata.org/docs/reference/api/pandas.read_csv.html, https://docs.pola.rs/api/python/stable/reference/api/polars.read_csv.html
_OTHERWISE = frozenset({
    "header", "skiprows", "prefix", "index_col", "has_header", "new_columns", "converters", "sep", "delimiter",
    "separator", "delim_whitespace", "dialect", "quotechar", "quote_char", "quoting", "escapechar", "comment",
    "comment_prefix", "skip_rows", "columns",
})  # fmt: skip
#: Of these, those that name the separator.
_SEPARATORS = ("sep", "delimiter", "separator")
#: Separators that the header's reader finds by itself.
_FOUND = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class Source:
    """What ``read`` gives has only the ``columns``; ``header`` is the file in the tree that says so, else the call says
    it."""

    read: Event
    columns: tuple[str, ...]
    header: str | None

    def has(self, name: str) -> bool:
        """Whether a column of this name is there. What a database makes of capitals is its own affair."""
        if "gives" in self.read.extra:
            return name.lower() in {column.lower() for column in self.columns}
        return name in {column.strip() for column in self.columns}


@dataclass(frozen=True, slots=True)
class Phantom:
    """``name`` is read in ``site`` from a table that is made of nothing but the ``sources``; none of them has it."""

    name: str
    site: Site
    sources: tuple[Source, ...]


def phantoms(
    origins: Mapping[Event, Origin], named: Iterable[Named], files: Mapping[str, facts.FileFacts]
) -> Iterator[Phantom]:
    """Every name that is surely read from data that have no column of that name; each place once."""
    named = list(named)
    written = {use.location for use in named if use.event.verb in ("writes", "saves", "copies")}
    places: dict[tuple[str, int], set[str | None]] = {}
    for use in named:
        if use.event.verb == "reads":
            told = None if use.ambiguous or use.location in written else use.location
            places.setdefault((use.event.site.file, use.event.site.at), set()).add(told)

    def source(origin: Origin) -> Source:
        read = origin.event
        return Source(read, *_columns(read, places.get((read.site.file, read.site.at), set()), files))

    said: set[tuple[str, int, str]] = set()
    for origin in origins.values():
        for name, (site, schema) in origin.asked.items():
            sources = tuple(source(one) for one, _ in schema.reads)
            if not all(one.columns for one in sources) or not name.strip() or name.startswith("Unnamed"):
                continue
            called = {one.strip() for one in schema.unended(name)}
            there = any(one.has(word) for one in sources for word in called)
            if not there and (site.file, site.at, name) not in said:
                said.add((site.file, site.at, name))
                yield Phantom(name, site, sources)


def _columns(
    read: Event, locations: set[str | None], files: Mapping[str, facts.FileFacts]
) -> tuple[tuple[str, ...], str | None]:
    """The names of the columns that a call reads, and the file that says them; none where that cannot be told."""
    given = read.extra.get("given", {})
    gives = read.extra.get("gives")
    if gives and not read.off:
        return tuple(column for column, _sources in gives), None
    if read.callee not in _READERS or read.off or any(name[0] == "*" for name in given):
        return (), None
    if "names" in given:
        return tuple(names_in(given["names"]) or ()) if "usecols" not in given else (), None
    if "usecols" in given:
        return tuple(names_in(given["usecols"]) or ()), None
    if any(not (name in _SEPARATORS and _plain(given[name])) for name in _OTHERWISE.intersection(given)):
        return (), None
    location = next(iter(locations)) if len(locations) == 1 else None
    content = files.get(location) if location is not None else None
    return (tuple(content.columns), location) if isinstance(content, facts.TableFacts) else ((), None)


def _plain(separator: object) -> bool:
    single = getattr(separator, "single", None)
    return single is not None and single.constant in _FOUND
