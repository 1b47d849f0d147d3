"""Functions of the standard library that make texts and containers: paths, the environment, built-ins.

Each takes ``(machine, args, keywords, scope, node)``. What touches artifacts stands in the knowledge tables instead.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from mltd import facts
from mltd.flow import values as v
from mltd.flow.convert import constant, names_in, product, to_text
from mltd.flow.frames import Frame, Names
from mltd.flow.joining import join
from mltd.flow.machine import MAX_ITEMS, Machine
from mltd.flow.texts import TREE, Part, Text, basename, hole, join_paths, literal, parent, stem

Args = list[v.Value]
Keywords = dict[str, v.Value]


def _texts(m: Machine, value: v.Value, scope: v.Scope, node: Any) -> tuple[Text, ...]:
    return to_text(m, value, scope, node.at)


def _each(change: Callable[[Text], Text], path: bool = False) -> Callable[..., v.Value]:
    def call(m: Machine, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
        if not args:
            return v.UNKNOWN
        found = tuple(dict.fromkeys(change(text) for text in _texts(m, args[0], scope, node)))
        return v.Texts(found, path, v.taint_of(args[0]))

    return call


def _joined(path: bool) -> Callable[..., v.Value]:
    def call(m: Machine, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
        taint = v.taint_of(*args)
        if not args:
            return v.Texts((literal(".", m.source(scope, node.at)),), path)
        combined = product([_texts(m, value, scope, node) for value in args])
        if combined is None:
            return v.Unknown(taint, "path")
        return v.Texts(tuple(dict.fromkeys(join_paths(texts[0], texts[1:]) for texts in combined)), path, taint)

    return call


def _here(m: Machine, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    known = m.folder is not None and m.folder.template.startswith(TREE)
    return v.Texts((m.folder if known and m.folder is not None else literal(".", m.source(scope, node.at)),), True)


def _next(m: Machine, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    """The first of several, or the default of none; of an iterator that stands somewhere, any."""
    from mltd.flow.displays import iterate

    if not args:
        return v.UNKNOWN
    items, complete = iterate(m, args[0], scope, node)
    if complete and items and isinstance(node, facts.Call) and isinstance(node.args[0], facts.Comp):
        return items[0]
    if complete and not items and len(args) > 1:
        return args[1]
    for item in (*items, *args[1:]):
        m.escape(item, "one of several", m.site(scope, node))
    return v.Unknown(v.taint_of(*args))


def _chdir(m: Machine, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    m.go_to(args[0] if args else keywords.get("path", v.UNKNOWN), scope, node)
    return v.Constant(None)


def _splitext(m: Machine, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    if not args:
        return v.UNKNOWN
    found = [stem(text) for text in _texts(m, args[0], scope, node)]
    roots = v.Texts(tuple(dict.fromkeys(root for root, _end in found)), taint=v.taint_of(args[0]))
    ends = v.Texts(tuple(dict.fromkeys(end for _root, end in found)), taint=v.taint_of(args[0]))
    return v.Sequence([roots, ends], "tuple", at=node.at, file=scope.file)


def _split(m: Machine, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    if not args:
        return v.UNKNOWN
    found = _texts(m, args[0], scope, node)
    parts: list[v.Value] = [
        v.Texts(tuple(dict.fromkeys(map(parent, found)))),
        v.Texts(tuple(dict.fromkeys(map(basename, found)))),
    ]
    return v.Sequence(parts, "tuple", at=node.at, file=scope.file)


def _environment(m: Machine, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    default = args[1] if len(args) > 1 else keywords.get("default")
    if isinstance(default, v.Texts):
        return v.Texts(via(default, "environment").alternatives, taint=default.taint)
    if isinstance(default, v.Constant) and default.value is not None:
        return dataclasses.replace(default, at=node.at, file=scope.file, via="environment")
    return v.Texts((hole(m.source(scope, node.at, "environment")),))


def _via(source: Any, via: str) -> Any:
    return type(source)(source.file, source.at, via)


def via(value: v.Value, how: str) -> v.Value:
    """The same text or constant, marked with how it came in."""
    if isinstance(value, v.Constant):
        return dataclasses.replace(value, via=how)
    if not isinstance(value, v.Texts):
        return value
    marked = tuple(
        Text(tuple(Part(part.text, _via(part.source, how)) for part in text.parts)) for text in value.alternatives
    )
    return v.Texts(marked, value.path, value.taint)


def _str(m: Machine, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    m.escape_all(args, "made a text", scope, node)
    if not args:
        return v.Texts((literal("", m.source(scope, node.at)),))
    return v.Texts(_texts(m, args[0], scope, node), False, v.taint_of(args[0]))


def _repr(m: Machine, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    text = _str(m, args, keywords, scope, node)
    return v.Unknown(text.taint) if args and isinstance(args[0], v.Texts) else text


def _sequence(kind: str) -> Callable[..., v.Value]:
    def call(m: Machine, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
        from mltd.flow.displays import iterate

        if not args:
            return v.Sequence([], kind, at=node.at, file=scope.file)
        value = args[0]
        items, complete = iterate(m, value, scope, node)
        if not complete:
            rest = items[-1] if items else v.UNKNOWN
            if isinstance(value, Frame) and value.origins:
                rest = Names(value, known=frozenset(value.columns))
            return v.Sequence(list(items[:-1]), kind, True, rest, node.at, scope.file, v.taint_of(value))
        rest = value.rest if isinstance(value, v.Sequence) and isinstance(value.rest, Names) else v.UNKNOWN
        return v.Sequence(list(items[:MAX_ITEMS]), kind, False, rest, node.at, scope.file, v.taint_of(value))

    return call


def _range(m: Machine, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    bounds = [constant(value) for value in args]
    if bounds and all(isinstance(bound, int) for bound in bounds) and not (len(bounds) == 3 and bounds[2] == 0):
        numbers = range(*(bound for bound in bounds if isinstance(bound, int)))
        if len(numbers) <= MAX_ITEMS:
            items: list[v.Value] = [v.Constant(number, scope.file, node.at) for number in numbers]
            return v.Sequence(items, "list", at=node.at, file=scope.file)
    return v.Sequence([], "list", True, v.UNKNOWN, node.at, scope.file)


def _enumerate(m: Machine, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    from mltd.flow.displays import iterate

    if not args:
        return v.UNKNOWN
    items, complete = iterate(m, args[0], scope, node)
    start = constant(args[1] if len(args) > 1 else keywords.get("start", v.Constant(0)))
    rows: list[v.Value] = []
    for index, item in enumerate(items):
        number: v.Value = (
            v.Constant(start + index, scope.file, node.at) if complete and isinstance(start, int) else v.UNKNOWN
        )
        rows.append(v.Sequence([number, item], "tuple"))
    if complete:
        return v.Sequence(rows, "list", at=node.at, file=scope.file, taint=v.taint_of(args[0]))
    return v.Sequence([], "list", True, rows[-1] if rows else v.UNKNOWN, node.at, scope.file, v.taint_of(args[0]))


def _zip(m: Machine, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    from mltd.flow.displays import iterate

    columns = [iterate(m, value, scope, node) for value in args if not isinstance(value, v.Constant)]
    if not columns:
        return v.Unknown(v.taint_of(*keywords.values()))
    complete = all(whole for _items, whole in columns)
    rows: list[v.Value] = [
        v.Sequence(list(row), "tuple") for row in zip(*(items for items, _w in columns), strict=False)
    ]
    if complete:
        return v.Sequence(rows, "list", at=node.at, file=scope.file, taint=v.taint_of(*args))
    # As far as one of them is known, each of its names and numbers stands beside some item of the others.
    plain = all(isinstance(one, (v.Texts, v.Constant)) for items, whole in columns if whole for one in items)
    known = min((len(items) for items, whole in columns if whole), default=0) if plain else 0
    rest = v.Sequence([items[-1] if items else v.UNKNOWN for items, _w in columns], "tuple")
    sides = [items if whole else [rest.items[place]] * known for place, (items, whole) in enumerate(columns)]
    rows = [v.Sequence(list(row), "tuple") for row in zip(*sides, strict=False)]
    return v.Sequence(rows, "list", True, rest, node.at, scope.file, v.taint_of(*args))


def _product(m: Machine, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    from mltd.flow.displays import iterate

    rows: list[list[v.Value]] = [[]]
    complete = True
    for value in args:
        items, whole = iterate(m, value, scope, node)
        complete = complete and whole
        rows = [[*row, item] for row in rows for item in items][:200]
    found: list[v.Value] = [v.Sequence(row, "tuple") for row in rows]
    if complete and len(found) < 200:
        return v.Sequence(found, "list", at=node.at, file=scope.file)
    return v.Sequence([], "list", True, found[0] if found else v.UNKNOWN, node.at, scope.file, v.taint_of(*args))


def _dict(m: Machine, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    entries: dict[v.Key, v.Value] = {key: value for key, value in keywords.items() if key not in ("*", "**")}
    result = v.Mapping(dict(entries), at=node.at, file=scope.file)
    if args:
        first = args[0]
        if isinstance(first, v.Mapping):
            result.entries = {**first.entries, **entries}
            result.open, result.rest = first.open, first.rest
        elif isinstance(first, v.Sequence) and not first.open:
            for row in first.items:
                key = constant(row.items[0]) if isinstance(row, v.Sequence) and len(row.items) == 2 else None
                if key is None:
                    result.open = True
                    result.rest = v.Unknown(v.bounded(v.taint_of(result.rest, row)))
                else:
                    result.entries[key] = row.items[1]
        else:
            m.escape(first, "made a dictionary", m.site(scope, node))
            result.open = True
            result.rest = v.Unknown(v.taint_of(first))
    if "**" in keywords:
        result.open = True
    return result


def _first(m: Machine, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    return args[0] if args else v.UNKNOWN


def _getattr(m: Machine, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    from mltd.flow.lookups import attribute

    if len(args) >= 2:
        name = constant(args[1])
        if isinstance(name, str):
            if isinstance(args[0], v.Module):
                inner = m.scopes.get(args[0].path)
                return inner.names.get(name, v.UNKNOWN) if inner else v.UNKNOWN
            found = attribute(m, args[0], name, scope, node)
            return join(found, args[2]) if len(args) > 2 and isinstance(found, v.Texts) else found
    m.escape_all(args, "looked into by a name that is not known", scope, node)
    return v.Unknown(v.taint_of(*args))


def _partial(m: Machine, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    if not args:
        return v.UNKNOWN
    return v.Partial(args[0], tuple(args[1:]), tuple(keywords.items()), v.taint_of(*args))


def _map(m: Machine, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    from mltd.flow.calls import call_value
    from mltd.flow.displays import iterate

    if len(args) < 2:
        return v.UNKNOWN
    items, complete = iterate(m, args[1], scope, node)
    if complete and len(items) <= 40:
        results = [call_value(m, args[0], [item], {}, scope, node) for item in items]
        return v.Sequence(results, "list", at=node.at, file=scope.file)
    result = call_value(m, args[0], [items[0] if items else v.UNKNOWN], {}, scope, node)
    return v.Sequence([], "list", True, result, node.at, scope.file, v.taint_of(*args))


#: Values that are reduced one by one; of more, two stand for all.
_MOST_REDUCED = 20


def _reduce(m: Machine, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    """``functools.reduce``: one value of all of them, two by two."""
    from mltd.flow.calls import call_value
    from mltd.flow.displays import iterate

    if len(args) < 2:
        return v.UNKNOWN
    items, complete = iterate(m, args[1], scope, node)
    items = [*args[2:3], *items] if complete and len(items) <= _MOST_REDUCED else [*args[2:3], *items[:1], *items[:1]]
    if not items:
        return v.UNKNOWN
    result = items[0]
    for item in items[1:]:
        result = call_value(m, args[0], [result, item], {}, scope, node)
    return result


def _call_first(m: Machine, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    """A function that calls its first argument on the rest (``joblib.delayed``, a pool's ``submit``)."""
    return args[0] if args else v.UNKNOWN


def _setdiff(m: Machine, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    """``numpy.setdiff1d`` of names."""
    gone = names_in(args[1]) if len(args) == 2 else None
    if gone is not None and isinstance(args[0], v.Sequence):
        items = [item for item in args[0].items if constant(item) not in gone]
        rest = args[0].rest.without(gone) if isinstance(args[0].rest, Names) else args[0].rest
        return v.Sequence(items, "list", args[0].open, rest, node.at, scope.file, args[0].taint)
    m.escape_all(args, "given to numpy.setdiff1d", scope, node)
    return v.Unknown(v.taint_of(*args), "array")


def _vars(m: Machine, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    value = args[0] if args else v.UNKNOWN
    if isinstance(value, v.Instance):
        entries: dict[v.Key, v.Value] = {}
        entries.update(value.attributes)
        return v.Mapping(entries, True, v.UNKNOWN, node.at, scope.file, v.taint_of(value))
    if isinstance(value, v.Object) and value.kind == "options":
        settings: dict[v.Key, v.Value] = {}
        settings.update(value.parts)
        return v.Mapping(settings, True, v.UNKNOWN, node.at, scope.file, value.taint)
    m.escape(value, "looked into as a whole", m.site(scope, node))
    return v.Unknown(v.taint_of(value))


def _namespace(m: Machine, args: Args, keywords: Keywords, scope: v.Scope, node: Any) -> v.Value:
    parts = {name: value for name, value in keywords.items() if name not in ("*", "**")}
    given = keywords.get("**")
    for value in (*args, *([given] if given is not None else [])):
        m.escape(value, "made a namespace", m.site(scope, node))
    return v.Object("types.SimpleNamespace", "options", parts=parts, taint=v.taint_of(*parts.values()))


_abspath = _each(lambda text: text)
_dirname = _each(parent)

STANDARD: dict[str, Callable[..., v.Value]] = {
    "os.path.join": _joined(False),
    "posixpath.join": _joined(False),
    "pathlib.Path": _joined(True),
    "pathlib.PurePath": _joined(True),
    "pathlib.PosixPath": _joined(True),
    "pathlib.Path.cwd": _here,
    "os.getcwd": _here,
    "os.chdir": _chdir,
    "os.path.abspath": _abspath,
    "os.path.realpath": _abspath,
    "os.path.normpath": _abspath,
    "os.path.expanduser": _abspath,
    "os.path.expandvars": _abspath,
    "os.fspath": _abspath,
    "os.path.dirname": _dirname,
    "os.path.basename": _each(basename),
    "os.path.splitext": _splitext,
    "os.path.split": _split,
    "os.getenv": _environment,
    "os.environ.get": _environment,
    "os.environ.setdefault": _environment,
    "builtins.str": _str,
    "builtins.repr": _repr,
    "builtins.list": _sequence("list"),
    "builtins.tuple": _sequence("tuple"),
    "builtins.set": _sequence("set"),
    "builtins.frozenset": _sequence("set"),
    "builtins.sorted": _sequence("list"),
    "builtins.reversed": _sequence("list"),
    "builtins.iter": _first,
    "builtins.next": _next,
    "builtins.range": _range,
    "builtins.enumerate": _enumerate,
    "builtins.zip": _zip,
    "itertools.product": _product,
    "numpy.setdiff1d": _setdiff,
    "builtins.dict": _dict,
    "collections.OrderedDict": _dict,
    "builtins.getattr": _getattr,
    "builtins.vars": _vars,
    "types.SimpleNamespace": _namespace,
    "argparse.Namespace": _namespace,
    "builtins.map": _map,
    "functools.reduce": _reduce,
    "functools.partial": _partial,
    "joblib.delayed": _call_first,
    "tqdm.tqdm": _first,
    "tqdm.auto.tqdm": _first,
    "tqdm.notebook.tqdm": _first,
    "tqdm.tqdm_notebook": _first,
    "tqdm.autonotebook.tqdm": _first,
    "copy.copy": _first,
    "copy.deepcopy": _first,
    "typing.cast": lambda m, args, keywords, scope, node: args[1] if len(args) > 1 else v.UNKNOWN,
}
