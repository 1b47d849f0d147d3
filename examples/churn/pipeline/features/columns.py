"""What the models take, in the order in which they take it."""

CHURN_FEATURES = [
    "plan",
    "segment",
    "tenure_days",
    "sessions_4w",
    "minutes_4w",
    "minutes_trend",
    "active_weeks",
    "avg_invoice",
    "late_payments",
    "discount_share",
    "tickets_90d",
    "open_tickets",
    "hours_to_close",
    "minutes_per_euro",
]

VALUE_FEATURES = [
    "plan",
    "segment",
    "tenure_days",
    "minutes_4w",
    "active_weeks",
    "avg_invoice",
    "discount_share",
    "minutes_per_euro",
]

PLAN_CODES = {"basic": 0, "standard": 1, "premium": 2}
SEGMENT_CODES = {"core": 0, "new": 1, "heavy": 2, "quiet": 3}
