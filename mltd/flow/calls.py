"""What a call does: into functions and classes of the tree, or to a library by what the knowledge tables say."""

from __future__ import annotations

import dataclasses
from typing import Any

from mltd import facts
from mltd.flow import values as v
from mltd.flow.applying import marked
from mltd.flow.components import bound, is_component, task
from mltd.flow.events import Site
from mltd.flow.frames import Frame
from mltd.flow.joining import join, or_nothing
from mltd.flow.library import call_library, call_method
from mltd.flow.machine import MAX_CONTEXTS, MAX_DEPTH, Machine
from mltd.flow.options import option_default
from mltd.flow.stateless import learns_nothing
from mltd.flow.summaries import Call


def call_value(
    m: Machine, function: v.Value, args: list[v.Value], keywords: dict[str, v.Value], scope: v.Scope, node: Any
) -> v.Value:
    """The result of calling a value."""
    if isinstance(function, v.Method):  # first, as most are
        return call_method(m, function, args, keywords, scope, node)
    if isinstance(function, v.Function):
        return call_function(m, function, args, keywords, scope, node)
    if isinstance(function, v.Bound):
        return _call_bound(m, function, args, keywords, scope, node)
    if isinstance(function, v.Class):
        return construct(m, function, args, keywords, scope, node)
    if isinstance(function, v.Partial):
        return call_value(
            m, function.function, [*function.args, *args], {**dict(function.keywords), **keywords}, scope, node
        )
    if isinstance(function, v.Native):
        return function.call(m, args, keywords, scope, node)
    if isinstance(function, v.External):
        if function.name == "builtins.super":
            return super_of(scope, args)
        return call_library(m, function.name, args, keywords, scope, node)
    if isinstance(function, v.Instance):
        for name in ("__call__", "forward"):
            found = function.cls.find(name)
            if isinstance(found, v.Function):
                result = call_function(m, found, [function, *args], keywords, scope, node)
                if name == "forward" and not _in_a_network(m, scope, node):
                    return call_method(m, v.Method(function, "__call__", node.at), args, keywords, scope, node)
                return result
        return call_method(m, v.Method(function, "__call__", node.at), args, keywords, scope, node)
    if isinstance(function, v.Object):
        if function.kind == "network" and _in_a_network(m, scope, node):
            m.escape_all((*args, *keywords.values()), "given to a layer", scope, node)
            return v.Unknown(v.taint_of(*args, *keywords.values()), "tensor")
        return call_method(m, v.Method(function, "__call__", node.at, function.taint), args, keywords, scope, node)
    return unknown_call(m, args, keywords, scope, node, function)


def _call_bound(
    m: Machine, bound: v.Bound, args: list[v.Value], keywords: dict[str, v.Value], scope: v.Scope, node: Any
) -> v.Value:
    """A method of the tree. A class that keeps to the protocol of estimators is one, whatever it does inside: where no
    library's fit or predict was seen there, the call itself is it."""
    first = len(m.events)
    result = call_function(m, bound.function, [bound.receiver, *args], keywords, scope, node)
    name, receiver = bound.function.name, bound.receiver
    verb = _PROTOCOL.get(name)
    if verb is None or not args or not isinstance(receiver, v.Instance) or not _is_estimator(receiver.cls):
        return result
    if any(event.verb in ("fits", "searches", "predicts") and event.features for event in m.events[first:]):
        return result
    inputs = v.taint_of(receiver, *args, *keywords.values())
    form = "prediction" if verb == "predicts" else "array" if name == "fit_transform" else "same"
    event = m.event(
        verb, f"{receiver.cls.node.name}.{name}", scope, node, data=tuple(args), inputs=inputs, receiver=receiver,
        form=form,
    )  # fmt: skip
    if verb == "fits":
        event.extra["nothing"] = learns_nothing(m, receiver)
        receiver.taint = v.bounded({*receiver.taint, event})
        if name == "fit_transform":
            return marked(result, frozenset({event}))
    elif isinstance(result, Frame):
        result.base |= {event}
    else:
        m.escape(result, "predicted", m.site(scope, node))
        return v.Unknown(v.bounded({*v.taint_of(result), event}), "prediction")
    return result


