"""Artifacts: which writes and reads resolve to one place, and how sure that is."""

from __future__ import annotations

import dataclasses
import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator

from mltd.flow.events import Event
from mltd.flow.texts import HOLE, REGISTRY, Text, could_match
from mltd.graph.hand_overs import WORDS, HandOver, Links, Named, registered
from mltd.graph.origins import from_outside, is_download
from mltd.graph.roles import loaded_models, role_of
from mltd.graph.running import Running, locations

#: Letters and digits that the constant part of a file's name needs before a template with holes links.
_SPECIFIC = 3
_LETTERS = re.compile(r"[^\W\d_]{3,}", re.UNICODE)
#: Words of a file's own name that leave no doubt which family of files it is.
_NO_DOUBT = 4
#: Artifacts of which a write makes one, by a branch or an option.
_FEW = 4
#: Addresses that a pipeline gives to the outputs of its steps.
_GIVEN = ("azureml://", "kfp://")
#: How much more a link says whose folder is known than one whose folder is guessed.
_SURE = 100


def link(events: list[Event], running: Running) -> Links:
    """Resolve every named artifact and match writes with reads."""
    links = Links()
    writes: list[Named] = []
    reads: list[Named] = []
    copies: list[tuple[list[Named], list[Named]]] = []
    seen: set[tuple[str, int, str, str, str]] = set()
    views = _views(events)
    made = {
        text.location
        for event in events
        if event.verb in ("writes", "saves")
        for text in _resolve(event, event.paths, running)
    }
    for event in events:
        if event.verb not in ("reads", "writes", "loads", "saves", "copies") or event.extra.get("refined"):
            continue
        resolved = _resolve(event, event.paths, running, views, made)
        targets = _resolve(event, event.to, running) if event.verb == "copies" else []
        if not resolved and not targets:
            links.unresolved.append(event)
        for named in resolved:
            key = (event.site.file, event.site.at, event.verb, named.location, event.entry)
            if key in seen:
                continue
            seen.add(key)
            (writes if event.verb in ("writes", "saves") else reads).append(named)
        if targets:
            copies.append((resolved, targets))
    links.copied = [named for _sources, targets in copies for named in targets]
    writes += _passed_on(writes, copies)
    links.named = [*writes, *reads]
    downloads = [
        named for event in events if is_download(event) for named in _resolve(event, event.to or event.paths, running)
    ]
    links.external = from_outside(writes, reads, downloads)
    pairs = list(_settled(list(_of_folders(list(_of_families(list(_pairs(writes, reads))))))))
    met = {(named.event, named.text) for pair in pairs for named in pair}
    for write, read in pairs:
        one_of = not all(_whole(named.event, met) for named in (write, read))
        some_runs = one_of and _whole(read.event, met) and _spelled_out(write.event)
        name, role = _artifact_name(write, read), role_of(write, read)
        links.hand_overs.append(HandOver(name, write, read, role, _fits(write, read), one_of, some_runs))
    for index in loaded_models(links.hand_overs, events):
        links.hand_overs[index] = dataclasses.replace(links.hand_overs[index], role="model")
    groups: dict[str, dict[int, Named]] = {}
    for hand_over in links.hand_overs:
        group = groups.setdefault(hand_over.artifact, {})
        group.update({id(named): named for named in (hand_over.write, hand_over.read)})
    links.artifacts = {artifact: list(group.values()) for artifact, group in groups.items()}
    linked = {(named.event, named.text) for group in links.artifacts.values() for named in group}
    for named in links.named:
        if (named.event, named.text) not in linked:
            # One name is one artifact, in however many folders its program may run.
            linked.add((named.event, named.text))
            links.artifacts.setdefault(show(named.location), []).append(named)
    return links


def _passed_on(writes: list[Named], copies: list[tuple[list[Named], list[Named]]]) -> list[Named]:
    """The targets of copies whose source the tree writes: a copy of what came from outside makes nothing."""
    made = {named.location for named in writes}
    found: list[Named] = []
    left = copies
    while True:
        passed = [pair for pair in left if any(source.location in made for source in pair[0])]
        if not passed:
            return found
        left = [pair for pair in left if pair not in passed]
        new = [named for _sources, targets in passed for named in targets]
        found += new
        made |= {named.location for named in new}


