"""What is left of the schemas of several tables that one call joins or stacks, and of a table in groups.

https://pandas.pydata.org/docs/user_guide/merging.html, https://pandas.pydata.org/docs/user_guide/groupby.html
"""

from __future__ import annotations

import dataclasses

from mltd.flow import suffixes
from mltd.flow import values as v
from mltd.flow.arguments import argument
from mltd.flow.convert import constant, labels_in, names_in, surely
from mltd.flow.frames import Column, Frame
from mltd.flow.reshaping import Keywords
from mltd.flow.schema import Name, Schema
from mltd.knowledge import FrameRow

#: Statistics of groups that have the columns of the table, or those that were selected.
_STATISTICS = frozenset({
    "mean", "sum", "median", "min", "max", "std", "var", "sem", "prod", "first", "last", "nunique", "count", "quantile",
    "skew", "any", "all", "idxmax", "idxmin",
})  # fmt: skip
#: Methods of groups that give a row for each row of the table.
_ROWWISE = frozenset({
    "transform", "cumsum", "cumprod", "cummax", "cummin", "shift", "diff", "pct_change", "rank", "ffill", "bfill",
    "fillna",
})  # fmt: skip


def merged(
    name: str, left: Frame, right: v.Value | None, row: FrameRow, args: list[v.Value], keywords: Keywords
) -> Schema | None:
    """The schema of two tables joined by a method or function of that name."""
    other = right.schema if isinstance(right, Frame) else None
    if left.schema is None or other is None or not left.type.startswith(("pandas", "modin")):
        return None
    if {"*", "**"} & keywords.keys() or left.schema.single or other.single:
        return None
    on = argument(row.params, "on", args, keywords)
    keys = surely(on) if on is not None and name != "join" else []
    extra: list[Name] = []
    for parameter in row.columns:
        given = argument(row.params, parameter, args, keywords)
        if given is not None and not v.is_none(given):
            names = names_in(given) if isinstance(given, (v.Texts, v.Sequence)) else None
            extra += [] if names is not None else ["key_0", "key_1", "key_2"]
    endings = suffixes.of_call(name, "pandas", keywords)
    if endings is None and name in _ENDED and "suffixes" not in keywords:
        endings = ("", "") if name == "join" else ("_x", "_y")
    indicator = constant(keywords.get("indicator", v.Constant(False)))
    if indicator is None:
        return None
    extra += ["_merge"] if indicator is True else [indicator] if isinstance(indicator, str) else []
    result = left.schema.joined(other, keys, endings)
    if result is None:
        return None
    by_index = name == "join" or {"left_index", "right_index"} & keywords.keys() or len(args) > _BY_INDEX
    return result.indexed(None).added(extra) if by_index else result.added(extra)


#: Joins, and how many arguments in front of those that join by the index.
_ENDED = frozenset({"merge", "merge_asof", "merge_ordered", "join"})
_BY_INDEX = 5


def stacked(tables: list[v.Value], row: FrameRow, args: list[v.Value], keywords: Keywords) -> Schema | None:
    """The schema of tables under one another or side by side."""
    if keywords.keys() & {"keys", "names", "*", "**"} or not tables:
        return None
    beside = constant(argument(row.params, "axis", args, keywords) or v.Constant(0)) not in (0, "index", "rows")
    plain = constant(keywords.get("ignore_index", v.Constant(False))) is False
    result: Schema | None = None
    for number, table in enumerate(tables):
        schema = _of(table, beside)
        if schema is None or (beside and not plain):
            return None
        result = result.either(schema) if number and result is not None else schema
        if result is None:
            return None
    return result.loosely() if result is not None else None


def _of(table: v.Value, beside: bool) -> Schema | None:
    if isinstance(table, Frame):
        return table.schema if table.schema is None or beside or not table.schema.single else None
    if isinstance(table, Column) and table.name is not None and beside and table.frame.schema is not None:
        return table.frame.schema.only([table.name])
    return None


