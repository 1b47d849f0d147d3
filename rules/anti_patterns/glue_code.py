"""glue-code: code that only gets data into and out of general-purpose packages, spread through the project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from mltd import Category, Confidence, Effort, Event, Evidence, Finding, Project, Rule, Severity, Site, Unit, Value


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
        units = [unit for unit in project.units if not unit.method_of_family and not project.is_teaching(unit.file)]
        units = [
            unit for unit in units if project.program(unit.file) == unit.file
        ]  # a notebook's script twin is no copy
        yield from self._adapters(project, units)
        yield from self._bridges(project, units)
        yield from self._tools(project)

    def _adapters(self, project: Project, units: list[Unit]) -> Iterator[Finding]:
        for package, group in _families(project, units, self.options):
            common = _common(group, package)
            evidence: list[Evidence] = []
            for unit in group:
                where = unit.symbol or unit.file
                shown = [(site, shape) for site, one, shape in unit.sites if one == package and _holds(common, shape)]
                for site, shape in shown[:3]:
                    evidence.append(project.evidence(site, f"{where} marshals for {package}: {_word(shape)}"))
                evidence += [
                    project.evidence(one.site, f"the {one.callee} that it serves") for one in _served(unit, package)
                ]
            first = group[0]
            files = len({unit.file for unit in group})
            steps = sum(common.values())
            yield self.finding(
                project.place(_core(first, package, common)),
                f"the same {steps} steps into and out of {package} stand in {len(group)} places "
                f"({files} {'file' if files == 1 else 'files'}) instead of behind one interface",
                subject=f"adapter:{package}:{'+'.join(sorted(shape[1] for shape in common))}",
                evidence=evidence,
                extent=len(group),
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


def _served(unit: Unit, package: str) -> list[Event]:
    """The fit or predict of the package that an adapter serves, or the first of another."""
    return [*(event for event in unit.models if event.library == package), *unit.models][:1]


def _core(unit: Unit, package: str, common: Steps) -> Site:
    """Where an adapter is told: at the package's own container, else at its first step."""
    shown = [(site, shape) for site, one, shape in unit.sites if one == package and _holds(common, shape)]
    return min(shown, key=lambda pair: (pair[1][:2] not in unit.converts, pair[1][1] == _CHOICE, pair[0].at))[0]


def _word(shape: Shape) -> str:
    _direction, operation, *keywords = shape
    shown = "the choice and order of columns" if operation == _CHOICE else operation
    return f"{shown}({', '.join(keywords)})" if keywords else shown


#: A step (its direction, what is called, its keywords), and steps with how often each stands there.
Shape = tuple[str, ...]
Steps = Counter[Shape]

#: Choosing and ordering columns: counts beside another step only.
_CHOICE = ".[]"
#: Keywords by which a package's container is told what the columns are.
_TELLING = frozenset({
    "categorical_feature", "cat_features", "text_features", "embedding_features", "feature_name", "feature_names",
    "feature_types", "enable_categorical", "columns", "group", "group_id",
})  # fmt: skip
#: What makes a raw output labels or a table.
_BACK = frozenset({"argmax", "argmin", "DataFrame", "Series", "to_frame", "to_pandas"})


def _families(project: Project, units: list[Unit], options: GlueCode.Options) -> list[tuple[str, list[Unit]]]:
    """Units of one undertaking and package whose marshalling agrees, each in its largest family."""
    found: list[tuple[str, list[Unit]]] = []
    keyed: dict[tuple[str, str], list[Unit]] = {}
    for unit in units:
        for package in sorted(unit.steps):
            keyed.setdefault((project.undertaking(unit.file), package), []).append(unit)
    for (_undertaking, package), members in sorted(keyed.items()):
        taken: set[int] = set()
        candidates = [_family(seed, members, package, options) for seed in members]
        for group in sorted(candidates, key=len, reverse=True):
            left = [unit for unit in group if id(unit) not in taken]
            if len(left) >= options.copies and _adapter(_common(left, package), left, options.agreeing):
                taken |= {id(unit) for unit in left}
                found.append((package, left))
    return found


def _family(seed: Unit, members: list[Unit], package: str, options: GlueCode.Options) -> list[Unit]:
    """The units that share an adapter with a seed, and all of them with each other."""
    common = seed.steps[package]
    group = [seed]
    others = [unit for unit in members if unit is not seed]
    for unit in sorted(others, key=lambda unit: -sum((seed.steps[package] & unit.steps[package]).values())):
        shared = _shared(common, unit.steps[package])
        if _adapter(shared, [seed, unit], options.agreeing):
            common = shared
            group.append(unit)
    return sorted(group, key=lambda unit: (unit.file, unit.body))


def _adapter(common: Steps, group: list[Unit], agreeing: int) -> bool:
    """Whether shared steps are an adapter.

    Into the package: a table is given another form, by enough different operations, or the package's own container is
    told what the columns are, done again or with another step beside it. Out of it: a raw output is made labels or a
    table again.
    """
    tabular = {shape for unit in group for shape in unit.tabular}
    told = {shape for unit in group for shape in unit.converts}
    into = {shape: count for shape, count in common.items() if shape[0] == "in"}
    forms = {shape: count for shape, count in into.items() if shape[1] != _CHOICE}
    for shape, count in forms.items():
        telling = shape[:2] in told and not _TELLING.isdisjoint(shape[2:])
        if telling and (count >= agreeing or len(forms) >= agreeing):
            return True
    enough = len({shape[1] for shape in forms}) >= agreeing and sum(into.values()) > agreeing
    if enough and any(shape[:2] in tabular for shape in into):
        return True
    back = {shape[1] for shape in common if shape[0] == "out" and shape[1] != _CHOICE}
    return len(back) >= agreeing and any(one.rpartition(".")[2] in _BACK for one in back)


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


def _holds(common: Steps, shape: Shape) -> bool:
    """Whether a step of a unit is one of the common ones."""
    return any(one[:2] == shape[:2] and set(one[2:]) <= set(shape[2:]) for one in common)


def _common(group: list[Unit], package: str) -> Steps:
    """The steps that all units of a group hold."""
    common = Counter(group[0].steps[package])
    for unit in group[1:]:
        common = _shared(common, unit.steps[package])
    return common
