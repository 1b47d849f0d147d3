"""What stands beside the modules in the system graph: where settings come from, and which file runs which program."""

from __future__ import annotations

from collections import Counter, defaultdict

from rich.text import Text

from mltd.graph.system import Node, System
from mltd.report.graph_lines import KINDS, VERB, Branch, label, place, tree
from mltd.report.text.look import Look
from mltd.report.text.widgets import clean, count

__all__ = ["besides"]


def besides(system: System, look: Look) -> list[Text]:
    """Settings and stages, each under its title where there are any."""
    lines: list[Text] = []
    for title, branches in (("Settings", _settings(system)), ("Stages", _stages(system))):
        if branches:
            lines += [Text(), Text(title, "bold"), *tree(branches, look)]
    return lines


def _settings(system: System) -> list[Branch]:
    """Where settings come from, and what they name or tune."""
    groups: dict[str, list[Node]] = defaultdict(list)
    for node in system.nodes("config"):
        groups["environment" if node.name.startswith("$") else node.name.partition("::")[0]].append(node)
    branches = []
    for source, nodes in groups.items():
        goals = {edge.target for node in nodes for edge in system.out(node) if edge.kind == "configures"}
        kinds = Counter(goal.partition(":")[0] for goal in goals)
        told = [count(kinds[kind], noun) for kind, noun in KINDS if kinds[kind] and kind not in ("config", "module")]
        keys = [node for node in nodes if node.name != source] or nodes
        if told:
            body = Text(clean(source)).append(f"  {count(len(keys), 'setting')} of {', '.join(told)}", "dim")
            first = min((node.places[0] for node in keys), key=lambda one: (one.path, one.cell or 0, one.line))
            branches.append(Branch(body, place(first)))
    return branches


def _stages(system: System) -> list[Branch]:
    groups: dict[str, list[Node]] = defaultdict(list)
    for node in system.nodes("stage"):
        groups[node.name.partition("::")[0]].append(node)
    return [
        Branch(
            Text(clean(file)), below=[_stage(node, file) for node in sorted(nodes, key=lambda one: one.places[0].line)]
        )
        for file, nodes in groups.items()
    ]


def _stage(node: Node, file: str) -> Branch:
    return Branch(Text(f"{'runs':<{VERB}}", "dim").append(label(node)), place(node.places[0], file))
