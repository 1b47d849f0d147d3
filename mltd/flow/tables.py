"""What is read of and stored into frames: attributes, subscripts, columns."""

from __future__ import annotations

from typing import Any

from mltd import facts
from mltd.flow import values as v
from mltd.flow.convert import constant, names_in, settled, surely
from mltd.flow.frames import Column, ColumnDefinition, Frame, Names
from mltd.flow.lineage import sources
from mltd.flow.machine import Machine
from mltd.flow.measures import apply, without_statistics
from mltd.flow.picks import all_but, learnt, picked, some_of, view
from mltd.flow.rows import chosen_by, taken, whole
from mltd.flow.schema import Name, Schema
from mltd.flow.texts import Source, literal

Reads = list[tuple[Frame, str]]

#: Attributes that are tables of the same columns, entered by position or label.
ACCESSORS = frozenset({"loc", "iloc", "at", "iat", "ix"})
#: Attributes (not methods) that give all values or names.
_WHOLE = frozenset({"values", "dtypes", "T", "axes"})


#: Of an object that a table has without a call (``df.write``), the table.
OWNER = "\0owner"


def read_column(m: Machine, frame: Frame, name: str, scope: v.Scope, node: Any, why: str = "read") -> None:
    """A column is needed by name; inside the right side of a column store the new column decides."""
    if isinstance(node, facts.Sub) and not m.arms and not m.tries and not m.off:
        frame.ask(name, m.site(scope, node))
    if m.reading is not None and why == "read":
        m.reading.append((frame, name))
    else:
        frame.use(name, m.site(scope, node), why)


def frame_attribute(m: Machine, frame: Frame, name: str, scope: v.Scope, node: Any) -> v.Value:
    """``frame.name``, not called (yet)."""
    row = m.knowledge.frame(f"{frame.type}.{name}")
    if name in ACCESSORS:
        return v.Method(frame, name, node.at, frame.taint)
    if name == "columns":
        return _columns(m, frame, scope, node)
    if name == "style":
        frame.use_all(m.site(scope, node), "shown")
    if name in ("shape", "size"):  # how many there are says nothing of what they are
        return v.Unknown(without_statistics(frame.taint))
    if name in _WHOLE:
        frame.use_all(m.site(scope, node), f"all of its {name if name != 'T' else 'values'}")
        if name == "values":
            return array_of(m, frame, scope, node)
        return v.Unknown(v.taint_of(frame), "array")
    call = m.knowledge.call(f"{frame.type}.{name}")
    if call is not None and call.attribute:
        return v.Object(call.gives, "object", at=node.at, file=scope.file, parts={OWNER: frame}, taint=frame.taint)
    known = row is not None or call is not None
    if not known and (name in frame.columns or (frame.origins and not name.startswith("_"))):
        read_column(m, frame, name, scope, node)
        return Column(frame, name, frame.taint_of(name))
    return v.Method(frame, name, node.at, frame.taint)


def array_of(m: Machine, value: v.Value, scope: v.Scope, node: Any) -> v.Value:
    """``value.values``: a table or column handed over as an array."""
    callee = f"{value.type}.values" if isinstance(value, Frame) else "pandas.Series.values"
    event = m.event("converts", callee, scope, node, data=(value,), inputs=v.taint_of(value), form="array")
    if isinstance(value, Column):
        return value.computed(frozenset({event}))
    return v.Unknown(frozenset({event}), "array")


def column_attribute(m: Machine, column: Column, name: str, scope: v.Scope, node: Any) -> v.Value:
    """``column.name``, not called (yet)."""
    if name == "values":
        return array_of(m, column, scope, node)
    return v.Method(column, name, node.at, column.taint)


def _columns(m: Machine, frame: Frame, scope: v.Scope, node: Any) -> v.Value:
    """``frame.columns``: the names themselves where all are known, else any name of it."""
    names = Names(frame, known=frozenset(frame.columns))
    closed = frame.schema.closed if frame.schema is not None else None
    exact = frame.schema is not None and frame.schema.exact
    if closed is not None and exact and not any(isinstance(name, int) for name in closed):
        source = m.source(scope, node.at)
        known = [_name(name, source) for name in closed]
        return v.Sequence(known, "columns", rest=names, at=node.at, file=scope.file)
    return v.Sequence([], "columns", True, names, node.at, scope.file)


