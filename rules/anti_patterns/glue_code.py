"""glue-code: code that only gets data into and out of general-purpose packages, spread through the project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from mltd import Category, Confidence, Effort, Event, Evidence, Finding, Project, Rule, Severity, Unit, Value


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
        for package, group in _families(project, units, self.options.agreeing):
            if len(group) < self.options.copies:
                continue
            common = _common(group)
            evidence: list[Evidence] = []
            for unit in group:
                where = unit.symbol or unit.file
                shown = [(site, shape) for site, shape in unit.sites if _holds(common, shape, unit)]
                anchors = [pair for pair in shown if pair[1] in unit.converts] or shown
                for site, shape in anchors[:2]:
                    evidence.append(project.evidence(site, f"{where} marshals for {package}: {_word(shape)}"))
                evidence += [
                    project.evidence(one.site, f"the {one.callee} that it serves") for one in _served(unit, package)
                ]
            first = group[0]
            files = len({unit.file for unit in group})
            yield self.finding(
                evidence[0].place,
                f"the same {sum(common.values())} steps into and out of {package} stand in {len(group)} places "
                f"({files} {'file' if files == 1 else 'files'}) instead of behind one interface",
                subject=f"adapter:{package}:{'+'.join(sorted(shape[0] for shape in common))}",
                evidence=evidence,
                extent=len(group),
                symbol=first.symbol,
            )

    def _bridges(self, project: Project, units: list[Unit]) -> Iterator[Finding]:
        for unit in units:
            if unit.statements < self.options.statements or len(unit.handed) * 2 < unit.statements or not unit.models:
                continue
            if project.is_notebook(unit.file) and not unit.symbol:
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


def _word(shape: tuple[str, ...]) -> str:
    return shape[0] if len(shape) == 1 else f"{shape[0]}({', '.join(shape[1:])})"


def _families(project: Project, units: list[Unit], agreeing: int) -> list[tuple[str, list[Unit]]]:
    """Units of one undertaking and package whose marshalling agrees, each in its largest family."""
    found: list[tuple[str, list[Unit]]] = []
    taken: set[int] = set()
    keyed: dict[tuple[str, str], list[Unit]] = {}
    for unit in units:
        for package in sorted(unit.packages):
            keyed.setdefault((project.undertaking(unit.file), package), []).append(unit)
    for (_undertaking, package), members in sorted(keyed.items()):
        candidates = [_family(seed, members, agreeing) for seed in members]
        for group in sorted(candidates, key=len, reverse=True):
            left = [unit for unit in group if id(unit) not in taken]
            if len(left) > 1 and _adapter(_common(left), left[0], agreeing):
                taken |= {id(unit) for unit in left}
                found.append((package, left))
    return found


def _family(seed: Unit, members: list[Unit], agreeing: int) -> list[Unit]:
    """The units that share an adapter with a seed, and all of them with each other."""
    common = seed.shapes
    group = [seed]
    others = [unit for unit in members if unit is not seed]
    for unit in sorted(others, key=lambda unit: -sum((seed.shapes & unit.shapes).values())):
        shared = _shared(common, unit.shapes, seed.converts | unit.converts)
        if _adapter(shared, seed, agreeing):
            common = shared
            group.append(unit)
    return sorted(group, key=lambda unit: (unit.file, unit.body))


#: Operations with how often each stands there.
Shapes = Counter[tuple[str, ...]]
#: Operations that give data another form for a model, or a model's output back.
_FORMS = frozenset(
    {"astype", "reindex", "reshape", "argmax", "inverse_transform", "unsqueeze", "squeeze", "set_format"}
)
#: Keywords that any bare use of a conversion has.
_PLAIN = frozenset({"label", "y", "weight"})
#: Keywords of a conversion that say nothing about the data.
_SETTINGS = frozenset({"dtype", "device", "requires_grad", "copy", "order", "name"})


def _adapter(common: Shapes, unit: Unit, agreeing: int) -> bool:
    """Whether shared operations are an adapter: a conversion that is told what the data is, done twice, or one with
    another operation beside it; without a conversion, one operation more."""
    if sum(common.values()) < agreeing:
        return False
    heads = {shape[0] for shape in unit.converts}
    conversions = [shape for shape in common if shape[0] in heads]
    if any(common[shape] >= agreeing and set(shape[1:]) - _SETTINGS - _PLAIN for shape in conversions):
        return True
    if any(set(shape[1:]) - _SETTINGS for shape in conversions):
        return len({shape[0] for shape in common}) >= agreeing
    # Fills and new names alone may be any work on columns: a value must change packages or its form among them.
    strong = [shape for shape in common if shape in unit.hands or shape[0].rpartition(".")[2] in _FORMS]
    return len(common) > agreeing and len(strong) >= 2 and bool(conversions or any(one in unit.hands for one in strong))


def _shared(first: Shapes, second: Shapes, converts: set[tuple[str, ...]]) -> Shapes:
    """The operations that both hold. Two conversions of one name share the keywords that both give: where a model
    predicts there is no label to give."""
    common = first & second
    heads = {shape[0] for shape in converts}
    left, right = ([shape for shape in (one - common).elements() if shape[0] in heads] for one in (first, second))
    for shape in left:
        other = next((other for other in right if other[0] == shape[0]), None)
        if other is not None:
            right.remove(other)
            agreed = (shape[0], *sorted(set(shape[1:]) & set(other[1:])))
            common[agreed] += 1
    return common


def _holds(common: Shapes, shape: tuple[str, ...], unit: Unit) -> bool:
    """Whether an operation of a unit is one of the common ones."""
    return shape in common or (
        shape in unit.converts and any(one[0] == shape[0] and set(one[1:]) <= set(shape[1:]) for one in common)
    )


def _common(group: list[Unit]) -> Shapes:
    """The operations that all units of a group hold."""
    common = Counter(group[0].shapes)
    for unit in group[1:]:
        common = _shared(common, unit.shapes, group[0].converts | unit.converts)
    return common
