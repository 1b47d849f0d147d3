"""What a call is given, as it is written: whether it is what came from outside, and nothing prepared it on the way.

The flow knows what a value comes from; of code that it does not know it cannot tell what that did. So where it matters
that nothing was done, the expressions themselves are asked, back through names, calls of the tree and callers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mltd import facts
from mltd.flow import values as v
from mltd.flow.events import Event, Site
from mltd.flow.machine import Machine
from mltd.flow.program import nodes, statements
from mltd.graph.bodies import body_at, own, parameters

#: Expressions and callers behind one another that are followed.
MAX_STEPS = 400
MAX_CALLS = 8
#: Calls of libraries that give what they are given another form, or get it from outside; what a file holds may have
#: been prepared by whoever wrote it.
_FORMS = frozenset({"makes", "converts", "shapes", "scrapes", "serves", "shows", "samples", "joins"})
#: Libraries whose calls learn nothing: their functions compute a row from itself, or ask a user for it.
_PLAIN = frozenset({"standard", "serving", "arrays", "frames"})
#: Behind every place of a file.
_END = 1 << 62
#: Methods whose arguments say which columns or items, and hold no data.
_SELECTING = frozenset({"reindex", "drop", "filter", "rename", "astype", "select_dtypes", "get", "pop"})
#: Methods that learn, or let other code change what they are called on.
_LEARNING = frozenset({"fit", "fit_transform", "predict", "predict_proba", "encode", "apply", "pipe", "map"})


@dataclass(eq=False, slots=True)
class _Frame:
    """A body that is being run: its statements, and from where it was called with which arguments."""

    file: str
    body: int
    arguments: facts.Call | None = None
    caller: _Frame | None = None
    bound: bool = False  #: whether its first parameter is the object that it is called on


#: Keywords by which a forecast is given what it is made from.
#: https://www.statsmodels.org/stable/statespace.html, https://unit8co.github.io/darts/userguide/covariates.html
_FORECAST = frozenset({"exog", "steps", "series", "past_covariates", "future_covariates"})


class Given:
    """Answers for the calls of one tree."""

    def __init__(self, machine: Machine) -> None:
        self._m = machine
        self._calls: dict[tuple[str, int], dict[tuple[int, int], facts.Call]] = {}  #: of each body that was asked about

    def as_it_came(self, event: Event) -> bool:
        """Whether the first argument of a call is what the program was given from outside (a request, a form,
        a parameter), in whatever form, past nothing but fitted transformers, and no code that is not known."""
        frame, call = self._frame(event.site, event.stack), self._call(event.site)
        if frame is None or call is None or not call.args or isinstance(call.args[0], facts.Star):
            return False
        if not _FORECAST.isdisjoint(call.names):
            return False  # what a forecast is made from is not its first argument
        return _Walk(self._m, frame).plain(call.args[0], frame)

    def _frame(self, site: Site, stack: tuple[Site, ...]) -> _Frame | None:
        """The body that a call stands in, below those that have led there."""
        frame: _Frame | None = None
        before: facts.Call | None = None
        for one in [*stack, site] if len(stack) <= MAX_CALLS else []:
            call = self._call(one)
            if call is None:
                frame = before = None  # no call: what runs from here on is started from outside
            else:
                body = body_at(self._m.modules, one.file, one.at)
                frame = _Frame(one.file, body, before if frame else None, frame, self._is_method(one))
                before = call
        return frame

    def _is_method(self, site: Site) -> bool:
        content = self._m.modules.python[site.file]
        return "." in site.symbol and all(entry.qualname != site.symbol.rpartition(".")[0] for entry in content.index)

    def _call(self, site: Site) -> facts.Call | None:
        """The call that stands at a site; None where none does: a definition, a property."""
        if site.file not in self._m.modules.python:
            return None
        body = site.file, body_at(self._m.modules, site.file, site.at)
        if body not in self._calls:
            written = [node for one in statements(self._m.modules.block(*body)) for node in own(one)]
            calls = [node for node in written if isinstance(node, facts.Call)]
            self._calls[body] = {(node.at, node.to): node for node in reversed(calls)}
        return self._calls[body].get((site.at, site.to))


class _Walk:
    """One question: what has been asked is not asked again."""

    def __init__(self, machine: Machine, frame: _Frame) -> None:
        self._m = machine
        self._calls: list[facts.Call] = []  # those that have led here
        above: _Frame | None = frame
        while above is not None:
            self._calls += [above.arguments] if above.arguments is not None else []
            above = above.caller
        self._seen: set[tuple[object, ...]] = set()
        self._steps = 0

    def plain(self, node: facts.Node | None, frame: _Frame) -> bool:
        """Whether an expression is made of nothing but what came from outside."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            return False
        if node is None or isinstance(node, (facts.Const, facts.Other)):
            return True
        if isinstance(node, facts.Name):
            return self._name(node.id, node.at, frame)
        if isinstance(node, facts.Call):
            return self._called(node, frame)
        if isinstance(node, facts.Lambda):
            return False
        if isinstance(node, facts.Sub):
            # What is looked up by data is a table of codes, whoever made it.
            looked_up = isinstance(node.index, (facts.Name, facts.Attr, facts.Sub, facts.Call))
            return self.plain(node.value, frame) or (looked_up and self.plain(node.index, frame))
        if isinstance(node, facts.Comp):
            targets = {name.id for loop in node.loops for name in nodes(loop.target) if isinstance(name, facts.Name)}
            parts = [node.element, node.key, *(loop.iter for loop in node.loops)]
            return all(self.plain(part, frame) for part in parts if not _only(part, targets))
        return all(self.plain(part, frame) for part in _parts(node))

    def _name(self, name: str, at: int, frame: _Frame) -> bool:
        key = name, frame.file, frame.body, id(frame.arguments)
        if key in self._seen:
            return True
        self._seen.add(key)
        bound = False
        for statement in _before(self._m.modules.block(frame.file, frame.body), at):
            for value in _bindings(statement, name):
                bound = True
                if not self.plain(value, frame):
                    return False
            if self._gives_away(statement, name):
                return False
        content = self._m.modules.python[frame.file]
        if bound:
            return frame.body != 0 or not self._set_inside(name, frame.file)
        if frame.body == 0:
            found = self._look_up(name, frame)
            return isinstance(found, v.External) and self._library(found.name)
        names = parameters(self._m.modules, frame.file, frame.body)
        if name in names:
            return self._argument(names.index(name), name, frame)
        parent = max(content.index[frame.body].parent, 0)
        return self._name(name, _END, _Frame(frame.file, parent))

    def _set_inside(self, name: str, file: str) -> bool:
        """Whether some function of a file sets a variable of the module: what it is then is not known here."""
        bodies = range(1, len(self._m.modules.python[file].index))
        return any(
            isinstance(one, facts.Scope) and name in one.names
            for body in bodies
            for one in statements(self._m.modules.block(file, body))
        )

    def _argument(self, position: int, name: str, frame: _Frame) -> bool:
        """What a caller gives for a parameter; where nobody calls, it comes from outside: not for what is handed to a
        library that calls it with what it was given itself, nor for a step that an orchestrator calls."""
        call, caller = frame.arguments, frame.caller
        if call is None or caller is None:
            place = frame.file, frame.body
            inside = self._m.modules.python[frame.file].index[frame.body].parent > 0
            return place not in self._m.scheduled and (not inside or bool(self._m.decorated.get(place)))
        if name in call.names:
            return self.plain(call.args[len(call.args) - len(call.names) + call.names.index(name)], caller)
        positional = call.args[: len(call.args) - len(call.names)]
        position -= frame.bound
        if position < 0 or any(isinstance(item, facts.Star) for item in call.args):
            return False
        return self.plain(positional[position], caller) if position < len(positional) else True

    def _called(self, node: facts.Call, frame: _Frame) -> bool:
        if isinstance(node.func, facts.Attr) and node.func.name in _SELECTING:
            return self.plain(node.func.value, frame)
        if not all(self.plain(item, frame) for item in node.args):
            return False
        target = self._resolve(node.func, frame)
        if isinstance(target, v.External):
            return self._library(target.name)
        if isinstance(target, v.Class):
            return self._data_class(target)
        if isinstance(target, v.Function):
            return self._returned(target, node, frame)
        if isinstance(node.func, facts.Attr) and target is None:
            return node.func.name == "transform" or (
                node.func.name not in _LEARNING and self.plain(node.func.value, frame)
            )
        return False

    def _library(self, name: str) -> bool:
        row = self._m.knowledge.call(name)
        if row is not None:
            return row.does in _FORMS or (row.does == "measures")
        kind = self._m.knowledge.type(name)
        if kind is not None:
            return kind.kind not in ("estimator", "transformer", "network", "tokenizer", "searcher")
        library = self._m.knowledge.library(name)
        return name.startswith("builtins.") or (library is not None and library.kind in _PLAIN)

    def _data_class(self, cls: v.Class) -> bool:
        """Whether a class of the tree only holds what it is given."""
        return not any(isinstance(value, v.Function) for value in cls.attributes.values())

    def _returned(self, function: v.Function, node: facts.Call, frame: _Frame) -> bool:
        """What a function of the tree gives back for these arguments."""
        if not isinstance(function.node, facts.Def) or function.node.decorators:
            return False
        method = isinstance(node.func, facts.Attr) and function.owner is not None
        inner = _Frame(function.file, function.node.body, node, frame, method)
        values = [
            statement.value
            for statement in statements(self._m.modules.block(function.file, function.node.body))
            if isinstance(statement, facts.Return)
        ]
        return bool(values) and all(self.plain(value, inner) for value in values)

    def _resolve(self, func: facts.Node, frame: _Frame) -> v.Value | None:
        """What a call calls, as far as names at the top of modules tell."""
        if isinstance(func, facts.Name):
            return self._look_up(func.id, frame)
        if isinstance(func, facts.Attr):
            owner = self._resolve(func.value, frame)
            if isinstance(owner, v.External):
                return v.External(f"{owner.name}.{func.name}")
            if isinstance(owner, v.Module):
                scope = self._m.scopes.get(owner.path)
                return scope.names.get(func.name, v.UNKNOWN) if scope is not None else v.UNKNOWN
            if isinstance(func.value, facts.Name) and func.value.id in ("self", "cls"):
                return self._method(func.name, frame)
        return None

    def _look_up(self, name: str, frame: _Frame) -> v.Value | None:
        for statement in statements(self._m.modules.block(frame.file, frame.body)):
            if isinstance(statement, facts.ImportFrom):
                for told, bound in statement.names:
                    if (bound or told) == name and self._m.modules.named(
                        "." * statement.level + statement.module, frame.file
                    ) is None:
                        return v.External(f"{statement.module}.{told}")
            if isinstance(statement, facts.Import):
                for told, bound in statement.names:
                    if (bound or told.partition(".")[0]) == name:
                        return v.External(told if bound else name)
            if any(True for _value in _bindings(statement, name)):
                return None
        scope = self._m.scopes.get(frame.file)
        if scope is not None and name in scope.names:
            value = scope.names[name]
            return value if isinstance(value, (v.External, v.Module, v.Function, v.Class)) else None
        return v.External(f"builtins.{name}") if name in _BUILTINS else None

    def _method(self, name: str, frame: _Frame) -> v.Value:
        """A method of the class that a body belongs to."""
        owner = self._m.modules.python[frame.file].index[frame.body].qualname.rpartition(".")[0]
        scope = self._m.scopes.get(frame.file)
        cls = scope.names.get(owner) if scope is not None else None
        found = cls.find(name) if isinstance(cls, v.Class) else None
        return found if found is not None else v.UNKNOWN

    def _gives_away(self, statement: facts.Node, name: str) -> bool:
        """Whether a statement hands what a name means to a call whose result it does not take: that may change it."""
        call = statement.value if isinstance(statement, facts.Do) else None
        if (
            not isinstance(call, facts.Call)
            or isinstance(call.func, facts.Attr)
            or any(call is one for one in self._calls)
        ):
            return False
        return any(isinstance(item, facts.Name) and item.id == name for item in call.args) and not (
            isinstance(call.func, facts.Name) and call.func.id == "print"
        )


