"""Lines of a tree: guides at the left, what is told, and at the right edge the place that proves it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rich.text import Text

from mltd.graph.system import Edge, Node
from mltd.model import Place
from mltd.report.text.look import Look
from mltd.report.text.widgets import clean, hang

__all__ = ["CODE", "KINDS", "VERB", "Branch", "label", "place", "said_forward", "shortest", "tree"]

#: The kinds of nodes that are counted, in the order in which people care, with their nouns.
KINDS = (
    ("module", "module"), ("function", "function"), ("dataset", "data set"), ("feature", "feature"),
    ("transformer", "transformer"), ("model", "model"), ("prediction", "prediction"), ("service", "service"),
    ("stage", "stage"), ("config", "setting"),
)  # fmt: skip
#: Kinds of nodes that are code.
CODE = ("module", "function")
#: How a step reads from the node that it starts at, downstream.
_DOWN = {
    "owns": "holds", "imports": "imported by", "calls": "called by", "configures": "configures", "reads": "read by",
    "produces": "goes into", "uses": "goes into", "fits": "fits", "predicts": "predicts", "writes": "writes",
    "guards": "guards",
}  # fmt: skip
#: The columns of a verb, a blank among them.
VERB = 9
#: With less room than this, what continues a line begins at the left.
_NARROW = 20


@dataclass(slots=True)
class Branch:
    """One line of a tree, its place, and what hangs below it. ``more`` continues the line where it has no room;
    ``column`` is where its later lines begin."""

    body: Text
    place: str = ""
    below: list[Branch] = field(default_factory=list)
    more: Text | None = None
    column: int = 0


def tree(branches: Sequence[Branch], look: Look, prefix: str = "") -> list[Text]:
    """The lines of branches. Guides are drawn with lines where they are welcome."""
    lines: list[Text] = []
    tee, last, bar = ("├─ ", "└─ ", "│  ") if look.unicode else ("|- ", "`- ", "|  ")
    for index, branch in enumerate(branches):
        end = index == len(branches) - 1
        rest = prefix + ("   " if end else bar)
        lines += _line(branch, prefix + (last if end else tee), rest, look)
        lines += tree(branch.below, look, rest)
    return lines


def _line(branch: Branch, guide: str, rest: str, look: Look) -> list[Text]:
    """A branch on one line if it fits, else its continuation and its place on the next ones."""
    head = Text(guide, "dim").append_text(branch.body)
    where = Text(branch.place, "dim")
    more = branch.more
    if more is not None and head.cell_len + 2 + more.cell_len + 2 + where.cell_len <= look.page:
        head.append("  ").append_text(more)
        more = None
    room = look.page - head.cell_len - where.cell_len
    if room >= 2:
        lines = [head.append(" " * room).append_text(where) if branch.place else head]
    else:
        column = branch.column if look.page - len(rest) - branch.column >= _NARROW else 0
        wrapped = hang(Text(), branch.body[column:], max(look.page - len(rest) - column, 1))
        lines = [Text(rest, "dim").append(" " * column).append_text(line) for line in wrapped]
        lines[0] = Text(guide, "dim").append_text(branch.body[:column]).append_text(wrapped[0])
        left = look.page - lines[-1].cell_len - where.cell_len
        if branch.place and left < 2:
            lines.append(Text(rest, "dim"))
            left = max(0, look.page - len(rest) - where.cell_len)
        lines[-1].append(" " * left if branch.place else "").append_text(where)
    if more is not None:
        indent = VERB if look.page - len(rest) - VERB >= _NARROW else 0
        wrapped = hang(Text(), more, max(look.page - len(rest) - indent, 1))
        lines += [Text(rest, "dim").append(" " * indent).append_text(line) for line in wrapped[:3]]
    return lines


def place(where: Place, near: str = "") -> str:
    """A place as text; of a place in the file that the line is about, the line alone."""
    if where.path != near:
        return clean(str(where))
    return f":{where.line}" if where.cell is None else f"cell {where.cell}:{where.line}"


def said_forward(edge: Edge, node: Node) -> str:
    """What a node does for what depends on it, by the edge between the two."""
    return "adds" if edge.kind == "produces" and node.kind in CODE else _DOWN[edge.kind]


def label(node: Node) -> str:
    """The last part of a node's name."""
    return clean(node.name.rpartition("::")[2] or node.name)


def shortest(paths: Iterable[str]) -> dict[str, str]:
    """Each path by as many of its last parts as no other path ends in."""
    known = list(paths)
    ends = Counter("/".join(path.split("/")[start:]) for path in known for start in range(path.count("/") + 1))
    short = {}
    for path in known:
        parts = path.split("/")
        short[path] = next(
            (end for start in range(len(parts) - 1, -1, -1) if ends[end := "/".join(parts[start:])] == 1), path
        )
    return short
