"""What runs in a program: a name that another file means is not this file's function of that name."""

from __future__ import annotations

from tests.flow.tree import tree

PART = "def part():\n    pd.read_csv('raw.csv').to_csv('parts.csv')\n"
FIRST = PART + "part()\n"
SECOND = PART + "# part()\npd.read_csv('parts.csv').to_csv('out.csv')\n"


def unreached(files: dict[str, str]) -> set[str]:
    """The files in which something is written that nothing reaches."""
    project = tree(files)
    return {one.site.file for one in project.events if one.verb == "writes" and project.unreached(one)}


def test_each_script_means_its_own_function() -> None:
    assert unreached({"first.py": FIRST, "second.py": SECOND}) == {"second.py"}


def test_who_imports_a_file_may_mean_its_function() -> None:
    user = "import second\ndef part():\n    return second.part\n"
    assert unreached({"second.py": SECOND, "user.py": user}) == set()


def test_a_configuration_may_mean_any() -> None:
    assert unreached({"first.py": FIRST, "second.py": SECOND, "jobs.yaml": "run: part\n"}) == set()


def test_who_calls_a_method_may_mean_that_of_any_class() -> None:
    base = "class Base:\n    def part(self): raise NotImplementedError\n    def run(self): self.part()\nopen('x')\n"
    own = "class Own:\n    def part(self):\n        pd.read_csv('raw.csv').to_csv('parts.csv')\n"
    assert unreached({"base.py": base, "own.py": own}) == set()
