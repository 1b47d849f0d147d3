"""Branches that a parameter decides: which of the fits in a helper count as running."""

from __future__ import annotations

import pytest

from tests.flow.tree import tree

HELPER = (
    "from sklearn.linear_model import Ridge\n"
    "t = pd.read_csv('t.csv')\n"
    "def scores(t, model=None, path=''):\n"
    "    {before}\n"
    "    if {test}:\n"
    "        model = Ridge().fit(t[['a']], t['y'])\n"
    "    return model.predict(t[['a']])\n"
)
MODEL = "model = Ridge().fit(t[['b']], t['y'])\n"


@pytest.mark.parametrize("test", ["model is None", "not model"])
@pytest.mark.parametrize(
    ("call", "runs"),
    [
        ("scores(t)", True),
        ("scores(t, None)", True),
        (MODEL + "scores(t, model)", False),
        (MODEL + "scores(t, model=model)", False),
        ("model = None\nif len(t) > 9:\n    " + MODEL + "scores(t, model)", True),
        ("def found(t):\n    if len(t) > 9:\n        return Ridge().fit(t[['b']], t['y'])\nscores(t, found(t))", True),
        ("scores(t, unknown(t))", True),
    ],
)
def test_what_a_call_gives_decides(test: str, call: str, runs: bool) -> None:
    project = tree({"main.py": HELPER.format(before="pass", test=test) + call})
    (fit,) = [one for one in project.events if one.verb == "fits" and one.site.symbol == "scores"]
    assert fit.off is not runs


def test_a_parameter_that_got_another_value_decides_nothing() -> None:
    before = "import os\n    if os.path.exists(path):\n        model = Ridge()"
    project = tree({"main.py": HELPER.format(before=before, test="model is None") + "scores(t)"})
    (fit,) = [one for one in project.events if one.verb == "fits" and one.site.symbol == "scores"]
    assert not fit.off


def test_a_function_that_nothing_calls_may_be_given_anything() -> None:
    project = tree({"main.py": HELPER.format(before="pass", test="model is not None")})
    (fit,) = [one for one in project.events if one.verb == "fits" and one.site.symbol == "scores"]
    assert not fit.off
