"""What leads back to events of a kind is what a walk of every step finds, whenever it is asked for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mltd.flow.events import Event, Site
from mltd.graph.leading import Leading

Edges = list[tuple[int, int]]


def tree(edges: Edges) -> tuple[list[Event], dict[Event, frozenset[Event]]]:
    """Events, every third of which is of the kind, and what each comes from; in circles too, as through files."""
    events = [
        Event(number, "predicts" if number % 3 == 0 else "makes", "", "", Site("a.py", number, number), (), "a.py")
        for number in range(13)
    ]
    behind = {event: frozenset(events[source] for target, source in edges if target == event.order) for event in events}
    return events, behind


def walked(event: Event, behind: dict[Event, frozenset[Event]]) -> bool:
    todo, met = [event], set[Event]()
    while todo:
        current = todo.pop()
        if current not in met:
            met.add(current)
            todo += behind[current]
    return any(one.verb == "predicts" for one in met)


@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=30),
    st.lists(st.sets(st.integers(0, 12), min_size=1), min_size=1, max_size=4),
)
def test_what_leads_somewhere_is_what_a_walk_finds(edges: Edges, questions: list[set[int]]) -> None:
    events, behind = tree(edges)
    leading = Leading(lambda event: event.verb == "predicts", lambda event: (behind[event], frozenset()))
    for numbers in questions:
        asked = [events[number] for number in sorted(numbers)]
        found = leading.among(asked)
        assert {event for event in asked if event in found} == {event for event in asked if walked(event, behind)}
        assert all(walked(event, behind) for event in found)
