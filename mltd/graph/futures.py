"""The future: rows in the order of time that are parted at random, and features that look at later rows.

Kaufman et al., *Leakage in data mining*, ACM TKDD 6(4), 2012, section 3; scikit-learn's *Cross-validation of time
series data*, https://scikit-learn.org/stable/modules/cross_validation.html#cross-validation-of-time-series-data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mltd import facts
from mltd.flow.events import Event
from mltd.flow.lineage import PASSING, behind
from mltd.flow.rows import rows_of
from mltd.graph.chance import at_random, tells_time
from mltd.graph.checks import evaluations
from mltd.graph.leaks import Around, Pair, around_of, pairs_of, seen
from mltd.graph.learning import Learning
from mltd.graph.rows import Rows, names_of
from mltd.graph.ways import Way


@dataclass(frozen=True, slots=True)
class Future:
    """``order`` says that rows follow one another. A model is fitted to some of them in ``fit`` and judged in
    ``check`` on others that ``split`` chose at random (None: that the call itself holds out); or, with ``ahead``, the
    features hold something of later rows: ``centred``, ``filled-back`` or ``shifted-ahead``."""

    order: Event
    fit: Event
    check: Event
    split: Event | None
    ahead: str


def futures(events: Iterable[Event], learning: Learning, rows: Rows) -> Iterator[Future]:
    """Every split at random of rows that follow one another, and every look ahead, with the first fit behind it."""
    events = list(events)
    checks, dated = evaluations(events, learning), {event.entry for event in events if tells_time(event)}
    told: set[tuple[str, int]] = set()
    asked: set[tuple[object, ...]] = set()
    for fit in (*learning.fits, *learning.scored):
        pairs = pairs_of(fit, checks.get(fit, ()), rows)
        around = around_of(pairs)
        question = fit.site.file, fit.site.at, fit.features, fit.targets, frozenset(around)
        if not around or question in asked:
            continue
        asked.add(question)
        labels = frozenset(name for value in fit.data[1:] for name in names_of(value))

        def ahead(event: Event, labels: frozenset[str] = labels) -> bool:
            return _looks_ahead(event, labels) and event.entry in dated

        for way in learning.ways.back(fit, ahead, _is_order, choices=False, prepared=True):
            place = way.start.site.file, way.start.site.at
            if place not in told and not way.start.off and not _grouped(way, fit):
                told.add(place)
                yield Future(way.start, fit, next(iter(around.values())).check, None, way.start.extra["how"])
        for split, pair in _at_random(pairs).items():
            place = split.site.file, split.site.at
            if place in told:
                continue
            paired = _paired_with_later(fit, rows)
            if paired is not None:
                told.add(place)
                yield Future(paired, fit, pair.check, pair.split, "")
                continue
            for way in learning.ways.back(fit, _orders, _orders, labels=True, choices=False, prepared=True):
                if not way.start.off and not _grouped(way, fit) and _of_these(way.start, rows, around):
                    told.add(place)
                    yield Future(way.start, fit, pair.check, pair.split, "")
                    break


def _is_order(event: Event) -> bool:
    return event.verb == "orders"


def _orders(event: Event) -> bool:
    return event.verb == "orders" and event.extra["how"] in ("back", "shifted-ahead", "centred")


def _of_these(order: Event, rows: Rows, around: Around) -> bool:
    """Whether it is the rows of an evaluation that follow one another. Who takes a value some rows ahead for what is to
    be predicted says so, whatever the rows were put into since."""
    return order.extra["how"] == "shifted-ahead" or seen(rows, rows.of(order.rows), around) is not None


def _paired_with_later(fit: Event, rows: Rows) -> Event | None:
    """The choice by which labels are those of other rows than the features that they are paired with: ``x[:-5]`` and
    ``y[5:]``, of one table, parted by the same split."""
    if len(fit.data) < 2:
        return None
    for part in rows.of(fit.rows):
        for other in rows.of(rows_of(fit.data[1])):
            apart = part.parted(other)
            if apart is None or part.choices[-1:] != other.choices[-1:] or len(part.choices) != len(other.choices):
                continue
            choosers = [rows.chooser(one.choices[-2]) for one in (part, other) if len(one.choices) > 1]
            ranges = [one for one in map(_range, choosers) if one is not None]
            if len(ranges) == 2 and _from_the_start(ranges[0]) != _from_the_start(ranges[1]):
                return choosers[1]
    return None


def _from_the_start(choice: facts.Slice) -> bool:
    return choice.lower is None or (isinstance(choice.lower, facts.Const) and choice.lower.value == 0)


def _range(choice: Event) -> facts.Slice | None:
    kind, *rest = choice.extra.get("part", ("",))
    index = rest[1] if kind in ("rows", "window") else None
    return index if isinstance(index, facts.Slice) else None


def _looks_ahead(event: Event, labels: frozenset[str]) -> bool:
    """Whether features get something of later rows that was not known before: of a shift only the label's own past,
    since the calendar and the plan are known ahead; of a gap filled back only where no earlier value was there."""
    if event.verb != "orders":
        return False
    how = event.extra["how"]
    if how == "shifted-ahead":
        return not labels.isdisjoint(frozenset(name for value in event.data for name in names_of(value)))
    before = [one for one in behind(event.inputs, PASSING) if one.verb == "orders"]
    return how == "centred" or (how == "filled-back" and all(one.extra["how"] != "filled" for one in before))


def _grouped(way: Way, fit: Event) -> bool:
    """Whether what follows in order was counted up by groups, on the way or beside it: those are rows of their own."""
    if any(_counts_up(one) for one in way.events[1:]):
        return True
    given = fit.features.union(*(one.inputs for one in way.events if one.verb in ("writes", "saves")))
    beside = (one for one in behind(given, PASSING) if _counts_up(one) and not one.extra["columns"])
    return any(way.start in behind(one.inputs, PASSING) for one in beside)


def _counts_up(event: Event) -> bool:
    return event.verb == "measures" and bool(event.extra["grouped"])


def _at_random(pairs: list[Pair]) -> dict[Event, Pair]:
    """The evaluations on rows that were chosen at random, by the split or the call that chose them."""
    found: dict[Event, Pair] = {}
    for pair in pairs:
        if at_random(pair.check, pair.split):
            found.setdefault(pair.split or pair.check, pair)
    return found
