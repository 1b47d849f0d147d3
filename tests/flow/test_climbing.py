"""Programs that look for the folder of their project."""

from __future__ import annotations

import pytest

from mltd.flow.texts import TREE, normal
from tests.flow.tree import tree

MARKED = {"proj/setup.py": "", "proj/src/pkg/__init__.py": "", "proj/data/x.csv": "a\n"}


def read(code: str) -> list[str]:
    """The names under which a program reads ``data/x.csv`` below its ``root``."""
    whole = f'{code}\npd.read_csv(os.path.join(root, "data", "x.csv"))\n'
    project = tree({**MARKED, "proj/src/pkg/main.py": whole})
    (event,) = (event for event in project.events if event.verb == "reads")
    return [normal(text.template) for text in event.paths]


FOUND = {
    "by the name of the folder it runs in": 'root = Path.cwd()\nif root.name == "src":\n  root = root.parent',
    "one that is below": 'root = Path.cwd()\nif root.name == "pkg":\n  root = root.parent.parent',
    "in one expression": 'root = Path.cwd().parent if Path.cwd().name == "src" else Path.cwd()',
    "in one expression of a name": 'here = Path.cwd()\nroot = here.parent if here.name == "src" else here',
    "with os": 'root = os.getcwd()\nif os.path.basename(root) == "src":\n  root = os.path.dirname(root)',
    "by the end of its path": 'root = os.getcwd()\nif root.endswith("src"):\n  root = os.path.dirname(root)',
    "by going there": 'if os.path.basename(os.getcwd()) == "src":\n  os.chdir("..")\nroot = "."',
    "by a mark, from the file": (
        "def find():\n  here = Path(__file__).resolve()\n  for folder in here.parents:\n"
        '    if (folder / "setup.py").exists():\n      return folder\n  raise FileNotFoundError\nroot = find()'
    ),
    "by two marks, from where it runs": (
        "def find():\n  here = Path.cwd().resolve()\n  for folder in [here, *here.parents]:\n"
        '    if (folder / "data").is_dir() and (folder / "src").exists():\n      return folder\n  return here\n'
        "root = find()"
    ),
    "by a mark, and out of the loop": (
        "here = Path(__file__)\nfor folder in here.parents:\n"
        '  if not (folder / "setup.py").exists(): continue\n  root = folder\n  break'
    ),
    "by one of several marks": (
        'MARKS = ["pyproject.toml", "setup.py"]\nhere = Path.cwd()\n'
        "root = next(p for p in [here, *here.parents] if any((p / mark).exists() for mark in MARKS))"
    ),
    "while there is no mark": (
        'root = Path(__file__).parent\nwhile not (root / "setup.py").exists():\n  root = root.parent'
    ),
    "while there is no mark, or no folder above": (
        'root = Path.cwd()\nwhile not os.path.exists(root / "setup.py") and root != root.parent:\n  root = root.parent'
    ),
    "up to a name": (
        'root = os.path.dirname(__file__)\nwhile os.path.basename(root) != "proj":\n  root = os.path.dirname(root)'
    ),
}


@pytest.mark.parametrize("way", FOUND)
def test_the_folder_is_found(way: str) -> None:
    assert read(FOUND[way]) == [f"{TREE}/proj/data/x.csv"]


NOT_FOUND = {
    "folders that are written out": ('for root in ["src/pkg", "src"]:\n  if Path(root, "data").exists(): break'),
    "a name that no folder has": 'root = Path.cwd()\nif root.name == "notebooks":\n  root = root.parent',
    "a mark that is nowhere": ('root = Path.cwd()\nwhile not (root / "dvc.yaml").exists():\n  root = root.parent'),
    "a mark that is not known": (
        "import sys\nroot = Path.cwd()\nwhile not (root / sys.argv[1]).exists():\n  root = root.parent"
    ),
}


@pytest.mark.parametrize("way", NOT_FOUND)
def test_no_folder_is_made_up(way: str) -> None:
    assert not any(name.startswith(TREE) for name in read(NOT_FOUND[way]))


def test_the_top_of_the_repository_has_no_file_that_says_so() -> None:
    code = 'root = Path.cwd()\nwhile not (root / ".git").exists():\n  root = root.parent\n'
    project = tree({**MARKED, "proj/src/pkg/main.py": f'{code}pd.read_csv(root / "x.csv")\n'})
    (event,) = (event for event in project.events if event.verb == "reads")
    assert [text.template for text in event.paths] == [f"{TREE}/x.csv"]
