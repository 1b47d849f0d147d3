"""The offer that customers with a similar history took."""

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.neighbors import NearestNeighbors

from pipeline.config import load_config


def recommend(offers, neighbours):
    customers, rows = np.unique(offers["customer_id"].to_numpy(), return_inverse=True)
    names, columns = np.unique(offers["offer"].to_numpy(), return_inverse=True)
    accepted = offers["accepted"].to_numpy(dtype="float64")

    # customers x offers, 1 where the offer was taken
    matrix = sparse.csr_matrix((accepted, (rows, columns)), shape=(len(customers), len(names)))
    history = np.ascontiguousarray(matrix.toarray())

    model = NearestNeighbors(n_neighbors=neighbours, metric="manhattan", algorithm="kd_tree")
    model.fit(history)
    _, nearest = model.kneighbors(history)

    popularity = history[nearest].mean(axis=1)
    popularity[history > 0] = -1.0  # has it already
    popularity = pd.DataFrame(popularity, index=customers, columns=names)

    best = pd.Series(names[popularity.to_numpy().argmax(axis=1)], index=customers, name="offer")
    return best.rename_axis("customer_id").reset_index()


def main():
    cfg = load_config()
    offers = pd.read_csv("data/raw/offers.csv")
    best = recommend(offers, cfg["offers"]["neighbours"])
    best.to_csv(cfg["paths"]["best_offers"], index=False)
    print(best["offer"].value_counts().to_dict())


if __name__ == "__main__":
    main()
