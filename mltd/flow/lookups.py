"""Attribute and subscript look-ups."""

from __future__ import annotations

from typing import Any

from mltd import facts
from mltd.flow import values as v
from mltd.flow.called import placed, texts
from mltd.flow.convert import constant, names_in
from mltd.flow.events import rooted
from mltd.flow.frames import Column, Frame
from mltd.flow.joining import join
from mltd.flow.lineage import sources
from mltd.flow.machine import Machine
from mltd.flow.picks import learnt
from mltd.flow.program import statements
from mltd.flow.rows import chosen_by, rows_of, side_of, taken, whole
from mltd.flow.strings import path_attribute
from mltd.flow.tables import ACCESSORS, column_attribute, frame_attribute, frame_subscript
from mltd.flow.texts import could_match, hole

#: Entries of a mapping that an index may mean.
_MOST = 40
#: The accessor of a column's dates.
_DATES = "pandas.Series.dt."


def attribute(m: Machine, value: v.Value, name: str, scope: v.Scope, node: Any) -> v.Value:
    """``value.name``"""
    if isinstance(value, v.Unknown):  # first, as most are
        return v.Method(value, name, node.at, value.taint)
    if isinstance(value, v.External):
        made = _made(m, value.name, name, v.NONE, scope, node)
        return made or (v.External(f"{value.name}.{name}") if value.name else v.UNKNOWN)
    if isinstance(value, v.Instance):
        if name in value.attributes:
            return value.attributes[name]
        found = value.cls.find(name)
        if found is not None:
            return _bound(m, found, value, scope, node)
        if name == "__class__":
            return value.cls
        if set_elsewhere(m, value, name, scope, node):
            return value.attributes[name]
        return v.Method(value, name, node.at, value.taint)
    if isinstance(value, v.Class):
        found = value.find(name)
        if found is not None:
            return _bound(m, found, value, scope, node)
        return v.Method(value, name, node.at)
    if isinstance(value, Frame):
        return frame_attribute(m, value, name, scope, node)
    if isinstance(value, Column):
        return column_attribute(m, value, name, scope, node)
    if isinstance(value, v.Texts):
        found = path_attribute(m, value, name, scope, node) if value.path else None
        return found if found is not None else v.Method(value, name, node.at, value.taint)
    if isinstance(value, v.Object):
        if value.kind == "super":
            return _of_bases(m, value, name, scope, node)
        if name in value.parts:
            return value.parts[name]
        if value.kind == "options":
            return v.Unknown(value.taint)
        if name == "module" and value.kind == "network":
            return value  # what a wrapper for several processors wraps
        made = _made(m, value.type, name, value.taint, scope, node)
        if made is not None and made.type == "same":
            return value
        return made or v.Method(value, name, node.at, value.taint)
    if isinstance(value, v.Mapping):
        if name in value.entries and value.kind == "config":
            return value.entries[name]
        return v.Method(value, name, node.at, value.taint)
    if isinstance(value, v.Sequence):
        return v.Method(value, name, node.at, v.taint_of(value))
    if isinstance(value, v.Method):
        taint = _of_date(m, value, name, scope, node) if value.name == "dt" else value.taint
        return v.Method(value.receiver, f"{value.name}.{name}", node.at, taint)
    return v.Unknown(v.taint_of(value))


def _of_date(m: Machine, dates: v.Method, name: str, scope: v.Scope, node: Any) -> v.Taint:
    """What a part of a column's dates comes from: ``column.dt.month``."""
    if not isinstance(dates.receiver, Column) or not rooted(dates.taint):
        return dates.taint
    key = scope.file, node.at, "dt", dates.taint
    event = m.choices.get(key)
    if event is None:
        event = m.happening("makes", f"{_DATES}{name}", scope, node, inputs=dates.taint, features=dates.taint)
        event.rows = rows_of(dates.receiver)
        m.choices[key] = event
    return frozenset({event})


def _made(m: Machine, owner: str, name: str, taint: v.Taint, scope: v.Scope, node: Any) -> v.Object | None:
    """What an attribute is that makes an object without a call: ``SparkSession.builder``, ``model.booster_``."""
    row = m.knowledge.call(f"{owner}.{name}")
    if row is None or not row.attribute:
        return None
    kind = m.knowledge.type(row.gives)
    return v.Object(row.gives, kind.kind if kind else "object", at=node.at, file=scope.file, taint=taint)


def _bound(m: Machine, found: v.Value, receiver: v.Instance | v.Class, scope: v.Scope, node: Any) -> v.Value:
    """What a class's own attribute is, seen through an object of it or through the class."""
    if not isinstance(found, v.Function):
        return found
    marks = {mark.name.rpartition(".")[2] for mark in found.decorators if isinstance(mark, v.External)}
    if "staticmethod" in marks:
        return found
    if "classmethod" in marks:
        return v.Bound(found, receiver)
    if isinstance(receiver, v.Class):
        return found
    if _is_property(found):
        from mltd.flow.calls import call_value

        return call_value(m, v.Bound(found, receiver), [], {}, scope, node)
    return v.Bound(found, receiver)


