import numpy as np
import pandas as pd

people = pd.read_csv("people.csv")
for column in ["age", "income"]:
    people[f"{column}_squared"] = people[column] ** 2
people.to_csv("squares.csv")
for column in people.columns:
    if column.endswith("_squared"):
        people[column + "_again"] = people[column]
people.to_csv("again.csv")
numbers = people[["age", "income"]]
for column in numbers.columns:
    numbers = numbers.assign(**{column + "_log": np.log(numbers[column] + 1)})
numbers.to_csv("logs.csv")
small = people[["age", "income"]].copy()
for column in small.columns:
    small["z_" + column] = small[column] - small[column].mean()
small.to_csv("centred.csv")
