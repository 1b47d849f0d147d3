"""Scores the customers whose next quarter is still open."""

import os

import joblib
import pandas as pd

from pipeline.config import load_config
from pipeline.features.columns import CHURN_FEATURES, PLAN_CODES, SEGMENT_CODES, VALUE_FEATURES


def churn_probability(customers, model):
    matrix = customers.reindex(columns=CHURN_FEATURES)
    matrix["plan"] = matrix["plan"].map(PLAN_CODES)
    matrix["segment"] = matrix["segment"].map(SEGMENT_CODES)
    matrix = matrix.fillna(0.0).astype("float32").to_numpy()
    return pd.Series(model.predict_proba(matrix)[:, 1], index=customers["customer_id"], name="churn_probability")


def expected_spend(customers, model):
    matrix = customers.reindex(columns=VALUE_FEATURES)
    matrix["plan"] = matrix["plan"].map(PLAN_CODES)
    matrix["segment"] = matrix["segment"].map(SEGMENT_CODES)
    matrix = matrix.fillna(0.0).astype("float32").to_numpy()
    return pd.Series(model.predict(matrix), index=customers["customer_id"], name="expected_spend")


def main():
    cfg = load_config()
    paths = cfg["paths"]
    features = pd.read_csv(paths["features"])
    known = pd.read_csv("data/raw/outcomes.csv")
    customers = features[~features["customer_id"].isin(known["customer_id"])]

    churn = churn_probability(customers, joblib.load(paths["churn_model"]))
    spend = expected_spend(customers, joblib.load(paths["value_model"]))

    scores = customers[["customer_id", "region", "plan", "email_opt_in"]]
    scores = scores.merge(churn.reset_index(), on="customer_id").merge(spend.reset_index(), on="customer_id")
    scores = scores.merge(pd.read_csv(paths["best_offers"]), on="customer_id", how="left")
    scores["at_stake"] = scores["churn_probability"] * scores["expected_spend"]
    scores["risk"] = (scores["churn_probability"] >= cfg["scoring"]["high_risk"]).map({True: "high", False: "low"})
    scores = scores.sort_values(["at_stake", "customer_id"], ascending=[False, True])

    os.makedirs("data/predictions", exist_ok=True)
    scores.to_csv(paths["scores"], index=False)
    print(f"{len(scores)} customers, {(scores['risk'] == 'high').sum()} at high risk")


if __name__ == "__main__":
    main()
