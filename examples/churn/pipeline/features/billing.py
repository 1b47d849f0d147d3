import pandas as pd


def add_billing(table: pd.DataFrame, invoices: pd.DataFrame) -> pd.DataFrame:
    by_customer = invoices.groupby("customer_id")
    table = table.set_index("customer_id")
    table["avg_invoice"] = by_customer["amount"].mean().round(2)
    table["discount_share"] = (by_customer["discount"].sum() / by_customer["amount"].sum()).round(4)
    # accounting sends the first reminder after five days
    late = invoices[invoices["days_late"] > 5]
    table["late_payments"] = late.groupby("customer_id")["month"].count()
    return table.reset_index()


def add_price_change(table: pd.DataFrame, invoices: pd.DataFrame) -> pd.DataFrame:
    """How much dearer the last invoice was than the first one (for the price rise of January)."""
    by_month = invoices.sort_values("month").groupby("customer_id")["amount"]
    first, last = by_month.first(), by_month.last()
    table = table.set_index("customer_id")
    table["price_change"] = ((last - first) / first).round(4)
    table["price_rise"] = (table["price_change"] > 0.04).astype(int)
    return table.reset_index()
