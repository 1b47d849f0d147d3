"""Weekly usage -> one row per customer."""

import pandas as pd

from pipeline.config import load_config
from pipeline.features.usage import usage_features


def main():
    cfg = load_config()
    usage = pd.read_csv("data/raw/usage.csv", parse_dates=["week"])
    features = usage_features(usage, pd.Timestamp(cfg["snapshot"]))
    features.to_csv("data/interim/usage_features.csv")
    print(f"usage of {len(features)} customers")


if __name__ == "__main__":
    main()
