import pandas as pd
from sklearn.linear_model import LogisticRegression

people = pd.read_csv("people.csv")
numeric = ["age", "income"]
others = [name for name in people.columns if name not in numeric + ["id", "churn"]]
people[others].to_csv("others.csv")
wanted = people.columns.difference(["id", "churn"])
people[wanted].to_csv("wanted.csv")
names = list(people.columns)
names.remove("churn")
names.append("churn")
people[names].to_csv("names.csv")
by_type = people.select_dtypes(include="number").columns.tolist()
model = LogisticRegression().fit(people[by_type].drop(columns="churn"), people["churn"])
people.filter(regex="^i").to_csv("filtered.csv")
people.filter(["age", "nothing"]).to_csv("items.csv")
people.reindex(columns=["age", "new"]).to_csv("reindexed.csv")
people.loc[:, ["age", "city"]].to_csv("loc.csv")
people.loc[people["age"] > 30, ["id"]].to_csv("loc_rows.csv")
people.iloc[:, 1:3].to_csv("iloc.csv")
