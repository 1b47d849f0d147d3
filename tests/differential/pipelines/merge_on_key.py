import pandas as pd

people = pd.read_csv("people.csv")
orders = pd.read_csv("orders.csv")
joined = people.merge(orders, on="id", how="left")
joined.to_csv("joined.csv")
cities = pd.read_csv("cities.csv").rename(columns={"size": "city_size"})
everything = pd.merge(joined, cities, on="city")
everything.to_csv("everything.csv")
