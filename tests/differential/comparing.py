"""A program's run held against what the analysis claims."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.differential import claims, data, running


@dataclass
class Comparison:
    """``tables`` were given to calls that both saw; of ``closed`` ones the analysis claims which columns they have at
    most, of ``whole`` ones precisely; ``contradicted`` says where a run has others."""

    tables: int = 0
    closed: int = 0
    whole: int = 0
    contradicted: list[str] = field(default_factory=list)
    failed: BaseException | None = None


def compare_code(code: str, folder: Path) -> Comparison:
    """Run a script in a folder that holds the data, and analyse it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        seen, failed = running.run_code(code, folder)
    result = compare(seen, claims.claims({"script.py": code, **data.files()}), data.headers())
    result.failed = failed
    return result


def compare(seen: Iterable[running.Seen], claimed: Iterable[claims.Claim], headers: claims.Headers) -> Comparison:
    """A table that the analysis saw in several ways at one call may be as any of them says."""
    places: dict[tuple[str, int, int], list[claims.Claim]] = {}
    for claim in claimed:
        places.setdefault((claim.file, claim.line, claim.column), []).append(claim)
    result = Comparison()
    for call in seen:
        fitting = [
            claim
            for claim in places.get((call.file, call.line, call.column), ())
            if _same(claim.callee, call.callee) and len(claim.tables) == len(call.tables)
        ]
        for number, columns in enumerate(call.tables if fitting else ()):
            result.tables += 1
            known = [schema for claim in fitting if (schema := claim.tables[number]) is not None]
            if len(known) < len(fitting):
                continue
            result.closed += all(claims.is_closed(schema, headers) for schema in known)
            result.whole += any(claims.is_whole(schema, columns, headers) for schema in known)
            if all(claims.contradicted(schema, columns, headers) for schema in known):
                said = "; ".join(f"{schema.names}{' and what was read' * bool(schema.reads)}" for schema in known)
                result.contradicted.append(f"{call.file}:{call.line}: {call.callee} of {columns}, claimed: {said}")
    return result


def _same(claimed: str, called: str) -> bool:
    """Whether the name that the analysis knows a call by is that of the function which ran; of a wrapped function it is
    not told."""
    return claimed.rpartition(".")[2] == called or called in ("wrapper", "inner", "new_func")