def _name(name: Name, source: Source) -> v.Value:
    if isinstance(name, tuple):
        return v.Sequence([v.Texts((literal(level, source),)) for level in name], "tuple")
    return v.Texts((literal(str(name), source),))


def frame_subscript(
    m: Machine, value: Frame | Column, index: v.Value, scope: v.Scope, node: Any, accessor: str = ""
) -> v.Value:
    """``frame[index]``, ``frame.loc[index]``, ``column[index]``"""
    if isinstance(value, Column):
        if whole(index):
            return value
        part = chosen_by(index, node.index, node.value, scope)
        return taken(m, value, part, scope, node, masked=_masks(index))
    frame: Frame = value
    if accessor and isinstance(index, v.Sequence) and index.kind == "tuple" and len(index.items) == 2:
        rows, index = index.items
        if not whole(rows):
            frame = _taken(m, frame, rows, scope, node)
        if isinstance(index, v.Sequence) and index.kind == "slice":
            if not whole(index):
                frame.use_all(m.site(scope, node), "a range of columns")
            return view(m, frame, fewer=not whole(index))
        if accessor in ("iloc", "iat"):
            frame.use_all(m.site(scope, node), "taken by position")
            return picked(m, frame, index, scope, node) if learnt(index) else view(m, frame)
        if isinstance(index, (v.Unknown, v.Method, Column)):
            return picked(m, frame, index, scope, node)
    elif accessor:
        return view(m, frame, fewer=False) if whole(index) else _taken(m, frame, index, scope, node)
    return _selected(m, frame, index, scope, node)


def _selected(m: Machine, frame: Frame, index: v.Value, scope: v.Scope, node: Any) -> v.Value:
    if isinstance(index, v.Texts):
        names = names_in(index)
        if names is None:
            frame.use_all(m.site(scope, node), "a column that is not known by name")
            return Column(frame, None, some_of(m, frame, frozenset(), scope, node) | v.taint_of(index))
        for name in names:
            read_column(m, frame, name, scope, node)
        taint = v.bounded(frozenset().union(*map(frame.taint_of, names)))
        return Column(frame, names[0] if len(names) == 1 else None, taint)
    if isinstance(index, Names):
        if not m.columnwise:
            frame.use_all(m.site(scope, node), "each of its columns")
        return Column(frame, None, some_of(m, frame, index.excluded, scope, node))
    if isinstance(index, Column) or (isinstance(index, v.Sequence) and index.kind == "slice"):
        return view(m, frame, fewer=False) if whole(index) else _taken(m, frame, index, scope, node)
    if isinstance(index, v.Sequence) and index.open and isinstance(index.rest, Names):
        return all_but(m, frame, index, index.rest, scope, node)
    listed = isinstance(index, v.Sequence) and index.kind != "tuple"  # that is one name, under several rows of a header
    names = names_in(index, may=True) if listed else None
    if names is None:
        chooses = isinstance(index, v.Unknown) and index.kind in ("array", "prediction", "series") and index.taint
        if chooses or _masks(index):
            frame.use_all(m.site(scope, node), "rows")
            return _taken(m, frame, index, scope, node)
        return picked(m, frame, index, scope, node)
    for name in names:
        read_column(m, frame, name, scope, node)
    result = frame.only(names)
    if isinstance(index, v.Sequence) and any(isinstance(item, v.Sequence) for item in index.items):
        result.schema = None
    elif result.schema is not None and surely(index) != names:
        result.schema = result.schema.loosely()
    result.arms = m.arms
    event = m.event("shapes", f"{frame.type}.[]", scope, node, data=(frame,), inputs=v.taint_of(result), form="frame")
    event.reach, event.columns = result.reach, dict(result.taints)
    result.base |= {event}
    return result


def _taken(m: Machine, frame: Frame, index: v.Value, scope: v.Scope, node: Any) -> v.Value:
    """Some rows of a table."""
    return taken(m, frame, chosen_by(index, node.index, node.value, scope), scope, node, masked=_masks(index))


