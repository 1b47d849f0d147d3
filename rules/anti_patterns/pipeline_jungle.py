"""pipeline-jungle: data preparation that has grown into a tangle of files handed from script to script."""

from __future__ import annotations

import fnmatch
from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from mltd import Category, Confidence, Effort, Evidence, Finding, HandOver, Named, Project, Rule, Severity, Value

#: What counts as a data table.
_TABLES = frozenset({"table", "predictions", "array"})
#: What a chain is made of.
_OPERATIONS = frozenset({"joins", "samples", "reads", "writes", "scrapes"})
#: Steps of evidence at most.
_SHOWN = 40


class PipelineJungle(Rule):
    """Scripts and notebooks run by hand, in an order that nothing declares, that exchange tables by file."""

    name = "pipeline-jungle"
    category = Category.ANTI_PATTERNS
    value = Value.SIMPLICITY
    severity = Severity.WARNING
    effort = Effort(base=120, each=30)
    cites = "Sculley et al. 2015, section 5, 'Pipeline Jungles'"
    since = "0.1.0"

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """``programs``: how many programs run by hand make a jungle. ``operations``: how many scrapes, joins, samplings
        and intermediate files one function, script or notebook may chain."""

        programs: int = 4
        operations: int = 15

    def check(self, project: Project) -> Iterator[Finding]:
        """One finding for each connected tangle, and one for each single program that chains too much."""
        exchanged = [one for one in project.hand_overs if _exchanged(project, one)]
        tangled: set[str] = set()
        for programs, hand_overs in project.connected(exchanged):
            by_hand = _by_hand(project, programs)
            # What a pipeline makes for several of them ties them to the pipeline, not to one another.
            inner = [one for one in hand_overs if {one.write.event.entry, one.read.event.entry} <= by_hand]
            for members, _inner in project.connected(inner):
                around = [one for one in hand_overs if members & {one.write.event.entry, one.read.event.entry}]
                finding = self._tangle(project, members, around)
                if finding is not None:
                    tangled |= programs
                    yield finding
        yield from self._chains(project, tangled)

    def _tangle(self, project: Project, by_hand: set[str], hand_overs: list[HandOver]) -> Finding | None:
        rewritten, cycle = _rewritten(project, hand_overs), _cycle(hand_overs)
        tangled = len(by_hand) >= self.options.programs and _in_line(hand_overs)
        stages = {one.read.event.entry for one in rewritten}
        if not tangled and len(stages) < 2 and not cycle:
            return None
        artifacts = _tables(
            one.artifact for one in hand_overs if not by_hand.isdisjoint((one.read.event.entry, one.write.event.entry))
        )
        evidence = _walk(project, hand_overs, rewritten)
        last = max(hand_overs, key=lambda one: _lateness(one, by_hand, hand_overs))
        if tangled:
            what = f"{len(by_hand)} programs run by hand pass {_count(len(artifacts), 'table')} from file to file"
        elif len(stages) >= 2:
            what = f"{rewritten[0].artifact} is rewritten in place by several programs"
        else:
            what = f"{_count(len(cycle), 'program')} hand tables round in a circle"
        also = f", and {rewritten[0].artifact} is rewritten in place" if rewritten and tangled else ""
        return self.finding(
            project.place(last.read.event.site),
            f"{what}{also}; nothing declares their order",
            subject=f"pipeline:{min(by_hand)}",
            evidence=evidence,
            confidence=Confidence.MEDIUM if all(one.read.ambiguous for one in hand_overs) else Confidence.HIGH,
            extent=len(by_hand),
        )

    def _chains(self, project: Project, tangled: set[str]) -> Iterator[Finding]:
        intermediate = {one.artifact for one in project.hand_overs if one.role in _TABLES}
        chains: dict[tuple[str, str, int], dict[int, Evidence]] = defaultdict(dict)
        named = {id(named.event): name for name in intermediate for named in project.links.artifacts.get(name, ())}
        passed: set[tuple[str, str, int, str]] = set()
        for event in project.events:
            if event.off or event.verb not in _OPERATIONS:
                continue
            where = event.site.file, event.site.symbol, project.definition(event.site)
            if event.verb in ("joins", "samples"):
                # Rows put under one another are no join.
                if event.form == "parts" or event.extra.get("rows") or not project.joins_tables(event):
                    continue
            elif event.verb in ("reads", "writes") and id(event) in named:
                # One intermediate file is one operation, however often it is opened.
                artifact = (*where, named[id(event)])
                if artifact in passed:
                    continue
                passed.add(artifact)
            elif event.verb != "scrapes":
                continue  # a file that goes to nobody
            step = project.evidence(event.site, f"{event.verb} by {event.callee}")
            chains[where].setdefault(event.site.at, step)
        told: list[str] = []
        for (file, symbol, _at), steps in sorted(chains.items()):
            if len(steps) <= self.options.operations or file in tangled or project.is_apart(file):
                continue
            if project.program(file) != file:
                continue  # the script twin of a notebook: the notebook speaks for both
            if project.declared.pipelines.get(file):
                continue
            if not symbol:
                if any(project.retells(file, other) for other in told):
                    continue  # one chain, copied with its whole program
                told.append(file)
            ordered = [steps[at] for at in sorted(steps)]
            yield self.finding(
                ordered[0].place,
                f"{symbol or file} chains {len(ordered)} scrapes, joins, samplings and intermediate files in one go",
                subject=f"function:{file}:{symbol}" if symbol else f"module:{file}",
                evidence=ordered[:_SHOWN],
                extent=len(ordered) // 5,
                symbol=symbol,
            )


