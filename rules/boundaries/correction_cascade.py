"""correction-cascade: a model learns from what another model of the project predicts."""

from __future__ import annotations

from collections.abc import Iterator

from mltd import Cascade, Category, Effort, Event, Evidence, Finding, Project, Rule, Severity, Site, Value

#: Models whose predictions are named in the message, and whose ways are shown.
_NAMED = 2
#: First letters of packages that are spoken with a vowel: an XGBoost model.
_VOWELS = frozenset("AEIOX")
#: Classes that every model of their package has.
_ANY = frozenset({"Model", "Sequential", "Functional", "Booster", "Module", "object"})
_SHOWN = 4


class CorrectionCascade(Rule):
    """Predictions of one model are an input of the training of another."""

    name = "correction-cascade"
    category = Category.BOUNDARIES
    value = Value.STABILITY
    severity = Severity.ERROR
    effort = Effort(base=120, each=30)
    cites = "Sculley et al. 2015, section 2, 'Correction Cascades'"
    since = "0.1.0"

    def check(self, project: Project) -> Iterator[Finding]:
        """One finding for each model that learns from others' predictions, where it is fitted."""
        for cascade in project.cascades:
            fit = cascade.fits[0]
            if project.is_apart(fit.site.file) or project.is_apart(fit.entry) or project.is_copy(fit.site.file):
                continue
            first = list(dict.fromkeys(_model(project, one) for one in cascade.trained))
            others = f" and {len(first) - _NAMED} more" if len(first) > _NAMED else ""
            yield self.finding(
                project.place(fit.site),
                f"{_model(project, fit)} is trained on what {' and '.join(first[:_NAMED])}{others} "
                f"{'predicts' if len(first) == 1 else 'predict'}: whoever improves the first model changes the second",
                subject=f"model:{fit.site.file}:{fit.site.symbol}:{_model(project, fit)}",
                evidence=_walk(project, cascade),
                severity=Severity.NOTE if cascade.calibrates else None,
                extent=len(cascade.ways),
                symbol=fit.site.symbol,
            )


def _model(project: Project, fit: Event) -> str:
    """The class of what is fitted, else the package."""
    name = project.named(fit)
    if name and name not in _ANY:
        return name
    article = "an" if fit.library[:1] in _VOWELS else "a"
    return f"{article} {fit.library} model" if fit.library else "a model"


def _walk(project: Project, cascade: Cascade) -> list[Evidence]:
    """For each model, its fit, what it predicts, the files on the way; then the fit of the one that learns from it."""
    steps: dict[object, Evidence] = {}

    def add(site: Site, message: str) -> None:
        place = project.place(site)
        steps.setdefault((place.path, place.cell, place.line, message), project.evidence(site, message))

    for way, trained in list(zip(cascade.ways, cascade.trained, strict=True))[:_SHOWN]:
        name = _model(project, trained)
        add(trained.site, f"{name} is trained")
        add(way.start.site, f"{name} predicts")
        for one in way.hand_overs:
            add(one.producer, f"the predictions are written to {one.artifact}")
            add(one.consumer, f"{one.artifact} is read")
    for fit in cascade.fits[:_SHOWN]:
        add(fit.site, f"{_model(project, fit)} is trained on them")
    return list(steps.values())
