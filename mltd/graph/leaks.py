"""Leaks: what prepares the features of a model has learnt from rows that the model is then evaluated on.

Kaufman, Rosset, Perlich, Stitelman: *Leakage in data mining: formulation, detection, and avoidance*, ACM TKDD 6(4),
2012; scikit-learn's *Common pitfalls*, https://scikit-learn.org/stable/common_pitfalls.html#data-leakage.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mltd.flow import values as v
from mltd.flow.events import Event, Site
from mltd.graph.chance import at_random, of_one_side
from mltd.graph.checks import evaluations
from mltd.graph.learning import Learning
from mltd.graph.outside import Outside
from mltd.graph.rows import Part, Parts, Rows, names_of
from mltd.graph.ways import Way, prepares, transforms
from mltd.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Leak:
    """``way`` leads from what learns to the ``fit`` of a model. The model is evaluated in ``check`` on rows that what
    learns has seen: on those that ``split`` keeps apart from the ones that it is fitted to, or, where that is None,
    on folds that the call makes itself. ``learns`` says what: ``statistics``, or only ``categories``."""

    way: Way
    fit: Event
    check: Event
    split: Event | None
    learns: str

    @property
    def learn(self) -> Event:
        """What learns from all rows."""
        return self.way.start


def leaks(events: Iterable[Event], learning: Learning, rows: Rows, knowledge: Knowledge) -> Iterator[Leak]:
    """Every event that learns from rows of both training and evaluation, with the first fit that it reaches."""
    events = list(events)
    checks = evaluations(events, learning)
    outside = Outside(events, checks, rows)
    told: set[tuple[str, int]] = set()
    asked: set[tuple[object, ...]] = set()
    for fit in (*learning.fits, *learning.scored):
        around = around_of(pairs_of(fit, checks.get(fit, ()), rows))
        question = fit.site.file, fit.site.at, fit.features, frozenset(around)
        if not around or question in asked:
            continue
        asked.add(question)

        def leaky(event: Event, around: Around = around, fit: Event = fit) -> bool:
            if not learns(event, fit, knowledge) or rows.single(event, groups=event.verb == "measures"):
                return False
            return seen(rows, rows.of(event.rows), around) is not None

        for way in learning.ways.back(fit, leaky, teaches, choices=False, prepared=True):
            place = way.start.site.file, way.start.site.at
            if place in told or way.start.off or way.start.excludes(fit):
                continue
            pair = seen(rows, rows.of(way.start.rows), around)
            if pair is None or (pair.split is None and rows.from_a_caller(pair.trained)):
                continue  # whoever gives the data may judge on others
            if way.start.verb == "measures" and of_one_side(way.start, pair.check, pair.split):
                continue
            if not outside.judged(way.start, fit, pair.check):
                told.add(place)
                yield Leak(way, fit, pair.check, pair.split, learns(way.start, fit, knowledge))


@dataclass(frozen=True, slots=True)
class Pair:
    """Rows that a model is fitted to, and rows that it is judged on in ``check``; ``split`` parted them, or None where
    the call itself holds out folds."""

    check: Event
    trained: Part
    tested: Part
    split: Event | None

    def is_blind_to(self, mask: Event) -> bool:
        """Whether a mask has nothing to do with the split: that is at random, or it does not stand in the loop in which
        every row was taken by such a mask in some round."""
        if at_random(self.check, self.split):
            return True
        loop: Site | None = mask.extra["loop"]
        later = self.split or self.check
        return loop is not None and not any(
            one.file == loop.file and loop.at <= one.at < loop.to for one in (later.site, *later.stack)
        )

    def parts(self, whole: Part, rows: Rows) -> bool:
        """Whether both sides are of all of these rows, with no choice before the split but of masks."""
        depth = len(whole.choices)
        if any(side.choices[:depth] != whole.choices for side in (self.trained, self.tested)):
            return False
        for mine, theirs in zip(self.trained.choices[depth:], self.tested.choices[depth:], strict=False):
            if mine != theirs:
                return True
            if not rows.chooser(mine).extra.get("masked"):
                return False
        return self.split is None


#: Encoders that are documented to be for labels.
#: https://scikit-learn.org/stable/modules/preprocessing_targets.html
_OF_LABELS = frozenset({"LabelEncoder", "LabelBinarizer", "MultiLabelBinarizer"})
#: The parts that hold all rows of both sides of an evaluation, each with that evaluation.
Around = dict[Part, Pair]


def pairs_of(fit: Event, checks: Iterable[Event], rows: Rows) -> list[Pair]:
    """The evaluations of a fit on other rows than its own."""
    checks = list(checks)
    trained = rows.of(fit.rows) if checks else frozenset()
    return list(_evaluations(fit, trained, checks, rows)) if trained else []


def around_of(pairs: list[Pair]) -> Around:
    """The parts that hold all rows of both sides of an evaluation, each with the first such one."""
    return {part: pair for pair in reversed(pairs) for part in pair.trained.around(pair.tested)}


def seen(rows: Rows, learnt: Parts, around: Around) -> Pair | None:
    """The evaluation of which an event that learns from some rows has seen both sides."""
    for part in sorted(learnt):
        if part in around:
            return around[part]
        for pair in dict.fromkeys(around.values()):
            if _mixes(rows, part, pair, around):
                return pair
    return None


def _mixes(rows: Rows, part: Part, pair: Pair, around: Around) -> bool:
    """Whether a part holds rows of both sides: all of them, or some of each where what every row was asked for says
    nothing of the side that it falls on later."""

    def widen(one: Part) -> Part:
        whole = rows.unmasked(one)
        masks = [rows.chooser(choice) for choice in one.choices[len(whole.choices) :]]
        return whole if pair.parts(whole, rows) and all(map(pair.is_blind_to, masks)) else one

    if rows.together(part):
        return rows.covers(part, pair.trained, widen) and rows.covers(part, pair.tested, widen)
    whole = widen(part)
    return whole != part and whole in around


def _evaluations(fit: Event, trained: Parts, checks: Iterable[Event], rows: Rows) -> Iterator[Pair]:
    """The evaluations of a fit on other rows, the first for each choice that parts them from what it is fitted to.
    Folds that the fit itself sets apart, to choose a model or to know when to stop, count only where no other rows are
    evaluated: the model is judged on those."""
    told: set[Fork] = set()
    for check in checks:
        if check is fit and _inside(fit):
            continue
        tested = rows.of(check.extra["checked"] if check is fit else check.rows)
        for part, other, split in forks(trained, tested - trained, told):  # what may be its own rows is no other part
            yield Pair(check, part, other, rows.chooser(split))
    if _inside(fit) and (fit.form == "metric" or not told):
        for part in sorted(trained):
            whole = part if fit.form == "metric" else rows.before_split(part)
            yield Pair(fit, whole, whole, None)


#: A source, choices of its rows one after another, and the next one, which only one of two parts has made.
Fork = tuple[int, tuple[int, ...], int]


def forks(trained: Parts, tested: Parts, told: set[Fork]) -> Iterator[tuple[Part, Part, int]]:
    """Pairs of a part of ``trained`` and one of ``tested`` that a choice of the first parts, the first pair for each
    such fork that is not ``told`` yet. Parts are many: not every one is held against every other."""
    after: dict[tuple[int, tuple[int, ...]], dict[int, Part]] = {}
    for other in sorted(tested):
        for depth, theirs in enumerate(other.choices):
            after.setdefault((other.source, other.choices[:depth]), {}).setdefault(theirs, other)
    for part in sorted(trained) if after else ():
        found: list[tuple[Part, int]] = []
        for depth, mine in enumerate(part.choices):
            fork = part.source, part.choices[:depth], mine
            if fork not in told:
                others = [other for theirs, other in after.get(fork[:2], {}).items() if theirs != mine]
                if others:
                    told.add(fork)
                    found.append((min(others), mine))
        for other, mine in sorted(found):
            yield part, other, mine


def _inside(fit: Event) -> bool:
    """Whether a fit holds out folds of its own rows."""
    return fit.verb == "searches" or bool(fit.extra.get("held_out"))


def teaches(event: Event) -> bool:
    """Whether an event learns something from rows that may go into the features of a model."""
    if event.verb == "measures":
        return bool(event.extra.get("applied"))
    # Features come from no model, so what is not known and was fitted on their way has transformed them.
    own = isinstance(event.receiver, v.Unknown) or (
        isinstance(event.receiver, v.Instance) and transforms(event.receiver)
    )
    return event.verb == "fits" and (own or prepares(event)) and not event.extra.get("nothing")


def learns(event: Event, fit: Event, knowledge: Knowledge) -> str:
    """What an event learns from the rows that it is given, for the features of a fit; empty for nothing."""
    if not teaches(event):
        return ""
    labels = frozenset(name for value in fit.data[1:] for name in names_of(value))
    if event.verb == "measures":
        applied = event.extra.get("applied", {})
        if event.extra["grouped"] and "fills" not in applied:
            # A table of groups has rows of its own; only what each row gets of its group is learnt from others.
            back = "looked-up" in applied and not labels.isdisjoint(event.extra["columns"])
            return "statistics" if back else ""
        return "statistics"
    kind = knowledge.type(getattr(event.receiver, "type", ""))
    of = frozenset(name for value in event.data[:1] for name in names_of(value))
    if of and of <= labels:
        return ""
    if not of and getattr(event.receiver, "type", "").rpartition(".")[2] in _OF_LABELS:
        return ""  # made for labels: of what is no named column, nobody can tell that it is a feature
    return (kind.learns if kind is not None else "") or "statistics"
