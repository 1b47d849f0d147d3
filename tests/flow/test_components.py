"""Kubeflow components: the files that they hand to one another."""

from __future__ import annotations

import pytest

from tests.flow.tree import links

V2 = """
from kfp import dsl
from kfp.dsl import Dataset, Input, Model, Output


@dsl.component(base_image='python:3.12')
def make(rows: int, out: Output[Dataset]):
    import pandas as pd
    pd.read_csv('a.csv').head(rows).to_csv(out.path)


@dsl.component
def use(table: Input[Dataset], rate: float) -> float:
    import pandas as pd
    return pd.read_csv(table.path)['a'].mean()


@dsl.pipeline(name='p')
def pipeline(rows: int = 3):
    {}
"""
V1 = """
from kfp import compiler
from kfp.components import InputPath, OutputPath, create_component_from_func


def make(out_path: OutputPath('CSV')):
    import pandas as pd
    pd.read_csv('a.csv').to_csv(out_path)


def use(table_path: InputPath('CSV'), rate: float = 0.5):
    import pandas as pd
    pd.read_csv(table_path)


make_op = create_component_from_func(make, base_image='python:3.12')
use_op = create_component_from_func(use)


def pipeline():
    {}


compiler.Compiler().compile(pipeline, 'p.yaml')
"""
HANDED = [("a.py", "kfp://a.py/make/out", "a.py")]


@pytest.mark.parametrize(
    "calls",
    [
        "use(table=make(rows=rows).outputs['out'], rate=0.1)",
        "use(table=make(rows=rows).output, rate=0.1)",
        "made = make(rows=3).set_cpu_limit('1').set_caching_options(False)\n    use(table=made.outputs['out'], rate=1)",
        "with dsl.Condition(rows > 2):\n        use(table=make(rows=3).outputs['out'], rate=1)",
    ],
)
def test_an_output_is_anothers_input(calls: str) -> None:
    assert links({"a.py": V2.format(calls)}) == HANDED


@pytest.mark.parametrize("calls", ["use(table=other(), rate=0.1)", "make(rows=1)", "pass"])
def test_an_input_that_no_component_makes(calls: str) -> None:
    assert links({"a.py": V2.format(calls)}) == []


@pytest.mark.parametrize(
    "calls",
    [
        "use_op(make_op().output)", "use_op(table=make_op().outputs['out'])",
        "made = make_op()\n    use_op(made.outputs['out'], rate=0.2)", "use_op(table_path=make_op().outputs['out'])",
    ],
)  # fmt: skip
def test_paths_that_the_pipeline_gives(calls: str) -> None:
    code = V1.format(calls).replace("def pipeline", "import kfp\n\n\n@kfp.dsl.pipeline(name='p')\ndef pipeline")
    assert links({"a.py": code}) == HANDED
