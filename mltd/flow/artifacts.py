"""Reads and writes of artifacts: which name, which data, which handle."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mltd.flow import values as v
from mltd.flow.arguments import argument
from mltd.flow.configs import load_config
from mltd.flow.convert import constant, product
from mltd.flow.frames import Column, Frame, Origin
from mltd.flow.machine import Machine
from mltd.flow.queries import database, is_query, queried
from mltd.flow.schema import Schema
from mltd.flow.sqlfiles import text_of
from mltd.flow.texts import REGISTRY, Part, Text, concat, hole, join_paths, literal
from mltd.sql import USUAL

if TYPE_CHECKING:
    from mltd.flow.events import Event
    from mltd.knowledge import Row

#: What makes a write of a handle a write.
_WRITING = re.compile(r"[wax+]")
#: Reads whose rows are numbered, unless a column is made their index.
_NUMBERED = frozenset({"read_csv", "read_table", "read_excel", "read_sql", "read_sql_query", "read_gbq"})


def paths_of(m: Machine, value: v.Value, scope: v.Scope, node: Any, depth: int = 0) -> tuple[Text, ...]:
    """The texts that a value names an artifact by: a text, a handle's own, or a list of them."""
    if isinstance(value, v.Texts):
        return tuple(map(m.located, value.alternatives))
    if isinstance(value, v.Object) and value.path is not None:
        return value.path.alternatives
    if isinstance(value, v.Sequence) and depth < v.MAX_NESTING:
        found = [text for item in value.items[:40] for text in paths_of(m, item, scope, node, depth + 1)]
        if value.open and isinstance(value.rest, v.Texts):
            found += map(m.located, value.rest.alternatives)
        return tuple(dict.fromkeys(found))
    return ()


def open_handle(
    m: Machine,
    callee: str,
    row: Row,
    receiver: v.Value | None,
    args: list[v.Value],
    keywords: dict[str, v.Value],
    scope: v.Scope,
    node: Any,
) -> v.Value:
    """``open(path, mode)``: a handle, and a read or write that a later call may say more about."""
    named = receiver if row.path == "self" else argument(row.params, row.path, args, keywords)
    given = argument(row.params, row.mode, args, keywords) if row.mode else None
    mode = constant(given) if given is not None else "r"
    taint = v.taint_of(*args)
    handle = v.Object(row.gives if "." in row.gives else "io.IOBase", "file", at=node.at, file=scope.file, taint=taint)
    handle.mode = mode if isinstance(mode, str) else "?"
    if named is None:
        return handle
    paths = paths_of(m, named, scope, node)
    handle.path = v.Texts(paths, taint=v.taint_of(named)) if paths else None
    verb = "writes" if _WRITING.search(handle.mode) else "reads"
    if handle.mode == "?":
        verb = "opens"
    event = m.event(verb, callee, scope, node, paths=paths, inputs=taint, role=row.role, form="file", result=handle)
    event.extra["handle"] = True
    event.extra["either"] = isinstance(named, v.Texts) and len(named.alternatives) > 1
    event.extra["append"] = "a" in handle.mode or "+" in handle.mode
    handle.taint = frozenset({event})
    return handle


def register(
    m: Machine, callee: str, row: Row, args: list[v.Value], keywords: dict[str, v.Value], scope: v.Scope, node: Any
) -> None:
    """A call that gives a model a name in a registry: a write of that name."""
    named = argument(row.params, row.registers, args, keywords)
    if not isinstance(named, v.Texts):
        return
    paths = tuple(concat([literal(REGISTRY, m.source(scope, node.at)), text]) for text in named.alternatives)
    data = tuple(value for wanted in row.data if (value := argument(row.params, wanted, args, keywords)) is not None)
    m.event("saves", callee, scope, node, paths=paths, inputs=v.taint_of(*data), role="model", data=data)


