"""Tool bridges: a modelling tool run as an external program, files written for it and its output read back."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mltd import commandline
from mltd.flow import values as v
from mltd.flow.events import Event
from mltd.flow.texts import HOLE, Source, Text

if TYPE_CHECKING:
    from mltd.graph.project import Project

#: A body: its file and qualified name.
Body = tuple[str, str]

#: Programs that train or apply models and say so by their names alone.
_TOOLS = frozenset({
    "vw", "fasttext", "mallet", "weka", "rgf", "ffm", "mcrank", "ranklib", "megam", "timbl", "wapiti", "svmlight",
    "cluto", "word2vec", "glove", "libfm", "libffm", "xlearn", "liblinear", "libsvm", "crf_test", "crf_learn",
    "svm_learn", "svm_classify", "svm_rank_learn", "svm_rank_classify", "starspace", "lightgbm", "xgboost",
    "catboost",
})  # fmt: skip
#: A command that trains or applies something.
_MODELS = re.compile(r"(?:^|[^a-z])(?:train|predict|classif|learn|infer|fit(?![a-z])|svm|ffm|crf)")
#: Programs that other rules speak of, that move files, or that drive other things.
_OTHERS = frozenset({
    "git", "dvc", "docker", "docker-compose", "podman", "kubectl", "helm", "aws", "gcloud", "gsutil", "bq", "az",
    "azcopy", "s3cmd", "hdfs", "hadoop", "databricks", "terraform", "mlflow", "wandb", "kaggle", "huggingface-cli",
    "modal", "zenml", "ray", "spark-submit", "flyte", "pip", "pip3", "conda", "mamba", "uv", "poetry", "apt",
    "apt-get", "brew", "npm", "npx", "node", "yarn", "make", "cmake", "gcc", "g++", "jupyter", "papermill",
    "jupytext", "streamlit", "uvicorn", "gunicorn", "pytest", "Rscript", "R", "julia", "scala", "perl", "ruby", "cp",
    "mv", "rm", "ln", "ls", "cat", "cut", "sed", "awk", "gawk", "grep", "egrep", "sort", "uniq", "head", "tail",
    "split", "shuf", "wc", "tr", "paste", "join", "tee", "find", "xargs", "mkdir", "touch", "chmod", "chown", "echo",
    "printf", "cd", "pwd", "export", "source", "tar", "zip", "unzip", "gzip", "gunzip", "bzip2", "xz", "7z", "zcat",
    "wget", "curl", "scp", "rsync", "ssh", "open", "xdg-open", "kill", "nvidia-smi", "df", "du", "mount", "ffmpeg",
    "sox", "convert", "magick", "pdflatex", "pandoc", "dot", "psql", "mysql", "sqlite3", "mongo", "bash", "sh", "zsh",
    "torchrun", "accelerate", "deepspeed", "horovodrun", "mpirun",
})  # fmt: skip


@dataclass
class ToolBridge:
    """A body that runs a tool: ``runs`` are its commands, ``written`` and ``read`` the files it makes for them and
    takes back."""

    file: str
    symbol: str
    tool: str
    runs: list[Event] = field(default_factory=list)
    written: list[Event] = field(default_factory=list)
    read: list[Event] = field(default_factory=list)


def tool_bridges(project: Project) -> Iterator[ToolBridge]:
    """Every body that writes a tool's input, runs the tool and reads its output, but for the one wrapper of a tool."""
    by_body: dict[Body, list[Event]] = defaultdict(list)
    for event in project.events:
        if event.verb in ("runs", "writes", "saves", "reads", "loads") and not project.is_apart(event.site.file):
            for body in _bodies(event):
                if event not in by_body[body][-1:]:
                    by_body[body].append(event)
    found: dict[tuple[Body, str], ToolBridge] = {}
    for event in project.events:
        tool = _tool(event) if event.verb == "runs" and not project.is_apart(event.site.file) else None
        for body in _bodies(event) if tool else ():
            bridge = found.get((body, tool or "")) or ToolBridge(*body, tool or "")
            if _around(bridge, event, by_body[body]):
                found[body, bridge.tool] = bridge
                break
    for bridge in found.values():
        others = [
            one for one in found.values() if one.tool == bridge.tool and _root(project, one) == _root(project, bridge)
        ]
        if len(others) > 1 or not _wraps(project, bridge):
            yield bridge


