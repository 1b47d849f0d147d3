import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

people = pd.read_csv("people.csv")
train, test = train_test_split(people, test_size=0.3, random_state=0)
columns = ["age", "income"]
scaler = StandardScaler().fit(train[columns])
train[columns] = scaler.transform(train[columns])
pipeline = Pipeline(
    [
        (
            "prepare",
            ColumnTransformer(
                [("n", StandardScaler(), columns), ("c", OneHotEncoder(handle_unknown="ignore"), ["city"])]
            ),
        ),
        ("model", LogisticRegression()),
    ]
)
pipeline.fit(train.drop(columns=["churn", "joined"]), train["churn"])
test["said"] = pipeline.predict(test.drop(columns=["churn", "joined"]))
test.to_csv("said.csv")
scaled = pd.DataFrame(scaler.transform(test[columns]), columns=["age_z", "income_z"], index=test.index)
scaled.to_csv("scaled.csv")
pd.concat([test, scaled], axis=1).to_csv("with_scaled.csv")
