import pandas as pd

REMINDER_AFTER_DAYS = 5


def billing_features(invoices: pd.DataFrame) -> pd.DataFrame:
    """Invoices, discounts and late payments by customer."""
    by_customer = invoices.groupby("customer_id")
    late = invoices[invoices["days_late"] > REMINDER_AFTER_DAYS]

    features = by_customer["amount"].mean().round(2).to_frame("avg_invoice")
    features["discount_share"] = (by_customer["discount"].sum() / by_customer["amount"].sum()).round(4)
    features["late_payments"] = late.groupby("customer_id")["month"].count()
    return features