def _of_bases(m: Machine, value: v.Object, name: str, scope: v.Scope, node: Any) -> v.Value:
    """``super().name``: the attribute of the first base that has it, bound to the method's own receiver."""
    owner, receiver = value.parts["\0class"], value.parts["\0self"]
    for base in owner.bases:
        found = base.find(name) if isinstance(base, v.Class) else None
        if found is not None:
            return _bound(m, found, receiver, scope, node)
    if owner.library_base():
        return v.Method(receiver, name, node.at, value.taint)
    return v.Unknown(value.taint)


def set_elsewhere(m: Machine, value: v.Instance, name: str, scope: v.Scope, node: Any) -> bool:
    """Run the methods that set ``self.name`` where none of them has run before it is read: something that is not seen
    (a framework, a caller outside of the tree) calls them first. Whether the attribute is there then."""
    from mltd.flow.calls import call_function

    for setter in _setters(m, value.cls).get(name, ()):
        if isinstance(setter.node, facts.Def) and (setter.file, setter.node.body) not in m.running:
            with m.arm():
                call_function(m, setter, [value], {}, scope, node)
            if name in value.attributes:
                return True
    return False


def _setters(m: Machine, cls: v.Class) -> dict[str, list[v.Function]]:
    """The methods of a class and its bases that set each attribute of ``self``."""
    found = m.setters.get(cls)
    if found is None:
        found = m.setters[cls] = {}
        for base in cls.bases:
            for name, functions in (_setters(m, base) if isinstance(base, v.Class) else {}).items():
                found.setdefault(name, []).extend(functions)
        for function in cls.attributes.values():
            if isinstance(function, v.Function) and isinstance(function.node, facts.Def) and function.node.params:
                for name in _sets(m, function.file, function.node):
                    found.setdefault(name, []).insert(0, function)
    return found


def _sets(m: Machine, file: str, node: facts.Def) -> set[str]:
    receiver = node.params[0].name
    found: set[str] = set()
    for statement in statements(m.modules.block(file, node.body)):
        for target in statement.targets if isinstance(statement, facts.Assign) else ():
            for part in target.items if isinstance(target, facts.Seq) else (target,):
                if isinstance(part, facts.Attr) and isinstance(part.value, facts.Name) and part.value.id == receiver:
                    found.add(part.name)
    return found


def _is_property(function: v.Function) -> bool:
    return any(
        isinstance(mark, v.External) and mark.name.rpartition(".")[2] in ("property", "cached_property")
        for mark in function.decorators
    )


def subscript(m: Machine, value: v.Value, index: v.Value, scope: v.Scope, node: facts.Sub) -> v.Value:
    """``value[index]``"""
    if isinstance(value, (Frame, Column)):
        return frame_subscript(m, value, index, scope, node)
    key = constant(index)
    if isinstance(value, v.Mapping):
        return _entry(value, index, key)
    if isinstance(value, v.Sequence):
        return _item(m, value, index, key, scope, node)
    if isinstance(value, v.Texts) and isinstance(index, v.Sequence) and index.kind == "slice":
        low, high = (constant(bound) for bound in index.items[:2])
        single = value.single
        if (
            single is not None
            and single.constant is not None
            and all(isinstance(b, (int, type(None))) for b in (low, high))
        ):
            part = slice(low if isinstance(low, int) else None, high if isinstance(high, int) else None)
            start, stop, _step = part.indices(len(single.constant))
            return v.Texts((single.slice(start, max(start, stop)),), taint=value.taint)
        return v.Unknown(value.taint)
    if isinstance(value, v.Method):
        receiver = value.receiver
        if isinstance(receiver, Column) and value.name in ACCESSORS:
            return frame_subscript(m, receiver, index, scope, node)
        if isinstance(receiver, Frame) and value.name in ("loc", "iloc", "at", "iat", "ix"):
            return frame_subscript(m, receiver, index, scope, node, accessor=value.name)
        if isinstance(receiver, v.External):
            return v.Unknown(value.taint)
    if isinstance(value, v.Object) and value.kind == "group":
        frame = value.parts.get("frame")
        names = names_in(index)
        if isinstance(frame, Frame):
            if names is None:
                frame.use_all(m.site(scope, node), "selected from groups")
                return v.Object(value.type, "group", parts=dict(value.parts), taint=value.taint)
            for name in names:
                _read(m, frame, name, scope, node)
            return v.Object(value.type, "group", parts={**value.parts, "columns": index}, taint=value.taint)
    if isinstance(value, v.External) and value.name == "sys.argv":
        unknown = v.Texts((hole(m.source(scope, node.at, "option")),))
        told = texts(placed(m.calls_of.get(m.entry, ()), key - 1), None) if isinstance(key, int) and key > 0 else None
        return told if told is not None else unknown
    if isinstance(value, v.External) and value.name == "os.environ" and isinstance(key, str):
        return v.Texts((hole(m.source(scope, node.at, "environment")),))
    if isinstance(value, v.External) and value.name.startswith("builtins.") and isinstance(key, str):
        m.astray.setdefault(scope.file, set()).add(key)
    if isinstance(value, v.Object) and "items" in value.parts:
        return value.parts["items"]
    if isinstance(value, v.Object) and value.kind in ("file", "connection"):
        return v.Unknown(value.taint)
    m.escape(index, "used as an index of something unknown", m.site(scope, node))
    if isinstance(value, v.Object) and value.kind in ("matrix", "array", "tensor", "dataset"):
        return _part(m, v.Unknown(value.taint, value.kind), index, scope, node)
    own = v.taint_of(value)
    result = v.Unknown(own, getattr(value, "kind", "") if isinstance(value, v.Unknown) else "")
    return _part(m, result, index, scope, node)


