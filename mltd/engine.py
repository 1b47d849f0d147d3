"""A project, rules and a configuration -> findings. Selection and suppression happen here and nowhere else."""

from __future__ import annotations

import hashlib
import traceback
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

import msgspec

from mltd import strict
from mltd.config import Config, ConfigError, Loaded
from mltd.model import Category, Comment, Finding, Value
from mltd.outcome import ReportedFinding, RuleError, State
from mltd.packs import Registered
from mltd.rule import Rule
from mltd.strict import Problem
from mltd.suppress import Suppression, UnusedSuppression, parse

if TYPE_CHECKING:
    from mltd.graph.project import Project

__all__ = ["Analysed", "Outcome", "configured", "fingerprinted", "run", "select"]


class Analysed(Protocol):
    """What the engine needs of a project; rules need more, and get the same object."""

    @property
    def paths(self) -> Collection[str]:
        """Every file that was read."""

    def comments(self, path: str) -> Iterable[Comment]:
        """The comments of a file, in order; none for a file that has none."""

    def component(self, path: str) -> str:
        """The component that a file belongs to."""

    def owner(self, path: str) -> str | None:
        """Who owns a file by CODEOWNERS, if anyone."""


class Outcome(msgspec.Struct, frozen=True):
    """What the rules found, sorted by path, line and rule, suppressed findings among them; and who raised."""

    findings: tuple[ReportedFinding, ...]
    errors: tuple[RuleError, ...]


def select(
    registry: Mapping[str, Registered], select: Sequence[str], ignore: Sequence[str], origin: str = "command line"
) -> list[str]:
    """The names of the rules to run, sorted: all that ``select`` names (all where it is empty) but not ``ignore``.

    A selector is a rule's name, ``category:NAME`` or ``value:NAME``. ``unused-suppression`` is on unless ignored.
    Raises :class:`~mltd.config.ConfigError` naming every selector that selects nothing that exists.
    """
    rules = {name: one.rule for name, one in registry.items()} | {UnusedSuppression.name: UnusedSuppression}
    problems: list[Problem] = []
    chosen = _named(rules, select, origin, "select", problems) | {UnusedSuppression.name} if select else set(rules)
    chosen -= _named(rules, ignore, origin, "ignore", problems)
    if problems:
        raise ConfigError(problems)
    return sorted(chosen)


def configured(registry: Mapping[str, Registered], names: Collection[str], loaded: Loaded) -> list[Rule]:
    """The rules of those names, made with the options that the configuration gives.

    Raises :class:`~mltd.config.ConfigError` with every option of every rule that is wrong, rules that are not run too.
    """
    config, problems = loaded.config, list[Problem]()
    prefix = f"{loaded.prefix}." if loaded.prefix else ""
    options: dict[str, Any] = {}
    for name, given in config.options.items():
        key = f"{prefix}options.{name}"
        if name in registry:
            options[name] = strict.build(registry[name].rule.Options, given, loaded.file, key, problems)
        else:
            expected = f"a rule's name{strict.near(name, registry)}"
            problems.append(Problem(loaded.file, key, "an unknown rule", expected))
    known = {name: one.rule for name, one in registry.items()} | {UnusedSuppression.name: UnusedSuppression}
    for glob, selectors in config.per_path_ignores.items():
        _named(known, selectors, loaded.file, f'{prefix}per-path-ignores."{glob}"', problems)
    if problems:
        raise ConfigError(problems)
    return [known[name](options.get(name)) for name in sorted(names)]


def mistakes(registry: Mapping[str, Registered], loaded: Loaded) -> list[Problem]:
    """Every name of a rule and option of a rule that is wrong in a configuration."""
    problems: list[Problem] = []
    for check in (
        lambda: select(registry, loaded.config.select, loaded.config.ignore, loaded.file or "configuration"),
        lambda: configured(registry, (), loaded),
    ):
        try:
            check()
        except ConfigError as error:
            problems += error.problems
    return problems


def run(project: Analysed, rules: Sequence[Rule], config: Config, known: Collection[str] = ()) -> Outcome:
    """Every finding of the rules, with its state, and the rules that raised (their findings are left out).

    ``known`` are the names of all rules there are, so that a suppression of one that was not run is not called wrong.
    """
    found: list[tuple[Rule, Finding]] = []
    errors: list[RuleError] = []
    whole = cast("Project", project)
    for rule in rules:
        try:
            found += [(rule, _sound(rule, finding, project)) for finding in rule.check(whole)]
        except Exception as error:  # noqa: BLE001 - one bad rule never stops the rest, and is named
            errors.append(RuleError(rule.name, _raised(error)))
    suppressions = {path: parse(project.comments(path)) for path in sorted(project.paths)}
    paths = _PathIgnores(config.per_path_ignores, [*rules])
    reported = [_judged(rule, finding, suppressions.get(finding.place.path, []), paths) for rule, finding in found]
    unused = next((rule for rule in rules if isinstance(rule, UnusedSuppression)), None)
    if unused is not None:
        failed = {error.rule for error in errors}
        ran = {rule.name for rule in rules} - failed
        names = {*known, *ran, *failed}
        for suppression in (one for path in suppressions.values() for one in path):
            complaints = suppression.complaints(ran, names)
            reported += [_judged(unused, finding, [], paths) for finding in complaints]
    reported = [_placed(project, one) for one in reported]
    return Outcome(fingerprinted(reported), tuple(sorted(errors, key=lambda error: error.rule)))


