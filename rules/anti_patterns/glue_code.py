"""glue-code: code that only gets data into and out of general-purpose packages, spread through the project."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterator

import msgspec

from mltd import (
    Category,
    Chain,
    Confidence,
    Effort,
    Evidence,
    Finding,
    Project,
    Rule,
    Severity,
    Site,
    Unit,
    Value,
)


class GlueCode(Rule):
    """The same adapter around a modelling package in several places, or a body that is mostly handing over."""

    name = "glue-code"
    category = Category.ANTI_PATTERNS
    value = Value.SIMPLICITY
    severity = Severity.WARNING
    effort = Effort(base=30, each=10)
    cites = "Sculley et al. 2015, section 5, 'Glue Code'"
    since = "0.1.0"

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """``copies``: functions or files that hold the same adapter. ``agreeing``: marshalling operations that must
        agree around a conversion. ``statements``: how long a bridge is at least."""

        copies: int = 3
        agreeing: int = 2
        statements: int = 12

    def check(self, project: Project) -> Iterator[Finding]:
        """One finding for each adapter, one for each bridge, and one for each body that runs a tool."""
        units = [
            unit
            for unit in project.units
            # A notebook's script twin is no copy.
            if not unit.interface and not project.is_teaching(unit.file) and project.program(unit.file) == unit.file
        ]
        yield from self._adapters(project, units)
        yield from self._bridges(project, units)
        yield from self._tools(project)

    def _adapters(self, project: Project, units: list[Unit]) -> Iterator[Finding]:
        charged: set[Site] = set()
        for package, places, common in _families(project, units, self.options):
            shown = [_agreed(chain, common) for _unit, chain in places]
            sites = {site for steps in shown for site, _shape in steps}
            if len(sites & charged) * 2 > len(sites):
                continue  # what is prepared once and goes to several packages is one piece of work
            charged |= sites
            evidence: list[Evidence] = []
            for (unit, chain), steps in zip(places, shown, strict=True):
                where = unit.symbol or unit.file
                for site, shape in steps[:_SHOWN]:
                    evidence.append(project.evidence(site, f"{where} marshals for {package}: {_word(shape)}"))
                if chain.anchor.verb in ("fits", "predicts", "searches"):
                    evidence.append(project.evidence(chain.anchor.site, f"the {chain.anchor.callee} that it serves"))
            first = places[0][0]
            files = len({unit.file for unit, _chain in places})
            steps_in_all = sum(common.values())
            yield self.finding(
                project.place(_core(first, shown[0])),
                f"the same {steps_in_all} steps into and out of {package} stand in {len(places)} places "
                f"({files} {'file' if files == 1 else 'files'}) instead of behind one interface",
                subject=f"adapter:{package}:{'+'.join(sorted(shape[1] for shape in common))}",
                evidence=evidence,
                extent=len(places),
                symbol=first.symbol,
            )

    def _bridges(self, project: Project, units: list[Unit]) -> Iterator[Finding]:
        for unit in units:
            if unit.statements < self.options.statements or len(unit.handed) * 2 < unit.statements or not unit.models:
                continue
            if (project.is_notebook(unit.file) and not unit.symbol) or project.callers(unit.file, unit.body) > 1:
                continue
            where = unit.symbol or unit.file
            evidence = [project.evidence(site, "hands a value from one package to another") for site in unit.handed]
            evidence += [
                project.evidence(event.site, f"the {event.callee} that it serves") for event in unit.models[:2]
            ]
            yield self.finding(
                evidence[0].place,
                f"{len(unit.handed)} of the {unit.statements} statements of {where} only hand values between packages",
                subject=f"function:{unit.file}:{unit.symbol}",
                evidence=evidence,
                confidence=Confidence.MEDIUM,
                extent=len(unit.handed) // 4,
                symbol=unit.symbol,
            )

    def _tools(self, project: Project) -> Iterator[Finding]:
        for bridge in project.tool_bridges:
            where = bridge.symbol or bridge.file
            evidence = [project.evidence(event.site, "a file is written for it") for event in bridge.written[:4]]
            evidence += [project.evidence(event.site, f"{bridge.tool} is run") for event in bridge.runs[:4]]
            evidence += [project.evidence(event.site, "its output is taken back") for event in bridge.read[:4]]
            yield self.finding(
                project.place(bridge.runs[0].site),
                f"{where} runs {bridge.tool} as a program, writes files for it and reads its output",
                subject=f"tool:{bridge.file}:{bridge.symbol}:{bridge.tool}",
                evidence=evidence,
                confidence=Confidence.MEDIUM,
                extent=len(bridge.runs),
                symbol=bridge.symbol,
            )


def _core(unit: Unit, steps: list[tuple[Site, Shape]]) -> Site:
    """Where an adapter is told: at the package's own container, else at its first step."""
    return min(steps, key=lambda pair: (pair[1][:2] not in unit.converts, pair[1][1] == _CHOICE, pair[0].at))[0]


