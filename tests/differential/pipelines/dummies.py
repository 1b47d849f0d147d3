import pandas as pd
from sklearn.linear_model import LogisticRegression

people = pd.read_csv("people.csv")
some = pd.get_dummies(people, columns=["city", "plan"])
some.to_csv("some.csv")
chosen = pd.get_dummies(people[["age", "plan"]], prefix="p", columns=["plan"])
chosen.to_csv("chosen.csv")
every = pd.get_dummies(people[["age", "city"]], drop_first=True)
every.to_csv("every.csv")
model = LogisticRegression().fit(some.drop(columns=["id", "joined", "churn"]), some["churn"])
