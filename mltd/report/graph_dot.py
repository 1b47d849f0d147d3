"""The system graph for Graphviz: components as frames around their modules, data beside them."""

from __future__ import annotations

from collections import defaultdict

from mltd.graph.fold import folded
from mltd.graph.system import Node, System

__all__ = ["render"]

_SHAPES = {
    "module": 'shape=box, style="rounded,filled", fillcolor="#eef2f7"',
    "function": 'shape=box, style="rounded"',
    "dataset": 'shape=cylinder, style=filled, fillcolor="#fff4d6"',
    "feature": "shape=plain",
    "transformer": 'shape=hexagon, style=filled, fillcolor="#e6f4ea"',
    "model": 'shape=octagon, style=filled, fillcolor="#d7ecd9"',
    "prediction": 'shape=note, style=filled, fillcolor="#fde3e1"',
    "config": "shape=tab",
    "flag": "shape=diamond",
    "stage": "shape=cds",
    "service": 'shape=component, style=filled, fillcolor="#e3e0f7"',
}
_LINES = {"imports": "style=dotted, color=gray60", "calls": "style=dashed, color=gray60", "configures": "style=dashed"}


def render(system: System, *, full: bool = False) -> str:
    """A directed graph; unless it is to be ``full``, functions are part of their modules, features and single settings
    are left out, and so is what the modules between two data sets say already."""
    shown = system if full else _calm(folded(system, without=("feature",)))
    members: dict[str, list[Node]] = defaultdict(list)
    homes = {edge.target: edge.source for edge in shown.edges("owns")}
    for node in shown.nodes():
        if node.kind != "component":
            module = homes.get(node.id, "")
            members[homes.get(module, module) if node.kind in ("module", "function") else ""].append(node)
    lines = [
        "digraph system {",
        '  rankdir=LR; node [fontname="Helvetica", fontsize=10]; edge [fontname="Helvetica", fontsize=8];',
    ]
    for number, (home, nodes) in enumerate(sorted(members.items())):
        indent = "    " if home else "  "
        if home:
            lines.append(f"  subgraph cluster_{number} {{ label={_quoted(home.partition(':')[2])}; color=gray70;")
        lines += [
            f"{indent}{_quoted(node.id)} [label={_quoted(_label(node))}, {_SHAPES[node.kind]}];" for node in nodes
        ]
        lines += ["  }"] if home else []
    for edge in shown.edges():
        if edge.kind != "owns" or edge.source.startswith("config:"):
            look = "".join(f", {one}" for one in [_LINES.get(edge.kind, "")] if one)
            tip = ", ".join(map(str, edge.places))
            ends = f"{_quoted(edge.source)} -> {_quoted(edge.target)}"
            lines.append(f"  {ends} [label={_quoted(edge.kind)}, tooltip={_quoted(tip)}{look}];")
    return "\n".join([*lines, "}"]) + "\n"


def _calm(system: System) -> System:
    """Without the ways from data to data that lead through a module of the picture, without single settings, imports
    that are called anyway, and modules that nothing leads to or from."""
    nodes = [node for node in system.nodes() if node.kind != "config" or "::" not in node.name]
    kept = {node.id for node in nodes}
    reads = {(edge.source, edge.target) for edge in system.edges("reads")}
    made = {(edge.source, edge.target) for kind in ("writes", "fits", "predicts") for edge in system.edges(kind)}
    readers: dict[str, set[str]] = defaultdict(set)
    makers: dict[str, set[str]] = defaultdict(set)
    for source, target in reads:
        readers[source].add(target)
    for source, target in made:
        makers[target].add(source)
    called = {(edge.source, edge.target) for edge in system.edges("calls")}
    edges = [
        edge for edge in system.edges()
        if edge.source in kept and edge.target in kept
        and not (edge.kind == "imports" and (edge.source, edge.target) in called)
        and not (edge.kind in ("produces", "uses", "fits") and readers[edge.source] & makers[edge.target])
    ]  # fmt: skip
    linked = {end for edge in edges if edge.kind != "owns" for end in (edge.source, edge.target)}
    left = {node.id: node for node in nodes if node.id in linked or node.kind == "component"}
    return System(None, left.values(), [edge for edge in edges if edge.source in left and edge.target in left])


def _label(node: Node) -> str:
    return f"{node.name}\n{node.note}" if node.note and not node.name.endswith(node.note) else node.name


def _quoted(text: str) -> str:
    """A string of DOT: only the quote and the backslash mean something in it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
