"""Will the customer leave in the next quarter?"""

import json
import os

import joblib
import pandas as pd
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

from pipeline.config import load_config
from pipeline.features.columns import CHURN_FEATURES, PLAN_CODES, SEGMENT_CODES


def main():
    cfg = load_config()
    features = pd.read_csv(cfg["paths"]["features"])
    outcomes = pd.read_csv("data/raw/outcomes.csv")
    data = features.merge(outcomes, on="customer_id")
    data["tenure_years"] = (data["tenure_days"] / 365.25).round(1)

    train, test = train_test_split(
        data, test_size=cfg["churn"]["test_size"], stratify=data["churned"], random_state=cfg["seed"]
    )

    X_train = train.reindex(columns=CHURN_FEATURES)
    X_train["plan"] = X_train["plan"].map(PLAN_CODES)
    X_train["segment"] = X_train["segment"].map(SEGMENT_CODES)
    X_train = X_train.fillna(0.0).astype("float32").to_numpy()
    y_train = train["churned"].astype("int8").to_numpy()

    model = GradientBoostingClassifier(
        n_estimators=cfg["churn"]["n_estimators"],
        max_depth=cfg["churn"]["max_depth"],
        learning_rate=cfg["churn"]["learning_rate"],
        random_state=cfg["seed"],
    )
    model.fit(X_train, y_train)

    X_test = test.reindex(columns=CHURN_FEATURES)
    X_test["plan"] = X_test["plan"].map(PLAN_CODES)
    X_test["segment"] = X_test["segment"].map(SEGMENT_CODES)
    X_test = X_test.fillna(0.0).astype("float32").to_numpy()
    proba = pd.Series(model.predict_proba(X_test)[:, 1], index=test["customer_id"])
    auc = roc_auc_score(test["churned"], proba)
    print(f"AUC {auc:.3f} on {len(test)} customers")

    os.makedirs("models", exist_ok=True)
    joblib.dump(model, cfg["paths"]["churn_model"])
    os.makedirs("reports", exist_ok=True)
    with open("reports/churn_metrics.json", "w") as f:
        json.dump({"auc": round(auc, 4), "customers": len(test)}, f)


if __name__ == "__main__":
    main()
