"""Evaluations: on which rows a model that was fitted is judged."""

from __future__ import annotations

from collections import defaultdict

from mltd.flow import values as v
from mltd.flow.events import Event
from mltd.flow.frames import Frame
from mltd.flow.lineage import FORMS
from mltd.graph.learning import Learning

_READ = frozenset({"reads", "loads"})
#: Methods of models that take a score.
_SCORES = frozenset({"score", "evaluate", "evaluate_generator", "test", "validate", "eval", "test_on_batch"})
#: What is done to a prediction that is then measured: it is still that.
_STILL = FORMS | {"makes", "derives", "takes", "picks", "measures", "samples", "transforms"}


def evaluations(events: list[Event], learning: Learning) -> dict[Event, list[Event]]:
    """For each fit, the calls that evaluate what it fits: predictions that a metric is taken of, predictions for the
    part that a split has set apart, scores, data watched while it learns, and folds that it holds out itself."""
    measured = measured_predictions(events)
    found: dict[Event, list[Event]] = defaultdict(list)
    for event in events:
        if event.off:
            continue
        if event.verb == "predicts" or is_score(event):
            for fit in learning.trained(event):
                if event.verb == "evaluates" or event in measured or _by_split(event):
                    found[fit].append(event)
        elif event.verb == "searches" or (event.verb == "fits" and _watched(event)):
            found[event].append(event)
    return found


def is_score(event: Event) -> bool:
    """Whether a model is asked how well it does."""
    return event.verb == "evaluates" and event.receiver is not None and event.callee.rpartition(".")[2] in _SCORES


def _watched(event: Event) -> bool:
    return bool(event.extra.get("checked")) or bool(event.extra.get("held_out"))


def _by_split(event: Event) -> bool:
    """Whether a model predicts a part that a split has set apart."""
    return any(one.verb == "takes" and one.extra["part"][0] == "split" for one in event.rows)


def measured_predictions(events: list[Event]) -> dict[Event, Event]:
    """The predictions that some metric is taken of, each with the first such metric."""
    found: dict[Event, Event] = {}
    seen = set[Event]()  # what an earlier metric has seen leads to nothing new
    for metric in events:
        if metric.verb != "evaluates" or metric.off:
            continue
        # A label of a table in which there are predictions as well comes from what was read, too.
        given = [v.taint_of(value) for value in metric.data]
        todo = [one for taint in given if not any(event.verb in _READ for event in taint) for one in taint]
        while todo:
            event = todo.pop()
            if event in seen:
                continue
            seen.add(event)
            if event.verb == "predicts":
                found.setdefault(event, metric)
            elif event.verb in _STILL and not any(isinstance(value, Frame) for value in event.data[:1]):
                todo += event.inputs
    return found
