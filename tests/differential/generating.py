"""Scripts of pandas, drawn step by step: each step is tried as it is drawn, so that nearly all of a script runs."""

from __future__ import annotations

import contextlib
import io
import os
import warnings
from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import strategies as st

HEAD = "import pandas as pd\n"
_NEW = ("a", "b", "index", "age", "id_x", "p_age")
_TABLES = ("t", "u", "w")
#: Steps on one table ``T``: ``{c}``, ``{d}`` are columns that it has, ``{cs}`` a list of them, ``{n}`` any name.
_STEPS = (
    "T = T[{cs}]",
    "T = T[{cs}].copy()",
    "T = T.drop(columns={cs})",
    "T = T.drop([{c!r}], axis=1)",
    "T[{n!r}] = T[{c!r}]",
    "T[{n!r}] = 1",
    "T.loc[:, {n!r}] = 0",
    "T = T.assign({m}=T[{c!r}])",
    "T = T.rename(columns={{{c!r}: {n!r}}})",
    "T = T.rename(columns={{{c!r}: {n!r}, {d!r}: {c!r}}})",
    "T.rename(columns={{{c!r}: {n!r}}}, inplace=True)",
    "T.drop(columns={cs}, inplace=True)",
    "T = T.set_index({c!r})",
    "T = T.set_index({cs}, append=True)",
    "T.set_index({c!r}, inplace=True)",
    "T = T.reset_index()",
    "T = T.reset_index(drop=True)",
    "T.reset_index(inplace=True)",
    "T.index.name = {n!r}",
    "T = T.groupby({c!r}).agg({m}=({d!r}, 'count'))",
    "T = T.groupby({c!r}, as_index=False).agg({m}=({d!r}, 'count'))",
    "T = T.groupby({cs})[[{d!r}]].first()",
    "T = T.groupby({c!r})[{d!r}].count().reset_index()",
    "T = T.groupby({c!r})[{d!r}].count().reset_index(name={n!r})",
    "T = T.groupby({c!r}).size().to_frame({n!r})",
    "T = T.groupby({c!r}).agg({{{d!r}: ['min', 'count']}})",
    "T = T.groupby({c!r}).agg({{{d!r}: 'count'}}).reset_index()",
    "T.columns = ['_'.join(name) for name in T.columns]",
    "T.columns = [name + '_z' for name in T.columns]",
    "T = T.groupby({c!r}).first()",
    "T = pd.get_dummies(T, columns=[{c!r}])",
    "T = pd.get_dummies(T, prefix={n!r}, columns=[{c!r}])",
    "T = pd.get_dummies(T)",
    "T = T.add_prefix('p_')",
    "T = T.melt(id_vars={cs})",
    "T.insert(0, {n!r}, 2)",
    "T.pop({c!r})",
    "del T[{c!r}]",
    "T = T.dropna().head(20)",
    "T = T[T[{c!r}].notna()]",
    "T = T.reindex(columns={cs} + [{n!r}])",
    "T = T.select_dtypes('number')",
    "T = T.apply(lambda column: column.fillna(0))",
    "T = T.eval({n!r} + ' = 1')",
    "T = T.filter(items={cs})",
    "T = T.fillna({{{c!r}: 0}})",
    "T = T.pivot_table(index={c!r}, columns={d!r}, aggfunc='size').reset_index()",
    "T = T.stack().reset_index()",
    "T = pd.DataFrame({{{n!r}: T[{c!r}], 'b': 1}})",
)
#: Steps on one table and another, ``U``: ``{k}`` is a column of both, ``{e}`` one of the other.
_JOINS = (
    "T = T.merge(U, on={k!r})",
    "T = T.merge(U[[{k!r}, {e!r}]], on={k!r}, how='left')",
    "T = pd.merge(T, U, on={k!r}, suffixes=('', '_r'))",
    "T = T.merge(U, left_on={c!r}, right_on={e!r}, suffixes=('_l', '_r'))",
    "T = T.merge(U, left_index=True, right_index=True)",
    "T = T.merge(U, on={k!r}, how='outer', indicator=True)",
    "T = T.merge(U)",
    "T = T.join(U, rsuffix='_o')",
    "T = T.join(U.set_index({e!r}), on={c!r}, lsuffix='_l')",
    "T = pd.concat([T, U])",
    "T = pd.concat([T, U], axis=1)",
    "T = pd.concat([T, U[{e!r}]], axis=1)",
    "T = pd.concat([T, U], ignore_index=True, join='inner')",
    "T = U",
    "T = U.copy()",
    "T[{n!r}] = U[{e!r}]",
)
#: What one or two steps stand in.
_AROUND = (
    "{0}",
    "{0}",
    "if len(T) > 30:\n    {0}\nelse:\n    {1}",
    "if len(T) < 0:\n    {0}",
    "for number in range(2):\n    T.to_csv('in_loop.csv')\n    {0}",
    "for name in list(T.columns):\n    {0}",
    "number = 0\nwhile number < len(T) and number < 2:\n    T.to_csv('while.csv')\n    {0}\n    number += 1",
    "try:\n    {0}\n    T['not there']\n    {1}\nexcept Exception:\n    pass",
    "try:\n    T['not there']\n    {0}\nexcept KeyError:\n    {1}",
    "def change(T):\n    {0}\n    return T\n\n\nT = change(T)",
    "def change(T):\n    {0}\n    {1}\n\n\nchange(T)",
    "def change(T, hard):\n    if hard:\n        {0}\n    return T\n\n\nT = change(T, len(T) > 20)",
    "for T_ in [T, T.copy()]:\n    {0}\n    T_.to_csv('each.csv')",
    "(lambda T: T.drop(columns=T.columns[0], inplace=True))(T)\n{0}",
)


