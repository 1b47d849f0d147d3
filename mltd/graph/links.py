"""Artifacts: which writes and reads resolve to one place, and how sure that is."""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from mltd.flow import values as v
from mltd.flow.events import Event, Site
from mltd.flow.frames import Column, Frame
from mltd.flow.texts import HOLE, Source, Text, could_match
from mltd.graph.running import Running, locations

#: Letters and digits that the constant part of a file's name needs before a template with holes links.
_SPECIFIC = 3
_WORDS = re.compile(r"[^\W_]+", re.UNICODE)

_MODELS = frozenset(
    {".pkl", ".pickle", ".joblib", ".pt", ".pth", ".h5", ".keras", ".onnx", ".bin", ".model", ".ckpt", ".cbm"}
)
_TABLES = frozenset({
    ".csv", ".tsv", ".parquet", ".feather", ".ftr", ".xlsx", ".xls", ".pq", ".hdf", ".hdf5", ".orc", ".jsonl", ".pkl",
    ".pickle", ".npy", ".npz", ".h5", ".p", ".gz",
})  # fmt: skip
_NO_DATA = frozenset({
    ".png", ".jpg", ".jpeg", ".svg", ".pdf", ".gif", ".html", ".md", ".txt", ".log", ".yaml", ".yml", ".toml", ".ini",
    ".py", ".ipynb", ".sh", ".cfg", ".js", ".css", ".tex", ".xml", ".mp4", ".wav",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """One event's name for an artifact, resolved."""

    event: Event
    text: Text
    location: str
    ambiguous: bool


@dataclass(frozen=True, slots=True)
class HandOver:
    """One write and one read that resolve to one artifact."""

    artifact: str
    write: Named
    read: Named
    role: str

    @property
    def shared_source(self) -> Source | None:
        """Where both took the artifact's own name from, if that is one place."""
        first, second = name_sources(self.write.text), name_sources(self.read.text)
        common = first & second
        return min(common, key=lambda source: (source.file, source.at)) if common else None

    @property
    def producer(self) -> Site:
        """Where the writer's program says it: the call in the file that holds the name."""
        return speaker(self.write)

    @property
    def consumer(self) -> Site:
        """Where the reader's program says it."""
        return speaker(self.read)

    @property
    def handed_over(self) -> bool:
        """Whether the reader was told where the artifact is: by an option of its command line, or an argument."""
        return told(self.read.text)


@dataclass
class Links:
    """All artifacts of a tree."""

    hand_overs: list[HandOver] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)
    unresolved: list[Event] = field(default_factory=list)
    #: artifact name -> its writes and reads
    artifacts: dict[str, list[Named]] = field(default_factory=dict)


def speaker(named: Named) -> Site:
    """Where the program says what it reads or writes: the call in the file that holds the name."""
    files = [source.file for source in sorted(name_sources(named.text), key=lambda source: (source.file, source.at))]
    event = named.event
    if event.site.file in files or not files:
        return event.site
    return next((site for site in reversed(event.stack) if site.file in files), event.site)


def name_site(named: Named) -> Site | None:
    """Where the artifact's own name is written."""
    found = sorted(name_sources(named.text), key=lambda source: (source.file, source.at))
    return Site(found[0].file, found[0].at, found[0].at + 1) if found else None


def told(text: Text) -> bool:
    """Whether the folder, or the whole path, came in by an option, an argument or a setting without a value here."""
    template = text.template.rstrip("/")
    cut = template.rfind("/") + 1
    folder, name = text.slice(0, cut), text.slice(cut)
    if cut and any(part.source.via in ("option", "parameter") for part in folder.parts):
        return True
    if any(part.text is None and part.source.via in ("option", "environment") for part in folder.parts):
        return True
    return bool(name.parts) and all(part.source.via == "option" for part in name.parts)


def name_sources(text: Text) -> set[Source]:
    """Where the constant parts of a file's own name were written (its last part, ending apart)."""
    template = text.template.rstrip("/")
    last = text.slice(template.rfind("/") + 1, len(template))
    found = {
        Source(part.source.file, part.source.at)
        for part in last.parts
        if part.text is not None
        and part.source.file
        and len("".join(_WORDS.findall(part.text.rpartition(".")[0] or part.text))) >= 1
    }
    if not found:
        found = {
            Source(part.source.file, part.source.at)
            for part in text.parts
            if part.text is not None and part.source.file
        }
    return found


def link(events: list[Event], running: Running) -> Links:
    """Resolve every named artifact and match writes with reads."""
    links = Links()
    writes: list[Named] = []
    reads: list[Named] = []
    seen: set[tuple[str, int, str, str, str]] = set()
    for event in events:
        if event.verb not in ("reads", "writes", "loads", "saves", "copies") or event.extra.get("refined"):
            continue
        resolved = _resolve(event, event.paths, running)
        targets = _resolve(event, event.to, running) if event.verb == "copies" else []
        if not resolved and not targets:
            links.unresolved.append(event)
        for named in resolved:
            key = (event.site.file, event.site.at, event.verb, named.location, event.entry)
            if key in seen:
                continue
            seen.add(key)
            (writes if event.verb in ("writes", "saves") else reads).append(named)
        writes.extend(targets)
    links.named = [*writes, *reads]
    for write, read in _settled(list(_pairs(writes, reads))):
        links.hand_overs.append(HandOver(_artifact_name(write, read), write, read, role_of(write, read)))
    groups: dict[str, dict[int, Named]] = {}
    for hand_over in links.hand_overs:
        group = groups.setdefault(hand_over.artifact, {})
        group.update({id(named): named for named in (hand_over.write, hand_over.read)})
    links.artifacts = {artifact: list(group.values()) for artifact, group in groups.items()}
    loaded_models(links, events)
    linked = {(named.event, named.text) for group in links.artifacts.values() for named in group}
    for named in links.named:
        if (named.event, named.text) not in linked:
            # One name is one artifact, in however many folders its program may run.
            linked.add((named.event, named.text))
            links.artifacts.setdefault(show(named.location), []).append(named)
    return links


def _resolve(event: Event, texts: Iterable[Text], running: Running) -> list[Named]:
    found: list[Named] = []
    for text in texts:
        template = text.template
        if event.extra.get("table"):
            if HOLE not in template and template:
                found.append(Named(event, text, f"table://{template.lower()}", False))
            continue
        if not _telling(template):
            continue
        folders = running.folders(event.entry)
        where = locations(template, folders)
        found += [Named(event, text, location, len(where) > 1) for location in where]
    return found


def _telling(template: str) -> bool:
    """Whether the constant parts say which file it is: its name, and where its path begins."""
    if template.startswith(HOLE):
        return False
    name = template.rstrip("/").rpartition("/")[2]
    if HOLE not in template:
        return bool(name.strip("."))
    if "." in name:
        name = name.rpartition(".")[0]
    return len("".join(_WORDS.findall(name))) >= _SPECIFIC


def _pairs(writes: list[Named], reads: list[Named]) -> Iterable[tuple[Named, Named]]:
    exact: dict[str, list[Named]] = defaultdict(list)
    templates: dict[str, list[Named]] = defaultdict(list)
    for write in writes:
        exact[write.location].append(write)
        templates[posixpath.splitext(write.location)[1]].append(write)
    for read in reads:
        matched = {id(write) for write in exact.get(read.location, ())}
        for write in exact.get(read.location, ()):
            if _agree(write, read):
                yield write, read
        open_read = HOLE in read.location
        for write in templates.get(posixpath.splitext(read.location)[1], ()):
            if id(write) in matched or not (open_read or HOLE in write.location):
                continue
            if _instance(write.location, read.location) and _agree(write, read):
                yield write, read


def _settled(pairs: list[tuple[Named, Named]]) -> Iterable[tuple[Named, Named]]:
    """Each write and read of one name once: where several folders would do for both, the one that most pairs share."""
    votes = Counter(write.location for write, _read in pairs)
    chosen: dict[tuple[Event, Text, Event, Text], tuple[Named, Named]] = {}
    for write, read in pairs:
        key = (write.event, write.text, read.event, read.text)
        if key not in chosen or votes[write.location] > votes[chosen[key][0].location]:
            chosen[key] = write, read
    return chosen.values()


def _agree(write: Named, read: Named) -> bool:
    """Two paths that are each meant from one of several folders agree only where the path itself says enough."""
    if write.event is read.event:
        return False
    if write.ambiguous and read.ambiguous and write.event.entry != read.event.entry:
        same_folder = posixpath.dirname(write.event.entry) == posixpath.dirname(read.event.entry)
        return same_folder or "/" in write.text.template.strip("./")
    return True


def _instance(first: str, second: str) -> bool:
    """Whether one template is an instance of the other: holes of the one stand where the other has text."""
    if HOLE in first and HOLE in second:
        return could_match(first, second.replace(HOLE, "0")) or could_match(first.replace(HOLE, "0"), second)
    return could_match(first, second)


def show(location: str) -> str:
    """A location as people write it: holes as ``*``."""
    return location.replace("/\x02above/", "").replace(HOLE, "*")


def _artifact_name(write: Named, read: Named) -> str:
    chosen = write.location if write.location.count(HOLE) >= read.location.count(HOLE) else read.location
    return show(chosen)


def carries(event: Event) -> str:
    """What an event's own data is: ``predictions``, ``model``, ``table``, ``array``, or empty where it cannot tell."""
    value = event.data[0] if event.data else None
    if isinstance(value, v.Sequence) and value.items:
        value = next((item for item in value.items if isinstance(item, (v.Object, v.Instance, Frame))), value.items[0])
    if isinstance(value, v.Mapping) and value.entries:
        value = next((item for item in value.entries.values() if isinstance(item, (v.Object, v.Instance))), value)
    if event.role in ("model", "metrics", "image", "config", "checkpoint", "text"):
        return event.role
    if isinstance(value, v.Object) and value.kind in ("estimator", "transformer", "network", "tokenizer"):
        return "model"
    if isinstance(value, v.Instance) and any(event.verb == "fits" for event in value.taint):
        return "model"
    if any(source.verb == "predicts" for source in event.inputs):
        return "predictions" if isinstance(value, (Frame, Column, v.Unknown, v.Sequence)) else "object"
    if isinstance(value, Frame):
        return "table"
    if isinstance(value, v.Unknown) and value.kind in ("array", "series", "tensor"):
        return "array"
    if isinstance(value, v.Unknown) and any(
        source.verb == "fits" and source.result is value for source in event.inputs
    ):
        return "model"
    return event.role


def role_of(write: Named, read: Named) -> str:
    """What an artifact holds, by the write, else the read, else the file's ending."""
    found = carries(write.event)
    ending = posixpath.splitext(write.location)[1].lower()
    if ending in _NO_DATA and found not in ("table", "predictions", "model", "array"):
        return "text"
    if ending == ".json" and found not in ("table", "model"):
        return "config"
    if found:
        return found
    if read.event.form == "frame" or ending in (".csv", ".tsv", ".parquet", ".feather", ".ftr", ".xlsx"):
        return "table"
    if read.event.role in ("model", "checkpoint") or (ending in _MODELS and _predicts(read.event)):
        return "model"
    if ending in _TABLES:
        return "table" if ending in (".npy", ".npz") else "object"
    return read.event.role


def loaded_models(links: Links, events: Iterable[Event]) -> None:
    """What a program loads and predicts with is a model, whatever its writer shows."""
    used: set[tuple[str, int]] = set()
    for event in events:
        if event.verb == "predicts" and event.receiver is not None:
            used |= {
                (source.site.file, source.site.at)
                for source in event.receiver.taint
                if source.verb in ("reads", "loads")
            }
    for index, one in enumerate(links.hand_overs):
        site = one.read.event.site
        if one.role in ("", "object") and (site.file, site.at) in used:
            links.hand_overs[index] = HandOver(one.artifact, one.write, one.read, "model")


def _predicts(event: Event) -> bool:
    return event.verb == "loads" or event.callee.startswith(("joblib.load", "torch.load"))
