"""Chance or time: whether rows were parted without regard to their order, and what says that they have one."""

from __future__ import annotations

from mltd.flow import values as v
from mltd.flow.convert import constant, names_in
from mltd.flow.events import Event
from mltd.flow.rows import columns_in

#: Functions and classes that part rows without regard to their order.
_RANDOM = frozenset({
    "train_test_split", "KFold", "StratifiedKFold", "ShuffleSplit", "StratifiedShuffleSplit", "RepeatedKFold",
    "RepeatedStratifiedKFold", "random_split", "randomSplit",
})  # fmt: skip
#: Calls that make dates of what they are given.
_DATES = frozenset({"to_datetime", "date_range", "resample", "strptime", "fromtimestamp", "DatetimeIndex"})
#: Parts of a date that do not come again.
#: https://pandas.pydata.org/docs/reference/series.html#datetimelike-properties
_ON_AND_ON = frozenset(
    {"date", "year", "normalize", "floor", "ceil", "round", "to_period", "tz_localize", "tz_convert"}
)
#: Sources whose tables are of one day after the other.
_MARKETS = ("yfinance.", "yahoo_fin.", "pandas_datareader.", "quandl.", "nsepy.")


def at_random(check: Event, split: Event | None) -> bool:
    """Whether an evaluation is on rows that were chosen at random: by the split that parted them, or, where that is
    None, by the cross-validation itself."""
    if split is None:
        return check.verb == "searches" and _plain(check)
    name = getattr(split.receiver, "type", split.callee).rpartition(".")[2]
    made = split.receiver.parts.get("\0shuffle", v.UNKNOWN) if isinstance(split.receiver, v.Object) else v.UNKNOWN
    kept = split.extra.get("shuffle") is False or constant(made) is False
    return split.verb == "splits" and name in _RANDOM and not kept


def _plain(search: Event) -> bool:
    """Whether a cross-validation holds out folds without regard to the order: a number of folds, or none said."""
    cv = search.extra.get("cv")
    if cv is None and isinstance(search.receiver, v.Object):
        cv = search.receiver.parts.get("\0cv")
    if isinstance(cv, v.Object):
        return cv.type.rpartition(".")[2] in _RANDOM
    return cv is None or isinstance(cv, v.Constant)


def of_one_side(statistic: Event, check: Event, split: Event | None) -> bool:
    """Whether each group that a statistic is taken of lies on one side of a split: the split asks for nothing but the
    keys of the groups, or it is in the order of time and so is a key."""
    keys: dict[str, v.Taint] = statistic.extra["keys"]
    if not keys or at_random(check, split):
        return False
    kind, *rest = split.extra.get("part", ("",)) if split is not None else ("",)
    asked = columns_in(*rest[1:]) if kind in ("rows", "window") else frozenset[str]()
    if asked and asked <= keys.keys():
        return True
    return any(_is_time(name, taint) for name, taint in keys.items())


def _is_time(name: str, taint: v.Taint) -> bool:
    """Whether a column that comes from some events goes on with time: a date, and not the month or hour of one, which
    come again."""
    parts = [event.callee.rpartition(".")[2] for event in taint if event.callee.startswith("pandas.Series.dt.")]
    if parts:
        return _ON_AND_ON.issuperset(parts)
    parsed = [names_in(event.extra.get("given", {}).get("parse_dates", v.UNKNOWN)) or () for event in taint]
    made = {event.callee.rpartition(".")[2] for event in taint} & (_DATES - {"resample"})  # which is of whole tables
    return bool(made) or any(name in names for names in parsed)


def tells_time(event: Event) -> bool:
    """Whether a call makes dates, or reads them: rows may as well follow one another along a way or a depth."""
    last = event.callee.rpartition(".")[2]
    return last in _DATES or "parse_dates" in event.extra.get("given", {}) or event.callee.startswith(_MARKETS)