def _word(shape: Shape) -> str:
    _direction, operation, *keywords = shape
    shown = "the choice and order of columns" if operation == _CHOICE else operation
    return f"{shown}({', '.join(keywords)})" if keywords else shown


#: A step (its direction, what is called, its keywords), and steps with how often each stands there.
Shape = tuple[str, ...]
Steps = Counter[Shape]

#: Choosing and ordering columns, and casts of tensors, which come with every one: they count beside other steps only.
_CHOICE = ".[]"
_SLIGHT = frozenset({_CHOICE, ".float", ".long", ".double", ".half", ".int", ".type", ".bool"})
#: What two scripts, or two notebooks, must share to be one procedure: cells are copied one by one, so nearly all.
_SCRIPT, _NOTEBOOK = 0.5, 0.95
#: Steps of one place shown as evidence at most.
_SHOWN = 6
#: Keywords by which a package's container is told what the columns are.
_TELLING = frozenset({
    "categorical_feature", "cat_features", "text_features", "embedding_features", "feature_name", "feature_names",
    "feature_types", "enable_categorical", "columns", "group", "group_id",
})  # fmt: skip
#: What makes a raw output labels or a table.
_BACK = frozenset({"argmax", "argmin", "DataFrame", "Series", "to_frame", "to_pandas"})


def _families(
    project: Project, units: list[Unit], options: GlueCode.Options
) -> list[tuple[str, list[tuple[Unit, Chain]], Steps]]:
    """For each package the bodies of one undertaking on whose ways into it, or out of it, the same steps stand; the
    largest families first, each body once a package."""
    found: list[tuple[str, list[tuple[Unit, Chain]], Steps]] = []
    keyed: dict[tuple[str, str, bool], list[tuple[Unit, Chain]]] = {}
    for unit in units:
        for chain in unit.chains:
            out = chain.steps[0][1][0] == "out"
            keyed.setdefault((project.undertaking(unit.file), chain.package, out), []).append((unit, chain))
    for (_undertaking, package, _out), members in sorted(keyed.items(), key=lambda pair: pair[0]):
        taken: set[int] = set()
        # Who has the same steps has the same family.
        seeds = {_looks(unit, chain): (unit, chain) for unit, chain in reversed(members)}
        candidates = [_family(seed, members, options) for seed in reversed(seeds.values())]
        for group, common in sorted(candidates, key=lambda pair: (-len(pair[0]), -sum(pair[1].values()))):
            left = [(unit, chain) for unit, chain in group if id(unit) not in taken]
            if _tellings(project, left) >= options.copies:
                taken |= {id(unit) for unit, _chain in left}
                found.append((package, left, common))
    return _merged(sorted(found, key=lambda one: -len(one[1])))


def _looks(unit: Unit, chain: Chain) -> tuple[frozenset[object], ...]:
    """All that says which other bodies share an adapter with one."""
    return frozenset(chain.shapes.items()), frozenset(unit.tabular), frozenset(unit.converts)


def _tellings(project: Project, places: list[tuple[Unit, Chain]]) -> int:
    """How many places an adapter stands in, where scripts or notebooks that are one procedure copied as a whole are
    one: there it is the procedure that wants an abstraction."""
    told: list[str] = []
    for unit, _chain in places:
        part = _NOTEBOOK if project.is_notebook(unit.file) else _SCRIPT
        if not unit.symbol and not any(project.retells(unit.file, other, part) for other in told):
            told.append(unit.file)
    return len(told) + sum(bool(unit.symbol) for unit, _chain in places)


