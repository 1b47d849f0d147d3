"""Adds the invoices to the customer table."""

import pandas as pd

from pipeline.features.billing import add_billing

TABLE = "data/interim/customer_table.csv"


def main():
    table = pd.read_csv(TABLE)
    invoices = pd.read_csv("data/raw/invoices.csv", parse_dates=["month"])
    table = add_billing(table, invoices)
    table.to_csv(TABLE, index=False)


if __name__ == "__main__":
    main()
