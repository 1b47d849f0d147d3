"""What the columns of a tree are computed from, by the statements that add them."""

from __future__ import annotations

from collections.abc import Iterator

from mltd import facts
from mltd.flow.events import Site
from mltd.flow.formula_reader import Reader
from mltd.flow.formulas import Formula
from mltd.flow.frames import ColumnDefinition
from mltd.flow.program import Modules, nodes, statements
from mltd.graph.bodies import body_at, own, parameters


class Formulas:
    """Reads the formula of each column once; with ``lenient`` without what only guards a computation."""

    def __init__(self, modules: Modules, lenient: bool = False) -> None:
        self._modules, self._lenient = modules, lenient
        self._known: dict[ColumnDefinition, Formula | None] = {}
        self._sites: dict[ColumnDefinition, Site] = {}
        self._listed: dict[tuple[str, int], frozenset[str]] = {}

    def of(self, definition: ColumnDefinition) -> Formula | None:
        """How a column is computed, or None where that cannot be told."""
        if definition not in self._known:
            self._known[definition] = self._read(definition)
        return self._known[definition]

    def site(self, definition: ColumnDefinition) -> Site:
        """Where the expression stands that a column is computed by."""
        return self._sites.get(definition, definition.site)

    def stored(self, file: str, name: str) -> Iterator[tuple[Formula | None, Site]]:
        """Where a file stores something under a name that is written there, with how it is computed: columns of tables
        of which the flow knows nothing."""
        content = self._modules.python[file]
        for body in range(len(content.index)) if name in content.mentions else ():
            for statement in statements(self._modules.block(file, body)):
                for target in statement.targets if isinstance(statement, facts.Assign) else ():
                    if (
                        isinstance(target, facts.Sub)
                        and isinstance(target.value, facts.Name)
                        and isinstance(target.index, facts.Const)
                        and target.index.value == name
                        and isinstance(statement, facts.Assign)
                    ):
                        formula = self._reader(file, body, target.value.id).read(statement.value, statement.at)
                        yield formula, Site(file, target.at, target.to, content.index[body].qualname)

    def listed(self, site: Site) -> frozenset[str]:
        """The names in lists of names that the body of a call says."""
        body = site.file, body_at(self._modules, site.file, site.at)
        if body not in self._listed:
            self._listed[body] = frozenset(_listed(self._modules.block(*body)))
        return self._listed[body]

    def assigned_between(self, first: ColumnDefinition, second: ColumnDefinition, names: frozenset[str]) -> bool:
        """Whether a body that adds two columns stores into columns of some names between the two."""
        low, high = sorted((first.site.at, second.site.at))
        for statement in statements(self._block(first)):
            for target in _targets(statement):
                if low < target.at < high and any(
                    isinstance(one, facts.Const) and one.value in names for one in nodes(target)
                ):
                    return True
        return False

    def _block(self, definition: ColumnDefinition) -> facts.Block:
        file = definition.site.file
        return self._modules.block(file, body_at(self._modules, file, definition.site.at))

    def _read(self, definition: ColumnDefinition) -> Formula | None:
        if definition.written is not None:
            return self._in_a_mapping(definition, *definition.written)
        block = self._block(definition)
        for statement in statements(block):
            if isinstance(statement, facts.Assign) and statement.value is not None:
                for target in statement.targets:
                    if (
                        isinstance(target, facts.Sub)
                        and isinstance(target.value, facts.Name)
                        and target.at == definition.site.at
                    ):
                        body = body_at(self._modules, definition.site.file, definition.site.at)
                        return self._reader(definition.site.file, body, target.value.id).read(
                            statement.value, statement.at
                        )
        return None

    def _in_a_mapping(self, definition: ColumnDefinition, file: str, at: int) -> Formula | None:
        """What stands under a column's name in the mapping that a table is made of."""
        body = body_at(self._modules, file, at)
        for statement in statements(self._modules.block(file, body)):
            for node in own(statement):
                if isinstance(node, facts.Dict) and node.at == at:
                    for key, value in zip(node.keys, node.values, strict=True):
                        if isinstance(key, facts.Const) and key.value == definition.name:
                            reader = self._reader(file, body)
                            written = reader.stands(value, value.at)
                            symbol = self._modules.python[file].index[body].qualname
                            self._sites[definition] = Site(file, written.at, written.to, symbol)
                            return reader.read(value, value.at)
        return None

    def _reader(self, file: str, body: int, owner: str = "") -> Reader:
        given = frozenset(parameters(self._modules, file, body))
        return Reader(self._modules.block(file, body), given, owner, self._lenient)


def _targets(statement: facts.Node) -> list[facts.Expr]:
    if isinstance(statement, facts.Assign):
        return list(statement.targets)
    return [statement.target] if isinstance(statement, facts.Aug) else []


def _listed(block: facts.Block) -> Iterator[str]:
    for statement in statements(block):
        for node in own(statement):
            if isinstance(node, facts.Seq) and len(node.items) > 1:
                names = [one.value for one in node.items if isinstance(one, facts.Const)]
                if len(names) == len(node.items):
                    yield from (name for name in names if isinstance(name, str))
