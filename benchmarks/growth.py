"""How the cost of a scan grows: CPU time and memory over synthetic modules that hand files on to each other.

``python benchmarks/growth.py [MODULES...]`` (10 100 1000 5000 unless said). Each tree is a chain: a module reads what
the one before it wrote, adds columns, joins, and writes; every tenth one trains a model and scores with it. The
exponent is that of the power law which fits the last steps best: 1 is linear.
"""

from __future__ import annotations

import math
import sys
import tempfile
from pathlib import Path

from scan_vs_parse import measure

_SIZES = (10, 100, 1_000, 5_000)
#: Modules of one package.
_PACKAGE = 50

_CONSTANTS = """
from pathlib import Path

DATA = Path("data")


def table(number):
    return DATA / f"step_{number}.csv"
"""
_STEP = """
import numpy as np
import pandas as pd

from steps.constants import table

KEYS = ["id", "day"]


def add_features(frame):
    frame["ratio_{n}"] = frame["amount"] / frame["visits"]
    frame["log_{n}"] = np.log1p(frame["amount"])
    for window in (7, 28):
        frame[f"mean_{{window}}_{n}"] = frame["amount"].rolling(window).mean()
    return frame


def main():
    frame = pd.read_csv(table({before}))
    other = pd.read_csv("data/static.csv")[KEYS + ["amount_{n}"]]
    frame = add_features(frame.merge(other, on=KEYS, how="left"))
    frame = frame.drop(columns=["ratio_{n}"]).fillna(0)
    frame.to_csv(table({n}), index=False)
{model}

if __name__ == "__main__":
    main()
"""
_MODEL = """
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.model_selection import train_test_split

    train, test = train_test_split(frame, random_state=0)
    columns = ["log_{n}", "mean_7_{n}"]
    model = RandomForestClassifier().fit(train[columns], train["left"])
    test["score"] = model.predict_proba(test[columns])[:, 1]
    test[["id", "score"]].to_csv("data/scores_{n}.csv", index=False)
"""


def _write(folder: Path, modules: int) -> None:
    package = folder / "steps"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "constants.py").write_text(_CONSTANTS)
    for number in range(1, modules + 1):
        inner = package / f"part_{number // _PACKAGE}"
        inner.mkdir(exist_ok=True)
        model = _MODEL.format(n=number) if number % 10 == 0 else ""
        (inner / f"step_{number}.py").write_text(_STEP.format(n=number, before=number - 1, model=model))


def _exponent(points: list[tuple[int, float]]) -> float:
    """The slope of the line through the logarithms, by least squares."""
    logs = [(math.log(modules), math.log(seconds)) for modules, seconds in points]
    middle = sum(x for x, _ in logs) / len(logs), sum(y for _, y in logs) / len(logs)
    return sum((x - middle[0]) * (y - middle[1]) for x, y in logs) / sum((x - middle[0]) ** 2 for x, _ in logs)


def main() -> None:
    """Measure and print."""
    if not all(word.isdigit() for word in sys.argv[1:]):
        sys.exit(__doc__)
    points = []
    print(f"{'modules':>8}{'CPU s':>9}{'ms each':>9}{'MB':>7}")
    for modules in [int(word) for word in sys.argv[1:]] or _SIZES:
        with tempfile.TemporaryDirectory() as name:
            _write(Path(name), modules)
            seconds, memory = measure(Path(name))
        points.append((modules, seconds))
        print(f"{modules:8}{seconds:9.2f}{1000 * seconds / modules:9.1f}{memory:7.0f}", flush=True)
    if len(points) > 2:
        print(f"exponent {_exponent(points[1:]):.2f} (without the first, where the start-up counts)")


if __name__ == "__main__":
    main()
