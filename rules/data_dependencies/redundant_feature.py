"""redundant-feature: a model is given two columns that say the same."""

from __future__ import annotations

from collections.abc import Iterator

from mltd import Category, Effort, Evidence, Finding, Project, Rule, Severity, Twin, Value

#: What the second column is to the first.
_HOW = {
    "equal": "is computed by the same formula as",
    "copy": "is a copy of",
    "rescaled": "is a constant multiple of",
}


class RedundantFeature(Rule):
    """A column repeats another one, and the same model learns from both."""

    name = "redundant-feature"
    category = Category.DATA_DEPENDENCIES
    value = Value.DELETION
    severity = Severity.WARNING
    effort = Effort(base=15, each=5)
    cites = "Sculley et al. 2015, section 3, 'Underutilized Data Dependencies'"
    since = "0.1.0"

    def check(self, project: Project) -> Iterator[Finding]:
        """One finding for each column that repeats another, where it is added."""
        for twin in project.twins:
            file = twin.second.site.file
            if any(project.is_apart(one) or project.is_copy(one) for one in (file, twin.fit.entry)):
                continue
            other = twin.first.name if twin.first is not None else twin.raw
            alike = ", and the model splits each column by itself" if twin.how == "rescaled" else ""
            yield self.finding(
                project.place(twin.second.site),
                f"{twin.second.name} {_HOW[twin.how]} {other}{alike}: one of the two can go",
                subject=f"feature:{twin.second.name}:{file}",
                evidence=_walk(project, twin, other),
                symbol=twin.second.site.symbol,
            )


def _walk(project: Project, twin: Twin, other: str) -> list[Evidence]:
    steps = []
    if twin.first is not None:
        steps.append(project.evidence(twin.first.site, f"{other} is computed"))
    steps.append(project.evidence(twin.second.site, f"{twin.second.name} says the same"))
    steps.append(project.evidence(twin.fit.site, f"{project.named(twin.fit) or 'a model'} learns from both"))
    return steps
