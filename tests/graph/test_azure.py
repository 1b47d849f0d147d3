"""Pipelines of Azure ML in YAML: what their jobs hand to one another."""

from __future__ import annotations

import pytest

from tests.flow.tree import links, names, tree

ARGS = "import argparse\nparser = argparse.ArgumentParser()\n{}args = parser.parse_args()\n{}\n"


def program(options: list[str], code: str) -> str:
    added = "".join(f"parser.add_argument('--{option}')\n" for option in options)
    return ARGS.format(added, code)


COMPONENT = """
type: command
inputs:
  data: {type: uri_folder}
  rate: {type: number, default: 0.5}
  state: {type: custom_model, optional: true}
outputs:
  ready: {type: uri_folder}
code: src
command: >-
  python prepare.py --data ${{inputs.data}} --rate ${{ inputs.rate }}
  $[[--state ${{inputs.state}}]] --ready ${{outputs.ready}}
"""
PIPELINE = """
type: pipeline
inputs:
  raw: {type: uri_folder, path: ../data/raw}
jobs:
  prep:
    type: command
    component: ../parts/prepare.yml
    inputs:
      data: DATA
  train:
    type: command
    command: python train.py --table ${{inputs.table}} --model ${{outputs.model}}
    code: ../train
    inputs:
      table: ${{parent.jobs.prep.outputs.ready}}
    outputs:
      model: {type: mlflow_model}
"""
PREPARE = program(
    ["data", "ready", "state"], "pd.read_csv(args.data + '/a.csv').to_csv(os.path.join(args.ready, 'b.csv'))"
)
TRAIN = program(["table", "model"], "pd.read_csv(args.table + '/b.csv')")


def files(data: str = "${{parent.inputs.raw}}") -> dict[str, str]:
    return {
        "parts/prepare.yml": COMPONENT,
        "jobs/pipeline.yml": PIPELINE.replace("DATA", data),
        "parts/src/prepare.py": PREPARE,
        "train/train.py": TRAIN,
    }


def test_an_output_is_anothers_input() -> None:
    address = "azureml://jobs/pipeline.yml/prep/ready/b.csv"
    assert links(files()) == [("parts/src/prepare.py", address, "train/train.py")]


@pytest.mark.parametrize(
    ("data", "read"),
    [
        ("${{parent.inputs.raw}}", "../../data/raw/a.csv"), ("{path: ../data/raw}", "../../data/raw/a.csv"),
        ("azureml:raw@latest", "azureml:raw@latest/a.csv"), ("${{parent.inputs.other}}", "*/a.csv"),
    ],
)  # fmt: skip
def test_what_a_pipeline_gives_a_job(data: str, read: str) -> None:
    assert names(tree(files(data)), entry="parts/src/prepare.py") == [[read]]


def test_all_files_of_an_output() -> None:
    given = files()
    given["parts/src/prepare.py"] = program(
        ["data", "ready"],
        "import glob\nfor path in glob.glob(args.data + '/*.csv'):\n"
        "  pd.read_csv(path).to_csv(args.ready + '/' + os.path.basename(path))",
    )
    given["train/train.py"] = program(
        ["table"], "import glob\npd.concat(map(pd.read_csv, glob.glob(args.table + '/*.csv')))"
    )
    assert [(writer, reader) for writer, _artifact, reader in links(given)] == [
        ("parts/src/prepare.py", "train/train.py")
    ]


def test_a_component_that_no_pipeline_has() -> None:
    given = files()
    del given["jobs/pipeline.yml"]
    assert names(tree(given), entry="parts/src/prepare.py") == [["*/a.csv"]]
