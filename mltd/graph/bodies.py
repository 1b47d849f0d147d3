"""Bodies as they are written: which one a place stands in, its parameters, the expressions of its statements."""

from __future__ import annotations

from collections.abc import Iterator

from mltd import facts
from mltd.flow.program import Modules, nodes, statements


def body_at(modules: Modules, file: str, at: int) -> int:
    """The number of the innermost body that a place stands in, 0 for the module's."""
    index = modules.python[file].index
    inside = [number for number, entry in enumerate(index) if number and entry.at <= at < entry.to]
    return max(inside, key=lambda number: index[number].at, default=0)


def parameters(modules: Modules, file: str, body: int) -> tuple[str, ...]:
    """The names of a body's parameters, in order."""
    if not body:
        return ()
    parent = max(modules.python[file].index[body].parent, 0)
    found = (node for node in _definitions(modules.block(file, parent)) if node.body == body)
    return next((tuple(parameter.name for parameter in node.params) for node in found), ())


def own(statement: facts.Node) -> Iterator[facts.Node]:
    """The expressions of a statement and all in them, without those of statements inside it."""
    for expression in expressions(statement):
        yield from nodes(expression)


def expressions(statement: facts.Node) -> Iterator[facts.Node]:
    """The whole expressions of a statement, without those of statements inside it."""
    for name in statement.__struct_fields__:
        if name not in ("body", "orelse", "final", "handlers", "cases", "block"):
            yield from _held(getattr(statement, name))


def below(node: facts.Node) -> Iterator[facts.Node]:
    """The nodes that stand right in a node."""
    for name in node.__struct_fields__:
        yield from _held(getattr(node, name))


def _held(value: object) -> Iterator[facts.Node]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, facts.Node):
            yield one


def _definitions(block: facts.Block) -> Iterator[facts.Def]:
    for statement in statements(block):
        if isinstance(statement, facts.Def):
            yield statement
        elif isinstance(statement, facts.Class):
            yield from _definitions(statement.block)
