import pandas as pd

a = pd.read_csv("people.csv")[["id", "age", "city"]]
b = pd.read_csv("people.csv")[["id", "age", "plan"]]
plain = a.merge(b, on="id")
plain.to_csv("plain.csv")
named = a.merge(b, on="id", suffixes=("", "_other"))
named.to_csv("named.csv")
named.drop(columns=["age_other"]).to_csv("back.csv")
twice = named.merge(b, on="id", suffixes=("_l", "_r"), indicator=True)
twice.to_csv("twice.csv")
