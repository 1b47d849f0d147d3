import pandas as pd

orders = pd.read_csv("orders.csv")
one = orders.groupby("id").agg({"amount": "sum", "kind": "count"}).reset_index()
one.to_csv("one.csv")
several = orders.groupby("id").agg({"amount": ["mean", "std"], "order_id": ["count"]})
several.columns = ["_".join(name) for name in several.columns]
several.to_csv("several.csv")
several.reset_index().to_csv("several_flat.csv")
mapped = orders.groupby("id").agg({"amount": ["min", "max"]})
mapped.columns = mapped.columns.map("_".join)
mapped.to_csv("mapped.csv")
