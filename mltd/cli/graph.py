"""``mltd graph``: what the system is made of, and what follows from what."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mltd.cli import output
from mltd.cli.codes import DONE

if TYPE_CHECKING:
    from mltd.cli.analysis import Analysis
    from mltd.cli.assemble import Target
    from mltd.graph.system import Node, System
    from mltd.graph.unresolved import Unresolved
    from mltd.outcome import Skipped

__all__ = ["graph"]

FORMATS = ("text", "json", "dot", "graphml")


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(readable=False))
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), default="text", help="By default text.")
@click.option("-o", "--output", "file", type=click.Path(path_type=Path), help="Write to a file.")
@click.option("--upstream", metavar="NODE", help="What a node depends on.")
@click.option("--downstream", metavar="NODE", help="What depends on a node.")
@click.option("--why", nargs=2, metavar="NODE NODE", help="How what one node holds reaches another.")
@click.option("--unresolved", is_flag=True, help="What could not be resolved, and why.")
@click.option("--full", is_flag=True, help="Text and dot: functions apart from their modules, nothing left out.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes that read files; by default one a processor.")
@click.option("--config", type=click.Path(path_type=Path), help="The configuration file.")
@click.option("--no-config", is_flag=True, help="Read no configuration.")
def graph(paths: tuple[str, ...], **options: Any) -> int:
    """Show the system graph of PATHS: modules, data sets, features, models, predictions, and what flows between them.

    NODE is a name as the graph shows it (model:models/churn.joblib, dataset:data/raw.csv), a path, or the end of a name
    that only one node has. Several PATHS are several projects in one graph.
    """
    from mltd.cli import analysis
    from mltd.cli.assemble import prefixes_of
    from mltd.cli.progress import progress
    from mltd.cli.scan import processors, target

    asked = [name for name in ("upstream", "downstream", "why", "unresolved") if options[name]]
    if len(asked) > 1:
        raise click.UsageError(f"--{asked[0]} and --{asked[1]} do not go together")
    if options["unresolved"] and options["form"] not in ("text", "json"):
        raise click.UsageError(f"--unresolved can be told as text or json, not as {options['form']}")
    targets: list[Target] = [target(path, options) for path in paths or (".",)]
    parts: list[tuple[str, Analysis]] = []
    with progress() as shown:
        for one, prefix in zip(targets, prefixes_of(targets), strict=True):
            jobs = options["jobs"] or processors()
            parts.append((prefix, analysis.analyse(one.root, one.only, one.loaded.config, jobs, shown)))
    text = _render(parts, ", ".join(one.given for one in targets), options)
    if options["file"] is not None:
        output.to_file(text, options["file"])
    else:
        output.to_stdout(text)
    return DONE


def _render(parts: list[tuple[str, Analysis]], title: str, options: dict[str, Any]) -> str:
    system, open_ends, skipped = _joined(parts)
    direction = "upstream" if options["upstream"] else "downstream" if options["downstream"] else ""
    start = _find(system, options[direction]) if direction else None
    part = system.walk(start, forward=direction == "downstream") if start is not None else system
    if options["why"]:
        ends = [_find(system, name) for name in options["why"]]
        steps = system.path(ends[0], ends[1])
        if not steps and (back := system.path(ends[1], ends[0])):
            ends, steps = ends[::-1], back
        part = system.only(steps)
    form = options["form"]
    if form == "json":
        from mltd.report import graph_json

        if options["unresolved"]:
            part = type(system)(None)
        return graph_json.render(part, start=start, direction=direction, unresolved=open_ends, skipped=skipped)
    if form == "dot":
        from mltd.report import graph_dot

        return graph_dot.render(part, full=options["full"])
    if form == "graphml":
        from mltd.report import graph_graphml

        return graph_graphml.render(part)
    from mltd.report import graph_text, graph_unresolved, graph_walk, text

    look = text.Look() if options["file"] is not None else text.detect(sys.stdout)
    if options["why"]:
        from mltd.cli.sources import Joined
        from mltd.report import graph_why

        sources = Joined({prefix: analysis.sources for prefix, analysis in parts})
        return graph_why.render(system, ends[0], ends[1], steps, sources, look)
    if options["unresolved"]:
        return graph_unresolved.render(open_ends, look)
    if start is not None:
        return graph_walk.render(system, start, look, forward=direction == "downstream", full=options["full"])
    resolved = sum(analysis.seen.links_resolved for _prefix, analysis in parts)
    links = (resolved, len(open_ends))
    return graph_text.render(system, title, look, links=links, skipped=len(skipped), full=options["full"])


def _find(system: System, name: str) -> Node:
    from mltd.graph.system import UnknownNode

    try:
        return system.find(name)
    except UnknownNode as error:
        raise click.UsageError(str(error)) from error


def _joined(parts: list[tuple[str, Analysis]]) -> tuple[System, list[Unresolved], list[Skipped]]:
    """One graph of all projects, its open ends and the files that were not read, with the projects' prefixes."""
    import msgspec

    from mltd.graph.project import Project
    from mltd.graph.system import System
    from mltd.graph.unresolved import unresolved
    from mltd.outcome import Skipped

    systems: list[tuple[str, System]] = []
    ends: list[Unresolved] = []
    skipped: list[Skipped] = []
    for prefix, done in parts:
        project = done.project
        assert isinstance(project, Project)
        systems.append((prefix, project.system))
        for one in unresolved(project):
            place = msgspec.structs.replace(one.place, path=prefix + one.place.path)
            ends.append(msgspec.structs.replace(one, place=place))
        skipped += [Skipped(output.printable(prefix + one.path), one.reason) for one in done.skipped]
    return systems[0][1] if len(systems) == 1 and not systems[0][0] else System.joined(systems), ends, skipped
