"""Redundant features: two columns that say the same, both given to one model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mltd.flow.events import Event
from mltd.flow.formulas import Formula, Leaf
from mltd.flow.frames import ColumnDefinition, Frame
from mltd.graph.formulas import Formulas

#: Models that cut each column by itself: a column in another unit, or turned round, is the same to them.
#: https://scikit-learn.org/stable/modules/tree.html, https://scikit-learn.org/stable/modules/ensemble.html; those that
#: may be made of other models (bagging, voting, AdaBoost) are left out.
_TREES = ("sklearn.tree.", "xgboost.", "lightgbm.", "catboost.")
_FORESTS = frozenset(
    {
        f"sklearn.ensemble.{name}{kind}"
        for name in ("RandomForest", "ExtraTrees", "GradientBoosting", "HistGradientBoosting")
        for kind in ("Classifier", "Regressor")
    }
)


@dataclass(frozen=True, slots=True)
class Twin:
    """``second`` says what another column of the table says that ``fit`` learns from: that of ``first``, or ``raw``,
    which came with the data. ``how`` is ``equal``, ``copy`` or ``rescaled``."""

    second: ColumnDefinition
    first: ColumnDefinition | None
    raw: str
    how: str
    fit: Event


def twins(fits: Iterable[Event], formulas: Formulas) -> Iterator[Twin]:
    """Every column that repeats another one of a table that a model learns from; each once."""
    told: set[ColumnDefinition] = set()
    for fit in fits:
        for held in _given(fit):
            for twin in _of(held, fit, formulas):
                if twin.second not in told and twin.first not in told:
                    told.add(twin.second)
                    yield twin


def _of(holding: Event, fit: Event, formulas: Formulas) -> Iterator[Twin]:
    table = holding.data[0]
    single = {name: next(iter(known)) for name, known in holding.held.items() if len(known) == 1 and not table.blurred}
    first: dict[object, ColumnDefinition] = {}
    for definition in sorted(single.values(), key=lambda one: (one.site.file, one.site.at, one.name)):
        formula = formulas.of(definition) if definition.written is None else None
        if formula is None or not formula.leaves or any(kind != "column" for kind, _name in formula.leaves):
            continue
        scaled = _scaled(formula)
        if scaled is not None:
            leaf, factor = scaled
            if (factor == 1 or _cuts(fit)) and _stands(leaf[1], holding, definition):
                yield Twin(definition, single.get(leaf[1]), leaf[1], "copy" if factor == 1 else "rescaled", fit)
            continue
        key = definition.site.file, definition.site.symbol, formula
        other = first.setdefault(key, definition)
        names = frozenset(name for _kind, name in formula.leaves)
        one_table = not other.tables.keys().isdisjoint(definition.tables)
        if other is not definition and one_table and not formulas.assigned_between(other, definition, names):
            yield Twin(definition, other, "", "equal", fit)


def _scaled(formula: Formula) -> tuple[Leaf, float] | None:
    """The one leaf that a formula multiplies, and by what."""
    if len(formula.terms) != 1:
        return None
    product, factor = formula.terms[0]
    if len(product) != 1 or product[0][1] != 1 or product[0][0][0] != "column":
        return None
    return ("column", str(product[0][0][1])), factor


def _stands(name: str, holding: Event, definition: ColumnDefinition) -> bool:
    """Whether a column that was copied is in the table as it was when it was copied."""
    if name == definition.name:
        return False
    known, table = holding.held.get(name), holding.data[0]
    if known is None:
        raw = any(name in names for names in table.picked.values())
        return raw or any(name not in gone and name in origin.names for origin, gone in table.origins.items())
    (before,) = known if len(known) == 1 else (None,)
    if before is None or (before.site.file, before.site.symbol) != (definition.site.file, definition.site.symbol):
        return False
    return before.site.at < definition.site.at


def _cuts(fit: Event) -> bool:
    kind = getattr(fit.receiver, "type", "") or fit.callee
    return kind.startswith(_TREES) or kind in _FORESTS


def _given(fit: Event) -> list[Event]:
    """Where a fit gets its table from: itself, or what made an array or a matrix of one."""
    made = sorted((one for one in fit.features if one.verb == "converts"), key=lambda event: event.order)
    return [one for one in (fit, *made) if one.held and isinstance(one.data[0], Frame)]
