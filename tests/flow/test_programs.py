"""Programs: which values reach a read through bindings, loops, functions, classes and settings."""

# ruff: noqa: E501 (a program on one line)

from __future__ import annotations

import pytest

from tests.flow.tree import read, tree

A, AB = [["a.csv"]], [["a.csv"], ["b.csv"]]
EITHER = [["a.csv", "b.csv"]]

BINDINGS = {
    "global and function": ('X = "a.csv"\ndef f():\n  pd.read_csv(X)\nf()', A),
    "global changed": ('X = "z"\ndef s():\n  global X\n  X = "a.csv"\ns()\npd.read_csv(X)', A),
    "nonlocal": (
        'def o():\n  x = "z"\n  def i():\n    nonlocal x\n    x = "a.csv"\n  i()\n  pd.read_csv(x)\no()',
        A,
    ),
    "several targets": ('x = y = "a.csv"\npd.read_csv(y)', A),
    "unpacked": ('(a, b), c = ("a", "."), "csv"\npd.read_csv(a + b + c)', A),
    "unpacked with a star": ('a, *b = "a", ".", "csv"\npd.read_csv(a + b[0] + b[-1])', A),
    "star in the middle": ('a, *b, c = "a", 1, 2, ".csv"\npd.read_csv(a + c)', A),
    "added to": ('x = "a"\nx += ".csv"\npd.read_csv(x)', A),
    "walrus": ('if (x := "a.csv"):\n  pd.read_csv(x)', A),
    "walrus in a comprehension": ('[y := x for x in ["a.csv"]]\npd.read_csv(y)', A),
    "if and else": ('if test():\n  x = "a.csv"\nelse:\n  x = "b.csv"\npd.read_csv(x)', EITHER),
    "if alone": ('x = "b.csv"\nif test():\n  x = "a.csv"\npd.read_csv(x)', EITHER),
    "while": ('x = "a.csv"\nwhile test():\n  x = "b.csv"\npd.read_csv(x)', EITHER),
    "try": ('try:\n  x = "a.csv"\nexcept OSError:\n  x = "b.csv"\npd.read_csv(x)', EITHER),
    "try reads": ('try:\n  pd.read_csv("a.csv")\nfinally:\n  pd.read_csv("b.csv")', AB),
    "match": ('match test():\n  case 1:\n    x = "a.csv"\n  case _:\n    x = "b.csv"\npd.read_csv(x)', EITHER),
    "match captures are unknown": ('match test():\n  case {"a": x}:\n    pd.read_csv(x)', [[]]),
    "with open": ('with open("a.csv") as f:\n  pd.read_csv(f)', A),
    "main": ('def main():\n  pd.read_csv("a.csv")\nif __name__ == "__main__":\n  main()', A),
    "deleted": ('x = "a.csv"\ndel x\npd.read_csv(x)', [[]]),
}

