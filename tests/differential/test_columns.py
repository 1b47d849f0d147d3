"""Which columns tables have: what the analysis claims against what really is there when the programs run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("pandas")
pytest.importorskip("sklearn")
from tests.differential import claims, comparing, data, generating, running
from tests.examples.test_examples_run import copied, readme_steps, run_notebook

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.10 does not tell where a call begins"),
]

HERE = Path(__file__).parent
PIPELINES = sorted((HERE / "pipelines").glob("*.py"))
#: Of the tables that the pipelines hand to calls, the shares that the analysis must know the columns of: at most these,
#: and precisely these.
CLOSED, WHOLE = 0.90, 0.78


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("differential")
    data.write(made)
    return made


@pytest.fixture(scope="session")
def comparisons(folder: Path) -> dict[str, comparing.Comparison]:
    return {path.stem: comparing.compare_code(path.read_text(encoding="utf-8"), folder) for path in PIPELINES}


@pytest.mark.xdist_group("differential")
@pytest.mark.parametrize("name", [path.stem for path in PIPELINES])
def test_no_run_contradicts_a_claim(name: str, comparisons: dict[str, comparing.Comparison]) -> None:
    found = comparisons[name]
    assert found.failed is None
    assert found.contradicted == []
    assert found.tables


@pytest.mark.xdist_group("differential")
def test_most_tables_are_known(comparisons: dict[str, comparing.Comparison]) -> None:
    tables, closed, whole = (
        sum(getattr(one, name) for one in comparisons.values()) for name in ("tables", "closed", "whole")
    )
    assert closed >= CLOSED * tables, f"{closed} of {tables}"
    assert whole >= WHOLE * tables, f"{whole} of {tables}"


@given(st.data())
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_run_of_a_drawn_script_contradicts_a_claim(folder: Path, drawn: st.DataObject) -> None:
    code = drawn.draw(generating.scripts(folder))
    found = comparing.compare_code(code, folder)
    assert found.contradicted == [], code


@pytest.mark.xdist_group("differential")
@pytest.mark.parametrize(
    "change",
    [
        "pd.get_dummies(t, columns=[('age', 'min')])",
        "t.drop(columns=[('age', 'min')])",
        "pd.concat([w[['age']], t[('age', 'min')]], axis=1)",
        "pd.concat([w[['age']], t.loc[:, ('age', 'min')]], axis=1)",
        "pd.concat([w, t[('age', 'min')]], axis=1).groupby(('age', 'min'), as_index=False).agg(a=('age', 'max'))",
        "pd.concat([w[['age']], t[('age', 'min')]], axis=1).set_index(('age', 'min')).reset_index()",
    ],
)
@pytest.mark.parametrize("after", ["", "t['not there']\n    t = t.groupby('age').agg(a=('age', 'count'))"])
def test_what_becomes_of_columns_with_levels_is_not_claimed(change: str, after: str, folder: Path) -> None:
    code = (
        "import pandas as pd\nw = pd.read_csv('people.csv')\nt = pd.read_csv('people.csv')\n"
        f"try:\n    t = t.groupby('age').agg({{'age': ['min', 'count']}})\n    {after}\nexcept Exception:\n    pass\n"
        f"t = {change}\nt.to_csv('out.csv')\n"
    )
    found = comparing.compare_code(code, folder)
    assert found.failed is None
    assert found.tables
    assert found.contradicted == []


@pytest.mark.xdist_group("examples")
def test_no_run_of_the_example_contradicts_a_claim(tmp_path: Path) -> None:
    project = copied("churn", tmp_path)
    headers, files = {}, {}
    for path in sorted(project.rglob("*")):
        if path.suffix in (".py", ".csv", ".yaml", ".toml"):
            text = path.read_text(encoding="utf-8")
            files[path.relative_to(project).as_posix()] = text
            if path.suffix == ".csv":
                headers[path.relative_to(project).as_posix()] = tuple(text.partition("\n")[0].split(","))
    seen: list[running.Seen] = []
    for number, (command, notebook) in enumerate(readme_steps(project)):
        if notebook:
            run_notebook(project, notebook)
        else:
            out = tmp_path / f"{number}.json"
            script = HERE / "running.py"
            subprocess.run([sys.executable, script, out, project, *command.split()], check=True, cwd=project)
            seen += running.read(out.read_text(encoding="utf-8"))
    found = comparing.compare(seen, claims.claims(files), headers)
    assert found.contradicted == []
    assert found.closed >= 10
