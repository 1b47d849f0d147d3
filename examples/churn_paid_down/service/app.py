"""Churn probability of one customer, for the CRM."""

import logging

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

from retention.contracts import load_churn_model, load_features
from retention.params import load_params

logger = logging.getLogger(__name__)

app = FastAPI(title="churn")
model = load_churn_model()
customers = load_features()
high_risk = load_params()["scoring"]["high_risk"]


class Answer(BaseModel):
    customer_id: str
    churn_probability: float
    risk: str


@app.get("/customers/{customer_id}/churn")
def churn(customer_id: str) -> Answer:
    customer = customers[customers["customer_id"] == customer_id]
    if customer.empty:
        raise HTTPException(status_code=404, detail="unknown customer")

    probability = float(model.predict(customer)[customer_id])
    logger.info("churn of %s: %.4f", customer_id, probability)
    risk = "high" if probability >= high_risk else "low"
    return Answer(customer_id=customer_id, churn_probability=probability, risk=risk)
