import pandas as pd


def load(name):
    return pd.read_csv(name)


def add_ratio(table, top, bottom, name="ratio"):
    table[name] = table[top] / table[bottom]
    return table


def cleaned(table):
    table = table.dropna().copy()
    table = table.drop(columns=["joined"])
    return table


def build(flag):
    if flag:
        return load("people.csv")
    return load("cities.csv")


people = cleaned(load("people.csv"))
add_ratio(people, "income", "age")
people.to_csv("ratio.csv")
other = add_ratio(load("orders.csv"), "amount", "id", name="by_id")
other.to_csv("by_id.csv")
build(True).to_csv("built.csv")
piped = load("people.csv").pipe(cleaned).pipe(add_ratio, "age", "income", name="reverse")
piped.to_csv("piped.csv")
