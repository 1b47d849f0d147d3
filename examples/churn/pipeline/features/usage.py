import pandas as pd

USAGE_COLUMNS = ["sessions_4w", "minutes_4w", "minutes_trend", "active_weeks"]


def usage_features(usage: pd.DataFrame, snapshot: pd.Timestamp) -> pd.DataFrame:
    recent = usage[usage["week"] > snapshot - pd.Timedelta(days=28)]
    before = usage[usage["week"] <= snapshot - pd.Timedelta(days=28)]

    features = usage.groupby("customer_id").agg(active_weeks=("week", "nunique"))
    features["sessions_4w"] = recent.groupby("customer_id")["sessions"].sum()
    features["minutes_4w"] = recent.groupby("customer_id")["minutes"].sum()

    minutes_before = before.groupby("customer_id")["minutes"].sum()
    features["minutes_trend"] = (features["minutes_4w"] / minutes_before).round(4)

    # share of the minutes between 22:00 and 06:00
    night = recent.groupby("customer_id")["night_minutes"].sum()
    features["night_share"] = (night / features["minutes_4w"]).round(4)

    return features[USAGE_COLUMNS]
