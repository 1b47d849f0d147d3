"""What is kept of the data of an event, as it was then: tables change in place."""

from __future__ import annotations

from mltd.flow import values as v
from mltd.flow.events import Event
from mltd.flow.frames import Column, Frame, Reach

#: What is done with data that may change afterwards: what it was then is kept.
_SNAPPED = frozenset(
    {"fits", "searches", "converts", "shapes", "splits", "joins", "transforms", "predicts", "writes", "saves"}
)
#: Of these, those that a model gets its features by.
_HOLDING = frozenset({"fits", "searches", "converts", "predicts", "writes", "saves"})
#: What is done with rows: which they were is kept.
_ROWS = _SNAPPED | {"evaluates", "derives", "samples", "makes"}
#: What is fitted, and no data.
_LEARNERS = frozenset({"estimator", "network", "transformer", "searcher"})


def keep(event: Event) -> None:
    """Keep what the data of an event is made of now, and which rows it holds."""
    if event.data:
        if event.verb in _SNAPPED:
            _snap(event)
        if event.verb in _ROWS:
            event.rows = _rows(event)


def _rows(event: Event) -> v.Taint:
    from mltd.flow.rows import rows_of

    learned = _learned(event)
    return rows_of(learned[0]) if learned else v.NONE


def _learned(event: Event) -> list[v.Value]:
    """The data of an event, without what learns of them: a trainer that was made with its data is given itself."""
    return [
        value
        for value in event.data
        if getattr(value, "kind", "") not in _LEARNERS
        and not (value is event.receiver and isinstance(value, v.Instance))
    ]


def _snap(event: Event) -> None:
    learned = _learned(event) or [event.data[0]]
    if isinstance(learned[0], Frame) and event.verb in _HOLDING:
        event.held = dict(learned[0].columns)
    event.features, event.targets = v.taint_of(learned[0]), v.taint_of(*learned[1:]) if learned[1:] else v.NONE
    if event.verb in ("fits", "searches"):
        event.reach = _reach(learned[0])
        for value in learned[1:]:
            event.target_reach.update(_reach(value))
        return
    tables = [value for value in event.data if isinstance(value, Frame)]
    for table in tables or learned[:1]:
        event.reach.update(_reach(table))
    if event.verb in ("writes", "saves") and tables:
        event.columns = dict(tables[0].taints)


def _reach(value: v.Value) -> dict[Event, Reach]:
    """Of the reads that a table or one named column of it comes from, which columns are in it."""
    if isinstance(value, Frame):
        return value.reach
    if isinstance(value, Column) and value.name is not None:
        return {read: Reach(only=frozenset({value.name})) for read in value.frame.reach}
    return {}
