"""Feedback loops: models whose predictions come back to them as training data, on their own or by way of each other.

Sculley et al. 2015, section 4, *Feedback Loops*.
"""

from __future__ import annotations

import posixpath
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass

from mltd.flow.events import Event
from mltd.flow.texts import HOLE
from mltd.graph.hand_overs import HandOver
from mltd.graph.learning import Learning, predicts
from mltd.graph.together import Together
from mltd.graph.ways import Way

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Loop:
    """``fit`` trains a model on what it has predicted itself: ``way`` leads there from the prediction, by way of at
    least one file."""

    fit: Event
    way: Way


@dataclass(frozen=True, slots=True)
class Circle:
    """Models that learn from each other in a circle, by way of at least one file: each of the ``fits`` learns by the
    way at its place in ``ways`` from what the one before predicts, and the first from the last."""

    fits: tuple[Event, ...]
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A fit that learns, as a feature or as a label, from a prediction; and where the model that predicts is fitted."""

    fit: Event
    way: Way
    teachers: tuple[Event, ...]


def lessons(learning: Learning) -> list[Lesson]:
    """Everything that a fit learns from predictions; each place of a fit and of a prediction once."""
    found: dict[tuple[Place, Place], Lesson] = {}
    for event in learning.lessons if learning.predicting else ():
        for way in learning.ways.back(event, predicts, predicts, labels=True, surely=True):
            key = _place(event), _place(way.start)
            if not way.start.off and (key not in found or not found[key].way.hand_overs):
                found[key] = Lesson(event, way, tuple(learning.trained(way.start)))
    return list(found.values())


def direct_loops(taught: list[Lesson]) -> Iterator[Loop]:
    """Every fit on what the very model that it makes has written into a file; each place of the code once."""
    told: set[Place] = set()
    for one in taught:
        place = _place(one.fit)
        files = one.way.hand_overs
        if place not in told and files and place in map(_place, one.teachers) and not any(map(_of_many, files)):
            told.add(place)
            yield Loop(one.fit, one.way)


def circles(taught: list[Lesson]) -> Iterator[Circle]:
    """The shortest circle of two or more models through each model that stands in one; each set of models once."""
    models: Together[Place] = Together()
    for one in taught:
        for other in one.teachers[1:]:  # one model that is fitted at several places
            models.join(_place(one.teachers[0]), _place(other))
    after: dict[Place, dict[Place, Lesson]] = defaultdict(dict)
    for one in taught:
        learner = models.root(_place(one.fit))
        for teacher in {models.root(_place(fit)) for fit in one.teachers} - {learner}:
            known = after[teacher].get(learner)
            if known is None or (not known.way.hand_overs and one.way.hand_overs):
                after[teacher][learner] = one
    told: set[frozenset[Place]] = set()
    for start in sorted(after):
        steps = _around(after, start)
        members = frozenset(models.root(_place(one.fit)) for one in steps)
        if steps and members not in told and any(one.way.hand_overs for one in steps):
            told.add(members)
            yield Circle(tuple(one.fit for one in steps), tuple(one.way for one in steps))


def _around(after: dict[Place, dict[Place, Lesson]], start: Place) -> list[Lesson]:
    """The lessons on the shortest way from a model back to itself; none where there is no such way."""
    before: dict[Place, tuple[Place, Lesson]] = {}
    todo = deque([start])
    while todo:
        current = todo.popleft()
        for learner, lesson in sorted(after.get(current, {}).items(), key=lambda item: item[0]):
            if learner not in before:
                before[learner] = current, lesson
                todo.append(learner)
        if start in before:
            break
    steps: list[Lesson] = []
    current = start
    while start in before and (not steps or current != start):
        current, lesson = before[current]
        steps.append(lesson)
    return steps[::-1]


def _of_many(over: HandOver) -> bool:
    """Whether the folder of a file is made of a word that nobody knows, on both sides: what one run writes may be for
    another model."""
    return all(HOLE in posixpath.dirname(side.location) for side in (over.write, over.read))


def _place(event: Event) -> Place:
    return event.site.file, event.site.at
