"""Ways through the whole tree: what the data of an event comes from, through calls, columns and files, and how."""

from __future__ import annotations

import functools
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from mltd.flow import values as v
from mltd.flow.events import Event
from mltd.flow.frames import Frame, Reach
from mltd.flow.lineage import FORMS, PASSING
from mltd.flow.rows import made_of
from mltd.graph.artifacts import call
from mltd.graph.hand_overs import HandOver
from mltd.graph.leading import Leading, Sources
from mltd.graph.roles import carries, may_hold_objects

#: Calls whose result still holds what their data holds.
_HOLDING = PASSING | {"transforms"}
#: Calls that compute a value of each value.
_BY_VALUE = frozenset({"makes", "derives"})
#: Containers that a package learns from: the first of their data are the features, the others labels and weights.
_CONTAINERS = frozenset({"matrix", "dataset", "loader"})
#: Events that one question looks at.
MAX_EVENTS = 20_000
#: Files on one way.
MAX_FILES = 12


@dataclass(frozen=True, slots=True)
class Way:
    """How something comes from an event: the events between, from it to what was asked about, both included, and the
    hand-overs that lie on the way, in order."""

    events: tuple[Event, ...]
    hand_overs: tuple[HandOver, ...]

    @property
    def start(self) -> Event:
        """Where it comes from."""
        return self.events[0]


#: What makes two steps the same: the event, which columns are asked for, and of what kind the step is.
_Key = tuple[Event, object, bool]


@dataclass(slots=True)
class _Step:
    event: Event
    before: _Step | None
    over: HandOver | None
    reach: dict[Event, Reach]
    files: int
    wanted: Reach | None = None  #: the columns that a later reader takes of the table that this call gives
    tool: bool = False  #: it only made what transforms the data


@dataclass(frozen=True, slots=True)
class _Question:
    """How it is asked where something comes from; :meth:`Ways.back` says what each of these means."""

    kind: Callable[[Event], bool]
    labels: bool
    choices: bool
    prepared: bool
    applied: bool
    surely: bool


class Ways:
    """Walks back over a tree's events; a read goes on at the writes of what it reads."""

    def __init__(self, hand_overs: Iterable[HandOver]) -> None:
        self._written: dict[tuple[object, ...], list[HandOver]] = defaultdict(list)
        for one in hand_overs:
            if one.sure and not one.one_of:
                self._written[call(one.read.event)].append(one)
        self._sorted: dict[tuple[frozenset[Event], bool, bool], list[Event]] = {}
        self._leading: dict[Callable[[Event], bool], Leading] = {}

    @functools.cached_property
    def _data(self) -> dict[tuple[object, ...], list[HandOver]]:
        """What is handed over but the state of a program."""
        return {read: [one for one in overs if not _is_state(one)] for read, overs in self._written.items()}

    def written(self, read: Event, data: bool) -> list[HandOver]:
        """What brings a read what it reads, with ``data`` but for the state of a program."""
        return (self._data if data else self._written).get(call(read), [])

    def in_order(self, events: frozenset[Event], choices: bool, surely: bool = False) -> list[Event]:
        """Events by their order, without ``choices`` those that what only chose rows leaves, and ``surely`` none that
        some columns were picked of, but what picked them; the same are asked for again and again."""
        found = self._sorted.get((events, choices, surely))
        if found is None:
            kept = events if choices else made_of(events)
            if surely:
                kept -= {before for event in kept if event.verb == "picks" for before in event.inputs}
            found = self._sorted[events, choices, surely] = sorted(kept, key=lambda event: event.order)
        return found

    def _sources(self, event: Event) -> Sources:
        """All that any question may go on to from an event."""
        if event.verb in ("reads", "loads"):
            writes = [one.write.event for one in self._written.get(call(event), ())]
            return tuple(some for write in writes for some in (write.inputs, *write.columns.values()))
        if event.verb in ("fits", "searches"):
            return (event.features,) if prepares(event) else ()
        if event.verb in _HOLDING or event.verb in FORMS or event.verb in ("takes", "picks"):
            whole = event.extra.get("whole", v.NONE)
            return event.inputs, event.features, event.targets, whole, *event.columns.values()
        return ()

    def leading(self, kind: Callable[[Event], bool], events: Iterable[Event]) -> set[Event]:
        """What leads back to events of a kind, at least of what some events come from."""
        if kind not in self._leading:
            self._leading[kind] = Leading(kind, self._sources)
        return self._leading[kind].among(events)

    def back(
        self, event: Event, wanted: Callable[[Event], bool], kind: Callable[[Event], bool], labels: bool = False,
        choices: bool = True, prepared: bool = False, applied: bool = False, surely: bool = False,
    ) -> Iterator[Way]:  # fmt: skip
        """The nearest events that fulfil a wish, and are of a ``kind`` that does not depend on who asks, among what the
        features of an event come from, and with ``labels`` all of its data, each with one way; without ``choices`` not
        by what only chose rows. With ``prepared`` it is asked how the features were made: by everything that is wished
        for and not the nearest alone, and by what the model itself was built with (a layer that was fitted before);
        ``surely`` not through files that hold the state of a program (a model, figures, settings) and no data, nor
        through columns that were picked by names which nobody knows, but for what all columns of their table come
        from."""
        search = _Search(self, _Question(kind, labels, choices, prepared, applied, surely))
        search.begin(event)
        for step in search.steps():
            found = wanted(step.event)
            if found:
                yield _way(step)
            if (not found or prepared) and not (step.tool and step.event.verb in ("fits", "searches")):
                search.behind(step)


