"""What a shell script runs, in order and where: followed as a shell would, as far as a reader can tell."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from mltd.commandline.expansion import HERE, SELF, Scope, known, plain, seen_from
from mltd.commandline.syntax import Branches, Function, Group, Loop, Node, Simple, Step, parse
from mltd.commandline.words import Part, Token, tokens
from mltd.commandline.wrappers import shell_text
from mltd.facts import Command

__all__ = ["commands"]

#: A loop over more items than this is followed once, its variable unknown.
MOST_ITEMS = 50

#: So many simple commands are followed in one script, turns of loops and calls of functions counted.
MOST_STEPS = 3_000

_DEEPEST_CALL = 8

_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)(\+?)=")
_DECLARING = frozenset(["export", "local", "declare", "readonly", "typeset"])
#: Read by the program that they are exported for, so part of what is run.
_TELLING = frozenset(["FLASK_APP"])


def commands(
    text: str,
    line: int = 1,
    folder: str = ".",
    *,
    target: str = "",
    variables: Mapping[str, str] | None = None,
    clones: Collection[str] = (),
) -> list[Command]:
    """The simple commands of a shell text whose first line is ``line``, started in ``folder``.

    Loops over constants give one command a turn, branches give all their commands, a function's stand where it is
    called. Pure assignments are left out. ``variables`` are known beforehand. A ``cd`` into one of ``clones`` stays
    where it is: the script speaks of its own repository. A path below the script's own folder is written as seen from
    where the command runs, or with ``$(dirname "$0")`` where that cannot be told. Never raises.
    """
    run = _Run(folder, target, clones)
    scope = Scope(folder, dict(variables or {}))
    if not folder.startswith("/"):
        scope.variables |= {"0": SELF, "BASH_SOURCE": SELF}
    run.steps(parse(tokens(plain(text), line)), scope)
    run.uncalled(Scope(folder, dict(scope.variables)))
    return run.found


class _Run:
    def __init__(self, folder: str, target: str, clones: Collection[str]) -> None:
        self.found: list[Command] = []
        self.start = folder
        self.target = target
        self.clones = clones
        self.stack: list[str] = []
        self.before = ""  #: the folder that ``cd -`` leads to
        self.functions: dict[str, Function] = {}
        self.called: set[str] = set()
        self.left = MOST_STEPS
        self.depth = 0
        self.seen: set[tuple[str, ...]] = set()

    def steps(self, steps: list[Step], scope: Scope) -> None:
        for step in steps:
            if step.before == "||":  # what happens if the command before failed, which it did not
                self.node(step.node, scope.copy())
            else:
                self.node(step.node, scope)

    def node(self, node: Node, scope: Scope) -> None:
        if isinstance(node, Simple):
            self.simple(node, scope)
        elif isinstance(node, Group):
            self.steps(node.steps, scope.copy() if node.subshell else scope)
        elif isinstance(node, Loop):
            self.loop(node, scope)
        elif isinstance(node, Branches):
            self.branches(node, scope)
        else:
            self.functions[node.name] = node

    def loop(self, node: Loop, scope: Scope) -> None:
        items = None if node.items is None else scope.words(node.items)
        if items is not None and len(items) <= MOST_ITEMS and self.left > 0 and all(map(_constant, items)):
            for item in items:
                scope.assign(node.name, item)
                self.steps(node.steps, scope)
            return
        if node.items is None and _follows_links(node.steps):
            return
        for name in {node.name, *_assigned(node.steps)}:
            scope.assign(name, None)
        folder = scope.folder
        self.steps(node.steps, scope)
        if scope.folder != folder:
            scope.folder = ""

    def branches(self, node: Branches, scope: Scope) -> None:
        ends = [] if node.total else [scope.copy()]
        for body in node.bodies:
            branch = scope.copy()
            self.steps(body, branch)
            if not _leaves(body):
                ends.append(branch)
        if ends:
            first, *others = ends
            scope.folder = first.folder if all(end.folder == first.folder for end in others) else ""
            scope.variables = {
                name: value
                for name, value in first.variables.items()
                if all(end.variables.get(name) == value for end in others)
            }

    # -------------------------------------------------------------- one command

    def simple(self, node: Simple, scope: Scope) -> None:
        self.left -= 1
        if self.left < 0:
            return
        words = node.words
        assignments = 0
        while assignments < len(words) and _assignment(words[assignments]):
            assignments += 1
        if assignments == len(words):
            for word in words:
                self.assign(word, scope)
            return
        argv = scope.words(words)
        if not argv:
            return
        name = argv[assignments] if assignments < len(argv) else ""
        if name in _DECLARING:
            for word in words:
                self.assign(word, scope)
        if name == "shift":
            _shift(argv[assignments + 1 :], scope)
            return
        if name in self.functions and self.depth < _DEEPEST_CALL:
            self.call(name, argv[assignments + 1 :], scope)
            return
        inner = shell_text(argv)
        if inner is not None and self.depth < _DEEPEST_CALL and HERE not in inner:
            self.depth += 1
            line = words[0].line
            self.steps(parse(tokens(inner, line)), scope.copy())
            self.depth -= 1
            return
        self.emit(argv, words[0].line, scope)
        if name in ("cd", "pushd", "popd"):
            self.change_folder(name, argv[assignments + 1 :], scope)
        elif name == "read":
            for variable in argv[assignments + 1 :]:
                scope.assign(variable, None)

    def emit(self, argv: list[str], line: int, scope: Scope) -> None:
        folder = scope.folder
        if folder.startswith("/") and not self.start.startswith("/"):
            folder = ""
        argv = [seen_from(folder, word) for word in argv]
        if argv[0] == "flask":
            argv = [f"{name}={scope.variables[name]}" for name in _TELLING if name in scope.variables] + argv
        key = (folder, str(line), *argv)
        if key not in self.seen:
            self.seen.add(key)
            self.found.append(Command(argv, folder, line, self.target))

    def assign(self, word: Token, scope: Scope) -> None:
        name, more = _assignment(word) or ("", "")
        if not name:
            return
        before = scope.variables.get(name)
        if word.items is not None:
            values = scope.words(word.items)
            if more:
                values = [*before, *values] if isinstance(before, list) else [*([before] if before else []), *values]
            scope.assign(name, values)
            return
        first, *others = word.parts
        rest = first.text[len(name) + len(more) + 1 :]
        text = scope.text([Part("text", rest, False), *others])
        if more:
            scope.assign(name, before + text if isinstance(before, str) else None)
        else:
            scope.assign(name, text)

    def change_folder(self, name: str, arguments: list[str], scope: Scope) -> None:
        targets = [word for word in arguments if word == "-" or not word.startswith("-")]
        came_from = scope.folder
        if name == "popd":
            scope.folder = self.stack.pop() if self.stack else ""
        elif len(targets) != 1:
            scope.folder = ""
        elif targets[0] == "-":
            scope.folder = self.before
        else:
            scope.folder = self.inside_clone(targets[0], scope)
            if name == "pushd":
                self.stack.append(came_from)
        self.before = came_from

    def inside_clone(self, target: str, scope: Scope) -> str:
        head, _, rest = target.removeprefix("./").partition("/")
        if head in self.clones:
            target = rest or "."
        if scope.folder.startswith("/") or not target.startswith("/") or self.start.startswith("/"):
            return scope.folder_of(target)
        return ""

    # -------------------------------------------------------------- functions

    def call(self, name: str, arguments: list[str], scope: Scope) -> None:
        self.called.add(name)
        outer = {key: value for key, value in scope.variables.items() if _is_argument(key)}
        _give(arguments, scope)
        self.depth += 1
        self.steps(self.functions[name].steps, scope)
        self.depth -= 1
        for key in list(filter(_is_argument, scope.variables)):
            del scope.variables[key]
        scope.variables.update(outer)

    def uncalled(self, scope: Scope) -> None:
        """What functions run that nothing in the script calls by a constant name."""
        for name, function in list(self.functions.items()):
            if name not in self.called:
                self.steps(function.steps, scope.copy())


def _give(arguments: list[str], scope: Scope) -> None:
    """Sets what a script or function is given, as far as it is known."""
    for key in list(filter(_is_argument, scope.variables)):
        del scope.variables[key]
    scope.variables.update({str(index): value for index, value in enumerate(arguments, 1) if known(value)})
    for key in ("@", "*"):
        scope.assign(key, arguments)


def _shift(words: list[str], scope: Scope) -> None:
    """The first arguments are forgotten, and those behind move up."""
    count = int(words[0]) if words and words[0].isdigit() else 1
    arguments = scope.variables.get("@")
    _give(arguments[count:] if isinstance(arguments, list) else [], scope)


def _assignment(word: Token) -> tuple[str, str] | None:
    """The name, and ``+`` where a word adds to it, if the word is an assignment."""
    if word.operator or not word.parts or word.parts[0].kind != "text" or word.parts[0].quoted:
        return None
    found = _ASSIGNMENT.match(word.parts[0].text)
    return (found.group(1), found.group(2)) if found else None


def _leaves(steps: list[Step]) -> bool:
    """Whether steps end the script, the function or the turn of a loop."""
    last = steps[-1].node if steps else None
    return isinstance(last, Simple) and last.words[0].keyword in ("exit", "return", "break", "continue")


def _is_argument(name: str) -> bool:
    return (name.isdigit() and name != "0") or name in ("@", "*")


def _follows_links(steps: list[Step]) -> bool:
    """Whether a loop only runs while the script's own path is a symbolic link."""
    first = steps[0].node if steps else None
    return isinstance(first, Simple) and any(word.keyword in ("-h", "-L") for word in first.words)


def _constant(item: str) -> bool:
    return known(item) and not any(char in item for char in "*?[")


def _assigned(steps: list[Step]) -> set[str]:
    """The variables that steps may set."""
    names: set[str] = set()
    for step in steps:
        node = step.node
        if isinstance(node, Simple):
            names |= {found[0] for found in map(_assignment, node.words) if found}
        elif isinstance(node, Branches):
            for body in node.bodies:
                names |= _assigned(body)
        else:
            names |= _assigned(node.steps)
    return names
