"""Reports: one renderer a file, each ``render(report, ...) -> str``, pure functions of the :class:`Report`.

``json.render(report)``, ``text.render(report, sources, ...)``, ``sarif.render(report, sources)``.
"""

from mltd.outcome import (
    Debt,
    Report,
    ReportedFinding,
    RuleError,
    RuleInfo,
    Seen,
    Skipped,
    Sources,
    State,
    Summary,
    Term,
)

__all__ = [
    "Debt",
    "Report",
    "ReportedFinding",
    "RuleError",
    "RuleInfo",
    "Seen",
    "Skipped",
    "Sources",
    "State",
    "Summary",
    "Term",
]
