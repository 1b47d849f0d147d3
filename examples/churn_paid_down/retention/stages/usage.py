"""Weekly usage -> one row per customer."""

import pandas as pd

from retention import paths
from retention.features.usage import usage_features
from retention.params import load_params


def main() -> None:
    usage = pd.read_csv(paths.RAW_USAGE, parse_dates=["week"])
    features = usage_features(usage, pd.Timestamp(load_params()["snapshot"]))
    features.to_csv(paths.for_writing(paths.USAGE))


if __name__ == "__main__":
    main()
