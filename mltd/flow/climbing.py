"""How programs find the folder of their project: by the name of the folder that they are run in, and by climbing to a
mark.

``if Path.cwd().name == "notebooks": root = root.parent`` says where the program is run, and
``for folder in [here, *here.parents]: if (folder / "setup.py").exists(): return folder`` which folder is meant: both
are looked up in the scanned tree. The folder that a file is started in is, for a climb, the file's own; the root of the
tree is the repository's.
"""

from __future__ import annotations

import itertools
import posixpath
from collections.abc import Iterator
from contextlib import contextmanager

from mltd import facts
from mltd.flow import values as v
from mltd.flow.convert import constant
from mltd.flow.machine import Machine
from mltd.flow.texts import TREE, Source, Text, literal, normal, parent

#: Folders climbed at most.
MAX_STEPS = 12
_ASKS = frozenset({"exists", "is_dir", "is_file"})
_ASKS_OF_OS = frozenset({"os.path.exists", "os.path.isdir", "os.path.isfile"})
#: What a path from the working folder is made of while it climbs.
_STEPS = frozenset({"", ".", ".."})
#: What marks a repository's top and is no file of it.
_TOP = frozenset({".git", ".hg"})


def run_in(m: Machine, test: facts.Expr, scope: v.Scope) -> Text | None:
    """The folder that a test asks whether the program runs in, where the file lies in or below a folder of that name:
    ``Path.cwd().name == "notebooks"``, ``os.path.basename(os.getcwd()) == "src"``, ``os.getcwd().endswith("src")``."""
    asked: facts.Expr | None = None
    name: facts.Expr | None = None
    if isinstance(test, facts.Compare) and test.ops == ["=="]:
        asked, name = _named(m, test.first, scope), test.others[0]
    elif isinstance(test, facts.Call) and isinstance(test.func, facts.Attr) and test.func.name == "endswith":
        asked, name = test.func.value, test.args[0] if len(test.args) == 1 else None
    if asked is None or not isinstance(name, facts.Const) or not isinstance(name.value, str):
        return None
    if not _is_here(m.evaluate(m, asked, scope)):
        return None
    folders = posixpath.dirname(scope.file).split("/")
    wanted = name.value.strip("/\\")
    if wanted not in folders:
        return None
    above = folders[: len(folders) - folders[::-1].index(wanted)]
    return literal("/".join([TREE, *above]), Source(scope.file, test.at))


@contextmanager
def standing(m: Machine, folder: Text, scope: v.Scope) -> Iterator[None]:
    """What is done where the program is known to run in a folder; one that it goes to meanwhile it stays in."""
    before, here = m.folder, {name: value for name, value in scope.names.items() if _is_here(value)}
    known = v.Texts((folder,), True)
    m.folder = folder
    scope.names |= dict.fromkeys(here, known)
    try:
        yield
    finally:
        scope.names |= {name: value for name, value in here.items() if scope.names.get(name) is known}
        if m.folder is folder:
            m.folder = before


def _is_here(value: v.Value) -> bool:
    return isinstance(value, v.Texts) and value.single is not None and value.single.template == "."


def _named(m: Machine, node: facts.Expr, scope: v.Scope) -> facts.Expr | None:
    """What an expression asks the last part of: ``X.name``, ``os.path.basename(X)``."""
    if isinstance(node, facts.Attr) and node.name == "name":
        return node.value
    if isinstance(node, facts.Call) and len(node.args) == 1 and isinstance(node.func, (facts.Name, facts.Attr)):
        function = m.evaluate(m, node.func, scope)
        if isinstance(function, v.External) and function.name == "os.path.basename":
            return node.args[0]
    return None


def chain(items: list[v.Value], scope: v.Scope) -> list[v.Value] | None:
    """The folders that a loop climbs through, each above the one before, as places of the tree; None for any other
    list."""
    texts = [item.single if isinstance(item, v.Texts) else None for item in items]
    if len(texts) < 2 or None in texts:
        return None
    known = [text for text in texts if text is not None]
    if any(parent(low).template != high.template for low, high in itertools.pairwise(known)):
        return None
    found = [_grounded(text, scope) for text in known]
    if found[0] is None:
        return None
    return [v.Texts((text,), True) for text in found if text is not None]


def climbed(m: Machine, node: facts.While, scope: v.Scope) -> bool:
    """Run a loop that climbs until a test fails: ``while not (p / "setup.py").exists(): p = p.parent``. False, and
    nothing done, if it is another loop, or no folder of the tree ends it."""
    steps = [statement for statement in node.body if isinstance(statement, facts.Assign)]
    target = steps[-1].targets[0] if steps else None
    if not isinstance(target, facts.Name) or node.orelse or not _up(steps[-1].value, target.id):
        return False
    before = scope.names.get(target.id)
    start = _grounded(before.single, scope) if isinstance(before, v.Texts) and before.single is not None else None
    for step in range(MAX_STEPS):
        here = None if start is None else _grounded(parent(start, step) if step else start, scope)
        if here is None:
            break
        scope.names[target.id] = v.Texts((here,), True)
        goes_on = holds(m, node.test, scope)
        if goes_on is None:
            break
        if not goes_on:
            return True
    if before is not None:
        scope.names[target.id] = before
    return False


