"""Features of one name that training and serving compute by different formulas.

Which feature is which is told by the names of the columns: the table that is predicted for and the table that some
model of the project is fitted to must have most of them in common.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from mltd.flow.events import Event, Site
from mltd.flow.formulas import Formula, Leaf, TooLong
from mltd.flow.frames import ColumnDefinition, Frame
from mltd.flow.lineage import FORMS
from mltd.graph.formulas import Formulas
from mltd.graph.wording import letters

#: Columns that two tables must have in common to be of one model.
_SHARED = 2
#: Columns computed of columns that are followed; leaves whose names do not tell that are tried in every order.
_DEEP = 4
_UNNAMED = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """The column ``name`` is computed in ``served`` for a prediction otherwise than in ``trained`` for the training."""

    name: str
    predict: Event
    fit: Event
    served: Site
    trained: Site


@dataclass(frozen=True, slots=True)
class _Way:
    """One way in which a column is computed, over what came with the data, and where; ``of`` are the columns that are
    named there."""

    formula: Formula
    site: Site
    of: frozenset[str]


class Differing:
    """Compares the formulas of a tree's columns. ``together`` tells whether two programs are of one project."""

    def __init__(
        self,
        columns: Iterable[ColumnDefinition],
        fits: Iterable[Event],
        files: Iterable[str],
        formulas: Formulas,
        together: Callable[[str, str], bool],
    ) -> None:
        self._formulas, self._together, self._files = formulas, together, list(files)
        self._fits = [(event, names) for event in fits if (names := _names(event) or formulas.listed(event.site))]
        self._named: dict[str, list[ColumnDefinition]] = defaultdict(list)
        for definition in columns:
            self._named[definition.name].append(definition)

    def find(self, predicts: Iterable[Event]) -> Iterator[Difference]:
        """Every column of a table that is predicted for with another formula than the training has for it; what is only
        computed of such a column is not told again."""
        told: set[ColumnDefinition] = set()
        for predict in predicts:
            table = _table(predict)
            if table is None or any(one.verb in ("fits", "searches") for one in _made(predict)):
                continue
            fit = self._trained(predict, table)
            if fit is None:
                continue
            renamed: dict[Leaf, dict[str, set[Leaf]]] = defaultdict(lambda: defaultdict(set))
            found: dict[ColumnDefinition, _Way] = {}
            ways = self._all_ways(table, predict)
            for name, definitions in table.columns.items():
                if len(definitions) == 1:
                    (served,) = definitions
                    if fit.entry in served.entries:
                        continue  # one piece of code makes the column for both
                    other = self._other(served, ways.get(name, []), name, renamed)
                    if other is not None:
                        found[served] = other
            for served, other in self._contradicted(table, ways, renamed).items():
                found.setdefault(served, other)
            causes = {served.name for served in found}
            for served, other in found.items():
                if not other.of & (causes - {served.name}) and served not in told:
                    told.add(served)
                    yield Difference(served.name, predict, fit, self._formulas.site(served), other.site)

    def _trained(self, predict: Event, table: Frame) -> Event | None:
        """The fit of another program to a table that has most columns which are computed here."""
        names = self._computed(table)
        best, most = None, 0
        for fit, known in self._fits:
            shared = len(names & known)
            if shared > most and fit.entry != predict.entry and self._together(fit.entry, predict.entry):
                best, most = fit, shared
        return best if most >= _SHARED and 2 * most >= len(names) else None

    def _other(
        self, served: ColumnDefinition, ways: list[_Way | None], name: str, renamed: dict[Leaf, dict[str, set[Leaf]]]
    ) -> _Way | None:
        """How the training computes a column otherwise, if it nowhere computes it in this way."""
        mine = self._whole(served)
        if mine is None or not mine.computes:
            return None
        differs: _Way | None = None
        for trained in ways:
            same = _compare(mine, trained.formula) if trained is not None else None
            if trained is None or same is None:
                return None
            if isinstance(same, dict):
                for leaf, other in same.items():
                    renamed[leaf][name].add(other)
                return None
            differs = differs or trained
        return differs

    def _computed(self, table: Frame) -> set[str]:
        """The columns of a table that are computed by a formula."""
        return {
            name
            for name, definitions in table.columns.items()
            for one in definitions
            if (formula := self._formulas.of(one)) is not None and formula.computes
        }

    def _all_ways(self, table: Frame, predict: Event) -> dict[str, list[_Way | None]]:
        """How each column is computed in files of other programs that compute most of them."""
        found = {
            name: self._ways(served, name, predict)
            for name in self._computed(table)
            for served in sorted(table.columns[name], key=lambda one: one.site.at)[:1]
        }
        files = Counter(file for ways in found.values() for file in {way.site.file for way in ways if way is not None})
        most = {file for file, count in files.items() if count >= _SHARED and 2 * count >= len(found)}
        return {name: [way for way in ways if way is None or way.site.file in most] for name, ways in found.items()}

    def _ways(self, served: ColumnDefinition, name: str, predict: Event) -> list[_Way | None]:
        """How other programs of the project compute a column of that name; None where that cannot be told."""
        known = [
            (self._whole(one), one.site, self._formulas.of(one))
            for one in self._named[name]
            if one is not served
            and one.site.file != served.site.file
            and predict.entry not in one.entries
            and one.entry != predict.entry
            and self._together(one.entry, predict.entry)
        ]
        if not known:
            here = {served.site.file, predict.entry, predict.site.file}
            known = [
                (formula, site, formula)
                for file in self._files
                if file not in here and self._together(file, predict.entry)
                for formula, site in self._formulas.stored(file, name)
            ]
        return [
            None if formula is None or raw is None else _Way(formula, site, frozenset(name for _, name in raw.leaves))
            for formula, site, raw in known
            if formula is None or formula.computes
        ]

    def _whole(self, definition: ColumnDefinition) -> Formula | None:
        """The formula over what came with the data: columns that were computed before are put in."""
        formula = self._formulas.of(definition)
        for _step in range(_DEEP):
            if formula is None:
                return None
            inner = {leaf: part for leaf in formula.leaves if (part := self._before(leaf, definition)) is not None}
            if not inner:
                return formula
            try:
                formula = formula.replaced(inner)
            except TooLong:
                return None
        return None

    def _before(self, leaf: Leaf, definition: ColumnDefinition) -> Formula | None:
        kind, name = leaf
        if kind != "column" or name == definition.name:
            return None
        known = [one for one in self._named[name] if one.site.file == definition.site.file and one.written is None]
        found = self._formulas.of(known[0]) if len(known) == 1 else None
        return found if found is not None and found.computes else None

    def _contradicted(
        self, table: Frame, ways: dict[str, list[_Way | None]], renamed: dict[Leaf, dict[str, set[Leaf]]]
    ) -> dict[ColumnDefinition, _Way]:
        """Columns whose formula would be the training's if one thing given were two: of these the one whose names agree
        the least."""
        found: dict[ColumnDefinition, _Way] = {}
        for leaf, meant in renamed.items():
            others = {other for leaves in meant.values() for other in leaves}
            if len(others) < 2:
                continue
            worst = min(sorted(others), key=lambda other: len(_words(other[1]) & _words(leaf[1])))
            for name, leaves in meant.items():
                if leaves == {worst} and not _words(worst[1]) & _words(leaf[1]):
                    (served,) = table.columns[name]
                    found[served] = next(way for way in ways[name] if way is not None)
        return found


