"""CPU time of a whole scan of a folder against that of parsing the same Python files with libcst alone.

``python benchmarks/scan_vs_parse.py FOLDER [RUNS]``. Each run is a process of its own, children included. The least of
several runs is the figure to quote: what else the machine does only ever adds to it.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

_PARSE = """
import gc, sys, time
from pathlib import Path
import libcst
texts = [path.read_bytes() for path in sorted(Path(sys.argv[1]).rglob("*.py"))]
gc.disable()
start = time.process_time()
for text in texts:
    libcst.parse_module(text)
print(time.process_time() - start, len(texts), sum(text.count(b"\\n") for text in texts))
"""


def _parse(folder: Path) -> tuple[float, int, int]:
    done = subprocess.run([sys.executable, "-c", _PARSE, str(folder)], capture_output=True, text=True, check=True)
    seconds, files, lines = done.stdout.split()
    return float(seconds), int(files), int(lines)


def measure(folder: Path) -> tuple[float, float]:
    """CPU seconds of the process and its children, and peak memory in MB."""
    with tempfile.TemporaryFile() as output:
        command = [sys.executable, "-m", "mltd", "scan", str(folder), "-f", "json", "--jobs", "1"]
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL)
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    per_megabyte = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / per_megabyte


def main() -> None:
    """Measure and print."""
    if len(sys.argv) not in (2, 3) or not Path(sys.argv[1]).is_dir():
        sys.exit(__doc__)
    folder, runs = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3
    parses, scans = [], []
    for _run in range(runs):
        parses.append(_parse(folder))
        scans.append(measure(folder))
    parse, scan = [one[0] for one in parses], [one[0] for one in scans]
    print(f"{parses[0][1]} files, {parses[0][2]} lines, {runs} runs, CPU seconds")
    print(f"{'':8}{'least':>8}{'median':>8}")
    print(f"{'parse':8}{min(parse):8.2f}{statistics.median(parse):8.2f}")
    print(f"{'scan':8}{min(scan):8.2f}{statistics.median(scan):8.2f}")
    print(f"{'ratio':8}{min(scan) / min(parse):8.2f}{statistics.median(scan) / statistics.median(parse):8.2f}")
    print(f"peak memory {max(one[1] for one in scans):.0f} MB")


if __name__ == "__main__":
    main()
