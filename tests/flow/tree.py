"""Small trees, and what the analysis makes of the paths in them."""

from __future__ import annotations

import functools

from mltd.flow.texts import HOLE, TREE, Text
from mltd.graph.project import Project
from mltd.knowledge import Knowledge, built_in

#: What stands at the top of a program that is given as one piece of code.
HEAD = "import os\nimport pandas as pd\nfrom pathlib import Path\n"


@functools.cache
def knowledge() -> Knowledge:
    """The built-in tables, read once."""
    return Knowledge(built_in())


def tree(files: dict[str, str]) -> Project:
    """A project; each Python file begins with the usual imports."""
    return Project.from_sources(
        {path: HEAD + code if path.endswith(".py") else code for path, code in files.items()}, knowledge()
    )


def shown(text: Text) -> str:
    """A template, ``*`` for each hole, ``<tree>`` for the scanned root."""
    return text.template.replace(HOLE, "*").replace(TREE, "<tree>")


def names(project: Project, verb: str = "reads", entry: str = "") -> list[list[str]]:
    """The alternatives that each read (or write) names, in order; what several rounds say again, once."""
    found = [
        [shown(text) for text in event.paths]
        for event in project.events
        if event.verb == verb and event.callee.startswith("pandas.") and entry in ("", event.entry)
    ]
    return [paths for index, paths in enumerate(found) if paths not in found[:index]]


def read(code: str, **others: str) -> list[list[str]]:
    """What the reads of one program name."""
    return names(tree({"main.py": code, **{path.replace("__", "."): text for path, text in others.items()}}))


def links(files: dict[str, str]) -> list[tuple[str, str, str]]:
    """Each hand-over as (writer's file, artifact, reader's file)."""
    found = {(one.write.event.site.file, one.artifact, one.read.event.site.file) for one in tree(files).hand_overs}
    return sorted(found)
