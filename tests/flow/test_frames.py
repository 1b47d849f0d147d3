"""Frames: who needs a column, asked of the column ``f`` of small programs."""

# ruff: noqa: E501 (a program on one line)

from __future__ import annotations

import pytest

from tests.flow.tree import tree

F = "df = pd.read_csv('a.csv')\ndf['f'] = df['a'] * 2\n"


def needed(code: str, column: str = "f", **others: str) -> set[bool]:
    """Whether each definition of a column in a tree is needed."""
    project = tree({"main.py": code, **{path.replace("__", "."): text for path, text in others.items()}})
    found = [definition for definition in project.columns if definition.name == column]
    assert found
    return {project.demand.needed(definition) for definition in found}


NEEDED = {
    "printed": "print(df['f'])",
    "an attribute": "print(df.f)",
    "selected": "print(df[['a', 'f']])",
    "left by a filter on one beginning or another": "p = 'f' if len(df) > 3 else 'g'\nprint(df[[c for c in df.columns if not c.startswith(p)]])",
    "let through by a filter": "print(df[[c for c in df.columns if c.startswith('f') or c == 'a']])",
    "selected by loc": "print(df.loc[df['a'] > 1, 'f'])",
    "a filter": "df = df[df['f'] > 1]\nprint(df['a'])",
    "a query": "print(df.query('f > 1')['a'])",
    "a key of groups": "print(df.groupby('f')['a'].mean())",
    "aggregated": "print(df.groupby('a')['f'].mean())",
    "aggregated by a dict": "print(df.groupby('a').agg({'f': 'mean'}))",
    "aggregated by name": "print(df.groupby('a').agg(m=('f', 'mean')))",
    "a key of a merge": "print(df.merge(pd.read_csv('b.csv'), on='f')['a'])",
    "a common key of a merge": "print(df.merge(pd.read_csv('b.csv'))['a'])",
    "sorted by": "print(df.sort_values('f')['a'])",
    "another column of it": "df['g'] = df['f'] + 1\nprint(df['g'])",
    "an assigned column of it": "df = df.assign(g=lambda d: d['f'] + 1)\nprint(df['g'])",
    "renamed": "df = df.rename(columns={'f': 'g'})\nprint(df['g'])",
    "through a merge": "df = pd.read_csv('b.csv').merge(df, on='a')\nprint(df['f'])",
    "through concat": "df = pd.concat([df, pd.read_csv('b.csv')])\nprint(df['f'])",
    "through a copy": "x = df.copy().dropna().reset_index(drop=True)\nprint(x['f'])",
    "a fit of all": "from sklearn.svm import SVC\nSVC().fit(df.drop(columns=['y']), df['y'])",
    "a fit by values": "from sklearn.svm import SVC\nSVC().fit(df.values, y)",
    "split": "from sklearn.model_selection import train_test_split\nx, z = train_test_split(df)\nprint(z['f'])",
    "written for someone": "df.to_csv('out.csv')",
    "given to unknown code": "consume(df)",
    "in a list given away": "consume([1, {'x': df}])",
    "returned to nobody seen": "def g():\n  return df\n",
    "a column that is not known": "print(df[which()])",
    "columns that are not known": "print(df[[c for c in df.columns if test(c)]])",
    "each of its columns": "for c in df.columns:\n  print(df[c].mean())",
    "all but some": "print(df[[c for c in df.columns if c not in ['a']]])",
    "rows": "for _, row in df.iterrows():\n  print(row['a'])",
    "an f-string": "print(f'{df}')",
    "in one arm": "if test():\n  print(df['f'])",
    "in a loop": "for i in range(3):\n  print(df['f'])",
    "dropped in one arm": "if test():\n  df = df.drop(columns=['f'])\nconsume(df)",
    "by a function": "def use(d):\n  print(d['f'])\nuse(df)",
    "by a method": "class M:\n  def __init__(self, d):\n    self.d = d\n  def m(self):\n    print(self.d['f'])\nM(df).m()",
    "by an applied function": "df.apply(lambda r: print(r['f']), axis=1)",
    "shown": "print(df)",
    "described": "print(df.describe())",
    "arithmetic of the whole": "x = df * 2",
}


@pytest.mark.parametrize("name", NEEDED)
def test_a_column_is_needed(name: str) -> None:
    assert needed(F + NEEDED[name]) == {True}


DEAD = {
    "nothing follows": "",
    "others are read": "print(df['a'])",
    "others are selected": "print(df[['a', 'b']])",
    "left out of a fit": "from sklearn.svm import SVC\nSVC().fit(df[['a', 'b']], df['y'])",
    "dropped": "df = df.drop(columns=['f'])\nconsume(df)",
    "dropped by axis": "df = df.drop('f', axis=1)\nconsume(df)",
    "dropped in place": "df.drop(columns='f', inplace=True)\nconsume(df)",
    "deleted": "del df['f']\nconsume(df)",
    "dropped in both arms": "if test():\n  df = df.drop(columns=['f'])\nelse:\n  df = df.drop('f', axis=1)\nconsume(df)",
    "replaced": "df['f'] = 1\ndf = df.drop(columns=['f'])\nconsume(df)",
    "a dead column of it": "df['g'] = df['f'] + 1\nprint(df['a'])",
    "a circle": "df['g'] = df['f']\ndf['f'] = df['g'] + 1\nprint(df['a'])",
    "renamed and dropped": "df = df.rename(columns={'f': 'g'}).drop(columns=['g'])\nconsume(df)",
    "left out by name": "print(df[[c for c in df.columns if c not in ['f']]])",
    "left out by a list": "cols = list(df.columns)\ncols.remove('f')\nprint(df[cols])",
    "rows of others": "print(df.loc[df['a'] > 1, 'b'])",
    "its length": "print(len(df), df.shape)",
    "merged and left": "df = df.merge(pd.read_csv('b.csv'), on='a')\nprint(df['b'])",
    "merged by reduce and left": (
        "from functools import reduce\n"
        "df = reduce(lambda l, r: l.merge(r, on='a'), [df, pd.read_csv('b.csv'), pd.read_csv('c.csv')])\nprint(df['b'])"
    ),
    "stacked from a starred list and left": (
        "parts = [*map(pd.read_csv, names())]\ndf = pd.concat([df, *parts])\nprint(df['a'])"
    ),
    "a function that needs others": "def use(d):\n  print(d['a'])\nuse(df)",
}


