"""Skews: a model is given other features when it serves than those that it was trained on.

Sculley et al. 2015, section 7, *Data Testing Debt*; Zinkevich, *Rules of Machine Learning*, rules 29 to 37,
https://developers.google.com/machine-learning/guides/rules-of-ml#training-serving_skew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from mltd.flow.events import Event, Site
from mltd.flow.frames import Column, Frame
from mltd.flow.lineage import PASSING, behind
from mltd.flow.texts import HOLE
from mltd.graph.codings import Coding, Codings, encoded
from mltd.graph.given import Given
from mltd.graph.leaks import learns, teaches
from mltd.graph.learning import Learning, named
from mltd.graph.rows import Rows, names_of
from mltd.graph.serving import Served, Serving
from mltd.graph.ways import Way
from mltd.graph.wording import letters
from mltd.knowledge import Knowledge

#: Forms of what a fit gives back: the data that it has learnt from, transformed.
_GIVEN_BACK = frozenset({"array", "frame", "matrix", "tensor", "parts"})
#: What these do to a category, a person can.
_BY_HAND = frozenset({"LabelEncoder", "OrdinalEncoder", "LabelBinarizer", "OneHotEncoder"})


@dataclass(frozen=True, slots=True)
class Relearnt:
    """What prepares the features of ``fit`` has learnt from the training data in ``train``, and learns again from the
    data that are predicted for, in the first event of ``way``, which leads to the prediction."""

    served: Served
    fit: Event
    train: Event
    way: Way


@dataclass(frozen=True, slots=True)
class Absent:
    """``way`` leads from what has learnt how to prepare the features to the training, and what is predicted for is as
    it came from outside."""

    served: Served
    fit: Event
    way: Way


@dataclass(frozen=True, slots=True)
class Recoded:
    """The table of codes ``served`` gives ``category`` another number than the training has learnt it by in
    ``trained``."""

    served: Served
    fit: Event
    codes: Coding
    trained: Coding
    category: str


class Skews:
    """Compares how the features of a model are made for its training and for its predictions."""

    def __init__(self, serving: Serving, learning: Learning, rows: Rows, knowledge: Knowledge, given: Given) -> None:
        self._serving, self._learning, self._rows = serving, learning, rows
        self._knowledge, self._given = knowledge, given
        self._served = list(serving.predictions())
        #: what was found already: several predictions are of one model
        self._ways: dict[Event, list[Way]] = {}
        self._programs: dict[Event, set[str]] = {}
        self._unknown: dict[Event, bool] = {}

    def relearnt(self) -> Iterator[Relearnt]:
        """Everything that learns, from the data that are predicted for, what the training has learnt from its own; each
        place once."""
        told: set[tuple[str, int]] = set()
        for one in self._served:
            prepared = self._prepared(one.predict)
            ways = [way for way in prepared if self._counts(way, one) and self._of_itself(way, one)]
            if not ways:
                continue
            trained = [(fit, way.start) for fit in one.fits for way in self._prepared(fit)]
            shared = {_place(event) for _fit, event in trained}
            trained += [(fit, event) for fit in one.fits[:1] for event in self._serving.transformers(one)]
            for way in ways:
                again = way.start
                if _place(again) in told or any(again is event for _fit, event in trained):
                    continue
                own = one.load is not None and any(fit.site.file == again.site.file for fit in one.fits)
                if (own and _place(again) not in shared) or self._trains(again, one.predict):
                    continue  # the training's own code, run again
                for fit, train in trained:
                    if self._alike(train, again) and self._apart(train, again):
                        told.add(_place(again))
                        yield Relearnt(one, fit, train, way)
                        break

    def _counts(self, way: Way, served: Served) -> bool:
        """Whether something that learns does so in the run that predicts. A statistic may as well be a feature of the
        data at hand: it counts only of a column of a table, not of one row, and for a model of another program."""
        learn = way.start
        if learn.off or learn.entry != served.predict.entry:
            return False
        of_a_column = bool(learn.data) and isinstance(learn.data[0], (Column, Frame))
        if learn.verb == "measures" and (served.load is None or not of_a_column or _of_a_family(learn)):
            return False
        return learn.verb != "measures" or not self._rows.single(learn)

    def _of_itself(self, way: Way, served: Served) -> bool:
        """Whether something learns from the very data that is predicted for; of a model that may be another one, from
        the very value."""
        learn, after = way.start, way.events[1]
        if learn.verb == "measures":
            return self._covers(learn, way.events[-1])
        if learn.form in _GIVEN_BACK and not (after.verb == "transforms" and learn not in after.features):
            return True
        same = bool(learn.data) and bool(after.data) and learn.data[0] is after.data[0]
        return same or (served.sure and self._covers(learn, after))

    def _trains(self, learn: Event, predict: Event) -> bool:
        """Whether something learns in a call that goes on to fit a model, and that the prediction is no part of."""
        for fit in self._learning.fits:
            if fit.entry == learn.entry and fit.order > learn.order:
                both = _shared(learn.stack, fit.stack)
                if both and predict.stack[: len(both)] != both:
                    return True
        return False

    def _covers(self, learn: Event, asked: Event) -> bool:
        """Whether something learns from rows that hold those that are asked about."""
        learnt, rows = self._rows.of(learn.rows), self._rows.of(asked.rows)
        return any(self._rows.covers(part, other) for part in learnt for other in rows)

    def _shares(self, first: Event, second: Event) -> bool:
        """Whether two events are given rows of the same data."""
        sources = [{part.source for part in self._rows.of(one.rows)} for one in (first, second)]
        return not sources[0].isdisjoint(sources[1])

    def absent(self) -> Iterator[Absent]:
        """Every model that was trained on what something has learnt to prepare, and predicts for what came from outside
        and went past nothing but fitted transformers of which none is that. Where another branch asks the same model
        about what went through all of it, what the file holds may say which of the two it is."""
        told: set[tuple[str, int]] = set()
        for one in self._served:
            place = one.predict.site.file, one.predict.site.at
            if place in told or one.load is None or not one.sure or not self._given.as_it_came(one.predict):
                continue
            found = self._lacks(one)
            if found and not any(_is_instead(other, one) and not self._lacks(other) for other in self._served):
                told.add(place)
                yield Absent(one, *found)

    def recoded(self, codings: Codings, imports: Mapping[str, Collection[str]]) -> Iterator[Recoded]:
        """Every table of codes of a program that predicts, which disagrees with all codings that the training of its
        model has for the column; each once. ``imports`` are the files that each file imports."""
        told: set[tuple[str, int]] = set()
        for one in self._served:
            programs = {program for fit in one.fits for program in self._upstream(fit)}
            files = {one.predict.site.file, one.predict.entry, *(site.file for site in one.predict.stack)}
            files |= {other for file in list(files) for other in imports.get(file, ())}
            if one.load is None or not one.sure:
                continue
            known = [coding for event in self._serving.fitted(programs) for coding in encoded(event)]
            known += [coding for program in sorted(programs) for coding in codings.written(program)]
            for codes in (coding for file in sorted(files - programs) for coding in codings.written(file)):
                place = codes.site.file, codes.site.at
                theirs = [coding for coding in known if letters(coding.column) == letters(codes.column)]
                differs = [codes.against(coding) for coding in theirs]
                if theirs and place not in told and all(name is not None for name in differs):
                    told.add(place)
                    yield Recoded(one, one.fits[0], codes, theirs[0], str(differs[0]))

    def _upstream(self, fit: Event) -> set[str]:
        """The programs and files that make what a fit is given."""
        if fit not in self._programs:
            ways = self._learning.ways.back(fit, _opens, _opens, prepared=True)
            found = {name for way in ways for event in way.events for name in (event.entry, event.site.file)}
            self._programs[fit] = found | {fit.entry, fit.site.file}
        return self._programs[fit]

    def _lacks(self, served: Served) -> tuple[Event, Way] | None:
        """What a prediction lacks of the preparation of every fit that may have made its model: that of the first."""
        first: Way | None = None
        for fit in served.fits:
            missing = self._missing(fit, served)
            if not missing:
                return None
            first = first or missing[0]
        return (served.fits[0], first) if first is not None else None

    def _missing(self, fit: Event, served: Served) -> list[Way]:
        """What the features of a fit cannot be made without and those of a prediction are made without, and without
        anything of its kind; where it is not known what transforms those, any may be there."""
        predict, load = served.predict, served.load
        there = [way.start for way in self._prepared(predict)]
        places, kinds = {_place(one) for one in there}, {named(one) for one in there} - {""}
        return [
            way
            for way in self._prepared(fit)
            if _place(way.start) not in places
            and named(way.start) not in kinds
            and (_is_no_object(way.start) or not self._goes_unknown_ways(predict))
            and self._is_needed(way.start, fit)
            and (load is None or not self._serving.goes_through(load, way.start.receiver))
        ]

    def _goes_unknown_ways(self, predict: Event) -> bool:
        """Whether something transforms what is predicted for of which it is not known where it was fitted."""
        if predict not in self._unknown:
            ways = self._learning.ways.back(predict, _unknown_transform, _unknown_transform, prepared=True)
            self._unknown[predict] = next(ways, None) is not None
        return self._unknown[predict]

    def _is_needed(self, event: Event, fit: Event) -> bool:
        """Whether nothing but what has learnt can do it: who fills in a form can leave no gap, and may say the number
        or the columns of a category."""
        if event.verb == "measures":
            applied = not {"scales", "looked-up"}.isdisjoint(event.extra.get("applied", {}))
            return applied and not self._rows.single(event)
        resamples = event.form == "parts" and event.receiver is not None
        return not resamples and bool(learns(event, fit, self._knowledge)) and named(event) not in _BY_HAND

    def _prepared(self, event: Event) -> list[Way]:
        """What learns from data for the features of a fit or a prediction."""

        def wanted(one: Event) -> bool:
            return bool(learns(one, event, self._knowledge))

        if event not in self._ways:
            ways = self._learning.ways.back(event, wanted, teaches, choices=False, prepared=True, applied=True)
            self._ways[event] = list(ways)
        return self._ways[event]

    def _alike(self, train: Event, again: Event) -> bool:
        """Whether two events learn the same kind of thing, of columns that may be the same."""
        if train.verb != again.verb:
            return False
        if (train.site.file, train.site.at) != (again.site.file, again.site.at):
            if train.verb == "measures":
                how = [set(one.extra.get("applied", {})) for one in (train, again)]
                same = train.callee.rpartition(".")[2] == again.callee.rpartition(".")[2] and bool(how[0] & how[1])
            else:
                same = bool(named(train)) and named(train) == named(again)
            if not same:
                return False
        columns = [_columns(one) for one in (train, again)]
        return not columns[0] or not columns[1] or bool(columns[0] & columns[1])

    def _apart(self, train: Event, again: Event) -> bool:
        """Whether two events learn from other data."""
        return bool(self._rows.of(train.rows)) and not self._shares(train, again)


def _shared(first: tuple[Site, ...], second: tuple[Site, ...]) -> tuple[Site, ...]:
    """The calls that two events have in common, outermost first."""
    count = 0
    while count < min(len(first), len(second)) and first[count] == second[count]:
        count += 1
    return first[:count]


def _is_instead(served: Served, other: Served) -> bool:
    """Whether a program asks the same model either here or there."""
    return served.load is other.load and served.predict.excludes(other.predict)


def _is_no_object(event: Event) -> bool:
    """Whether what learns leaves nothing that could be kept: a function that transforms what it is given."""
    return event.verb == "measures" or event.receiver is None


def _of_a_family(learn: Event) -> bool:
    """Whether what is measured is one of many files, each of which has a statistic of its own."""
    reads = [one for one in behind(learn.inputs, PASSING) if one.verb in ("reads", "loads")]
    return any(len(one.paths) > 1 or any(HOLE in text.template for text in one.paths) for one in reads)


def _unknown_transform(event: Event) -> bool:
    """Whether something transforms of which it is not known where it was fitted."""
    return event.verb == "transforms" and not any(one.verb == "fits" for one in event.inputs)


def _opens(event: Event) -> bool:
    return event.verb in ("reads", "loads", "loads-data", "scrapes")


def _place(event: Event) -> tuple[str, int]:
    return event.site.file, event.site.at


def _columns(event: Event) -> frozenset[str]:
    if event.verb == "measures":
        return frozenset(event.extra["columns"])
    return frozenset(name for value in event.data[:1] for name in names_of(value))
