"""train-test-overlap: a model is judged on rows that it was trained on."""

from __future__ import annotations

from collections.abc import Iterator

from mltd import Category, Effort, Event, Evidence, Finding, Overlap, Project, Rule, Severity, Value


class TrainTestOverlap(Rule):
    """The only score of a model is taken on rows of its own training."""

    name = "train-test-overlap"
    category = Category.DATA_TESTING
    value = Value.REPRODUCIBILITY
    severity = Severity.ERROR
    effort = Effort(base=45, each=15)
    cites = "Sculley et al. 2015, section 7, 'Data Testing Debt'; Kaufman et al. 2012, section 4"
    since = "0.1.0"

    def check(self, project: Project) -> Iterator[Finding]:
        """One finding for each place where a model is fitted that is never judged on other rows."""
        for overlap in project.overlaps:
            fit = overlap.fit
            if project.is_apart(fit.site.file) or project.is_apart(fit.entry) or project.is_copy(fit.site.file):
                continue
            if _called_so(project, overlap) or project.inflates(overlap.metric.site):
                continue
            yield self.finding(
                project.place(overlap.copies.site if overlap.copies is not None else overlap.check.site),
                _message(project, overlap),
                subject=f"overlap:{fit.site.file}:{fit.site.symbol}:{_model(project, fit)}",
                evidence=_walk(project, overlap),
                symbol=fit.site.symbol,
            )


def _called_so(project: Project, overlap: Overlap) -> bool:
    """Whether it is said that the score is one of the training rows, where it is taken or where a function is called
    that takes it of a fitted model."""
    call = overlap.metric.stack[-1:]
    asked = call if not set(call) & set(overlap.fit.stack) else ()
    return any(project.says(site, "train") for site in (overlap.metric.site, *asked))


def _message(project: Project, overlap: Overlap) -> str:
    model = _model(project, overlap.fit)
    if overlap.copies is not None:
        return f"rows are drawn with replacement before the split: copies of what {model} learns are in its test"
    if overlap.parted is not None:
        return f"{model} is fitted to all rows, those of the test part included, and then judged on that part"
    return f"the only score of {model} is taken on the rows that it was fitted to"


def _model(project: Project, fit: Event) -> str:
    return project.named(fit) or (f"the {fit.library} model" if fit.library else "the model")


def _walk(project: Project, overlap: Overlap) -> list[Evidence]:
    model = _model(project, overlap.fit)
    steps: list[Evidence] = []
    if overlap.copies is not None:
        steps.append(project.evidence(overlap.copies.site, "one row may be drawn twice"))
    if overlap.parted is not None:
        steps.append(project.evidence(overlap.parted.site, "the rows are parted"))
    steps.append(project.evidence(overlap.fit.site, f"{model} is fitted"))
    steps.append(project.evidence(overlap.check.site, f"{model} is evaluated"))
    if overlap.metric.site != overlap.check.site:
        steps.append(project.evidence(overlap.metric.site, "the score is taken"))
    return steps
