"""The user's configuration: ``[tool.mltd]`` of a ``pyproject.toml``, or a ``mltd.toml`` of the same keys.

The file nearest to the scanned root counts, looked for upwards to the top of the repository; in one folder a
``mltd.toml`` goes before a ``pyproject.toml``. All problems are told at once.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from mltd import strict
from mltd.knowledge import Table, mistakes
from mltd.model import Severity
from mltd.strict import Problem

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["Config", "ConfigError", "Contract", "Gates", "Problem", "find", "load", "minutes", "parse"]

#: Minutes that a statement of ML code costs to write, by default (docs/score.md tells where it comes from).
MINUTES_PER_STATEMENT = 6.0


class ConfigError(Exception):
    """A configuration with problems; ``problems`` holds every one of them, ``loaded`` what could be read all the
    same."""

    def __init__(self, problems: Sequence[Problem], loaded: Loaded | None = None) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
        self.loaded = loaded


class Gates(msgspec.Struct, frozen=True, rename="kebab"):
    """What makes a scan exit with 1. ``max_debt`` is minutes, or a text of hours and minutes (``8h``, ``1h30m``)."""

    fail_on: Severity | None = None
    max_ratio: float | None = None
    max_rating: Literal["A", "B", "C", "D", "E"] | None = None
    max_debt: int | str | None = None
    strict: bool = False


class Contract(msgspec.Struct, frozen=True, rename="kebab"):
    """A declared link: whoever matches ``consumer`` may read what ``producer`` writes to ``artifact`` (globs)."""

    artifact: str
    producer: str
    consumer: str


class Config(msgspec.Struct, frozen=True, rename="kebab"):
    """A configuration. Globs are relative to the scanned root once loaded.

    ``options`` holds the tables of rules as they were written; each is checked against its rule's ``Options`` when
    the rules are known. ``rules`` are folders of rules, relative to the file; ``file`` names the file for messages,
    empty where there is none.
    """

    include: list[str] = []
    exclude: list[str] = []
    select: list[str] = []
    ignore: list[str] = []
    per_path_ignores: dict[str, list[str]] = {}
    options: dict[str, dict[str, Any]] = {}
    knowledge: list[Table] = []
    contracts: list[Contract] = []
    gates: Gates = Gates()
    minutes_per_statement: float = MINUTES_PER_STATEMENT
    rules: list[str] = []


class Loaded(msgspec.Struct, frozen=True):
    """A configuration and where it came from: ``file`` for messages and ``folder`` for relative paths, both empty
    where there is no file; ``prefix`` the key under which it stands (``tool.mltd``)."""

    config: Config
    file: str = ""
    folder: Path | None = None
    prefix: str = ""


def minutes(text: str) -> int | None:
    """Minutes of ``2d`` (working days of eight hours), ``8h``, ``1.5h``, ``1h30m``, ``90m`` or ``90``; None for
    anything else."""
    number = r"(\d+(?:\.\d+)?)"
    match = re.fullmatch(rf"(?:{number}\s*d)?\s*(?:{number}\s*h)?\s*(?:(\d+)\s*(?:m|min)?)?", text.strip())
    if not match or not text.strip():
        return None
    return round(float(match[1] or 0) * 480 + float(match[2] or 0) * 60) + int(match[3] or 0)


def find(root: Path) -> Path | None:
    """The configuration file that counts for a scanned root, None where there is none."""
    root = root.resolve()
    for folder in [root, *root.parents][: _height(root)]:
        if (folder / "mltd.toml").is_file():
            return folder / "mltd.toml"
        file = folder / "pyproject.toml"
        if file.is_file() and _ours(file):
            return file
    return None


def load(root: Path, explicit: Path | None = None) -> Loaded:
    """The configuration for a scanned root; ``explicit`` names the file instead of looking for it.

    Raises :class:`ConfigError` with all problems.
    """
    file = explicit or find(root)
    if file is None:
        return Loaded(Config())
    try:
        data = file.read_bytes()
    except OSError as error:
        problem = Problem(_shown(file), "", error.strerror or str(error), "a file that can be read")
        raise ConfigError([problem]) from error
    loaded = parse(data, file.name, _shown(file))
    folder = file.resolve().parent
    return msgspec.structs.replace(loaded, config=_rebased(loaded.config, folder, root.resolve()), folder=folder)


def parse(data: bytes, name: str, shown: str) -> Loaded:
    """The configuration in a file's bytes: in ``pyproject.toml`` under ``tool.mltd``, else at the top.

    Raises :class:`ConfigError` with all problems, each saying ``shown`` for the file.
    """
    try:
        tables: Any = tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError([Problem(shown, "", f"what is not TOML: {error}", "TOML")]) from error
    prefix = "tool.mltd" if name == "pyproject.toml" else ""
    for part in prefix.split(".") if prefix else []:
        tables = tables.get(part, {}) if isinstance(tables, dict) else {}
    problems: list[Problem] = []
    config = strict.build(Config, tables, shown, prefix, problems)
    readable = config if config is not None else strict.sound(Config, tables) or Config()
    problems += _meaningless(readable, shown, prefix)
    if config is None or problems:
        raise ConfigError(problems, Loaded(readable, shown, None, prefix))
    return Loaded(config, shown, None, prefix)


def _meaningless(config: Config, file: str, prefix: str) -> list[Problem]:
    """Values of the right type that mean nothing."""
    dot = f"{prefix}." if prefix else ""
    problems: list[Problem] = []
    if isinstance(config.gates.max_debt, str) and minutes(config.gates.max_debt) is None:
        found = strict.shown(config.gates.max_debt)
        problems.append(Problem(file, f"{dot}gates.max-debt", found, 'a time like "2d", "8h" or "1h30m"'))
    for key, number in (
        ("gates.max-ratio", config.gates.max_ratio),
        ("gates.max-debt", config.gates.max_debt),
        ("minutes-per-statement", config.minutes_per_statement),
    ):
        if isinstance(number, (int, float)) and (number < 0 or (number == 0 and key == "minutes-per-statement")):
            problems.append(Problem(file, dot + key, str(number), "a positive number"))
    words = "a verb or kind of the built-in tables (mltd/knowledge)"
    problems += [
        Problem(file, f"{dot}knowledge[{index}]", wrong, words)
        for index, table in enumerate(config.knowledge)
        for wrong in mistakes(table)
    ]
    return problems


def _rebased(config: Config, folder: Path, root: Path) -> Config:
    """The same with globs relative to ``root``, where the configuration lies in a folder above it."""
    if folder == root or folder not in root.parents:
        return config
    base = root.relative_to(folder).parts
    ignores = {glob: names for old, names in config.per_path_ignores.items() for glob in _below(old, base)}
    return msgspec.structs.replace(
        config,
        include=[glob for old in config.include for glob in _below(old, base)],
        exclude=[glob for old in config.exclude for glob in _below(old, base)],
        per_path_ignores=ignores,
    )


def _below(glob: str, base: tuple[str, ...]) -> list[str]:
    """A git-like glob as seen from the folder ``base`` below: none where it cannot match anything there."""
    from fnmatch import fnmatchcase

    negated, body = ("!", glob[1:]) if glob.startswith("!") else ("", glob)
    parts = body.strip("/").split("/")
    if "/" not in body.rstrip("/") or parts[0] == "**":
        return [glob]
    tail = "/" if body.endswith("/") else ""
    for depth, folder in enumerate(base):
        if depth == len(parts):
            return [f"{negated}**"]
        if parts[depth] == "**":
            return [f"{negated}{'/'.join(parts[depth:])}{tail}"]
        if not fnmatchcase(folder, parts[depth]):
            return []
    rest = parts[len(base) :]
    return [f"{negated}/{'/'.join(rest)}{tail}" if rest else f"{negated}**"]


def _height(root: Path) -> int:
    """How many folders to look in: up to the repository's top, or the folder that the user stands in."""
    for number, folder in enumerate([root, *root.parents], 1):
        if (folder / ".git").exists():
            return number
    here = Path.cwd()
    return root.parents.index(here) + 2 if here in root.parents else 1


def _ours(file: Path) -> bool:
    """Whether a ``pyproject.toml`` speaks of us. A broken one that names us counts: loading it tells what is wrong."""
    try:
        data = file.read_bytes()
    except OSError:
        return False
    if b"mltd" not in data:
        return False
    try:
        return "mltd" in tomllib.loads(data.decode("utf-8-sig")).get("tool", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return b"tool.mltd" in data


def _shown(file: Path) -> str:
    """A path for messages: relative to the folder that the user stands in where it lies below it."""
    try:
        return file.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(file)
