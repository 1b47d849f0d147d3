"""Columns of a table whose seal holds, and what breaks it."""

from __future__ import annotations

import pytest

from tests.flow.tree import tree

READ = "import pandas as pd\nimport company\ndf = pd.read_csv('t.csv')\n"


def missing(code: str) -> list[str]:
    """The names that are read and not there, of a table with the columns ``a`` and ``b``."""
    files = {"t.csv": "a,b\n1,2\n", "u.csv": "a,z\n1,2\n", "x.py": READ + code}
    return [one.name for one in tree(files).phantoms]


@pytest.mark.parametrize(
    "step",
    [
        "", "df = df.copy()", "df = df[df['a'] > 1]", "df = df.dropna().sort_values('a')", "df['n'] = df['a'] * 2",
        "df = df.drop(columns=['b'])", "df = df.head(3).fillna(0)", "df = df.loc[df['b'] == 1]",
        "df = df.merge(pd.read_csv('u.csv'), on='a')", "df = pd.concat([df, df.head()])",
        "df = pd.get_dummies(df, columns=['b'])", "df = df.groupby('a').first()",
        "df = df.merge(df.groupby('a').agg(n=('b', 'sum')), on='a')",
        "df.update(company.table())", "df = df.reset_index()", "df.reset_index(inplace=True)",
    ],
)  # fmt: skip
def test_steps_that_leave_the_columns_alone(step: str) -> None:
    assert missing(f"{step}\nprint(df['c'])\n") == ["c"]


@pytest.mark.parametrize(
    "step",
    [
        "df = df.rename(columns={'a': 'c'})", "df.rename(columns={'a': 'c'}, inplace=True)", "df.columns = ['c', 'd']",
        "df = df.merge(other, on='a')", "df = pd.concat([df, other], axis=1)",
        "df = df.groupby('a').agg(c=('b', 'sum'))", "df = df.assign(c=1)",
        "df.insert(0, 'c', 1)", "df = df.pipe(company.more)", "company.more(df)", "df = company.more(df)",
        "df[company.name()] = 1", "for n in company.names(): df[n] = 1", "df = df.T", "df = pd.get_dummies(df)",
        "df = df.join(other)", "df.eval('c = a + b', inplace=True)", "df = df.pivot_table(index='a')",
        "df.loc[:, company.name()] = 1", "df = df.apply(company.row, axis=1)",
        "df[['c', 'd']] = company.two(df)", "df = df.set_index('a').unstack()", "df = df.explode('b').stack()",
    ],
)  # fmt: skip
def test_steps_that_may_bring_columns(step: str) -> None:
    assert missing(f"other = company.table()\n{step}\nprint(df['c'])\n") == []


@pytest.mark.parametrize(
    "look",
    ["if ask: df['c']", "try:\n    df['c']\nexcept KeyError:\n    pass", "df.get('c')", "df.filter(['c'])", "df.c"],
)
def test_who_asks_first(look: str) -> None:
    assert missing(f"ask = company.ask()\n{look}\n") == []


@pytest.mark.parametrize(
    "read",
    [
        "header=None", "skiprows=3", "names=company.names()", "usecols=company.names()", "index_col=0", "sep='~'",
        "delimiter='~'", "'~'", "delim_whitespace=True", "quotechar='~'", "comment='a'", "**company.options()",
        "*company.options()",
    ],
)  # fmt: skip
def test_readers_that_call_the_columns_otherwise(read: str) -> None:
    assert missing(f"df = pd.read_csv('t.csv', {read})\nprint(df['c'])\n") == []
