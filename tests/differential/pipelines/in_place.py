import pandas as pd

people = pd.read_csv("people.csv")
people.rename(columns={"age": "years"}, inplace=True)
people.drop("joined", axis=1, inplace=True)
people.drop(columns=["plan"], inplace=True)
people.set_index("id", inplace=True)
people.to_csv("indexed.csv")
people.reset_index(inplace=True)
people.to_csv("flat.csv")
people.insert(1, "half", people["years"] / 2)
people.fillna(0, inplace=True)
del people["city"]
people.to_csv("rest.csv")
people.columns = ["a", "b", "c", "d", "e"]
people.to_csv("renamed.csv")
