"""hidden-feedback-loop: two models learn from what the other predicts."""

from __future__ import annotations

from collections.abc import Iterator

from mltd import Category, Circle, Effort, Event, Evidence, Finding, Project, Rule, Severity, Site, Value


class HiddenFeedbackLoop(Rule):
    """Models feed each other: what one predicts is what the next is trained on, and so on back to the first."""

    name = "hidden-feedback-loop"
    category = Category.FEEDBACK_LOOPS
    value = Value.MONITORING
    severity = Severity.WARNING
    effort = Effort(base=180, each=30)
    cites = "Sculley et al. 2015, section 4, 'Hidden Feedback Loops'"
    since = "0.1.0"

    def check(self, project: Project) -> Iterator[Finding]:
        """One finding for each circle of models, where the first of them is fitted."""
        for circle in project.circles:
            files = {file for fit in circle.fits for file in (fit.site.file, fit.entry)}
            files |= {way.start.entry for way in circle.ways}
            if any(project.is_apart(file) or project.is_copy(file) for file in files):
                continue
            fit = circle.fits[-1]
            names = list(dict.fromkeys(_model(project, one) for one in circle.fits))
            yield self.finding(
                project.place(fit.site),
                f"{' and '.join(names[:2])} {'each learn' if len(names) > 1 else 'models learn'} from what the other "
                "predicts: what one gets wrong comes back to it by way of the other",
                subject=f"loop:{fit.site.file}:{fit.site.symbol}",
                evidence=_walk(project, circle),
                extent=len(circle.fits),
                symbol=fit.site.symbol,
            )


def _model(project: Project, fit: Event) -> str:
    return project.named(fit) or f"the model of {project.program(fit.entry)}"


def _walk(project: Project, circle: Circle) -> list[Evidence]:
    """From each prediction, by the files on its way, to the fit that learns from it."""
    steps: list[Evidence] = []

    def add(site: Site, message: str) -> None:
        step = project.evidence(site, message)
        if step not in steps:
            steps.append(step)

    for index, (fit, way) in enumerate(zip(circle.fits, circle.ways, strict=True)):
        add(way.start.site, f"{_model(project, circle.fits[index - 1])} predicts")
        for one in way.hand_overs:
            add(one.producer, f"what it predicts goes into {one.artifact}")
            add(one.consumer, f"{one.artifact} is read")
        add(fit.site, f"{_model(project, fit)} is trained on it")
    return steps
