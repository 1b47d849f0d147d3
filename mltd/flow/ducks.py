"""Methods of values of which nothing is known: only the names that no other protocol has speak."""

from __future__ import annotations

from typing import Any

from mltd.flow import values as v
from mltd.flow.applying import apply_row, grow, statistic
from mltd.flow.frames import Column, Frame
from mltd.flow.machine import Machine
from mltd.flow.measures import WINDOWS, without_statistics

Args = list[v.Value]
Keywords = dict[str, v.Value]

#: Methods that any object with scikit-learn's protocol has.
PROTOCOL = "sklearn.base.BaseEstimator"
DUCK = frozenset({"fit", "predict", "predict_proba", "fit_transform", "transform", "fit_predict", "decision_function"})
#: Names that only table libraries give to their methods.
_WRITERS = frozenset({"to_csv", "to_parquet", "to_pickle", "to_feather", "to_hdf", "to_excel", "to_sql", "to_gbq"})
#: Methods of a table's index, and of what holds its values, that ask each row something.
#: https://pandas.pydata.org/docs/reference/indexing.html
ASKING = frozenset({"isin", "isna", "isnull", "notna", "notnull", "duplicated", "between"})


def duck_method(
    m: Machine, receiver: v.Unknown, name: str, args: Args, keywords: Keywords, scope: v.Scope, node: Any
) -> v.Value:
    """A method of something unknown: only the names that no other protocol has speak."""
    last = name.rpartition(".")[2]
    if receiver.kind == "file-content" or (not args and not keywords and last in DUCK):
        return v.Unknown(v.taint_of(receiver, *args))
    if last in DUCK and (args or keywords):
        row = m.knowledge.call(f"{PROTOCOL}.{last}")
        if row is not None:
            return apply_row(m, f"?.{last}", row, receiver, args, keywords, scope, node)
    measure = m.knowledge.call(f"pandas.Series.{last}") if last in m.knowledge.statistics and receiver.taint else None
    if measure is not None and measure.does == "measures" and receiver.kind != _WINDOW:
        along = m.knowledge.call(f"numpy.ndarray.{last}") or measure
        return statistic(m, f"?.{last}", along, [receiver], args, keywords, v.taint_of(receiver, *args), scope, node)
    form = m.knowledge.form(receiver.kind, last)
    if form is not None:
        return apply_row(m, f"{form.of}.{last}", form, receiver, args, keywords, scope, node)
    if last in _WRITERS and args and not isinstance(args[0], (Frame, Column)):
        row = m.knowledge.call(f"pandas.DataFrame.{last}")
        if row is not None:
            return apply_row(m, f"pandas.DataFrame.{last}", row, receiver, args, keywords, scope, node)
    m.asked.add(last)
    if last in _IMPORTANCE:
        return v.Unknown(frozenset({m.happening("explains", f"?.{last}", scope, node, inputs=receiver.taint)}), "array")
    taint = v.taint_of(receiver, *args, *keywords.values())
    if last in _DAYS:
        taint = without_statistics(taint)
    if last in _GROWING:
        grow(receiver, taint, scope, node)
    m.escape_all((*args, *keywords.values()), f"given to {name}", scope, node)
    kept = receiver.kind if receiver.kind in ("array", "prediction", "tensor", "series", "names") else ""
    if last in ASKING:
        kept = v.MASK
    return v.Unknown(taint, _WINDOW if last in WINDOWS or last == "groupby" else kept, receiver.library)


#: What tells how much each feature of a booster matters, of whatever model.
#: https://lightgbm.readthedocs.io/en/stable/pythonapi/lightgbm.Booster.html,
#: https://catboost.ai/docs/en/concepts/python-reference_catboost_get_feature_importance
_IMPORTANCE = frozenset({"feature_importance", "get_feature_importance", "get_fscore"})
#: What writes a day as a text: it bounds what is fetched, and is no feature.
_DAYS = frozenset({"strftime", "isoformat"})
#: The kind of what a method gave whose statistics are of the rows near by, or of some group of them.
_WINDOW = "window"
#: What puts something into a container.
_GROWING = frozenset({"append", "extend", "insert", "add", "update"})
