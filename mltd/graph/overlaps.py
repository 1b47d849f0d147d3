"""Overlaps: models that are evaluated on rows that they were trained on.

Rows are the same here only where they are the same value, so that this is never a guess.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mltd.flow import values as v
from mltd.flow.events import Event
from mltd.flow.rows import latest
from mltd.graph.checks import evaluations, measured_predictions
from mltd.graph.described import Described
from mltd.graph.learning import Learning, named

#: Choices of rows behind one another that are followed.
_MOST = 300


@dataclass(frozen=True, slots=True)
class Overlap:
    """``fit`` trains on rows that ``check`` evaluates. ``parted`` is the split whose other side the model was fitted to
    as well; else the rows are the very rows of the fit. With ``copies`` it is that call which drew rows with
    replacement, so that one row stands on both sides of the split. ``metric`` is the score that is taken."""

    fit: Event
    check: Event
    metric: Event
    parted: Event | None = None
    copies: Event | None = None


def overlaps(events: Iterable[Event], learning: Learning, described: Described) -> Iterator[Overlap]:
    """Every model whose only score is taken on rows of its training; each place of a fit once."""
    everything = list(events)
    metrics = measured_predictions(everything)
    places: dict[tuple[str, int], list[tuple[Event, Event]]] = defaultdict(list)
    for fit, checks in evaluations(everything, learning).items():
        places[fit.site.file, fit.site.at] += [(fit, check) for check in checks]
    searched = [(event.site.file, value) for event in everything if event.verb == "searches" for value in event.data]
    validated = {id(value) for _file, value in searched}
    kinds = {(file, value.type.rpartition(".")[2]) for file, value in searched if isinstance(value, v.Object)}
    judged = {_kind(fit) for pairs in places.values() for fit, check in pairs if _elsewhere(fit, check)}
    for pairs in places.values():
        if described.only(pairs[0][0]):
            continue  # its score is a figure of the data
        found = _copied(pairs, learning) or _trained_on(pairs, learning, validated, metrics)
        # Fitted again to all rows after a model of its kind was judged on others, it may well say how it fits.
        if found is not None and (found[2] is not None or _kind(found[0]) not in judged | kinds):
            fit, check, parted, copies = found
            yield Overlap(fit, check, metrics.get(check, check), parted, copies)


_Found = tuple[Event, Event, "Event | None", "Event | None"]


def _trained_on(
    pairs: list[tuple[Event, Event]], learning: Learning, validated: set[int], metrics: dict[Event, Event]
) -> _Found | None:
    """A fit that is evaluated, and always on rows of its own."""
    found: _Found | None = None
    for fit, check in pairs:
        if fit.verb != "fits" or fit is check or not fit.rows or _groups(fit):
            return None  # folds are held out, or other data is watched
        if not _last(fit, check, learning):
            continue
        if any(isinstance(value, v.Method) for event in (fit, check) for value in event.data[:1]):
            return None  # an attribute of something unknown: of which rows it is cannot be told
        trained, tested = chosen(fit.rows), chosen(check.rows)
        if not trained or not tested or not all(_within(one, trained) for one in tested):
            return None
        if found is None and (check.verb == "evaluates" or check in metrics):
            sides = [one for one in tested if one not in trained and one.extra.get("part", ("",))[0] == "split"]
            found = fit, check, sides[0].extra["part"][1] if sides else None, None
    if found is not None and found[2] is None and id(found[0].receiver) in validated:
        return None  # its score is that of cross-validation
    return found


def _kind(fit: Event) -> tuple[str, str]:
    """What kind of model a program fits."""
    return fit.site.file, named(fit) or fit.callee


def _elsewhere(fit: Event, check: Event) -> bool:
    """Whether a model is judged on rows that are not known to be its own."""
    trained, tested = chosen(fit.rows), chosen(check.rows)
    return fit is check or not tested or not all(_within(one, trained) for one in tested)


def _groups(fit: Event) -> bool:
    """Whether a clustering is fitted, which describes its own rows."""
    return "cluster" in getattr(fit.receiver, "type", fit.callee)


def _last(fit: Event, check: Event, learning: Learning) -> bool:
    """Whether it is this fit that is surely evaluated, and no later one."""
    fits = [one for one in learning.trained(check) if one.order < check.order]
    return bool(fits) and fits[-1] is fit and fit.arms == check.arms[: len(fit.arms)]


def chosen(rows: Iterable[Event]) -> frozenset[Event]:
    """The choices and reads that say which rows these are, past what only gave them another form; none where some of
    them come from no data that is read."""
    found: set[Event] = set()
    seen: set[Event] = set()
    todo = list(latest(rows))
    while todo and len(seen) < _MOST:
        event = todo.pop()
        if event in seen:
            continue
        seen.add(event)
        behind = event.rows or event.features
        if event.verb in ("takes", "reads", "loads", "loads-data"):
            kind, *rest = event.extra.get("part", ("",))
            if not event.rooted or event.extra.get("open") or (kind == "together" and not all(rest)):
                return frozenset()
            if event.verb in ("reads", "loads") and event.stack and not any(text.parts for text in event.paths):
                return frozenset()  # a helper reads what it is told, and nobody knows what that is
            found.add(event)
        elif not behind:
            return frozenset()
        else:
            todo += latest(behind)
    return latest(found)


def _within(tested: Event, trained: frozenset[Event]) -> bool:
    """Whether the rows that a choice leaves are among those of some others."""
    todo, seen = {tested}, set[Event]()
    while todo and len(seen) < _MOST:
        event = todo.pop()
        if event in trained:
            return True
        seen.add(event)
        if event.verb == "takes" and event.extra["part"][0] in ("split", "rows", "window"):
            todo |= chosen(event.rows) - seen
    return False


def _copied(pairs: list[tuple[Event, Event]], learning: Learning) -> _Found | None:
    """A fit to one side of a split of rows that were drawn with replacement, evaluated on the other side."""
    for fit, check in pairs:
        sides = [_side(event) for event in (fit, check)]
        if fit is check or sides[0] is None or sides[1] is None:
            continue
        (split, one), (same, other) = sides[0], sides[1]
        if split is same and one != other:
            for way in learning.ways.back(split, _draws_again, _draws_again, choices=False):
                return fit, check, split, way.start
    return None


def _side(event: Event) -> tuple[Event, int] | None:
    for one in sorted(chosen(event.rows), key=lambda choice: choice.order):
        if one.verb == "takes" and one.extra["part"][0] == "split":
            return one.extra["part"][1], one.extra["part"][2]
    return None


def _draws_again(event: Event) -> bool:
    return bool(event.extra.get("again"))
