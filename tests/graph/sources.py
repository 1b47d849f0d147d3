"""A small system of three programs: features, training, a service."""

from __future__ import annotations

FEATURES = """\
import pandas as pd


def build(usage):
    usage["minutes_per_day"] = usage["minutes"] / usage["days"]
    return usage


def main():
    usage = pd.read_csv("data/raw/usage.csv")
    build(usage).to_csv("data/training.csv", index=False)


if __name__ == "__main__":
    main()
"""
TRAIN = """\
import joblib
import pandas as pd
import yaml
from sklearn.ensemble import RandomForestClassifier


def main():
    with open("config.yaml") as stream:
        config = yaml.safe_load(stream)
    data = pd.read_csv("data/training.csv")
    model = RandomForestClassifier(n_estimators=config["trees"])
    model.fit(data[["minutes_per_day"]], data["left"])
    print(model.predict(data[["minutes_per_day"]]))
    joblib.dump(model, config["model"])


if __name__ == "__main__":
    main()
"""
SERVICE = """\
import joblib
from fastapi import FastAPI

app = FastAPI()
model = joblib.load("models/churn.joblib")


@app.get("/score")
def score(minutes: float):
    return float(model.predict([[minutes]])[0])
"""
CHURN = {
    "Makefile": "all:\n\tpython jobs/features.py\n\tpython jobs/train.py\n",
    "config.yaml": "trees: 50\nmodel: models/churn.joblib\n",
    "jobs/features.py": FEATURES,
    "jobs/train.py": TRAIN,
    "service/app.py": SERVICE,
}