LOOPS = {
    "list": ('for x in ["a", "b"]:\n  pd.read_csv(f"{x}.csv")', AB),
    "named list": ('XS = ("a", "b")\nfor x in XS:\n  pd.read_csv(x + ".csv")', AB),
    "range": ("for i in range(2):\n  pd.read_csv(f'{i}.csv')", [["0.csv"], ["1.csv"]]),
    "enumerate": ('for i, x in enumerate(["a", "b"], 1):\n  pd.read_csv(f"{x}{i}")', [["a1"], ["b2"]]),
    "zip": ('for x, y in zip(["a", "b"], ("c", "d")):\n  pd.read_csv(x + y)', [["ac"], ["bd"]]),
    "product": (
        'from itertools import product\nfor x, y in product("a b".split(), ["c", "d"]):\n  pd.read_csv(x + y)',
        [["ac"], ["ad"], ["bc"], ["bd"]],
    ),
    "items": ('for k, v in {"a": ".csv"}.items():\n  pd.read_csv(k + v)', A),
    "keys": ('for k in {"a.csv": 1}:\n  pd.read_csv(k)', A),
    "appended": ('xs = []\nfor x in ["a", "b"]:\n  xs.append(x + ".csv")\nfor x in xs:\n  pd.read_csv(x)', AB),
    "comprehension": ('[pd.read_csv(x) for x in ["a.csv", "b.csv"]]', AB),
    "filtered": ('[pd.read_csv(x) for x in ["a.csv", "b.csv"] if x.startswith("a")]', A),
    "dict comprehension": ('d = {k: f"{k}.csv" for k in ["a", "z"]}\npd.read_csv(d["a"])', A),
    "nested": (
        'for x in "a", "b":\n  for y in ".csv", ".txt":\n    pd.read_csv(x + y)',
        [["a.csv"], ["a.txt"], ["b.csv"], ["b.txt"]],
    ),
    "unknown": ("for x in what():\n  pd.read_csv(f'd/{x}.csv')", [["d/*.csv"]]),
    "generator": ('def g():\n  yield "a.csv"\n  yield "b.csv"\nfor x in g():\n  pd.read_csv(x)', EITHER),
    "map": ('list(map(pd.read_csv, ["a.csv", "b.csv"]))', AB),
    "glob": ('import glob\nfor x in glob.glob("data/*_?.csv"):\n  pd.read_csv(x)', [["data/*_*.csv"]]),
    "Path.glob": ('for x in Path("data").glob("*.csv"):\n  pd.read_csv(x)', [["data/*.csv"]]),
    "Path.rglob": ('for x in Path("data").rglob("*.csv"):\n  pd.read_csv(x)', [["*"]]),
    "Path.iterdir": ('for x in Path("data").iterdir():\n  pd.read_csv(x)', [["data/*"]]),
    "listdir": ('for x in os.listdir("data"):\n  pd.read_csv(os.path.join("data", x))', [["data/*"]]),
}

FUNCTIONS = {
    "a parameter for each call": ('def f(x):\n  pd.read_csv(x + ".csv")\nf("a")\nf(x="b")', AB),
    "default": ('def f(x="a.csv"):\n  pd.read_csv(x)\nf()', A),
    "returned": ('def f(x):\n  return x + ".csv"\npd.read_csv(f("a"))', A),
    "returned in arms": ('def f(x):\n  if test():\n    return "a.csv"\n  return "b.csv"\npd.read_csv(f(1))', EITHER),
    "decided by its argument": (
        'def f(x):\n  if x == "1":\n    return "a.csv"\n  return "b.csv"\npd.read_csv(f("1"))\npd.read_csv(f("2"))',
        AB,
    ),
    "star arguments": ('def f(x, y):\n  pd.read_csv(x + y)\nf(*["a", ".csv"])\nf(**{"x": "b", "y": ".csv"})', AB),
    "star parameters": ('def f(*a, **k):\n  pd.read_csv(a[0] + k["end"])\nf("a", end=".csv")', A),
    "keyword only": ('def f(*, x):\n  pd.read_csv(x)\nf(x="a.csv")', A),
    "partial": (
        'from functools import partial\ndef f(x, y):\n  pd.read_csv(x + y)\ng = partial(f, "a", y=".csv")\ng()',
        A,
    ),
    "lambda": ('f = lambda x: pd.read_csv(x)\nf("a.csv")', A),
    "passed on": ('def f(read, x):\n  read(x)\nf(pd.read_csv, "a.csv")', A),
    "dispatch": ('def r(x):\n  pd.read_csv(x)\nD = {"csv": r}\nD["csv"]("a.csv")', A),
    "closure": ('def o(x):\n  def i(y):\n    pd.read_csv(x + y)\n  return i\no("a")(".csv")', A),
    "closures of one function": (
        'def o(x):\n  def i(y):\n    pd.read_csv(x + y)\n  i(".csv")\n  import gc\no("a")\no("b")',
        AB,
    ),
    "decorator that wraps": (
        "def d(f):\n  def w(*a, **k):\n    return f(*a, **k)\n  return w\n@d\ndef r(x):\n  pd.read_csv(x)\nr('a.csv')",
        A,
    ),
    "async": ('async def f():\n  await g()\n  pd.read_csv("a.csv")\nasync def g():\n  return 1', A),
    "called by nothing": ('def f(x):\n  pd.read_csv(f"{x}/a.csv")', [["*/a.csv"]]),
    "recursion": ('def f(x):\n  pd.read_csv(x)\n  f(x)\nf("a.csv")', A),
    "lambda recursion": ('f = lambda x: f(x + "a")\nf("a")\npd.read_csv("a.csv")', A),
}

