"""A report as a real scan of a small project gives it, with the sources that it cites."""

from __future__ import annotations

import json
from collections.abc import Mapping

import msgspec
import pytest

from mltd.model import Category, Confidence, Effort, Evidence, Finding, Place, Severity, Value
from mltd.outcome import Report, ReportedFinding, RuleError, RuleInfo, Seen, Skipped, Sources, State, Summary
from mltd.score import debt

RULES = (
    RuleInfo(
        "dead-feature",
        Category.DATA_DEPENDENCIES,
        Value.DELETION,
        Severity.WARNING,
        Effort(20, 5),
        "Sculley et al. 2015, section 3",
        "0.1",
        "A feature is computed and nothing uses it.",
        "# dead-feature\n\n## What it is\n\nA feature is computed and nothing uses it.\n",
    ),
    RuleInfo(
        "glue-code",
        Category.ANTI_PATTERNS,
        Value.SIMPLICITY,
        Severity.WARNING,
        Effort(60, 30),
        "Sculley et al. 2015, section 5",
        "0.1",
        "Code that only carries data into and out of a general-purpose package stands in many places.",
        "# glue-code\n\nStands in many places.\n",
    ),
    RuleInfo(
        "pipeline-jungle",
        Category.ANTI_PATTERNS,
        Value.SIMPLICITY,
        Severity.WARNING,
        Effort(120, 30),
        "Sculley et al. 2015, section 5",
        "0.1",
        "Data preparation has grown into a tangle of scripts and files.",
        "# pipeline-jungle\n\nA tangle.\n",
    ),
    RuleInfo(
        "undeclared-consumer",
        Category.BOUNDARIES,
        Value.STABILITY,
        Severity.ERROR,
        Effort(60, 15),
        "Sculley et al. 2015, section 2",
        "0.1",
        "A component reads what another one writes without anything that declares the link.",
        "# undeclared-consumer\n\nWithout a declaration.\n",
    ),
)
BY_NAME = {rule.name: rule for rule in RULES}

FILES: dict[str, list[str]] = {
    "jobs/score.py": ['predictions.to_csv("data/out/predictions.csv", index=False)'],
    "notebooks/explore churn.ipynb": ['panel = pd.read_parquet(f"{OUT}/panel.parquet")'],
    "reports/weekly_retention.py": [
        'scores = pd.read_csv(ROOT / "data" / "out" / "predictions.csv", dtype={"id": str}, parse_dates=["scored_on"])'
    ],
    "src/churn/features.py": [
        '\tdf["age_bucket"] = pd.cut(df["age"], bins=[0, 18, 30, 45, 60, 100])',
        '    df["渠道_count"] = df.groupby("渠道")["id"].transform("count")',
        "    matrix = xgb.DMatrix(",
        "        frame[COLUMNS].to_numpy(),",
        "    )",
    ],
}


class Held:
    """Sources held in memory: the given lines at lines 10, 20, ... of their files."""

    def __init__(self, files: Mapping[str, list[str]]) -> None:
        self.lines = {(path, 10 * index): line for path, lines in files.items() for index, line in enumerate(lines, 1)}

    def data(self, path: str) -> bytes | None:
        mine = {number: line for (name, number), line in self.lines.items() if name == path}
        if not mine:
            return None
        text = "".join(mine.get(number, "") + "\n" for number in range(1, max(mine) + 1))
        if path.endswith(".ipynb"):
            cell = {"cell_type": "code", "source": text.splitlines(True), "metadata": {}, "outputs": []}
            text = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
        return text.encode()

    def line(self, place: Place) -> str:
        return self.lines.get((place.path, place.line), "")


def found(
    name: str, place: Place, message: str, subject: str, *evidence: Evidence, state: State = State.OPEN, **more: object
) -> ReportedFinding:
    """A finding of one of the four rules, as the engine reports it."""
    rule = BY_NAME[name]
    finding = Finding(name, place, message, subject, evidence, rule.severity)
    finding = msgspec.structs.replace(finding, **more)
    fingerprint = f"{abs(sum(map(ord, name + subject + str(place)))):016x}"
    component = place.path.split("/")[0]
    return ReportedFinding(finding, rule.category, rule.value, rule.effort, fingerprint, component, state=state)


