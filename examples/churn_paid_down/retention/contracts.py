"""What other components may read. A change of a name or a column here is a change for them: tell them first."""

from pathlib import Path

import pandas as pd

from retention import paths
from retention.modelling import CustomerModel

FEATURE_COLUMNS = ["customer_id", "region", "plan", "segment", "tenure_days", "minutes_4w", "avg_invoice"]
SCORE_COLUMNS = [
    "customer_id",
    "region",
    "plan",
    "email_opt_in",
    "churn_probability",
    "expected_spend",
    "offer",
    "at_stake",
    "risk",
]


def load_features() -> pd.DataFrame:
    """One row per customer, as the models take it."""
    return _checked(paths.FEATURES, FEATURE_COLUMNS)


def load_scores() -> pd.DataFrame:
    """One row per customer whose next quarter is open, the most at stake first."""
    return _checked(paths.SCORES, SCORE_COLUMNS)


def load_churn_model() -> CustomerModel:
    return CustomerModel.load(paths.CHURN_MODEL)


def _checked(path: Path, columns: list[str]) -> pd.DataFrame:
    table = pd.read_csv(path)
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise ValueError(f"{path.name} lacks {', '.join(missing)}")
    if table["customer_id"].duplicated().any():
        raise ValueError(f"{path.name} holds a customer twice")
    return table
