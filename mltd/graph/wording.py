"""What code calls a value: the names and texts of the statement that makes it, and of those that go on with it."""

from __future__ import annotations

from collections.abc import Iterator

from mltd import facts
from mltd.flow.events import Site
from mltd.flow.program import Modules, nodes, statements

#: Statements after it that may still speak of it.
_AFTER = 12


def says(modules: Modules, site: Site, word: str) -> bool:
    """Whether a word is in a name or text of the statement that a call stands in, or of one soon after that uses what
    it has assigned."""
    simple, own = _statements(modules, site)
    if own is None:
        return False
    named = _bound(simple[own])
    later = [one for one in simple[own + 1 : own + 1 + _AFTER] if named & set(_words(one))]
    return any(word in text.lower() for one in (simple[own], *later) for text in _words(one))


def inflates(modules: Modules, site: Site) -> bool:
    """Whether ``1 / (1 - r)`` is computed of what the statement of a call assigns: the factor by which the variance of
    a coefficient is inflated, for which a column is explained by the others (Belsley, Kuh, Welsch: *Regression
    Diagnostics*, 1980, chapter 3). That is no score of a model."""
    simple, own = _statements(modules, site)
    named = _bound(simple[own]) if own is not None else set()
    quotients = (node for one in simple for node in nodes(one) if isinstance(node, facts.Bin) and node.op == "/")
    return any(_is_one(one.left) and _is_what_is_left(one.right, named) for one in quotients)


def _statements(modules: Modules, site: Site) -> tuple[list[facts.Stmt], int | None]:
    """The simple statements of the body that a call stands in, and which of them holds it."""
    content = modules.python.get(site.file)
    if content is None:
        return [], None
    body = max((index for index, entry in enumerate(content.index) if entry.qualname == site.symbol), default=0)
    simple: list[facts.Stmt] = [one for one in statements(modules.block(site.file, body)) if not hasattr(one, "body")]
    return simple, next((index for index, one in enumerate(simple) if one.at <= site.at < one.to), None)


def _bound(statement: facts.Stmt) -> set[str]:
    return {target.id for target in getattr(statement, "targets", ()) if isinstance(target, facts.Name)}


def _is_one(node: facts.Expr) -> bool:
    return isinstance(node, facts.Const) and node.value == 1


def _is_what_is_left(node: facts.Expr, named: set[str]) -> bool:
    """``1 - r`` of one of some names."""
    if not isinstance(node, facts.Bin) or node.op != "-" or not isinstance(node.right, facts.Name):
        return False
    return _is_one(node.left) and node.right.id in named


def letters(name: str) -> str:
    """A name without what people write differently: ``Loan_Amount`` and ``loanAmount`` are one."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _words(statement: facts.Node) -> Iterator[str]:
    for node in nodes(statement):
        if isinstance(node, facts.Name):
            yield node.id
        elif isinstance(node, facts.Attr):
            yield node.name
        elif isinstance(node, facts.Const) and isinstance(node.value, str):
            yield node.value
