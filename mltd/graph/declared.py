"""What is declared: which programs are run, from where, and which of them are steps of one pipeline.

A pipeline is written down in a DVC or Make file, a driver script that runs its programs in order, a workflow of a CI
or an orchestrator's definition (in YAML or in Python). A README tells where a program runs from, and declares nothing.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from mltd import commandline, facts
from mltd.flow import values as v
from mltd.flow.called import Called
from mltd.flow.interpret import Flow
from mltd.flow.texts import HOLE, TREE, normal
from mltd.graph import azure
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


#: What stands in a component's command for what a pipeline gives it.
_MARKS = ("${{inputs.", "${{outputs.")
_COMPOSE = re.compile(r"(?:docker-)?compose(?:[.-][\w-]+)*\.ya?ml")


@dataclass(frozen=True, slots=True)
class Run:
    """One program of the tree that something runs: ``folder`` is where (None if unknown), ``by`` the file that says so,
    ``declares`` whether that file also declares an order."""

    program: str
    folder: str | None
    by: str
    line: int
    args: tuple[str, ...]
    declares: bool


@dataclass
class Declared:
    """What the tree declares of its programs."""

    runs: list[Run] = field(default_factory=list)
    #: program -> names of the pipelines that it is a step of
    pipelines: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    #: pipelines that only run programs in order and say nothing of what they hand over: shell scripts and other drivers
    drivers: set[str] = field(default_factory=set)
    #: files and folders that a pipeline declares as its outputs
    outputs: set[str] = field(default_factory=set)

    def together(self, first: str, second: str) -> str | None:
        """The pipeline or driver that runs both programs, if any."""
        common = self.pipelines.get(first, set()) & self.pipelines.get(second, set())
        return min(common) if common else None

    def is_output(self, location: str) -> bool:
        """Whether an artifact is, or lies in, what a pipeline declares as its output."""
        return any(location == output or location.startswith(output + "/") for output in self.outputs)

    def hands_over(self, first: str, second: str) -> str | None:
        """The pipeline that declares both programs as its steps, or the one of them that runs the other, if any."""
        common = self.pipelines.get(first, set()) & self.pipelines.get(second, set())
        told = {name for name in common if name not in self.drivers or name in (first, second)}
        return min(told) if told else None


def commanded(files: Mapping[str, facts.FileFacts], places: Places) -> Declared:
    """What the files of commands and the documents of a tree declare, before any of its code is looked at."""
    result = Declared()
    resolver = _Resolver(files)
    for path, content in files.items():
        if isinstance(content, facts.CommandFacts):
            _commands(result, resolver, path, content)
        elif isinstance(content, facts.DataFacts):
            _documents(result, resolver, places, path, content, files)
    return result


def calls(found: Declared) -> dict[str, tuple[Called, ...]]:
    """The commands that run each program and declare it; what a README tells may be but an example, and a component's
    command is filled by the pipelines that have it."""
    result: dict[str, dict[Called, None]] = defaultdict(dict)
    for run in found.runs:
        if run.declares and not any(word.startswith(_MARKS) for word in run.args):
            result[run.program][Called(run.args, run.by, run.line)] = None
    return {program: tuple(commands) for program, commands in result.items()}


def declared(result: Declared, files: Mapping[str, facts.FileFacts], flow: Flow, places: Places) -> Declared:
    """Everything that the files of a tree declare: what its commands do, and its code too."""
    resolver = _Resolver(files)
    _drivers(result, resolver, flow)
    _python_pipelines(result, resolver, flow, files, places)
    return result


class _Resolver:
    """From what a command names to a file of the tree."""

    def __init__(self, files: Mapping[str, facts.FileFacts]) -> None:
        self._files = files
        self._folders = {folder for path in files for folder in parents(path)}
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for path, content in files.items():
            if isinstance(content, facts.PythonFacts):
                self._by_name[posixpath.basename(path)].append(path)

    def has(self, path: str) -> bool:
        """Whether a path is a file that was read."""
        return posixpath.normpath(path) in self._files

    def folder(self, base: str, named: str) -> str:
        """A folder that a command goes to, from the folder of the file that says so. Where there is none of that name,
        it is meant from a folder above: people follow a README from the project's root."""
        found = [posixpath.normpath(posixpath.join(one, named)) for one in (base, *parents(base), "")]
        chosen = next((one for one in found if one == "." or one in self._folders), found[0])
        return "" if chosen == "." else chosen

    def file(self, named: str, folder: str, near: str) -> str | None:
        """A program by the path a command gives it, from a folder, or by the unique file of that name nearby."""
        if named.startswith(TREE):
            target = normal(named)[len(TREE) + 1 :]
        else:
            target = posixpath.normpath(posixpath.join(folder, named)) if not named.startswith("/") else ""
        if target in self._files:
            return target
        candidates = [path for path in self._by_name.get(posixpath.basename(named), ()) if _below(path, near)]
        ending = named.lstrip("./")
        exact = [path for path in candidates if path.endswith("/" + ending) or path == ending]
        if len(exact) == 1:
            return exact[0]
        # Scripts in ``bin/`` are started from a folder above it.
        above = (posixpath.normpath(posixpath.join(one, named)) for one in (*parents(folder), "") if target)
        return next((one for one in above if one in self._files), None)


