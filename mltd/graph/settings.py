"""Names of settings: the key of a configuration file, the option, the environment variable that a value came from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from mltd import facts
from mltd.flow import values as v
from mltd.flow.events import Site
from mltd.flow.program import nodes
from mltd.flow.texts import Text

if TYPE_CHECKING:
    from mltd.flow.machine import Machine

#: What declares an option, and what looks a variable of the environment up.
_OPTIONS = frozenset({"add_argument", "option", "argument", "Option", "Argument", "DEFINE_string", "add_option"})
_ENVIRONMENT = frozenset({"getenv", "get", "environ"})

#: A setting: its name, and where it is written.
Setting = tuple[str, Site]


class Settings:
    """The settings of a tree, by where their values are written."""

    def __init__(self, files: Mapping[str, facts.FileFacts], machine: Machine) -> None:
        self._files = files
        self._machine = machine
        self._keys: dict[str, dict[int, list[tuple[str, object]]]] = {}
        self._calls: dict[str, list[tuple[int, int, str]]] = {}

    def of_text(self, text: Text) -> Iterator[Setting]:
        """The settings that a path takes parts from."""
        for part in text.parts:
            source = part.source
            if source.via == "config":
                yield from self._key(source.file, source.at, part.text, inside=True)
            elif source.via in ("option", "environment"):
                name = self._call(source.file, source.at)
                if name:
                    yield name, Site(source.file, source.at, source.at + 1)

    def of_value(self, value: v.Value) -> Iterator[Setting]:
        """The settings that a parameter takes its value from."""
        if isinstance(value, v.Texts):
            for text in value.alternatives:
                yield from self.of_text(text)
        elif isinstance(value, v.Constant) and isinstance(self._files.get(value.file), facts.DataFacts):
            yield from self._key(value.file, value.at, value.value, inside=False)
        elif isinstance(value, v.Constant) and value.via in ("option", "environment"):
            name = self._call(value.file, value.at)
            if name:
                yield name, Site(value.file, value.at, value.at + 1)
        elif isinstance(value, (v.Mapping, v.Sequence)):
            items = value.entries.values() if isinstance(value, v.Mapping) else value.items
            for item in list(items)[:100]:
                if not isinstance(item, (v.Mapping, v.Sequence)):
                    yield from self.of_value(item)

    def _key(self, file: str, at: int, value: object, *, inside: bool) -> Iterator[Setting]:
        """``train.yaml::model.depth``: the key whose value is written there; ``inside`` if it holds the text."""
        if file not in self._keys:
            content = self._files.get(file)
            lines: dict[int, list[tuple[str, object]]] = defaultdict(list)
            if isinstance(content, facts.DataFacts):
                for document in content.documents:
                    for name, datum in _flat(document, ""):
                        lines[datum.line or 1].append((name, datum.value))
            self._keys[file] = lines
        for name, known in self._keys[file].get(facts.line_of(at), ()):
            same = known == value and type(known) is type(value)
            if same or (inside and isinstance(known, str) and isinstance(value, str) and value in known):
                yield f"{file}::{name}", Site(file, at, at + 1)
                return

    def _call(self, file: str, at: int) -> str:
        """The name of the option or variable whose declaration or look-up spans a position, the innermost."""
        if file not in self._calls:
            self._calls[file] = list(self._declarations(file))
        around = [(end - start, name) for start, end, name in self._calls[file] if start <= at < end]
        return min(around)[1] if around else ""

    def _declarations(self, file: str) -> Iterator[tuple[int, int, str]]:
        content = self._machine.modules.python.get(file)
        for body in range(len(content.index) if content is not None else 0):
            for node in nodes(self._machine.modules.block(file, body)):
                if (
                    isinstance(node, facts.Sub)
                    and _last(node.value) == "environ"
                    and isinstance(node.index, facts.Const)
                ):
                    yield node.at, node.to, f"${node.index.value}"
                if not isinstance(node, facts.Call):
                    continue
                words = [one.value for one in node.args if isinstance(one, facts.Const) and isinstance(one.value, str)]
                called = _last(node.func)
                if words and called in _OPTIONS:
                    long = [word for word in words if word.startswith("--")]
                    yield node.at, node.to, f"{file}::{(long or words)[0]}"
                elif words and called in _ENVIRONMENT and _of_environment(node.func):
                    yield node.at, node.to, f"${words[0]}"


def _last(node: facts.Expr) -> str:
    return node.name if isinstance(node, facts.Attr) else node.id if isinstance(node, facts.Name) else ""


def _of_environment(node: facts.Expr) -> bool:
    return _last(node) == "getenv" or (isinstance(node, facts.Attr) and _last(node.value) == "environ")


def _flat(datum: facts.Datum, prefix: str) -> Iterator[tuple[str, facts.Datum]]:
    if isinstance(datum.value, dict):
        for key, item in datum.value.items():
            yield from _flat(item, f"{prefix}.{key}" if prefix else str(key))
    elif isinstance(datum.value, list):
        for item in datum.value:
            yield from _flat(item, prefix)
    elif prefix:
        yield prefix, datum
