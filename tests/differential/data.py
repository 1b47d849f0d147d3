"""The files that the scripts of this folder read."""

from __future__ import annotations

import random
from pathlib import Path


def files() -> dict[str, str]:
    """Small tables, by the names of their files, the same every time."""
    draw = random.Random(7)
    people = ["id,age,income,city,plan,joined,churn"]
    orders = ["order_id,id,amount,kind,day"]
    for number in range(1, 61):
        age, income = draw.randint(18, 80), draw.randint(1000, 6000)
        plan, joined = draw.choice(["basic", "plus"]), f"202{draw.randint(0, 4)}-0{draw.randint(1, 9)}-11"
        people.append(f"{number},{age},{income},{draw.choice('ABC')},{plan},{joined},{int(draw.random() < age / 90)}")
        for _ in range(draw.randint(1, 3)):
            kind, day = draw.choice(["food", "books"]), f"2024-0{draw.randint(1, 9)}-02"
            orders.append(f"{len(orders)},{number},{draw.randint(5, 90)},{kind},{day}")
    cities = ["city,region,size", "A,north,10", "B,south,20", "C,north,30"]
    return {
        name: "\n".join(lines) + "\n"
        for name, lines in {"people.csv": people, "orders.csv": orders, "cities.csv": cities}.items()
    }


def headers() -> dict[str, tuple[str, ...]]:
    """The names in the first line of each."""
    return {name: tuple(text.partition("\n")[0].split(",")) for name, text in files().items()}


def write(folder: Path) -> None:
    """Put them into a folder."""
    for name, text in files().items():
        (folder / name).write_text(text, encoding="utf-8")
