import pandas as pd

people = pd.read_csv("people.csv")
if len(people) > 5:
    people["many"] = 1
else:
    people = people.drop(columns=["age"])
people.to_csv("one.csv")
if people["income"].mean() > 0:
    people = people[["id", "income", "churn"]]
people.to_csv("two.csv")
try:
    people["broken"] = people["no such column"]
    people = people.drop(columns=["income"])
except KeyError:
    people["repaired"] = 0
people.to_csv("three.csv")
kept = people if len(people) < 3 else people.rename(columns={"churn": "label"})
kept.to_csv("four.csv")
try:
    people.drop(columns=["id"], inplace=True)
    people.drop(columns=["nothing"], inplace=True)
    people.drop(columns=["repaired"], inplace=True)
except KeyError:
    pass
people.to_csv("five.csv")
