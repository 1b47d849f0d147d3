"""Feedback loops: models whose predictions come back to them as training data.

Sculley et al. 2015, section 4, *Feedback Loops*.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mltd.flow.events import Event
from mltd.graph.learning import Learning, predicts
from mltd.graph.ways import Way


@dataclass(frozen=True, slots=True)
class Loop:
    """``fit`` trains a model on what it has predicted itself: ``way`` leads there from the prediction, by way of at
    least one file."""

    fit: Event
    way: Way


def direct_loops(learning: Learning) -> Iterator[Loop]:
    """Every fit on what the very model that it makes has written into a file; each place of the code once."""
    if not learning.predicting:
        return
    told: set[tuple[str, int]] = set()
    for event in learning.fits:
        place = event.site.file, event.site.at
        if place in told:
            continue
        for way in learning.ways.back(event, predicts, labels=True):
            mine = any((fit.site.file, fit.site.at) == place for fit in learning.trained(way.start))
            if mine and way.hand_overs and not way.start.off:
                told.add(place)
                yield Loop(event, way)
                break
