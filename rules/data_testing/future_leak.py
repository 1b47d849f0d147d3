"""future-leak: a model is judged on the past of what it has learnt from, or its features know of later rows."""

from __future__ import annotations

from collections.abc import Iterator

from mltd import Category, Effort, Evidence, Finding, Future, Project, Rule, Severity, Value

#: What looks at later rows.
_AHEAD = {
    "centred": "a window around each row reaches into later rows",
    "filled-back": "gaps are filled from later rows",
    "shifted-ahead": "a feature is the value some rows later of what is to be predicted",
}


class FutureLeak(Rule):
    """Rows that follow one another in time are parted at random, or features hold something of later rows."""

    name = "future-leak"
    category = Category.DATA_TESTING
    value = Value.REPRODUCIBILITY
    severity = Severity.ERROR
    effort = Effort(base=60, each=15)
    cites = "Sculley et al. 2015, section 7, 'Data Testing Debt'; Kaufman et al. 2012, section 3"
    since = "0.1.0"

    def check(self, project: Project) -> Iterator[Finding]:
        """One finding for each look ahead, and for each split at random of rows in the order of time."""
        for future in project.futures:
            fit, order = future.fit, future.order
            files = fit.site.file, fit.entry
            if any(project.is_apart(file) for file in (*files, order.site.file)) or any(map(project.is_copy, files)):
                continue
            where = order if future.ahead else future.split or future.check
            yield self.finding(
                project.place(where.site),
                _message(project, future),
                subject=f"future:{where.site.file}:{where.site.symbol}:{future.ahead or 'parted-at-random'}",
                evidence=_walk(project, future),
                symbol=where.site.symbol,
            )


def _message(project: Project, future: Future) -> str:
    model = project.named(future.fit) or "the model"
    if future.ahead:
        return f"{_AHEAD[future.ahead]}, which nobody knows when {model} is asked"
    return f"rows that follow one another are parted at random: {model} has seen what comes after the rows of its test"


def _walk(project: Project, future: Future) -> list[Evidence]:
    model = project.named(future.fit) or "the model"
    says = _AHEAD[future.ahead] if future.ahead else "the rows follow one another"
    steps = [project.evidence(future.order.site, says)]
    if future.split is not None and future.split.site != future.order.site:
        steps.append(project.evidence(future.split.site, "the rows are parted at random"))
    steps.append(project.evidence(future.fit.site, f"{model} is fitted"))
    if future.check.site != future.fit.site:
        steps.append(project.evidence(future.check.site, f"{model} is judged"))
    return steps
