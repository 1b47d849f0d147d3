"""What a node depends on, or what depends on it, as a tree: each step with its kind and the place that proves it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import msgspec
from rich.text import Text

from mltd.graph.system import Edge, Node, System
from mltd.report.graph_lines import CODE, KINDS, Branch, label, place, said_forward, shortest, tree
from mltd.report.text.look import Look, draw
from mltd.report.text.widgets import clean, count, hang

__all__ = ["render"]

#: How a step reads from the node that it starts at, upstream, for data and for code at its source.
_UP = {
    "owns": "part of", "imports": "imports", "calls": "calls", "configures": "set by", "reads": "reads",
    "produces": "made of", "uses": "made of", "fits": "fitted on", "predicts": "predicted by", "writes": "written by",
    "guards": "guarded by",
}  # fmt: skip
_BY = {"produces": "added by", "fits": "fitted by", "predicts": "computed in", "calls": "answered by"}
_FOLDED = 3


class _Walk:
    """One walk, each node opened where it is nearest to the start."""

    def __init__(self, system: System, start: Node, *, forward: bool, full: bool) -> None:
        self._system = system
        self.start = start
        self._forward = forward
        self._full = full
        self._short = shortest(node.name for node in system.nodes("module"))
        self._features = full or start.kind == "feature" or not self._covered(start)
        self._opened: dict[str, tuple[str, str] | None] = {start.id: None}
        self._owners: dict[str, Branch] = {}
        self._again: list[tuple[Branch, str]] = []
        todo: deque[tuple[Node, Node | None]] = deque([(start, None)])
        while todo:
            node, came = todo.popleft()
            for edge in self._steps(node, came):
                other = self._other(edge)
                if other.id not in self._opened and self._steps(other, node):
                    self._opened[other.id] = (node.id, other.id)
                    todo.append((other, node))

    def _covered(self, start: Node) -> bool:
        """Whether all that is not a feature is reached without going through features too."""
        direct = {start.id}
        todo: list[tuple[Node, Node | None]] = [(start, None)]
        while todo:
            node, came = todo.pop()
            for edge in self._system.steps(node, came, forward=self._forward):
                other = self._other(edge)
                if other.id not in direct and other.kind != "feature":
                    direct.add(other.id)
                    todo.append((other, node))
        part = self._system.walk(start, forward=self._forward)
        return all(one.id in direct for one in part.nodes() if one.kind not in ("feature", *CODE))

    def _other(self, edge: Edge) -> Node:
        return self._system.node(edge.target if self._forward else edge.source)

    def _steps(self, node: Node, came: Node | None) -> list[Edge]:
        if node.kind == "feature" and not self._features:
            return []
        steps = self._system.steps(node, came, forward=self._forward)
        # A setting's name says already which file it is a part of.
        return [edge for edge in steps if self._forward or edge.kind != "owns"]

    def branches(self, node: Node, came: Node | None = None) -> list[Branch]:
        """The steps from a node; features that lead nowhere else stand in one line."""
        steps = self._telling(node, self._steps(node, came))
        features = [edge for edge in steps if self._other(edge).kind == "feature"] if not self._features else []
        folded = features if len(features) > _FOLDED else []
        found = [self._branch(node, edge) for edge in steps if edge not in folded]
        if folded:
            names = ", ".join(label(self._other(edge)) for edge in folded)
            body = (
                Text(self._said(folded[0], node), "dim")
                .append(f" {count(len(folded), 'feature')} ")
                .append(clean(names), "dim")
            )
            found.append(Branch(body, ""))
        return found

    def _telling(self, node: Node, steps: list[Edge]) -> list[Edge]:
        """Without the functions around data whose place another step shows already."""
        if self._full or node.kind in CODE:
            return steps
        shown = {one.path for edge in steps if self._other(edge).kind not in CODE for one in edge.places}
        return [
            edge
            for edge in steps
            if self._other(edge).kind not in CODE or not shown.issuperset(one.path for one in edge.places)
        ]

    def _named(self, node: Node) -> str:
        file, mark, rest = node.name.partition("::" if "::" in node.name else "#")
        return clean(self._short.get(file, file) + mark + rest)

    def _place(self, edge: Edge) -> str:
        one = edge.places[-1] if self._forward else edge.places[0]
        return place(msgspec.structs.replace(one, path=self._short.get(one.path, one.path)))

    def _branch(self, node: Node, edge: Edge) -> Branch:
        other = self._other(edge)
        body = Text(f"{self._said(edge, node)} ", "dim")
        if other.kind not in (*CODE, "dataset", "config"):
            body.append(f"{other.kind} ")
        body.append(self._named(other), _style(other))
        if other.note and other.note not in other.name:
            body.append(f"  {clean(other.note)}", "dim")
        branch = Branch(body, self._place(edge))
        if self._opened.get(other.id) == (node.id, other.id) and other.id not in self._owners:
            self._owners[other.id] = branch
            branch.below = self.branches(other, node)
        elif self._steps(other, node):
            self._again.append((branch, other.id))
        return branch

    def tree(self) -> list[Branch]:
        """All steps; where a node is met again, it is said where its own steps stand."""
        found = self.branches(self.start)
        order = {id(branch): index for index, branch in enumerate(_all(found))}
        for branch, identity in self._again:
            owner = self._owners.get(identity)
            above = owner is None or order[id(owner)] < order[id(branch)]
            branch.body.append(" (above)" if above else " (below)", "dim italic")
        return found

    def _said(self, edge: Edge, node: Node) -> str:
        if self._forward:
            return said_forward(edge, node)
        code = self._system.node(edge.source).kind in CODE
        return _BY.get(edge.kind, _UP[edge.kind]) if code and node.kind not in CODE else _UP[edge.kind]


def _all(branches: list[Branch]) -> Iterator[Branch]:
    for branch in branches:
        yield branch
        yield from _all(branch.below)


def render(system: System, start: Node, look: Look, *, forward: bool, full: bool = False) -> str:
    """A tree from a node along the data (``forward``) or against it."""
    walk = _Walk(system, start, forward=forward, full=full)
    part = system.walk(start, forward=forward).nodes()[1:]
    what = "depends on it" if forward else "it depends on"
    parts = [
        count(sum(node.kind == kind for node in part), label_)
        for kind, label_ in KINDS
        if any(node.kind == kind for node in part)
    ]
    head = hang(Text(f"{_kind(start)} ", "dim"), Text(clean(start.name), "bold"), look.page)
    said = (
        f"What {what}: {look.dot.join(parts)}"
        if parts
        else f"Nothing that was seen {'depends on it' if forward else 'is upstream of it'}."
    )
    lines = [*head, *hang(Text(), Text(said, "dim"), look.page), *tree(walk.tree(), look)]
    return draw(lines, look)


def _kind(node: Node) -> str:
    return {"dataset": "data", "config": "setting"}.get(node.kind, node.kind)


def _style(node: Node) -> str:
    return {"dataset": "cyan", "model": "green", "prediction": "magenta", "service": "magenta"}.get(node.kind, "")
