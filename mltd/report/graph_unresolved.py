"""The calls whose artifact could not be told, by file, each with its reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from rich.text import Text

from mltd.graph.unresolved import Unresolved
from mltd.report.graph_lines import VERB, Branch, place, tree
from mltd.report.text.look import Look, draw
from mltd.report.text.widgets import clean, count, hang

__all__ = ["render"]


def render(found: Sequence[Unresolved], look: Look) -> str:
    """First how often which reason, then every call."""
    if not found:
        return draw([Text("Every read and write that was seen names an artifact that could be told.")], look)
    reasons = Counter(one.why for one in found)
    lines = [Text(f"{count(len(found), 'call')} whose artifact could not be told", "bold")]
    for reason, times in sorted(reasons.items(), key=lambda item: (-item[1], item[0])):
        lines += hang(Text(f"{times:>5}  "), Text(clean(reason)), look.page)
    files: dict[str, list[Unresolved]] = defaultdict(list)
    for one in found:
        files[one.place.path].append(one)
    for path, ends in files.items():
        lines += [Text(), Text(clean(path), "bold"), *tree([_branch(one, path) for one in ends], look)]
    return draw(lines, look)


def _branch(one: Unresolved, path: str) -> Branch:
    body = Text(f"{one.verb:<{VERB}}", "dim").append(clean(one.call))
    return Branch(body, place(one.place, path), more=Text(clean(one.reason), "dim"), column=VERB)
