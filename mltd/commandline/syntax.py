"""Tokens of a shell to a small tree: simple commands, groups, loops, branches, functions. Nothing here raises."""

from __future__ import annotations

from dataclasses import dataclass, field

from mltd.commandline.words import Token

__all__ = ["Branches", "Function", "Group", "Loop", "Node", "Simple", "Step", "parse"]


@dataclass
class Simple:
    """One command and its arguments."""

    words: list[Token]


@dataclass
class Group:
    """``{ steps; }``, or ``( steps )`` if ``subshell``: its folder and variables then end with it."""

    steps: list[Step]
    subshell: bool


@dataclass
class Loop:
    """``for name in items``; ``items`` is None where they are not listed (``while``, ``for ((``)."""

    name: str
    items: list[Token] | None
    steps: list[Step]


@dataclass
class Branches:
    """``if`` or ``case``: one of the bodies runs, or none if not ``total``."""

    bodies: list[list[Step]]
    total: bool


@dataclass
class Function:
    """``name() { steps; }``"""

    name: str
    steps: list[Step]


Node = Simple | Group | Loop | Branches | Function


@dataclass
class Step:
    """A node, and the operator before it: ``&&``, ``||``, ``|`` or empty."""

    before: str
    node: Node = field(compare=False)


#: Nested deeper than this, the words that open a block are taken as commands.
_DEEPEST = 40

_ENDS = frozenset(["then", "do", "done", "fi", "elif", "else", "esac", "}"])
_CASE_ENDS = (";;", ";&", ";;&")


def parse(tokens: list[Token]) -> list[Step]:
    """The steps of a script. Words that close what was never opened are passed over."""
    parser = _Parser(tokens)
    steps: list[Step] = []
    while parser.at < len(tokens):
        steps += parser.steps(frozenset(), 0)
        parser.at += 1
    return steps


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    def operator(self) -> str:
        return self.tokens[self.at].operator if self.at < len(self.tokens) else ""

    def keyword(self) -> str:
        return self.tokens[self.at].keyword if self.at < len(self.tokens) else ""

    def accept(self, *words: str) -> bool:
        """Passes a keyword or operator if it is the next token."""
        if self.at < len(self.tokens) and (self.keyword() in words or self.operator() in words):
            self.at += 1
            return True
        return False

    def skip_lines(self) -> None:
        while self.operator() in ("\n", ";"):
            self.at += 1

    def steps(self, ends: frozenset[str], depth: int) -> list[Step]:
        """Steps up to one of the closing words or operators, which is left where it is."""
        found: list[Step] = []
        before = ""
        while self.at < len(self.tokens):
            operator = self.operator()
            if operator in (")", *_CASE_ENDS):
                if operator in ends or depth:
                    break
                self.at += 1
            elif operator in ("&&", "||", "|", "|&"):
                before = operator[:2] if operator != "|&" else "|"
                self.at += 1
            elif operator in ("\n", ";", "&"):
                if operator != "\n" or not before:
                    before = ""
                self.at += 1
            elif operator == "((":
                self.at += 1
            elif self.keyword() in ends:
                break
            elif self.keyword() in _ENDS:
                if depth:
                    break
                self.at += 1
            else:
                node = self.node(depth + 1)
                if node is not None:
                    found.append(Step(before, node))
                before = ""
        return found

    def node(self, depth: int) -> Node | None:
        if depth > _DEEPEST:
            if self.operator():
                self.at += 1
                return None
            return self.simple()
        if self.accept("("):
            return self.group(")", depth, subshell=True)
        word = self.keyword()
        if word == "{":
            self.at += 1
            return self.group("}", depth, subshell=False)
        if word in ("for", "select"):
            return self.loop(depth)
        if word in ("while", "until"):
            self.at += 1
            steps = self.steps(frozenset(["do"]), depth)
            return Loop("", None, steps + self.body(depth))
        if word == "if":
            return self.branches(depth)
        if word == "case":
            return self.case(depth)
        if word == "!":
            self.at += 1
            return None
        return self.function(depth) or self.simple()

    def group(self, end: str, depth: int, *, subshell: bool) -> Group:
        steps = self.steps(frozenset([end]), depth)
        self.accept(end)
        return Group(steps, subshell)

    def body(self, depth: int) -> list[Step]:
        """``do ... done``, or the braces that some shells allow there."""
        self.skip_lines()
        if self.accept("{"):
            return self.group("}", depth, subshell=False).steps
        self.accept("do")
        steps = self.steps(frozenset(["done"]), depth)
        self.accept("done")
        return steps

    def loop(self, depth: int) -> Node | None:
        start = self.at
        self.at += 1
        if self.accept("(("):
            return Loop("", None, self.body(depth))
        name = self.keyword()
        if not name.isidentifier():
            self.at = start
            return self.simple()
        self.at += 1
        self.skip_lines()
        items: list[Token] | None = None
        if self.accept("in"):
            items = []
            while self.at < len(self.tokens) and not self.operator():
                items.append(self.tokens[self.at])
                self.at += 1
        return Loop(name, items, self.body(depth))

    def branches(self, depth: int) -> Node:
        bodies: list[list[Step]] = []
        total = False
        self.at += 1
        conditions = self.steps(frozenset(["then"]), depth)
        while self.accept("then"):
            bodies.append(self.steps(frozenset(["elif", "else", "fi"]), depth))
            if self.accept("elif"):
                conditions += self.steps(frozenset(["then"]), depth)
            elif self.accept("else"):
                total = True
                bodies.append(self.steps(frozenset(["fi"]), depth))
        self.accept("fi")
        choice = Branches(bodies, total)
        return Group([*conditions, Step("", choice)], subshell=False) if conditions else choice

    def case(self, depth: int) -> Node | None:
        start = self.at
        self.at += 2
        self.skip_lines()
        if not self.accept("in"):
            self.at = start
            return self.simple()
        bodies: list[list[Step]] = []
        total = False
        while self.at < len(self.tokens):
            self.skip_lines()
            if self.accept("esac"):
                break
            self.accept("(")
            pattern = self.keyword()
            while self.at < len(self.tokens) and self.operator() not in (")", "\n", *_CASE_ENDS):
                self.at += 1
            self.accept(")")
            total = total or pattern == "*"
            bodies.append(self.steps(frozenset([*_CASE_ENDS, "esac"]), depth))
            if not self.accept(*_CASE_ENDS) and self.keyword() != "esac":
                break
        return Branches(bodies, total)

    def function(self, depth: int) -> Function | None:
        """A function's definition, or None, with nothing passed, if none begins here."""
        start = self.at
        named = self.accept("function")
        name = self.keyword()
        self.at += 1
        brackets = [token.operator for token in self.tokens[self.at : self.at + 2]] == ["(", ")"]
        if name and (named or brackets):
            self.at += 2 if brackets else 0
            self.skip_lines()
            if self.accept("{"):
                return Function(name, self.group("}", depth, subshell=False).steps)
            if self.accept("("):
                return Function(name, [Step("", self.group(")", depth, subshell=True))])
        self.at = start
        return None

    def simple(self) -> Simple | None:
        words: list[Token] = []
        test = self.keyword() == "[["
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if not token.operator:
                words.append(token)
                test = test and token.keyword != "]]"
            elif not test or token.operator == "\n":
                break
            self.at += 1
        if not words:
            self.at += 1  # an operator that nothing could begin with
            return None
        return Simple(words)
