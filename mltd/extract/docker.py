"""Container files to commands, with container folders led back to the tree that is copied into them."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator

from mltd.commandline import Layers, commands, program
from mltd.extract.text import count_lines, decode
from mltd.facts import Command, CommandFacts

__all__ = ["read"]

_DIRECTIVE = re.compile(r"\s*(?P<word>[A-Za-z]+)(?:\s+(?P<rest>.*))?", re.DOTALL)
_ESCAPE = re.compile(r"#\s*escape\s*=\s*(?P<escape>[\\`])\s*", re.IGNORECASE)
_FROM = re.compile(r"(?:--\S+\s+)*(?P<image>\S+)(?:\s+AS\s+(?P<name>\S+))?\s*", re.IGNORECASE)
_FLAG = re.compile(r"--(?P<name>[\w-]+)(?:=(?P<value>\S*))?\s+")
_HEREDOC = re.compile(r"<<(?P<tabs>-?)(?P<quote>['\"]?)(?P<word>\w+)(?P=quote)")
_REFERENCE = re.compile(r"\$(?:(?P<bare>\w+)|\{(?P<name>\w+)(?::?-(?P<default>[^{}]*))?\})")
_PAIR = re.compile(r"(?P<name>\w+)=(?P<value>\"(?:[^\"\\]|\\.)*\"|'[^']*'|(?:[^\s\\]|\\.)*)")


def read(data: bytes) -> CommandFacts:
    """What a container file runs: ``RUN``, and of each stage the last ``CMD`` and ``ENTRYPOINT``.

    The build context is taken to be the file's own folder. A command's folder is the one in the tree that was copied
    to where it runs, empty where that is unknown. ``copies`` are the copies out of the build context, destinations
    absolute. Raises :class:`Unreadable`.
    """
    text = decode(data, strict=False)
    image = _Image()
    for line, word, rest, body in _instructions(text):
        image.instruction(line, word.upper(), rest, body)
    image.end_stage()
    found = sorted(image.commands, key=lambda command: command.line)
    return CommandFacts("docker", found, {}, image.copies, count_lines(text))


#: Folders that every image has.
_FOLDERS = frozenset(["/", "/opt", "/srv", "/home", "/root", "/usr/local/bin", "/usr/bin", "/usr/src", "/etc"])


class _Stage:
    """One stage of a build as far as it has gone."""

    def __init__(self, name: str, base: _Stage | None) -> None:
        self.name = name
        self.folder: str = base.folder if base else "/"
        self.variables: dict[str, str] = dict(base.variables) if base else {}
        self.folders: set[str] = {*_FOLDERS, self.folder, *(base.folders if base else ())}
        self.layers: Layers = Layers(base.layers if base else None)
        self.runs: list[Command] = []
        self.entry: tuple[int, str] | None = base.entry if base else None
        self.command: tuple[int, str] | None = base.command if base else None


class _Image:
    def __init__(self) -> None:
        self.commands: list[Command] = []
        self.copies: list[tuple[str, str]] = []
        self.stages: dict[str, _Stage] = {}
        self.arguments: dict[str, str] = {}
        self.stage: _Stage | None = None

    def instruction(self, line: int, word: str, rest: str, body: str) -> None:
        stage = self.stage
        if word == "FROM":
            self._from(rest)
        elif word == "ARG":
            name, equals, value = rest.strip().partition("=")
            known = self.arguments if stage is None else stage.variables
            if equals:
                known.setdefault(name, self._put(value.strip("\"'")))
            elif name in self.arguments:
                known[name] = self.arguments[name]
        elif stage is None:
            return
        elif word == "ENV":
            self._environment(stage, rest)
        elif word == "WORKDIR":
            folder = self._put(rest.strip().strip("\"'"))
            known_folder = stage.folder or folder.startswith("/")
            stage.folder = posixpath.normpath(posixpath.join(stage.folder, folder)) if known_folder else ""
            if "$" in folder:
                stage.folder = ""
            stage.folders.add(stage.folder)
        elif word in ("COPY", "ADD"):
            self._copy(stage, rest, has_body=bool(body))
        elif word == "RUN":
            self._run(stage, line, rest, body)
        elif word == "CMD":
            stage.command = (line, rest)
        elif word == "ENTRYPOINT":
            stage.entry, stage.command = (line, rest), None

    def _from(self, rest: str) -> None:
        self.end_stage()
        found = _FROM.fullmatch(rest)
        image, name = (self._put(found.group("image")), found.group("name") or "") if found else ("", "")
        base = self.stages.get(image.lower())
        self.stage = _Stage(name, base)
        self.stages[name.lower() or str(len(self.stages))] = self.stage
        self.stages.setdefault(str(len(self.stages) - 1), self.stage)

    def _environment(self, stage: _Stage, rest: str) -> None:
        pairs = [(found.group("name"), found.group("value")) for found in _PAIR.finditer(rest)]
        if not _PAIR.match(rest):
            name, _, value = rest.strip().partition(" ")
            pairs = [(name, value.strip())]
        for name, value in pairs:
            stage.variables[name] = self._put(value.strip("\"'"))

    def _copy(self, stage: _Stage, rest: str, *, has_body: bool) -> None:
        origin = ""
        flag = _FLAG.match(rest)
        while flag:
            if flag.group("name") == "from":
                origin = flag.group("value") or ""
            rest = rest[flag.end() :]
            flag = _FLAG.match(rest)
        words = _exec_form(rest)
        words = [self._put(word) for word in (words if words is not None else rest.replace("\\\n", " ").split())]
        if len(words) < 2 or has_body or not stage.folder:
            return
        *sources, destination = [word.strip("\"'") for word in words]
        if "$" in destination:
            return
        target = posixpath.normpath(posixpath.join(stage.folder, destination))
        into = destination.endswith(("/", ".")) or len(sources) > 1 or target in stage.folders
        for source in sources:
            if "$" in source or "://" in source or source.startswith("git@"):
                continue
            if origin:
                producer = self.stages.get(origin.lower())
                inside = producer.layers.origin(posixpath.normpath(posixpath.join("/", source))) if producer else ""
                if inside:
                    stage.layers.copy(inside, target, into=into, is_folder=True)
                continue
            inside = posixpath.normpath(source.lstrip("/") or ".")
            lies = stage.layers.copy(inside, target, into=into or "*" in source, is_folder=source.endswith("/"))
            self.copies.append((inside, lies))

    def _run(self, stage: _Stage, line: int, rest: str, body: str) -> None:
        flag = _FLAG.match(rest)
        while flag:
            rest = rest[flag.end() :]
            flag = _FLAG.match(rest)
        if body and not _HEREDOC.sub("", rest).strip():
            rest, line = body, line + 1
        self._shell(stage, line, rest)

    def _shell(self, stage: _Stage, line: int, text: str) -> None:
        argv = _exec_form(text)
        if argv is not None:
            if argv:
                stage.runs += _as_commands(argv, line, stage.folder, stage.name)
            return
        stage.runs += commands(text, line, stage.folder, target=stage.name, variables=stage.variables)

    def end_stage(self) -> None:
        """The stage's last command and entry point, and the folders of all that it runs."""
        stage = self.stage
        if stage is None:
            return
        for line, text in _started(stage):
            if isinstance(text, str):
                self._shell(stage, line, text)
            else:
                stage.runs += _as_commands(text, line, stage.folder, stage.name)
        for command in stage.runs:
            found = program(command.argv)
            path = found.name if found and found.kind != "module" else ""
            folder = stage.layers.folder(command.folder, path) if command.folder else ""
            self.commands.append(Command(command.argv, folder, command.line, command.target))
        stage.entry = stage.command = None
        self.stage = None

    def _put(self, text: str) -> str:
        known = self.stage.variables if self.stage else self.arguments

        def value(found: re.Match[str]) -> str:
            name = found.group("bare") or found.group("name")
            default = found.group("default")
            return known.get(name) or (found.group() if default is None else default)

        return _REFERENCE.sub(value, text)[:4000]


