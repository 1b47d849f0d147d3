"""What Python's own strings, paths, lists and dicts do: methods the interpreter knows by heart."""

from __future__ import annotations

import re
from typing import Any

from mltd.flow import values as v
from mltd.flow.convert import constant, names_in, product, spelled, to_text
from mltd.flow.frames import Names
from mltd.flow.joining import MAX_TEXTS, join
from mltd.flow.machine import MAX_ITEMS, Machine
from mltd.flow.texts import Text, basename, concat, hole, join_paths, literal, parent, replace, stem

_FIELD = re.compile(r"\{\{|\}\}|\{([^{}!:]*)(?:![rsa])?(?::([^{}]*))?\}")
_PERCENT = re.compile(r"%(?:\((\w+)\))?([#0\- +]*\d*(?:\.\d+)?)([sdifgrxX%])")


def path_attribute(m: Machine, value: v.Texts, name: str, scope: v.Scope, node: Any) -> v.Value | None:
    """Attributes of a ``pathlib`` path."""

    def each(change: Any, path: bool) -> v.Texts:
        return v.Texts(tuple(dict.fromkeys(change(text) for text in value.alternatives)), path, value.taint)

    if name == "parent":
        return each(parent, True)
    if name == "name":
        return each(basename, False)
    if name == "stem":
        return each(lambda text: stem(basename(text))[0], False)
    if name == "suffix":
        return each(lambda text: stem(text)[1], False)
    if name == "parents":
        rows: list[v.Value] = [each(lambda text, n=n: parent(text, n), True) for n in range(1, 8)]
        return v.Sequence(rows, "tuple", False, v.UNKNOWN, node.at, scope.file, value.taint)
    return None


def text_method(
    m: Machine, value: v.Texts, name: str, args: list[v.Value], keywords: dict[str, v.Value], scope: v.Scope, node: Any
) -> v.Value | None:
    """A method of a string or path that gives a text, list of texts or None if it is not known here."""
    taint = v.taint_of(value, *args)

    def each(change: Any) -> v.Texts:
        return v.Texts(tuple(dict.fromkeys(change(text) for text in value.alternatives)), value.path, taint)

    if name == "format":
        return _format(m, value, args, keywords, scope, node)
    if name in ("strip", "lstrip", "rstrip", "lower", "upper", "title", "capitalize", "casefold", "swapcase", "encode"):
        argument = constant(args[0]) if args else None

        def change(text: Text) -> Text:
            known = text.constant
            if known is None:
                return text
            changed = getattr(known, name)(
                *([argument] if isinstance(argument, str) and name.endswith("strip") else [])
            )
            return (
                literal(changed, text.parts[0].source if text.parts else m.source(scope, node.at))
                if name != "encode"
                else text
            )

        return each(change)
    if name == "replace" and len(args) >= 2 and not value.path:
        old, new = constant(args[0]), to_text(m, args[1], scope, node.at)
        if isinstance(old, str) and len(value.alternatives) * len(new) <= MAX_TEXTS:
            changed = [replace(text, old, one) for text in value.alternatives for one in new]
            return v.Texts(tuple(dict.fromkeys(changed)), taint=taint)
        return v.Unknown(taint)
    if name == "join" and args and not value.path:
        return _joined(m, value, args[0], scope, node)
    if name in ("joinpath", "__truediv__") and value.path:
        combined = product([value.alternatives, *(to_text(m, item, scope, node.at) for item in args)])
        if combined is None:
            return v.Unknown(taint, "path")
        return v.Texts(tuple(join_paths(texts[0], texts[1:]) for texts in combined), True, taint)
    if name in ("absolute", "resolve", "expanduser", "as_posix", "__str__", "with_name", "with_suffix", "as_uri"):
        if name == "with_name" and args:
            combined = product([value.alternatives, to_text(m, args[0], scope, node.at)]) or []
            return v.Texts(tuple(join_paths(parent(texts[0]), [texts[1]]) for texts in combined), True, taint)
        if name == "with_suffix" and args:
            combined = product([value.alternatives, to_text(m, args[0], scope, node.at)]) or []
            return v.Texts(tuple(concat([stem(texts[0])[0], texts[1]]) for texts in combined), True, taint)
        return v.Texts(value.alternatives, value.path and name != "as_posix", value.taint)
    if name in ("split", "rsplit", "splitlines") and not value.path:
        known = constant(value)
        separator = constant(args[0]) if args else None
        if isinstance(known, str) and name != "splitlines" and (separator is None or isinstance(separator, str)):
            source = m.source(scope, node.at)
            most = constant(args[1]) if len(args) > 1 else constant(keywords.get("maxsplit", v.Constant(-1)))
            if not isinstance(most, int):
                return v.Unknown(taint)
            words = getattr(known, name)(separator or None, most)
            pieces: list[v.Value] = [v.Texts((literal(piece, source),)) for piece in words[:MAX_ITEMS]]
            return v.Sequence(pieces, "list", len(words) > MAX_ITEMS, v.UNKNOWN, node.at, scope.file, taint)
        part = v.Texts((hole(m.source(scope, node.at, "unknown")),), taint=taint)
        return v.Sequence([], "list", True, part, node.at, scope.file, taint)
    if name in (
        "startswith",
        "endswith",
        "isdigit",
        "isin",
        "find",
        "index",
        "count",
        "exists",
        "is_file",
        "is_dir",
        "isnumeric",
    ):
        return v.Unknown(taint)
    if name in (
        "zfill",
        "ljust",
        "rjust",
        "center",
        "partition",
        "rpartition",
        "removesuffix",
        "removeprefix",
        "translate",
    ):
        return v.Unknown(taint)
    if name in ("mkdir", "touch", "chmod", "stat", "is_absolute", "relative_to", "is_symlink", "rmdir"):
        return v.Unknown(taint)
    return None


