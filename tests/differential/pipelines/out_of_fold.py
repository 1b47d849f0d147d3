import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

people = pd.read_csv("people.csv")
features = ["age", "income"]
people["fold_score"] = 0.0
for train, test in KFold(3).split(people):
    part = people.iloc[train]
    model = LogisticRegression().fit(part[features], part["churn"])
    people.loc[test, "fold_score"] = model.predict_proba(people.iloc[test][features])[:, 1]
people.to_csv("scores.csv")
stacked = LogisticRegression().fit(people[features + ["fold_score"]], people["churn"])
ranks = people[["id", "fold_score"]].rename(columns={"fold_score": "rank"}).sort_values("rank")
ranks.to_csv("ranks.csv", index=False)