def churn_findings() -> tuple[ReportedFinding, ...]:
    weekly = Place("reports/weekly_retention.py", 10, 10, 10, 22)
    written = Place("jobs/score.py", 10, 1, 10, 60)
    cell = Place("notebooks/explore churn.ipynb", 10, 9, 10, 49, cell=4, physical_line=15)
    bucket = Place("src/churn/features.py", 10, 2, 10, 18)
    channel = Place("src/churn/features.py", 20, 5, 20, 18)
    matrix = Place("src/churn/features.py", 30, 14, 32, 6)
    return (
        found(
            "pipeline-jungle",
            Place("jobs/prepare.py"),
            "Six scripts hand tables to each other through files and nothing declares their order: run by hand, "
            "`prepare`, `clean`, `join`, `sample`, `features` and `train` must come one after the other.",
            "dataset:data/interim",
            *(
                Evidence(Place(f"jobs/{name}.py", line), f"`data/interim/{name}.parquet` is written")
                for name, line in (("prepare", 31), ("clean", 22), ("join", 48), ("sample", 17), ("features", 90))
            ),
            Evidence(Place("jobs/train.py", 12), "`data/interim/features.parquet` is read for the fit"),
            extent=6,
        ),
        found(
            "undeclared-consumer",
            cell,
            "`panel.parquet` of the feature job is read by its path. Nothing declares this notebook as its reader.",
            "dataset:data/out/panel.parquet",
            Evidence(Place("jobs/features.py", 95, 5, 95, 30), "written here"),
            Evidence(cell, "read here"),
            confidence=Confidence.MEDIUM,
        ),
        found(
            "undeclared-consumer",
            weekly,
            "The weekly report reads `predictions.csv` by a path of its own, and the scoring job does not know of "
            "it. Whoever changes the columns there breaks the report.",
            "dataset:data/out/predictions.csv",
            Evidence(written, "the scoring job writes the predictions"),
            Evidence(weekly, "the report reads them; both paths resolve to `data/out/predictions.csv`"),
            extent=2,
            symbol="load_scores",
        ),
        found(
            "dead-feature",
            bucket,
            "The column `age_bucket` is computed and nothing uses it.",
            "feature:age_bucket",
            Evidence(bucket, "computed from `age`"),
            Evidence(Place("jobs/train.py", 40), "the model's inputs are listed without it"),
            symbol="build_features",
        ),
        found(
            "dead-feature",
            channel,
            "The column `渠道_count` is computed and nothing uses it.",
            "feature:渠道_count",
            Evidence(channel, "computed from `渠道`"),
            symbol="build_features",
        ),
        found(
            "glue-code",
            matrix,
            "The same three steps into XGBoost's matrix stand in 3 functions.",
            "package:xgboost",
            Evidence(matrix, "first copy"),
            Evidence(Place("jobs/train.py", 55), "second copy"),
            Evidence(Place("jobs/score.py", 8), "third copy"),
            extent=3,
            symbol="to_matrix",
        ),
    )


@pytest.fixture
def sources() -> Sources:
    return Held(FILES)


@pytest.fixture
def churn() -> Report:
    findings = churn_findings()
    changes = {"src/churn/features.py": 14, "reports/weekly_retention.py": 1}
    summary = Summary(
        23,
        1204,
        len(findings),
        debt(findings, 1930, 6.0, changes),
        Seen(models=3, datasets=5, features=41, predictions=2, links_resolved=17, links_unresolved=2),
    )
    return Report(
        "0.1.0",
        summary,
        findings,
        skipped=(Skipped("legacy/old_model.py", "Python 2: Missing parentheses in call to 'print', line 3"),),
        excluded=("node_modules/", "venv/"),
        rules=RULES,
        roots=("examples/churn",),
    )


@pytest.fixture
def troubled(churn: Report) -> Report:
    """The same with all that may go wrong or be compared."""
    states = (State.NEW, State.KNOWN, State.SUPPRESSED, State.PAID_DOWN)
    findings = tuple(
        msgspec.structs.replace(one, state=state, reason="the vendor insists" if state is State.SUPPRESSED else "")
        for one, state in zip(churn.findings, (*states, State.NEW, State.NEW), strict=True)
    )
    summary = msgspec.structs.replace(
        churn.summary, debt=debt(findings, 1930, 6.0), new_minutes=300, paid_down_minutes=20
    )
    return msgspec.structs.replace(
        churn,
        summary=summary,
        findings=findings,
        errors=(RuleError("glue-code", "KeyError: 'frame' (rules/anti_patterns/glue_code.py:88)"),),
        gates=("The rating is D, and --max-rating asks for B or better.",),
        filtered=True,
    )
