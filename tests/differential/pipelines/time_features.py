import pandas as pd
from sklearn.linear_model import LinearRegression

people = pd.read_csv("people.csv", parse_dates=["joined"])
people["year"] = people["joined"].dt.year
people["month"] = people.joined.dt.month
orders = pd.read_csv("orders.csv").sort_values("day")
orders["lag"] = orders.groupby("id")["amount"].shift(1)
orders["rolling"] = orders["amount"].rolling(2).mean()
orders = orders.dropna()
orders.to_csv("lags.csv")
latest = orders.groupby("id").tail(1)
latest.to_csv("latest.csv")
orders.drop_duplicates("id", keep="last")[["id", "day"]].to_csv("last_day.csv")
model = LinearRegression().fit(orders[["lag", "rolling"]], orders["amount"])
