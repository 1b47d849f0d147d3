"""What a command runs: a script, a module, a notebook, behind whatever starts it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from typing import NamedTuple

from mltd.commandline.script import commands
from mltd.commandline.wrappers import SHELLS, Behind, base, behind, is_python, shell_text

__all__ = ["Program", "program"]


class Program(NamedTuple):
    """What a command runs.

    ``kind`` is ``script`` (a Python file), ``module`` (a dotted name), ``notebook``, ``r`` or ``shell``; ``name`` the
    path or dotted name as written; ``by`` what starts it (``python``, ``uvicorn``, ``streamlit``, ...; empty for a
    script that is called itself); ``attribute`` the object in a module that a server serves; ``folder`` where it is
    sent to, relative to where the command runs (``.`` unless an option or an inner ``cd`` says otherwise, empty where
    unknown).
    """

    kind: str
    name: str
    args: list[str]
    by: str = ""
    attribute: str = ""
    folder: str = "."


_Reader = Callable[[str, list[str], Behind], "Program | None"]

#: Modules that are tools: what they run is no program of a tree.
_TOOLS = frozenset(
    [
        *("pip", "venv", "virtualenv", "ensurepip", "ipykernel", "site", "build", "twine", "compileall", "zipfile"),
        *("pytest", "unittest", "doctest", "black", "isort", "mypy", "flake8", "pylint", "ruff", "timeit", "json.tool"),
        *("http.server", "nltk.downloader", "spacy", "grpc_tools.protoc", "tarfile"),
    ]
)
#: Modules that run what their arguments name, as the command of the same name does.
_RUNNING_MODULES = {
    "torch.distributed.launch": "torchrun",
    "torch.distributed.run": "torchrun",
    "torch.distributed.elastic": "torchrun",
    "accelerate.commands.launch": "torchrun",
    **dict.fromkeys(["cProfile", "profile", "pdb", "ipdb", "memory_profiler", "line_profiler", "debugpy"], "python"),
    **{
        name: name
        for name in (
            *("kernprof", "scalene", "viztracer", "coverage", "accelerate", "IPython", "jupyter", "papermill"),
            *("streamlit", "fastapi", "chainlit", "marimo", "panel", "bokeh", "flask"),
            *("uvicorn", "gunicorn", "hypercorn", "celery", "bentoml", "nbconvert"),
        )
    },
}

_SCRIPT = re.compile(r".*\.pyw?", re.DOTALL)
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_SERVED = re.compile(r"(?P<module>[A-Za-z_][\w.]*):(?P<attribute>[A-Za-z_][\w.]*)(?:\(.*\))?")


def program(argv: list[str]) -> Program | None:
    """What a command runs, as :attr:`Command.argv` has it; None where that is no program of a source tree or unknown.

    Of a ``sh -c`` text with several programs it is the first (:func:`commands` gives them all). Parts of a path that
    only a running shell would know stay as written (``$ROOT/train.py``).
    """
    text = shell_text(argv)
    if text is not None:
        return _in_shell(text)
    inner = behind(argv)
    if not inner.argv:
        return None
    name, arguments = inner.argv[0], inner.argv[1:]
    found = _python(name, arguments, inner) if is_python(name) else None
    reader = _READERS.get(base(name))
    if found is None and reader is not None:
        found = reader(base(name), arguments, inner)
    elif found is None:
        found = _direct(name, arguments, inner.runs_scripts)
    if found is None or not _is_known(found):
        return None
    if inner.folder != "." and found.folder:
        return found._replace(folder=posixpath.normpath(posixpath.join(inner.folder, found.folder)))
    return found


def _is_known(found: Program) -> bool:
    """Whether at least the last part of the name is no variable and no placeholder."""
    if found.kind == "module":
        return _DOTTED.fullmatch(found.name) is not None
    name = posixpath.basename(found.name.rstrip("/"))
    return name not in ("", "-") and not set(found.name) & set("<>|\n") and not set(name) & set("$`*?{")


def _in_shell(text: str) -> Program | None:
    for command in commands(text):
        found = program(command.argv) if shell_text(command.argv) is None else None
        if found is not None:
            known = command.folder and found.folder
            folder = posixpath.normpath(posixpath.join(command.folder, found.folder)) if known else ""
            return found._replace(folder=folder)
    return None


def _direct(name: str, arguments: list[str], bare: bool) -> Program | None:
    """A script that is called by its path."""
    if "/" not in name and not bare:
        return None
    suffix = posixpath.splitext(name)[1]
    kind = {".py": "script", ".sh": "shell", ".bash": "shell", ".R": "r", ".r": "r"}.get(suffix)
    return Program(kind, name, arguments) if kind else None


def _file(path: str, arguments: list[str], by: str) -> Program:
    return Program("notebook" if path.endswith(".ipynb") else "script", path, arguments, by)


# ------------------------------------------------------------------ Python


def _python(name: str, arguments: list[str], inner: Behind) -> Program | None:
    at = 0
    while at < len(arguments) and arguments[at].startswith("-") and arguments[at] != "-":
        word = arguments[at]
        at += 1
        if word.startswith("--"):
            continue
        for index, letter in enumerate(word[1:], 2):
            if letter == "c":
                return None
            if letter in "mWX":
                value = word[index:] or "".join(arguments[at : at + 1])
                at += not word[index:]
                if letter == "m":
                    return _module(value, arguments[at:], inner)
                break
    if at < len(arguments) and not (base(name).startswith("ipython") and arguments[at] == "kernel"):
        return _file(arguments[at], arguments[at + 1 :], "python")
    return None


def _module(name: str, arguments: list[str], inner: Behind) -> Program | None:
    if name in _TOOLS or name.startswith(("ipykernel.", "pip.", "pytest.")):
        return None
    command = _RUNNING_MODULES.get(name)
    if command == "python":
        return _launcher(command, arguments, inner)
    if command:
        return _READERS[command](command, arguments, inner)
    return Program("module", name, arguments, "python")


def _launcher(name: str, arguments: list[str], inner: Behind) -> Program | None:
    """A starter of Python scripts with options of its own: its script is the first word that looks like one."""
    for index, word in enumerate(arguments):
        if word in ("-m", "--module") and index + 1 < len(arguments) and _DOTTED.fullmatch(arguments[index + 1]):
            return Program("module", arguments[index + 1], arguments[index + 2 :], name)
        if is_python(word) and not word.startswith("-"):
            return _python(word, arguments[index + 1 :], inner)
        if _SCRIPT.fullmatch(word) and not word.startswith("-") and arguments[index - 1 : index] != ["--py-files"]:
            return Program("script", word, arguments[index + 1 :], name)
    return None


def _launcher_after(*subcommands: str) -> _Reader:
    def read(name: str, arguments: list[str], inner: Behind) -> Program | None:
        for subcommand in subcommands:
            if subcommand in arguments[:3]:
                return _launcher(name, arguments[arguments.index(subcommand) + 1 :], inner)
        return None

    return read


# ------------------------------------------------------------------ servers


def _server(name: str, arguments: list[str], inner: Behind) -> Program | None:
    """``uvicorn pkg.module:app``: gunicorn is content with the module alone."""
    folder = "."
    for index, word in enumerate(arguments):
        option, equals, value = word.partition("=")
        if option in ("--app-dir", "--chdir"):
            folder = value if equals else "".join(arguments[index + 1 : index + 2])
    for index, word in enumerate(arguments):
        found = _SERVED.fullmatch(word)
        if found:
            module, attribute = found.group("module", "attribute")
            return Program("module", module, arguments[index + 1 :], name, attribute, folder)
    before, last = ["", "", *arguments][-2:]
    if name == "gunicorn" and _DOTTED.fullmatch(last) and not before.startswith("-"):
        return Program("module", last, [], name, "application", folder)
    return None


def _flask(name: str, arguments: list[str], inner: Behind) -> Program | None:
    served = inner.environment.get("FLASK_APP", "")
    for index, word in enumerate(arguments):
        option, equals, value = word.partition("=")
        if option in ("--app", "-A"):
            served = value if equals else "".join(arguments[index + 1 : index + 2])
    if "run" not in arguments and not served:
        return None
    path, _, attribute = (served or "app.py").partition(":")
    rest = arguments[arguments.index("run") + 1 :] if "run" in arguments else arguments
    if path.endswith(".py") or "/" in path:
        return Program("script", path, rest, name, attribute)
    return Program("module", path, rest, name, attribute)


def _option(*options: str) -> _Reader:
    """A server whose option names a module (``celery -A proj worker``) or a file (``locust -f load.py``)."""

    def read(name: str, arguments: list[str], inner: Behind) -> Program | None:
        for index, word in enumerate(arguments[:-1]):
            if word in options:
                value = arguments[index + 1]
                rest = arguments[:index] + arguments[index + 2 :]
                if value.endswith(".py"):
                    return Program("script", value, rest, name)
                module, _, attribute = value.partition(":")
                return Program("module", module, rest, name, attribute)
        return None

    return read


def _bentoml(name: str, arguments: list[str], inner: Behind) -> Program | None:
    return _server(name, arguments, inner) or _launcher(name, [word.partition(":")[0] for word in arguments], inner)


# ------------------------------------------------------------------ notebooks, R, shells


def _notebook(name: str, arguments: list[str], inner: Behind) -> Program | None:
    for index, word in enumerate(arguments):
        if word.endswith(".ipynb") and not word.startswith("-"):
            return Program("notebook", word, arguments[:index] + arguments[index + 1 :], name)
    return None


def _nbconvert(name: str, arguments: list[str], inner: Behind) -> Program | None:
    return _notebook(name, arguments, inner) if "--execute" in arguments else None


def _jupyter(name: str, arguments: list[str], inner: Behind) -> Program | None:
    if arguments[:1] == ["execute"]:
        return _notebook(name, arguments[1:], inner)
    return _nbconvert(name, arguments[1:], inner) if arguments[:1] == ["nbconvert"] else None


def _r(name: str, arguments: list[str], inner: Behind) -> Program | None:
    for index, word in enumerate(arguments):
        if word in ("-e", "--args"):
            return None
        path = word.removeprefix("--file=")
        if path.lower().endswith(".r") and not path.startswith("-"):
            return Program("r", path, arguments[index + 1 :], name)
    return None


def _shell(name: str, arguments: list[str], inner: Behind) -> Program | None:
    at = 0
    while at < len(arguments) and arguments[at][:1] in ("-", "+"):
        if re.fullmatch(r"-\w*s\w*", arguments[at]):
            return None  # the script comes through a pipe
        if arguments[at] in ("-o", "+o", "-O", "+O"):
            at += 1
        at += 1
    if at >= len(arguments) or base(arguments[at]) in ("activate", "deactivate"):
        return None
    if name in (".", "source") and (not set(arguments[at]) & set("./") or arguments[at].endswith((".env", ":"))):
        return None  # variables alone, or no command at all but prose
    return Program("shell", arguments[at], arguments[at + 1 :], name)


_READERS: dict[str, _Reader] = {
    **dict.fromkeys(["torchrun", "deepspeed", "kernprof", "scalene", "viztracer", "spark-submit", "gradio"], _launcher),
    "accelerate": _launcher_after("launch"),
    "coverage": _launcher_after("run"),
    "streamlit": _launcher_after("run"),
    "chainlit": _launcher_after("run"),
    "solara": _launcher_after("run"),
    "fastapi": _launcher_after("run", "dev"),
    "marimo": _launcher_after("run", "edit"),
    "panel": _launcher_after("serve"),
    "bokeh": _launcher_after("serve"),
    **dict.fromkeys(["uvicorn", "gunicorn", "hypercorn", "daphne", "granian", "waitress-serve"], _server),
    "flask": _flask,
    "celery": _option("-A", "--app"),
    "locust": _option("-f", "--locustfile"),
    "dagster": _option("-f", "-m", "--python-file", "--module-name"),
    "bentoml": _bentoml,
    "IPython": _python,
    **dict.fromkeys(["papermill", "voila", "runipy"], _notebook),
    "jupyter": _jupyter,
    **dict.fromkeys(["nbconvert", "jupyter-nbconvert"], _nbconvert),
    "jupyter-execute": _notebook,
    **dict.fromkeys(["Rscript", "R"], _r),
    **dict.fromkeys([*SHELLS, "source", "."], _shell),
}