class _Search:
    """One walk back: the steps that are to be looked at next, nearest first, and what was met; each once."""

    def __init__(self, ways: Ways, question: _Question) -> None:
        self._ways, self._question = ways, question
        self._todo: deque[_Step] = deque()
        self._met: set[_Key] = set()
        self._leading: set[Event] = set()

    def steps(self) -> Iterator[_Step]:
        """What is to be looked at, as long as there is any, up to the bound."""
        for _number in range(MAX_EVENTS):
            if not self._todo:
                return
            yield self._todo.popleft()

    def begin(self, event: Event) -> None:
        """Begin with what an event is given."""
        question, end = self._question, _Step(event, None, None, {}, 0)
        first = event.features if question.choices else made_of(event.features)
        if question.prepared:
            first |= frozenset(one for one in _built(event) if one.order < event.order)
        self._leading = self._ways.leading(question.kind, first | event.targets if question.labels else first)
        self._all(first, True, end, event.reach)
        if question.labels:
            self._all(event.targets, True, end, event.target_reach)

    def _all(
        self, events: frozenset[Event], choices: bool, before: _Step, reach: dict[Event, Reach],
        wanted: Reach | None = None, over: HandOver | None = None,
    ) -> None:  # fmt: skip
        for event in self._ways.in_order(events, choices, self._question.surely):
            self._go(event, before, reach, wanted, before.tool, over)

    def _go(
        self, event: Event, before: _Step, reach: dict[Event, Reach], wanted: Reach | None, tool: bool,
        over: HandOver | None = None,
    ) -> None:  # fmt: skip
        if event not in self._leading:
            return
        asked: object = None  # a table may be gone to more than once, for its features and for its labels
        if event.verb == "reads":
            asked = reach.get(event)
        elif event.verb == "takes" and event.extra.get("table"):
            asked = frozenset(reach.items())
        key = event, asked, tool
        if key not in self._met:
            self._met.add(key)
            self._todo.append(_Step(event, before, over, reach, before.files, wanted, tool))

    def behind(self, step: _Step) -> None:
        """Go on with what the event of a step comes from."""
        event, question = step.event, self._question
        if event.verb in ("reads", "loads"):
            if step.files < MAX_FILES:
                for over in self._ways.written(event, question.surely):
                    write, wanted = over.write.event, _selected(event, step.reach.get(event))
                    before = _Step(write, step, over, {}, step.files + 1, None, step.tool)
                    self._all(_carried(write, wanted), question.choices, before, _made_of(write, wanted), wanted)
            return
        if event.verb in ("fits", "searches"):
            # A transformer hands back what it was fitted to; a model's own state is no data.
            sources = event.features if prepares(event) else frozenset()
        elif event.verb == "takes" and not question.choices:
            sources = event.features
        elif question.surely and event.verb == "picks":
            nothing = dict.fromkeys(event.reach, Reach(only=frozenset()))
            self._all(event.extra["whole"], question.choices, step, nothing, Reach(only=frozenset()))
            return
        elif event.verb in FORMS and getattr(event.result, "kind", "") in _CONTAINERS:
            sources = event.features | event.targets if question.labels else event.features
        elif event.verb in _HOLDING:
            sources = _carried(event, step.wanted) - _superseded(event)
        else:
            return
        # Which columns are left is known of tables; what was computed from one column has its own way.
        tables = _of_tables(event) or (event.verb == "takes" and bool(event.extra.get("table")))
        reach = {**event.reach, **step.reach} if tables else event.reach
        if not reach and event.verb in _BY_VALUE:
            reach = step.reach  # it is computed value by value from columns that the table after it knows
        applies = question.applied and event.verb == "transforms"
        for source in self._ways.in_order(sources, question.choices, question.surely):
            tool = step.tool or (applies and source not in event.features)
            self._go(source, step, reach, step.wanted if tables else None, tool)


