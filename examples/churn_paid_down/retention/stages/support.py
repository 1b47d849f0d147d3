"""Tickets -> one row per customer."""

import pandas as pd

from retention import paths
from retention.features.support import support_features
from retention.params import load_params


def main() -> None:
    tickets = pd.read_csv(paths.RAW_TICKETS, parse_dates=["opened_at", "closed_at"])
    features = support_features(tickets, pd.Timestamp(load_params()["snapshot"]))
    features.to_csv(paths.for_writing(paths.SUPPORT))


if __name__ == "__main__":
    main()
