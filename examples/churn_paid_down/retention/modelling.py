"""The only code that talks to scikit-learn: customers go in as tables, answers come out by customer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
from sklearn.base import is_classifier
from sklearn.model_selection import KFold, cross_val_score
from sklearn.neighbors import NearestNeighbors

CODES = {
    "plan": {"basic": 0, "standard": 1, "premium": 2},
    "segment": {"core": 0, "new": 1, "heavy": 2, "quiet": 3},
}


class CustomerModel:
    """An estimator with the features that it takes."""

    def __init__(self, estimator: Any, features: list[str]) -> None:
        self.estimator = estimator
        self.features = features

    def fit(self, customers: pd.DataFrame, target: pd.Series) -> CustomerModel:
        self.estimator.fit(self._matrix(customers), target.to_numpy())
        return self

    def predict(self, customers: pd.DataFrame) -> pd.Series:
        """By customer: the probability of a classifier, the amount of a regressor."""
        matrix = self._matrix(customers)
        if is_classifier(self.estimator):
            answers = self.estimator.predict_proba(matrix)[:, 1]
        else:
            answers = self.estimator.predict(matrix)
        return pd.Series(answers, index=customers["customer_id"])

    def absolute_error(self, customers: pd.DataFrame, target: pd.Series, folds: int, seed: int) -> float:
        """Mean absolute error on customers left out, for a regressor."""
        split = KFold(n_splits=folds, shuffle=True, random_state=seed)
        scores = cross_val_score(
            self.estimator, self._matrix(customers), target.to_numpy(), cv=split, scoring="neg_mean_absolute_error"
        )
        return float(-scores.mean())

    def save(self, path: Path) -> None:
        joblib.dump(self, path)

    @classmethod
    def load(cls, path: Path) -> CustomerModel:
        return joblib.load(path)

    def _matrix(self, customers: pd.DataFrame) -> np.ndarray:
        coded = customers.assign(**{name: customers[name].map(codes) for name, codes in CODES.items()})
        return coded.reindex(columns=self.features).fillna(0.0).astype("float32").to_numpy()


def offers_of_neighbours(history: pd.DataFrame, neighbours: int) -> pd.DataFrame:
    """How many of the most similar customers took each offer (share), by customer and offer."""
    model = NearestNeighbors(n_neighbors=neighbours, metric="manhattan", algorithm="kd_tree").fit(history)
    nearest = model.kneighbors(history, return_distance=False)
    shares = history.to_numpy()[nearest].mean(axis=1)
    return pd.DataFrame(shares, index=history.index, columns=history.columns)