def _joined(m: Machine, glue: v.Texts, items: v.Value, scope: v.Scope, node: Any) -> v.Value:
    taint = v.taint_of(glue, items)
    separator = glue.single
    if separator is None or not isinstance(items, v.Sequence) or items.open or len(items.items) > 40:
        return v.Texts((hole(m.source(scope, node.at, "unknown")),), taint=taint)
    combined = product([to_text(m, item, scope, node.at) for item in items.items])
    if combined is None:
        return v.Unknown(taint)
    results = []
    for texts in combined:
        parts: list[Text] = []
        for index, text in enumerate(texts):
            parts += [separator, text] if index else [text]
        results.append(concat(parts))
    return v.Texts(tuple(results), taint=taint)


def _format(
    m: Machine, value: v.Texts, args: list[v.Value], keywords: dict[str, v.Value], scope: v.Scope, node: Any
) -> v.Value:
    taint = v.taint_of(value, *args, *keywords.values())
    results: list[Text] = []
    for text in value.alternatives:
        template = text.template
        groups: list[tuple[Text, ...]] = []
        position = counter = 0
        for match in _FIELD.finditer(template):
            groups.append((text.slice(position, match.start()),))
            position = match.end()
            field = match.group(1)
            if field is None:
                groups.append((literal(match.group()[0], text.parts[0].source),))
                continue
            head = re.split(r"[.\[]", field)[0]
            if not head:
                head, counter = str(counter), counter + 1
            position_given = head.isdigit() and int(head) < len(args)
            chosen: v.Value | None = args[int(head)] if position_given else keywords.get(head)
            if chosen is None or field.startswith(head + ".") or "[" in field:
                groups.append((hole(m.source(scope, node.at, "unknown")),))
            else:
                groups.append(_spelled(m, chosen, match.group(2) or "", scope, node))
        groups.append((text.slice(position),))
        combined = product(groups)
        if combined is None:
            return v.Unknown(taint)
        results.extend(concat(texts) for texts in combined)
    return v.Texts(tuple(dict.fromkeys(results)), taint=taint)


