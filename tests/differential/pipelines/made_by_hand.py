import numpy as np
import pandas as pd

table = pd.DataFrame({"a": [1, 2, 3], "b": [4, 5, 6]})
table.to_csv("hand.csv")
rows = pd.DataFrame([{"x": 1, "y": 2}, {"x": 3, "z": 4}])
rows.to_csv("rows.csv")
grid = pd.DataFrame(np.zeros((3, 2)), columns=["p", "q"])
grid["r"] = 1
grid.to_csv("grid.csv")
numbered = pd.DataFrame(np.zeros((3, 2)))
numbered.to_csv("numbered.csv")
empty = pd.DataFrame()
empty["first"] = [1, 2]
empty.to_csv("empty.csv")
copied = pd.DataFrame(table, columns=["b", "c"])
copied.to_csv("copied.csv")
of_series = pd.DataFrame({"n": pd.read_csv("orders.csv").groupby("id")["amount"].sum()})
of_series.reset_index().to_csv("of_series.csv")
table.add_prefix("t_").join(rows.add_suffix("_r")).to_csv("ends.csv")
