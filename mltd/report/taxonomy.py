"""The kinds of debt as a SARIF taxonomy: what Sculley et al. (2015) call them, and in which section."""

from __future__ import annotations

from typing import Any

from mltd.model import Category

__all__ = ["NAME", "TAXONOMY", "relationship"]

NAME = "Sculley2015"

#: Name and one sentence for every category of the paper; ``api_misuse`` is not of it.
_TAXA: dict[Category, tuple[str, str]] = {
    Category.BOUNDARIES: (
        "Complex models erode boundaries",
        "Section 2: entanglement, cascades, undeclared consumers.",
    ),
    Category.DATA_DEPENDENCIES: (
        "Data dependencies cost more than code dependencies",
        "Section 3: unstable and underutilized data dependencies.",
    ),
    Category.FEEDBACK_LOOPS: ("Feedback loops", "Section 4: direct and hidden feedback loops."),
    Category.ANTI_PATTERNS: (
        "ML-system anti-patterns",
        "Section 5: glue code, pipeline jungles, dead experimental codepaths, abstraction debt, common smells.",
    ),
    Category.CONFIGURATION: ("Configuration debt", "Section 6: configuration as code that nobody checks."),
    Category.EXTERNAL_WORLD: (
        "Dealing with changes in the external world",
        "Section 7: fixed thresholds, monitoring and testing of live systems.",
    ),
    Category.DATA_TESTING: ("Data testing debt", "Section 8: input data without tests."),
    Category.REPRODUCIBILITY: ("Reproducibility debt", "Section 8: results that cannot be had again."),
    Category.PROCESS: ("Process management debt", "Section 8: many models, pipelines and owners."),
    Category.CULTURE: ("Cultural debt", "Section 8: what a team rewards."),
}

TAXONOMY: dict[str, Any] = {
    "name": NAME,
    "guid": "5d0bdbf5-6a9b-5d0c-9f43-2b5b6a3f2015",
    "version": "2015",
    "organization": "Sculley et al., NeurIPS 2015",
    "informationUri": "https://papers.neurips.cc/paper/2015/hash/86df7dcfd896fcaf2674f757a2463eba-Abstract.html",
    "shortDescription": {"text": "Hidden Technical Debt in Machine Learning Systems."},
    "isComprehensive": False,
    "taxa": [
        {
            "id": category.value,
            "name": name,
            "shortDescription": {"text": f"{name}."},
            "fullDescription": {"text": text},
        }
        for category, (name, text) in _TAXA.items()
    ],
}


def relationship(category: Category) -> dict[str, Any] | None:
    """How a rule of the category points at its taxon; None for a category that the paper does not have."""
    if category not in _TAXA:
        return None
    target = {
        "id": category.value,
        "index": list(_TAXA).index(category),
        "toolComponent": {"name": NAME, "index": 0, "guid": TAXONOMY["guid"]},
    }
    return {"target": target, "kinds": ["superset"]}
