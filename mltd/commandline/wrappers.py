"""Commands that run another command: what stands behind them."""

from __future__ import annotations

import posixpath
import re
from typing import NamedTuple

__all__ = ["SHELLS", "Behind", "base", "behind", "is_python", "shell_text"]

_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
#: ``python``, ``venv/bin/python3.10``, and variables that are named for one: ``$PYTHON``, ``$(PYTHON_INTERPRETER)``.
_PYTHON = re.compile(r"(?:i?python|pypy)[\d.]*w?(?:\.exe)?|py|\$[({]?\w*PYTHON\w*[)}]?", re.IGNORECASE)
SHELLS = frozenset(["sh", "bash", "zsh", "dash", "ksh", "ash", "$SHELL", "${SHELL}", "$(SHELL)"])

_IN_CONTAINER = "-e --env --env-file -u --user -w --workdir --index --detach-keys"

#: By the words that call it: the options that take a value, and how many arguments stand before the command.
_WRAPPERS: dict[str, tuple[str, int]] = {
    "nohup": ("", 0),
    "time": ("-f -o", 0),
    "nice": ("-n", 0),
    "ionice": ("-c -n", 0),
    "exec": ("-a", 0),
    "command": ("", 0),
    "builtin": ("", 0),
    "sudo": ("-u -g", 0),
    "env": ("-u -C --chdir", 0),
    "setsid": ("", 0),
    "stdbuf": ("-i -o -e", 0),
    "unbuffer": ("", 0),
    "timeout": ("-s -k --signal --kill-after", 1),
    "taskset": ("", 1),
    "numactl": ("-N -m -C", 0),
    "caffeinate": ("", 0),
    "watch": ("-n", 0),
    "xvfb-run": ("-s -n -e", 0),
    "tini": ("-p -e", 0),
    "dumb-init": ("", 0),
    "gosu": ("", 1),
    "su-exec": ("", 1),
    "ddtrace-run": ("", 0),
    "opentelemetry-instrument": ("", 0),
    "newrelic-admin run-program": ("", 0),
    "doppler run": ("-p -c", 0),
    "poetry run": ("-C --directory -P --project", 0),
    "pipenv run": ("", 0),
    "pdm run": ("-p --project", 0),
    "rye run": ("", 0),
    "hatch run": ("", 0),
    "pixi run": ("-e --environment --manifest-path", 0),
    "uv run": (
        "-p --python --with --with-editable --with-requirements --extra --group --no-group --only-group --package "
        "--directory --project --env-file --index --index-url --default-index --isolated-package",
        0,
    ),
    "conda run": ("-n --name -p --prefix --cwd", 0),
    "mamba run": ("-n --name -p --prefix --cwd", 0),
    "micromamba run": ("-n --name -p --prefix --cwd", 0),
    "singularity exec": ("-B --bind -H --home --pwd", 1),
    "apptainer exec": ("-B --bind -H --home --pwd", 1),
    "mprof run": ("-T --interval -o --output", 0),
    # In a container that is there, or of a service that is declared: its working folder holds the project's files.
    "docker exec": (_IN_CONTAINER, 1),
    "podman exec": (_IN_CONTAINER, 1),
    "docker compose exec": (_IN_CONTAINER, 1),
    "docker-compose exec": (_IN_CONTAINER, 1),
    "docker compose run": (f"{_IN_CONTAINER} -v --volume -p --publish --name --entrypoint -l --label", 1),
    "docker-compose run": (f"{_IN_CONTAINER} -v --volume -p --publish --name --entrypoint -l --label", 1),
}

#: With too many options to know: the command begins where something does that can be one.
_SEARCHED = frozenset(
    ["srun", "mpirun", "mpiexec", "horovodrun", "xargs", "parallel", "ray job submit", "dvc run", "dvc stage add"]
)
_COMMAND_LIKE = re.compile(r".*\.(?:py|sh|R)", re.DOTALL)
_COMMANDS = frozenset(
    ["accelerate", "torchrun", "deepspeed", "streamlit", "papermill", "jupyter", "Rscript", *SHELLS, *_WRAPPERS]
)
_VALUED_WHEN_SEARCHED = frozenset(
    [
        *("-d", "--deps", "-o", "--outs", "-O", "--outs-no-cache", "-p", "--params", "-f", "--file"),
        *("-m", "--metrics", "-M", "--metrics-no-cache", "--plots"),
    ]
)

