import pandas as pd

table = (
    pd.read_csv("people.csv")
    .rename(columns={"income": "salary", "plan": "tariff"})
    .assign(rich=lambda t: t["salary"] > 3000, per_year=lambda t: t.salary * 12)
    .drop(columns=["joined"])
    .query("age > 20")
    .sort_values("salary")
    .reset_index(drop=True)
)
table.to_csv("rich.csv", index=False)
table.select_dtypes("number").to_csv("numbers.csv")
