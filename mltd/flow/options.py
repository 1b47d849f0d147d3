"""Options of a command line and settings: what a program is called with, by default."""

from __future__ import annotations

import dataclasses
import posixpath
from typing import Any

from mltd import facts
from mltd.flow import values as v
from mltd.flow.called import given, placed, texts
from mltd.flow.configs import data_value, find_file
from mltd.flow.convert import constant
from mltd.flow.machine import Machine
from mltd.flow.standard import via
from mltd.flow.texts import hole, literal

_PARSERS = frozenset(
    {
        "argparse.ArgumentParser",
        "configargparse.ArgumentParser",
        "jsonargparse.ArgumentParser",
        "transformers.HfArgumentParser",
    }
)
_OPTIONS = frozenset({"click.option", "click.argument", "typer.Option", "typer.Argument"})


def builder(
    m: Machine, name: str, args: list[v.Value], keywords: dict[str, v.Value], scope: v.Scope, node: Any
) -> v.Value | None:
    """Values made by option parsers and settings, or None for any other call."""
    if name in _PARSERS:
        return _parser()
    if name in _OPTIONS:
        return _option(m, name, args, keywords, scope, node)
    if name in ("builtins.get_ipython", "IPython.get_ipython"):
        return _shell()
    if name == "hydra.main":
        return _hydra(m, args, keywords, scope, node)
    if name == "dvc.api.params_show":
        found = find_file(m, "params.yaml", scope.file)
        content = m.files.get(found) if found else None
        if found and isinstance(content, facts.DataFacts) and content.documents:
            return data_value(content.documents[0], found)
    return None


def _shell() -> v.Object:
    """The IPython shell: what a notebook's ``!command`` and ``%run`` become."""

    def system(m: Machine, args: list[v.Value], keywords: dict[str, v.Value], scope: v.Scope, node: Any) -> v.Value:
        command = constant(args[0]) if args else None
        event = m.event("runs", "IPython.system", scope, node)
        event.extra["command"] = command.split() if isinstance(command, str) else []
        return v.Unknown(frozenset({event}))

    def magic(m: Machine, args: list[v.Value], keywords: dict[str, v.Value], scope: v.Scope, node: Any) -> v.Value:
        words = [known for value in args[:2] if isinstance(known := constant(value), str)]
        if words and words[0] == "run":
            event = m.event("runs", "IPython.run", scope, node)
            event.extra["command"] = ["python", *(words[1].split() if len(words) > 1 else [])]
        elif words and words[0] == "cd" and len(words) > 1:
            m.go_to(v.Texts((literal(words[1].strip().strip("'\""), m.source(scope, node.at)),)), scope, node)
        return v.UNKNOWN

    def cell(m: Machine, args: list[v.Value], keywords: dict[str, v.Value], scope: v.Scope, node: Any) -> v.Value:
        words = [known if isinstance(known := constant(value), str) else "" for value in args]
        if len(words) == 3 and words[0] in ("bash", "sh", "script", "shell"):
            for line in words[2].splitlines():
                event = m.event("runs", "IPython.system", scope, node)
                event.extra["command"] = line.split()
        elif len(words) == 3 and words[0] == "writefile" and words[1]:
            text = literal(words[1].split()[-1], m.source(scope, node.at))
            m.event("writes", "IPython.writefile", scope, node, paths=(text,), role="text")
        return v.UNKNOWN

    methods = {"system": system, "getoutput": system, "run_line_magic": magic, "run_cell_magic": cell}
    parts: dict[str, v.Value] = {f"\0method {name}": v.Native(call) for name, call in methods.items()}
    return v.Object("IPython.core.interactiveshell.InteractiveShell", "object", parts=parts)