def _masks(index: v.Value) -> bool:
    """Whether an index says of each row whether it is taken."""
    return isinstance(index, Column) or getattr(index, "kind", "") == v.MASK


def set_columns(
    m: Machine,
    frame: Frame,
    index: v.Value,
    value: v.Value,
    scope: v.Scope,
    node: facts.Sub,
    reads: Reads | None,
    accessor: str = "",
) -> None:
    """``frame[index] = value``, ``frame.loc[rows, index] = value``"""
    partly = rowwise = False
    if accessor:
        partly = True
        rowwise = accessor in ("iloc", "iat")
        if isinstance(index, v.Sequence) and index.kind == "tuple" and len(index.items) == 2:
            rows, index = index.items
            if rowwise:
                index = _at_position(m, frame, index, scope, node)
            if whole(rows) and names_in(index) is not None:
                partly = False
        else:
            rowwise = rowwise or not isinstance(index, v.Unknown)
            index = v.UNKNOWN
    elif isinstance(index, Column):
        partly, rowwise, index = True, True, v.UNKNOWN
    listed = isinstance(index, v.Texts) or (isinstance(index, v.Sequence) and index.kind != "tuple")
    names = names_in(index) if listed else None
    if names is None and not rowwise:
        frame.became(None)
    if isinstance(index, Names) and names is None:
        names = []  # some of the columns that are there
        frame.base |= sources(v.taint_of(value))
    if isinstance(value, Frame):
        value.use_all(m.site(scope, node), "stored as columns")
    if partly:
        apply(m, "fills", [value], scope, node)
    if names is None:
        frame.base |= sources(v.taint_of(value))
        for other, name in reads or ():
            other.use(name, m.site(scope, node), "read")
        return
    for name in names:
        made = define(m, frame, name, scope, node, reads, value, partly=partly)
        if not settled(index):
            made.added = False  # what it is called is for whoever runs the program to say


def _at_position(m: Machine, frame: Frame, index: v.Value, scope: v.Scope, node: Any) -> v.Value:
    """The name of the column in a place, where the table's columns and their order are known."""
    place, schema = constant(index), frame.schema
    names = schema.closed if schema is not None and schema.exact else None
    if names is None or not isinstance(place, int) or not -len(names) <= place < len(names):
        return v.UNKNOWN
    name = names[place]
    return v.Texts((literal(name, m.source(scope, node.at)),)) if isinstance(name, str) else v.UNKNOWN


def define(
    m: Machine, frame: Frame, name: str, scope: v.Scope, node: Any, reads: Reads | None, value: v.Value,
    partly: bool = False,
) -> ColumnDefinition:  # fmt: skip
    """A column is added to a frame, or replaced in it; what it was computed from lives as long as it does."""
    own = any(other is frame and read == name for other, read in reads or ())
    own = own or any(name in origin.names and name not in gone for origin, gone in frame.origins.items())
    known = name in frame.columns
    definition = m.columns.get((scope.file, node.at, name))
    same = (isinstance(value, (v.Constant, v.Texts)) or _is_missing(value)) and not partly
    if definition is None:
        added = not own and not partly
        definition = ColumnDefinition(name, m.site(scope, node), tuple(m.stack), m.entry, added, same=same)
        m.columns[scope.file, node.at, name] = definition
    elif own or partly:
        definition.added = False
    definition.same = definition.same and same
    if m.apart is not None:
        definition.beside = m.apart
    if m.shared:
        definition.uses.append((definition.site, "its value has a name of its own"))
    for other, read in reads or ():
        for source in other.columns.get(read, ()):
            if source is not definition:
                source.derives.add(definition)
        for origin, gone in other.origins.items():
            if read not in gone:
                origin.names.add(read)
                definition.origins.add(origin.event)
    made_of = {part for other, read in reads or () for part in (read, *other.made_of.get(read, ()))}
    if made_of:
        frame.made_of[name] = frozenset(made_of) | (frame.made_of.get(name, frozenset()) if partly else frozenset())
    definition.onto.update(frame.origins)
    definition.computed = definition.computed or bool(reads)
    definition.tables |= {life: life.uses for life in frame.lives}
    if isinstance(value, v.Texts) and constant(value) == "":
        definition.added = False  # a blank to be filled in, nothing that was computed
    certain = m.certain(frame.arms) and not (partly and (known or bool(frame.origins)))
    definition.arms = m.arms
    definition.entries.add(m.entry)
    there = frame.schema is not None and name in frame.schema.names
    frame.add(name, definition, certain, m.arms)
    if m.tries and frame.schema is not None and not there:
        frame.became(frame.schema.loosely())
    # A form that a new column is given is work on features, no marshalling of the table; a cast in place is.
    taint = v.taint_of(value) if own else sources(v.taint_of(value))
    definition.predicted = definition.predicted or _of_a_model(taint)
    frame.taints[name] = taint if certain else v.bounded(taint | frame.taint_of(name))
    return definition


