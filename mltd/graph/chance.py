"""Chance: whether rows were parted without regard to their order."""

from __future__ import annotations

from mltd.flow import values as v
from mltd.flow.events import Event

#: Functions and classes that part rows without regard to their order.
_RANDOM = frozenset({
    "train_test_split", "KFold", "StratifiedKFold", "ShuffleSplit", "StratifiedShuffleSplit", "RepeatedKFold",
    "RepeatedStratifiedKFold", "random_split", "randomSplit",
})  # fmt: skip


def at_random(check: Event, split: Event | None) -> bool:
    """Whether an evaluation is on rows that were chosen at random: by the split that parted them, or, where that is
    None, by the cross-validation itself."""
    if split is None:
        return check.verb == "searches" and _plain(check)
    name = getattr(split.receiver, "type", split.callee).rpartition(".")[2]
    return split.verb == "splits" and name in _RANDOM and split.extra.get("shuffle") is not False


def _plain(search: Event) -> bool:
    """Whether a cross-validation holds out folds without regard to the order: a number of folds, or none said."""
    cv = search.extra.get("cv")
    if cv is None and isinstance(search.receiver, v.Object):
        cv = search.receiver.parts.get("\0cv")
    if isinstance(cv, v.Object):
        return cv.type.rpartition(".")[2] in _RANDOM
    return cv is None or isinstance(cv, v.Constant)