def dummied(data: v.Value, row: FrameRow, args: list[v.Value], keywords: Keywords) -> Schema | None:
    """``get_dummies``: columns named by what stands in the columns of a table; None where columns have levels, of which
    pandas makes texts."""
    before = data.schema if isinstance(data, Frame) else None
    if before is None or before.single or {"*", "**"} & keywords.keys():
        return None
    if any(isinstance(name, tuple) for name in before.names):
        return None
    given = argument(row.params, "columns", args, keywords)
    chosen = names_in(given) if given is not None and not v.is_none(given) else before.closed
    ends = argument(row.params, "prefix_sep", args, keywords)
    between = constant(ends) if ends is not None else "_"
    front = argument(row.params, "prefix", args, keywords)
    if front is not None and not v.is_none(front):
        fronts: list[str] | None = (
            [str(constant(one)) for one in front.entries.values() if isinstance(constant(one), str)]
            if isinstance(front, v.Mapping)
            else names_in(front)
        )
        if isinstance(front, v.Mapping) and (front.open or len(fronts or ()) != len(front.entries)):
            fronts = None
    else:
        fronts = [name for name in chosen if isinstance(name, str)] if chosen is not None else None
    if chosen is None or fronts is None or not isinstance(between, str):
        return None
    left = before.without(chosen) if given is not None and not v.is_none(given) and surely(given) == chosen else before
    families = left.families | {f"{name}{between}" for name in fronts}
    return Schema(left.names, left.reads, left.endings, families, left.index)


# ------------------------------------------------------------------ groups


def aggregated(group: v.Object, name: str, args: list[v.Value], keywords: Keywords) -> Schema | None:
    """The schema of ``frame.groupby(...).name(...)``."""
    frame = group.parts.get("frame")
    before = frame.schema if isinstance(frame, Frame) else None
    keys, chosen = group.parts.get("keys"), group.parts.get("columns")
    if {"*", "**"} & keywords.keys() or not group.type.startswith(("pandas", "modin")):
        return None
    index = labels_in(keys) if isinstance(keys, (v.Texts, v.Sequence)) else None
    selected = labels_in(chosen) if isinstance(chosen, (v.Texts, v.Sequence)) else None
    series = isinstance(chosen, v.Texts)
    of: Schema | None = Schema(tuple(selected)) if selected is not None else before if chosen is None else None
    if name in _ROWWISE and before is not None and of is not None and not series:
        return Schema(of.names, of.reads, of.endings, of.families, before.index)
    plain = group.parts.get("as_index", v.Constant(True))
    beside = constant(plain) is not True
    result: Schema | None = None
    if name == "size" and not args and not keywords:
        result = Schema(("size",) if beside else (), single=not beside)
    elif name in _STATISTICS and of is not None and not of.single:
        result = Schema(of.names, of.reads, of.endings, of.families, single=series and not beside)
    elif name in ("agg", "aggregate"):
        names = _aggregates(of, series, args, keywords)
        result = Schema(names, exact=not _one(args)) if names is not None else _each(of, args)
        if result is not None and series and not beside and _one(args):
            result = dataclasses.replace(result, single=True)
    if result is None:
        return None
    if not beside:
        return result.indexed(index)
    after = result.added(index) if index is not None else None
    return after.loosely() if after is not None else None


def _one(args: list[v.Value]) -> bool:
    return len(args) == 1 and isinstance(args[0], v.Texts)


def _each(of: Schema | None, args: list[v.Value]) -> Schema | None:
    """One statistic of each column."""
    return of if _one(args) else None


def _aggregates(of: Schema | None, series: bool, args: list[v.Value], keywords: Keywords) -> tuple[Name, ...] | None:
    """The columns of ``agg``, by what it is given; None where that cannot be told."""
    if not args and keywords and not keywords.keys() & {"func", "engine", "engine_kwargs"}:
        return tuple(keywords)
    given = args[0] if len(args) == 1 and not keywords else None
    closed = of.closed if of is not None else None
    if isinstance(given, v.Texts):
        return closed
    if isinstance(given, v.Sequence) and not series:
        given = v.Mapping({name: given for name in closed if isinstance(name, str)}) if closed is not None else None
    elif isinstance(given, v.Sequence):
        return tuple(surely(given)) if len(surely(given)) == len(given.items) and not given.open else None
    if not isinstance(given, v.Mapping) or given.open:
        return None
    levels = [isinstance(value, v.Sequence) for value in given.entries.values()]
    if not any(levels):
        return tuple(key for key in given.entries if isinstance(key, str))
    made: list[Name] = []
    for key, value in given.entries.items():
        how = [constant(value)] if isinstance(value, v.Texts) else surely(value)
        listed = len(value.items) if isinstance(value, v.Sequence) and not value.open else 1
        if not isinstance(key, str) or len(how) != listed or not all(isinstance(one, str) for one in how):
            return None
        made += [(key, str(one)) for one in how]
    return tuple(made)
