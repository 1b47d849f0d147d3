"""leaky-preprocessing: what prepares the features has learnt from the rows that the model is evaluated on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from mltd import Category, Effort, Event, Evidence, Finding, Leak, Project, Rule, Severity, Site, Value

#: Steps that learn which the message names, and that are shown.
_NAMED, _SHOWN = 2, 6
#: How a statistic is spoken of, by the function that computes it.
_STATISTICS = {
    "std": "deviation", "nanstd": "deviation", "var": "variance", "min": "minimum", "max": "maximum",
    "nanmean": "mean", "nanmedian": "median", "value_counts": "frequencies", "agg": "statistics",
    "aggregate": "statistics", "cut": "borders of the bins", "qcut": "borders of the bins",
    "transform": "statistics", "amin": "minimum", "amax": "maximum", "ptp": "range",
}  # fmt: skip


class LeakyPreprocessing(Rule):
    """A scaler, encoder, vocabulary or statistic is learnt from all rows before some are kept for evaluation."""

    name = "leaky-preprocessing"
    category = Category.DATA_TESTING
    value = Value.REPRODUCIBILITY
    severity = Severity.ERROR
    effort = Effort(base=45, each=15)
    cites = "Sculley et al. 2015, section 7, 'Data Testing Debt'; Kaufman et al. 2012, section 4"
    since = "0.1.0"

    def check(self, project: Project) -> Iterator[Finding]:
        """One finding for all that one body of code learns before one split, or outside of one cross-validation."""
        groups: dict[tuple[object, ...], list[Leak]] = defaultdict(list)
        leaks = [leak for leak in project.leaks if _is_judged(project, leak)]
        # Of copies, letter by letter, one speaks: the first that leaks, as only one may stand before a split.
        speaks = {
            project.original(file): file for file in sorted({leak.learn.site.file for leak in leaks}, reverse=True)
        }
        for leak in leaks:
            site = leak.learn.site
            if speaks[project.original(site.file)] == site.file:
                parted = (leak.split.site.file, leak.split.site.at) if leak.split is not None else ()
                groups[site.file, site.symbol, parted].append(leak)
        for _key, found in sorted(groups.items(), key=lambda item: item[1][0].learn.site.at):
            found.sort(key=lambda leak: leak.learn.site.at)
            yield self._report(project, found)

    def _report(self, project: Project, found: list[Leak]) -> Finding:
        first = found[0]
        names = list(dict.fromkeys(_name(project, leak.learn) for leak in found))
        more = len(names) - _NAMED
        what = f"{', '.join(names[:_NAMED])} and {more} more" if more > 0 else " and ".join(names)
        if first.split is not None:
            model = _model(project, first.fit)
            when = "before the rows are split" if _is_before(first) else "from the rows of both sides of the split"
            how = f"learnt {when}: the score of {model} is taken on rows that shaped it"
        else:
            how = "learnt from all rows: each fold that is held out for the score has shaped it"
        return self.finding(
            project.place(first.learn.site),
            f"{what}, {how}",
            subject=f"leak:{first.learn.site.file}:{first.learn.site.symbol}:{names[0]}",
            evidence=_walk(project, found),
            severity=Severity.WARNING if all(leak.learns == "categories" for leak in found) else None,
            extent=len(names),
            symbol=first.learn.site.symbol,
        )


def _is_judged(project: Project, leak: Leak) -> bool:
    """Whether a leak is the project's own, and not that of the notebook whose script twin says the same."""
    file = leak.learn.site.file
    return not (project.is_apart(file) or project.is_apart(leak.fit.entry)) and project.program(file) == file


def _is_before(leak: Leak) -> bool:
    """Whether something learns before it is said which rows are which: the numbers of folds may be drawn first."""
    return leak.split is None or leak.split.entry != leak.learn.entry or leak.learn.order < leak.split.order


def _name(project: Project, learn: Event) -> str:
    """A transformer's class; of a statistic, what it is of which column."""
    if learn.verb == "measures":
        last = learn.callee.rpartition(".")[2]
        columns = learn.extra["columns"]
        of = f" of {columns[0]}" if len(columns) == 1 else f" of {len(columns)} columns" if columns else ""
        return f"the {_STATISTICS.get(last, last)}{of}" + (" for each group" if learn.extra["grouped"] else "")
    return project.named(learn) or learn.callee.rpartition(".")[2]


def _model(project: Project, fit: Event) -> str:
    return project.named(fit) or (f"the {fit.library} model" if fit.library else "the model")


def _walk(project: Project, found: list[Leak]) -> list[Evidence]:
    """What learns, where it is applied, the split, the fit of the model, and its evaluation."""
    steps: dict[object, Evidence] = {}

    def add(site: Site, message: str) -> None:
        place = project.place(site)
        steps.setdefault((place.path, place.cell, place.line), project.evidence(site, message))

    for leak in found[:_SHOWN]:
        add(leak.learn.site, f"{_name(project, leak.learn)}, learnt from all rows")
        for how, site in leak.learn.extra.get("applied", {}).items():
            add(site, f"{_name(project, leak.learn)} {_APPLIED[how]}")
    first = found[0]
    for one in first.way.hand_overs:
        add(one.producer, f"the features are written to {one.artifact}")
        add(one.consumer, f"{one.artifact} is read")
    if first.split is None:
        add(first.fit.site, "folds of these rows are held out, and scored")
        return list(steps.values())
    add(first.split.site, "only here the rows are parted" if _is_before(first) else "this is to part the rows")
    add(first.fit.site, f"{_model(project, first.fit)} is fitted to the one part")
    if first.check.site != first.fit.site:
        add(first.check.site, f"{_model(project, first.fit)} is evaluated on the other part")
    return list(steps.values())


#: What a statistic does to the data.
_APPLIED = {"fills": "fills gaps", "scales": "scales the data", "looked-up": "becomes a column", "bins": "cuts bins"}
