"""What calls of pandas leave of a table's schema: https://pandas.pydata.org/docs/reference/frame.html.

Each case says which columns the result can have at most; what is not listed here is not known.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from mltd.flow import values as v
from mltd.flow.arguments import argument
from mltd.flow.convert import constant, labels_in, names_in, surely
from mltd.flow.schema import Schema
from mltd.knowledge import FrameRow

Keywords = Mapping[str, v.Value]

#: Methods after which there are no columns but those before, in any library of tables.
_SAME = frozenset({
    "copy", "sort_values", "sort_index", "sort", "fillna", "drop_duplicates", "head", "tail", "sample",
    "query", "astype", "ffill", "bfill", "pad", "backfill", "interpolate", "nlargest", "nsmallest", "infer_objects",
    "convert_dtypes", "replace", "clip", "update", "where", "mask", "explode", "truncate", "first", "last", "at_time",
    "between_time", "asfreq", "rank", "cumsum", "cumprod", "cummax", "cummin", "diff", "pct_change", "round", "abs",
    "applymap", "map", "isna", "isnull", "notna", "notnull", "isin", "get_group",
    "tz_localize", "tz_convert", "drop_nulls", "fill_null",
})  # fmt: skip
#: Methods after which there may be fewer.
_FEWER = frozenset({"select_dtypes", "take", "filter", "unique", "limit", "slice"})


def reshaped(
    before: Schema | None, type_: str, name: str, row: FrameRow | None, args: list[v.Value], keywords: Keywords
) -> Schema | None:
    """The schema of ``frame.name(...)``, or of the frame itself where it is changed in place."""
    if before is None or row is None or "*" in keywords or "**" in keywords:
        return None
    if name in _SAME or (name == "dropna" and argument(row.params, "axis", args, keywords) is None):
        return before
    if name in _FEWER or name == "dropna":
        return before.loosely()
    if name == "drop":
        return _dropped(before, type_, row, args, keywords)
    if name != "reset_index" and any(isinstance(one, tuple) for one in before.names):
        return None
    found = _METHODS.get(name) if type_.startswith(("pandas", "modin")) else None
    return found(before, row, args, keywords) if found is not None else None


# ------------------------------------------------------------------ methods of tables


def _dropped(before: Schema, type_: str, row: FrameRow, args: list[v.Value], keywords: Keywords) -> Schema:
    given = keywords.get("columns")
    axis = constant(argument(row.params, "axis", args, keywords) or v.Constant(0))
    if given is None and axis in (1, "columns"):
        given = argument(row.params, "labels", args, keywords)
    if given is None and type_.startswith(("polars", "pyspark")):
        given = v.Sequence(list(args), "list")
    return _without(before, given) if given is not None else before


def _without(before: Schema, given: v.Value) -> Schema:
    """Without the columns that are named, as far as it is sure which they are. Names with levels are not followed."""
    if any(isinstance(one, tuple) for one in before.names):
        return before.loosely()
    sure = surely(given)
    after = before.without(sure)
    return after if sure == names_in(given) else after.loosely()


def _reset(before: Schema, row: FrameRow, args: list[v.Value], keywords: Keywords) -> Schema | None:
    if "names" in keywords or "allow_duplicates" in keywords:
        return None
    called = constant(keywords["name"]) if "name" in keywords else None
    if "name" in keywords and not isinstance(called, str):
        return None
    called = called if isinstance(called, str) else None
    dropped = constant(argument(row.params, "drop", args, keywords) or v.Constant(False))
    whole = argument(row.params, "level", args, keywords) is None
    after = before.reset(dropped is True and whole, called)
    if after is None or (dropped is not False and dropped is not True):
        return after
    return after if whole else after.indexed(None)


def _indexed(before: Schema, row: FrameRow, args: list[v.Value], keywords: Keywords) -> Schema:
    given = argument(row.params, "keys", args, keywords)
    names = labels_in(given) if isinstance(given, (v.Texts, v.Sequence)) else None
    kept = constant(argument(row.params, "append", args, keywords) or v.Constant(False))
    after = before.indexed(names, kept is not False)
    moved = constant(argument(row.params, "drop", args, keywords) or v.Constant(True)) is True
    return _without(after, given) if moved and given is not None else after.loosely()


def _renamed(before: Schema, row: FrameRow, args: list[v.Value], keywords: Keywords) -> Schema | None:
    if before.single:
        called = constant(args[0] if args else keywords.get("index", v.UNKNOWN))
        return Schema((called,), index=before.index, single=True) if isinstance(called, str) else None
    given = keywords.get("columns")
    if given is None and constant(argument(row.params, "axis", args, keywords) or v.Constant(0)) in (1, "columns"):
        given = argument(row.params, "mapper", args, keywords)
    elif given is None:
        return before
    if not isinstance(given, v.Mapping) or given.open:
        return None
    names: dict[str, str] = {}
    for old, value in given.entries.items():
        new = constant(value)
        if not isinstance(new, str):
            return None
        if isinstance(old, str):
            names[old] = new
    return before.renamed(names)


def _assigned(before: Schema, _row: FrameRow, args: list[v.Value], keywords: Keywords) -> Schema | None:
    return before.added(keywords) if not args else None


def _inserted(before: Schema, row: FrameRow, args: list[v.Value], keywords: Keywords) -> Schema | None:
    names = names_in(argument(row.params, "column", args, keywords) or v.UNKNOWN)
    after = before.added(names) if names is not None else None
    return after.loosely() if after is not None else None


def _popped(before: Schema, row: FrameRow, args: list[v.Value], keywords: Keywords) -> Schema:
    return _without(before, argument(row.params, "item", args, keywords) or v.UNKNOWN)


def _reindexed(before: Schema, _row: FrameRow, args: list[v.Value], keywords: Keywords) -> Schema | None:
    if args or keywords.keys() & {"labels", "axis"}:
        return None
    if "columns" not in keywords:
        return before.indexed(None)
    names = names_in(keywords["columns"])
    after = before.only(names) if names is not None else None
    if after is None or surely(keywords["columns"]) == names:
        return after.indexed(None) if after is not None else None
    return after.indexed(None).loosely()


def _framed(before: Schema, _row: FrameRow, args: list[v.Value], keywords: Keywords) -> Schema | None:
    """``to_frame`` of a series."""
    called = constant(args[0] if args else keywords["name"]) if args or "name" in keywords else None
    if called is None and (args or keywords):
        return None
    names = (called,) if isinstance(called, str) else before.names
    return Schema(names, before.reads, before.endings, before.families, before.index)


def _named_axis(before: Schema, _row: FrameRow, args: list[v.Value], keywords: Keywords) -> Schema:
    name = constant(args[0]) if args and not keywords else None
    return before.indexed([name] if isinstance(name, str) else None)


def _prefixed(before: Schema, _row: FrameRow, args: list[v.Value], keywords: Keywords) -> Schema | None:
    return _extended(before, constant(args[0] if args else keywords.get("prefix", v.UNKNOWN)), "")


def _suffixed(before: Schema, _row: FrameRow, args: list[v.Value], keywords: Keywords) -> Schema | None:
    return _extended(before, "", constant(args[0] if args else keywords.get("suffix", v.UNKNOWN)))


def _extended(before: Schema, front: v.Key, back: v.Key) -> Schema | None:
    """Every name with something in front or behind."""
    names = before.closed
    if names is None or not isinstance(front, str) or not isinstance(back, str):
        return None
    if not all(isinstance(name, str) for name in names):
        return None
    return before.only([f"{front}{name}{back}" for name in names])


def _melted(_before: Schema, row: FrameRow, args: list[v.Value], keywords: Keywords) -> Schema | None:
    kept = argument(row.params, "id_vars", args, keywords)
    names = names_in(kept) if kept is not None and not v.is_none(kept) else []
    called = [
        default if given is None or v.is_none(given) else constant(given)
        for parameter, default in (("var_name", "variable"), ("value_name", "value"))
        for given in (argument(row.params, parameter, args, keywords),)
    ]
    if names is None or not all(isinstance(name, str) for name in called):
        return None
    return Schema(tuple(dict.fromkeys((*names, *map(str, called)))))


def _evaluated(before: Schema, _row: FrameRow, args: list[v.Value], keywords: Keywords) -> Schema | None:
    """``eval``: the columns that its assignments name."""
    text = constant(args[0] if args else keywords.get("expr", v.UNKNOWN))
    if not isinstance(text, str):
        return None
    try:
        lines = ast.parse("\n".join(line.strip() for line in text.splitlines()).replace("@", "").replace("`", "")).body
    except (SyntaxError, ValueError, RecursionError):
        return None
    targets = [target for line in lines if isinstance(line, ast.Assign) for target in line.targets]
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    return before.added(names) if len(names) == len(targets) else None


_METHODS = {
    "reset_index": _reset, "set_index": _indexed, "rename": _renamed, "assign": _assigned, "insert": _inserted,
    "pop": _popped, "reindex": _reindexed, "to_frame": _framed, "rename_axis": _named_axis,
    "add_prefix": _prefixed, "add_suffix": _suffixed, "melt": _melted, "eval": _evaluated,
}  # fmt: skip
