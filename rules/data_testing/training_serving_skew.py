"""training-serving-skew: a model is asked about other features than those that it was trained on."""

from __future__ import annotations

from collections.abc import Iterator

from mltd import (
    Absent,
    Category,
    Difference,
    Effort,
    Event,
    Evidence,
    Finding,
    Project,
    Recoded,
    Relearnt,
    Rule,
    Served,
    Severity,
    Value,
)

#: Places that learn again, or that predict without, that the evidence shows.
_SHOWN = 6


class TrainingServingSkew(Rule):
    """What prepares the features of a model for its training is not what prepares them for its predictions."""

    name = "training-serving-skew"
    category = Category.DATA_TESTING
    value = Value.STABILITY
    severity = Severity.WARNING
    effort = Effort(base=90, each=30)
    cites = "Sculley et al. 2015, section 7, 'Data Testing Debt'; Zinkevich, Rules of Machine Learning, rules 29 and 32"
    since = "0.1.0"

    def check(self, project: Project) -> Iterator[Finding]:
        """One finding for each body that learns again, each thing learnt that predictions lack, each table of codes and
        each feature that is computed otherwise."""
        learnt: dict[tuple[str, str, str], list[Relearnt]] = {}
        for again in project.relearnt:
            if _counts(project, again.served):
                site = again.way.start.site
                learnt.setdefault((site.file, site.symbol, again.served.predict.entry), []).append(again)
        for group in learnt.values():
            yield self._relearnt(project, sorted(group, key=lambda one: one.way.start.site.at))
        missing: dict[tuple[str, int], dict[tuple[str, str], Absent]] = {}
        for absent in project.absent:
            site, learn = absent.served.predict.site, absent.way.start.site
            if _counts(project, absent.served):
                missing.setdefault((learn.file, learn.at), {}).setdefault((site.file, site.symbol), absent)
        for bodies in missing.values():
            yield self._absent(project, [bodies[body] for body in sorted(bodies)])
        for recoded in project.recoded:
            if _counts(project, recoded.served):
                yield self._recoded(project, recoded)
        for difference in project.differing:
            if not any(map(project.is_apart, (difference.served.file, difference.predict.entry))):
                yield self._differing(project, difference)

    def _recoded(self, project: Project, recoded: Recoded) -> Finding:
        codes, column = recoded.codes, recoded.trained.column
        return self.finding(
            project.place(codes.site),
            f"the codes of {column} are not those that the model has learnt: {recoded.category!r} has another number",
            subject=f"feature:{column}:{codes.site.file}",
            evidence=[
                project.evidence(recoded.trained.site, f"the categories of {column} get their numbers"),
                *_model(project, recoded.served, recoded.fit),
                project.evidence(codes.site, f"{recoded.category!r} gets another number"),
                project.evidence(recoded.served.predict.site, "the model predicts"),
            ],
            symbol=codes.site.symbol,
        )

    def _differing(self, project: Project, difference: Difference) -> Finding:
        name, trained = difference.name, difference.trained
        return self.finding(
            project.place(difference.served),
            f"{name} is computed otherwise than in {project.program(trained.file)}, from which the model has learnt it",
            subject=f"feature:{name}:{difference.served.file}",
            evidence=[
                project.evidence(trained, f"{name} is computed for the training"),
                project.evidence(difference.fit.site, f"{project.named(difference.fit) or 'a model'} is trained on it"),
                project.evidence(difference.served, f"{name} is computed by another formula"),
                project.evidence(difference.predict.site, "a model predicts for it"),
            ],
            symbol=difference.served.symbol,
        )

    def _relearnt(self, project: Project, group: list[Relearnt]) -> Finding:
        again = group[0]
        learn, served = again.way.start, again.served
        kinds = list(dict.fromkeys(_what(project, one.way.start) for one in group))
        return self.finding(
            project.place(learn.site),
            f"{' and '.join(kinds[:2])} {'are' if len(kinds) > 1 else 'is'} learnt again from the data that are "
            "predicted for, and not taken from the training: the same value becomes another feature",
            subject=f"skew:{learn.site.file}:{learn.site.symbol}:learnt-again",
            evidence=[
                project.evidence(again.train.site, f"{_what(project, again.train)} is learnt from the training data"),
                *_model(project, served, again.fit),
                *(
                    project.evidence(one.way.start.site, f"{_what(project, one.way.start)} is learnt again")
                    for one in group[:_SHOWN]
                ),
                project.evidence(served.predict.site, "the model predicts for what came of it"),
            ],
            extent=len(group) - 1,
            symbol=learn.site.symbol,
        )

    def _absent(self, project: Project, places: list[Absent]) -> Finding:
        learn, served = places[0].way.start, places[0].served
        return self.finding(
            project.place(served.predict.site),
            f"the model was trained on what {_what(project, learn)} gives, and is asked here about what never went "
            "through it",
            subject=f"skew:{served.predict.site.file}:{served.predict.site.symbol}:not-prepared",
            evidence=[
                project.evidence(learn.site, f"{_what(project, learn)} is learnt and applied"),
                *_model(project, served, places[0].fit),
                *(
                    project.evidence(one.served.predict.site, "the model predicts for what came from outside as it is")
                    for one in places[:_SHOWN]
                ),
            ],
            extent=len(places) - 1,
            symbol=served.predict.site.symbol,
        )


def _counts(project: Project, served: Served) -> bool:
    files = served.predict.site.file, served.predict.entry
    return not any(project.is_apart(file) or project.is_copy(file) for file in files)


def _what(project: Project, learn: Event) -> str:
    """What has learnt: the class of a transformer, else the function or the statistic."""
    name = project.named(learn) or learn.callee.rpartition(".")[2]
    return f"the {name}" if name[:1].islower() else name


def _model(project: Project, served: Served, fit: Event) -> list[Evidence]:
    found = [project.evidence(fit.site, f"{project.named(fit) or 'the model'} is trained on it")]
    if served.load is not None:
        found.append(project.evidence(served.load.site, "the model is loaded"))
    return found
