"""Calls of libraries: events and values by what the knowledge tables say; what they do not say is unknown."""

from __future__ import annotations

from typing import Any

from mltd import facts
from mltd.flow import values as v
from mltd.flow.applying import apply_row, frames_named
from mltd.flow.arguments import argument
from mltd.flow.columncalls import column_method
from mltd.flow.components import marking
from mltd.flow.convert import to_text
from mltd.flow.ducks import ASKING, DUCK, PROTOCOL, duck_method
from mltd.flow.framecalls import frame_function, frame_method
from mltd.flow.frames import Column, Frame
from mltd.flow.groups import group_method
from mltd.flow.machine import Machine
from mltd.flow.making import make_frame
from mltd.flow.measures import without_statistics
from mltd.flow.options import builder
from mltd.flow.queries import READS_FRAMES
from mltd.flow.sqlfiles import text_of
from mltd.flow.standard import STANDARD
from mltd.flow.strings import mapping_method, sequence_method, text_method
from mltd.knowledge import Type

Args = list[v.Value]
Keywords = dict[str, v.Value]


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


#: What runs a text that the program has put together.
_RUNS_TEXTS = frozenset({"builtins.exec", "builtins.eval"})


def _unknown(m: Machine, name: str, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    site = m.site(scope, node)
    if name.startswith(READS_FRAMES) or name in _RUNS_TEXTS:
        frames_named(m, args, scope, site)
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
        return duck_method(m, receiver, name, args, keywords, scope, node)
    if isinstance(receiver, Frame):
        owner, _dot, asked = name.rpartition(".")
        if owner == "index" and asked in ASKING:
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
        if name in DUCK and kind in ("", "estimator", "transformer", "network", "object", "searcher"):
            row = m.knowledge.call(f"{PROTOCOL}.{name}")
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
