"""Invoices -> one row per customer."""

import pandas as pd

from retention import paths
from retention.features.billing import billing_features


def main() -> None:
    invoices = pd.read_csv(paths.RAW_INVOICES)
    billing_features(invoices).to_csv(paths.for_writing(paths.BILLING))


if __name__ == "__main__":
    main()
