"""direct-feedback-loop: what a model predicts comes back to it as training data."""

from __future__ import annotations

from collections.abc import Iterator

from mltd import Category, Effort, Evidence, Finding, Loop, Project, Rule, Severity, Site, Value


class DirectFeedbackLoop(Rule):
    """A model's own predictions are written to a file that it is trained on."""

    name = "direct-feedback-loop"
    category = Category.FEEDBACK_LOOPS
    value = Value.MONITORING
    severity = Severity.ERROR
    effort = Effort(base=120, each=30)
    cites = "Sculley et al. 2015, section 4, 'Direct Feedback Loops'"
    since = "0.1.0"

    def check(self, project: Project) -> Iterator[Finding]:
        """One finding for each fit that takes the model's own predictions, where it is fitted."""
        for loop in project.direct_loops:
            file = loop.fit.site.file
            if project.is_apart(file) or project.is_apart(loop.fit.entry) or project.is_apart(loop.way.start.entry):
                continue
            if project.is_copy(file):
                continue
            first = loop.way.hand_overs[0]
            yield self.finding(
                project.place(loop.fit.site),
                f"the model learns from {first.artifact}, into which {project.program(first.producer.file)} writes "
                "what the same model predicted",
                subject=f"model:{file}:{loop.fit.site.symbol}",
                evidence=_walk(project, loop),
                extent=len(loop.way.hand_overs),
                symbol=loop.fit.site.symbol,
            )


def _walk(project: Project, loop: Loop) -> list[Evidence]:
    """From the prediction, by whom it is asked for and where it is written, to the fit."""
    steps: dict[object, Evidence] = {}

    def add(site: Site, message: str) -> None:
        place = project.place(site)
        steps.setdefault((place.path, place.cell, place.line), project.evidence(site, message))

    add(loop.way.start.site, "the model predicts")
    for site in loop.way.start.stack[-1:]:
        add(site, "its prediction is asked for")
    for one in loop.way.hand_overs:
        add(one.producer, f"what it predicted goes into {one.artifact}")
        add(one.consumer, f"{one.artifact} is read")
    add(loop.fit.site, "the model is trained on it")
    return list(steps.values())
