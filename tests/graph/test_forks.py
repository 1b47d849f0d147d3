"""Pairs of rows that a choice parts: the first pair of each fork is that of holding every part against every other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mltd.graph.leaks import forks
from mltd.graph.rows import Part, Parts

PARTS = st.frozensets(
    st.builds(Part, st.integers(0, 1), st.lists(st.integers(0, 2), max_size=4).map(tuple)), max_size=12
)
Fork = tuple[int, tuple[int, ...], int]


def held_against_every_other(trained: Parts, tested: Parts) -> dict[Fork, tuple[Part, Part]]:
    found: dict[Fork, tuple[Part, Part]] = {}
    for part in sorted(trained):
        for other in sorted(tested):
            choice = part.parted(other)
            if choice is not None:
                pairs = zip(part.choices, other.choices, strict=False)
                depth = next(n for n, pair in enumerate(pairs) if pair[0] != pair[1])
                found.setdefault((part.source, part.choices[:depth], choice), (part, other))
    return found


@given(PARTS, PARTS)
def test_the_first_pair_of_each_fork(trained: Parts, tested: Parts) -> None:
    told: set[Fork] = set()
    found = list(forks(trained, tested, told))
    expected = held_against_every_other(trained, tested)
    assert told == set(expected)
    assert [(one, other) for one, other, _choice in found] == sorted(expected.values())
    assert list(forks(trained, tested, told)) == []