def _spelled(m: Machine, value: v.Value, spec: str, scope: v.Scope, node: Any) -> tuple[Text, ...]:
    if spec and isinstance(value, v.Constant) and value.value is not None:
        text = spelled(value.value, spec)
        return (
            literal(text, m.source(scope, node.at)) if text is not None else hole(m.source(scope, node.at, "unknown")),
        )
    if spec and not (isinstance(value, v.Texts) and spec in ("s", "")):
        return (hole(m.source(scope, node.at, "unknown")),)
    return to_text(m, value, scope, node.at)


def percent(m: Machine, left: v.Texts, right: v.Value, scope: v.Scope, node: Any) -> v.Value:
    """``template % values``"""
    taint = v.taint_of(left, right)
    results: list[Text] = []
    for text in left.alternatives:
        template = text.template
        groups: list[tuple[Text, ...]] = []
        position = counter = 0
        for match in _PERCENT.finditer(template):
            groups.append((text.slice(position, match.start()),))
            position = match.end()
            name, flags, kind = match.groups()
            if kind == "%":
                groups.append((literal("%", m.source(scope, node.at)),))
                continue
            chosen: v.Value | None = right
            if name is not None:
                chosen = right.entries.get(name) if isinstance(right, v.Mapping) else None
            elif isinstance(right, v.Sequence) and right.kind == "tuple":
                chosen = right.items[counter] if counter < len(right.items) else None
            counter += 1
            if chosen is None:
                groups.append((hole(m.source(scope, node.at, "unknown")),))
            elif flags and isinstance(chosen, v.Constant) and chosen.value is not None:
                text_of = spelled(chosen.value, flags + kind, percent=True)
                groups.append((
                    literal(text_of, m.source(scope, node.at)) if text_of is not None
                    else hole(m.source(scope, node.at, "unknown")),
                ))  # fmt: skip
            else:
                groups.append(to_text(m, chosen, scope, node.at))
        groups.append((text.slice(position),))
        combined = product(groups)
        if combined is None:
            return v.Unknown(taint)
        results.extend(concat(texts) for texts in combined)
    return v.Texts(tuple(dict.fromkeys(results)), taint=taint)


def sequence_method(
    m: Machine, value: v.Sequence, name: str, args: list[v.Value], scope: v.Scope, node: Any
) -> v.Value | None:
    """A method of a list, tuple or set."""
    first = args[0] if args else v.UNKNOWN
    if isinstance(value.rest, Names) and value.open:
        left = _names_method(value, name, first, scope, node)
        if left is not None:
            return left
    if name in ("append", "add"):
        _append(m, value, first)
    elif name == "insert" and len(args) == 2:
        _append(m, value, args[1], front=constant(first) == 0)
    elif name in ("extend", "update"):
        if isinstance(first, v.Sequence):
            for item in first.items[:MAX_ITEMS]:
                _append(m, value, item)
            value.open = value.open or first.open
        else:
            value.open = True
            value.rest = v.Unknown(v.taint_of(value.rest, first))
    elif name in ("remove", "discard"):
        wanted = constant(first)
        if wanted is not None and not m.arms:
            value.items = [item for item in value.items if constant(item) != wanted]
        else:
            value.open = True
    elif name == "copy":
        return v.Sequence(list(value.items), value.kind, value.open, value.rest, node.at, scope.file, value.taint)
    elif name == "pop":
        result = value.items[-1] if value.items and not value.open and not args else v.Unknown(v.taint_of(value))
        if value.items and not args and not m.arms:
            value.items = value.items[:-1]
        else:
            value.open = True
        return result
    elif name in ("union", "difference", "intersection"):
        other = first if isinstance(first, v.Sequence) else None
        if other is None or other.open or value.open:
            return v.Sequence(
                list(value.items), value.kind, True, v.UNKNOWN, node.at, scope.file, v.taint_of(value, first)
            )
        known = {constant(item) for item in other.items}
        if name == "union":
            items = [*value.items, *other.items]
            if len(items) > MAX_ITEMS:
                return v.Sequence(
                    items[:MAX_ITEMS], value.kind, True, v.UNKNOWN, node.at, scope.file, v.taint_of(value)
                )
        else:
            items = [item for item in value.items if (constant(item) in known) == (name == "intersection")]
        return v.Sequence(items, value.kind, False, v.UNKNOWN, node.at, scope.file, v.taint_of(value, first))
    elif name in ("sort", "reverse"):
        value.open = value.open
    elif name == "clear" and not m.arms:
        value.items = []
    elif name in ("index", "count"):
        return v.UNKNOWN
    else:
        return None
    return v.Constant(None)


