"""What programs of Python declare: those that run others, and an orchestrator's definitions."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterator, Mapping

from mltd import commandline, facts
from mltd.flow import values as v
from mltd.flow.interpret import Flow
from mltd.flow.texts import HOLE
from mltd.graph.declarations import Declared, Resolver, Run, below, program_of
from mltd.graph.places import Places, parents

#: Decorators and calls that make a function of Python a pipeline or one of its steps.
_PIPELINES = frozenset({"pipeline", "flow", "dag", "job", "graph", "asset", "workflow"})
_STEPS = frozenset(
    {"step", "task", "op", "asset", "multi_asset", "component", "node", "command_component", "container_component"}
)
_ORCHESTRATORS = frozenset({
    "kfp", "airflow", "prefect", "dagster", "zenml", "metaflow", "azure.ai.ml", "azureml.pipeline",
    "sagemaker.workflow", "kedro", "ploomber", "luigi", "flytekit", "google.cloud.aiplatform", "tfx",
})  # fmt: skip
#: What a step does.
_DOING = frozenset({"writes", "saves", "fits", "searches", "predicts"})


def drivers(result: Declared, resolver: Resolver, flow: Flow) -> None:
    """Programs that run other programs: by a command, by a notebook's ``%run``, or by calling into them."""
    reached: dict[str, set[str]] = defaultdict(set)
    started: dict[str, set[str]] = defaultdict(set)
    for event in flow.events:
        # Who takes a helper or a loader from a program does not run it: a step leaves something behind.
        if event.site.file != event.entry and event.verb in _DOING:
            reached[event.entry].add(event.site.file)
        if event.verb != "runs":
            continue
        near = posixpath.dirname(event.entry)
        words = event.extra.get("command") or []
        found = program_of(resolver, [word for word in words if word], near, near)
        if found is not None:
            result.runs.append(Run(found[0], None, event.site.file, facts.line_of(event.site.at), found[1], True))
            started[event.entry].add(found[0])
    for group in (reached, started):
        result.drivers |= set(group)
        for driver, programs in group.items():
            for step in programs:
                result.pipelines[step].add(driver)
    # Who calls a function of another program does not run that program: what the call does is the caller's own doing.
    for driver in started:
        result.pipelines[driver].add(driver)


def pipelines(
    result: Declared, resolver: Resolver, flow: Flow, files: Mapping[str, facts.FileFacts], places: Places
) -> None:
    """Steps and pipelines that an orchestrator's decorators or operators declare."""
    machine = flow.machine
    definitions: dict[str, set[str]] = defaultdict(set)
    for (file, _body), marks in machine.decorated.items():
        last = {mark.rpartition(".")[2] for mark in marks}
        content = machine.modules.python[file]
        if not _orchestrated(content):
            continue
        if last & _PIPELINES:
            definitions[file].add("pipeline")
        if last & _STEPS:
            definitions[file].add("step")
    for file, content in machine.modules.python.items():
        if _orchestrated(content) and _schedules(flow, file):
            definitions[file].add("pipeline")
    for program, file in (*_scheduled(flow, resolver, places), *_projects(flow, files, places)):
        result.pipelines[program].add(f"{places.root(file) or '.'} (pipeline)")
    for file, kinds in definitions.items():
        root = places.root(file)
        group = f"{root or '.'} (pipeline)"
        result.pipelines[file].add(group)
        if "pipeline" in kinds:
            for other in _named_in(machine.modules.python[file], files, root):
                result.pipelines[other].add(group)
            for other in _reached(machine.imports, file):
                result.pipelines[other].add(group)
            if _containers(machine.modules.python[file]):
                for other in _container_programs(files, places, posixpath.dirname(file)):
                    result.pipelines[other].add(group)


def _orchestrated(content: facts.PythonFacts) -> bool:
    return any(name == known or name.startswith(known + ".") for name in content.imports for known in _ORCHESTRATORS)


def _schedules(flow: Flow, file: str) -> bool:
    return any(event.verb == "schedules" and event.site.file == file for event in flow.events)


def _scheduled(flow: Flow, resolver: Resolver, places: Places) -> Iterator[tuple[str, str]]:
    """Programs that the commands of an orchestrator's operators run, with the file that defines the operators."""
    for event in flow.events:
        if event.verb != "schedules":
            continue
        root = places.root(event.site.file)
        for text in (text for value in event.data if isinstance(value, v.Texts) for text in value.alternatives):
            for command in commandline.commands(text.template, facts.line_of(event.site.at)):
                # What stands before an unknown part is the folder that the tree is deployed to.
                words = [word.rpartition(HOLE)[2].lstrip("/") if HOLE in word else word for word in command.argv]
                program = program_of(
                    resolver, words, posixpath.normpath(posixpath.join(root, command.folder or ".")), root
                )
                if program is not None:
                    yield program[0], event.site.file


def _projects(flow: Flow, files: Mapping[str, facts.FileFacts], places: Places) -> Iterator[tuple[str, str]]:
    """The programs in the folders that MLflow is told to run as projects, with the file that tells it.
    https://mlflow.org/docs/latest/ml/projects/"""
    for event in flow.events:
        if event.verb != "runs" or not event.callee.startswith("mlflow."):
            continue
        root = places.root(event.site.file)
        for text in (text for value in event.data[:1] if isinstance(value, v.Texts) for text in value.alternatives):
            # What stands before an unknown part is the folder that the tree is in, or its repository.
            named = text.template.rpartition(HOLE)[2].strip("/")
            if not named:
                continue
            folder = posixpath.normpath(posixpath.join(root, named))
            for path, content in files.items():
                if (posixpath.dirname(path) or ".") == folder and isinstance(content, facts.PythonFacts):
                    yield path, event.site.file


def _named_in(content: facts.PythonFacts, files: Mapping[str, facts.FileFacts], root: str) -> Iterator[str]:
    """Programs of the project whose file name the definition mentions."""
    mentioned = {name for name in content.mentions if name.endswith(".py")}
    for path, other in files.items():
        if isinstance(other, facts.PythonFacts) and below(path, root) and posixpath.basename(path) in mentioned:
            yield path


def _containers(content: facts.PythonFacts) -> bool:
    return bool(
        {"ContainerOp", "KubernetesPodOperator", "DockerOperator", "load_component_from_file"} & set(content.mentions)
    )


def _container_programs(files: Mapping[str, facts.FileFacts], places: Places, folder: str) -> Iterator[str]:
    """Programs that stand beside a container file below a pipeline's folder."""
    built = {
        posixpath.dirname(path) for path, content in files.items() if _is_container(content) and below(path, folder)
    }
    for path, content in files.items():
        if isinstance(content, facts.PythonFacts) and any(parent in built for parent in parents(path)):
            yield path


def _is_container(content: facts.FileFacts) -> bool:
    return isinstance(content, facts.CommandFacts) and content.format == "docker"


def _reached(imports: Mapping[str, Mapping[str, object]], start: str) -> Iterator[str]:
    seen = {start}
    todo = [start]
    while todo:
        for path in imports.get(todo.pop(), {}):
            if path not in seen:
                seen.add(path)
                todo.append(path)
                yield path
