import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier

people = pd.read_csv("people.csv").dropna()
labels = people.pop("churn")
numbers = people.drop(columns=["id", "city", "plan", "joined"])
train, test, y_train, y_test = train_test_split(numbers, labels, random_state=0)
model = DecisionTreeClassifier(max_depth=2).fit(train, y_train)
test.assign(said=model.predict(test)).to_csv("said.csv")
people.to_csv("people_without_labels.csv")
