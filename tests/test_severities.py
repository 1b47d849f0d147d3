"""How much a finding of a built-in rule weighs, where its page says that it depends."""

from __future__ import annotations

import pytest

from mltd import Severity, packs
from tests.flow.tree import tree

MODEL = "import joblib\nfrom sklearn.linear_model import Ridge\nt = pd.read_csv('raw.csv')\n"
FITTED = MODEL + "m = Ridge().fit(t[['a', 'b']], t['y'])\n"


def severities(rule: str, files: dict[str, str]) -> list[Severity]:
    return [finding.severity for finding in packs.load()[rule].rule().check(tree(files))]


@pytest.mark.parametrize(
    ("writer", "reader", "severity"),
    [
        ("t.to_csv('data/t.csv')", "print(pd.read_csv('data/t.csv')['a'].mean())", Severity.WARNING),
        ("t.to_csv('data/t.csv')", "r = pd.read_csv('data/t.csv')\nRidge().fit(r[['a']], r['y'])", Severity.ERROR),
        ("joblib.dump(Ridge().fit(t, t['y']), 'data/m.pkl')", "joblib.load('data/m.pkl').predict(t)", Severity.ERROR),
    ],
)
def test_a_table_that_no_model_takes_is_the_lesser_contract(writer: str, reader: str, severity: Severity) -> None:
    files = {
        "make/w.py": MODEL + writer,
        "use/r.py": MODEL + reader,
        "README.md": "```\npython make/w.py\npython use/r.py\n```\n",
    }
    assert severities("undeclared-consumer", files) == [severity]


def test_a_calibration_is_a_note() -> None:
    head = (
        FITTED
        + "from sklearn.isotonic import IsotonicRegression\nh = pd.read_csv('h.csv')\ns = m.predict(h[['a', 'b']])\n"
    )
    assert severities("correction-cascade", {"a.py": head + "IsotonicRegression().fit(s, h['y'])"}) == [Severity.NOTE]
    assert severities("correction-cascade", {"a.py": head + "h['s'] = s\nRidge().fit(h[['s', 'a']], h['y'])"}) == [
        Severity.ERROR
    ]
