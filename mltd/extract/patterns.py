"""The patterns of ``case``: what they compare with and what they bind."""

from __future__ import annotations

from typing import Any

import libcst as cst

from mltd import facts
from mltd.extract.walk import Walk


def pattern(w: Walk, n: Any, a: Any, values: list[facts.Expr], captures: list[str]) -> None:
    """Add what a pattern compares with to ``values`` and the names that it binds to ``captures``."""
    kind = type(n)
    if kind is cst.MatchValue:
        values.append(w.of[type(n.value)](w, n.value, a.value))
    elif kind is cst.MatchSingleton:
        values.append(w.of[cst.Name](w, n.value, a))
    elif kind is cst.MatchStar:
        _capture(n.name, captures)
    elif kind is cst.MatchAs:
        if n.pattern is not None:
            pattern(w, n.pattern, a.pattern, values, captures)
        _capture(n.name, captures)
    elif kind is cst.MatchMapping:
        for element, key, b in zip(n.elements, a.keys, a.patterns, strict=False):
            values.append(w.of[type(element.key)](w, element.key, key))
            pattern(w, element.pattern, b, values, captures)
        _capture(n.rest, captures)
    elif kind is cst.MatchClass:
        values.append(w.of[type(n.cls)](w, n.cls, a.cls))
        for element, b in zip(n.patterns, a.patterns, strict=False):
            pattern(w, element.value, b, values, captures)
        for element, b in zip(n.kwds, a.kwd_patterns, strict=False):
            w.mention(element.key.value)
            pattern(w, element.pattern, b, values, captures)
    elif kind is cst.MatchOr:
        for element, b in zip(n.patterns, a.patterns, strict=False):
            pattern(w, element.pattern, b, values, captures)
    else:
        for element, b in zip(n.patterns, a.patterns, strict=False):
            node = element if type(element) is cst.MatchStar else element.value
            pattern(w, node, b, values, captures)


def _capture(name: cst.Name | None, captures: list[str]) -> None:
    if name is not None and name.value != "_":
        captures.append(name.value)
