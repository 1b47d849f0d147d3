"""The state of the interpreter: scopes, the call stack, the branch it is in, what it saw, and its bounds.

Every bound is documented here. Past one, a value is unknown and rules about it are silent.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from mltd import facts
from mltd.flow import values as v
from mltd.flow.events import Event, Site, rooted
from mltd.flow.kept import keep
from mltd.flow.program import Modules
from mltd.flow.texts import Source, Text, hole, join_paths

if TYPE_CHECKING:
    from mltd.flow.called import Calls
    from mltd.flow.frames import ColumnDefinition, Frame, Origin
    from mltd.flow.summaries import Summary
    from mltd.knowledge import Knowledge

#: Calls inside calls.
MAX_DEPTH = 14
#: Times one function is interpreted with different arguments.
MAX_CONTEXTS = 40
#: Operations of one entry: a module's own run, or all of its functions that nothing calls.
MAX_STEPS = 300_000
#: Items of a constant collection that a loop runs over one by one.
MAX_UNROLL = 40
#: Rounds of loops inside loops that run over constant collections one by one.
MAX_ROUNDS = 4_000
#: Items kept of one list or mapping.
MAX_ITEMS = 2_000


#: Where data comes from: a file, the network, a caller who is not seen, a model.
_SOURCES = frozenset({"reads", "loads", "loads-data", "scrapes", "given", "predicts"})
#: What of the state belongs to one run.
_OF_A_RUN = (
    "entry", "steps", "stack", "running", "arms", "tries", "exits", "guards", "alone", "off", "folder", "reading",
    "columnwise", "loop_arms", "loops", "rounds", "leaps", "next_round", "shared", "apart", "climbing", "over",
)  # fmt: skip


class OutOfSteps(Exception):
    """An entry's bound of operations is used up."""