def _root(project: Project, bridge: ToolBridge) -> str:
    return project.places.root(bridge.file)


def _bodies(event: Event) -> list[Body]:
    """The bodies whose run reaches an event, innermost first."""
    sites = [event.site, *reversed(event.stack)]
    return list(dict.fromkeys((site.file, site.symbol) for site in sites))


def _around(bridge: ToolBridge, run: Event, events: list[Event]) -> bool:
    """Whether the body writes a file that the command names and reads one that it, or a later run of it, names."""
    runs = [one for one in events if one.verb == "runs" and one.entry == run.entry and _tool(one) == bridge.tool]
    if run not in runs:
        return False
    written = [
        one for one in events
        if one.verb in ("writes", "saves") and one.entry == run.entry
        and any(one.order < other.order and _names(other, one) for other in runs)
    ]  # fmt: skip
    read = [
        one for one in events
        if one.verb in ("reads", "loads") and one.entry == run.entry
        and any(one.order > other.order and _names(other, one) for other in runs)
    ]  # fmt: skip
    printed = [one for one in runs if one.callee in ("subprocess.check_output", "subprocess.getoutput", "os.popen")]
    if not written or not (read or printed):
        return False
    bridge.runs, bridge.written, bridge.read = runs, written, read or printed
    return True


def _words(event: Event) -> list[Text | str]:
    """The words of a command, with their unknown parts."""
    value = event.data[0] if event.data else None
    if isinstance(value, v.Sequence):
        return [item.alternatives[0] for item in value.items if isinstance(item, v.Texts)]
    if isinstance(value, v.Texts):
        return [value.alternatives[0]]
    return [word for word in event.extra.get("command", ()) if word]


def _tool(event: Event) -> str | None:
    """The modelling tool that a command runs, or None."""
    words = " ".join(word if isinstance(word, str) else word.template for word in _words(event)).split()
    while words and re.fullmatch(r"[A-Za-z_]\w*=.*|sudo|nohup|time|nice", words[0]):
        words = words[1:]
    if not words or commandline.program(words) is not None:
        return None
    name = posixpath.basename(words[0].replace(HOLE, "/"))
    stem = name.partition(".")[0].lower()
    if name in _OTHERS or re.fullmatch(r"python[\d.]*|.*\.(?:sh|py|R|bash)", name):
        return None
    if name == "java":
        jars = [word for word in words if word.endswith(".jar")]
        name = posixpath.basename(jars[0]) if jars else name
        stem = re.split(r"[-.\d]", name.lower())[0]
    # What it is told to do, not what the files are called that it is given.
    spoken = " ".join(word for word in words[1:3] if not set(word) & set("./" + HOLE))
    if stem in _TOOLS or _MODELS.search(f"{name} {spoken}".lower()):
        return re.split(r"[-_](?=train|predict|learn|class|test|fit)", stem)[0] or name
    return None


def _names(run: Event, other: Event) -> bool:
    """Whether a command names a file: by the same last part, or by the same unknown part."""
    texts = _words(run)
    holes = {source for text in texts if isinstance(text, Text) for source in _holes(text)}
    plain = " ".join(text if isinstance(text, str) else text.template for text in texts)
    said = {posixpath.basename(word.strip("'\"<>").rpartition("=")[2].rpartition(HOLE)[2]) for word in plain.split()}
    for path in other.paths:
        if set(_holes(path)) & holes:
            return True
        last = posixpath.basename(path.template.rpartition(HOLE)[2])
        if last and last in said:
            return True
    return False


def _holes(text: Text) -> list[Source]:
    return [part.source for part in text.parts if part.text is None]


def _wraps(project: Project, bridge: ToolBridge) -> bool:
    """Whether other files go through this body, or it is a method of a class that implements an interface."""
    machine = project.flow.machine
    content = machine.modules.python[bridge.file]
    body = next((index for index, entry in enumerate(content.index) if entry.qualname == bridge.symbol), None)
    if body is None or not bridge.symbol:
        return False
    head = bridge.symbol.partition(".")[0]
    scope = machine.scopes.get(bridge.file)
    cls = scope.names.get(head) if scope is not None and "." in bridge.symbol else None
    if isinstance(cls, v.Class) and cls.bases:
        return True
    callers = {caller for caller, callees in machine.calls.items() if (bridge.file, body) in callees}
    return len(callers) > 1 or any(file != bridge.file for file, _symbol in callers)