def _placed(project: Analysed, one: ReportedFinding) -> ReportedFinding:
    path = one.finding.place.path
    return msgspec.structs.replace(one, component=project.component(path), owner=project.owner(path))


def fingerprinted(findings: Iterable[ReportedFinding]) -> tuple[ReportedFinding, ...]:
    """The findings in the order of reports, with their fingerprints: never made of line numbers."""
    seen: Counter[tuple[str, str, str, str]] = Counter()
    done: list[ReportedFinding] = []
    for one in sorted(findings, key=_order):
        finding = one.finding
        identity = (finding.rule, finding.place.path, finding.subject, finding.symbol)
        text = "\0".join([*identity, str(seen[identity])])
        seen[identity] += 1
        digest = hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]
        done.append(msgspec.structs.replace(one, fingerprint=digest))
    return tuple(done)


def _order(one: ReportedFinding) -> tuple[Any, ...]:
    finding, place = one.finding, one.finding.place
    rest = (place.cell or 0, place.column, place.end_line, place.end_column, finding.subject, finding.message)
    return (place.path, place.line, finding.rule, *rest)


def _named(
    rules: Mapping[str, type[Rule]], selectors: Sequence[str], origin: str, key: str, problems: list[Problem]
) -> set[str]:
    """The names of the rules that the selectors mean."""
    chosen: set[str] = set()
    words = [*rules, *(f"category:{one.value}" for one in Category), *(f"value:{one.value}" for one in Value)]
    for selector in selectors:
        kind, _, name = selector.rpartition(":")
        folder = name.replace("-", "_")
        if kind == "category" and folder in {one.value for one in Category}:
            chosen |= {rule.name for rule in rules.values() if rule.category.value == folder}
        elif kind == "value" and name in {one.value for one in Value}:
            chosen |= {rule.name for rule in rules.values() if rule.value.value == name}
        elif not kind and name in rules:
            chosen.add(name)
        else:
            expected = f"a rule's name, category:NAME or value:NAME{strict.near(selector, words)}"
            problems.append(Problem(origin, key, strict.shown(selector), expected))
    return chosen


class _PathIgnores:
    """Which rules the configuration leaves out for which paths."""

    def __init__(self, table: Mapping[str, Sequence[str]], rules: Sequence[Rule]) -> None:
        self._specs: list[tuple[Any, str, set[str]]] = []
        if not table:
            return
        import pathspec

        by_name = {rule.name: type(rule) for rule in rules}
        for glob, selectors in table.items():
            spec = pathspec.GitIgnoreSpec.from_lines([glob])
            self._specs.append((spec, glob, _named(by_name, selectors, "", "", [])))

    def reason(self, finding: Finding) -> str | None:
        """Why the configuration leaves the finding out, None where it does not."""
        for spec, glob, names in self._specs:
            if finding.rule in names and spec.match_file(finding.place.path):
                return f'per-path-ignores "{glob}"'
        return None


def _judged(rule: Rule, finding: Finding, suppressions: Sequence[Suppression], paths: _PathIgnores) -> ReportedFinding:
    """A finding with its state."""
    covering = [one for one in suppressions if one.covers(finding)]
    reason = covering[0].reason if covering else paths.reason(finding)
    state = State.OPEN if reason is None else State.SUPPRESSED
    return ReportedFinding(finding, rule.category, rule.value, rule.effort, "", state=state, reason=reason or "")


def _sound(rule: Rule, finding: object, project: Analysed) -> Finding:
    """The finding, if a rule may say such a thing. Raises ``TypeError`` or ``ValueError`` else."""
    if not isinstance(finding, Finding):
        raise TypeError(f"check gave {type(finding).__name__}, not a Finding")
    if finding.rule != rule.name:
        raise ValueError(f"a finding says that it is of {finding.rule}")
    if not finding.evidence:
        raise ValueError(f"a finding without evidence at {finding.place}")
    if finding.place.path not in project.paths:
        raise ValueError(f"a finding in {finding.place.path}, which is no file of the project")
    if finding.severity.rank > rule.severity.rank:
        raise ValueError(f"a finding louder than its rule at {finding.place}")
    return finding


def _raised(error: Exception) -> str:
    """What was raised, and where, without paths of the machine."""
    frames: Iterator[traceback.FrameSummary] = reversed(traceback.extract_tb(error.__traceback__))
    where = next((f" ({Path(frame.filename).name}, line {frame.lineno})" for frame in frames), "")
    return f"{type(error).__name__}: {error}{where}"
