import pandas as pd

first = pd.read_csv("people.csv").head(10)
second = pd.read_csv("people.csv").tail(10).assign(late=1)
under = pd.concat([first, second], ignore_index=True)
under.to_csv("under.csv")
beside = pd.concat([first[["age"]], first["income"], second[["late"]]], axis=1)
beside.to_csv("beside.csv")
parts = []
for name in ["people.csv", "cities.csv"]:
    parts.append(pd.read_csv(name))
pd.concat(parts).to_csv("parts.csv")
