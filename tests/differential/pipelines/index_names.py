import pandas as pd

people = pd.read_csv("people.csv", index_col="id")
people.reset_index().to_csv("read_with.csv")
orders = pd.read_csv("orders.csv")
orders.index.name = "row"
orders.reset_index().to_csv("row.csv")
again = pd.read_csv("orders.csv").reset_index()
again.to_csv("index.csv")
again.reset_index().to_csv("level.csv")
named = pd.read_csv("orders.csv").rename_axis("number").reset_index()
named.to_csv("number.csv")
several = pd.read_csv("orders.csv").set_index(["id", "kind"]).reset_index(level="kind")
several.to_csv("level_kind.csv")
several.reset_index().to_csv("both_levels.csv")
kept = pd.read_csv("orders.csv").set_index("id", drop=False).reset_index(drop=True)
kept.to_csv("kept.csv")
