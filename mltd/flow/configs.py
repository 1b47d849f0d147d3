"""Values out of the tree's own configuration files."""

from __future__ import annotations

import posixpath
from typing import Any

from mltd import facts
from mltd.flow import values as v
from mltd.flow.machine import Machine
from mltd.flow.texts import TREE, Source, literal, normal

#: Calls that parse a file or handle into data.
_LOADERS = frozenset({
    "yaml.safe_load", "yaml.load", "yaml.full_load", "yaml.unsafe_load", "json.load", "toml.load", "tomllib.load",
    "tomli.load", "omegaconf.OmegaConf.load", "ruamel.yaml.YAML.load", "hydra.compose", "box.Box.from_yaml",
})  # fmt: skip


def load_config(m: Machine, callee: str, named: v.Value, scope: v.Scope, node: Any) -> v.Value | None:
    """The data of a configuration file of the tree that a call loads, or None."""
    if callee not in _LOADERS:
        return None
    path = named.path if isinstance(named, v.Object) else named
    if not isinstance(path, v.Texts) or path.single is None or path.single.constant is None:
        return None
    found = find_file(m, path.single.constant, scope.file)
    content = m.files.get(found) if found is not None else None
    if found is None or not isinstance(content, facts.DataFacts) or not content.documents:
        return None
    if callee == "json.load" and _records(content.documents[0]):
        return None  # rows of a table
    return data_value(content.documents[0], found)


def _records(datum: facts.Datum) -> bool:
    return isinstance(datum.value, list) and any(isinstance(item.value, dict) for item in datum.value)


def find_file(m: Machine, path: str, file: str) -> str | None:
    """The file of the tree that a relative path most likely means: from the entry's folder upwards."""
    if path.startswith(TREE):
        inside = normal(path)[len(TREE) + 1 :]
        return inside if inside in m.names else None
    if path.startswith(("/", "~")) or "://" in path:
        return None
    for start in dict.fromkeys((m.entry, file)):
        folder = posixpath.dirname(start)
        while True:
            candidate = normal(posixpath.join(folder, path))
            if candidate in m.names:
                return candidate
            if not folder:
                break
            folder = posixpath.dirname(folder)
    return None


def data_value(datum: facts.Datum, file: str) -> v.Value:
    """A value of a configuration file."""
    at = facts.pack(datum.line or 1, 1)
    if isinstance(datum.value, dict):
        entries: dict[v.Key, v.Value] = {key: data_value(item, file) for key, item in datum.value.items()}
        return v.Mapping(entries, False, v.UNKNOWN, at, file, kind="config")
    if isinstance(datum.value, list):
        return v.Sequence([data_value(item, file) for item in datum.value], "list", at=at, file=file)
    if isinstance(datum.value, str):
        return v.Texts((literal(datum.value, Source(file, at, "config")),))
    return v.Constant(datum.value, file, at, via="config")
