"""What git tells of a folder: the top of its checkout, and how often each file changed (what interest is made of)."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from pathlib import Path

__all__ = ["YEAR", "changes", "top"]

#: Seconds of the year before the last commit.
YEAR = 365 * 24 * 60 * 60

#: Nothing that the scanned repository configures may start a program or ask a server.
_QUIET = ("-c", "log.showSignature=false", "-c", "core.fsmonitor=false", "-c", "diff.external=")
_ENVIRONMENT = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


def top(root: Path) -> Path | None:
    """The top of the checkout that a folder is in, None outside of one."""
    root = root.resolve()
    return next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), None)


def changes(root: Path) -> dict[str, int]:
    """How many commits of the year before the last commit changed each file, by path from ``root``, sorted. The one
    that adds a file changes nothing.

    The year ends with the commit that is checked out, so the answer is the same whenever it is asked. Merges do not
    count; a renamed file starts anew. Empty outside git, before the first commit, where git is missing, and in a
    shallow clone, whose history would be told wrong.
    """
    head = _git(root, "log", "-1", "--format=%ct")
    if not head or _git(root, "rev-parse", "--is-shallow-repository") != b"false\n":
        return {}
    since = int(head) - YEAR
    log = _git(
        root,
        "log",
        f"--since={since}",
        "--no-merges",
        "--diff-filter=a",
        "--name-only",
        "--relative",
        "-z",
        "--format=format:%ct",
    )
    counts: Counter[str] = Counter()
    for commit in (log or b"").split(b"\0\0"):
        times, _, names = commit.partition(b"\n")
        if names and int(times.rpartition(b"\0")[2]) >= since:  # commits that touch nothing stand before
            counts.update({os.fsdecode(name) for name in names.split(b"\0") if name})
    return dict(sorted(counts.items()))


def _git(root: Path, *arguments: str) -> bytes | None:
    """What git prints, None where it fails."""
    try:
        done = subprocess.run(
            ["git", *_QUIET, *arguments],
            cwd=root,
            env={**os.environ, **_ENVIRONMENT},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