CLASSES = {
    "class attribute": ('class C:\n  D = "a"\n  P = D + ".csv"\npd.read_csv(C.P)', A),
    "instance attribute": (
        'class C:\n  def __init__(self, p):\n    self.p = p\n  def m(self):\n    pd.read_csv(self.p)\nC("a.csv").m()',
        A,
    ),
    "set in another method": (
        'class C:\n  def m(self):\n    pd.read_csv(self.p)\n  def prepare(self):\n    self.p = "a.csv"',
        A,
    ),
    "set outside": ('class C:\n  pass\nc = C()\nc.p = "a.csv"\npd.read_csv(c.p)', A),
    "data class": (
        "from dataclasses import dataclass\n@dataclass\nclass C:\n  p: str = 'a.csv'\n"
        "pd.read_csv(C().p)\npd.read_csv(C('b.csv').p)",
        AB,
    ),
    "data class by name": (
        "from dataclasses import dataclass\n@dataclass\nclass C:\n  q: int\n  p: str\npd.read_csv(C(p='a.csv', q=1).p)",
        A,
    ),
    "inherited": (
        'class B:\n  p = "b.csv"\n  def m(self):\n    pd.read_csv(self.p)\nclass C(B):\n  p = "a.csv"\nC().m()\nB().m()',
        AB,
    ),
    "super().__init__": (
        "class B:\n  def __init__(self, p):\n    self.p = p\nclass C(B):\n  def __init__(self):\n"
        "    super().__init__('a.csv')\npd.read_csv(C().p)",
        A,
    ),
    "super keeps the receiver": (
        "class B:\n  end = '.txt'\n  def name(self):\n    return 'a' + self.end\nclass C(B):\n  end = '.csv'\n"
        "  def name(self):\n    return super().name()\npd.read_csv(C().name())",
        A,
    ),
    "super with arguments": (
        "class B:\n  def m(self, x):\n    pd.read_csv(x)\nclass C(B):\n  def m(self, x):\n"
        "    super(C, self).m(x + '.csv')\nC().m('a')",
        A,
    ),
    "super in a class method": (
        "class B:\n  @classmethod\n  def p(cls):\n    return 'a'\nclass C(B):\n  @classmethod\n  def p(cls):\n"
        "    return super().p() + '.csv'\npd.read_csv(C.p())",
        A,
    ),
    "super of a library": (
        "import torch\nclass C(torch.nn.Module):\n  def __init__(self):\n    super().__init__()\n    self.p = 'a.csv'\n"
        "pd.read_csv(C().p)",
        A,
    ),
    "property": ('class C:\n  @property\n  def p(self):\n    return "a.csv"\npd.read_csv(C().p)', A),
    "class method": (
        'class C:\n  d = "a"\n  @classmethod\n  def p(cls, e):\n    return cls.d + e\npd.read_csv(C.p(".csv"))',
        A,
    ),
    "class method of an instance": (
        'class C:\n  @classmethod\n  def p(cls, x):\n    return x\npd.read_csv(C().p("a.csv"))',
        A,
    ),
    "static method": ('class C:\n  @staticmethod\n  def p(x):\n    return x + ".csv"\npd.read_csv(C().p("a"))', A),
    "factory": (
        'class C:\n  @classmethod\n  def make(cls):\n    return cls("a.csv")\n  def __init__(self, p):\n    self.p = p\n'
        "pd.read_csv(C.make().p)",
        A,
    ),
    "call": ('class C:\n  def __call__(self, x):\n    pd.read_csv(x)\nC()("a.csv")', A),
    "context manager": (
        'class C:\n  def __enter__(self):\n    return "a.csv"\n  def __exit__(self, *a):\n    pass\n'
        "with C() as p:\n  pd.read_csv(p)",
        A,
    ),
    "namespace": ('from types import SimpleNamespace\nc = SimpleNamespace(p="a.csv")\npd.read_csv(c.p)', A),
    "getattr": ('class C:\n  p = "a.csv"\npd.read_csv(getattr(C, "p"))', A),
    "named tuple is not followed": (
        'from collections import namedtuple\nC = namedtuple("C", "p")\npd.read_csv(C("a.csv").p)',
        [[]],
    ),
}

