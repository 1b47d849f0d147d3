"""Scanned roots -> one report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from mltd import __version__, engine, score
from mltd.cli import analysis
from mltd.cli.output import printable
from mltd.cli.sources import Joined
from mltd.config import ConfigError, Loaded
from mltd.model import Finding, Place
from mltd.outcome import Debt, Report, ReportedFinding, RuleError, Seen, Skipped, Sources, State, Summary
from mltd.packs import Registry

__all__ = ["Request", "Target", "assemble", "prefixes_of"]


class Target(msgspec.Struct, frozen=True):
    """One of the PATHS: a folder, or a file of a folder (``only``) that is scanned alone; ``given`` as it was typed."""

    given: str
    root: Path
    only: str | None
    loaded: Loaded


class Request(msgspec.Struct, frozen=True):
    """What the command line asks of a report, beyond the configuration. ``report_only`` holds resolved files."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    report_only: tuple[Path, ...] | None = None
    show_suppressed: bool = False
    jobs: int = 1


class _Part(msgspec.Struct, frozen=True):
    """What one target gives, its paths with the target's prefix."""

    analysis: analysis.Analysis
    prefix: str
    findings: list[ReportedFinding]
    errors: tuple[RuleError, ...]


def assemble(
    targets: Sequence[Target], registry: Registry, request: Request, progress: analysis.Progress | None = None
) -> tuple[Report, Sources]:
    """Scan every target and put one report together, its gates still empty.

    Raises ``ConfigError`` before anything is scanned where a selector or an option is wrong.
    """
    problems = [problem for target in targets for problem in engine.mistakes(registry, target.loaded)]
    if problems:
        raise ConfigError(list(dict.fromkeys(problems)))
    names = [_selected(target.loaded, registry, request) for target in targets]
    rules = [engine.configured(registry, chosen, target.loaded) for target, chosen in zip(targets, names, strict=True)]
    prefixes = prefixes_of(targets)
    parts: list[_Part] = []
    for target, chosen, prefix in zip(targets, rules, prefixes, strict=True):
        config = target.loaded.config
        done = analysis.analyse(target.root, target.only, config, request.jobs, progress)
        outcome = engine.run(done.project, chosen, config, known=registry)
        parts.append(_Part(done, prefix, [_moved(one, prefix) for one in outcome.findings], outcome.errors))
    findings = engine.fingerprinted(one for part in parts for one in part.findings)
    shown = _shown(findings, targets, prefixes, request)
    infos = [registry[name].info() for name in sorted(set().union(*names)) if name in registry]
    report = Report(
        version=__version__,
        summary=Summary(
            files=sum(part.analysis.files for part in parts),
            lines=sum(part.analysis.lines for part in parts),
            findings=sum(one.state is not State.SUPPRESSED for one in shown),
            debt=_debt(findings, targets, parts),
            seen=_seen(part.analysis.seen for part in parts),
        ),
        findings=shown,
        skipped=tuple(sorted(_skipped(part, skip) for part in parts for skip in part.analysis.skipped)),
        excluded=tuple(sorted(printable(part.prefix + one) for part in parts for one in part.analysis.excluded)),
        errors=tuple(dict.fromkeys(error for part in parts for error in part.errors)),
        rules=tuple(infos),
        roots=tuple(target.given for target in targets),
        alone=any(target.only is not None for target in targets),
        filtered=request.report_only is not None,
        hidden=sum(one.state is State.SUPPRESSED for one in findings) * (not request.show_suppressed),
        prefix=_from_repository(targets[0].root) if len(targets) == 1 else "",
    )
    return report, Joined({part.prefix: part.analysis.sources for part in parts})


def _selected(loaded: Loaded, registry: Registry, request: Request) -> list[str]:
    """What the command line selects goes before what the configuration selects; both ignore."""
    config, key = loaded.config, loaded.file or "configuration"
    chosen = set(engine.select(registry, config.select, config.ignore, key))
    if request.select or request.ignore:
        asked = engine.select(registry, request.select, request.ignore)
        whole = engine.select(registry, (), config.ignore, key)
        chosen = set(asked) & set(whole if request.select else chosen)
    return sorted(chosen)


def prefixes_of(targets: Sequence[Target]) -> list[str]:
    """What stands before the paths of each target: nothing where there is only one."""
    if len(targets) == 1:
        return [""]
    return ["" if target.root == Path() else f"{target.root.as_posix().rstrip('/')}/" for target in targets]


def _moved(one: ReportedFinding, prefix: str) -> ReportedFinding:
    """The finding with the prefix before its paths."""

    def moved(place: Place) -> Place:
        return msgspec.structs.replace(place, path=printable(prefix + place.path))

    finding: Finding = one.finding
    evidence = tuple(msgspec.structs.replace(step, place=moved(step.place)) for step in finding.evidence)
    top = one.component in ("", ".")
    component = prefix.rstrip("/") if prefix and top else prefix + one.component
    return msgspec.structs.replace(
        one,
        finding=msgspec.structs.replace(finding, place=moved(finding.place), evidence=evidence),
        component=component,
    )


def _shown(
    findings: Sequence[ReportedFinding], targets: Sequence[Target], prefixes: Sequence[str], request: Request
) -> tuple[ReportedFinding, ...]:
    """The findings that the report shows: not suppressed unless asked, and touching the files that it is about."""
    wanted: set[str] | None = None
    if request.report_only is not None:
        wanted = set()
        for target, prefix in zip(targets, prefixes, strict=True):
            root = target.root.resolve()
            wanted |= {
                prefix + file.relative_to(root).as_posix() for file in request.report_only if root in file.parents
            }
    return tuple(
        one
        for one in findings
        if (request.show_suppressed or one.state is not State.SUPPRESSED) and _touches(one.finding, wanted)
    )


def _touches(finding: Finding, wanted: set[str] | None) -> bool:
    return wanted is None or finding.place.path in wanted or any(step.place.path in wanted for step in finding.evidence)


def _debt(findings: Sequence[ReportedFinding], targets: Sequence[Target], parts: Sequence[_Part]) -> Debt:
    """The debt of all parts. Several projects may weigh a statement differently: the cost is then their sum."""
    statements = sum(part.analysis.statements for part in parts)
    weights = [target.loaded.config.minutes_per_statement for target in targets]
    cost = sum(weight * part.analysis.statements for weight, part in zip(weights, parts, strict=True))
    weight = weights[0] if len(set(weights)) == 1 else cost / statements if statements else weights[0]
    changes: Mapping[str, int] = {
        part.prefix + path: count for part in parts for path, count in part.analysis.changes.items()
    }
    return score.debt(findings, statements, weight, changes)


def _seen(parts: Iterable[Seen]) -> Seen:
    """All that the parts saw."""
    total = Seen()
    for seen in parts:
        total = Seen(*(getattr(total, field) + getattr(seen, field) for field in Seen.__struct_fields__))
    return total


def _skipped(part: _Part, skip: Skipped) -> Skipped:
    return Skipped(printable(part.prefix + skip.path), printable(skip.reason))


def _from_repository(root: Path) -> str:
    """The way from the top of the repository to the root, empty or ending in ``/``."""
    from mltd.source.history import top

    home = top(root)
    way = root.resolve().relative_to(home).as_posix() if home else "."
    return "" if way == "." else f"{way}/"
