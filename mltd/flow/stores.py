"""What assignment and deletion do to their targets."""

from __future__ import annotations

from typing import Any

from mltd import facts
from mltd.flow import values as v
from mltd.flow.convert import constant
from mltd.flow.frames import Column, Frame
from mltd.flow.joining import join
from mltd.flow.machine import MAX_ITEMS, Machine
from mltd.flow.rows import taken
from mltd.flow.tables import delete_column, set_attribute, set_columns

#: The reads of a column store's right side: frame and column name.
Reads = list[tuple[Frame, str]]


def store(m: Machine, target: Any, value: v.Value, scope: v.Scope, node: Any, reads: Reads | None) -> None:
    """Bind ``target`` to ``value``. ``reads`` are columns that the value was computed from, not yet marked as used:
    they become what a new column derives from, or else are used."""
    if isinstance(target, facts.Name):
        spend(m, reads, scope, node)
        home = scope.foreign.get(target.id, scope)
        if scope.between is not None and isinstance(home.names.get(target.id), Frame):
            scope.between.setdefault(target.id, []).append(home.names[target.id])
        home.names[target.id] = value
        if home is not scope and isinstance(value, Frame):
            value.kept = True
            value.use_all(m.site(scope, node), "kept for other functions")
        return
    if isinstance(target, facts.Seq):
        spend(m, reads, scope, node)
        _unpack(m, target, value, scope, node)
        return
    if isinstance(target, facts.Star):
        spend(m, reads, scope, node)
        store(m, target.value, v.Sequence([], "list", True, v.Unknown(v.taint_of(value))), scope, node, None)
        return
    if isinstance(target, facts.Attr):
        _store_attribute(m, target, m.evaluate(m, target.value, scope), value, scope, node, reads)
        return
    if isinstance(target, facts.Sub):
        container = _quietly(m, target.value, scope)
        index = m.evaluate(m, target.index, scope)
        _store_item(m, target, container, index, value, scope, node, reads)
        return
    spend(m, reads, scope, node)


def spend(m: Machine, reads: Reads | None, scope: v.Scope, node: Any) -> None:
    """The columns read were needed for something else than a new column."""
    for frame, name in reads or ():
        if m.reading is not None:
            m.reading.append((frame, name))
        else:
            frame.use(name, m.site(scope, node), "read")


def _quietly(m: Machine, node: facts.Expr, scope: v.Scope) -> v.Value:
    """The object that an item is stored into: looking it up is no read of a column."""
    if isinstance(node, facts.Sub):
        inner = m.evaluate(m, node.value, scope)
        if isinstance(inner, v.Method) and isinstance(inner.receiver, Frame):
            return Column(inner.receiver, None, inner.taint)  # rows of a table, written through
        if isinstance(inner, Frame):
            name = constant(m.evaluate(m, node.index, scope))
            return Column(inner, name if isinstance(name, str) else None, inner.taint)
    return m.evaluate(m, node, scope)


def _unpack(m: Machine, target: facts.Seq, value: v.Value, scope: v.Scope, node: Any) -> None:
    starred = [index for index, item in enumerate(target.items) if isinstance(item, facts.Star)]
    if isinstance(value, v.Sequence) and not value.open and not starred and len(value.items) == len(target.items):
        for part, item in zip(target.items, value.items, strict=True):
            store(m, part, item, scope, node, None)
        return
    if (
        isinstance(value, v.Sequence)
        and not value.open
        and len(starred) == 1
        and len(value.items) >= len(target.items) - 1
    ):
        first, stop = starred[0], len(value.items) - (len(target.items) - starred[0] - 1)
        rows = [*value.items[:first], v.Sequence(value.items[first:stop], "list"), *value.items[stop:]]
        for part, item in zip(target.items, rows, strict=True):
            store(m, part.value if isinstance(part, facts.Star) else part, item, scope, node, None)
        return
    rest: v.Value
    if isinstance(value, v.Object) and "items" in value.parts:
        rest = value.parts["items"]
    elif isinstance(value, v.Sequence) and value.open:
        rest = value.rest
    else:
        rest = v.Unknown(v.taint_of(value), value.kind if isinstance(value, v.Unknown) else "")
    if isinstance(value, Frame):
        value.use_all(m.site(scope, node), "unpacked")
    for index, part in enumerate(target.items):
        item = taken(m, rest, ("entry", index), scope, node)
        store(m, part, item, scope, node, None)


