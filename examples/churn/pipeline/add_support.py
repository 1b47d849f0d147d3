"""Adds the tickets to the customer table (after add_billing!)."""

import pandas as pd

from pipeline.config import load_config
from pipeline.features.support import add_support

CUSTOMER_TABLE = "data/interim/customer_table.csv"


def main():
    snapshot = pd.Timestamp(load_config()["snapshot"])
    table = pd.read_csv(CUSTOMER_TABLE)
    tickets = pd.read_csv("data/raw/tickets.csv", parse_dates=["opened_at", "closed_at"])
    table = add_support(table, tickets, snapshot)
    table.to_csv(CUSTOMER_TABLE, index=False)


if __name__ == "__main__":
    main()