def _parser() -> v.Object:
    options = v.Object("argparse.Namespace", "options")
    parser = v.Object("argparse.ArgumentParser", "parser", parts={"\0options": options})

    def add(m: Machine, args: list[v.Value], keywords: dict[str, v.Value], scope: v.Scope, node: Any) -> v.Value:
        names = [known for value in args if isinstance(known := constant(value), str)]
        chosen = constant(keywords.get("dest", v.UNKNOWN))
        long = [name for name in names if name.startswith("--")]
        first = long[0] if long else (names[0] if names else "")
        dest = chosen if isinstance(chosen, str) else first.lstrip("-").replace("-", "_")
        default = keywords.get("default")
        if default is None:
            flag = constant(keywords.get("action", v.UNKNOWN))
            switch = flag in ("store_true", "store_false")
            default = (
                v.Constant(flag == "store_false") if switch else v.Texts((hole(m.source(scope, node.at, "option")),))
            )
        if isinstance(default, v.Constant):
            default = v.Constant(default.value, scope.file, node.at)
        told = _asked(m, names, parser, via(default, "option"), keywords.get("type"))
        options.parts[dest] = told
        return v.UNKNOWN

    def parse(m: Machine, args: list[v.Value], keywords: dict[str, v.Value], scope: v.Scope, node: Any) -> v.Value:
        return options

    def parse_known(
        m: Machine, args: list[v.Value], keywords: dict[str, v.Value], scope: v.Scope, node: Any
    ) -> v.Value:
        return v.Sequence([options, v.UNKNOWN], "tuple")

    def group(m: Machine, args: list[v.Value], keywords: dict[str, v.Value], scope: v.Scope, node: Any) -> v.Value:
        return parser

    for method, call in (
        ("add_argument", add), ("parse_args", parse), ("parse_known_args", parse_known), ("add_argument_group", group),
        ("add_mutually_exclusive_group", group), ("add_subparsers", group), ("add_parser", group),
    ):  # fmt: skip
        parser.parts[f"\0method {method}"] = v.Native(call)
    return parser


def _asked(
    m: Machine, names: list[str], parser: v.Object | None, default: v.Value, kind: v.Value | None = None
) -> v.Value:
    """The value of an option or argument that is a text: what the commands that run the program give it, else its
    default; ``kind`` is its type."""
    commands = m.calls_of.get(m.entry, ())
    if not commands or not names:
        return default
    if names[0].startswith("-"):
        found = given(commands, names)
    elif parser is not None:
        number = parser.parts.get("\0places", v.Constant(0)).value
        parser.parts["\0places"] = v.Constant(number + 1)
        found = placed(commands, number)
    else:
        return default
    told = texts(found, default)
    if told is None or (isinstance(default, v.Constant) and default.value is not None):
        return default
    name = kind.name if isinstance(kind, v.External) else ""
    if kind is not None and not name.endswith((".str", ".Path")):
        return default
    return dataclasses.replace(told, path=name.endswith(".Path"))


def _option(
    m: Machine, name: str, args: list[v.Value], keywords: dict[str, v.Value], scope: v.Scope, node: Any
) -> v.Value:
    default = keywords.get("default")
    if name.startswith("typer.") and args:
        default = args[0]
    names = [known for value in args if isinstance(known := constant(value), str) and name.startswith("click.")]
    if isinstance(default, v.Constant) and default.value is not None:
        default = v.Constant(default.value, scope.file, node.at)
    value = via(default, "option") if isinstance(default, (v.Texts, v.Constant)) else default
    if value is None or (constant(value) is None and isinstance(value, v.Constant)):
        value = v.Texts((hole(m.source(scope, node.at, "option")),))
    if name.startswith("typer."):
        return value
    value = _asked(m, [known for known in names if known.startswith("-")], None, value)
    plain = [known for known in names if not known.startswith("-")]
    long = [known for known in names if known.startswith("--")]
    chosen = (plain or long or names or [""])[0].lstrip("-").replace("-", "_")
    return v.Object("click.Option", "option", parts={chosen.lower(): value})


def _hydra(m: Machine, args: list[v.Value], keywords: dict[str, v.Value], scope: v.Scope, node: Any) -> v.Value:
    folder = constant(keywords.get("config_path", args[0] if args else v.UNKNOWN))
    name = constant(keywords.get("config_name", args[1] if len(args) > 1 else v.UNKNOWN))
    if isinstance(name, str):
        stem = name if name.endswith((".yaml", ".yml")) else name + ".yaml"
        path = posixpath.normpath(
            posixpath.join(posixpath.dirname(scope.file), folder if isinstance(folder, str) else "", stem)
        )
        content = m.files.get(path)
        if isinstance(content, facts.DataFacts) and content.documents:
            return v.Object("hydra.main", "option", parts={"\0first": data_value(content.documents[0], path)})
    return v.Object("hydra.main", "option")


def option_default(function: v.Function, name: str, first: bool) -> v.Value | None:
    """What a decorator of a function gives to a parameter that the caller leaves out."""
    for decorator in function.decorators:
        if isinstance(decorator, v.Object) and decorator.kind == "option":
            if name in decorator.parts:
                return decorator.parts[name]
            if first and "\0first" in decorator.parts:
                return decorator.parts["\0first"]
    return None