def _part(m: Machine, value: v.Unknown, index: v.Value, scope: v.Scope, node: facts.Sub) -> v.Value:
    """Some of an array's rows; by a name it is an entry of something, and no part."""
    # What chooses rows decides what is there, but the form that it has for that is not theirs.
    by = sources(v.taint_of(index))
    if not value.taint and getattr(index, "kind", "") == "prediction":
        return v.Unknown(by, value.kind)  # a name or number for what is predicted
    rows, written = index, node.index
    if isinstance(index, v.Sequence) and index.kind == "tuple" and index.items:
        rows = index.items[0]
        written = written.items[0] if isinstance(written, facts.Seq) and written.items else written
    if whole(rows) or names_in(rows):
        entry = v.Unknown(v.bounded(value.taint | by), value.kind)
        return taken(m, entry, ("name", constant(rows)), scope, node) if isinstance(rows, v.Texts) else entry
    return taken(m, value, chosen_by(rows, written, node.value, scope), scope, node, by)


def _read(m: Machine, frame: Frame, name: str, scope: v.Scope, node: Any) -> None:
    if m.reading is not None:
        m.reading.append((frame, name))
    else:
        frame.use(name, m.site(scope, node), "read")


def _entry(value: v.Mapping, index: v.Value, key: v.Key) -> v.Value:
    if key is not None and key in value.entries:
        return value.entries[key]
    if isinstance(index, v.Texts) and not value.open:
        found = [value.entries[text.constant] for text in index.alternatives if text.constant in value.entries]
        if len(found) == len(index.alternatives):
            result = found[0]
            for other in found[1:]:
                result = join(result, other)
            return result
    if key is None and value.entries and not value.open:
        meant = [entry for name, entry in value.entries.items() if _may_be(index, name)]
        if not meant or len(meant) > _MOST:
            return v.Unknown(v.taint_of(value))
        result = meant[0]
        for other in meant[1:]:
            result = join(result, other)
        return result
    return value.rest if value.open else v.Unknown(v.taint_of(value))


def _may_be(index: v.Value, key: v.Key) -> bool:
    """Whether an index that is known in part may be a key."""
    if not isinstance(index, v.Texts):
        return True
    return isinstance(key, str) and any(could_match(text.template, key) for text in index.alternatives)


def _item(m: Machine, value: v.Sequence, index: v.Value, key: v.Key, scope: v.Scope, node: facts.Sub) -> v.Value:
    if isinstance(key, int) and not isinstance(key, bool) and not value.open:
        return value.items[key] if -len(value.items) <= key < len(value.items) else v.UNKNOWN
    if isinstance(index, v.Sequence) and index.kind == "slice":
        part = _slice(index)
        if part is not None and not value.open:
            return v.Sequence(value.items[part], value.kind, False, v.UNKNOWN, value.at, value.file, value.taint)
        some = v.Sequence(list(value.items), value.kind, True, value.rest, value.at, value.file, value.taint)
        return some if whole(index) else taken(m, some, chosen_by(index, node.index, node.value, scope), scope, node)
    if value.kind == "columns" and isinstance(index, (v.Unknown, v.Method)) and learnt(index):
        taint = v.bounded(value.taint | learnt(index))
        return v.Sequence(list(value.items), value.kind, True, value.rest, value.at, value.file, taint)
    result = value.rest if value.open else v.Unknown(v.taint_of(value))
    if value.items:
        result = value.items[0]
        for other in value.items[1:40]:
            result = join(result, other)
        if value.open:
            result = join(result, value.rest)
    side = side_of(index) if isinstance(index, v.Unknown) else None
    return result if side is None else taken(m, result, side, scope, node, sources(v.taint_of(index)))


def _slice(index: v.Sequence) -> slice | None:
    """The slice that constant bounds make, or None."""
    bounds: list[int | None] = []
    for item in index.items:
        bound = constant(item)
        if isinstance(bound, int) or (bound is None and isinstance(item, v.Constant)):
            bounds.append(bound)
    if len(bounds) != len(index.items) or bounds[2] == 0:
        return None
    return slice(bounds[0], bounds[1], bounds[2])
