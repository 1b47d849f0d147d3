"""entanglement: one table feeds the training of many models, and whoever changes it changes them all."""

from __future__ import annotations

from collections.abc import Iterator

from mltd import Category, Effort, Event, Evidence, Finding, HandOver, Project, Rule, Severity, Value

#: Models from which on a shared table is a signal that nobody can change.
_MODELS = 3
#: What an artifact must not hold: it is no signal that features are made of.
_NO_SIGNAL = frozenset({"model", "checkpoint", "metrics", "image", "text"})
#: Writes and fits that the evidence shows, each.
_SHOWN = 8


class Entanglement(Rule):
    """One table or file that the project makes is what three or more models learn from."""

    name = "entanglement"
    category = Category.BOUNDARIES
    value = Value.STABILITY
    severity = Severity.WARNING
    effort = Effort(base=60, each=15)
    cites = "Sculley et al. 2015, section 2, 'Entanglement'"
    since = "0.1.0"

    def check(self, project: Project) -> Iterator[Finding]:
        """One finding for all that the same models share, where the first of it is written."""
        for tangle in project.tangles:
            shared = [one for one in tangle.hand_overs if one.role not in _NO_SIGNAL and _alive(project, one)]
            fits = [fit for fit in tangle.fits if _counts(project, fit)]
            if not shared or len(fits) < _MODELS:
                continue
            shared.sort(key=lambda one: (one.producer.file, one.producer.at, one.artifact))
            names = sorted({one.artifact for one in shared})
            others = f" and {len(names) - 1} more" if len(names) > 1 else ""
            site = shared[0].write.event.site
            yield self.finding(
                project.place(site),
                f"{names[0]}{others} {'feed' if others else 'feeds'} the training of {len(fits)} models, each kept and "
                "used by itself: who changes a column changes them all",
                subject=f"dataset:{names[0]}",
                evidence=_walk(project, shared, fits),
                extent=len(fits),
                symbol=site.symbol,
            )


def _alive(project: Project, hand_over: HandOver) -> bool:
    """Whether the writer is a part of what the project does and keeps it for others, not to save itself the work the
    next time, and the tree did not get it from outside."""
    if project.is_apart(hand_over.write.event.entry) or project.cached(hand_over):
        return False
    return not project.from_outside(hand_over)


def _counts(project: Project, fit: Event) -> bool:
    """Whether a model is one of the project's own, and no test, copy or lesson."""
    return not any(
        project.is_apart(file) or project.is_copy(file) or project.is_teaching(file)
        for file in (fit.site.file, fit.entry)
    )


def _walk(project: Project, shared: list[HandOver], fits: list[Event]) -> list[Evidence]:
    """The writes, then each model's fit."""
    writes = dict.fromkeys((one.write.event.site, one.artifact) for one in shared)
    steps = [project.evidence(site, f"{artifact} is written") for site, artifact in writes]
    learn = [
        project.evidence(fit.site, f"{project.named(fit) or 'a model'} in {project.program(fit.entry)} learns from it")
        for fit in fits
    ]
    return steps[:_SHOWN] + learn[:_SHOWN]
