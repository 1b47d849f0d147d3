"""Calls that are summarised leave what a call of their own would leave."""

from __future__ import annotations

from mltd.flow import values as v
from mltd.graph.project import Project


def scope(text: str) -> dict[str, v.Value]:
    """The names that a program has bound at its end."""
    project = Project.from_sources({"main.py": "import pandas as pd\n" + text})
    return project.flow.machine.scopes["main.py"].names


BOX = """
class Box:
    def __init__(self, name):
        self.name = name
        self.items = []

    def add(self, item):
        self.items.append(item)
        return self
"""


def test_objects_that_are_made_alike_are_two() -> None:
    found = scope(BOX + "n = 'x'\na = Box(n)\nb = Box(n)\na.add(1)\n")
    first, second = found["a"], found["b"]
    assert first is not second
    assert [one.value for one in first.attributes["items"].items] == [1]
    assert second.attributes["items"].items == []


def test_an_effect_is_repeated_on_the_object_that_is_given() -> None:
    found = scope(BOX + "n = 'x'\na = Box(n)\nb = Box(n)\nc = a.add(1)\nd = b.add(1)\n")
    assert [len(found[name].attributes["items"].items) for name in "ab"] == [1, 1]
    assert found["c"] is found["a"]
    assert found["d"] is found["b"]


def test_a_list_of_the_caller_is_its_own() -> None:
    found = scope("def put(into):\n    into.append(1)\na = []\nb = []\nput(a)\nput(b)\n")
    assert [len(found[name].items) for name in "ab"] == [1, 1]


def test_a_text_decides() -> None:
    project = Project.from_sources({
        "main.py": (
            "import pandas as pd\n"
            "class Store:\n"
            "    def __init__(self, folder): self.folder = folder\n"
            "    def read(self): return pd.read_csv(self.folder + '/rows.csv')\n"
            "Store('a').read(); Store('b').read(); Store('a').read()\n"
        )
    })  # fmt: skip
    read = {text.template for event in project.events if event.verb == "reads" for text in event.paths}
    assert read == {"a/rows.csv", "b/rows.csv"}


def test_what_one_caller_adds_to_its_table_another_does_not_see() -> None:
    found = scope(
        "def rows():\n    return pd.read_csv('rows.csv')\n"
        "first = rows()\nfirst['sum'] = first['a'] + first['b']\nsecond = rows()\n"
    )
    assert "sum" in found["first"].columns
    assert "sum" not in found["second"].columns


def test_a_table_of_the_module_is_one_for_all_callers() -> None:
    found = scope(
        "TABLE = pd.read_csv('rows.csv')\n"
        "def rows():\n    return TABLE\n"
        "first = rows()\nfirst['sum'] = first['a'] + first['b']\nsecond = rows()\n"
    )
    assert "sum" in found["second"].columns


def test_a_call_that_nothing_matters_in_is_gone_through_once() -> None:
    many = "\n".join(f"Box(name).add({number})" for number in range(300))
    project = Project.from_sources({"main.py": f"{BOX}name = 'x'\n{many}"})
    assert project.flow.machine.contexts["main.py", 1] == 1  # the constructor's body


def test_what_happens_again_happens_where_it_is_called() -> None:
    """A summary that one program left serves another, however deep either calls."""
    files = {
        "tools.py": "import pandas as pd\ndef rows():\n    return pd.read_csv('rows.csv')\n",
        "one.py": "from tools import rows\ndef deep():\n    return rows()\ndeep()\n",
        "two.py": "from tools import rows\nrows()\n",
    }
    events = Project.from_sources(files).events
    found = {event.entry: [(site.file, site.at >> 12) for site in event.stack] for event in events}
    assert found == {"one.py": [("one.py", 4), ("one.py", 3)], "two.py": [("two.py", 2)]}
