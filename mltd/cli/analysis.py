"""One scanned root -> its project and what a report says about it beside the findings."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from mltd.config import Config
from mltd.engine import Analysed
from mltd.outcome import Seen, Skipped, Sources

__all__ = ["Analysis", "Progress", "analyse"]

#: Called with how many files are done, and of how many.
Progress = Callable[[int, int], None]


class Analysis(msgspec.Struct, frozen=True):
    """A project, and what was read to make it."""

    project: Analysed
    sources: Sources
    files: int
    lines: int
    statements: int
    seen: Seen
    skipped: tuple[Skipped, ...] = ()
    excluded: tuple[str, ...] = ()
    changes: Mapping[str, int] = {}


def analyse(root: Path, only: str | None, config: Config, jobs: int, progress: Progress | None) -> Analysis:
    """Find, read, interpret. ``only`` is the one file of ``root`` that is looked at, None for all of them."""
    from mltd.cli.sources import TreeSources
    from mltd.graph.project import Project
    from mltd.graph.seen import seen
    from mltd.knowledge import Knowledge, built_in
    from mltd.scan import scan
    from mltd.source.history import changes
    from mltd.source.owners import owners

    scanned = scan(root / only if only else root, config, jobs, progress)
    # What was read stays to the end: the collector need not look at it again, nor look so often.
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)
    owned, unread = owners(scanned.tree.root, scanned.facts)
    knowledge = Knowledge([*built_in(), *config.knowledge])
    project = Project(scanned.facts, scanned.tree.names, knowledge, owned, config.contracts)
    return Analysis(
        project,
        TreeSources(scanned.tree.read),
        files=len(scanned.facts),
        lines=sum(getattr(facts, "lines", 0) for facts in scanned.facts.values()),
        statements=sum(project.statements(path) for path in project.paths),
        seen=seen(project),
        skipped=tuple(Skipped(skip.path, skip.reason) for skip in (*scanned.skipped, *unread)),
        excluded=scanned.tree.excluded,
        changes=changes(root),
    )
