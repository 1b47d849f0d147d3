import pandas as pd
from sklearn.tree import DecisionTreeClassifier


class Features:
    def __init__(self, path):
        self.table = pd.read_csv(path)
        self.made = []

    def add(self, name, values):
        self.table[name] = values
        self.made.append(name)

    def chosen(self):
        return self.table[self.made]


features = Features("people.csv")
features.add("old", features.table["age"] > 50)
features.add("rich", features.table["income"] > 3000)
model = DecisionTreeClassifier().fit(features.chosen(), features.table["churn"])
features.table.to_csv("all.csv")
features.chosen().to_csv("chosen.csv")