def _is_missing(value: v.Value) -> bool:
    """Whether a value is none: ``numpy.nan``, ``pandas.NA``."""
    return isinstance(value, v.External) and value.name.rpartition(".")[2] in ("nan", "NaN", "NAN", "NA", "NaT")


def _of_a_model(taint: v.Taint) -> bool:
    """Whether a value is what a model predicts, how well, or what it finds important: nothing but itself is in that."""
    if any(event.verb in ("predicts", "evaluates", "explains") for event in taint):
        return True
    return bool(taint) and all(event.verb in ("fits", "searches") and event.form == "same" for event in taint)


def set_attribute(
    m: Machine, frame: Frame, name: str, value: v.Value, scope: v.Scope, node: Any, reads: Reads | None
) -> None:
    """``frame.name = value``: new column names, an index, or a column that is there already."""
    if name == "columns":
        frame.use_all(m.site(scope, node), "renamed as a whole")
        names = names_in(value)
        _called(m, frame, value, names)
        frame.levelled = names is None
        frame.columns = {}
        frame.origins = {}
        frame.open = names is None
    elif name == "index" and frame.schema is not None:
        frame.became(frame.schema.indexed(None))
    elif name in frame.columns or (frame.origins and name != "index"):
        define(m, frame, name, scope, node, reads, value, partly=True)
        return
    for other, read in reads or ():
        other.use(read, m.site(scope, node), "read")


def _called(m: Machine, frame: Frame, value: v.Value, names: list[str] | None) -> None:
    """All columns of a table get other names."""
    before, index = frame.schema, frame.schema.index if frame.schema is not None else None
    after = (
        Schema(tuple(dict.fromkeys(names)), index=index, exact=surely(value) == names) if names is not None else None
    )
    frame.became(after.either(before) if after is not None and not m.surely(frame.arms) else after)


def delete_column(m: Machine, frame: Frame, index: v.Value, scope: v.Scope, node: Any) -> None:
    """``del frame[index]``"""
    key = constant(index)
    if not isinstance(key, str):
        return
    if isinstance(index, v.Texts) and not _written_here(m, index, scope):
        frame.use(key, m.site(scope, node), "asked for by the name that the caller gives")
    if m.certain(frame.arms):
        before = frame.schema
        frame.drop(key, m.site(scope, node))
        if frame.schema is not None and not m.surely(frame.arms):
            frame.became(frame.schema.either(before))


def _written_here(m: Machine, name: v.Texts, scope: v.Scope) -> bool:
    """Whether a name is written in the body that uses it, and did not come in as an argument."""
    body = m.modules.python[scope.file].index[scope.body]
    sources = [part.source for text in name.alternatives for part in text.parts]
    return scope.body == 0 or all(one.file == scope.file and body.at <= one.at < body.to for one in sources)


def query_names(expression: v.Value) -> list[str] | None:
    """The column names in a ``query`` or ``eval`` expression, or None where it does not parse."""
    import ast

    text = constant(expression)
    if not isinstance(text, str):
        return None
    try:
        tree = ast.parse(text.replace("@", "").replace("`", "").strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError):
        return None
    return sorted({node.id for node in ast.walk(tree) if isinstance(node, ast.Name)})
