"""Will the customer leave in the next quarter?"""

import json

import pandas as pd
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

from retention import paths
from retention.modelling import CustomerModel
from retention.params import load_params

FEATURES = [
    "plan",
    "segment",
    "tenure_days",
    "sessions_4w",
    "minutes_4w",
    "minutes_trend",
    "active_weeks",
    "avg_invoice",
    "late_payments",
    "discount_share",
    "tickets_90d",
    "open_tickets",
    "hours_to_close",
    "minutes_per_euro",
]


def main() -> None:
    params, seed = load_params()["churn"], load_params()["seed"]
    customers = pd.read_csv(paths.FEATURES).merge(pd.read_csv(paths.RAW_OUTCOMES), on="customer_id")
    train, test = train_test_split(
        customers, test_size=params["test_size"], stratify=customers["churned"], random_state=seed
    )

    estimator = GradientBoostingClassifier(
        n_estimators=params["n_estimators"],
        max_depth=params["max_depth"],
        learning_rate=params["learning_rate"],
        random_state=seed,
    )
    model = CustomerModel(estimator, FEATURES).fit(train, train["churned"])
    auc = roc_auc_score(test["churned"], model.predict(test))

    model.save(paths.for_writing(paths.CHURN_MODEL))
    metrics = {"auc": round(auc, 4), "customers": len(test)}
    paths.for_writing(paths.CHURN_METRICS).write_text(json.dumps(metrics))


if __name__ == "__main__":
    main()
