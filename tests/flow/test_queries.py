"""Tables of databases, through statements of SQL."""

from __future__ import annotations

import pytest

from tests.flow.tree import links, tree

CON = "import sqlite3\ncon = sqlite3.connect('shop.db')\n"
WRITE = CON + "pd.read_csv('a.csv').to_sql('scores', con)\n"


def linked(reader: str, writer: str = WRITE) -> list[str]:
    """The tables that two programs hand over."""
    found = links({"writer.py": writer, "reader.py": reader})
    return [artifact.removeprefix("table://") for _writer, artifact, reader in found if reader == "reader.py"]


@pytest.mark.parametrize(
    "query",
    [
        "pd.read_sql('select a from scores', con)",
        "pd.read_sql_query('SELECT a FROM public.Scores s JOIN b ON b.i = s.i', con)",
        "pd.read_sql(sql='with s as (select * from scores) select a from s', con=con)",
        "T = 'scores'\npd.read_sql(f'select a from {T} where d > {day}', con)",
        "pd.read_sql('select a from {}'.format('scores'), con)",
        "pd.read_sql('scores', con)",
        "con.cursor().execute('select a from scores where b = ?', (1,))",
        "con.execute('insert into old select * from scores')",
        "from sqlalchemy import text\npd.read_sql(text('select a from scores'), con)",
        "Q = '''\n-- the latest\nselect a\nfrom scores\n'''\npd.read_sql(Q, con)",
    ],
)
def test_a_query_reads_what_another_program_writes(query: str) -> None:
    assert linked(CON + query) == ["scores"]


@pytest.mark.parametrize(
    "query",
    [
        "pd.read_sql('select a from other.scores', con)",
        "pd.read_sql('select scores from b', con)",
        "pd.read_sql('with scores as (select 1) select * from scores', con)",
        "pd.read_sql(f'select a from {table()}', con)",
        "pd.read_sql('select a from scores where (', con)",
        "con.execute('delete from scores')",
        "con.execute('create table scores (a int)')",
        "pd.read_sql('select a from scores', sqlite3.connect('other.db'))",
    ],
)
def test_a_query_that_does_not(query: str) -> None:
    assert linked(CON + query) == []


@pytest.mark.parametrize(
    "write",
    [
        "con.execute('insert into scores values (?)', (1,))",
        "con.execute('create table scores as select a from b')",
        "con.executemany('insert into scores (a) values (?)', rows)",
    ],
)
def test_a_statement_writes(write: str) -> None:
    assert linked(CON + "pd.read_sql('select a from scores', con)", CON + write) == ["scores"]


def test_a_temporary_table_is_its_own_programs() -> None:
    write = CON + "con.execute('create temp table scores as select a from b')\n"
    assert linked(CON + "pd.read_sql('select a from scores', con)", write) == []
    spark = "from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n"
    both = spark + "spark.read.csv('a.csv').createOrReplaceTempView('v')\nspark.sql('select a from v')\n"
    found = links({"one.py": both, "two.py": spark + "spark.sql('select a from v')\n"})
    assert [(writer, reader) for writer, _view, reader in found] == [("one.py", "one.py")]


@pytest.mark.parametrize(
    ("query", "needed"),
    [
        ("select a, f from scores", True), ("select a from scores where F > 1", True), ("select * from scores", True),
        ("select a from scores", False), ("select count(*) as n from scores group by a", False),
    ],
)  # fmt: skip
def test_who_needs_a_column(query: str, needed: bool) -> None:
    writer = CON + "df = pd.read_csv('a.csv')\ndf['f'] = df['b'] + 1\ndf.to_sql('scores', con)\n"
    project = tree({"writer.py": writer, "reader.py": CON + f"print(pd.read_sql('{query}', con))"})
    assert {project.demand.needed(one) for one in project.columns if one.name == "f"} == {needed}


@pytest.mark.parametrize(
    ("query", "name", "missing"),
    [
        ("select a, b as c from t", "b", True), ("select a, b as c from t", "c", False),
        ("select a, b as c from t", "A", False), ("select * from t", "b", False),
        ("select a, count(*) from t", "b", False),
    ],
)  # fmt: skip
def test_the_columns_of_a_query(query: str, name: str, missing: bool) -> None:
    found = tree({"x.py": CON + f"df = pd.read_sql('{query}', con)\nprint(df['{name}'])"}).phantoms
    assert [one.name for one in found] == [name] * missing


# ------------------------------------------------------------------ files of SQL

DBT = {"shop/dbt_project.yml": "name: shop\n"}


@pytest.mark.parametrize(
    "ask",
    [
        "pd.read_sql(Path('sql/q.sql').read_text(), con)",
        "with open('sql/q.sql') as file:\n    query = file.read()\npd.read_sql(query, con)",
        "def load(name):\n    return open(os.path.join('sql', name + '.sql')).read()\npd.read_sql(load('q'), con)",
        "pd.read_sql(Path('sql/q.sql').read_text().format(day=day), con)",
    ],
)
def test_a_query_in_a_file(ask: str) -> None:
    files = {
        "writer.py": WRITE,
        "reader.py": CON + ask,
        "sql/q.sql": "-- all\nselect a\nfrom scores\nwhere d = {day}\n",
    }
    if "format" not in ask:
        files["sql/q.sql"] = "-- all\nselect a\nfrom scores\n"
    assert [artifact for _writer, artifact, reader in links(files) if reader == "reader.py"] == ["table://scores"]


def test_a_query_in_a_file_is_told_by_its_line() -> None:
    files = {"writer.py": WRITE, "reader.py": CON + "pd.read_sql(open('q.sql').read(), con)"}
    files["q.sql"] = "-- all\nselect a\nfrom scores\n"
    (over,) = tree(files).hand_overs
    (part,) = over.read.text.parts
    assert (part.source.file, part.source.at >> 12) == ("q.sql", 3)


def test_scripts_and_models_of_dbt_make_tables_of_tables() -> None:
    found = links({
        **DBT,
        "writer.py": WRITE,
        "reader.py": CON + "pd.read_sql('select a from daily', con)\npd.read_sql('select a from weekly', con)",
        "shop/models/deep/daily.sql": "select a from {{ ref('scores') }}",
        "etl/weekly.sql": "create table if not exists old (a int);\ninsert into weekly select a from daily;",
        "etl/look.sql": "select a from scores",
    })  # fmt: skip
    assert found == [
        ("etl/weekly.sql", "table://weekly", "reader.py"),
        ("shop/models/deep/daily.sql", "table://daily", "etl/weekly.sql"),
        ("shop/models/deep/daily.sql", "table://daily", "reader.py"),
        ("writer.py", "table://scores", "shop/models/deep/daily.sql"),
    ]


def test_the_schema_of_a_table() -> None:
    reader = CON + "pd.read_sql('select a from ml.scores', con)"
    assert linked(reader, WRITE.replace("con)", "con, schema='ml')")) == ["ml.scores"]
    assert linked(reader, WRITE.replace("con)", "con, schema=name())")) == []
    assert linked(reader) == []
