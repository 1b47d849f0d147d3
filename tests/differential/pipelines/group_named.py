import pandas as pd

orders = pd.read_csv("orders.csv")
sums = orders.groupby("id").agg(total=("amount", "sum"), orders=("order_id", "count"), kinds=("kind", "nunique"))
sums.to_csv("sums.csv")
flat = sums.reset_index()
flat.to_csv("flat.csv")
people = pd.read_csv("people.csv").merge(flat, on="id", how="left").fillna({"total": 0, "orders": 0})
people.to_csv("people_with_sums.csv")
beside = orders.groupby(["id", "kind"], as_index=False).agg(most=("amount", "max"))
beside.to_csv("beside.csv")