_BUILTINS = frozenset({
    "float", "int", "str", "bool", "list", "tuple", "dict", "set", "len", "round", "abs", "min", "max", "sum", "sorted",
    "zip", "range", "enumerate", "input", "reversed",
})  # fmt: skip


def _before(block: facts.Block, at: int) -> Iterator[facts.Stmt]:
    """The statements of a body that may have run when a place in it is reached: those before it, and those of the
    loops around it."""
    for statement in block:
        if statement.at > at:
            break
        inside = isinstance(statement, (facts.For, facts.While)) and at <= _last(statement)
        if inside or not hasattr(statement, "body") or isinstance(statement, facts.Def):
            yield from statements([statement])
            continue
        yield statement
        for name in ("body", "orelse", "final"):
            yield from _before(getattr(statement, name, None) or [], at)
        for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
            yield from _before(part.body, at)


def _last(statement: facts.Stmt) -> int:
    """Where the last statement inside another ends."""
    return max(one.to for one in statements([statement]))


def _parts(node: facts.Node) -> Iterator[facts.Node]:
    for name in node.__struct_fields__:
        found = getattr(node, name)
        for part in found if isinstance(found, list) else [found]:
            if isinstance(part, facts.Node):
                yield part


def _only(node: facts.Node | None, names: set[str]) -> bool:
    """Whether an expression reads nothing but some names, in whatever form."""
    calls = any(isinstance(one, facts.Call) for one in nodes(node))
    return not calls and all(one.id in names for one in nodes(node) if isinstance(one, facts.Name))


def _bindings(statement: facts.Node, name: str) -> Iterator[facts.Node | None]:
    """The expressions that a statement binds a name to, or that it puts into what the name means."""
    if isinstance(statement, facts.Assign) and statement.value is not None:
        if any(_root(target) == name for one in statement.targets for target in _targets(one)):
            yield statement.value
    elif isinstance(statement, facts.Aug) and _root(statement.target) == name:
        yield statement.value
    elif isinstance(statement, facts.For) and any(_root(target) == name for target in _targets(statement.target)):
        yield statement.iter
    elif isinstance(statement, facts.With):
        for item in statement.items:
            if item.target is not None and _root(item.target) == name:
                yield item.value
    elif isinstance(statement, facts.Do) and isinstance(statement.value, facts.Call):
        func = statement.value.func
        if isinstance(func, facts.Attr) and _root(func.value) == name:
            yield from statement.value.args


def _targets(target: facts.Node) -> list[facts.Node]:
    return list(target.items) if isinstance(target, facts.Seq) else [target]


def _root(node: facts.Node) -> str:
    while isinstance(node, (facts.Attr, facts.Sub)):
        node = node.value
    return node.id if isinstance(node, facts.Name) else ""