#: What a method does by its name, in a class that has one of each.
#: https://scikit-learn.org/stable/developers/develop.html#apis-of-scikit-learn-objects
_PROTOCOL = {"fit": "fits", "fit_transform": "fits", "predict": "predicts", "predict_proba": "predicts"}


def _is_estimator(cls: v.Class) -> bool:
    """Whether a class of the tree is fitted and then predicts, or gives what it was fitted for."""
    return cls.find("fit") is not None and any(cls.find(name) is not None for name in ("predict", "transform"))


def _in_a_network(m: Machine, scope: v.Scope, node: Any) -> bool:
    """Whether a call stands in a method of a network, or in what that calls: what is called there is a layer.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html"""
    return any(_of_a_network(m, site) for site in (m.site(scope, node), *m.stack))


def _of_a_network(m: Machine, site: Site) -> bool:
    owner = site.symbol.partition(".")[0]
    module = m.scopes.get(site.file) if owner != site.symbol else None
    cls = module.names.get(owner) if module is not None else None
    base = m.knowledge.type(cls.library_base()) if isinstance(cls, v.Class) else None
    return base is not None and base.kind == "network"


def unknown_call(
    m: Machine,
    args: list[v.Value],
    keywords: dict[str, v.Value],
    scope: v.Scope,
    node: Any,
    function: v.Value = v.UNKNOWN,
) -> v.Value:
    """A call of something unknown: its arguments escape."""
    m.escape_all((*args, *keywords.values()), "given to unknown code", scope, node)
    return v.Unknown(v.taint_of(function, *args, *keywords.values()))


def call_function(
    m: Machine, function: v.Function, args: list[v.Value], keywords: dict[str, v.Value], scope: v.Scope, node: Any
) -> v.Value:
    """Interpret a function of the tree for these arguments, or use its summary."""
    if isinstance(function.node, facts.Lambda):
        return _call_lambda(m, function, function.node, args, keywords, scope, node)
    if is_component(function) and (function.file, function.node.body) not in m.running:
        given = bound(function, function.node, args, keywords)
        plain = dataclasses.replace(function, decorators=())
        return task(given, call_function(m, plain, [], given.arguments, scope, node), scope, node)
    key = (function.file, function.node.body)
    m.calls.setdefault((scope.file, m.symbol(scope)), {}).setdefault(key, m.site(scope, node))
    again = m.running.count(key)
    if len(m.running) >= MAX_DEPTH or again >= 2:
        return unknown_call(m, args, keywords, scope, node)
    call = Call(m, function, args, keywords)
    found = call.known(m.site(scope, node))
    if found is not None:
        return call.repeat(found)
    m.contexts[key] = m.contexts.get(key, 0) + 1
    if m.contexts[key] > MAX_CONTEXTS:
        return unknown_call(m, args, keywords, scope, node)
    before = len(m.events)
    m.stack.append(m.site(scope, node))
    reading, m.reading = m.reading, None
    exits = m.exits
    try:
        result = run_function(m, function, args, keywords)
    finally:
        m.stack.pop()
        m.reading, m.exits = reading, exits
    if any(_wraps(mark) for mark in function.decorators):
        m.escape(result, "returned through a decorator", m.site(scope, node))
    call.keep(result, before)
    return result


def _call_lambda(
    m: Machine,
    function: v.Function,
    written: facts.Lambda,
    args: list[v.Value],
    keywords: dict[str, v.Value],
    scope: v.Scope,
    node: Any,
) -> v.Value:
    key = (function.file, -written.at)
    if len(m.running) >= MAX_DEPTH or m.running.count(key) >= 2:
        return unknown_call(m, args, keywords, scope, node)
    inner = v.Scope(function.file, {}, function.scope, function.scope.body, "function")
    bind(m, written.params, args, keywords, inner, function)
    m.running.append(key)
    try:
        return m.evaluate(m, written.value, inner)
    finally:
        m.running.pop()