PARSER = "import argparse\np = argparse.ArgumentParser()\n"
SETTINGS = {
    "argparse default": (PARSER + 'p.add_argument("--in-file", default="a.csv")\npd.read_csv(p.parse_args().in_file)', A),
    "argparse dest": (
        PARSER + 'p.add_argument("-i", dest="x", default="a.csv")\na, _ = p.parse_known_args()\npd.read_csv(a.x)', A,
    ),
    "argparse without": (PARSER + 'p.add_argument("x")\npd.read_csv(p.parse_args().x + "/a.csv")', [["*/a.csv"]]),
    "argparse as a dict": (
        PARSER + 'p.add_argument("--x", default="a.csv")\na = vars(p.parse_args())\npd.read_csv(a["x"])', A,
    ),
    "argv": ('import sys\npd.read_csv(sys.argv[1])', [["*"]]),
    "click": (
        'import click\n@click.command()\n@click.option("--x", default="a.csv")\ndef f(x):\n  pd.read_csv(x)\nf()', A,
    ),
    "click argument": ('import click\n@click.command()\n@click.argument("x")\ndef f(x):\n  pd.read_csv(x)\nf()', [["*"]]),
    "typer": (
        'import typer\ndef f(x: str = typer.Option("a.csv"), y: str = "b.csv"):\n  pd.read_csv(x)\n  pd.read_csv(y)\n'
        "typer.run(f)", AB,
    ),
    "fire": ('import fire\ndef f(x="a.csv"):\n  pd.read_csv(x)\nfire.Fire(f)', A),
}  # fmt: skip

PROGRAMS = {**BINDINGS, **LOOPS, **FUNCTIONS, **CLASSES, **SETTINGS}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_reads(name: str) -> None:
    code, expected = PROGRAMS[name]
    assert read(code) == expected


SPARK = """
import pyspark.sql.functions as F
from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("x").config("a", "b").getOrCreate()
df = spark.read.option("header", True).parquet("x.parquet")
df = df.withColumn("ratio", F.col("a") / F.col("b")).withColumn("dead", F.col("a") * 2)
df.select("id", "ratio").write.mode("append").parquet("out/z.parquet")
df.select("id").write.saveAsTable("gold.ids")
ids = spark.table("gold.ids")
"""


def test_spark() -> None:
    project = tree({"main.py": SPARK})
    named = [
        (event.verb, [text.template for text in event.paths], bool(event.extra.get("append")))
        for event in project.events
        if event.verb in ("reads", "writes")
    ]
    assert named == [
        ("reads", ["x.parquet"], False),
        ("writes", ["out/z.parquet"], True),
        ("writes", ["gold.ids"], False),
        ("reads", ["gold.ids"], False),
    ]
    assert {one.name: project.demand.needed(one) for one in project.columns} == {"ratio": True, "dead": False}
    assert {one.site.at & 0xFFF for one in project.columns} == {
        20,
        65,
    }  # where each is named, not where the chain begins
    assert [one.artifact for one in project.hand_overs] == ["table://gold.ids"]