@pytest.mark.parametrize("name", DEAD)
def test_a_column_is_not_needed(name: str) -> None:
    assert needed(F + DEAD[name]) == {False}


def test_a_circle_that_leads_out_is_needed_as_a_whole() -> None:
    code = F + "while test():\n  df['g'] = df['f']\n  df['f'] = df['g'] + 1\ndf['h'] = df['g']\nprint(df['h'])"
    assert needed(code) == needed(code, "g") == needed(code, "h") == {True}


def test_a_circle_in_any_order_of_questions() -> None:
    project = tree({"a.py": F + "df['g'] = df['f']\ndf['f'] = df['g'] + 1\ndf['h'] = df['f']\nprint(df['h'])"})
    for definitions in (project.columns, project.columns[::-1]):
        project.__dict__.pop("demand", None)
        assert all(project.demand.needed(definition) for definition in definitions)


# ------------------------------------------------------------------ functions


def test_a_column_that_a_function_adds() -> None:
    code = "def add(d):\n  d['f'] = d['a'] + 1\n  return d\ndf = add(pd.read_csv('a.csv'))\n"
    assert needed(code + "print(df['a'])") == {False}
    assert needed(code + "print(df['f'])") == {True}


def test_one_call_of_several_that_needs_it_is_enough() -> None:
    code = (
        "def add(d):\n  d['f'] = d['a'] + 1\n  return d\nx = add(pd.read_csv('a.csv'))\ny = add(pd.read_csv('b.csv'))\n"
    )
    assert needed(code + "print(x['a'], y['f'])") == {True}
    assert needed(code + "print(x['a'], y['a'])") == {False}


def test_through_a_module() -> None:
    lib = "def add(d):\n  d['f'] = d['a'] + 1\n  return d\n"
    code = "from lib import add\ndf = add(pd.read_csv('a.csv'))\n"
    assert needed(code + "print(df['a'])", lib__py=lib) == {False}
    assert needed(code + "print(df['f'])", lib__py=lib) == {True}


# ------------------------------------------------------------------ through files

ROUND = F + "df.to_csv('data/b.csv')\n"


@pytest.mark.parametrize(
    ("reader", "expected"),
    [
        ("d = pd.read_csv('data/b.csv')\nprint(d['a'])", False),
        ("d = pd.read_csv('data/b.csv')\nprint(d['f'])", True),
        ("d = pd.read_csv('data/b.csv')\nprint(d)", True),
        ("d = pd.read_csv('data/b.csv').drop(columns=['f'])\nprint(d)", False),
        ("d = pd.read_csv('data/c.csv')\nprint(d['a'])", True),
        ("d = pd.read_csv(f'data/{x}.csv')\nprint(d['a'])", True),
    ],
)
def test_another_program_reads_the_file(reader: str, expected: bool) -> None:
    assert needed(ROUND, reader__py=reader) == {expected}


def test_any_reader_is_enough() -> None:
    readers = {f"r{i}__py": f"d = pd.read_csv('data/b.csv')\nprint(d['{name}'])" for i, name in enumerate("af")}
    assert needed(ROUND, **readers) == {True}


@pytest.mark.parametrize(("last", "expected"), [("a", False), ("f", True)])
def test_through_two_files(last: str, expected: bool) -> None:
    middle = "pd.read_csv('data/b.csv').to_csv('data/c.csv')"
    end = f"d = pd.read_csv('data/c.csv')\nprint(d['{last}'])"
    assert needed(ROUND, middle__py=middle, end__py=end) == {expected}


def test_a_file_that_is_written_back_needs_nothing_by_itself() -> None:
    other = "d = pd.read_csv('data/b.csv')\nd['g'] = d['a']\nd.to_csv('data/b.csv')\nprint(d['a'])"
    assert needed(ROUND, other__py=other) == {False}


def test_suffixes_keep_the_order_of_columns() -> None:
    """A join renames what both tables have, where it stands: whatever names them in turn is the same in every run."""
    code = (
        "a = pd.read_csv('a.csv')[['id']]\nb = pd.read_csv('b.csv')[['id']]\n"
        + "".join(f"a['{name}'] = 1 * a['id']\nb['{name}'] = 2 * b['id']\n" for name in "wuvzxy")
        + "both = a.merge(b, on='id', suffixes=('_l', '_r'))\nprint(both[['w_l']])\n"
    )
    project = tree({"main.py": f"import pandas as pd\n{code}"})
    both = project.flow.machine.scopes["main.py"].names["both"]
    made = [name for name in both.columns if name != "id"]
    assert made == [f"{name}_l" for name in "wuvzxy"] + [f"{name}_r" for name in "wuvzxy"]
    assert {one.name for one in project.columns if project.demand.needed(one)} == {"w"}