def scripts(folder: Path) -> st.SearchStrategy[str]:
    """Scripts that read what lies in ``folder``."""

    @st.composite
    def drawn(draw: st.DrawFn) -> str:
        names: dict[str, Any] = {"pd": pd}
        lines = [
            f"{table} = pd.read_csv({draw(st.sampled_from(['people.csv', 'orders.csv', 'cities.csv']))!r})"
            for table in _TABLES
        ]
        before = Path.cwd()
        os.chdir(folder)
        try:
            for line in lines:
                exec(line, names)
            for _ in range(draw(st.integers(1, 8))):
                step = draw(_step(names))
                if _runs(step, names):
                    lines.append(step)
        finally:
            os.chdir(before)
        return HEAD + "\n".join(lines) + "\n"

    return drawn()


def _runs(step: str, names: dict[str, Any]) -> bool:
    copies = {name: value.copy() if isinstance(value, pd.DataFrame) else value for name, value in names.items()}
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            exec(step, names)
        except Exception:  # noqa: BLE001 (whatever a drawn step does wrong)
            names.clear()
            names.update(copies)
            return False
    small = all(len(names[name]) < 500 and len(names[name].columns) < 60 for name in _TABLES)
    if not small or not all(isinstance(names[name], pd.DataFrame) for name in _TABLES):
        names.clear()
        names.update(copies)
        return False
    return True


@st.composite
def _step(draw: st.DrawFn, names: dict[str, Any]) -> str:
    table, other = draw(st.permutations(_TABLES))[:2]
    has, far = list(names[table].columns) or ["none"], list(names[other].columns) or ["none"]
    both = [name for name in has if name in far] or ["none"]

    def one() -> str:
        form: str = draw(st.sampled_from(_STEPS + _JOINS * 2))
        return form.format(
            c=draw(st.sampled_from(has)), d=draw(st.sampled_from(has)), e=draw(st.sampled_from(far)),
            k=draw(st.sampled_from(both)), n=draw(st.sampled_from(_NEW)), m=draw(st.sampled_from(("a", "total"))),
            cs=draw(st.lists(st.sampled_from(has), min_size=1, max_size=4, unique=True)),
        )  # fmt: skip

    around = draw(st.sampled_from(_AROUND))
    inner = "T_" if "T_" in around else "T"
    steps = [_named(one(), inner, other) for _ in range(2)]
    text = around.format(*steps)
    local = around.startswith("def") or "T_" in around
    calls = text.rpartition("\n\n\n") if around.startswith("def") else ("", "", text)
    outer = calls[2].replace("T_", "\0") if local else calls[2]
    outer = _named(outer, table, other).replace("\0", "T_")
    return f"{calls[0]}{calls[1]}{outer}\n{table}.to_csv('out.csv')"


def _named(text: str, table: str, other: str) -> str:
    """A step on tables of these names."""
    words = {"T": table, "U": other}
    result, word = [], ""
    for letter in text + "\n":
        if letter.isalnum() or letter == "_":
            word += letter
            continue
        result += [words.get(word, word), letter]
        word = ""
    return "".join(result)[:-1]