def artifact_event(
    m: Machine,
    callee: str,
    row: Row,
    receiver: v.Value | None,
    data: list[v.Value],
    args: list[v.Value],
    keywords: dict[str, v.Value],
    taint: v.Taint,
    scope: v.Scope,
    node: Any,
) -> v.Value:
    """A call that reads, writes, lists, copies or removes an artifact, or runs a program."""
    named: v.Value | None = receiver if row.path == "self" else argument(row.params, row.path, args, keywords)
    if isinstance(named, v.Texts) and row.does in ("reads", "writes") and is_query(named):
        event = queried(m, callee, row, named, data, taint, scope, node, _connection(row, receiver, args, keywords))
        return _read(m, event, row, receiver, args, keywords, None, scope, node)
    paths = paths_of(m, named, scope, node) if named is not None else ()
    if row.ending and isinstance(named, v.Texts):
        paths = tuple(_ended(text, row.ending) for text in paths)
    second = argument(row.params, row.to, args, keywords) if row.to else None
    _refine(named, args)
    if row.does == "lists":
        if row.path == "self" and args and callee.endswith(".glob"):
            # The pattern is meant from the folder that the method belongs to.
            within = product([paths, paths_of(m, args[0], scope, node)]) or []
            paths = tuple(join_paths(folder, [pattern]) for folder, pattern in within)
        return _listing(m, callee, row, named, paths, taint, scope, node)
    if row.does in ("writes", "saves") and receiver is not None and row.path != "self" and not data:
        data = [receiver]
    if row.does == "writes" and named is None:
        m.escape_all(data, f"given to {callee}", scope, node)
        return v.Unknown(taint)
    inputs = v.taint_of(*data) if data else taint
    event = m.event(
        row.does, callee, scope, node, paths=paths, to=paths_of(m, second, scope, node) if second is not None else (),
        role=row.role, form=row.gives, data=tuple(data), inputs=inputs, receiver=receiver,
    )  # fmt: skip
    event.extra["either"] = isinstance(named, v.Texts) and len(named.alternatives) > 1
    by_name = "con" in row.params and row.role == "table" and row.path in ("name", "table_name")
    if "con" in row.params and row.path == "sql" and isinstance(named, v.Texts):
        by_name = not any(text.template.split()[1:] for text in named.alternatives)
    event.extra["table"] = by_name or (row.path in ("name", "tableName") and callee.startswith("pyspark.sql."))
    if event.extra["table"] and isinstance(named, v.Texts):
        event.paths = named.alternatives
        event.extra["temporary"] = "Temp" in callee.rpartition(".")[2]
        event.extra["database"] = database(_connection(row, receiver, args, keywords))
        event.paths = _in_schema(argument(row.params, "schema", args, keywords), event.paths)
    mode = constant(keywords.get("mode", v.UNKNOWN)) or getattr(receiver, "mode", "")
    if row.does == "writes" and str(mode).startswith("a"):
        event.extra["append"] = True
    if row.does in ("writes", "saves"):
        event.extra["stacked"] = any(isinstance(value, Frame) and value.grown for value in data)
        for value in data:
            _written(m, value, event, scope, node)
            header = keywords.get("header")
            if isinstance(value, Frame) and header is not None and not constant(header):
                # A reader gives the columns names of its own: by place, any of them may be taken.
                value.use_all(m.site(scope, node), "written without the columns' names")
        return v.Unknown(taint)
    if row.does == "runs":
        m.escape_all((*args, *keywords.values()), f"given to {callee}", scope, node)
        event.extra["command"] = _command(args)
        return v.Unknown(frozenset({event}))
    if row.does == "copies":
        return second if second is not None else v.Unknown(taint)
    return _read(m, event, row, receiver, args, keywords, named, scope, node)


def _connection(
    row: Row, receiver: v.Value | None, args: list[v.Value], keywords: dict[str, v.Value]
) -> v.Value | None:
    """What a call goes to its database through."""
    return argument(row.params, "con", args, keywords) if "con" in row.params else receiver


def _in_schema(schema: v.Value | None, tables: tuple[Text, ...]) -> tuple[Text, ...]:
    """The names of tables with their schema in front, if that is not the usual one; none where it is not known."""
    if schema is None or (isinstance(schema, v.Constant) and schema.value is None) or constant(schema) in USUAL:
        return tables
    if not isinstance(schema, v.Texts) or schema.single is None:
        return ()
    front = schema.single
    return tuple(concat([front, literal(".", front.parts[0].source), table]) for table in tables if front.parts)


def _ended(text: Text, ending: str) -> Text:
    """A file's name with the ending that the library gives it where it has none."""
    last = text.parts[-1] if text.parts else None
    if last is None or last.text is None or last.text.endswith(ending):
        return text
    return concat([text, literal(ending, last.source)])


