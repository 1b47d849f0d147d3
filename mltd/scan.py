"""Find the files of a tree, extract the facts of each in parallel, assemble them."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Protocol

import msgspec

from mltd import facts
from mltd.source import Skip, SourceFile, Tree, Unreadable, find
from mltd.source.tree import read_file

__all__ = ["Scanned", "scan"]

Progress = Callable[[int, int], None]


class Selection(Protocol):
    """What a scan asks of the configuration: patterns of what to read besides, and of what not to read."""

    @property
    def include(self) -> Sequence[str]: ...

    @property
    def exclude(self) -> Sequence[str]: ...


class Scanned(msgspec.Struct, frozen=True):
    """A tree and the facts of each of its files that could be read, sorted by path; ``skipped`` tells of all others,
    discovery's and extraction's, sorted."""

    tree: Tree
    facts: dict[str, facts.FileFacts]
    skipped: tuple[Skip, ...]


class Extracted(msgspec.Struct, frozen=True):
    """What one file gave: its encoded facts, nothing where it is unreadable, and what had to be skipped of it."""

    path: str
    facts: bytes | None
    skipped: list[Skip] = msgspec.field(default_factory=list)


def scan(root: Path, config: Selection, jobs: int = 1, progress: Progress | None = None) -> Scanned:
    """The facts of all files below ``root``, the same whatever the number of ``jobs``.

    ``progress`` hears how many files are done, and of how many. Raises ``FileNotFoundError`` where there is no root.
    """
    tree = find(root, config.include, config.exclude)
    extracted = sorted(_extract_all(tree, jobs, progress or _unheard), key=lambda one: one.path)
    return _assemble(tree, extracted)


def _unheard(done: int, total: int) -> None:
    """Nobody wants to know."""


def _assemble(tree: Tree, extracted: Iterable[Extracted]) -> Scanned:
    skipped = set(tree.skipped)
    by_path: dict[str, facts.FileFacts] = {}
    with _Uncollected():
        for one in extracted:
            skipped.update(one.skipped)
            if one.facts is not None:
                by_path[one.path] = facts.decode(one.facts)
    return Scanned(tree, by_path, tuple(sorted(skipped)))


# ------------------------------------------------------------------ one file


def _extract(root: Path, file: SourceFile) -> Extracted:
    """Read one file and extract its facts. Never raises, whatever the file holds."""
    from mltd.extract import extract
    from mltd.source.notebook import read as read_notebook

    try:
        data = read_file(root, file.path)
        found = facts.encode(extract(file.kind, file.path.rpartition("/")[2], data))
        broken = read_notebook(data).broken if file.kind == "notebook" else []
    except Unreadable as error:
        return Extracted(file.path, None, [Skip(file.path, error.reason)])
    except PermissionError:
        return Extracted(file.path, None, [Skip(file.path, "permission denied")])
    except OSError as error:
        return Extracted(file.path, None, [Skip(file.path, error.strerror or type(error).__name__)])
    except RecursionError:
        return Extracted(file.path, None, [Skip(file.path, "nested too deeply")])
    except MemoryError:
        return Extracted(file.path, None, [Skip(file.path, "too large for the memory")])
    except Exception as error:  # noqa: BLE001  # a defect of ours costs this one file, and is told
        return Extracted(file.path, None, [Skip(file.path, f"mltd failed on it: {type(error).__name__}: {error}")])
    return Extracted(file.path, found, [Skip(f"{file.path}:cell {number}", reason) for number, reason in broken])


def _extract_chunk(root: Path, files: Sequence[SourceFile]) -> list[Extracted]:
    with _Uncollected():
        return [_extract(root, file) for file in files]


class _Uncollected:
    """Holds the cyclic garbage collector off: syntax trees are many objects and no garbage, so it only costs."""

    def __enter__(self) -> None:
        self._was_on = gc.isenabled()
        gc.disable()

    def __exit__(self, *_: object) -> None:
        if self._was_on:
            gc.enable()


# ------------------------------------------------------------------ all files

#: Kinds that are read by those who want them, and have no facts.
_NO_FACTS = {"codeowners"}

#: A chunk is closed when it holds so many bytes, or so many files.
_CHUNK_BYTES = 1 << 17
_CHUNK_FILES = 32


def _extract_all(tree: Tree, jobs: int, progress: Progress) -> Iterator[Extracted]:
    """The files' extracts in any order, in this process for one job, else in a pool of worker processes."""
    files = [file for file in tree.files if file.kind not in _NO_FACTS]
    total = len(files)
    chunks = _chunks(files)
    done = 0
    progress(done, total)
    results: Iterable[list[Extracted]]
    if jobs <= 1 or total <= 1:
        results = (_extract_chunk(tree.root, [file]) for chunk in chunks for file in chunk)
    else:
        results = _in_workers(tree.root, chunks, jobs)
    for result in results:
        done += len(result)
        progress(done, total)
        yield from result


def _chunks(files: Sequence[SourceFile]) -> Iterator[list[SourceFile]]:
    """The largest files first, small ones together."""
    chunk: list[SourceFile] = []
    size = 0
    for file in sorted(files, key=lambda file: (-file.size, file.path)):
        chunk.append(file)
        size += file.size
        if size >= _CHUNK_BYTES or len(chunk) >= _CHUNK_FILES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _in_workers(root: Path, chunks: Iterable[list[SourceFile]], jobs: int) -> Iterator[list[Extracted]]:
    """Results of all chunks. The files that were under way when a worker died are done again one by one."""
    waiting = deque(chunks)
    while waiting:
        under_way: dict[Future[list[Extracted]], list[SourceFile]] = {}
        with _pool(jobs) as pool:
            try:
                while waiting or under_way:
                    while waiting and len(under_way) < 2 * jobs:
                        future = pool.submit(_extract_chunk, root, waiting[0])
                        under_way[future] = waiting.popleft()
                    for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                        result = future.result()
                        del under_way[future]
                        yield result
            except BrokenProcessPool:
                pass
            finally:
                pool.shutdown(cancel_futures=True)
        yield from _one_by_one(root, [file for chunk in under_way.values() for file in chunk])


def _one_by_one(root: Path, files: Sequence[SourceFile]) -> Iterator[list[Extracted]]:
    """Each file in a worker of its own as soon as one has died: the file that kills again is skipped."""
    waiting = list(files)
    while waiting:
        with _pool(1) as pool:
            try:
                while waiting:
                    result = pool.submit(_extract_chunk, root, waiting[:1]).result()
                    del waiting[0]
                    yield result
            except BrokenProcessPool:
                killer = waiting.pop(0)
                yield [Extracted(killer.path, None, [Skip(killer.path, "the parser died on it")])]


def _pool(jobs: int) -> ProcessPoolExecutor:
    """Worker processes: forked where that is safe (quick, and what is imported is shared), else started afresh."""
    if sys.platform == "linux" and threading.active_count() == 1:
        method = "fork"
    else:
        method = "spawn" if sys.platform == "win32" else "forkserver"
    return ProcessPoolExecutor(jobs, multiprocessing.get_context(method), _start_worker)


def _start_worker() -> None:
    """The parser is imported once and left alone by the collector; an interrupt is the parent's to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(ImportError):  # told by the first file that needs it
        import mltd.extract.python  # noqa: F401
    gc.freeze()
