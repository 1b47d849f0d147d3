"""CRM export -> customer table."""

import os

import pandas as pd

from pipeline.config import load_config


def main():
    cfg = load_config()
    customers = pd.read_csv("data/raw/customers.csv", parse_dates=["signup_date"])

    # the CRM exports some customers twice, the later row is the right one
    customers = customers.drop_duplicates("customer_id", keep="last").sort_values("customer_id")

    customers["plan"] = customers["plan"].str.strip().str.lower()
    customers["region"] = customers["region"].str.strip().str.title()
    customers["tenure_days"] = (pd.Timestamp(cfg["snapshot"]) - customers["signup_date"]).dt.days

    os.makedirs("data/interim", exist_ok=True)
    customers.to_csv("data/interim/customer_table.csv", index=False)
    print(f"{len(customers)} customers")


if __name__ == "__main__":
    main()
