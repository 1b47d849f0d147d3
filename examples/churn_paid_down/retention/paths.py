"""Where every table and model lives. `dvc.yaml` declares who makes it and who takes it."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

PARAMS = ROOT / "params.yaml"

RAW_CUSTOMERS = ROOT / "data" / "raw" / "customers.csv"
RAW_USAGE = ROOT / "data" / "raw" / "usage.csv"
RAW_INVOICES = ROOT / "data" / "raw" / "invoices.csv"
RAW_TICKETS = ROOT / "data" / "raw" / "tickets.csv"
RAW_OFFERS = ROOT / "data" / "raw" / "offers.csv"
RAW_OUTCOMES = ROOT / "data" / "raw" / "outcomes.csv"

CUSTOMERS = ROOT / "data" / "interim" / "customers.csv"
USAGE = ROOT / "data" / "interim" / "usage.csv"
BILLING = ROOT / "data" / "interim" / "billing.csv"
SUPPORT = ROOT / "data" / "interim" / "support.csv"
BEST_OFFERS = ROOT / "data" / "interim" / "best_offers.csv"

FEATURES = ROOT / "data" / "features" / "customer_features.csv"
SCORES = ROOT / "data" / "predictions" / "churn_scores.csv"

CHURN_MODEL = ROOT / "models" / "churn_model.joblib"
VALUE_MODEL = ROOT / "models" / "value_model.joblib"
CHURN_METRICS = ROOT / "reports" / "churn_metrics.json"
VALUE_METRICS = ROOT / "reports" / "value_metrics.json"


def for_writing(path: Path) -> Path:
    """The path, with its folder made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
