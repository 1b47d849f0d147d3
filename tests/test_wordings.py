"""What a finding of a built-in rule says of that which it does not list."""

from __future__ import annotations

import pytest

from mltd import packs
from tests.flow.tree import tree


@pytest.mark.parametrize(("count", "told"), [(5, "a, b, c, d, e, and"), (7, "a, b, c, d, e and 2 more, and")])
def test_evidence_tells_how_many_names_of_a_dead_list_it_leaves_out(count: int, told: str) -> None:
    names = list("abcdefg")[:count]
    reads = "".join(f"print(t['{name}'].mean())\n" for name in names)
    files = {"columns.py": f"DEAD = {names}\n", "a.py": f"import pandas as pd\nt = pd.read_csv('t.csv')\n{reads}"}
    (finding,) = packs.load()["dead-feature"].rule().check(tree(files))
    assert told in finding.evidence[0].message
