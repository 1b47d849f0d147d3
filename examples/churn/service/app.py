"""Churn probability of one customer, for the CRM."""

from pathlib import Path

import joblib
import pandas as pd
from fastapi import FastAPI, HTTPException

ROOT = Path(__file__).resolve().parent.parent

app = FastAPI(title="churn")
model = joblib.load(ROOT / "models" / "churn_model.joblib")
customers = pd.read_csv(ROOT / "data" / "features" / "customer_features.csv")

# same order as in training!
COLUMNS = [
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
PLANS = {"basic": 0, "standard": 1, "premium": 2}
SEGMENTS = {"core": 0, "new": 1, "heavy": 2, "quiet": 3}


@app.get("/customers/{customer_id}/churn")
def churn(customer_id: str):
    row = customers[customers["customer_id"] == customer_id]
    if row.empty:
        raise HTTPException(status_code=404, detail="unknown customer")

    x = row.reindex(columns=COLUMNS)
    x["plan"] = x["plan"].map(PLANS)
    x["segment"] = x["segment"].map(SEGMENTS)
    x = x.fillna(0.0).astype("float32").to_numpy()
    probability = pd.Series(model.predict_proba(x)[:, 1], index=row["customer_id"])[customer_id]

    return {
        "customer_id": customer_id,
        "churn_probability": float(probability),
        "risk": "high" if probability >= 0.5 else "low",
    }