@dataclass
class Machine:
    """One interpretation of one tree."""

    modules: Modules
    files: Mapping[str, facts.FileFacts]
    names: frozenset[str]
    knowledge: Knowledge
    run_block: Callable[[Machine, facts.Block, v.Scope], bool]
    evaluate: Callable[[Machine, facts.Expr, v.Scope], v.Value]
    call: Callable[..., v.Value]
    given_away: set[tuple[str, int, v.Scope]] = field(default_factory=set)
    events: list[Event] = field(default_factory=list)
    columns: dict[tuple[str, int, str], ColumnDefinition] = field(default_factory=dict)
    origins: dict[Event, Origin] = field(default_factory=dict)
    scopes: dict[str, v.Scope] = field(default_factory=dict)
    executed: set[tuple[str, int]] = field(default_factory=set)
    #: files whose top-level code a file imports
    imports: dict[str, dict[str, Site]] = field(default_factory=dict)
    #: (caller file, caller symbol) -> (callee file, callee body) -> site
    calls: dict[tuple[str, str], dict[tuple[str, int], Site]] = field(default_factory=dict)
    decorated: dict[tuple[str, int], tuple[str, ...]] = field(default_factory=dict)
    #: entries that used up their steps, and bodies that nothing called
    exhausted: set[str] = field(default_factory=set)
    uncalled: set[tuple[str, int]] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)  #: names of methods that are called of what is not known
    #: what each file reads by a key of names that nothing in it defines
    astray: dict[str, set[str]] = field(default_factory=dict)
    calls_of: Calls = field(default_factory=dict)  #: the commands that run each program
    components: set[tuple[str, int]] = field(default_factory=set)  #: functions that a pipeline runs, each by itself
    pipelines: set[tuple[str, int]] = field(default_factory=set)  #: functions that call them
    scheduled: set[tuple[str, int]] = field(default_factory=set)  #: functions given to an orchestrator
    instances: dict[int, v.Instance] = field(default_factory=dict)
    #: class -> attribute of ``self`` -> the methods that set it
    setters: dict[v.Class, dict[str, list[v.Function]]] = field(default_factory=dict)
    stack: list[Site] = field(default_factory=list)
    #: bodies being interpreted, outermost first
    running: list[tuple[str, int]] = field(default_factory=list)
    entry: str = ""
    arms: tuple[int, ...] = ()
    #: bodies of a ``try`` that are being run, by number, and its handlers, by the same number, negative
    tries: tuple[int, ...] = ()
    #: branches that return, by number, negative: what happens now happens where they did not
    exits: tuple[int, ...] = ()
    #: inside ``if __name__ == "__main__"``
    alone: bool = False
    #: inside a branch that a constant switches off, until someone changes it
    off: bool = False
    #: where the program has gone to, from the folder that it was started in (``os.chdir``)
    folder: Text | None = None
    #: settings that the branches being run depend on
    guards: tuple[v.Value, ...] = ()
    steps: int = 0
    #: while the right side of a column store is evaluated: what it reads
    reading: list[tuple[Frame, str]] | None = None
    #: what is being stored gets a name of its own too
    shared: bool = False
    #: what is being stored is one of the things that this assignment takes a value apart into
    apart: Site | None = None
    #: in a loop that climbs from a folder to one above it
    climbing: bool = False
    #: inside a loop over a frame's columns that only rewrites each of them
    columnwise: int = 0
    #: the branch that the innermost loop over constants stands in
    loop_arms: tuple[int, ...] | None = None
    #: a branch has just left the round of its loop; this round is known to end here, and the next begins
    leaps: bool = False
    next_round: bool = False
    #: the branch that runs as the program stands has just returned
    over: bool = False
    #: loops that are being run any number of times
    loops: int = 0
    #: rounds of the loops that are being run one by one, multiplied
    rounds: int = 1
    summaries: dict[tuple[Any, ...], Summary] = field(default_factory=dict)
    #: the libraries that each file takes all names of
    stars: dict[str, list[str]] = field(default_factory=dict)
    #: choices of rows, by place and what they choose from
    choices: dict[tuple[Any, ...], Event] = field(default_factory=dict)
    contexts: dict[tuple[str, int], int] = field(default_factory=dict)
    #: what the constants of the code are, by place: the same are met again and again
    constants: dict[tuple[str, int, object], v.Texts | v.Constant] = field(default_factory=dict)
    _arm: int = 0
    _order: int = 0

    @functools.cached_property
    def folders(self) -> frozenset[str]:
        """The folders of the tree."""
        return frozenset(str(folder) for name in self.names for folder in PurePosixPath(name).parents)

    @contextmanager
    def entering(self, path: str, steps: int = 0) -> Iterator[None]:
        """A run that begins with a file: what belongs to one run begins anew, and comes back as it was."""
        kept = {name: getattr(self, name) for name in _OF_A_RUN}
        self.entry, self.steps, self.stack, self.running = path, steps, [], []
        self.arms, self.tries, self.exits, self.guards = (), (), (), ()
        self.alone, self.off, self.folder = False, False, None
        self.reading, self.columnwise, self.loop_arms, self.loops, self.rounds = None, 0, None, 0, 1
        self.leaps = self.next_round = self.shared = self.over = False
        self.apart, self.climbing = None, False
        try:
            yield
        except (OutOfSteps, RecursionError):
            self.exhausted.add(path)
        finally:
            for name, value in kept.items():
                setattr(self, name, value)

    # ------------------------------------------------------------------ places

    def source(self, scope: v.Scope, at: int, via: str = "literal") -> Source:
        """Where a part of a text was written."""
        return Source(scope.file, at, via)

    def site(self, scope: v.Scope, node: Any) -> Site:
        """The span of a node, with the qualified name of its body."""
        return Site(scope.file, node.at, node.to, self.symbol(scope))

    def symbol(self, scope: v.Scope) -> str:
        """The qualified name of the body that a scope belongs to."""
        if scope.symbol is None:
            content = self.modules.python.get(scope.file)
            scope.symbol = content.index[scope.body].qualname if content and scope.body < len(content.index) else ""
        return scope.symbol

    def go_to(self, folder: v.Value, scope: v.Scope, node: Any) -> None:
        """The program changes its working folder; one that it may not go to is not known from then on."""
        single = folder.single if isinstance(folder, v.Texts) and not self.arms else None
        target = single or hole(self.source(scope, node.at, "unknown"))
        self.folder = join_paths(self.folder, [target]) if self.folder is not None else target

    def located(self, path: Text) -> Text:
        """A path as it is meant from the folder that the program was started in."""
        return path if self.folder is None else join_paths(self.folder, [path])

    # ------------------------------------------------------------------ control

    @contextmanager
    def arm(self) -> Iterator[None]:
        """A branch or loop body that may not run."""
        before = self.arms
        self.arms = (*before, self.fresh())
        try:
            yield
        finally:
            self.arms = before

    @contextmanager
    def attempt(self, number: int) -> Iterator[None]:
        """The body of a ``try``, or with a negative number one of its handlers."""
        before = self.tries
        self.tries = (*before, number)
        try:
            yield
        finally:
            self.tries = before

    @contextmanager
    def guarded(self, settings: tuple[v.Value, ...]) -> Iterator[None]:
        """A branch that some settings decide on."""
        before = self.guards
        self.guards = (*before, *settings)
        try:
            yield
        finally:
            self.guards = before

    def fresh(self) -> int:
        """A number that nothing else has."""
        self._arm += 1
        return self._arm

    def certain(self, born: tuple[int, ...]) -> bool:
        """Whether what happens now happens whenever an object born in those arms is still there."""
        return born[: len(self.arms)] == self.arms

    def surely(self, born: tuple[int, ...]) -> bool:
        """The same, and nothing that goes wrong before it can keep it from happening."""
        return not self.tries and self.certain(born)

    def step(self) -> None:
        """Count one operation. Raises :class:`OutOfSteps` past the bound."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise OutOfSteps

    # ------------------------------------------------------------------ events

    def event(self, verb: str, callee: str, scope: v.Scope, node: Any, **fields: Any) -> Event:
        """Record that something happens here."""
        event = self.happening(verb, callee, scope, node, **fields)
        keep(event)
        self.events.append(event)
        return event

    def told(self, verb: str, callee: str, site: Site, paths: tuple[Text, ...], inputs: v.Taint = v.NONE) -> Event:
        """Record what a file does that is no Python and runs by itself."""
        self._order += 1
        event = Event(
            self._order, verb, callee, "", site, (), site.file, paths=paths, role="table", form="frame", inputs=inputs,
            rooted=True,
        )  # fmt: skip
        self.events.append(event)
        return event

    def happening(self, verb: str, callee: str, scope: v.Scope, node: Any, **fields: Any) -> Event:
        """Something that happens here, not recorded: who comes from it knows of it."""
        self._order += 1
        found = self.knowledge.library(callee)
        read = verb in _SOURCES or rooted(fields.get("inputs", ()))
        return Event(
            self._order,
            verb,
            callee,
            found.library if found else "",
            self.site(scope, node),
            tuple(self.stack),
            self.entry,
            may=bool(self.arms),
            arms=self.arms,
            tries=self.tries,
            exits=self.exits,
            alone=self.alone,
            guards=self.guards,
            off=self.off,
            rooted=read,
            **fields,
        )

    def replay(self, first: int, last: int, depth: int, site: Site) -> None:
        """Record again, for this entry and the call at ``site``, what a summarised call recorded, ``depth`` calls
        deep."""
        for old in self.events[first:last]:
            self._order += 1
            again = dataclasses.replace(
                old,
                order=self._order,
                stack=(*self.stack, site, *old.stack[depth + 1 :]),
                entry=self.entry,
                may=old.may or bool(self.arms),
                arms=(*self.arms, *old.arms),
                tries=(*self.tries, *old.tries),
                exits=(*self.exits, *old.exits),
                alone=self.alone,
                guards=(*self.guards, *old.guards),
                off=self.off or old.off,
                extra=dict(old.extra),
            )
            self.events.append(again)

    # ------------------------------------------------------------------ escape

    def escape_all(self, values: Iterable[v.Value], why: str, scope: v.Scope, node: Any, changed: bool = True) -> None:
        """Several values reach code that is not analysed, at one place."""
        for value in values:
            if type(value) not in v.INERT:
                self.escape(value, why, self.site(scope, node), changed=changed)

    def escape(self, value: v.Value, why: str, site: Site, depth: int = 0, changed: bool = True) -> None:
        """A value reaches code that is not analysed: everything in it may be used, and ``changed``."""
        from mltd.flow.frames import Frame, Names

        if type(value) in v.INERT:
            return
        if isinstance(value, Frame):
            if changed:
                value.became(None)
            value.use_all(site, why)
        elif isinstance(value, Names):
            if not self.columnwise:
                value.frame.use_all(site, why)
        elif isinstance(value, (v.Function, v.Bound, v.Partial)):
            self._escaped(value, site)
        elif depth < v.MAX_NESTING and isinstance(value, v.CONTAINERS):
            for item in v.inside(value):
                self.escape(item, why, site, depth + 1, changed)
        elif isinstance(value, v.Method) and value.name == "index" and isinstance(value.receiver, Frame):
            value.receiver.became(value.receiver.schema and value.receiver.schema.indexed(None))  # it may get a name

    def _escaped(self, value: v.Value, site: Site) -> None:
        """A function given away may be called with anything: what it uses is used."""
        function = value.function if isinstance(value, (v.Bound, v.Partial)) else value
        if not isinstance(function, v.Function) or (function.scope.kind == "module" and function.name != "<lambda>"):
            return  # a function of a module is interpreted by itself where nothing calls it
        key = (function.file, function.node.at, function.scope)
        if key not in self.given_away:
            self.given_away.add(key)
            result = self.call(self, value, [], {}, function.scope, function.node)
            self.escape(result, "returned to code that is not seen", site)
