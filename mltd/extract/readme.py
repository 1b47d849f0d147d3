"""The commands that a README tells its reader to run."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from mltd.commandline import Program, commands, program
from mltd.extract.text import count_lines, decode
from mltd.facts import Command, CommandFacts

__all__ = ["read"]

_SHELLS = frozenset(
    [
        *("bash", "sh", "shell", "zsh", "ksh", "console", "terminal", "prompt", "commandline", "cli"),
        *("shell-session", "shellsession", "sh-session", "bash-session", "shellscript"),
    ]
)
_WINDOWS = frozenset(["cmd", "bat", "batch", "dos", "powershell", "ps", "ps1", "pwsh"])
_UNNAMED = frozenset(["", "none", "text", "txt", "plaintext"])

_FENCE = re.compile(r"(?P<indent>[ \t>]*(?:[-*+] |\d+[.)] )?[ \t]*)(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^`\n]*)")
_INFO = re.compile(r"[{.]*(?P<name>[\w+-]*)")
_PROMPT = re.compile(
    r"(?:\([\w.-]+\)\s*)?(?:[\w.-]+@[\w.-]+[^$#%\n]*)?"  # an environment, a user on a machine in a folder
    r"(?:\$|%|>(?!>)|PS [^>\n]*>|[A-Z]:[^>\n]*>)\s+(?=\S)"
)
_PYTHON_PROMPT = re.compile(r"^\s*(?:>>> |In \[\d+\]:)", re.MULTILINE)
_INDENTED = re.compile(r"(?: {4}|\t)\s*(?P<prompt>\$\s+)(?P<command>\S.*)")
_DIRECTIVE = re.compile(r"(?P<indent>[ \t]*)\.\. (?:code-block|code|sourcecode|prompt)::[ \t]*(?P<info>\S*).*")
_LITERAL = re.compile(r"(?P<indent>[ \t]*)(?!\.\. )(?:.*[^:])?::[ \t]*")
_PLACEHOLDER = re.compile(r"(?<![^\s=\"'/])<([A-Za-z][\w ./:|-]*)>(?![^\s\"'/.])")
_CLONE = re.compile(
    r"\bgit clone\s+(?:-\S+\s+)*\S*?(?P<name>[\w.-]+?)(?:\.git)?/?"
    r"(?:[ \t]+(?P<folder>[\w./-]+))?[ \t]*(?:$|&|;)",
    re.MULTILINE,
)


class _Block(NamedTuple):
    line: int
    info: str
    lines: list[str]


def read(name: str, data: bytes) -> CommandFacts:
    """The commands in the shell blocks of a README that run a program or change the folder.

    Each block starts in the README's own folder, which is also where a clone of its own repository is taken to be.
    Raises :class:`Unreadable`.
    """
    text = decode(data, strict=False)
    restructured = name.lower().endswith(".rst")
    clones = {found.group("folder") or found.group("name") for found in _CLONE.finditer(text)}
    own = clones if len(clones) == 1 else set()
    found: list[Command] = []
    for block in _restructured(text) if restructured else _markdown(text):
        found += _commands(block, own)
    return CommandFacts("readme", found, {}, [], count_lines(text))


def _commands(block: _Block, clones: set[str]) -> list[Command]:
    """What a block runs; in one that names no language, a path alone is no command."""
    unnamed = block.info in _UNNAMED
    text = "\n".join(block.lines)
    if _PYTHON_PROMPT.search(text):
        return []
    prompted = any(_PROMPT.match(line.lstrip()) for line in block.lines)
    script = "\n".join(_typed(block.lines)) if prompted else text
    if block.info in _WINDOWS or (unnamed and "\\" in script):
        script = re.sub(r"(?<=[\w.])\\(?=[\w.])", "/", script)
        script = re.sub(r"[`^][ \t]*$", "\\\\", script, flags=re.MULTILINE) if block.info in _WINDOWS else script
    script = _PLACEHOLDER.sub(lambda found: f"'<{found.group(1)}>'", script)
    kept = []
    for command in commands(script, block.line, clones=clones):
        running = program(command.argv)
        changing = command.argv[0] == "cd" and len(command.argv) == 2
        if running is not None and not _is_meant(running, sure=prompted or not unnamed):
            continue
        if running is not None or changing:
            folder = "" if "path/to" in command.folder else command.folder
            kept.append(Command(command.argv, folder, command.line))
    return kept


def _is_meant(running: Program, *, sure: bool) -> bool:
    """Whether words that could be a command are one, and no prose (``python version 3``) or listing of files."""
    if running.kind == "module":
        return True
    if not running.by and not sure:
        return running.name.startswith("./")
    return "/" in running.name or bool(posixpath.splitext(running.name)[1][1:].isalpha())


def _typed(lines: list[str]) -> Iterator[str]:
    """The lines of a session that were typed, prompts taken off; what was printed becomes empty."""
    continued = False
    for line in lines:
        found = _PROMPT.match(line.lstrip())
        if found:
            line = line.lstrip()[found.end() :]
        elif not continued:
            line = ""
        continued = line.endswith("\\")
        yield line


# ------------------------------------------------------------------ blocks


def _markdown(text: str) -> Iterator[_Block]:
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        opening = _FENCE.match(lines[at])
        if opening:
            end = _end_of_fence(lines, at + 1, opening.group("fence"))
            found = _INFO.match(opening.group("info").strip().lower())
            info = found.group("name") if found else ""
            if info in _SHELLS or info in _WINDOWS or info in _UNNAMED:
                yield _Block(at + 2, info, [_unindented(line, opening.group("indent")) for line in lines[at + 1 : end]])
            at = end + 1
        elif _INDENTED.fullmatch(lines[at]):
            start = at
            while at < len(lines) and lines[at].startswith((" " * 4, "\t")):
                at += 1
            yield _Block(start + 1, "console", [line.strip() for line in lines[start:at]])
        else:
            at += 1


def _end_of_fence(lines: list[str], at: int, fence: str) -> int:
    for index in range(at, len(lines)):
        line = lines[index].strip(" \t>")
        if line.startswith(fence) and not line.strip(fence[0]):
            return index
    return len(lines)


def _unindented(line: str, indent: str) -> str:
    """A line of a block without the quote sign and the indent that the block has."""
    if ">" in indent and line.lstrip().startswith(">"):
        line = line.lstrip()[1:]
    width = len(line) - len(line.lstrip())
    return line[min(width, len(indent)) :]


def _restructured(text: str) -> Iterator[_Block]:
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        directive = _DIRECTIVE.fullmatch(lines[at])
        opening = directive or _LITERAL.fullmatch(lines[at])
        at += 1
        if opening is None:
            continue
        outer = len(opening.group("indent"))
        start = at
        while at < len(lines) and (not lines[at].strip() or _width(lines[at]) > outer):
            at += 1
        body = [line.strip() for line in lines[start:at]]
        for index, line in enumerate(body):  # the options of a directive
            if not directive or not line.startswith(":"):
                break
            body[index] = ""
        info = directive.group("info").lower() if directive else ""
        if info in _SHELLS or info in _WINDOWS or info in _UNNAMED:
            yield _Block(start + 1, info, body)


def _width(line: str) -> int:
    return len(line) - len(line.lstrip())
