import pandas as pd

people = pd.read_csv("people.csv")
cities = pd.read_csv("cities.csv").rename(columns={"city": "name"})
joined = people.merge(cities, left_on="city", right_on="name")
joined.to_csv("joined.csv")
by_index = people.merge(cities.set_index("name"), left_on="city", right_index=True)
by_index.to_csv("by_index.csv")
looked_up = people.join(cities.set_index("name"), on="city")
looked_up.to_csv("looked_up.csv")
both = people.set_index("id").join(people.set_index("id"), lsuffix="_a", rsuffix="_b")
both.to_csv("both.csv")
