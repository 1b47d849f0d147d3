import pandas as pd

orders = pd.read_csv("orders.csv")
total = orders.groupby("id")["amount"].sum()
total.reset_index().to_csv("total.csv")
total.rename("spent").reset_index().to_csv("spent.csv")
orders.groupby("id").size().reset_index(name="n").to_csv("n.csv")
orders.groupby("id").size().reset_index().to_csv("sizes.csv")
orders.groupby(["id", "kind"])["amount"].mean().to_frame("average").reset_index().to_csv("average.csv")
orders.groupby("id")["amount"].agg(["min", "max"]).reset_index().to_csv("range.csv")
orders.groupby("id")[["amount", "order_id"]].max().to_csv("most.csv")
orders["of_kind"] = orders.groupby("kind")["amount"].transform("mean")
orders.to_csv("with_kind.csv")