def _up(node: facts.Expr | None, name: str) -> bool:
    """``name.parent``, ``os.path.dirname(name)``"""
    if isinstance(node, facts.Attr):
        return node.name == "parent" and isinstance(node.value, facts.Name) and node.value.id == name
    if isinstance(node, facts.Call) and isinstance(node.func, facts.Attr) and node.func.name == "dirname":
        return len(node.args) == 1 and isinstance(node.args[0], facts.Name) and node.args[0].id == name
    return False


def holds(m: Machine, test: facts.Expr, scope: v.Scope) -> bool | None:
    """Whether a test of a folder that is climbed to holds in the tree, or None if it asks something else."""
    if isinstance(test, facts.Unary) and test.op == "not":
        inner = holds(m, test.value, scope)
        return None if inner is None else not inner
    if isinstance(test, facts.Bool):
        left, right = holds(m, test.left, scope), holds(m, test.right, scope)
        decides = test.op == "or"
        if left is decides or right is decides:
            return decides
        return None if left is None or right is None else not decides
    if isinstance(test, facts.Compare) and len(test.ops) == 1:
        return _compared(m, test, scope)
    if not isinstance(test, facts.Call):
        return None
    if isinstance(test.func, facts.Name) and test.func.id in ("any", "all") and len(test.args) == 1:
        return _of_several(m, test.args[0], test.func.id == "any", scope)
    return _there(m, test, scope)


def _there(m: Machine, test: facts.Call, scope: v.Scope) -> bool | None:
    asked: facts.Expr | None = None
    if isinstance(test.func, facts.Attr) and test.func.name in _ASKS and not test.args:
        asked = test.func.value
    elif len(test.args) == 1 and isinstance(test.func, (facts.Name, facts.Attr)):
        function = m.evaluate(m, test.func, scope)
        if isinstance(function, v.External) and function.name in _ASKS_OF_OS:
            asked = test.args[0]
    path = m.evaluate(m, asked, scope) if asked is not None else None
    text = path.single if isinstance(path, v.Texts) else None
    known = text.constant if text is not None else None
    if known is None or not known.startswith(TREE):
        return None
    inside = normal(known)[len(TREE) + 1 :]
    if posixpath.basename(inside) in _TOP:
        return not posixpath.dirname(inside)
    return inside in m.names or inside in m.folders


def _compared(m: Machine, test: facts.Compare, scope: v.Scope) -> bool | None:
    """``p != p.parent``, which is so in a tree, and ``p.name == "project"``; the tree's own name may be any."""
    first, other = test.first, test.others[0]
    if test.ops[0] not in ("==", "!="):
        return None
    equal = test.ops[0] == "=="
    if any(isinstance(a, facts.Name) and _up(b, a.id) for a, b in ((first, other), (other, first))):
        return not equal
    asked = _named(m, first, scope)
    name = constant(m.evaluate(m, other, scope))
    path = m.evaluate(m, asked, scope) if asked is not None else None
    known = path.single.constant if isinstance(path, v.Texts) and path.single is not None else None
    if known is None or not known.startswith(TREE) or not isinstance(name, str):
        return None
    return (known == TREE or posixpath.basename(known) == name) == equal


def _of_several(m: Machine, node: facts.Expr, any_of: bool, scope: v.Scope) -> bool | None:
    """``any((folder / mark).exists() for mark in MARKS)``"""
    if not isinstance(node, facts.Comp) or len(node.loops) != 1 or not isinstance(node.loops[0].target, facts.Name):
        return None
    marks = m.evaluate(m, node.loops[0].iter, scope)
    if not isinstance(marks, v.Sequence) or marks.open or node.loops[0].conditions:
        return None
    found: list[bool | None] = []
    for mark in marks.items:
        inner = v.Scope(scope.file, {node.loops[0].target.id: mark}, scope, scope.body, "function")
        found.append(holds(m, node.element, inner))
    if any_of in found:
        return any_of
    return None if None in found else not any_of


def _grounded(text: Text, scope: v.Scope) -> Text | None:
    """A folder as a place of the tree, a relative one as seen from the file's own; None for one outside."""
    known = text.constant
    if known is None:
        return None
    if known.startswith(TREE):
        inside = normal("." + known[len(TREE) :])
    elif known.startswith("/") or not _STEPS.issuperset(known.split("/")):
        return None  # a name that was written out: meant from where the program runs
    else:
        inside = normal(posixpath.join(posixpath.dirname(scope.file), known))
    if inside.startswith(".."):
        return None
    source = text.parts[0].source if text.parts else Source(scope.file, 0)
    return literal(TREE if inside == "." else f"{TREE}/{inside}", source)