def _views(events: Iterable[Event]) -> frozenset[tuple[str, str]]:
    """The tables that only the program knows which makes them, each with that program."""
    temporary = [event for event in events if event.extra.get("temporary")]
    return frozenset((event.entry, text.template.lower()) for event in temporary for text in event.paths)


def _resolve(
    event: Event, texts: Iterable[Text], running: Running, views: frozenset[tuple[str, str]] = frozenset(),
    made: Collection[str] = (),
) -> list[Named]:  # fmt: skip
    """What the texts of an event name; ``made`` are the locations that the tree writes, ``views`` the tables that a
    program has to itself."""
    found: list[Named] = []
    for text in texts:
        template = text.template
        if event.extra.get("table"):
            name = template.lower()
            if HOLE not in template and template:
                whose = f"{event.entry}#" if (event.entry, name) in views else ""
                found.append(Named(event, text, f"table://{whose}{name}", False))
            continue
        if template.startswith(REGISTRY):
            name, _settled = registered(template)
            if HOLE not in name:
                found.append(Named(event, text, REGISTRY + name, False))
            continue
        if not _telling(template) and not (event.verb in ("reads", "loads") and _whole_folder(text)):
            continue
        mounted = running.mounted(template) if event.verb in ("reads", "loads") else None
        if mounted is not None and mounted[0] != event.entry:
            notebook, inside = mounted
            where = locations(inside, running.folders(notebook), running.session(notebook))
            left = [Named(event, text, location, False, None, True) for location in where if location in made]
            found += left
            if left:
                continue
        template = running.input(event.entry, template) or template
        where = locations(template, running.folders(event.entry), running.session(event.entry))
        where = {location: base for location, base in where.items() if not location.startswith(HOLE)}
        found += [Named(event, text, location, len(where) > 1, base) for location, base in where.items()]
    return found


def _telling(template: str) -> bool:
    """Whether the constant parts say which file it is: its name, and where its path begins."""
    if template.startswith(HOLE):
        return False
    if template.startswith(_GIVEN):
        return True  # a place of its own, whatever lies there
    name = template.rstrip("/").rpartition("/")[2]
    if HOLE not in template:
        return bool(name.strip("."))
    if "." in name:
        name = name.rpartition(".")[0]
    return len("".join(WORDS.findall(name))) >= _SPECIFIC


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


def _fits(write: Named, read: Named) -> bool:
    """Whether a write and a read that can mean one artifact must do so. What a listing finds it finds; else an unknown
    part stands for a number, not for a word that the other side knows, unless the known words of the name leave no
    doubt."""
    first, second = write.location, read.location
    if first == second or HOLE not in first + second:
        return True
    if all(part.source.via == "listing" for part in read.text.parts if part.text is None) and HOLE in second:
        return True
    if min(len(WORDS.findall(_own_name(one))) for one in (first, second)) >= _NO_DOUBT:
        return True
    if HOLE in first and HOLE in second:  # both compute a name in one known folder
        shared = set(WORDS.findall(_own_name(first))) & set(WORDS.findall(_own_name(second)))
        return posixpath.dirname(first) == posixpath.dirname(second) and any(len(word) > _SPECIFIC for word in shared)
    template, text = (first, second) if HOLE in first else (second, first)
    pattern = "([^/]*)".join(map(re.escape, template.split(HOLE)))
    found = re.fullmatch(pattern, text)
    return found is not None and all(map(_may_fill_hole, found.groups()))


def _may_fill_hole(text: str) -> bool:
    """Whether an unknown part of a name may stand for a text: a fold, a date, a version, nothing."""
    return len(text) <= 2 or (any(map(str.isdigit, text)) and len(_LETTERS.findall(text)) <= 1)


def _own_name(location: str) -> str:
    name = posixpath.splitext(posixpath.basename(location))[0]
    return "" if HOLE in posixpath.dirname(location) else name


def _whole(event: Event, met: set[tuple[Event, Text]]) -> bool:
    """Whether an event names one artifact, or of the several that it may name all, or at least two, have met their
    counterpart."""
    telling = [text for text in event.paths if _telling(text.template)]
    return not event.extra.get("either") or sum((event, text) in met for text in telling) >= min(2, len(telling))


