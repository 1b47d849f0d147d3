import pandas as pd

orders = pd.read_csv("orders.csv")
wide = orders.pivot_table(index="id", columns="kind", values="amount", aggfunc="sum").reset_index()
wide.to_csv("wide.csv")
long = pd.read_csv("people.csv").melt(id_vars=["id", "city"], value_vars=["age", "income"])
long.to_csv("long.csv")
named = pd.melt(orders, id_vars="id", value_vars=["amount"], var_name="what", value_name="how_much")
named.to_csv("named.csv")
stacked = orders.set_index(["id", "order_id"])[["amount"]].unstack()
stacked.to_csv("stacked.csv")