def _below(path: str, folder: str) -> bool:
    return not folder or path.startswith(folder + "/")


def _commands(result: Declared, resolver: _Resolver, path: str, content: facts.CommandFacts) -> None:
    base = posixpath.dirname(path)
    declares = content.format in ("make", "shell", "docker")
    found: list[str] = []
    layers = commandline.Layers.of(content.copies)
    for command in content.commands:
        folder = resolver.folder(base, command.folder) if command.folder else None
        _mounted(result, resolver, base, command.argv)
        words = [_in_tree(word, layers, base) for word in command.argv]
        program = _program(resolver, words, folder if folder is not None else base, base)
        if program is None:
            continue
        file, args = program
        result.runs.append(Run(file, folder, path, command.line, args, declares))
        found.append(file)
    if declares and len(set(found)) > 1:
        if content.format != "make":
            result.drivers.add(path)
        for file in found:
            result.pipelines[file].add(path)


def _mounted(result: Declared, resolver: _Resolver, base: str, argv: list[str]) -> None:
    """Folders that a command mounts into a container are declared, under each name that a program may know them by."""
    found = list(commandline.mounts(argv))
    if not found:
        return
    script = next((word for word in reversed(argv) if word.endswith((".sh", ".py"))), "")
    # The command is given where the script that it runs in the container lies.
    here = next((one for one in (base, *parents(base), "") if resolver.has(posixpath.join(one, script))), base)
    for host, inside in found:
        if not host.strip("./"):
            continue
        result.outputs.add(posixpath.normpath(inside))
        if host.startswith("."):
            result.outputs.add(posixpath.normpath(posixpath.join(here, host)))
        for outer, around in found:
            if outer.startswith(".") and inside.startswith(around.rstrip("/") + "/"):
                below = posixpath.relpath(inside, around)
                result.outputs.add(posixpath.normpath(posixpath.join(here, outer, below)))


def _in_tree(word: str, layers: commandline.Layers, base: str) -> str:
    """A word of a command: a path in the script's own folder, or in a container, as a path in the tree."""
    inside = ""
    if word.startswith('$(dirname "$0")/'):
        inside = word.partition("/")[2]
    elif word.startswith("/"):
        inside = layers.origin(word)
    return posixpath.join(TREE, base, inside) if inside else word


def _program(resolver: _Resolver, argv: list[str], folder: str, near: str) -> tuple[str, tuple[str, ...]] | None:
    """The file that a command runs, and its arguments."""
    program = commandline.program(argv)
    if program is None:
        return None
    named = program.name
    if program.kind == "module":
        for ending in (".py", "/__main__.py"):
            file = resolver.file(named.replace(".", "/") + ending, folder, near)
            if file is not None:
                return file, tuple(program.args)
        return None
    if program.kind not in ("script", "notebook"):
        return None
    file = resolver.file(named, posixpath.join(folder, program.folder), near)
    return (file, tuple(program.args)) if file is not None else None


# ------------------------------------------------------------------ YAML, TOML, JSON


def _documents(
    result: Declared, resolver: _Resolver, places: Places, path: str, content: facts.DataFacts,
    files: Mapping[str, facts.FileFacts],
) -> None:  # fmt: skip
    base = posixpath.dirname(path)
    name = posixpath.basename(path)
    dvc = name == "dvc.yaml"
    if dvc or name.endswith(".dvc"):
        result.outputs |= {posixpath.normpath(posixpath.join(base, out)) for out in _outs(content.documents)}
    if _COMPOSE.fullmatch(name):
        result.outputs |= {posixpath.normpath(posixpath.join(base, one)) for one in _volumes(content.documents)}
    root = places.root(path)
    found: list[str] = []
    for text, line in _strings(content.documents):
        if not ("python" in text or ".py" in text or ".ipynb" in text or ".sh" in text):
            continue
        for command in commandline.commands(text, line):
            folder = posixpath.normpath(posixpath.join(base, command.folder or "."))
            folder = "" if folder == "." else folder
            program = _program(resolver, command.argv, folder, root)
            if program is None:
                continue
            file, args = program
            result.runs.append(Run(file, folder if dvc else None, path, line, args, True))
            found.append(file)
    for job in azure.jobs(files, path):
        for command in commandline.commands(job.command, job.line):
            program = _program(resolver, command.argv, posixpath.join(job.folder, command.folder or "."), root)
            if program is not None:
                result.runs.append(Run(program[0], job.folder, path, job.line, program[1], True))
                found.append(program[0])
    for file in found:
        result.pipelines[file].add(path if dvc or len(set(found)) > 1 else f"{root or '.'} (components)")
        if dvc:
            result.pipelines[file] |= _dvc_repository(places, path)


