"""Texts: what a string may be, as templates of constant parts and holes, each part with where it was written.

A text that names a file is resolved later against the folder its program runs in. ``TREE`` stands for the root of the
scanned tree: what ``__file__`` is made of.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass

#: The root of the scanned tree, as the first part of an absolute path.
TREE = "/\x02tree"
#: What a name in MLflow's registry of models begins with, as the path of an artifact.
#: https://mlflow.org/docs/latest/ml/model-registry/
REGISTRY = "models:/"
#: A hole, in the string form of a template.
HOLE = "\x01"
#: A template of more parts, or of more characters, than this is unknown.
MAX_PARTS = 64
MAX_LENGTH = 4_000


@dataclass(frozen=True, slots=True)
class Source:
    """Where a part was written: a file of the tree, a packed position, and how it came in.

    ``via`` is ``literal``, ``environment``, ``option``, ``config``, ``parameter``, ``listing`` or ``unknown``.
    """

    file: str
    at: int
    via: str = "literal"


@dataclass(frozen=True, slots=True)
class Part:
    """A constant part, or a hole where ``text`` is None."""

    text: str | None
    source: Source


@dataclass(frozen=True, slots=True)
class Text:
    """One template."""

    parts: tuple[Part, ...]

    @property
    def constant(self) -> str | None:
        """The whole string, if it has no hole."""
        if len(self.parts) == 1:
            return self.parts[0].text
        if any(part.text is None for part in self.parts):
            return None
        return "".join(part.text or "" for part in self.parts)

    @property
    def template(self) -> str:
        """The string with ``HOLE`` for each hole."""
        return "".join(HOLE if part.text is None else part.text for part in self.parts)

    def slice(self, start: int, stop: int | None = None) -> Text:
        """The characters from ``start`` to ``stop`` of the template, parts keeping their sources."""
        stop = len(self.template) if stop is None else stop
        kept: list[Part] = []
        position = 0
        for part in self.parts:
            length = 1 if part.text is None else len(part.text)
            low, high = max(start - position, 0), min(stop - position, length)
            if low < high:
                kept.append(part if part.text is None else Part(part.text[low:high], part.source))
            position += length
        return Text(tuple(kept))


def literal(text: str, source: Source) -> Text:
    """A constant text."""
    return Text((Part(text, source),))


def hole(source: Source) -> Text:
    """An unknown text."""
    return Text((Part(None, source),))


def concat(texts: Iterable[Text]) -> Text:
    """Texts one after the other; neighbouring holes are one."""
    parts: list[Part] = []
    for text in texts:
        for part in text.parts:
            if part.text == "" or (part.text is None and parts and parts[-1].text is None):
                continue
            parts.append(part)
    if len(parts) > MAX_PARTS or sum(len(part.text or "") for part in parts) > MAX_LENGTH:
        return hole(parts[0].source)
    return Text(tuple(parts))


_SLASH = Source("", 0, "literal")


def join_paths(first: Text, others: Iterable[Text]) -> Text:
    """``os.path.join``: a later absolute part starts anew."""
    result = first
    for other in others:
        template = other.template
        if template.startswith(("/", "~")) or "://" in template[:12] or not result.parts:
            result = other
        elif result.template.endswith("/"):
            result = concat([result, other])
        else:
            result = concat([result, literal("/", _SLASH), other])
    return result


def parent(text: Text, steps: int = 1) -> Text:
    """``os.path.dirname``, ``Path.parent``."""
    for _step in range(steps):
        template = text.template.rstrip("/") or text.template[:1]
        cut = template.rfind("/")
        if template == TREE or template.rpartition("/")[2] == "..":
            text = concat([text.slice(0, len(template)), literal("/..", _SLASH)])
        elif cut < 0:
            if HOLE in template:
                return hole(text.parts[0].source)
            source = text.parts[0].source if text.parts else _SLASH
            text = literal(".." if template in ("", ".") else ".", source)
        else:
            text = text.slice(0, max(cut, 1))
    return text


def basename(text: Text) -> Text:
    """``os.path.basename``, ``Path.name``."""
    return text.slice(text.template.rfind("/") + 1)


def stem(text: Text) -> tuple[Text, Text]:
    """``os.path.splitext``: what stands before the last dot of the last part, and the rest."""
    root, _extension = posixpath.splitext(text.template)
    return text.slice(0, len(root)), text.slice(len(root))


def normal(path: str) -> str:
    """A path without ``.``, ``..`` and doubled slashes; a scheme (``s3://``) is kept."""
    path = path.replace("\\", "/")
    scheme = re.match(r"[a-zA-Z][\w+.-]*://", path)
    if scheme:
        return scheme.group() + posixpath.normpath(path[scheme.end() :]).lstrip("/")
    return posixpath.normpath(path) if path else "."


def replace(text: Text, old: str, new: Text) -> Text:
    """``str.replace`` inside each constant part."""
    parts: list[Text] = []
    for part in text.parts:
        if part.text is None or not old or old not in part.text:
            parts.append(Text((part,)))
            continue
        pieces = part.text.split(old)
        for index, piece in enumerate(pieces):
            if index:
                parts.append(new)
            parts.append(literal(piece, part.source))
    return concat(parts)


def could_match(template: str, other: str) -> bool:
    """Whether two templates can be the same string; a hole stands for any run of characters without ``/``.

    Bounded by the product of the lengths.
    """
    if HOLE not in other:
        return _fits(template, other)
    if HOLE not in template:
        return _fits(other, template)
    first, second = _symbols(template), _symbols(other)
    reachable = {(0, 0)}
    todo = [(0, 0)]
    while todo:
        i, j = todo.pop()
        if i == len(first) and j == len(second):
            return True
        left = first[i] if i < len(first) else None
        right = second[j] if j < len(second) else None
        steps: list[tuple[int, int]] = []
        if left == HOLE:
            steps.append((i + 1, j))
            if right is not None and right != "/":
                steps.append((i, j + 1))
        if right == HOLE:
            steps.append((i, j + 1))
            if left is not None and left != "/":
                steps.append((i + 1, j))
        if left is not None and left == right and left != HOLE:
            steps.append((i + 1, j + 1))
        for step in steps:
            if step not in reachable:
                reachable.add(step)
                todo.append(step)
    return False


def _fits(template: str, text: str) -> bool:
    """Whether a template can be a constant string. Holes stay within one part of a path, where the leftmost place for
    each constant piece is as good as any."""
    first, second = template.split("/"), text.split("/")
    return len(first) == len(second) and all(map(_part_fits, first, second))


def _part_fits(template: str, text: str) -> bool:
    head, *pieces = template.split(HOLE)
    if not pieces:
        return template == text
    tail = pieces.pop()
    position, stop = len(head), len(text) - len(tail)
    if position > stop or not text.startswith(head) or not text.endswith(tail):
        return False
    for piece in pieces:
        position = text.find(piece, position, stop)
        if position < 0:
            return False
        position += len(piece)
    return True


def _symbols(template: str) -> str:
    return re.sub(HOLE + "+", HOLE, template)[:400]