def _table(event: Event) -> Frame | None:
    """The table that an event is given, or that what it is given was made of."""
    for one in (event, *sorted(event.features, key=lambda one: one.order)):
        table = one.data[0] if one.data and (one is event or one.verb in FORMS) else None
        if isinstance(table, Frame):
            return table
    return None


def _made(predict: Event) -> Iterable[Event]:
    taint: Iterable[Event] = getattr(predict.receiver, "taint", ())
    return [event for event in taint if event.entry == predict.entry]


def _names(fit: Event) -> frozenset[str]:
    """The columns that are known to be in the table that a model is fitted to."""
    table = _table(fit)
    if table is None:
        return frozenset()
    picked = (name for names in table.picked.values() for name in names)
    return frozenset(table.columns) | frozenset(picked)


def _compare(first: Formula, second: Formula) -> dict[Leaf, Leaf] | bool | None:
    """Which leaf is which, where two formulas are the same but for the names of their leaves; False where they differ;
    None where the names do not tell enough."""
    left = {letters(name): (kind, name) for kind, name in first.leaves}
    right = {letters(name): (kind, name) for kind, name in second.leaves}
    shared = left.keys() & right.keys()
    loose = [left[key] for key in sorted(left.keys() - shared)]
    other = [right[key] for key in sorted(right.keys() - shared)]
    if len(left) != len(first.leaves) or len(right) != len(second.leaves):
        return None
    if len(loose) != len(other):
        # Something more on one side, where all that the other side has is there by name.
        return False if shared and (not loose or not other) else None
    if len(loose) > _UNNAMED:
        return None
    for order in itertools.permutations(other):
        pairs = [*((left[key], right[key]) for key in sorted(shared)), *zip(loose, order, strict=True)]
        names = {leaf: str(number) for number, (leaf, _other) in enumerate(pairs)}
        others = {leaf: str(number) for number, (_leaf, leaf) in enumerate(pairs)}
        if first.renamed(names) == second.renamed(others):
            return dict(pairs)
    return False if shared else None


def _words(name: str) -> frozenset[str]:
    return frozenset(word for word in "".join(c if c.isalnum() else " " for c in name.lower()).split() if len(word) > 2)
