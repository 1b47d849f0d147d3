"""Monday report: whom to write to, and what churn may cost us by region.

Runs after the data scientists' scoring. Ask them if the file is not there.
"""

import os

import pandas as pd

SCORES = "data/predictions/churn_scores.csv"
OUT = "marketing/out"


def main():
    scores = pd.read_csv(SCORES)

    by_region = scores.groupby("region").agg(
        customers=("customer_id", "count"),
        churn=("churn_probability", "mean"),
        at_stake=("at_stake", "sum"),
    )
    by_region = by_region.round(2).sort_values("at_stake", ascending=False)

    mailing = scores[(scores["risk"] == "high") & (scores["email_opt_in"] == 1)]
    mailing = mailing[["customer_id", "plan", "offer", "at_stake"]].round(2).head(25)

    os.makedirs(OUT, exist_ok=True)
    by_region.to_csv(os.path.join(OUT, "regions.csv"))
    mailing.to_csv(os.path.join(OUT, "mailing.csv"), index=False)
    print(by_region.to_string())


if __name__ == "__main__":
    main()