def _names_method(value: v.Sequence, name: str, first: v.Value, scope: v.Scope, node: Any) -> v.Value | None:
    """Methods of a frame's names: the same names, or all but some."""
    gone: list[str] = []
    if name in ("drop", "difference", "remove"):
        given = names_in(first)
        if given is None:
            return None
        gone = given
    elif name not in ("tolist", "to_list", "copy", "unique", "sort_values", "to_numpy", "sort"):
        return None
    rest = value.rest.without(gone)
    items = [item for item in value.items if constant(item) not in gone]
    if name in ("remove", "sort"):
        value.items, value.rest = items, rest
        return v.Constant(None)
    return v.Sequence(items, "list", True, rest, node.at, scope.file, value.taint)


def _append(m: Machine, value: v.Sequence, item: v.Value, front: bool = False) -> None:
    if m.arms or len(value.items) >= MAX_ITEMS:
        # It may be there any number of times, or not at all.
        value.rest = join(value.rest, item) if value.open and value.rest is not v.UNKNOWN else item
        value.open = True
    elif front:
        value.items.insert(0, item)
    else:
        value.items.append(item)


def mapping_method(
    m: Machine, value: v.Mapping, name: str, args: list[v.Value], scope: v.Scope, node: Any
) -> v.Value | None:
    """A method of a dict."""
    if name in ("get", "pop", "setdefault"):
        key = constant(args[0]) if args else None
        default = args[1] if len(args) > 1 else v.Constant(None)
        if key is not None and key in value.entries:
            return value.entries[key]
        if key is not None and not value.open:
            if name == "setdefault":
                value.entries[key] = default
            return default
        if key is None and value.entries and len(value.entries) <= 40:
            result = default
            for item in value.entries.values():
                result = join(result, item)
            return result
        return join(value.rest, default) if value.open else v.Unknown(v.taint_of(value))
    if name in ("items", "keys", "values"):
        rows: list[v.Value] = []
        for key, item in value.entries.items():
            named = v.Texts((literal(key, m.source(scope, value.at)),)) if isinstance(key, str) else v.Constant(key)
            rows.append({"keys": named, "values": item}.get(name) or v.Sequence([named, item], "tuple"))
        rest: v.Value = value.rest if name == "values" else v.Sequence([v.UNKNOWN, value.rest], "tuple")
        return v.Sequence(
            rows, "list", value.open, v.UNKNOWN if name == "keys" else rest, node.at, scope.file, value.taint
        )
    if name == "update":
        other = args[0] if args else None
        if isinstance(other, v.Mapping):
            for key, item in other.entries.items():
                value.entries[key] = join(value.entries[key], item) if m.arms and key in value.entries else item
            value.open = value.open or other.open
        else:
            value.open = True
        unknown = other.rest if isinstance(other, v.Mapping) else v.Unknown(v.taint_of(*args))
        if (not isinstance(other, v.Mapping) or other.open) and v.taint_of(unknown):
            value.rest = join(value.rest, v.Unknown(v.taint_of(value.rest, unknown)))
        return v.Constant(None)
    if name == "copy":
        return v.Mapping(dict(value.entries), value.open, value.rest, node.at, scope.file, value.taint, value.kind)
    return None
