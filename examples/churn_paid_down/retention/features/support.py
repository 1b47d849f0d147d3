import pandas as pd


def support_features(tickets: pd.DataFrame, snapshot: pd.Timestamp) -> pd.DataFrame:
    """Tickets by customer: how many lately, how many open, how long the closed ones took."""
    recent = tickets[tickets["opened_at"] > snapshot - pd.Timedelta(days=90)]
    is_open = tickets["closed_at"].isna()
    hours = (tickets["closed_at"] - tickets["opened_at"]).dt.total_seconds() / 3600

    features = pd.DataFrame(index=pd.Index(sorted(tickets["customer_id"].unique()), name="customer_id"))
    features["tickets_90d"] = recent.groupby("customer_id")["topic"].count()
    features["open_tickets"] = tickets[is_open].groupby("customer_id")["topic"].count()
    features["hours_to_close"] = hours.groupby(tickets["customer_id"]).mean().round(1)
    return features