def _is_state(over: HandOver) -> bool:
    """Whether what is handed over is what a program keeps of itself: a model, figures, several things in one, an
    object of which nothing is known."""
    holds = carries(over.write.event)
    if holds in ("", "object"):
        several = any(isinstance(value, (v.Mapping, v.Instance)) for value in over.write.event.data[:1])
        return several or (holds == "object" and may_hold_objects(over.write.location))
    return holds in _STATES


_STATES = frozenset({"model", "metrics", "checkpoint", "image"})


def prepares(event: Event) -> bool:
    """Whether what is fitted prepares data: a transformer, a vocabulary, a resampling. A class of the tree that
    transforms and was fitted to a target may as well be a model."""
    kind = getattr(event.receiver, "kind", "")
    if isinstance(event.receiver, v.Instance):
        return transforms(event.receiver) and len(event.data) == 1
    if getattr(event.receiver, "type", "").endswith(".Pipeline") and len(event.data) == 1:
        return True  # steps that learn of no target
    return kind in ("transformer", "tokenizer") or event.form in ("array", "frame", "parts")


def _built(event: Event) -> v.Taint:
    """What a network comes from, but for its own training."""
    receiver = event.receiver
    if not isinstance(receiver, v.Object) or receiver.kind != "network":
        return v.NONE
    return v.taint_of(*receiver.parts.values())


def transforms(made: v.Instance) -> bool:
    """Whether objects of a class of the tree transform data and predict nothing."""
    return made.cls.find("transform") is not None and made.cls.find("predict") is None


def _superseded(event: Event) -> frozenset[Event]:
    """The fits of a transformer that it has forgotten, since it was surely fitted again before it is used."""
    if event.verb != "transforms" or event.receiver is None:
        return frozenset()
    own = [one for one in event.inputs if one.verb == "fits" and one.receiver is event.receiver]
    again = [one for one in own if "partial" not in one.callee and one.arms == event.arms[: len(one.arms)]]
    last = max((one.order for one in again), default=0)
    return frozenset(one for one in own if one.order < last)


def _carried(event: Event, wanted: Reach | None) -> frozenset[Event]:
    """What the columns that a reader takes of a table come from: all that went into it, where it is no table or the
    reader's columns are not known."""
    if not event.columns or wanted is None:
        return event.inputs
    named = {source for sources in event.columns.values() for source in sources}
    rest = event.inputs - named
    return rest.union(*(sources for name, sources in event.columns.items() if wanted.holds(name)))


def _selected(read: Event, wanted: Reach | None) -> Reach | None:
    """Which columns of what is read the wanted ones are made of, where a statement of SQL gives them."""
    gives = read.extra.get("gives")
    if not gives:
        return wanted
    sources = [of for name, of in gives if wanted is None or wanted.holds(name)]
    return Reach(only=frozenset(column for of in sources for column in of))


def _made_of(write: Event, wanted: Reach | None) -> dict[Event, Reach]:
    """Which columns of what it comes from the wanted ones of a written table are made of."""
    gives = write.extra.get("gives")
    if not gives or wanted is None:
        return write.reach
    columns = frozenset(column for name, of in gives if wanted.holds(name) for column in of)
    return dict.fromkeys(write.reach, Reach(only=columns))


def _of_tables(event: Event) -> bool:
    first = event.data[0] if event.data else None
    items = first.items[:1] if isinstance(first, v.Sequence) else [first]
    return bool(items) and isinstance(items[0], Frame)


def _way(step: _Step | None) -> Way:
    events: list[Event] = []
    overs: list[HandOver] = []
    while step is not None:
        events.append(step.event)
        if step.over is not None:
            overs.append(step.over)
        step = step.before
    return Way(tuple(events), tuple(overs))
