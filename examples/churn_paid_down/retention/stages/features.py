"""Customers, usage, billing and support -> the table that the models take."""

import pandas as pd

from retention import paths
from retention.features.segments import segment_of


def main() -> None:
    features = pd.read_csv(paths.CUSTOMERS)
    for source in (paths.BILLING, paths.SUPPORT, paths.USAGE):
        features = features.merge(pd.read_csv(source), on="customer_id", how="left", validate="one_to_one")

    features["segment"] = segment_of(features)
    features["minutes_per_euro"] = (features["minutes_4w"] / features["avg_invoice"]).round(4)

    features.to_csv(paths.for_writing(paths.FEATURES), index=False)


if __name__ == "__main__":
    main()
