"""What commands give to the programs that they run."""

from __future__ import annotations

import pytest

from tests.flow.tree import names, tree

ARGPARSE = """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument({})
args = parser.parse_args()
pd.read_csv(args.{})
"""


def read(command: str, code: str, by: str = "Makefile") -> list[list[str]]:
    """What a program reads that a command runs."""
    texts = {
        "Makefile": f"all:\n\t{command}\n",
        "dvc.yaml": f"stages:\n  one:\n    cmd: {command}\n",
        "run.sh": f"#!/bin/sh\n{command}\n",
        ".github/workflows/a.yml": f"jobs:\n  a:\n    steps:\n      - run: {command}\n",
        "README.md": f"```\n{command}\n```\n",
    }
    return names(tree({by: texts[by], "x.py": code}))


@pytest.mark.parametrize("by", ["Makefile", "dvc.yaml", "run.sh", ".github/workflows/a.yml"])
def test_an_option_by_the_command_that_runs_the_program(by: str) -> None:
    assert read("python x.py --input data/a.csv", ARGPARSE.format("'--input'", "input"), by) == [["data/a.csv"]]


@pytest.mark.parametrize(
    ("command", "added", "name", "expected"),
    [
        ("python x.py --input=a.csv", "'--input', required=True", "input", ["a.csv"]),
        ("python x.py -i a.csv", "'-i', '--input', default='b.csv'", "input", ["a.csv"]),
        ("python x.py --the-input a.csv", "'--the-input', type=str", "the_input", ["a.csv"]),
        ("python x.py a.csv", "'input'", "input", ["a.csv"]),
        ("python x.py --input $DATA", "'--input', default='b.csv'", "input", ["*"]),
        ("python x.py --other a.csv", "'--input', default='b.csv'", "input", ["b.csv"]),
        ("python x.py --verbose a.csv", "'input'", "input", ["*"]),
        ("python x.py", "'--input', default='b.csv'", "input", ["b.csv"]),
        ("python y.py --input a.csv", "'--input', default='b.csv'", "input", ["b.csv"]),
    ],
)
def test_what_argparse_is_given(command: str, added: str, name: str, expected: list[str]) -> None:
    assert read(command, ARGPARSE.format(added, name)) == [expected]


def test_several_commands() -> None:
    code = ARGPARSE.format("'--input', default='c.csv'", "input")
    command = "python x.py --input a.csv\n\tpython x.py --input b.csv\n\tpython x.py"
    assert read(command, code) == [["a.csv", "b.csv", "c.csv"]]


def test_arguments_by_their_place() -> None:
    code = "import sys\npd.read_csv(sys.argv[1])\npd.read_csv(sys.argv[2] + '/b.csv')\npd.read_csv(sys.argv[3])"
    assert read("python x.py a.csv data", code) == [["a.csv"], ["data/b.csv"], ["*"]]


def test_click() -> None:
    code = "import click\n@click.command()\n@click.option('--input')\ndef main(input):\n  pd.read_csv(input)\nmain()"
    assert read("python x.py --input a.csv", code) == [["a.csv"]]


def test_a_readme_gives_but_an_example() -> None:
    code = ARGPARSE.format("'--input', default='b.csv'", "input")
    assert read("python x.py --input path/to/your.csv", code, "README.md") == [["b.csv"]]


def test_numbers_stay_numbers() -> None:
    code = ARGPARSE.format("'--n', type=int", "input").replace("args.input", "f'part_{args.n}.csv'")
    assert read("python x.py --n 3", code) == [["part_*.csv"]]