def _read(
    m: Machine, event: Event, row: Row, receiver: v.Value | None, args: list[v.Value], keywords: dict[str, v.Value],
    named: v.Value | None, scope: v.Scope, node: Any,
) -> v.Value:  # fmt: skip
    from mltd.flow.applying import result_value

    taint = frozenset({event})
    loaded = load_config(m, event.callee, named, scope, node) if named is not None else None
    if loaded is not None:
        return loaded
    if event.callee.endswith(".read_text") and isinstance(named, v.Texts):
        script = text_of(m, named, scope.file, taint)
        if script is not None:
            return script
    result = result_value(m, row, receiver, args, keywords, taint, scope, node)
    if isinstance(result, Frame):
        origin = m.origins.setdefault(event, Origin(event))
        result.origins = {origin: frozenset()}
        result.blurred = False
        result.levelled = isinstance(keywords.get("header"), v.Sequence)
        numbered = event.callee.rpartition(".")[2] in _NUMBERED and "index_col" not in keywords
        result.schema = Schema(reads=((origin, frozenset()),), index=(None,) if numbered else None)
        event.form = "frame"
        event.extra["given"] = {**keywords, **({"*": args[1]} if len(args) > 1 else {})}
        if row.does == "reads" and any(
            constant(keywords.get(name, v.UNKNOWN)) is not None for name in ("chunksize", "iterator")
        ):
            result = v.Object(
                "pandas.io.TextFileReader", "object", at=node.at, file=scope.file, parts={"items": result}, taint=taint
            )
    elif isinstance(result, v.Unknown) and row.does in ("reads", "loads"):
        # A pickled frame is as good as a read one: what is selected from it by name is known.
        result = v.Unknown(taint, result.kind or "object", result.library)
    event.result = result
    return result


def _refine(named: v.Value | None, args: list[v.Value]) -> None:
    """What was only known as an opened file is now known better by the call that uses the handle."""
    for value in (named, *args):
        if isinstance(value, v.Object) and value.kind == "file":
            for event in value.taint:
                if event.result is value and event.extra.get("handle"):
                    event.extra["refined"] = True


def _written(m: Machine, value: v.Value, event: Event, scope: v.Scope, node: Any) -> None:
    if isinstance(value, Frame) and event.paths:
        value.store(event)
    elif isinstance(value, Frame):
        value.use_all(m.site(scope, node), f"written by {event.callee} to a place that is not known")
    elif not isinstance(value, Column):
        m.escape(value, f"written by {event.callee}", m.site(scope, node))


def _listing(
    m: Machine,
    callee: str,
    row: Row,
    named: v.Value | None,
    paths: tuple[Text, ...],
    taint: v.Taint,
    scope: v.Scope,
    node: Any,
) -> v.Value:
    event = m.event("lists", callee, scope, node, paths=paths, inputs=taint)
    taint = frozenset({event})
    source = m.source(scope, node.at, "listing")
    pattern = row.path != "self" and callee.rpartition(".")[2] in ("glob", "iglob", "rglob")
    if pattern or (row.path == "self" and callee.endswith(".glob")):
        found = tuple(_pattern(text) for text in paths)
    elif callee.endswith(("walk",)):
        return v.Sequence([], "list", True, v.Sequence([v.Texts(paths), v.UNKNOWN, v.UNKNOWN], "tuple"), taint=taint)
    elif callee.endswith(("iterdir",)):
        found = tuple(join_paths(text, [hole(source)]) for text in paths)
    else:
        found = (hole(source),)
    rest = v.Texts(found or (hole(source),), named.path if isinstance(named, v.Texts) else False, taint)
    return v.Sequence([], "list", True, rest, node.at, scope.file, taint)


def _pattern(text: Text) -> Text:
    """A glob pattern as a template: its wildcards are holes."""
    parts: list[Text] = []
    for part in text.parts:
        if part.text is None:
            parts.append(Text((part,)))
            continue
        source = type(part.source)(part.source.file, part.source.at, "listing")
        for piece in re.split(r"(\*+|\?|\[[^\]]*\])", part.text):
            if piece and (piece[0] in "*?" or piece[0] == "["):
                parts.append(hole(source))
            elif piece:
                parts.append(literal(piece, part.source))
    return concat(parts) if parts else Text((Part(None, text.parts[0].source),)) if text.parts else text


def _command(args: list[v.Value]) -> list[str]:
    """The words of a command given as a string or a list, unknown ones empty."""
    if not args:
        return []
    first = args[0]
    known = constant(first)
    if isinstance(known, str):
        return known.split()
    if isinstance(first, v.Texts):
        return first.alternatives[0].template.split() if first.alternatives else []
    if isinstance(first, v.Sequence):
        return [_word(item) for item in first.items]
    return []


def _word(value: v.Value) -> str:
    if isinstance(value, v.External) and value.name == "sys.executable":
        return "python"
    return str(constant(value) or "")
