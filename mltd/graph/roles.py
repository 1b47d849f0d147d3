"""What an artifact holds: by what is written, else by what reads it, else by its ending."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from mltd.flow import values as v
from mltd.flow.events import Event
from mltd.flow.frames import Column, Frame
from mltd.flow.lineage import PASSING, behind

if TYPE_CHECKING:
    from mltd.graph.hand_overs import HandOver, Named

_MODELS = frozenset(
    {".pkl", ".pickle", ".joblib", ".pt", ".pth", ".h5", ".keras", ".onnx", ".bin", ".model", ".ckpt", ".cbm"}
)
_TABLES = frozenset({
    ".csv", ".tsv", ".parquet", ".feather", ".ftr", ".xlsx", ".xls", ".pq", ".hdf", ".hdf5", ".orc", ".jsonl", ".pkl",
    ".pickle", ".npy", ".npz", ".h5", ".p", ".gz",
})  # fmt: skip
_NO_DATA = frozenset({
    ".png", ".jpg", ".jpeg", ".svg", ".pdf", ".gif", ".html", ".md", ".txt", ".log", ".yaml", ".yml", ".toml", ".ini",
    ".py", ".ipynb", ".sh", ".cfg", ".js", ".css", ".tex", ".xml", ".mp4", ".wav",
})  # fmt: skip
#: What gives the weights of a network.
_WEIGHTS = (".state_dict", ".get_weights")
_GIVEN = frozenset({"model", "metrics", "image", "config", "checkpoint", "text"})
#: Names of figures that tell how good a model is; a table of them only excuses, it accuses nobody.
_FIGURES = frozenset({
    "mae", "mse", "rmse", "rmsle", "mape", "smape", "wmape", "r2", "auc", "roc", "accuracy", "acc", "precision",
    "recall", "f1", "logloss", "loss", "brier", "kappa", "mcc", "gini", "score", "metric", "importance",
})  # fmt: skip
#: Those of them that no table of predictions has a column of.
_OF_RUNS = _FIGURES - {"score", "loss", "gini", "metric", "importance", "acc", "roc"}
#: What people call a file of them; so does a name only excuse.
_OF_FIGURES = frozenset({"metrics", "metric", "scores", "mae", "rmse", "importance", "importances"})
_WORDS = re.compile(r"[a-z]+\d?")


def carries(event: Event) -> str:
    """What an event's own data is: ``predictions``, ``model``, ``table``, ``metrics``, ``array``, or empty where it
    cannot tell."""
    value = event.data[0] if event.data else None
    if isinstance(value, v.Sequence) and value.items:
        value = next((item for item in value.items if isinstance(item, (v.Object, v.Instance, Frame))), value.items[0])
    if isinstance(value, v.Mapping) and value.entries:
        value = next((item for item in value.entries.values() if isinstance(item, (v.Object, v.Instance))), value)
    if event.role in _GIVEN:
        return event.role
    if isinstance(value, v.Object) and value.kind in ("estimator", "transformer", "network", "tokenizer"):
        return "model"
    if isinstance(value, v.Instance) and any(event.verb == "fits" for event in value.taint):
        return "model"
    if any(source.callee.endswith(_WEIGHTS) for source in event.inputs):
        return "model"
    verbs = {source.verb for source in behind(event.inputs, PASSING)}
    if isinstance(value, Frame) and _figures(value, event):
        return "metrics"
    if "predicts" in verbs:
        # What is pickled after a prediction, of no known kind, may as well be what was fitted to the predictions.
        # What a statement of SQL puts into a table may as well be figures of how good they are.
        plain = isinstance(value, v.Unknown) and (value.kind or event.role not in ("", "object"))
        if event.extra.get("statement") and not isinstance(value, (Frame, Column)):
            return "object"
        return "predictions" if plain or isinstance(value, (Frame, Column, v.Sequence)) else "object"
    if "evaluates" in verbs:
        return "metrics"
    if isinstance(value, Frame):
        return "table"
    if isinstance(value, v.Unknown) and value.kind in ("array", "series", "tensor"):
        return "array"
    if isinstance(value, v.Unknown) and any(
        source.verb == "fits" and source.result is value for source in event.inputs
    ):
        return "model"
    if not event.role and event.data and isinstance(event.data[0], v.Sequence):
        return "object"  # a list of things that are no models as far as one sees
    return event.role


def _figures(frame: Frame, write: Event) -> bool:
    """Whether a table of known columns tells how good models are: a new one; or a log of runs, a table that is read and
    written again with more of them, where one column does."""
    if not frame.origins:
        return not frame.open and are_figures(frame.columns)
    before = {tuple(text.template for text in origin.event.paths) for origin in frame.origins}
    same = before == {tuple(text.template for text in write.paths)}
    return same and any(not _OF_RUNS.isdisjoint(_WORDS.findall(name.lower())) for name in frame.columns)


def are_figures(names: Collection[str]) -> bool:
    """Whether one in five of some names, or more, is one of a figure that tells how good models are."""
    named = [name for name in names if not _FIGURES.isdisjoint(_WORDS.findall(name.lower()))]
    return bool(names) and len(named) * 5 >= len(names)


def may_hold_objects(location: str) -> bool:
    """Whether a file of that name may hold a model, or any object, and not just rows and numbers."""
    return posixpath.splitext(location)[1].lower() in _MODELS | {"", ".p", ".sav", ".dill"}


def called_figures(location: str) -> bool:
    """Whether a file is called one of figures that tell how good models are; such a name only excuses."""
    return not _OF_FIGURES.isdisjoint(_WORDS.findall(posixpath.basename(location).lower()))


def role_of(write: Named, read: Named) -> str:
    """What an artifact holds, by the write, else the read, else the file's ending."""
    found = carries(write.event)
    ending = posixpath.splitext(write.location)[1].lower()
    if ending in _NO_DATA and found not in ("table", "predictions", "model", "array"):
        return "text"
    if ending == ".json" and found not in ("table", "model"):
        return "config"
    if found:
        return found
    if read.event.form == "frame" or ending in (".csv", ".tsv", ".parquet", ".feather", ".ftr", ".xlsx"):
        return "table"
    if read.event.role in ("model", "checkpoint") or (ending in _MODELS and _predicts(read.event)):
        return "model"
    if ending in _TABLES or ending == ".joblib":
        return "table" if ending in (".npy", ".npz") else "object"
    return read.event.role


def _predicts(event: Event) -> bool:
    return event.verb == "loads" or event.callee.startswith("torch.load")


def loaded_models(hand_overs: list[HandOver], events: Iterable[Event]) -> set[int]:
    """The places, in the list, of hand-overs that show no more than an object, and that a program loads and predicts
    with: a model, whatever its writer shows."""
    used: set[tuple[str, int]] = set()
    for event in events:
        if event.verb == "predicts" and event.receiver is not None:
            used |= {
                (source.site.file, source.site.at)
                for source in behind(event.receiver.taint, PASSING)
                if source.verb in ("reads", "loads")
            }
    return {
        index
        for index, one in enumerate(hand_overs)
        if one.role in ("", "object") and (one.read.event.site.file, one.read.event.site.at) in used
    }
