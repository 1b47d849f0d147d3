"""What is declared: which programs are run, from where, and which of them are steps of one pipeline.

A pipeline is written down in a DVC or Make file, a driver script that runs its programs in order, a workflow of a CI
or an orchestrator's definition (in YAML or in Python). A README tells where a program runs from, and declares nothing.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from mltd import commandline, facts
from mltd.flow.called import Called
from mltd.flow.interpret import Flow
from mltd.flow.texts import TREE
from mltd.graph import azure
from mltd.graph.declarations import Declared, Resolver, Run, program_of
from mltd.graph.pipelines import drivers, pipelines
from mltd.graph.places import Places, parents

#: What stands in a component's command for what a pipeline gives it.
_MARKS = ("${{inputs.", "${{outputs.")
_COMPOSE = re.compile(r"(?:docker-)?compose(?:[.-][\w-]+)*\.ya?ml")


def commanded(files: Mapping[str, facts.FileFacts], places: Places) -> Declared:
    """What the files of commands and the documents of a tree declare, before any of its code is looked at."""
    result = Declared()
    resolver = Resolver(files)
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
    resolver = Resolver(files)
    drivers(result, resolver, flow)
    pipelines(result, resolver, flow, files, places)
    return result


def _commands(result: Declared, resolver: Resolver, path: str, content: facts.CommandFacts) -> None:
    base = posixpath.dirname(path)
    declares = content.format in ("make", "shell", "docker")
    found: list[str] = []
    layers = commandline.Layers.of(content.copies)
    for command in content.commands:
        folder = resolver.folder(base, command.folder) if command.folder else None
        _mounted(result, resolver, base, command.argv)
        words = [_in_tree(word, layers, base) for word in command.argv]
        program = program_of(resolver, words, folder if folder is not None else base, base)
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


def _mounted(result: Declared, resolver: Resolver, base: str, argv: list[str]) -> None:
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


# ------------------------------------------------------------------ YAML, TOML, JSON


def _documents(
    result: Declared, resolver: Resolver, places: Places, path: str, content: facts.DataFacts,
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
            program = program_of(resolver, command.argv, folder, root)
            if program is None:
                continue
            file, args = program
            result.runs.append(Run(file, folder if dvc else None, path, line, args, True))
            found.append(file)
    for job in azure.jobs(files, path):
        for command in commandline.commands(job.command, job.line):
            program = program_of(resolver, command.argv, posixpath.join(job.folder, command.folder or "."), root)
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