def _whole_folder(text: Text) -> bool:
    """Whether a name stands for all files of one kind in a folder that is known: ``scores/*.npy``, as it is listed."""
    folder, _slash, name = text.template.rpartition("/")
    listed = all(part.source.via == "listing" for part in text.parts if part.text is None)
    if not listed or not name.startswith(HOLE) or HOLE in folder or HOLE in name[1:] or len(name) < _SPECIFIC:
        return False
    return len("".join(WORDS.findall(posixpath.basename(folder)))) >= _SPECIFIC


def _of_folders(pairs: list[tuple[Named, Named]]) -> Iterator[tuple[Named, Named]]:
    """The pairs, but of reads of a whole folder only those with at least two files that the tree writes there: the
    folder is there for them."""
    found: dict[tuple[Event, Text], set[str]] = defaultdict(set)
    for write, read in pairs:
        found[read.event, read.text].add(write.location)
    for write, read in pairs:
        given = read.text.template.startswith(_GIVEN)
        if given or len(found[read.event, read.text]) > 1 or not _whole_folder(read.text):
            yield write, read


def _of_families(pairs: list[tuple[Named, Named]]) -> Iterator[tuple[Named, Named]]:
    """The pairs, but of a read whose name is known in part only those with writes of the same words, where there are
    such: others are another family of files. What a listing finds is of any family."""
    same = {id(read) for write, read in pairs if _letters(write) == _letters(read)}
    for write, read in pairs:
        computed = any(part.text is None and part.source.via != "listing" for part in read.text.parts)
        if not computed or id(read) not in same or _letters(write) == _letters(read):
            yield write, read


def _letters(named: Named) -> list[str]:
    return _LETTERS.findall(_own_name(named.location).lower())


def _spelled_out(event: Event) -> bool:
    """Whether each of the few artifacts that an event names is told by its whole name: in some runs it is this one."""
    return len(event.paths) <= _FEW and not any(HOLE in text.template for text in event.paths)


def _settled(pairs: list[tuple[Named, Named]]) -> Iterable[tuple[Named, Named]]:
    """Each write and read of one name once. The scripts of one folder are run from one place: where several would do,
    from the one that most of their links need, and links that need another are none."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for pair in pairs:
        for named in pair:
            if named.base is not None:
                known = not named.ambiguous
                votes[posixpath.dirname(named.event.entry)][named.base] += _SURE if known else 1
    chosen: dict[tuple[Event, Text, Event, Text], tuple[Named, Named]] = {}
    for write, read in pairs:
        if all(_best(named, votes) for named in (write, read) if named.ambiguous):
            chosen.setdefault((write.event, write.text, read.event, read.text), (write, read))
    return chosen.values()


def _best(named: Named, votes: dict[str, Counter[str]]) -> bool:
    counts = votes[posixpath.dirname(named.event.entry)]
    return named.base is None or counts[named.base] == max(counts.values())


def _agree(write: Named, read: Named) -> bool:
    """Two paths that are each meant from one of several folders agree only where the path itself says enough."""
    databases = {named.event.extra.get("database") or "" for named in (write, read)}
    if write.event is read.event or len(databases - {""}) > 1:
        return False
    if posixpath.dirname(write.event.entry) == posixpath.dirname(read.event.entry):
        return True
    unsure = [named for named in (write, read) if named.ambiguous]
    if len(unsure) == 2:
        return "/" in write.text.template.strip("./")
    return all("/" in named.text.template.removeprefix("./") for named in unsure)


def _instance(first: str, second: str) -> bool:
    """Whether one template is an instance of the other: holes of the one stand where the other has text."""
    if HOLE in first and HOLE in second:
        return could_match(first, second.replace(HOLE, "0")) or could_match(first.replace(HOLE, "0"), second)
    return could_match(first, second)


def show(location: str) -> str:
    """A location as people write it: holes as ``*``."""
    return location.replace("/\x02above/", "").replace("/\x02own/", "").replace(HOLE, "*")


def _artifact_name(write: Named, read: Named) -> str:
    chosen = write.location if write.location.count(HOLE) >= read.location.count(HOLE) else read.location
    return show(chosen)
