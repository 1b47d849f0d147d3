"""Identifiers as Python knows them: in Unicode's normal form NFKC."""

from __future__ import annotations

import re
from unicodedata import is_normalized, normalize

import libcst as cst

_WORD = re.compile(r"\w*[^\x00-\x7f]\w*")


def normalise(module: cst.Module, text: str) -> None:
    """Give the names of a module their normal form, in place, where the text holds any that are not."""
    if is_normalized("NFKC", text):
        return
    names = {word for word in _WORD.findall(text) if not is_normalized("NFKC", word) and word.isidentifier()}
    stack: list[cst.CSTNode] = [module] if names else []
    while stack:
        node = stack.pop()
        if isinstance(node, cst.Name) and node.value in names:
            object.__setattr__(node, "value", normalize("NFKC", node.value))
        stack.extend(node.children)