def _merged(
    found: list[tuple[str, list[tuple[Unit, Chain]], Steps]],
) -> list[tuple[str, list[tuple[Unit, Chain]], Steps]]:
    """Families of one folder with the same steps are one: its scripts and its notebooks."""
    kept: dict[tuple[str, str, tuple[Shape, ...]], tuple[str, list[tuple[Unit, Chain]], Steps]] = {}
    for package, places, common in found:
        key = (package, posixpath.dirname(places[0][0].file), tuple(sorted(common)))
        if key in kept:
            kept[key][1].extend(places)
        else:
            kept[key] = package, list(places), common
    return [
        (package, sorted(places, key=lambda pair: (pair[0].file, pair[0].body)), common)
        for package, places, common in kept.values()
    ]


def _family(
    seed: tuple[Unit, Chain], members: list[tuple[Unit, Chain]], options: GlueCode.Options
) -> tuple[list[tuple[Unit, Chain]], Steps]:
    """The bodies that share an adapter with a seed, and all of them with each other, with the way that shares it."""
    own, mine = seed
    common = mine.shapes
    best: dict[int, tuple[int, tuple[Unit, Chain]]] = {}
    for unit, chain in members:
        agreed = sum((mine.shapes & chain.shapes).values())
        if unit is not own and agreed > best.get(id(unit), (-1, seed))[0]:
            best[id(unit)] = agreed, (unit, chain)
    group = [seed]
    for _agreed, (unit, chain) in sorted(best.values(), key=lambda pair: -pair[0]):
        shared = _shared(common, chain.shapes)
        if _adapter(shared, [own, unit], options.agreeing):
            common = shared
            group.append((unit, chain))
    return sorted(group, key=lambda pair: (pair[0].file, pair[0].body)), common


def _adapter(common: Steps, group: list[Unit], agreeing: int) -> bool:
    """Whether the steps that two ways share are an adapter.

    Into the package: a table is given another form, by enough different operations, or the package's own container is
    told what the columns are, done again or with another step beside it. Out of it: a raw output is made labels or a
    table again. Choosing columns alone is no such step.
    """
    tabular = {shape for unit in group for shape in unit.tabular}
    told = {shape for unit in group for shape in unit.converts}
    forms = {shape: count for shape, count in common.items() if shape[1] not in _SLIGHT}
    different = len({shape[1] for shape in forms})
    for shape, count in forms.items():
        telling = shape[:2] in told and not _TELLING.isdisjoint(shape[2:])
        if telling and (count >= agreeing or len(forms) >= agreeing):
            return True
    if any(shape[0] == "out" for shape in common):
        return different >= agreeing and any(shape[1].rpartition(".")[2] in _BACK for shape in forms)
    return different >= agreeing and any(shape[:2] in tabular for shape in common)


def _shared(first: Steps, second: Steps) -> Steps:
    """The steps that both hold. Two calls of one operation share the keywords that both give: where a model predicts
    there is no label to give."""
    common = first & second
    right = list((second - common).elements())
    for shape in (first - common).elements():
        other = next((other for other in right if other[:2] == shape[:2]), None)
        if other is not None:
            right.remove(other)
            agreed: Shape = (*shape[:2], *sorted(set(shape[2:]) & set(other[2:])))
            common[agreed] += 1
    return common


def _agreed(chain: Chain, common: Steps) -> list[tuple[Site, Shape]]:
    """The steps of a way that are the common ones, each as often as it is common: those nearest to the package."""
    left = Counter(common)
    found: list[tuple[Site, Shape]] = []
    for site, shape in sorted(chain.steps, key=lambda step: abs(step[0].at - chain.anchor.site.at)):
        fitting = [one for one in left if one[:2] == shape[:2] and set(one[2:]) <= set(shape[2:]) and left[one]]
        if fitting:
            left[max(fitting, key=len)] -= 1
            found.append((site, shape))
    return sorted(found, key=lambda step: (step[0].file, step[0].at))
