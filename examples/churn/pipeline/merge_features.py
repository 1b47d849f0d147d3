"""Puts the tables together for the models."""

import os

import pandas as pd

from pipeline.config import load_config


def main():
    cfg = load_config()
    customers = pd.read_csv("data/interim/customer_table.csv")
    usage = pd.read_csv("data/interim/usage_features.csv")
    segments = pd.read_csv("data/interim/segments.csv")

    features = customers.merge(usage, on="customer_id", how="left")
    features = features.merge(segments, on="customer_id", how="left")
    features["minutes_per_euro"] = (features["minutes_4w"] / features["avg_invoice"]).round(4)

    os.makedirs("data/features", exist_ok=True)
    features.to_csv(cfg["paths"]["features"], index=False)
    print(f"{len(features)} rows, segments: {features['segment'].value_counts().to_dict()}")


if __name__ == "__main__":
    main()
