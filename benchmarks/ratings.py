"""The debt ratios of many trees, and the bounds that put about a fifth of them under each letter.

    python benchmarks/ratings.py FOLDER... > ratings.tsv

Each folder is one project, scanned as a process of its own. Trees without ML code have no ratio and are left out.
Prints one line a tree (name, revision, ML statements, minutes, ratio), then the bounds.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def main(folders: list[str]) -> None:
    """Scan each folder and print the table and the bounds."""
    rows: list[tuple[float, str, str, int, int]] = []
    for folder in folders:
        done = subprocess.run(
            [sys.executable, "-m", "mltd", "scan", folder, "-f", "json"], capture_output=True, text=True, check=False
        )
        if done.returncode not in (0, 1):
            print(f"{folder}: exit {done.returncode}", file=sys.stderr)
            continue
        summary = json.loads(done.stdout)["summary"]
        if not any(summary["seen"][kind] for kind in ("models", "predictions")):
            continue
        revision = subprocess.run(
            ["git", "-C", folder, "rev-parse", "--short=9", "HEAD"], capture_output=True, text=True, check=False
        ).stdout.strip()
        rows.append((summary["debt_ratio"], Path(folder).name, revision, summary["lines"], summary["debt_minutes"]))
    rows.sort()
    print("ratio\ttree\trevision\tlines\tminutes")
    for ratio, name, revision, lines, minutes in rows:
        print(f"{ratio:.4f}\t{name}\t{revision}\t{lines}\t{minutes}")
    fifths = [rows[len(rows) * part // 5][0] for part in range(1, 5)] if rows else []
    print(f"# {len(rows)} trees; fifths: {', '.join(f'{bound:.4f}' for bound in fifths)}")


if __name__ == "__main__":
    main(sys.argv[1:])
