"""Joined tables that both have a column: what each side's is called then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mltd.flow import values as v
from mltd.flow.convert import constant
from mltd.flow.frames import Frame

#: What a join adds to a name that both sides have, where nothing else is said: to the left one's, to the right one's.
#: https://pandas.pydata.org/docs/reference/api/pandas.DataFrame.merge.html
#: https://docs.pola.rs/api/python/stable/reference/dataframe/api/polars.DataFrame.join.html
_DEFAULTS = {("pandas", "merge"): ("_x", "_y"), ("dask", "merge"): ("_x", "_y"), ("polars", "join"): ("", "_right")}
_NOTHING = v.Constant(None)


def of_call(name: str, library: str, keywords: Mapping[str, v.Value]) -> tuple[str, str] | None:
    """The suffixes of a join's two sides; None where they are not known, or it has none."""
    given = keywords.get("suffixes")
    if isinstance(given, v.Sequence) and not given.open and len(given.items) == 2:
        pair = given.items[0], given.items[1]
    elif given is not None:
        return None
    elif "lsuffix" in keywords or "rsuffix" in keywords:
        pair = keywords.get("lsuffix", _NOTHING), keywords.get("rsuffix", _NOTHING)
    elif "suffix" in keywords:
        pair = _NOTHING, keywords["suffix"]
    else:
        return _DEFAULTS.get((library, name))
    left, right = (_added(one) for one in pair)
    return None if left is None or right is None else (left, right)


def _added(value: v.Value) -> str | None:
    if isinstance(value, v.Constant) and value.value is None:
        return ""
    known = constant(value)
    return known if isinstance(known, str) else None


def suffixed(left: Frame, right: Frame, keys: Iterable[str], suffixes: tuple[str, str]) -> tuple[Frame, Frame]:
    """Copies of two tables, with the names as they are after the join. A column that the other side may have too has
    both names."""
    sides = left.copy(), right.copy()
    for side, far, suffix in ((sides[0], right, suffixes[0]), (sides[1], left, suffixes[1])):
        before, side.columns = side.columns, {}
        for name, definitions in before.items():
            both = suffix and name not in keys and (name in far.columns or far.open or bool(far.origins))
            kept = not both or name not in far.columns
            for called in [name] * kept + [name + suffix] * bool(both):
                side.columns[called] = side.columns.get(called, frozenset()) | definitions
            if both and name in side.taints:
                side.taints[name + suffix] = side.taints[name]
    return sides
