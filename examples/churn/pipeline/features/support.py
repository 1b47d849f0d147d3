import pandas as pd

SUPPORT_FEATURES_V1 = ["tickets_90d", "hours_to_close", "complaints_90d"]


def add_support(table: pd.DataFrame, tickets: pd.DataFrame, snapshot: pd.Timestamp) -> pd.DataFrame:
    recent = tickets[tickets["opened_at"] > snapshot - pd.Timedelta(days=90)]
    closed = tickets[tickets["closed_at"].notna()]
    hours = (closed["closed_at"] - closed["opened_at"]).dt.total_seconds() / 3600

    table = table.set_index("customer_id")
    table["tickets_90d"] = recent.groupby("customer_id")["topic"].count()
    table["open_tickets"] = tickets[tickets["closed_at"].isna()].groupby("customer_id")["topic"].count()
    table["hours_to_close"] = hours.groupby(closed["customer_id"]).mean().round(1)
    return table.reset_index()
