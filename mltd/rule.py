"""The base of every rule: its metadata, checked when the class is made, and the one method it must have.

A rule is a pure query over a frozen :class:`~mltd.graph.project.Project`: no state, no printing, no change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from mltd.model import Category, Confidence, Effort, Evidence, Finding, Place, Severity, Value

if TYPE_CHECKING:
    from mltd.graph.project import Project

__all__ = ["NoOptions", "Rule"]


class NoOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The options of a rule that has none."""


class Rule:
    """One rule: a stateless class in a file of its own, beside its page of the same stem.

    ``name`` is kebab-case and equal to the file's stem with dashes; it reads well after "allow". ``cites`` names the
    source of the idea. ``Options`` is a frozen struct with a default for every field; :attr:`options` holds what the
    user's configuration gave. Raises ``TypeError`` when the class is made with wrong or missing metadata.
    """

    name: ClassVar[str]
    category: ClassVar[Category]
    value: ClassVar[Value]
    severity: ClassVar[Severity]
    effort: ClassVar[Effort]
    cites: ClassVar[str]
    since: ClassVar[str]
    Options: ClassVar[type[msgspec.Struct]] = NoOptions

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        problems = [
            f"{field} must be {kind.__name__}"
            for field, kind in _FIELDS.items()
            if not isinstance(getattr(cls, field, None), kind)
        ]
        if not problems and not re.fullmatch(r"[a-z]+(-[a-z]+)*", cls.name):
            problems.append(f"name {cls.name!r} must be kebab-case")
        try:
            cls.Options()
        except TypeError:
            problems.append("every field of Options needs a default")
        if problems:
            raise TypeError(f"rule {cls.__name__}: " + "; ".join(problems))

    def __init__(self, options: msgspec.Struct | None = None) -> None:
        self.options: Any = self.Options() if options is None else options

    def check(self, project: Project) -> Iterator[Finding]:
        """Every piece of this debt in the project."""
        raise NotImplementedError

    def finding(
        self,
        place: Place,
        message: str,
        *,
        subject: str,
        evidence: list[Evidence],
        severity: Severity | None = None,
        confidence: Confidence = Confidence.HIGH,
        extent: int = 0,
        symbol: str = "",
    ) -> Finding:
        """A finding of this rule; ``severity`` only where it is lower than the rule's own."""
        steps = tuple(dict.fromkeys(evidence))  # one place says one thing once, however many ways lead there
        return Finding(self.name, place, message, subject, steps, severity or self.severity, confidence, extent, symbol)


_FIELDS: dict[str, type] = {
    "name": str,
    "category": Category,
    "value": Value,
    "severity": Severity,
    "effort": Effort,
    "cites": str,
    "since": str,
}
