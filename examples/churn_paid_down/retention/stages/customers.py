"""CRM export -> one clean row per customer."""

import pandas as pd

from retention import paths
from retention.params import load_params


def main() -> None:
    customers = pd.read_csv(paths.RAW_CUSTOMERS, parse_dates=["signup_date"])

    # the CRM exports some customers twice, the later row is the right one
    customers = customers.drop_duplicates("customer_id", keep="last").sort_values("customer_id")

    customers["plan"] = customers["plan"].str.strip().str.lower()
    customers["region"] = customers["region"].str.strip().str.title()
    customers["tenure_days"] = (pd.Timestamp(load_params()["snapshot"]) - customers["signup_date"]).dt.days

    customers.to_csv(paths.for_writing(paths.CUSTOMERS), index=False)


if __name__ == "__main__":
    main()
