import os

import pandas as pd

table = pd.read_csv("orders.csv")[["id", "amount"]]
other = pd.read_csv("people.csv")[["id", "age"]]
for number in range(3):
    table.to_csv(f"before_{number}.csv")
    table[f"lag_{number}"] = table["amount"].shift(number)
    table.to_csv(f"after_{number}.csv")
i = 0
while i < 2:
    table.head().to_csv("while.csv")
    table["seen"] = i
    i += 1
table.to_csv("end.csv")
for name in os.listdir("."):
    if name.endswith(".csv"):
        table.to_csv("listed.csv.out")
        table = table.assign(listed=name)
table.to_csv("last.csv")
