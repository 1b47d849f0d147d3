"""What will the customer spend in the next quarter?"""

import json
import os

import joblib
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import KFold, cross_val_score

from pipeline.config import load_config
from pipeline.features.columns import PLAN_CODES, SEGMENT_CODES, VALUE_FEATURES


def load_training_data(cfg):
    spend = pd.read_csv("data/raw/outcomes.csv")[["customer_id", "spend_next_quarter"]]
    table = pd.read_csv(cfg["paths"]["features"]).merge(spend, on="customer_id")
    table["euro_per_session"] = (table["avg_invoice"] / table["sessions_4w"]).round(2)
    return table


def main():
    cfg = load_config()
    table = load_training_data(cfg)

    X = table.reindex(columns=VALUE_FEATURES)
    X["plan"] = X["plan"].map(PLAN_CODES)
    X["segment"] = X["segment"].map(SEGMENT_CODES)
    X = X.fillna(0.0).astype("float32").to_numpy()
    y = table["spend_next_quarter"].astype("float64").to_numpy()

    forest = RandomForestRegressor(
        n_estimators=cfg["value"]["n_estimators"],
        min_samples_leaf=cfg["value"]["min_samples_leaf"],
        random_state=cfg["seed"],
    )
    folds = KFold(n_splits=cfg["value"]["folds"], shuffle=True, random_state=cfg["seed"])
    errors = -cross_val_score(forest, X, y, cv=folds, scoring="neg_mean_absolute_error")
    print(f"mean absolute error {errors.mean():.2f} EUR (baseline {np.abs(y - np.median(y)).mean():.2f})")

    forest.fit(X, y)
    joblib.dump(forest, cfg["paths"]["value_model"])
    os.makedirs("reports", exist_ok=True)
    with open("reports/value_metrics.json", "w") as f:
        json.dump({"mae": round(errors.mean(), 4)}, f)


if __name__ == "__main__":
    main()
