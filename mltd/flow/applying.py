"""What a row of knowledge says that a call does: an event, uses, and a value."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from mltd import facts
from mltd.flow import values as v
from mltd.flow.arguments import argument, drawn_again
from mltd.flow.artifacts import artifact_event, open_handle, register
from mltd.flow.convert import constant
from mltd.flow.events import Site
from mltd.flow.frames import Column, Frame
from mltd.flow.lineage import FORMS
from mltd.flow.machine import Machine
from mltd.flow.measures import measured, of_rows
from mltd.flow.queries import READS_FRAMES
from mltd.flow.rows import joined
from mltd.flow.splits import parts, watched
from mltd.flow.stateless import learns_nothing
from mltd.flow.tables import OWNER
from mltd.knowledge import Row

Args = list[v.Value]
Keywords = dict[str, v.Value]

_WORD = re.compile(r"[A-Za-z_]\w*")


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
        frames_named(m, args, scope, m.site(scope, node))
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
        return statistic(m, callee, row, data, args, keywords, taint, scope, node)
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
        grow(receiver, v.bounded(receiver.taint | {event}), scope, node)  # a model, whichever it is
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


def statistic(
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


def grow(receiver: v.Unknown, taint: v.Taint, scope: v.Scope, node: Any) -> None:
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


def frames_named(m: Machine, args: Args, scope: v.Scope, site: Site) -> None:
    """The frames whose names a query or a text of code mentions are read by it."""
    texts = [text for value in args if isinstance(value, v.Texts) for text in value.alternatives]
    said = {word for text in texts for word in _WORD.findall(text.template)}
    outer: v.Scope | None = scope
    while outer is not None and said:
        for name in said & outer.names.keys():
            m.escape(outer.names[name], "read by a query", site)
        outer = outer.outer