def _store_attribute(
    m: Machine, target: facts.Attr, owner: v.Value, value: v.Value, scope: v.Scope, node: Any, reads: Reads | None
) -> None:
    if isinstance(owner, Frame):
        set_attribute(m, owner, target.name, value, scope, node, reads)
        return
    spend(m, reads, scope, node)
    if isinstance(owner, v.Method) and isinstance(owner.receiver, Frame):
        owner.receiver.became(None)  # a name for its index or for all of its columns
    if isinstance(value, Frame):
        value.kept = True
        value.use_all(m.site(scope, node), "kept on an object")
    if isinstance(owner, v.Instance):
        if m.certain(owner.arms) or target.name not in owner.attributes:
            owner.attributes[target.name] = value
        else:
            owner.attributes[target.name] = join(owner.attributes[target.name], value)
    elif isinstance(owner, v.Class):
        owner.attributes[target.name] = value
    elif isinstance(owner, v.Object):
        owner.parts[target.name] = value
        owner.taint = v.taint_of(owner, value)
    elif isinstance(owner, v.Module):
        inner = m.scopes.get(owner.path)
        if inner is not None:
            inner.names[target.name] = join(inner.names[target.name], value) if target.name in inner.names else value
    elif not isinstance(owner, Column):
        m.escape(value, "stored in something unknown", m.site(scope, node))


def _store_item(
    m: Machine,
    target: facts.Sub,
    owner: v.Value,
    index: v.Value,
    value: v.Value,
    scope: v.Scope,
    node: Any,
    reads: Reads | None,
) -> None:
    if isinstance(owner, Frame):
        set_columns(m, owner, index, value, scope, target, reads)
        return
    if (
        isinstance(owner, v.Method)
        and isinstance(owner.receiver, Frame)
        and owner.name in ("loc", "iloc", "at", "iat", "ix")
    ):
        set_columns(m, owner.receiver, index, value, scope, target, reads, accessor=owner.name)
        return
    spend(m, reads, scope, node)
    key = constant(index)
    if isinstance(owner, v.Mapping):
        if key is None:
            owner.open = True
            owner.rest = join(owner.rest, value) if owner.rest is not v.UNKNOWN else value
        elif len(owner.entries) < MAX_ITEMS:
            certain = key not in owner.entries or not m.arms
            owner.entries[key] = value if certain else join(owner.entries[key], value)
        else:
            owner.open = True
        owner.taint = v.taint_of(owner, value) if len(owner.entries) < 64 else owner.taint
    elif isinstance(owner, v.Sequence):
        if isinstance(key, int) and -len(owner.items) <= key < len(owner.items) and not m.arms:
            owner.items[key] = value
        else:
            owner.open = True
            owner.rest = join(owner.rest, value) if owner.rest is not v.UNKNOWN else value
    elif isinstance(owner, v.Object):
        owner.taint = v.taint_of(owner, value)
        m.escape(value, "stored in something unknown", m.site(scope, node))
    elif isinstance(owner, Column):
        return
    else:
        m.escape(value, "stored in something unknown", m.site(scope, node))
        m.escape(owner, "changed by index", m.site(scope, node))
        _taint_name(target.value, owner, value, scope)


def _taint_name(container: facts.Expr, owner: v.Value, value: v.Value, scope: v.Scope) -> None:
    """An array that is filled by index holds what was put in."""
    if isinstance(container, facts.Name) and isinstance(owner, v.Unknown) and container.id in scope.names:
        kind = owner.kind if getattr(value, "kind", "") != "prediction" else "prediction"
        scope.names[container.id] = v.Unknown(v.taint_of(owner, value), kind)


def delete(m: Machine, target: Any, scope: v.Scope) -> None:
    """``del target``"""
    if isinstance(target, facts.Name):
        scope.foreign.get(target.id, scope).names.pop(target.id, None)
    elif isinstance(target, facts.Seq):
        for item in target.items:
            delete(m, item, scope)
    elif isinstance(target, facts.Sub):
        owner = m.evaluate(m, target.value, scope)
        index = m.evaluate(m, target.index, scope)
        key = constant(index)
        if isinstance(owner, Frame):
            delete_column(m, owner, index, scope, target)
        elif isinstance(owner, v.Mapping) and key is not None and not m.arms:
            owner.entries.pop(key, None)
