"""Suppressions: comments that say why a piece of debt is lived with, and paths that the configuration leaves out.

``# mltd: ignore[rule, rule] reason`` holds for its own line, or for the next line of code where it stands alone;
``# mltd: ignore-file[rule] reason`` for its file. Applied after the rules ran, so that one which suppresses nothing
can be told.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from mltd import strict
from mltd.model import Category, Comment, Effort, Evidence, Finding, Place, Severity, Value
from mltd.rule import Rule

if TYPE_CHECKING:
    from mltd.graph.project import Project

__all__ = ["Suppression", "UnusedSuppression", "parse"]

_FORM = re.compile(r"#\s*mltd:\s*(?P<word>ignore(?:-file)?)\b\s*(?:\[(?P<names>[^\]]*)\])?\s*(?P<reason>.*)")


class UnusedSuppression(Rule):
    """A suppression that suppresses nothing: the debt is gone, and the comment stayed; or it never did anything,
    because it names no rule or one that does not exist. Delete it, or correct the name. It cannot itself be
    suppressed by a comment; leave it out with ``--ignore unused-suppression``.
    """

    name = "unused-suppression"
    category = Category.CULTURE
    value = Value.DELETION
    severity = Severity.NOTE
    effort = Effort(1)
    cites = "Sculley et al. (2015), section 8"
    since = "0.1.0"

    def check(self, project: Project) -> Iterator[Finding]:
        """Nothing: what is unused is known only after all rules ran."""
        return iter(())

    def unused(self, place: Place, name: str, message: str) -> Finding:
        """The finding for one name of one comment."""
        evidence = [Evidence(place, "the suppression")]
        return self.finding(place, message, subject=f"suppression:{name}", evidence=evidence)


class Suppression:
    """One comment: the rules that it names, the reason, and the lines that it holds for."""

    def __init__(self, place: Place, names: tuple[str, ...], reason: str, target: int | None) -> None:
        self.place = place
        self.names = names
        self.reason = reason
        self.target = target  #: the line, in the place's own counting; None for the whole file
        self.used: set[str] = set()

    def covers(self, finding: Finding) -> bool:
        """Whether it suppresses the finding; if so it is in use."""
        place = finding.place
        if finding.rule not in self.names or place.path != self.place.path:
            return False
        here = place.cell == self.place.cell and self.target in (place.line, place.end_line)
        if self.target is not None and not here:
            return False
        self.used.add(finding.rule)
        return True

    def complaints(self, run: Collection[str], known: Collection[str]) -> Iterator[Finding]:
        """What it names in vain: rules that were run and found nothing here, and names that are no rule's."""
        rule = UnusedSuppression()
        if not self.names:
            yield rule.unused(self.place, "", "this suppression names no rule: write ignore[rule-name] and the reason")
        for name in dict.fromkeys(self.names):
            if name == rule.name:
                yield rule.unused(self.place, name, "unused-suppression cannot be suppressed by a comment")
            elif name not in known:
                message = f'there is no rule "{name}"{strict.near(name, known)}: this suppresses nothing'
                yield rule.unused(self.place, name, message)
            elif name in run and name not in self.used:
                yield rule.unused(self.place, name, f"nothing of {name} is found here any more: delete the suppression")


def parse(comments: Iterable[Comment]) -> list[Suppression]:
    """The suppressions among the comments of one file."""
    comments = list(comments)
    alone = {(place.cell, place.line) for place, _text, own in comments if own}
    found: list[Suppression] = []
    for place, text, own in comments:
        match = _FORM.search(text)
        if match is None:
            continue
        names = tuple(name.strip() for name in (match["names"] or "").split(",") if name.strip())
        target: int | None = place.line
        if match["word"] == "ignore-file":
            target = None
        elif own:
            line = place.line + 1
            while (place.cell, line) in alone:
                line += 1
            target = line
        found.append(Suppression(place, names, match["reason"].strip(), target))
    return found
