"""undeclared-consumer: someone reads another component's artifact by naming it himself."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from mltd import Category, Confidence, Effort, Evidence, Finding, HandOver, Project, Rule, Severity, Site, Value

#: What an artifact must hold to be worth a contract, and the word for it.
_WORDS = {
    "predictions": "predictions", "model": "model", "table": "table", "array": "array", "object": "object",
    "checkpoint": "model",
}  # fmt: skip
#: Names without an ending that say too little to be sure.
_COMMON = frozenset(
    {"model", "models", "data", "output", "outputs", "result", "results", "train", "test", "checkpoint"}
)
_LINK = "by its own copy of the name; nothing declares the link"
#: A machine's own scratch space: what lies there is nobody else's.
_SCRATCH = ("/tmp/", "/var/tmp/")  # noqa: S108
#: Where the data of tests lies (a folder ``test`` may as well hold the test set).
_FIXTURES = frozenset({"tests", "fixtures"})
#: Hand-overs shown as evidence at most.
_SHOWN = 12
#: What is a contract in a database only where a model takes it.
_LOOSE = frozenset({"table", "object"})
#: What counts even between the scripts of one hand-run folder.
_MATTERS = frozenset({"predictions", "model", "checkpoint", "table"})


class UndeclaredConsumer(Rule):
    """A program reads an artifact that another program of the tree writes, under its own copy of the name."""

    name = "undeclared-consumer"
    category = Category.BOUNDARIES
    value = Value.STABILITY
    severity = Severity.ERROR
    effort = Effort(base=45, each=10)
    cites = "Sculley et al. 2015, section 2, 'Undeclared Consumers'"
    since = "0.1.0"

    def check(self, project: Project) -> Iterator[Finding]:
        """One finding for each consumer of each artifact, or family of artifacts read at one place; where the readers
        share a name and a writer has its own copy of it, one for that writer."""
        near = {_opened(one) for one in project.hand_overs if _near(project, one) and _alive(project, one)}
        found = [
            one
            for one in project.hand_overs
            # Who writes it in the reader's own folder comes before who writes it elsewhere.
            if (_near(project, one) or _opened(one) not in near) and _undeclared(project, one)
        ]
        strays = [one for one in found if _is_the_writers(project, one)]
        for hand_overs in _grouped(project, [one for one in found if one not in strays]):
            yield self._finding(project, hand_overs)
        for hand_overs in _by_writer(strays):
            yield self._stray(project, hand_overs)

    def _finding(self, project: Project, hand_overs: list[HandOver]) -> Finding:
        first = hand_overs[0]
        producers = sorted({project.program(one.producer.file) for one in hand_overs})
        artifacts = _artifacts(hand_overs)
        others = f" and {len(artifacts) - 1} more" if len(artifacts) > 1 else ""
        return self.finding(
            project.place(first.consumer),
            f"reads the {_WORDS.get(first.role, first.role)} {artifacts[0]}{others} that {' and '.join(producers[:2])}"
            f"{' and others' if len(producers) > 2 else ''} {'write' if len(producers) > 1 else 'writes'}, "
            + ("and takes whatever version is the latest" if first.registry else _LINK),
            subject=f"dataset:{artifacts[0]}",
            evidence=_walk(project, hand_overs),
            severity=Severity.NOTE if first.registry or _one_team(project, first) else _weight(project, hand_overs),
            confidence=_confidence(hand_overs),
            extent=len(producers),
            symbol=first.consumer.symbol,
        )

    def _stray(self, project: Project, hand_overs: list[HandOver]) -> Finding:
        first = hand_overs[0]
        readers = sorted({project.program(one.consumer.file) for one in hand_overs})
        home = project.named_at(first.read)
        others = f" and {len(readers) - 1} more" if len(readers) > 1 else ""
        return self.finding(
            project.place(first.producer),
            f"writes the {_WORDS.get(first.role, first.role)} {first.artifact} by its own copy of the name, while "
            f"{readers[0]}{others} {'read' if others else 'reads'} it by the one in {home.file if home else '?'}; "
            "nothing declares the link",
            subject=f"dataset:{first.artifact}",
            evidence=_walk(project, hand_overs),
            severity=_weight(project, hand_overs),
            confidence=_confidence(hand_overs),
            extent=len(readers),
            symbol=first.producer.symbol,
        )


def _alive(project: Project, hand_over: HandOver) -> bool:
    """Whether both sides run, and neither is a test."""
    return not any(
        project.is_apart(one.event.entry) or not project.runs(one) for one in (hand_over.read, hand_over.write)
    )


def _opened(hand_over: HandOver) -> tuple[Site, str]:
    """What a reader opens, and where."""
    return hand_over.read.event.site, hand_over.read.location


def _artifacts(hand_overs: list[HandOver]) -> list[str]:
    """The names of what is read: one that several writers name in their own ways is one."""
    names: dict[str, set[str]] = {}
    for one in hand_overs:
        names.setdefault(one.read.location, set()).add(one.artifact)
    return sorted({min(found, key=lambda name: (name.count("*"), name)) for found in names.values()})


def _one_team(project: Project, hand_over: HandOver) -> bool:
    owner = project.owner(hand_over.consumer.file)
    return owner is not None and owner == project.owner(hand_over.producer.file)


def _weight(project: Project, hand_overs: list[HandOver]) -> Severity | None:
    """What scripts of one folder hand each other is a note, and a table that no model of its readers takes, as far as
    one sees, is the lesser contract."""
    if all(_near(project, one) for one in hand_overs):
        return Severity.NOTE
    taken = any(one.role != "table" or project.feeds_models(one.read.event) for one in hand_overs)
    return None if taken else Severity.WARNING


def _confidence(hand_overs: list[HandOver]) -> Confidence:
    first = hand_overs[0]
    return Confidence.MEDIUM if first.read.ambiguous or first.write.ambiguous else Confidence.HIGH


def _is_the_writers(project: Project, one: HandOver) -> bool:
    """Whether the reader takes the name from a module of the project, and the writer has typed it himself."""
    read, written = project.named_at(one.read), project.named_at(one.write)
    if read is None or written is None or written.file != one.producer.file:
        return False
    return read.file != one.consumer.file and project.is_imported(read.file)


def _by_writer(hand_overs: list[HandOver]) -> list[list[HandOver]]:
    groups: dict[tuple[str, str], list[HandOver]] = {}
    for one in sorted(hand_overs, key=lambda one: (one.producer.file, one.producer.at, one.consumer.file)):
        groups.setdefault((one.producer.file, one.artifact), []).append(one)
    return list(groups.values())


def _walk(project: Project, hand_overs: list[HandOver]) -> list[Evidence]:
    """From the writes, with where each name stands, to the reads."""
    steps: dict[object, Evidence] = {}

    def add(site: Site | None, message: str) -> None:
        if site is not None:
            place = project.place(site)
            steps.setdefault((place.path, place.cell, place.line), project.evidence(site, message))

    shown = hand_overs[:_SHOWN]
    for one in shown:
        add(one.write.event.site, f"writes {one.artifact}")
        add(project.named_at(one.write), "the writer's name for it")
    for one in shown:
        add(project.named_at(one.read), "the reader's own copy of the name")
        add(one.consumer, f"reads {one.artifact}")
        add(one.read.event.site, f"{one.artifact} is opened")
    return list(steps.values())


def _grouped(project: Project, hand_overs: list[HandOver]) -> list[list[HandOver]]:
    """By consumer and artifact; what one place reads is one group."""
    groups: dict[tuple[str, str], list[HandOver]] = {}
    homes: dict[tuple[str, int], tuple[str, str]] = {}
    ordered = sorted(
        hand_overs,
        key=lambda one: (one.consumer.file, one.consumer.at, one.artifact, one.producer.file, one.producer.at),
    )
    for one in ordered:
        # Notes between the scripts of one folder are told once for each pair of scripts.
        key = (one.consumer.file, one.producer.file if _near(project, one) else one.artifact)
        if key not in groups:
            key = homes.get((one.consumer.file, one.consumer.at), key)
        homes[one.consumer.file, one.consumer.at] = key
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def _near(project: Project, hand_over: HandOver) -> bool:
    """Whether both sides are scripts of one hand-run folder, or of a folder and one below it that is no service."""
    read, write = hand_over.read.event, hand_over.write.event
    if posixpath.dirname(read.entry) == posixpath.dirname(write.entry):
        return True
    sides = sorted(map(posixpath.dirname, (hand_over.consumer.file, hand_over.producer.file)), key=len)
    if sides[0] == sides[1]:
        return True
    return bool(sides[0]) and sides[1].startswith(sides[0] + "/") and not project.serves(read.entry)


def _undeclared(project: Project, hand_over: HandOver) -> bool:
    read, write = hand_over.read.event, hand_over.write.event
    reader, writer = hand_over.consumer.file, hand_over.producer.file
    if (
        not hand_over.sure
        or (hand_over.one_of and not hand_over.some_runs)
        or project.is_apart(read.entry)
        or project.is_apart(write.entry)
    ):
        return False
    if (
        hand_over.role not in _WORDS
        or project.program(reader) in (writer, project.program(writer))
        or read.extra.get("append")
        or not (project.runs(hand_over.read) and project.runs(hand_over.write))
    ):
        return False
    if project.is_apart(reader) or project.is_apart(writer) or project.program(reader) != reader:
        return False
    if ".sql" in {posixpath.splitext(file)[1] for file in (reader, writer)}:
        return False  # a statement names its tables: it has no other way
    if not _FIXTURES.isdisjoint(hand_over.read.location.split("/")[:-1]):
        return False
    name = posixpath.basename(hand_over.artifact)
    if "." not in name and name.lower() in _COMMON:
        return False
    if (
        hand_over.pinned
        or hand_over.handed_over
        or hand_over.listed
        or project.own(hand_over)
        or project.figures(hand_over)
    ):
        return False
    if hand_over.shared_source is not None or hand_over.shared_setting is not None or project.in_a_manifest(hand_over):
        return False
    if (
        project.from_outside(hand_over)
        or project.contracted(hand_over)
        or project.declared.is_output(hand_over.write.location)
        or hand_over.write.location.startswith(_SCRATCH)
    ):
        return False
    if hand_over.artifact.startswith("table://") and hand_over.role in _LOOSE and not project.feeds_models(read):
        return False  # what a database is there for
    if project.one_program(read, write) or project.pipeline_of(read, write) is not None:
        return False
    if not _near(project, hand_over):
        return project.component(reader) != project.component(writer)
    if project.is_teaching(reader) or project.is_collection(reader):
        return False
    # Between the scripts of one folder a table matters where it feeds a model; the rest is the jungle's.
    return hand_over.role in _MATTERS and (hand_over.role != "table" or project.feeds_models(read))