def _tables(artifacts: Iterable[str]) -> set[str]:
    """Each table once: not a family of files (``fold_*.csv``) and also the one of it that some program names."""
    names = set(artifacts)
    families = [name for name in names if "*" in name]
    return {name for name in names if not any(name != one and fnmatch.fnmatchcase(name, one) for one in families)}


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _exchanged(project: Project, hand_over: HandOver) -> bool:
    read, write = hand_over.read.event, hand_over.write.event
    if hand_over.role not in _TABLES or read.entry == write.entry or project.appended(hand_over):
        return False
    if project.figures(hand_over):
        return False
    if hand_over.artifact.startswith("table://"):
        return False  # a database keeps it, and no file lies about
    if not hand_over.sure or (project.is_collection(read.entry) and project.is_collection(write.entry)):
        return False
    if not (project.runs(hand_over.read) and project.runs(hand_over.write)):
        return False
    if any(project.is_apart(one.entry) or project.unreached(one) for one in (read, write)):
        return False
    if project.program(read.entry) != read.entry or project.program(write.entry) != write.entry:
        return False  # the script twin of a notebook: the notebook speaks for both
    if project.own(hand_over) or project.cached(hand_over):
        return False
    return not project.one_program(read, write) and project.declared.together(read.entry, write.entry) is None


def _by_hand(project: Project, programs: set[str]) -> set[str]:
    """The programs that no pipeline runs together with another of them, services apart."""
    covered: dict[str, set[str]] = defaultdict(set)
    for program in programs:
        for pipeline in project.declared.pipelines.get(program, ()):
            covered[pipeline].add(program)
    driven = {program for group in covered.values() if len(group) > 1 for program in group}
    for one in project.hand_overs:
        ends = {one.write.event.entry, one.read.event.entry}
        if len(ends) == 2 and ends & programs and project.declared.together(*ends) is not None:
            driven |= ends  # what it exchanges inside a pipeline is declared, and it is a step of that
    alone = {program for program in programs - driven if not project.serves(program)}
    # A copy of a program, letter by letter, is no further program.
    return {
        program for program in alone if project.original(program) == program or project.original(program) not in alone
    }


