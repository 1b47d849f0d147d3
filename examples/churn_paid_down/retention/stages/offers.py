"""The offer that customers with a similar history took."""

import pandas as pd

from retention import paths
from retention.modelling import offers_of_neighbours
from retention.params import load_params


def main() -> None:
    offers = pd.read_csv(paths.RAW_OFFERS)
    history = offers.pivot_table(index="customer_id", columns="offer", values="accepted", fill_value=0.0)

    shares = offers_of_neighbours(history, load_params()["offers"]["neighbours"])
    still_open = shares.mask(history > 0, -1.0)
    best = still_open.idxmax(axis=1).rename("offer")

    best.to_csv(paths.for_writing(paths.BEST_OFFERS))


if __name__ == "__main__":
    main()
