"""A regression on another model's score is a second model, unless nothing but its coefficients is told to anyone."""

from __future__ import annotations

import pytest

from tests.flow.tree import tree

FIRST = (
    "import numpy as np\nfrom sklearn.linear_model import LinearRegression\nfrom sklearn.svm import SVC\n"
    "t = pd.read_csv('t.csv')\np = SVC().fit(t[['a']], t['y']).predict(t[['a']]).reshape(-1, 1)\n"
)


@pytest.mark.parametrize(
    ("code", "only"),
    [
        ("print(LinearRegression().fit(p, t['y']).coef_)", True),
        ("m = LinearRegression().fit(p, t['y'])\nprint(m.coef_[0], m.score(p, t['y']))", True),
        ("m = LinearRegression()\nm.fit(p, t['y'])\nrow = {}\nrow['slope'] = float(m.coef_[0])", True),
        ("m = LinearRegression().fit(p, t['y'])\nslope = m.coef_[0]\nprint(f'slope {slope}')", True),
        ("m = LinearRegression().fit(p, t['y'])\nprint(Report(slope=m.coef_[0]))", True),
        ("m = LinearRegression().fit(p, t['y'])\nprint(m.score(p, t['y']))", False),
        ("m = LinearRegression().fit(p, t['y'])\nprint(m.coef_, m.predict(p))", False),
        ("m = LinearRegression().fit(p, t['y'])\nkeep(m)\nprint(m.coef_)", False),
        ("w = LinearRegression().fit(p, t['y']).coef_\nprint(p @ w)", False),
        ("(w,) = LinearRegression().fit(p, t['y']).coef_\nprint(p * w)", False),
        ("print(apply(p, weights=LinearRegression().fit(p, t['y']).coef_))", False),
        ("blend.w = LinearRegression().fit(p, t['y']).coef_", False),
    ],
)
def test_what_is_done_with_the_coefficients(code: str, only: bool) -> None:
    assert bool(tree({"main.py": FIRST + code}).cascades) is not only
