"""Where a model that serves was trained, and what is known of what it is given."""

from __future__ import annotations

import pytest

from mltd import Project
from mltd.graph.given import Given
from mltd.graph.serving import Serving
from tests.flow.tree import tree

TRAIN = """
import joblib
import pandas as pd
from sklearn.linear_model import Ridge

table = pd.read_csv("data.csv")
joblib.dump(Ridge().fit(table[["a"]], table["y"]), "{path}")
"""
SERVE = """
import joblib

def y(row):
    return joblib.load("{path}").predict(row)
"""


def served(project: Project) -> list[tuple[str, bool, list[str]]]:
    """The programs that predict for use, whether it is sure which model they have, and where that may be trained."""
    learning = project._learning
    found = Serving(project.events, learning, project.rows, project.hand_overs, project.places.root)
    return [(one.predict.entry, one.sure, sorted(fit.entry for fit in one.fits)) for one in found.predictions()]


def test_a_file_that_is_written_under_the_name_that_is_read() -> None:
    files = {"train.py": TRAIN.format(path="m/a.joblib"), "app.py": SERVE.format(path="m/a.joblib")}
    assert served(tree(files)) == [("app.py", True, ["train.py"])]


def test_a_file_of_that_name_in_another_folder() -> None:
    files = {
        "train.py": TRAIN.format(path="out/a.joblib"), "other.py": TRAIN.format(path="out/b.joblib"),
        "app/app.py": SERVE.format(path="a.joblib"), "app/requirements.txt": "",
    }  # fmt: skip
    assert served(tree(files)) == [("app/app.py", True, ["train.py"])]


def test_the_nearest_of_two_files_of_that_name() -> None:
    files = {
        "one/train.py": TRAIN.format(path="out/a.joblib"), "two/train.py": TRAIN.format(path="out/a.joblib"),
        "two/app.py": SERVE.format(path="served/a.joblib"),
    }  # fmt: skip
    assert served(tree(files)) == [("two/app.py", True, ["two/train.py"])]


def test_the_only_model_of_a_project() -> None:
    files = {"train.py": TRAIN.format(path="a.joblib"), "serving/app.py": SERVE.format(path="current.joblib")}
    assert served(tree(files)) == [("serving/app.py", True, ["train.py"])]


def test_one_of_two_models_is_not_told() -> None:
    files = {
        "train.py": TRAIN.format(path="a.joblib"), "other.py": TRAIN.format(path="b.joblib"),
        "app.py": SERVE.format(path="current.joblib"),
    }  # fmt: skip
    assert served(tree(files)) == [("app.py", False, ["other.py", "train.py"])]


def test_a_prediction_that_is_judged_serves_nobody() -> None:
    text = SERVE.format(path="a.joblib") + (
        "import pandas as pd\nfrom sklearn.metrics import mean_squared_error\n"
        "test = pd.read_csv('test.csv')\nprint(mean_squared_error(test['y'], y(test[['a']])))\n"
    )
    assert served(tree({"train.py": TRAIN.format(path="a.joblib"), "judge.py": text})) == []


@pytest.mark.parametrize(
    ("body", "plain"),
    [
        ("return model.predict(row)", True),
        ("return model.predict([[row['a'], float(row['b'])]])", True),
        ("data = np.array(row).reshape(1, -1)\n    return model.predict(data)", True),
        ("data = shaped(row)\n    return model.predict(data)", True),
        ("return model.predict(scaler.transform(row))", True),
        ("return model.predict(scaler.fit_transform(row))", False),
        ("return model.predict(prepared(row))", False),
        ("improve(row)\n    return model.predict(row)", False),
        ("return model.predict(pd.read_csv('rows.csv'))", False),
        ("data = row\n    data = company.features(data)\n    return model.predict(data)", False),
        ("for step in company.steps():\n        row = step(row)\n    return model.predict(row)", False),
    ],
)
def test_what_came_from_outside(body: str, plain: bool) -> None:
    text = (
        "import company\nimport joblib\nimport numpy as np\nimport pandas as pd\n"
        "from company import prepared, improve\n"
        "model, scaler = joblib.load('m.joblib'), joblib.load('s.joblib')\n\n"
        f"def shaped(row):\n    return [[row['a']]]\n\ndef ask(row):\n    {body}\n"
    )
    project = tree({"serve.py": text})
    (predict,) = [event for event in project.events if event.verb == "predicts"]
    assert Given(project.flow.machine).as_it_came(predict) is plain


def test_where_a_model_was_trained_is_told_in_order() -> None:
    fits = "".join(f"if rest > {number}:\n    model = Ridge().fit(table[['a']], table['y'])\n" for number in range(24))
    train = (
        "import joblib\nimport pandas as pd\nfrom sklearn.linear_model import Ridge\n\n"
        f"table = pd.read_csv('data.csv')\nrest = len(table)\n{fits}joblib.dump(model, 'out/a.joblib')\n"
    )
    files = {"train.py": train, "app/app.py": SERVE.format(path="a.joblib"), "app/requirements.txt": ""}
    project = tree(files)
    found = Serving(project.events, project._learning, project.rows, project.hand_overs, project.places.root)
    (one,) = found.predictions()
    orders = [fit.order for fit in one.fits]
    assert len(orders) > 8
    assert orders == sorted(orders)