#: Options that change the folder for what runs behind.
_FOLDER_OPTIONS = frozenset(["--chdir", "--cwd", "--pwd", "--directory", "-C", "-w", "--wdir", "--working-dir"])
_RUNS_SCRIPTS = frozenset(["uv run", "pdm run", "mprof run", "srun", "mpirun", "mpiexec", "horovodrun", "env"])


class Behind(NamedTuple):
    """What stands behind the wrappers: the command itself, the environment set for it, the folder it is sent to
    (``.`` where it stays), and the last wrapper by which a bare ``x.py`` would be run as a script."""

    argv: list[str]
    environment: dict[str, str]
    folder: str
    runs_scripts: bool


def base(word: str) -> str:
    """The name of a program without the folder it lies in."""
    return posixpath.basename(word)


def is_python(word: str) -> bool:
    """Whether a command's first word is a Python interpreter."""
    return _PYTHON.fullmatch(word if word.startswith("$") else base(word)) is not None


def shell_text(argv: list[str]) -> str | None:
    """The text that ``sh -c TEXT``, behind whatever wrappers, gives to a shell; None for any other command."""
    argv = behind(argv).argv
    if not argv or base(argv[0]) not in SHELLS:
        return None
    for index, word in enumerate(argv[1:], 1):
        if not word.startswith("-") or word.startswith("--"):
            return None
        if "c" in word:
            return argv[index + 1] if index + 1 < len(argv) else None
    return None


def behind(argv: list[str]) -> Behind:
    """Sees through assignments and wrappers."""
    environment: dict[str, str] = {}
    folder, runs_scripts = ".", False
    for _ in range(20):
        while argv and _ASSIGNMENT.match(argv[0]):
            name, _, value = argv[0].partition("=")
            environment[name] = value
            argv = argv[1:]
        words = _wrapper(argv)
        if not words:
            break
        name = " ".join([base(argv[0]), *argv[1:words]])
        runs_scripts = name in _RUNS_SCRIPTS
        rest, moved = _searched(argv[words:]) if name in _SEARCHED else _after_options(name, argv[words:])
        folder = posixpath.normpath(posixpath.join(folder, moved)) if moved else folder
        if name == "hatch run" and rest:
            rest = [rest[0].rpartition(":")[2], *rest[1:]]
        if len(rest) == 1 and " " in rest[0]:
            rest = ["sh", "-c", rest[0]]
        argv = rest
    return Behind(argv, environment, folder, runs_scripts)


def _wrapper(argv: list[str]) -> int:
    """How many words call a wrapper; 0 where none stands first."""
    for words in (3, 2, 1):
        if len(argv) >= words:
            name = " ".join([base(argv[0]), *argv[1:words]])
            if name in _WRAPPERS or name in _SEARCHED:
                return words
    return 0


def _after_options(name: str, argv: list[str]) -> tuple[list[str], str]:
    valued, arguments = _WRAPPERS[name]
    takes_value = frozenset(valued.split())
    folder = ""
    at = 0
    while at < len(argv) and argv[at].startswith("-"):
        word = argv[at]
        if word == "--":
            at += 1
            break
        if name == "uv run" and word in ("-m", "--module"):
            return ["python", "-m", *argv[at + 1 :]], folder
        option, equals, value = word.partition("=")
        if option in takes_value and not equals:
            at += 1
            value = argv[at] if at < len(argv) else ""
        if option in _FOLDER_OPTIONS and not name.startswith(("numactl", "docker", "podman")):
            folder = value
        at += 1
    return argv[at + arguments :], folder


def _searched(argv: list[str]) -> tuple[list[str], str]:
    folder = ""
    at = 0
    while at < len(argv):
        word = argv[at]
        if word in _FOLDER_OPTIONS:
            folder = argv[at + 1] if at + 1 < len(argv) else ""
            at += 1
        elif word in _VALUED_WHEN_SEARCHED:
            at += 1
        elif not word.startswith("-") and (
            is_python(word) or base(word) in _COMMANDS or _COMMAND_LIKE.fullmatch(word) or _like_text(word)
        ):
            return argv[at:], folder
        at += 1
    return [], folder


def _like_text(word: str) -> bool:
    """A whole command in one argument, as ``dvc run "python x.py"`` has it."""
    return " " in word and is_python(word.split(" ", 1)[0])