#: Decorators that leave what a function returns to its callers.
_PLAIN = frozenset(
    {
        "staticmethod",
        "classmethod",
        "property",
        "cached_property",
        "contextmanager",
        "wraps",
        "overload",
        "abstractmethod",
    }
)


def _wraps(mark: v.Value) -> bool:
    return not (isinstance(mark, v.External) and mark.name.rpartition(".")[2] in _PLAIN)


def run_function(m: Machine, function: v.Function, args: list[v.Value], keywords: dict[str, v.Value]) -> v.Value:
    """Interpret a function's body once; what it returns or yields."""
    node = function.node
    if isinstance(node, facts.Lambda):
        return v.UNKNOWN
    inner = v.Scope(function.file, {}, function.scope, node.body, "function")
    if function.owner is not None:
        inner.names["\0class"] = function.owner
    bind(m, node.params, args, keywords, inner, function)
    m.executed.add((function.file, node.body))
    m.running.append((function.file, node.body))
    try:
        reached = m.run_block(m, m.modules.block(function.file, node.body), inner)
    finally:
        m.running.pop()
    if node.flags & 2:
        rest = inner.yields[0] if inner.yields else v.UNKNOWN
        for value in inner.yields[1:8]:
            rest = join(rest, value)
        return v.Sequence([], "list", True, rest, node.at, function.file, v.taint_of(rest))
    results = inner.returns if not reached or inner.returns else []
    if not results and not reached:
        # It only raises: a method that classes outside the tree, or instances not seen here, implement.
        site = Site(function.file, node.at, node.to)
        for value in (*args, *keywords.values()):
            m.escape(value, "given to a method that others implement", site)
        return v.Unknown(v.taint_of(*args, *keywords.values()))
    if not results:
        return v.Constant(None)
    result = results[0]
    for value in results[1:12]:
        result = _join_results(result, value)
    return or_nothing(result) if reached else result


def _join_results(first: v.Value, second: v.Value) -> v.Value:
    """Returned tuples are joined item by item."""
    tuples = isinstance(first, v.Sequence) and isinstance(second, v.Sequence) and first.kind == second.kind == "tuple"
    if tuples and len(first.items) == len(second.items) and not first.open and not second.open:
        items = [join(a, b) for a, b in zip(first.items, second.items, strict=True)]
        return v.Sequence(items, "tuple", False, v.UNKNOWN, first.at, first.file, v.taint_of(first, second))
    return join(first, second)


def bind(
    m: Machine,
    params: list[facts.Param],
    args: list[v.Value],
    keywords: dict[str, v.Value],
    inner: v.Scope,
    function: v.Function,
) -> None:
    """Bind arguments to parameters; a missing one has its default, or is unknown."""
    left = list(args)
    named = dict(keywords)
    spread = named.pop("**", None), named.pop("*", None)
    inner.bound = {parameter.name for parameter in params}
    for parameter in params:
        if parameter.kind == "args":
            open_rest = spread[1] is not None
            inner.names[parameter.name] = v.Sequence(left, "tuple", open_rest)
            left = []
        elif parameter.kind == "kwargs":
            given_names: dict[v.Key, v.Value] = {}
            given_names.update(named)
            inner.names[parameter.name] = v.Mapping(given_names, spread[0] is not None)
            named = {}
        elif (parameter.kind != "keyword" and left) or parameter.name in named:
            value = named.pop(parameter.name) if parameter.kind == "keyword" or not left else left.pop(0)
            inner.names[parameter.name] = inner.handed[parameter.name] = value
            inner.given.add(parameter.name)
        elif any(item is not None for item in spread):
            source = next(item for item in spread if item is not None)
            inner.names[parameter.name] = v.Unknown(v.taint_of(source))
        else:
            given = option_default(function, parameter.name, parameter is params[0])
            if given is None and parameter.default is not None:
                given = m.evaluate(m, parameter.default, function.scope)
            inner.names[parameter.name] = v.UNKNOWN if given is None else given
            if isinstance(given, v.Constant) and (function.file, inner.body) not in m.uncalled:
                inner.handed[parameter.name] = given  # a caller left it as it is
                if isinstance(given.value, bool):
                    inner.given.add(parameter.name)
    site = Site(function.file, function.node.at, function.node.to)
    for value in [*left, *named.values(), *(item for item in spread if item is not None)]:
        m.escape(value, "an argument that no parameter takes", site)