OFF = {
    "a default that nobody chose": ('def get(fast=False):\n  if fast: pd.read_csv("a.csv")', {False}),
    "a default that the caller leaves": ('def get(fast=False):\n  if fast: pd.read_csv("a.csv")\nget()', {True}),
    "what follows a return": (
        'def get(fast=True):\n  if fast: return 1\n  pd.read_csv("a.csv")\nget()',
        {True},
    ),
    "what follows a return that may not be": (
        'def get(fast=True):\n  if fast and X: return 1\n  pd.read_csv("a.csv")\nget()',
        {False},
    ),
    "an argument of the call": ('def get(fast):\n  if fast: pd.read_csv("a.csv")\nget(False)', {True}),
    "a constant": ('FAST = False\nif FAST: pd.read_csv("a.csv")', {True}),
    "a constant asked for a value": ('MODE = 1\nif MODE == 2: pd.read_csv("a.csv")', {True}),
    "a live call after a dead one": (
        'FAST = False\ndef load(): return pd.read_csv("a.csv")\nif FAST: load()\nload()',
        {True, False},
    ),
    "a flag of a loop inside a loop": (
        'for e in X:\n  first = True\n  for c in Y:\n    if first: first = False\n    else: pd.read_csv("a.csv")',
        {False},
    ),
}


@pytest.mark.parametrize("name", OFF)
def test_what_the_program_switches_off(name: str) -> None:
    code, off = OFF[name]
    project = tree({"main.py": f"import pandas as pd\n{code}\n"})
    assert {event.off for event in project.events if event.verb == "reads"} == off


ROUNDS = {
    "a round that may be left": ('for n in ["a", "b"]:\n  if X: continue\n  pd.read_csv(n + ".csv")', {True}),
    "a round that ends": ('for n in ["a", "b"]:\n  if n == "a": continue\n  pd.read_csv(n + ".csv")', {False}),
    "items of one list or another": ('for n in ["a"] if X else ["b"]:\n  pd.read_csv(n + ".csv")', {True}),
}


@pytest.mark.parametrize("name", ROUNDS)
def test_rounds_that_may_not_run(name: str) -> None:
    code, may = ROUNDS[name]
    project = tree({"main.py": f"import pandas as pd\n{code}\n"})
    assert {event.may for event in project.events if event.verb == "reads"} == may


def test_a_tuple_of_two_branches_keeps_what_it_was_made_of() -> None:
    code = (
        'import pandas as pd\nfrom sklearn.linear_model import Ridge\nd = pd.read_csv("a.csv").values\n'
        "X, y = (d[:, 1:], d[:, 0]) if K else (d[:, 2:], d[:, 0])\nRidge().fit(X, y)\n"
    )
    (fit,) = [event for event in tree({"main.py": code}).events if event.verb == "fits"]
    assert fit.inputs


def test_what_returns_and_what_follows_exclude_each_other() -> None:
    code = "def f():\n  if test():\n    return pd.read_csv('a.csv')\n  t = pd.read_csv('b.csv')\n  t.to_csv('a.csv')\nf()\npd.read_csv('c.csv')"
    first, second, written, later = (event for event in tree({"main.py": code}).events if event.paths)
    assert first.excludes(second)
    assert first.excludes(written)
    assert written.excludes(first)
    assert not second.excludes(written)
    assert not later.excludes(first)
    assert not first.excludes(later)


@pytest.mark.parametrize(
    ("name", "written"),
    [('"a"', ["a.npy"]), ('"a.npy"', ["a.npy"]), ('open("a", "wb")', ["a"]), ("given()", [])],
)
def test_the_ending_that_numpy_adds(name: str, written: list[str]) -> None:
    events = tree({"main.py": f"import numpy as np\nnp.save({name}, np.zeros(3))"}).events
    assert [text.template for event in events if event.callee == "numpy.save" for text in event.paths] == written


def test_a_choice_is_made_by_what_a_call_is_told() -> None:
    code = "def rows(name):\n    return pd.read_csv('a/' + name if name.startswith('x') else 'b/' + name)\nrows('xy')\nrows('z')\n"
    assert read(code) == [["a/xy"], ["b/z"]]
