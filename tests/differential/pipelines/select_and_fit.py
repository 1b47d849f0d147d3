import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

people = pd.read_csv("people.csv")
people["log_income"] = np.log(people["income"])
features = ["age", "log_income"]
model = LogisticRegression().fit(people[features], people["churn"])
people["score"] = model.predict_proba(people[features])[:, 1]
people[["id", "score"]].to_csv("scores.csv", index=False)
