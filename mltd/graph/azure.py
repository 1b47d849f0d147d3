"""Pipelines of Azure ML in YAML: which program each job runs, and with which arguments.

A job's inputs are places, values, or the outputs of other jobs, and its outputs are places that the pipeline gives it:
here an address for each output of each job. https://learn.microsoft.com/azure/machine-learning/reference-yaml-job-pipeline,
https://learn.microsoft.com/azure/machine-learning/reference-yaml-component-command
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mltd import facts

#: A part of a command that is left out where its input is not given, and what stands for an input or output.
_OPTIONAL = re.compile(r"\$\[\[(.*?)\]\]", re.DOTALL)
_MARK = re.compile(r"\$\{\{\s*(inputs|outputs)\.([\w.-]+?)\s*\}\}")
_OUTPUT = re.compile(r"\$\{\{\s*parent\.jobs\.([\w-]+)\.outputs\.([\w-]+)\s*\}\}")
_INPUT = re.compile(r"\$\{\{\s*parent\.inputs\.([\w.-]+)\s*\}\}")
#: Only the run knows it: a shell's variable is no text either.
_UNKNOWN = "$INPUT"


@dataclass(frozen=True, slots=True)
class Job:
    """One job of a pipeline: its command with its inputs and outputs in place, the folder that it runs in, and where it
    is written."""

    command: str
    folder: str
    line: int


def jobs(files: Mapping[str, facts.FileFacts], path: str) -> Iterator[Job]:
    """The jobs of a pipeline's file; none for any other."""
    content = files.get(path)
    for document in content.documents if isinstance(content, facts.DataFacts) else ():
        listed, kind = _entry(document, "jobs"), _text(_entry(document, "type"))
        if kind != "pipeline" or listed is None or not isinstance(listed.value, dict):
            continue
        for name, job in listed.value.items():
            component, home = _component(files, path, job)
            command = _text(_entry(component, "command"))
            if not command:
                continue
            code = _text(_entry(component, "code"))
            folder = posixpath.normpath(posixpath.join(posixpath.dirname(home), code or "."))
            told = _Given(path, str(name), job, component, document, folder)
            yield Job(told.fill(command), "" if folder == "." else folder, job.line or listed.line)


def _component(files: Mapping[str, facts.FileFacts], path: str, job: facts.Datum) -> tuple[facts.Datum, str]:
    """What a job runs, and the file that says it: a component's own file, or the pipeline's."""
    named = _text(_entry(job, "component")).removeprefix("file:")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(path), named)) if named else ""
    content = files.get(target)
    if isinstance(content, facts.DataFacts) and content.documents:
        return content.documents[0], target
    inline = _entry(job, "component")
    return (inline, path) if inline is not None and isinstance(inline.value, dict) else (job, path)


@dataclass(frozen=True, slots=True)
class _Given:
    """What the pipeline gives to one of its jobs."""

    path: str
    name: str
    job: facts.Datum
    component: facts.Datum
    pipeline: facts.Datum
    folder: str

    def fill(self, command: str) -> str:
        """The command with what is given in place."""
        whole = _OPTIONAL.sub(lambda part: part.group(1) if self._all_given(part.group(1)) else "", command)
        return _MARK.sub(lambda mark: self._value(mark.group(1), mark.group(2)) or _UNKNOWN, whole)

    def _all_given(self, part: str) -> bool:
        return all(self._value(kind, name) is not None for kind, name in _MARK.findall(part))

    def _value(self, kind: str, name: str) -> str | None:
        if kind == "outputs":
            return _address(self.path, self.name, name)
        given = _entry(_entry(self.job, "inputs"), name)
        if given is None:
            return _text(_entry(_entry(_entry(self.component, "inputs"), name), "default")) or None
        text = _text(given) or _text(_entry(given, "path"))
        output, outer = _OUTPUT.fullmatch(text), _INPUT.fullmatch(text)
        if output is not None:
            return _address(self.path, output.group(1), output.group(2))
        if outer is not None:
            told = _entry(_entry(self.pipeline, "inputs"), outer.group(1))
            text = _text(told) or _text(_entry(told, "path"))
        if text.startswith("."):
            return posixpath.relpath(posixpath.join(posixpath.dirname(self.path), text), self.folder)
        return text or _UNKNOWN


def _address(path: str, job: str, output: str) -> str:
    return f"azureml://{path}/{job}/{output}"


def _entry(datum: facts.Datum | None, key: str) -> facts.Datum | None:
    return datum.value.get(key) if datum is not None and isinstance(datum.value, dict) else None


def _text(datum: facts.Datum | None) -> str:
    if datum is None or isinstance(datum.value, (dict, list)) or datum.value is None:
        return ""
    return str(datum.value)
