"""Rows outside of what a step has learnt from: where a model is judged on such rows, the step has learnt from the
training part alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from mltd import facts
from mltd.flow.events import Event, Site
from mltd.flow.program import nodes
from mltd.flow.rows import ORDER
from mltd.graph.checks import is_score, measured_predictions
from mltd.graph.rows import Part, Parts, Rows


class Outside:
    """Knows what is judged on rows that something has not learnt from: then the rows that it has learnt from are the
    training part, and what is parted inside of them is for a search, or tells when to stop."""

    def __init__(self, events: list[Event], checks: Mapping[Event, list[Event]], rows: Rows) -> None:
        self._rows = rows
        measured = measured_predictions(events)
        self._scored = _all_behind([event for event in events if event in measured or is_score(event)])
        self._applied: dict[int, list[Event]] = defaultdict(list)
        for event in events:
            if event.verb == "transforms" and event.receiver is not None:
                self._applied[id(event.receiver)].append(event)
        self._own: dict[Event, list[Event]] = {}
        self._checks: dict[tuple[Site, str], list[Event]] = defaultdict(list)
        for fit, found in checks.items():
            self._own[fit] = [one for one in found if one is not fit]
            self._checks[fit.site, fit.entry] += self._own[fit]

    def judged(self, learn: Event, fit: Event, check: Event) -> bool:
        """Whether a model is judged on other rows than ``learn`` has seen, beside its ``check``: its tool transforms a
        part that was set apart from them, or the fit is judged on such a part; where the check only watches the fit, or
        makes folds, also on data of its own. Cross-validation that gives a score is a judgement itself."""
        if fit.form == "metric":
            # It finds how many rounds to go: who is judged is what is then fitted.
            return bool(fit.extra.get("stops")) and self._scored_apart(learn, fit.entry)
        known, watches = self._rows.of(learn.rows), check is fit
        for one in self._applied.get(id(learn.receiver), ()) if learn.receiver is not None else ():
            others, scored = self._rows.of(one.rows), one in self._scored
            if self._apart(known, others, surely=not scored) or (watches and scored and self._strange(known, others)):
                return True
        if any(self._apart(known, self._rows.of(one.rows)) for one in self._checks.get((fit.site, fit.entry), ())):
            return True
        return watches and any(self._strange(known, self._rows.of(one.rows)) for one in self._own.get(fit, ()))

    def _scored_apart(self, learn: Event, entry: str) -> bool:
        """Whether a program scores something on other rows than ``learn`` has seen."""
        known = self._rows.of(learn.rows)
        return any(
            self._apart(known, self._rows.of(one.rows))
            for one in self._scored
            if one.entry == entry and one.verb in ("predicts", "evaluates")
        )

    def _apart(self, known: Parts, others: Parts, surely: bool = False) -> bool:
        """Whether choices part other rows from all of their data that are known; ``surely`` if for a test."""
        pairs = [(one, other) for one in known for other in others if one.source == other.source]
        parted = [(self._parted(one, other), Part(one.source)) for one, other in pairs]
        if not pairs or any(choice is None for choice, _whole in parted):
            return False
        return not surely or any(choice is not None and self._for_a_test(choice, whole) for choice, whole in parted)

    def _parted(self, one: Part, other: Part) -> int | None:
        """The choice that parts two parts; a mask says nothing of the side of a split that a row falls on, nor does one
        that takes other rows in every round of a loop."""
        mine, theirs = one.parted(other), other.parted(one)
        if mine is None or theirs is None:
            return None
        choosers = self._rows.chooser(mine), self._rows.chooser(theirs)
        masked = [bool(each.extra.get("masked")) for each in choosers]
        return None if masked[0] != masked[1] or any(each.extra.get("loop") for each in choosers) else mine

    def _for_a_test(self, choice: int, whole: Part) -> bool:
        """Whether rows are parted by a split, or by their order: a flag may as well mark rows that nobody can score,
        and so may a range of what was put together."""
        chooser = self._rows.chooser(choice)
        kind, *rest = chooser.extra.get("part", ("",))
        index = rest[1] if kind in ("rows", "window") else None
        ordering = any(isinstance(one, facts.Compare) and not ORDER.isdisjoint(one.ops) for one in nodes(index))
        ranged = isinstance(index, facts.Slice) and not self._rows.together(whole)
        return chooser.verb == "splits" or ordering or ranged

    def _strange(self, known: Parts, others: Parts) -> bool:
        """Whether other rows are of other data than all that are known."""
        mixed = any(self._rows.together(Part(one.source)) for one in (*known, *others))
        sources = {one.source for one in known}
        return bool(known and others) and not mixed and sources.isdisjoint(one.source for one in others)


def _all_behind(events: Iterable[Event]) -> set[Event]:
    """Some events and all that they come from, whatever it was done by, inside one program."""
    found = set[Event]()
    todo = list(events)
    while todo:
        event = todo.pop()
        if event not in found:
            found.add(event)
            todo += event.inputs
    return found
