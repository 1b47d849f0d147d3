"""A progress bar for long scans: on standard error only, only on a terminal, only after a second."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from mltd.cli.analysis import Progress as Callback

__all__ = ["progress"]

#: Seconds without a bar.
PATIENCE = 1.0


@contextmanager
def progress() -> Iterator[Callback | None]:
    """What to call with the files done and the files there are; None where nobody is looking."""
    if not sys.stderr.isatty():
        yield None
        return
    bar = _Bar()
    try:
        yield bar
    finally:
        bar.close()


class _Bar:
    """A bar that is drawn once it is worth it, and is gone at the end."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._shown: tuple[Progress, TaskID] | None = None

    def __call__(self, done: int, total: int) -> None:
        if self._shown is None and time.monotonic() - self._start > PATIENCE:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

            columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            drawn = Progress(*columns, console=Console(stderr=True), transient=True)
            drawn.start()
            self._shown = drawn, drawn.add_task("reading", total=total)
        if self._shown is not None:
            self._shown[0].update(self._shown[1], completed=done, total=total)

    def close(self) -> None:
        """Take the bar away."""
        if self._shown is not None:
            self._shown[0].stop()
