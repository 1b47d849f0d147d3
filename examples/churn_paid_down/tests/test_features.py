import pandas as pd

from retention.features.billing import billing_features
from retention.features.segments import segment_of
from retention.features.support import support_features
from retention.features.usage import usage_features

SNAPSHOT = pd.Timestamp("2024-03-31")


def test_usage_compares_the_last_four_weeks_with_those_before():
    usage = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b"],
            "week": pd.to_datetime(["2024-02-12", "2024-03-25", "2024-03-25"]),
            "sessions": [2, 3, 1],
            "minutes": [40, 60, 10],
            "night_minutes": [0, 0, 0],
        }
    )
    features = usage_features(usage, SNAPSHOT)
    assert features.loc["a", ["active_weeks", "sessions_4w", "minutes_4w", "minutes_trend"]].tolist() == [2, 3, 60, 1.5]
    assert pd.isna(features.loc["b", "minutes_trend"])


def test_a_payment_is_late_after_the_reminder():
    invoices = pd.DataFrame(
        {
            "customer_id": ["a", "a"],
            "month": ["2024-02-01", "2024-03-01"],
            "amount": [10.0, 30.0],
            "discount": [0.0, 4.0],
            "days_late": [5, 6],
        }
    )
    features = billing_features(invoices)
    assert features.loc["a"].tolist() == [20.0, 0.1, 1]


def test_open_tickets_have_no_hours():
    tickets = pd.DataFrame(
        {
            "customer_id": ["a", "a"],
            "opened_at": pd.to_datetime(["2024-03-01 08:00", "2024-03-02 08:00"]),
            "closed_at": pd.to_datetime(["2024-03-01 20:00", None]),
            "topic": ["billing", "login"],
        }
    )
    features = support_features(tickets, SNAPSHOT)
    assert features.loc["a"].tolist() == [2, 1, 12.0]


def test_segments():
    customers = pd.DataFrame(
        {
            "tenure_days": [30, 500, 500, 500],
            "minutes_4w": [2000, 901, 100, 100],
            "active_weeks": [4, 8, 5, 8],
        }
    )
    assert segment_of(customers).tolist() == ["new", "heavy", "quiet", "core"]
