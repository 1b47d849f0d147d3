"""Scores the customers whose next quarter is still open."""

import pandas as pd

from retention import paths
from retention.modelling import CustomerModel
from retention.params import load_params


def main() -> None:
    features = pd.read_csv(paths.FEATURES)
    known = pd.read_csv(paths.RAW_OUTCOMES)["customer_id"]
    customers = features[~features["customer_id"].isin(known)]

    churn = CustomerModel.load(paths.CHURN_MODEL).predict(customers)
    spend = CustomerModel.load(paths.VALUE_MODEL).predict(customers)

    scores = customers[["customer_id", "region", "plan", "email_opt_in"]].set_index("customer_id")
    scores = scores.assign(churn_probability=churn, expected_spend=spend)
    scores = scores.join(pd.read_csv(paths.BEST_OFFERS).set_index("customer_id"))
    scores["at_stake"] = scores["churn_probability"] * scores["expected_spend"]
    high = scores["churn_probability"] >= load_params()["scoring"]["high_risk"]
    scores["risk"] = high.map({True: "high", False: "low"})

    scores = scores.reset_index().sort_values(["at_stake", "customer_id"], ascending=[False, True])
    scores.to_csv(paths.for_writing(paths.SCORES), index=False)


if __name__ == "__main__":
    main()