def _as_commands(argv: list[str], line: int, folder: str, target: str) -> list[Command]:
    """A command in JSON form; what it gives to a shell is followed."""
    if len(argv) == 3 and argv[1] in ("-c", "-lc", "-ec") and posixpath.basename(argv[0]) in ("sh", "bash"):
        return commands(argv[2], line, folder, target=target)
    return [Command(argv, folder, line, target)]


def _started(stage: _Stage) -> Iterator[tuple[int, str | list[str]]]:
    """What the container starts: an entry point takes the command as its arguments where both are in JSON form."""
    entry, command = stage.entry, stage.command
    first = _exec_form(entry[1]) if entry else None
    second = _exec_form(command[1]) if command else None
    if entry and command and first and second:
        joined = program([*first, *second])
        if program(second) is None or (joined is not None and joined.kind != "shell"):
            yield entry[0], [*first, *second]
            return
    if entry:
        yield entry[0], entry[1] if first is None else first
    if command and (entry is None or first is not None):
        yield command[0], command[1] if second is None else second


def _exec_form(text: str) -> list[str] | None:
    """The words of a JSON array of strings; None for anything else, which is then meant for a shell."""
    text = text.replace("\\\n", " ").strip()
    if not text.startswith("["):
        return None
    try:
        words = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return words if isinstance(words, list) and all(isinstance(word, str) for word in words) else None


def _instructions(text: str) -> Iterator[tuple[int, str, str, str]]:
    """Line, word, arguments and here-document of each instruction; comments within a continued one are blanked."""
    lines = text.split("\n")
    found = _ESCAPE.fullmatch(lines[0])
    escape = found.group("escape") if found else "\\"
    at = 0
    while at < len(lines):
        start = at
        parts: list[str] = []
        while at < len(lines):
            line = lines[at].rstrip()
            at += 1
            comment = line.lstrip().startswith("#")
            if comment or (parts and not line):
                parts.append("\\" if parts else "")
                if not parts[0]:
                    break
                continue
            parts.append(line[:-1] + "\\" if line.endswith(escape) else line)
            if not line.endswith(escape):
                break
        instruction = _DIRECTIVE.fullmatch("\n".join(parts))
        if instruction is None:
            continue
        word, rest = instruction.group("word"), instruction.group("rest") or ""
        body: list[str] = []
        if word.upper() in ("RUN", "COPY", "ADD"):
            for opening in _HEREDOC.finditer(rest):
                end = _end_of_document(lines, at, opening.group("word"), bool(opening.group("tabs")))
                if end is not None:
                    body += lines[at:end]
                    at = end + 1
        yield start + 1, word, rest, "\n".join(body)


def _end_of_document(lines: list[str], at: int, word: str, tabs: bool) -> int | None:
    for index in range(at, len(lines)):
        if (lines[index].lstrip("\t") if tabs else lines[index]).rstrip() == word:
            return index
    return None
