"""Groups of a table's rows (``frame.groupby(...)``, windows): what is computed of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from mltd.flow import values as v
from mltd.flow.combining import aggregated
from mltd.flow.convert import constant, names_in
from mltd.flow.frames import Column, Frame
from mltd.flow.machine import Machine
from mltd.flow.measures import WINDOWS, apply, is_measure, measured
from mltd.flow.order import ordered
from mltd.flow.rows import taken
from mltd.flow.tables import read_column

Args = list[v.Value]
Keywords = dict[str, v.Value]


#: The type that groups have their statistics of.
_GROUPS = "pandas.core.groupby.DataFrameGroupBy"


def _measured(group: v.Object, args: Args, keywords: Keywords) -> tuple[str, ...]:
    """The columns that a statistic of groups is taken of: those selected, the keys of ``agg``, or what its named
    results are of."""
    if "columns" in group.parts:
        return tuple(names_in(group.parts["columns"]) or ())
    given = args[0] if args else None
    if isinstance(given, v.Mapping) and not given.open:
        return tuple(key for key in given.entries if isinstance(key, str))
    pairs = [value.items[0] for value in keywords.values() if isinstance(value, v.Sequence) and value.items]
    return tuple(name for pair in pairs if isinstance(name := constant(pair), str))


def _inside(values: Iterable[v.Value]) -> Iterator[v.Value]:
    """Values, and what stands in lists, tuples and mappings of them: ``agg(most=("sold", lambda part: ...))``."""
    for value in values:
        yield value
        if isinstance(value, v.Sequence):
            yield from _inside(value.items)
        elif isinstance(value, v.Mapping):
            yield from _inside(value.entries.values())


def group_method(
    m: Machine, group: v.Object, name: str, args: Args, keywords: Keywords, scope: v.Scope, node: Any
) -> v.Value:
    """A method of ``frame.groupby(...)``, columns selected or not."""
    return ordered(m, name, group, _computed(m, group, name, args, keywords, scope, node), args, keywords, scope, node)


def _computed(
    m: Machine, group: v.Object, name: str, args: Args, keywords: Keywords, scope: v.Scope, node: Any
) -> v.Value:
    from mltd.flow.calls import call_value

    frame = group.parts.get("frame")
    taint = v.taint_of(group, *args)
    if not isinstance(frame, Frame):
        return v.Unknown(taint)
    site = m.site(scope, node)
    row = m.knowledge.call(f"{_GROUPS}.{name}")
    given = args[0] if args else keywords.get("func")
    keys = {name: frame.taint_of(name) for name in names_in(group.parts.get("keys", v.UNKNOWN)) or ()}
    told = isinstance(given, (v.Function, v.Bound))  # what it gives says whether it is a statistic
    if row is not None and row.does == "measures" and "keys" in group.parts and not told:
        taint |= measured(m, f"{group.type}.{name}", frame, scope, node, _measured(group, args, keywords), keys)
    if isinstance(given, v.Mapping) and not given.open:
        for key in given.entries:
            read_column(m, frame, str(key), scope, node)
    elif keywords and name in ("agg", "aggregate") and given is None:
        for value in keywords.values():
            pair = value.items[0] if isinstance(value, v.Sequence) and value.items else value
            wanted = constant(pair)
            if isinstance(wanted, str):
                read_column(m, frame, wanted, scope, node)
            else:
                frame.use_all(site, "aggregated")
    elif "columns" not in group.parts and name not in ("size", "ngroup", "groups", "get_group", "cumcount", "ngroups"):
        frame.use_all(site, f"{name} of groups")
    for value in _inside((*args, *keywords.values())):
        if isinstance(value, (v.Function, v.Bound)):
            part = taken(m, frame, ("item", node.at), scope, node)
            result = call_value(m, value, [part], {}, scope, node)
            if isinstance(result, Frame):
                return result
            if is_measure(result) and "keys" in group.parts:
                taint |= measured(m, f"{group.type}.{name}", frame, scope, node, _measured(group, args, keywords), keys)
    if name == "get_group" or (name in ("head", "tail", "sample", "nth", "filter") and "columns" not in group.parts):
        return taken(m, frame, ("rows", scope.file, node, node), scope, node)
    if name in (
        "transform",
        "cumcount",
        "ngroup",
        "rank",
        "shift",
        "diff",
        "cumsum",
        "cummax",
        "ffill",
        "bfill",
        "fillna",
        "rolling",
    ):
        chosen = group.parts.get("columns")
        if name == "transform":
            apply(m, "looked-up", [v.Unknown(taint)], scope, node)  # each row gets what its group has
        if chosen is None or isinstance(chosen, v.Texts):
            return Column(frame, None, taint, grouped="window" if name in WINDOWS else "")
    result = Frame(frame.type, {}, {}, True, m.arms, taint, True)
    result.schema = aggregated(group, name, args, keywords)
    result.levelled = result.schema is None or any(isinstance(one, tuple) for one in result.schema.names)
    return result
