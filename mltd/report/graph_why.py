"""Why one node depends on another: each step of the way between them, with the line of source that proves it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from mltd.graph.system import Edge, Node, System
from mltd.outcome import Sources
from mltd.report.graph_lines import said_forward
from mltd.report.text.excerpt import excerpt
from mltd.report.text.look import Look, draw
from mltd.report.text.widgets import clean, count, hang

__all__ = ["render"]


def render(system: System, first: Node, last: Node, steps: Sequence[Edge], sources: Sources, look: Look) -> str:
    """The steps from a node to one that depends on it, numbered; without any it is said that there are none."""
    head = Text(f"{first.kind} ", "dim").append(clean(first.name), "bold")
    if not steps:
        head.append(f" and {last.kind} ", "dim").append(clean(last.name), "bold")
        said = Text("Nothing that was seen leads from one to the other.", "dim")
        return draw([*hang(Text(), head, look.page), said], look)
    head.append(f" reaches {last.kind} ", "dim").append(clean(last.name), "bold")
    lines = [*hang(Text(), head, look.page), Text(f"in {count(len(steps), 'step')}", "dim"), Text()]
    for number, edge in enumerate(steps, 1):
        source, target = system.node(edge.source), system.node(edge.target)
        body = Text(f"{number:>3}  ", "dim").append(f"{said_forward(edge, source)} ", "dim")
        body.append(f"{target.kind} ", "dim").append(clean(target.name), "bold" if target is last else "")
        lines += hang(Text(), body, look.page)
        for place in dict.fromkeys((*edge.places[:1], *edge.places[-1:])):
            lines.append(Text("     ").append(clean(str(place)), "cyan"))
            lines += [line for line in excerpt(place, sources.line(place), look, "bold blue") if line.plain]
        lines.append(Text())
    return draw(lines, look)