def construct(
    m: Machine, cls: v.Class, args: list[v.Value], keywords: dict[str, v.Value], scope: v.Scope, node: Any
) -> v.Value:
    """An instance of a class of the tree, its ``__init__`` run."""
    instance = v.Instance(cls, arms=m.arms)
    init = cls.find("__init__")
    if isinstance(init, v.Function):
        call_function(m, init, [instance, *args], keywords, scope, node)
        return instance
    fields = fields_of(cls)
    left = list(args)
    for name in fields:
        if left:
            instance.attributes[name] = left.pop(0)
        elif name in keywords:
            instance.attributes[name] = keywords[name]
    post = cls.find("__post_init__")
    if isinstance(post, v.Function):
        call_function(m, post, [instance], {}, scope, node)
    if not fields:
        m.escape_all((*args, *keywords.values()), "given to a library's constructor", scope, node)
        instance.attributes.update({name: value for name, value in keywords.items() if name not in ("*", "**")})
    return instance


def fields_of(cls: v.Class, depth: int = 0) -> list[str]:
    """Annotated names of a class and its bases, in the order a data class takes them."""
    names: list[str] = []
    for base in cls.bases:
        if isinstance(base, v.Class) and depth < 5:
            names += fields_of(base, depth + 1)
    own = cls.attributes.get("\0fields")
    if isinstance(own, v.Sequence):
        names += [name for name in own.items if name not in names]
    return names


def define_class(m: Machine, node: facts.Class, scope: v.Scope) -> v.Class:
    """Run a class block; what it binds are the class's attributes."""
    plain = len(node.bases) - len(node.names)
    bases = tuple(m.evaluate(m, base, scope) for base in node.bases[:plain])
    for decorator in node.decorators:
        m.evaluate(m, decorator, scope)
    inner = v.Scope(scope.file, {}, scope, scope.body, "class")
    cls = v.Class(scope.file, node, bases, inner.names)
    m.run_block(m, node.block, inner)
    cls.attributes = inner.names
    for value in inner.names.values():
        if isinstance(value, v.Function) and value.owner is None:
            value.owner = cls
            value.scope = scope
    return cls


def enter(m: Machine, value: v.Value, scope: v.Scope, node: Any) -> v.Value:
    """What ``with value as x`` binds."""
    if isinstance(value, v.Instance):
        found = value.cls.find("__enter__")
        if isinstance(found, v.Function):
            return call_function(m, found, [value], {}, scope, node)
    return value


def super_of(scope: v.Scope, args: list[v.Value]) -> v.Value:
    """``super()`` inside a method: its receiver, seen as the bases of the class that the method stands in."""
    current: v.Scope | None = scope
    while current is not None and "\0class" not in current.names:
        current = current.outer
    if current is None:
        return v.UNKNOWN
    owner = args[0] if args else current.names["\0class"]
    receiver = (
        args[1] if len(args) > 1 else next((value for name, value in current.names.items() if name[0] != "\0"), None)
    )
    if not isinstance(owner, v.Class) or not isinstance(receiver, (v.Instance, v.Class)):
        return v.UNKNOWN
    return v.Object("builtins.super", "super", parts={"\0class": owner, "\0self": receiver}, taint=receiver.taint)
