"""Calls of libraries: events and values by what the knowledge tables say; what they do not say is unknown."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from mltd import facts
from mltd.flow import values as v
from mltd.flow.arguments import argument, drawn_again
from mltd.flow.artifacts import artifact_event, open_handle, register
from mltd.flow.columncalls import column_method
from mltd.flow.components import marking
from mltd.flow.convert import constant, to_text
from mltd.flow.events import Site
from mltd.flow.framecalls import frame_function, frame_method
from mltd.flow.frames import Column, Frame
from mltd.flow.groups import group_method
from mltd.flow.lineage import FORMS
from mltd.flow.machine import Machine
from mltd.flow.making import make_frame
from mltd.flow.measures import WINDOWS, measured, of_rows, without_statistics
from mltd.flow.options import builder
from mltd.flow.queries import READS_FRAMES
from mltd.flow.rows import joined
from mltd.flow.splits import parts, watched
from mltd.flow.sqlfiles import text_of
from mltd.flow.standard import STANDARD
from mltd.flow.stateless import learns_nothing
from mltd.flow.strings import mapping_method, sequence_method, text_method
from mltd.flow.tables import OWNER
from mltd.knowledge import Row, Type

Args = list[v.Value]
Keywords = dict[str, v.Value]

#: Methods that any object with scikit-learn's protocol has.
_PROTOCOL = "sklearn.base.BaseEstimator"
_DUCK = frozenset({"fit", "predict", "predict_proba", "fit_transform", "transform", "fit_predict", "decision_function"})


def call_library(m: Machine, name: str, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    """A call of a library's function or class by its dotted name."""
    for value in (*args, *keywords.values()):
        if isinstance(value, v.Function) and isinstance(value.node, facts.Def):
            library = m.knowledge.library(name)
            if library is not None and library.kind == "orchestration":
                m.scheduled.add((value.file, value.node.body))
    known = STANDARD.get(name)
    if known is not None:
        return known(m, args, keywords, scope, node)
    made = builder(m, name, args, keywords, scope, node) or marking(m, name, args, scope, node)
    if made is not None:
        return made
    kind = m.knowledge.type(name)
    if kind is not None:
        return _construct(m, name, kind, args, keywords, scope, node)
    row = m.knowledge.call(name)
    framed = frame_function(m, name, row, args, keywords, scope, node)
    if framed is not None:
        return framed
    if row is not None:
        return apply_row(m, name, row, None, args, keywords, scope, node)
    if name == "builtins.len":
        return _count(args)
    if name in _HARMLESS:
        for value in args:
            if isinstance(value, Column):
                return value.computed(v.taint_of(*args))
        return v.Unknown(v.taint_of(*args, *keywords.values()))
    return _unknown(m, name, args, keywords, scope, node)


def _count(args: Args) -> v.Value:
    """How many there are of something: it says nothing of what they are."""
    first = args[0] if args else v.UNKNOWN
    if isinstance(first, v.Sequence) and first.kind in ("list", "tuple") and not first.open:
        return v.Constant(len(first.items))
    return v.Unknown(without_statistics(v.taint_of(*args)))


#: Built-ins that look at a value without using a frame's columns.
_HARMLESS = frozenset(
    f"builtins.{name}"
    for name in [
        "isinstance",
        "type",
        "id",
        "hasattr",
        "bool",
        "callable",
        "issubclass",
        "int",
        "float",
        "round",
        "abs",
    ]
)


def _frames_named(m: Machine, args: Args, scope: v.Scope, site: Site) -> None:
    """The frames whose names a query or a text of code mentions are read by it."""
    texts = [text for value in args if isinstance(value, v.Texts) for text in value.alternatives]
    said = {word for text in texts for word in _WORD.findall(text.template)}
    outer: v.Scope | None = scope
    while outer is not None and said:
        for name in said & outer.names.keys():
            m.escape(outer.names[name], "read by a query", site)
        outer = outer.outer


#: What runs a text that the program has put together.
_RUNS_TEXTS = frozenset({"builtins.exec", "builtins.eval"})
_WORD = re.compile(r"[A-Za-z_]\w*")


