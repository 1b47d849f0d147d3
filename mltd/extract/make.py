"""Makefiles to commands and prerequisites."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mltd.commandline import commands
from mltd.extract.text import count_lines, decode
from mltd.facts import Command, CommandFacts

__all__ = ["read"]

_VARIABLE = re.compile(
    r"(?:(?:export|override|private)\s+)*(?P<name>[A-Za-z_][\w.-]*)\s*(?P<how>[:]{0,3}=|\?=|\+=|!=)\s*(?P<value>.*)",
    re.DOTALL,
)
_RULE = re.compile(r"(?P<targets>[^:=#]+?)\s*&?::?(?![:=])\s*(?P<rest>.*)", re.DOTALL)
_DIRECTIVE = re.compile(r"-?(?:include|sinclude|vpath|unexport|undefine|load)\b")
_CONDITION = re.compile(r"(?:ifn?eq|ifn?def|else|endif)\b")
_PWD = re.compile(r"\$\(shell\s+pwd(?:\s+-\w)?\s*\)")
_STATIC_PATTERN = re.compile(r"[^:$]*%[^:$]*:(?!=)")
_WORD = re.compile(r"(?:\$\([^()]*(?:\([^()]*\)[^()]*)*\)|\S)+")  # what a call of a function holds stays together
_REFERENCE = re.compile(r"\$(?:\((?P<round>[^()$\s]+)\)|\{(?P<curly>[^{}$\s]+)\}|(?P<short>[@<^*+?$\w]))")

_DEEPEST = 8
_LONGEST = 20_000
#: So many references are followed in one file.
_MOST_EXPANSIONS = 100_000
#: A rule with more targets than this stands for its first ones.
_MOST_TARGETS = 20


def read(data: bytes) -> CommandFacts:
    """The recipes of a Makefile as commands, each with its target, and the prerequisites of every target.

    Both arms of a conditional are read; included files are not. Each line of a recipe is a shell of its own, started
    in the Makefile's folder. Raises :class:`Unreadable`.
    """
    text = decode(data, strict=False)
    makefile = _Makefile(text)
    return CommandFacts("make", list(makefile.commands()), makefile.needs, [], count_lines(text))


class _Makefile:
    def __init__(self, text: str) -> None:
        self.needs: dict[str, list[str]] = {}
        self.recipes: list[tuple[list[str], list[tuple[int, str]]]] = []  #: targets, and the lines of their recipe
        self.variables: dict[str, str] = {"MAKE": "make", "CURDIR": ".", "PWD": "."}
        self.unknown: set[str] = set()
        self.expansions = 0
        self.one_shell = False
        self.condition = 0
        self.defining = False
        text = _PWD.sub(".", text)
        for line, content in _logical_lines(text):
            self._line(line, content)

    # -------------------------------------------------------------- reading

    def _line(self, line: int, content: str) -> None:
        if content.startswith("\t") and self.recipes and not self.defining:
            self.recipes[-1][1].append((line, content[1:].replace("\\\n\t", "\\\n")))
            return
        words = re.sub(r"[ \t]*\\\n[ \t]*", " ", content).strip()
        if self.defining or words.startswith("define "):
            self.defining = not words.startswith("endef")
        elif not words or words.startswith("#") or _DIRECTIVE.match(words):
            pass
        elif _CONDITION.match(words):
            self.condition += words.startswith("if") - words.startswith("endif")
        elif not self._assignment(words):
            self._rule(line, words)

    def _assignment(self, words: str) -> bool:
        found = _VARIABLE.fullmatch(words)
        if found is None:
            return False
        name, how, value = found.group("name", "how", "value")
        value = re.sub(r"(?<!\\)\s*#.*", "", value).strip()
        before = self.variables.get(name)
        if how == "?=" and before is not None and name not in ("PWD", "CURDIR"):
            return True
        if how == "+=":
            value = f"{before} {value}".strip() if before else value
        elif name in value and before is not None:
            value = self._expand(value, {}, only=name)
        if self.condition and before is not None and before != value:
            self.unknown.add(name)  # one arm of a condition says this, another or the default says that
        self.variables[name] = value[:_LONGEST]
        return True

    def _rule(self, line: int, words: str) -> None:
        found = _RULE.fullmatch(self._expand(words, {}))
        if found is None:
            return
        targets, rest = _WORD.findall(found.group("targets")), found.group("rest")
        if _VARIABLE.fullmatch(rest):  # a variable of this target alone
            return
        rest, recipe, first = rest.partition(";")
        rest = rest.partition("#")[0]
        if targets[0] == ".ONESHELL":
            self.one_shell = True
        if targets[0].startswith(".") and targets[0][1:2].isupper():
            return
        needs = [word for word in _WORD.findall(_STATIC_PATTERN.sub("", rest)) if word != "|"]
        for target in targets:
            known = self.needs.setdefault(target, [])
            known += [need for need in needs if need not in known]
        self.recipes.append((targets[:_MOST_TARGETS], [(line, first.strip())] if recipe else []))

    # -------------------------------------------------------------- writing

    def commands(self) -> Iterator[Command]:
        for targets, recipe in self.recipes:
            lines = recipe
            if self.one_shell and recipe:
                lines = [(recipe[0][0], _joined(recipe))]
            for target in targets:
                needs = self.needs.get(target, [])
                automatic = {"@": target, "<": needs[0] if needs else "", "^": " ".join(needs), "+": " ".join(needs)}
                if "%" in target:
                    automatic = {}
                for line, content in lines:
                    shell = self._expand(content.lstrip(" \t@-+"), automatic, for_shell=True)
                    yield from commands(shell, line, target=target)

    def _expand(
        self,
        text: str,
        automatic: dict[str, str],
        only: str = "",
        inside: tuple[str, ...] = (),
        *,
        for_shell: bool = False,
    ) -> str:
        """A text with the variables that are known put in; ``$$`` becomes ``$`` where a shell reads it. ``inside`` are
        the variables whose values are being put in, ``only`` names one that alone is."""

        def put(found: re.Match[str]) -> str:
            name = found.group("round") or found.group("curly") or found.group("short")
            if name == "$":
                return "$" if for_shell else "$$"
            value = automatic.get(name)
            if value is None and name not in self.unknown and name not in inside and (not only or name == only):
                value = self.variables.get(name)
            if value is None or (not value and name in "@<^+"):
                return found.group()
            self.expansions += 1
            if "$" not in value or len(inside) > _DEEPEST or self.expansions > _MOST_EXPANSIONS:
                return value
            return self._expand(value, automatic, only, (*inside, name), for_shell=for_shell)

        return _REFERENCE.sub(put, text)[:_LONGEST] if "$" in text else text


def _joined(recipe: list[tuple[int, str]]) -> str:
    """The lines of a recipe as one script, each on its own line."""
    text, at = "", recipe[0][0]
    for line, content in recipe:
        text += "\n" * (line - at) + content.lstrip(" \t@-+")
        at = line + content.count("\n")
    return text


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with those that a backslash continues, which keep their line ends."""
    held: list[str] = []
    start = 1
    for number, line in enumerate(text.split("\n"), 1):
        if not held:
            start = number
        held.append(line)
        if not line.endswith("\\") or line.endswith("\\\\"):
            yield start, "\n".join(held)
            held = []
    if held:
        yield start, "\n".join(held)
