"""The words that every stage and every rule share: places, severities, categories, values, findings.

A leaf: imports nothing of the project.
"""

from __future__ import annotations

import enum

import msgspec

__all__ = ["Category", "Comment", "Confidence", "Effort", "Evidence", "Finding", "Place", "Severity", "Value"]


class Severity(str, enum.Enum):
    """How loudly a finding speaks; ordered, so gates can compare."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for a note, 1 for a warning, 2 for an error."""
        return _SEVERITIES.index(self)


_SEVERITIES = [Severity.NOTE, Severity.WARNING, Severity.ERROR]


class Category(str, enum.Enum):
    """The kinds of debt, after the sections of Sculley et al. (2015); also the folders under ``rules/``."""

    BOUNDARIES = "boundaries"
    DATA_DEPENDENCIES = "data_dependencies"
    FEEDBACK_LOOPS = "feedback_loops"
    ANTI_PATTERNS = "anti_patterns"
    CONFIGURATION = "configuration"
    EXTERNAL_WORLD = "external_world"
    DATA_TESTING = "data_testing"
    REPRODUCIBILITY = "reproducibility"
    PROCESS = "process"
    CULTURE = "culture"
    API_MISUSE = "api_misuse"


class Value(str, enum.Enum):
    """What a team's culture should reward (Sculley et al. 2015, section 8), one for each rule."""

    DELETION = "deletion"
    SIMPLICITY = "simplicity"
    REPRODUCIBILITY = "reproducibility"
    STABILITY = "stability"
    MONITORING = "monitoring"


class Confidence(str, enum.Enum):
    """How sure a finding is. What would be low is not said."""

    HIGH = "high"
    MEDIUM = "medium"


class Effort(msgspec.Struct, frozen=True):
    """Minutes to pay a finding down: a base, and so many for each further place involved."""

    base: int
    each: int = 0

    def minutes(self, extent: int) -> int:
        """The effort of a finding with ``extent`` further places."""
        return self.base + self.each * extent


class Place(msgspec.Struct, frozen=True, order=True):
    """A span of source text: lines and columns from 1, columns in code points, ``end_column`` exclusive.

    ``path`` is relative to the scanned root and ``/``-separated. In a notebook ``cell`` counts all cells
    from 1 and ``line`` is the line inside that cell; ``physical_line`` is then the line of the ``.ipynb`` file.
    """

    path: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1
    cell: int | None = None
    physical_line: int | None = None

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.cell is None else f"{self.path}:cell {self.cell}:{self.line}"


#: A comment of a file: where it stands, its text with the ``#``, and whether nothing else stands on its line.
Comment = tuple[Place, str, bool]


class Evidence(msgspec.Struct, frozen=True):
    """One step on the way from cause to effect."""

    place: Place
    message: str


class Finding(msgspec.Struct, frozen=True):
    """One piece of debt, with the path of evidence that proves it.

    ``subject`` names the node it is about (``feature:age_bucket``); ``symbol`` the enclosing function or class,
    empty at the top of a file; ``extent`` the further places that paying it down would touch.
    """

    rule: str
    place: Place
    message: str
    subject: str
    evidence: tuple[Evidence, ...]
    severity: Severity
    confidence: Confidence = Confidence.HIGH
    extent: int = 0
    symbol: str = ""
