"""Columns that a call names: keys, subsets, expressions."""

from __future__ import annotations

from typing import Any

from mltd.flow import values as v
from mltd.flow.arguments import argument
from mltd.flow.convert import names_in
from mltd.flow.frames import Column, Frame
from mltd.flow.machine import Machine
from mltd.flow.tables import query_names, read_column
from mltd.knowledge import FrameRow

Args = list[v.Value]
Keywords = dict[str, v.Value]


def use_columns(
    m: Machine, frame: Frame, row: FrameRow, args: Args, keywords: Keywords, scope: v.Scope, node: Any
) -> list[str] | None:
    """Mark the columns named by a call as used; the names, or None where they are not known."""
    found: list[str] = []
    for wanted in row.columns:
        value = argument(row.params, wanted, args, keywords)
        if value is None or (isinstance(value, v.Constant) and value.value is None):
            continue
        names = query_names(value) if wanted == "expr" else names_in(value, may=True)
        if names is None:
            if isinstance(value, Column):
                continue
            frame.use_all(m.site(scope, node), f"{row.names[0]} by columns that are not known")
            return None
        for name in names:
            read_column(m, frame, name, scope, node, "named")
        found += names
    return found
