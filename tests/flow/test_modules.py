"""Names that come from other files: imports of every kind, and configuration files of the tree."""

# ruff: noqa: E501 (a program on one line)

from __future__ import annotations

import pytest

from tests.flow.tree import names, tree

X = 'X = "x.csv"\n'
READ_X = "pd.read_csv(X)"

IMPORTS: dict[str, dict[str, str]] = {
    "from": {"a.py": f"from c import X\n{READ_X}", "c.py": X},
    "alias": {"a.py": "from c import X as Z\npd.read_csv(Z)", "c.py": X},
    "star": {"a.py": f"from c import *\n{READ_X}", "c.py": X},
    "re-export": {"a.py": f"from p import X\n{READ_X}", "p/__init__.py": "from .c import X", "p/c.py": X},
    "star re-export": {"a.py": f"from p import *\n{READ_X}", "p/__init__.py": "from .c import *", "p/c.py": X},
    "dotted": {"a.py": "import p.c\npd.read_csv(p.c.X)", "p/__init__.py": "", "p/c.py": X},
    "dotted alias": {"a.py": "import p.c as z\npd.read_csv(z.X)", "p/c.py": X},
    "a folder without __init__": {"a.py": f"from p.c import X\n{READ_X}", "p/c.py": X},
    "relative": {"p/a.py": f"from .c import X\n{READ_X}", "p/__init__.py": "", "p/c.py": X},
    "relative module": {"p/a.py": "from . import c\npd.read_csv(c.X)", "p/__init__.py": "", "p/c.py": X},
    "relative, two up": {"p/q/a.py": f"from ..c import X\n{READ_X}", "p/__init__.py": "", "p/c.py": X},
    "src": {"a.py": f"from p.c import X\n{READ_X}", "src/p/__init__.py": "", "src/p/c.py": X},
    "inside a function": {"a.py": "def f():\n  from c import X\n  pd.read_csv(X)\nf()", "c.py": X},
    "TYPE_CHECKING": {
        "a.py": f"from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n  from c import X\n{READ_X}", "c.py": X,
    },
    "a cycle": {"a.py": "import b\nX = 'x.csv'\npd.read_csv(b.f())", "b.py": "import a\ndef f():\n  return a.X"},
    "an object": {
        "a.py": "from c import cfg\npd.read_csv(cfg.X)",
        "c.py": "class C:\n  def __init__(self):\n    self.X = 'x.csv'\ncfg = C()",
    },
    "a dict": {"a.py": "from c import cfg\npd.read_csv(cfg['X'])", "c.py": "cfg = dict(X='x.csv')"},
    "a function": {"a.py": "from c import f\nf('x')", "c.py": "def f(x):\n  pd.read_csv(x + '.csv')"},
    "a class": {
        "a.py": "from c import B\nclass C(B):\n  x = 'x.csv'\nC().m()", "c.py": "class B:\n  def m(self):\n    pd.read_csv(self.x)",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", IMPORTS)
def test_an_import_brings_the_value(name: str) -> None:
    files = IMPORTS[name]
    assert names(tree(files), entry=next(iter(files))) == [["x.csv"]]


def test_a_driver_that_only_calls_functions_of_the_tree_is_run() -> None:
    files = {
        "z.py": "def load(x):\n  pd.read_csv(x)\ndef build(x):\n  load(x + '.csv')",
        "a.py": "import z\nz.build('x')",
    }
    assert names(tree(files)) == [["x.csv"]]


def test_what_nothing_calls_is_run_before_what_it_calls() -> None:
    files = {"a.py": "def load(x):\n  pd.read_csv(x)\ndef main():\n  load('x.csv')"}
    assert names(tree(files)) == [["x.csv"]]


def test_a_conditional_import_keeps_both() -> None:
    files = {"a.py": "try:\n  from c import X\nexcept ImportError:\n  X = 'd.csv'\npd.read_csv(X)", "c.py": X}
    assert names(tree(files)) == [["x.csv", "d.csv"]]


def test_the_nearest_module_of_a_name_is_meant() -> None:
    files = {f"{one}/a.py": "from c import X\npd.read_csv(X)" for one in ("one", "two")}
    files |= {f"{one}/c.py": f"X = '{one}.csv'" for one in ("one", "two")}
    assert names(tree(files)) == [["one.csv"], ["two.csv"]]


def test_a_library_of_the_same_name_as_nothing_here_is_unknown() -> None:
    assert names(tree({"a.py": "from elsewhere import X\npd.read_csv(X)"})) == [[]]


def test_file_is_the_module_that_says_so() -> None:
    files = {"p/a.py": "from lib.c import X\npd.read_csv(X)", "p/lib/c.py": "X = Path(__file__).parent / 'x.csv'"}
    assert names(tree(files)) == [["<tree>/p/lib/x.csv"]]


def test_a_long_chain_of_imports() -> None:
    files = {f"m{i:03}.py": f"from m{i + 1:03} import X\npd.read_csv(X)" for i in range(300)} | {"m300.py": X}
    project = tree(files)
    assert len(project.events) > 250
    assert len(project.flow.machine.exhausted) < 10


def test_a_module_that_exhausts_does_not_exhaust_its_importer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mltd.flow.machine.MAX_STEPS", 500)
    project = tree({"a.py": "from b import X\npd.read_csv('a.csv')", "b.py": "X = 1\n" * 500 + "pd.read_csv('b.csv')"})
    assert project.flow.machine.exhausted == {"b.py"}
    assert names(project) == [["a.csv"]]


YAML = "data:\n  path: x.csv\n  list: [x.csv, y.csv]\n"
LOADS = {
    "yaml": ("import yaml\nc = yaml.safe_load(open('c.yaml'))\n", "c['data']['path']", {"c.yaml": YAML}),
    "with": ("import yaml\nwith open('c.yaml') as f:\n  c = yaml.load(f)\n", "c['data']['list'][0]", {"c.yaml": YAML}),
    "beside the program": (
        "import yaml\nc = yaml.safe_load(open(Path(__file__).parent / 'c.yaml'))\n", "c['data']['path']", {"c.yaml": YAML},
    ),
    "omegaconf": ("from omegaconf import OmegaConf\nc = OmegaConf.load('c.yaml')\n", "c.data.path", {"c.yaml": YAML}),
    "json": ("import json\nwith open('c.json') as f:\n  c = json.load(f)\n", "c['p']", {"c.json": '{"p": "x.csv"}'}),
    "toml": ("import tomllib\nc = tomllib.load(open('c.toml', 'rb'))\n", "c['p']", {"c.toml": 'p = "x.csv"'}),
    "get": ("import yaml\nc = yaml.safe_load(open('c.yaml'))\n", "c.get('none', 'x.csv')", {"c.yaml": YAML}),
    "dvc": ("import dvc.api\nc = dvc.api.params_show()\n", "c['data']['path']", {"params.yaml": YAML}),
}  # fmt: skip


@pytest.mark.parametrize("name", LOADS)
def test_a_configuration_file_is_looked_into(name: str) -> None:
    load, look_up, files = LOADS[name]
    assert names(tree({"main.py": f"{load}pd.read_csv({look_up})", **files}))[-1] == ["x.csv"]


def test_hydra() -> None:
    code = (
        "import hydra\n@hydra.main(config_path='conf', config_name='c')\ndef f(cfg):\n  pd.read_csv(cfg.data.path)\nf()"
    )
    assert names(tree({"main.py": code, "conf/c.yaml": YAML})) == [["x.csv"]]


def test_a_configuration_that_is_not_in_the_tree_is_unknown() -> None:
    assert names(tree({"main.py": "import yaml\nc = yaml.safe_load(open('c.yaml'))\npd.read_csv(c['p'])"}))[-1] == []