def _rewritten(project: Project, hand_overs: list[HandOver]) -> list[HandOver]:
    """Hand-overs of a table that its reader writes again to the same place."""
    writers: dict[str, set[str]] = defaultdict(set)
    for named in project.links.named:
        event = named.event
        if event.verb in ("writes", "saves") and not event.extra.get("append") and not project.unreached(event):
            writers[named.location].add(project.program(named.event.entry))
    found = [
        one
        for one in hand_overs
        if one.read.location == one.write.location
        and len(writers[one.write.location]) > 1
        and one.read.event.entry in writers[one.write.location]
    ]
    return sorted(found, key=lambda one: (one.artifact, one.read.event.entry, one.read.event.site.at))


def _cycle(hand_overs: list[HandOver]) -> list[str]:
    """Programs that hand tables round, through different artifacts."""
    successors: dict[str, set[str]] = defaultdict(set)
    for one in hand_overs:
        successors[one.write.event.entry].add(one.read.event.entry)
    for start in sorted(successors):
        path, seen = [start], {start}
        todo = [(start, iter(sorted(successors[start])))]
        while todo:
            _program, following = todo[-1]
            step = next(following, None)
            if step is None:
                todo.pop()
                path.pop()
            elif step == start and len(path) > 1:
                return path
            elif step not in seen:
                seen.add(step)
                path.append(step)
                todo.append((step, iter(sorted(successors[step]))))
    return []


def _in_line(hand_overs: list[HandOver]) -> bool:
    """Whether some program hands on what it was handed: one producer with many readers is no tangle."""
    writers = {one.write.event.entry for one in hand_overs}
    return any(one.read.event.entry in writers for one in hand_overs)


def _depth(program: str, hand_overs: list[HandOver]) -> int:
    """How many programs stand before one, at least."""
    depth, front, seen = 0, {program}, {program}
    while True:
        front = {one.write.event.entry for one in hand_overs if one.read.event.entry in front} - seen
        if not front:
            return depth
        seen |= front
        depth += 1


def _lateness(one: HandOver, by_hand: set[str], hand_overs: list[HandOver]) -> tuple[bool, int, str]:
    """Programs run by hand before others, later ones before earlier ones."""
    program = one.read.event.entry
    return program in by_hand, _depth(program, hand_overs), program


def _step(named: Named, word: str, artifact: str) -> str:
    """What a program does to an artifact; its name where the code stands in another file."""
    event = named.event
    return f"{word} {artifact}" if event.entry == event.site.file else f"{word} {artifact} for {event.entry}"


def _walk(project: Project, hand_overs: list[HandOver], rewritten: list[HandOver]) -> list[Evidence]:
    """Each artifact's write and read, from the first programs to the last, every program at least once."""
    steps: list[Evidence] = []
    known: set[object] = set()

    def add(one: HandOver) -> None:
        for named, word in ((one.write, "writes"), (one.read, "reads")):
            place = named.event.site, named.event.entry
            if place not in known:
                known.add(place)
                steps.append(project.evidence(named.event.site, _step(named, word, one.artifact)))

    ordered = sorted(
        hand_overs, key=lambda one: (_depth(one.write.event.entry, hand_overs), one.artifact, one.read.event.entry)
    )
    shown: set[str] = set()
    for one in ordered:
        if not {one.write.event.entry, one.read.event.entry} <= shown:
            shown |= {one.write.event.entry, one.read.event.entry}
            add(one)
    for one in rewritten:
        add(one)
        for named in project.links.named:
            again = named.event.verb in ("writes", "saves") and named.location == one.read.location
            place = named.event.site, named.event.entry
            if again and named.event.entry == one.read.event.entry and place not in known:
                known.add(place)
                steps.append(project.evidence(named.event.site, _step(named, "rewrites", one.artifact)))
    for one in ordered:
        if len(steps) < _SHOWN:
            add(one)
    return steps
