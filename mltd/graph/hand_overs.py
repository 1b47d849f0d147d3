"""Hand-overs: an event's name for an artifact, a write and a read that mean one, and where those names were written."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field

from mltd.flow.events import Event, Site
from mltd.flow.texts import HOLE, REGISTRY, Source, Text

WORDS = re.compile(r"[^\W_]+", re.UNICODE)
#: Where the partitions of a table begin. https://arrow.apache.org/docs/python/dataset.html#reading-partitioned-data
_PARTITION = re.compile(r"/+[^/=?]+=[^/]*(?=/)")


@dataclass(frozen=True, slots=True)
class Named:
    """One event's name for an artifact, resolved; ``base`` is the folder that it is meant from (None for a name that
    says so itself), ``ambiguous`` where it may be meant from several."""

    event: Event
    text: Text
    location: str
    ambiguous: bool
    base: str | None = None
    mounted: bool = False  #: the output of a notebook, which its host puts there by its name


@dataclass(frozen=True, slots=True)
class HandOver:
    """One write and one read that resolve to one artifact."""

    artifact: str
    write: Named
    read: Named
    role: str
    #: whether the two names must mean one artifact; else an unknown part stands where the other says a word
    sure: bool = True
    #: whether one of the two means this artifact or others, and those have met no counterpart
    one_of: bool = False
    #: whether it is the writer alone who means one of a few, each told by its whole name: in some runs it is this one
    some_runs: bool = False

    @property
    def shared_source(self) -> Source | None:
        """Where both took the artifact's own name from, if that is one place."""
        first, second = name_sources(self.write.text), name_sources(self.read.text)
        common = first & second
        return min(common, key=lambda source: (source.file, source.at)) if common else None

    @property
    def shared_setting(self) -> Source | None:
        """A value of a configuration file that both build the path on: the folder is declared, for the two of them."""
        first, second = (
            {_plain(part.source) for part in text.parts if part.source.via == "config" and part.text is not None}
            for text in (self.write.text, self.read.text)
        )
        return min(first & second, key=lambda source: (source.file, source.at), default=None)

    @property
    def listed(self) -> bool:
        """Whether the reader takes whatever lies in a folder: it names no artifact of its own."""
        name = posixpath.splitext(posixpath.basename(self.read.location.rstrip("/")))[0]
        return HOLE in name and not WORDS.findall(name)

    @property
    def producer(self) -> Site:
        """Where the writer's program says it: the call in the file that holds the name."""
        return speaker(self.write)

    @property
    def consumer(self) -> Site:
        """Where the reader's program says it."""
        return speaker(self.read)

    @property
    def registry(self) -> bool:
        """Whether the artifact is a registered model."""
        return self.write.location.startswith(REGISTRY)

    @property
    def pinned(self) -> bool:
        """Whether it is a registered model whose version, stage or alias the reader says."""
        return self.registry and registered(self.read.text.template)[1]

    @property
    def handed_over(self) -> bool:
        """Whether the reader was told where the artifact is: by an option of its command line, or an argument; or the
        writer what to call it."""
        return self.read.mounted or told(self.read.text) or is_an_option(self.write.text)


@dataclass
class Links:
    """All artifacts of a tree."""

    hand_overs: list[HandOver] = field(default_factory=list)
    #: what copies and moves leave behind
    copied: list[Named] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)
    unresolved: list[Event] = field(default_factory=list)
    #: artifact name -> its writes and reads
    artifacts: dict[str, list[Named]] = field(default_factory=dict)
    #: locations of what comes from outside the tree
    external: frozenset[str] = frozenset()


def speaker(named: Named) -> Site:
    """Where the program says what it reads or writes: the call in the file that holds the name."""
    files = [source.file for source in sorted(name_sources(named.text), key=lambda source: (source.file, source.at))]
    event = named.event
    if event.site.file in files or not files:
        return event.site
    return next((site for site in reversed(event.stack) if site.file in files), event.site)


def name_site(named: Named) -> Site | None:
    """Where the artifact's own name is written."""
    sources = name_sources(named.text)
    length = {source: len(part.text or "") for part in named.text.parts for source in [_plain(part.source)]}
    found = min(sources, key=lambda source: (-length.get(source, 0), source.file, source.at), default=None)
    return Site(found.file, found.at, found.at + 1) if found else None


def _plain(source: Source) -> Source:
    return Source(source.file, source.at)


def told(text: Text) -> bool:
    """Whether the folder, or the whole path, came in by an option, an argument or a setting without a value here."""
    template = text.template.rstrip("/")
    cut = template.rfind("/") + 1
    folder = text.slice(0, cut)
    if cut and any(part.source.via in ("option", "parameter") for part in folder.parts):
        return True
    if any(part.text is None and part.source.via in ("option", "environment") for part in folder.parts):
        return True
    return is_an_option(text)


def is_an_option(text: Text) -> bool:
    """Whether all of a file's own name is the value of an option."""
    template = text.template.rstrip("/")
    name = text.slice(template.rfind("/") + 1, len(text.template))
    return bool(name.parts) and all(part.source.via == "option" for part in name.parts)


def name_sources(text: Text) -> set[Source]:
    """Where the constant parts of a file's own name were written (its last part, ending apart); of a file in a
    partition of a table (``sales/day=3/part.parquet``), those of the table's."""
    template = text.template.rstrip("/")
    parted = _PARTITION.search(template)
    if parted is not None:
        template = template[: parted.start()]
    last = text.slice(template.rfind("/") + 1, len(template))
    found = {
        _plain(part.source)
        for part in last.parts
        if part.text is not None
        and part.source.file
        and len("".join(WORDS.findall(part.text.rpartition(".")[0] or part.text))) >= 1
    }
    if not found:
        found = {_plain(part.source) for part in text.parts if part.text is not None and part.source.file}
    return found


def registered(template: str) -> tuple[str, bool]:
    """The name of a registered model, and whether its version, stage or alias is said: ``models:/churn@champion``."""
    name = template.removeprefix(REGISTRY).lstrip("/")
    for mark in ("@", "/"):
        head, found, tail = name.partition(mark)
        if found:
            return head, bool(tail) and tail.lower() not in ("latest", "none")
    return name, False
