import pandas as pd

people = pd.read_csv("people.csv")
people["group"] = people.apply(lambda row: "old" if row["age"] > 50 else "young", axis=1)
people["city"] = people["city"].map({"A": "a"}).fillna("other")
people.loc[people["age"] > 60, "senior"] = 1
people.to_csv("groups.csv")
people.eval("ratio = income / age", inplace=True)
people.to_csv("ratio.csv")
people = people.eval("double = income * 2")
people.to_csv("double.csv")
people.loc[len(people)] = 0
people.to_csv("one_more.csv")
people.where(people["age"] > 0).to_csv("where.csv")
people[people["age"] > 30].to_csv("mask.csv")
people.isna().to_csv("missing.csv")
people.apply(lambda column: column.astype(str)).to_csv("strings.csv")
