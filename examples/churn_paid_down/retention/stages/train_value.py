"""What will the customer spend in the next quarter?"""

import json

import pandas as pd
from sklearn.ensemble import RandomForestRegressor

from retention import paths
from retention.modelling import CustomerModel
from retention.params import load_params

FEATURES = [
    "plan",
    "segment",
    "tenure_days",
    "minutes_4w",
    "active_weeks",
    "avg_invoice",
    "discount_share",
    "minutes_per_euro",
]


def main() -> None:
    params, seed = load_params()["value"], load_params()["seed"]
    customers = pd.read_csv(paths.FEATURES).merge(pd.read_csv(paths.RAW_OUTCOMES), on="customer_id")
    spend = customers["spend_next_quarter"]

    forest = RandomForestRegressor(
        n_estimators=params["n_estimators"], min_samples_leaf=params["min_samples_leaf"], random_state=seed
    )
    model = CustomerModel(forest, FEATURES)
    error = model.absolute_error(customers, spend, folds=params["folds"], seed=seed)

    model.fit(customers, spend).save(paths.for_writing(paths.VALUE_MODEL))
    paths.for_writing(paths.VALUE_METRICS).write_text(json.dumps({"mae": round(error, 4)}))


if __name__ == "__main__":
    main()