def _dvc_repository(places: Places, path: str) -> set[str]:
    """The stages of all ``dvc.yaml`` files of one DVC repository are one graph.
    https://dvc.org/doc/user-guide/pipelines/defining-pipelines"""
    homes = [folder for folder in (*parents(path), "") if places.exists(posixpath.join(folder, ".dvc"))]
    return {f"the DVC stages of {homes[0] or '.'}"} if homes else set()


def _volumes(documents: Iterable[facts.Datum]) -> Iterator[str]:
    """The folders of the tree that a compose file mounts into its services, the tree itself apart, and where the
    containers see what is mounted. https://docs.docker.com/reference/compose-file/services/#volumes"""
    for document in documents:
        services = _entry(document, "services")
        for service in services.value.values() if services and isinstance(services.value, dict) else ():
            volumes = _entry(service, "volumes")
            for volume in volumes.value if volumes and isinstance(volumes.value, list) else ():
                short = volume.value if isinstance(volume.value, str) else ""
                source, target = _entry(volume, "source"), _entry(volume, "target")
                folder, _colon, inside = short.partition(":")
                folder = str(source.value) if source is not None else folder
                inside = str(target.value) if target is not None else inside.partition(":")[0]
                if folder.startswith(".") and not folder.strip("./"):
                    continue
                if folder.startswith("."):
                    yield folder
                if inside.startswith("/"):
                    yield inside


def _entry(datum: facts.Datum, key: str) -> facts.Datum | None:
    return datum.value.get(key) if isinstance(datum.value, dict) else None


def _outs(documents: Iterable[facts.Datum]) -> Iterator[str]:
    """The paths under every ``outs`` of a DVC file: names, mappings by name, or mappings with a ``path``."""
    todo = list(documents)
    while todo:
        datum = todo.pop()
        if isinstance(datum.value, dict):
            outs = datum.value.get("outs")
            for item in outs.value if outs is not None and isinstance(outs.value, list) else ():
                if isinstance(item.value, str):
                    yield item.value
                elif isinstance(item.value, dict):
                    path = item.value.get("path")
                    yield from [path.value] if path is not None and isinstance(path.value, str) else item.value
            todo += datum.value.values()
        elif isinstance(datum.value, list):
            todo += datum.value


def _strings(documents: Iterable[facts.Datum]) -> Iterator[tuple[str, int]]:
    """Commands in a document: strings, and lists of strings that are one command's words."""
    todo = list(documents)
    while todo:
        datum = todo.pop(0)
        if isinstance(datum.value, str):
            yield datum.value, datum.line
        elif isinstance(datum.value, dict):
            todo = [*datum.value.values(), *todo]
        elif isinstance(datum.value, list):
            words = [item.value for item in datum.value if isinstance(item.value, str)]
            if (
                words
                and len(words) == len(datum.value)
                and words[0] in ("python", "python3", "bash", "sh", "papermill")
            ):
                yield " ".join(words), datum.line
            else:
                todo = [*datum.value, *todo]


# ------------------------------------------------------------------ Python


#: What a step does.
_DOING = frozenset({"writes", "saves", "fits", "searches", "predicts"})


def _drivers(result: Declared, resolver: _Resolver, flow: Flow) -> None:
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
        found = _program(resolver, [word for word in words if word], near, near)
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


def _python_pipelines(
    result: Declared, resolver: _Resolver, flow: Flow, files: Mapping[str, facts.FileFacts], places: Places
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


def _scheduled(flow: Flow, resolver: _Resolver, places: Places) -> Iterator[tuple[str, str]]:
    """Programs that the commands of an orchestrator's operators run, with the file that defines the operators."""
    for event in flow.events:
        if event.verb != "schedules":
            continue
        root = places.root(event.site.file)
        for text in (text for value in event.data if isinstance(value, v.Texts) for text in value.alternatives):
            for command in commandline.commands(text.template, facts.line_of(event.site.at)):
                # What stands before an unknown part is the folder that the tree is deployed to.
                words = [word.rpartition(HOLE)[2].lstrip("/") if HOLE in word else word for word in command.argv]
                program = _program(
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
        if isinstance(other, facts.PythonFacts) and _below(path, root) and posixpath.basename(path) in mentioned:
            yield path


def _containers(content: facts.PythonFacts) -> bool:
    return bool(
        {"ContainerOp", "KubernetesPodOperator", "DockerOperator", "load_component_from_file"} & set(content.mentions)
    )


def _container_programs(files: Mapping[str, facts.FileFacts], places: Places, folder: str) -> Iterator[str]:
    """Programs that stand beside a container file below a pipeline's folder."""
    built = {
        posixpath.dirname(path) for path, content in files.items() if _is_container(content) and _below(path, folder)
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
