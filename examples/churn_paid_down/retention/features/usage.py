import pandas as pd


def usage_features(usage: pd.DataFrame, snapshot: pd.Timestamp) -> pd.DataFrame:
    """Usage of the last four weeks and how it compares to the weeks before, by customer."""
    recent = usage[usage["week"] > snapshot - pd.Timedelta(days=28)]
    before = usage[usage["week"] <= snapshot - pd.Timedelta(days=28)]

    features = usage.groupby("customer_id").agg(active_weeks=("week", "nunique"))
    features["sessions_4w"] = recent.groupby("customer_id")["sessions"].sum()
    features["minutes_4w"] = recent.groupby("customer_id")["minutes"].sum()
    features["minutes_trend"] = (features["minutes_4w"] / before.groupby("customer_id")["minutes"].sum()).round(4)
    return features
