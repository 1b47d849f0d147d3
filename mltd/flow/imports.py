"""Imports: which file a name comes from, and running a module's top level once."""

from __future__ import annotations

import posixpath
from typing import Any

from mltd import facts
from mltd.flow import values as v
from mltd.flow.machine import Machine
from mltd.flow.texts import TREE, literal


def run_module(m: Machine, path: str) -> v.Scope:
    """Run a module's top level once; a module that is being run (an import cycle) is given as it stands."""
    found = m.scopes.get(path)
    if found is not None:
        return found
    scope = m.scopes[path] = v.Scope(path, {})
    m.executed.add((path, 0))
    m.run_block(m, m.modules.block(path, 0), scope)
    return scope


def run_import(m: Machine, node: facts.Import, scope: v.Scope) -> bool:
    for dotted, bound in node.names:
        if bound:
            scope.names[bound] = module_value(m, dotted, scope, node)
        else:
            head = dotted.partition(".")[0]
            module_value(m, dotted, scope, node)
            scope.names[head] = module_value(m, head, scope, node)
    return True


def module_value(m: Machine, dotted: str, scope: v.Scope, node: Any) -> v.Value:
    """What ``import dotted`` gives: a module of the tree, or a library's name."""
    path = m.modules.absolute(dotted, scope.file)
    if path is None or (not m.modules.is_module(path) and m.knowledge.library(dotted) is not None):
        return v.External(dotted)
    _ran(m, path, scope, node)
    return v.Module(path, dotted)


def _ran(m: Machine, path: str, scope: v.Scope, node: Any) -> None:
    if not m.modules.is_module(path):
        return
    m.imports.setdefault(scope.file, {}).setdefault(path, m.site(scope, node))
    if path not in m.scopes:
        with m.entering(path):
            run_module(m, path)


def run_import_from(m: Machine, node: facts.ImportFrom, scope: v.Scope) -> bool:
    if node.level:
        path = m.modules.relative(node.module, node.level, scope.file)
        dotted = "." * node.level + node.module
    else:
        path = m.modules.absolute(node.module, scope.file)
        dotted = node.module
    if path is None or (not m.modules.is_module(path) and not node.level and m.knowledge.library(dotted) is not None):
        for name, bound in node.names:
            if name != "*":
                scope.names[bound or name] = v.External(f"{dotted}.{name}" if not node.level else "")
            elif not node.level and dotted not in m.stars.setdefault(scope.file, []):
                m.stars[scope.file].append(dotted)
        return True
    _ran(m, path, scope, node)
    for name, bound in node.names:
        if name == "*":
            _star(m, path, scope)
        else:
            scope.names[bound or name] = member(m, v.Module(path, dotted), name, scope, node)
    return True


def _star(m: Machine, path: str, scope: v.Scope) -> None:
    for name, value in dict(m.scopes[path].names if path in m.scopes else {}).items():
        if not name.startswith("_"):
            scope.names[name] = value


def member(m: Machine, module: v.Module, name: str, scope: v.Scope, node: Any) -> v.Value:
    """``module.name``: what the module binds, or a module inside the package."""
    inner = m.scopes.get(module.path)
    if inner is not None and name in inner.names:
        return inner.names[name]
    path = m.modules.submodule(module.path, name)
    if path is not None and path != scope.file:
        _ran(m, path, scope, node)
        return v.Module(path, f"{module.name}.{name}")
    if name == "__file__" and module.path:
        return v.Texts((literal(posixpath.join(TREE, module.path), m.source(scope, node.at)),))
    return v.UNKNOWN