def _unknown(m: Machine, name: str, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    site = m.site(scope, node)
    if name.startswith(READS_FRAMES) or name in _RUNS_TEXTS:
        _frames_named(m, args, scope, site)
    columns = [value for value in args if isinstance(value, Column)]
    library = m.knowledge.library(name)
    taint = v.taint_of(*args, *keywords.values())
    arrays = library is not None and library.kind == "arrays"
    m.escape_all((*args, *keywords.values()), f"given to {name}", scope, node)
    if arrays and columns:
        return columns[0].computed(taint)
    kind = "array" if arrays else ""
    if any(getattr(value, "kind", "") == "prediction" for value in args) and arrays:
        kind = "prediction"
    return v.Unknown(taint, kind, library.library if library else name.partition(".")[0])


def _construct(m: Machine, name: str, kind: Type, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    if kind.kind == "frame":
        return make_frame(m, name, args, keywords, scope, node)
    taint = v.taint_of(*args, *keywords.values())
    made = v.Object(name, kind.kind, at=node.at, file=scope.file, taint=taint)
    data = [value for wanted in kind.data if (value := argument(kind.params, wanted, args, keywords)) is not None]
    if kind.kind in ("estimator", "transformer", "network", "splitter"):
        made.parts = {"\0first": args[0]} if args else {}
        made.parts.update({f"\0{key}": value for key, value in keywords.items()})
    m.escape_all((*args, *keywords.values()), f"given to {name}", scope, node, changed=False)
    if kind.path:
        path = argument(kind.params, kind.path, args, keywords)
        if path is not None and not isinstance(path, v.Unknown):
            made.path = v.Texts(to_text(m, path, scope, node.at), taint=path.taint)
    if kind.does != "makes":
        event = m.event(
            kind.does, name, scope, node, data=tuple(data), inputs=taint, form=kind.kind, result=made,
            paths=made.path.alternatives if made.path else (),
        )  # fmt: skip
        event.extra["keywords"] = tuple(sorted(key for key in keywords if key[0] != "*"))
        made.taint = frozenset({event})
    return made


def call_method(m: Machine, method: v.Method, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    """``receiver.name(...)``"""
    receiver, name = method.receiver, method.name
    if isinstance(receiver, v.Unknown):
        return _duck(m, receiver, name, args, keywords, scope, node)
    if isinstance(receiver, Frame):
        owner, _dot, asked = name.rpartition(".")
        if owner == "index" and asked in _ASKING:
            m.escape_all((*args, *keywords.values()), f"given to {name}", scope, node, changed=False)
            return v.Unknown(v.taint_of(receiver, *args), v.MASK)
        return frame_method(m, receiver, name, args, keywords, scope, node)
    if isinstance(receiver, Column):
        return column_method(m, receiver, name, args, keywords, scope, node)
    if isinstance(receiver, v.Texts):
        found = text_method(m, receiver, name, args, keywords, scope, node)
        if found is not None:
            return found
        row = m.knowledge.call(f"pathlib.Path.{name}")
        if row is not None and receiver.path:
            return apply_row(m, f"pathlib.Path.{name}", row, receiver, args, keywords, scope, node)
        return v.Unknown(v.taint_of(receiver, *args))
    if isinstance(receiver, v.Sequence):
        found = sequence_method(m, receiver, name, args, scope, node)
        if found is not None:
            return found
    elif isinstance(receiver, v.Mapping):
        found = mapping_method(m, receiver, name, args, scope, node)
        if found is not None:
            return found
    elif isinstance(receiver, v.Object):
        return _object_method(m, receiver, name, args, keywords, scope, node)
    elif isinstance(receiver, v.Instance):
        base = receiver.cls.library_base()
        if base:
            return _typed(m, receiver, base, name, args, keywords, scope, node)
    elif isinstance(receiver, v.Class):
        base = receiver.library_base()
        row = m.knowledge.call(f"{base}.{name}") if base else None
        if row is not None:
            return apply_row(m, f"{base}.{name}", row, receiver, args, keywords, scope, node)
    return _unknown(m, name, [receiver, *args], keywords, scope, node)


#: Methods of a table's index, and of what holds its values, that ask each row something.
#: https://pandas.pydata.org/docs/reference/indexing.html
_ASKING = frozenset({"isin", "isna", "isnull", "notna", "notnull", "duplicated", "between"})


def _object_method(
    m: Machine, receiver: v.Object, name: str, args: Args, keywords: Keywords, scope: v.Scope, node: Any
) -> v.Value:
    if receiver.kind == "group":
        return group_method(m, receiver, name, args, keywords, scope, node)
    if receiver.kind == "file" and name in (
        "read",
        "write",
        "readlines",
        "readline",
        "writelines",
        "close",
        "flush",
        "seek",
    ):
        taint = v.taint_of(receiver, *args)
        if name in ("write", "writelines"):
            for event in receiver.taint:
                if event.verb == "writes" and event.result is receiver:
                    event.inputs |= v.taint_of(*args)
            m.escape_all(args, "written to a file", scope, node)
        script = text_of(m, receiver.path, scope.file, taint) if name == "read" and not args else None
        return script if script is not None else v.Unknown(taint, "file-content" if name == "read" else "")
    native = receiver.parts.get(f"\0method {name}")
    if isinstance(native, v.Native):
        return native.call(m, args, keywords, scope, node)
    return _typed(m, receiver, receiver.type, name, args, keywords, scope, node)


def _typed(
    m: Machine, receiver: v.Value, type_name: str, name: str, args: Args, keywords: Keywords, scope: v.Scope, node: Any
) -> v.Value:
    callee = f"{type_name}.{name}"
    row = m.knowledge.call(callee)
    if row is None:
        kind = getattr(receiver, "kind", "")
        if name in _DUCK and kind in ("", "estimator", "transformer", "network", "object", "searcher"):
            row = m.knowledge.call(f"{_PROTOCOL}.{name}")
    if row is not None:
        return apply_row(m, callee, row, receiver, args, keywords, scope, node)
    made = builder(m, callee, args, keywords, scope, node)
    if made is not None:
        return made
    m.escape_all((*args, *keywords.values()), f"given to {callee}", scope, node)
    # What a base outside of the tree does knows of little that a class of the tree keeps beside.
    own = receiver.taint if isinstance(receiver, v.Instance) else v.taint_of(receiver)
    taint = v.bounded(own | v.taint_of(*args, *keywords.values()))
    if isinstance(receiver, v.Object):
        receiver.taint = taint if receiver.kind not in ("estimator", "network", "transformer") else receiver.taint
        if receiver.kind in (
            "dataset",
            "matrix",
            "tensor",
            "array",
            "loader",
            "connection",
            "estimator",
            "network",
            "task",
        ):
            return v.Object(
                receiver.type,
                receiver.kind,
                receiver.path,
                receiver.mode,
                node.at,
                scope.file,
                dict(receiver.parts),
                taint,
            )
    return v.Unknown(taint, "", type_name.partition(".")[0])


def _duck(
    m: Machine, receiver: v.Unknown, name: str, args: Args, keywords: Keywords, scope: v.Scope, node: Any
) -> v.Value:
    """A method of something unknown: only the names that no other protocol has speak."""
    last = name.rpartition(".")[2]
    if receiver.kind == "file-content" or (not args and not keywords and last in _DUCK):
        return v.Unknown(v.taint_of(receiver, *args))
    if last in _DUCK and (args or keywords):
        row = m.knowledge.call(f"{_PROTOCOL}.{last}")
        if row is not None:
            return apply_row(m, f"?.{last}", row, receiver, args, keywords, scope, node)
    statistic = m.knowledge.call(f"pandas.Series.{last}") if last in m.knowledge.statistics and receiver.taint else None
    if statistic is not None and statistic.does == "measures" and receiver.kind != _WINDOW:
        along = m.knowledge.call(f"numpy.ndarray.{last}") or statistic
        return _statistic(m, f"?.{last}", along, [receiver], args, keywords, v.taint_of(receiver, *args), scope, node)
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
        _grow(receiver, taint, scope, node)
    m.escape_all((*args, *keywords.values()), f"given to {name}", scope, node)
    kept = receiver.kind if receiver.kind in ("array", "prediction", "tensor", "series", "names") else ""
    if last in _ASKING:
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


def _grow(receiver: v.Unknown, taint: v.Taint, scope: v.Scope, node: Any) -> None:
    """A value that is not known comes from one thing more: so does the name that it was called by, or the attribute."""
    owner = getattr(getattr(node, "func", None), "value", None)
    if isinstance(owner, facts.Attr) and isinstance(owner.value, facts.Name):
        keeper = scope.names.get(owner.value.id)
        if isinstance(keeper, v.Instance) and keeper.attributes.get(owner.name) is receiver:
            keeper.attributes[owner.name] = dataclasses.replace(receiver, taint=taint)
        return
    home = scope.foreign.get(owner.id, scope) if isinstance(owner, facts.Name) else None
    if home is not None and isinstance(owner, facts.Name) and home.names.get(owner.id) is receiver:
        home.names[owner.id] = dataclasses.replace(receiver, taint=taint)


#: Names that only table libraries give to their methods.
_WRITERS = frozenset({"to_csv", "to_parquet", "to_pickle", "to_feather", "to_hdf", "to_excel", "to_sql", "to_gbq"})


def apply_row(
    m: Machine,
    callee: str,
    row: Row,
    receiver: v.Value | None,
    args: Args,
    keywords: Keywords,
    scope: v.Scope,
    node: Any,
) -> v.Value:
    """What one row of knowledge says a call does: an event, uses, and a value."""
    taint = v.taint_of(*args, *keywords.values())
    if receiver is not None:
        taint = v.taint_of(receiver, *args, *keywords.values())
    if callee.startswith(READS_FRAMES):
        _frames_named(m, args, scope, m.site(scope, node))
    if row.registers:
        register(m, callee, row, args, keywords, scope, node)
    if row.does == "opens":
        return open_handle(m, callee, row, receiver, args, keywords, scope, node)
    site = m.site(scope, node)
    data = [value for wanted in row.data if (value := argument(row.params, wanted, args, keywords)) is not None]
    if "self" in row.data and receiver is not None:
        data.append(receiver.parts.get(OWNER, receiver) if isinstance(receiver, v.Object) else receiver)
    if row.does in ("reads", "writes", "loads", "saves", "lists", "copies", "deletes", "runs", "scrapes", "loads-data"):
        return artifact_event(m, callee, row, receiver, data, args, keywords, taint, scope, node)
    # What a call hands back is not used by it yet; a fit hands back its own object, and has used all it was given.
    returned: Args = list(args) if row.gives == "parts" and "*" not in keywords else []
    if row.gives == "same" and row.does == "evaluates":
        returned = data
    elif row.gives == "same" and (receiver is None or row.does not in ("fits", "makes")):
        returned = args[:1]
    for value in (*args, *keywords.values()):
        if not (isinstance(value, Frame) and any(value is one for one in returned)):
            m.escape(value, f"given to {callee}", site, changed=False)
    if isinstance(receiver, (Frame,)) and row.does not in ("makes", "shapes"):
        m.escape(receiver, f"{row.does} by {callee}", site, changed=False)
    if row.does == "measures":
        return _statistic(m, callee, row, data, args, keywords, taint, scope, node)
    event = m.event(
        row.does, callee, scope, node, data=tuple(data), inputs=taint, role=row.role, form=row.gives, receiver=receiver
    )
    if row.checks:
        event.extra |= watched(row, args, keywords)
    if row.does in ("splits", "searches"):
        event.extra["shuffle"] = constant(keywords.get("shuffle", v.UNKNOWN))
        event.extra["cv"] = keywords.get("cv")
        event.extra["stops"] = "early_stopping_rounds" in keywords
    if row.again:
        event.extra["again"] = drawn_again(row, args, keywords)
    if row.does == "fits":
        event.extra["nothing"] = learns_nothing(m, receiver)
    fits = row.does == "fits" or (row.does == "searches" and row.gives == "same")
    if fits and isinstance(receiver, (v.Object, v.Instance)):
        earlier = [one for one in receiver.taint if one.verb in ("fits", "searches")]
        receiver.taint = v.bounded({*earlier, event})
        for part in receiver.attributes.values() if isinstance(receiver, v.Instance) else ():
            if isinstance(part, v.Object) and part.kind == "network":
                part.taint = v.bounded(part.taint | {event})  # a network's own parts learn with it
    elif fits and isinstance(receiver, v.Unknown):
        _grow(receiver, v.bounded(receiver.taint | {event}), scope, node)  # a model, whichever it is
    if row.does == "joins" and data:
        event.rows = joined(m, callee, data, args, keywords, scope, node)
    if row.does in FORMS:
        event.extra["keywords"] = tuple(sorted(name for name in keywords if name[0] != "*"))
        if isinstance(receiver, v.Object) and "self" in row.data:
            receiver.taint |= {event}  # it may work in place
    if row.fills and isinstance(receiver, (v.Object, v.Instance)):
        receiver.taint = v.bounded(receiver.taint | v.taint_of(*data))
    if row.mode and isinstance(receiver, v.Object):
        receiver.mode = str(constant(argument(row.params, row.mode, args, keywords) or v.UNKNOWN) or "")
    result = result_value(m, row, receiver, args, keywords, frozenset({event}), scope, node)
    if row.does == "makes" and isinstance(result, v.Object) and result.kind == "connection":
        result.path = _database(row, receiver, args, keywords)
    event.result = result
    return result


def _database(row: Row, receiver: v.Value | None, args: Args, keywords: Keywords) -> v.Texts | None:
    """Which database a connection or cursor is one to."""
    named = argument(row.params, row.path, args, keywords) if row.path else None
    if isinstance(named, v.Texts):
        return named
    return receiver.path if isinstance(receiver, v.Object) and receiver.kind == "connection" else None


def _statistic(
    m: Machine, callee: str, row: Row, data: Args, args: Args, keywords: Keywords, taint: v.Taint, scope: v.Scope,
    node: Any,
) -> v.Value:  # fmt: skip
    """A function's or array's own statistic."""
    first = data[0] if data else v.UNKNOWN
    if of_rows(row, args, keywords):
        return v.Unknown(v.bounded(taint | measured(m, callee, first, scope, node)), "array")
    return first.computed(taint) if isinstance(first, Column) else v.Unknown(taint, "array")


def marked(value: v.Value, taint: v.Taint) -> v.Value:
    """A value that comes from some events besides."""
    if isinstance(value, Frame):
        result = value.copy(taint)
        result.schema = value.schema
        return result
    if isinstance(value, Column):
        return dataclasses.replace(value, taint=v.bounded(value.taint | taint))
    return v.Unknown(v.bounded(v.taint_of(value) | taint), getattr(value, "kind", ""), getattr(value, "library", ""))


def _reformed(value: v.Value | None, taint: v.Taint) -> v.Value:
    """A value in another form: the same, but that it comes from the call that gave it the form."""
    if isinstance(value, Frame):
        return value.copy(taint)
    if isinstance(value, Column):
        return value.computed(taint)
    if isinstance(value, v.Object):
        return v.Object(value.type, value.kind, value.path, value.mode, value.at, value.file, dict(value.parts), taint)
    return v.Unknown(taint, getattr(value, "kind", ""), getattr(value, "library", ""))


def result_value(
    m: Machine,
    row: Row,
    receiver: v.Value | None,
    args: Args,
    keywords: Keywords,
    taint: v.Taint,
    scope: v.Scope,
    node: Any,
) -> v.Value:
    """The value that ``gives`` of a row stands for."""
    gives = row.gives
    if gives == "same":
        if row.does in ("fits", "searches", "makes") and receiver is not None:
            return receiver
        if row.does == "samples" and row.data[:1] == ["*arrays"]:
            drawn = [marked(value, taint) if row.again else value for value in args]
            return drawn[0] if len(drawn) == 1 else v.Sequence(drawn, "list", at=node.at, file=scope.file)
        if row.does == "evaluates":  # a schema gives back what it has held against itself
            return argument(row.params, row.data[0], args, keywords) or v.UNKNOWN
        own = receiver if receiver is not None else args[0] if args else v.UNKNOWN
        return _reformed(own, taint) if row.does in FORMS else own
    if gives == "text" and args and isinstance(args[0], v.Texts):
        return args[0]  # a statement in the form that a library takes
    if gives == "parts" and row.does == "fits":  # rows made up, of the features and the labels
        return v.Sequence([_reformed(value, taint) for value in args], "tuple", at=node.at, file=scope.file)
    if gives == "parts":
        return parts(m, row, receiver, args, keywords, taint, scope, node)
    kind = m.knowledge.type(gives) if "." in gives else None
    columns = [value for value in args if isinstance(value, Column)]
    if columns and (gives in ("series", "array") or (kind is not None and kind.kind in ("series", "array"))):
        return columns[0].computed(taint)
    if kind is not None:
        if kind.kind == "frame":
            return Frame(gives, {}, {}, True, m.arms, taint, True)
        return v.Object(gives, kind.kind, at=node.at, file=scope.file, taint=taint)
    if gives == "frame":
        return Frame("pandas.DataFrame", {}, {}, True, m.arms, taint, True)
    return v.Unknown(taint, gives)
