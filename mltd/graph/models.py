"""Which model is which: the calls that make, fit, save, load and use one estimator, brought together under one name.

A model that is saved where other code loads it is the model of that file; one that never leaves its program is named by
the function that makes it and its class. A transformer is an estimator that the knowledge calls so.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mltd.flow import values as v
from mltd.flow.events import Event, Site
from mltd.flow.frames import Column, Frame
from mltd.graph.artifacts import Artifact, call
from mltd.graph.together import Together

if TYPE_CHECKING:
    from mltd.graph.project import Project

#: Where an estimator is made (file, position, class), or the artifact that holds it.
Key = tuple[str, int, str]
_PREDICTING = frozenset({"estimator", "network", "searcher"})
_TRAINED = frozenset({"estimator", "network", "transformer", "searcher", "tokenizer"})
#: Packages that log a model under a name of the run, which says nothing of a file in the tree.
_TRACKERS = ("mlflow.", "wandb.", "neptune.", "comet_ml.", "clearml.")


@dataclass(slots=True)
class Model:
    """One model or transformer: ``sites`` are where it is made, fitted, saved and loaded, ``made`` its parameters by
    name, ``types`` its classes."""

    kind: str
    name: str
    sites: list[Site] = field(default_factory=list)
    fits: list[Event] = field(default_factory=list)
    types: set[str] = field(default_factory=set)
    parameters: list[v.Value] = field(default_factory=list)


class Models:
    """All models of a tree, and which one an event or an artifact means."""

    def __init__(self, project: Project, artifacts: list[Artifact]) -> None:
        self._together: Together[Key] = Together()
        self._read: dict[tuple[object, ...], list[Key]] = defaultdict(list)
        self._instances: dict[tuple[str, int], list[v.Instance]] = defaultdict(list)
        self._objects: dict[Key, v.Value] = {}
        self._symbols: dict[tuple[str, int], str] = {}
        self._kinds: dict[Key, str] = {}
        self._files = {one.name: one for one in artifacts if one.holds == "model"}
        for one in self._files.values():
            for use in one.uses:
                if not use.writes:
                    self._read[call(use.event)].append(("", 0, one.name))
        self._fits = [event for event in project.events if event.verb in ("fits", "searches")]
        self._predicts = [event for event in project.events if event.verb == "predicts"]
        keyed = [(event, key) for event in self._fits if (key := self._key_of(event)) is not None]
        for one in self._files.values():
            self._save(one)
        self._transformers(keyed)
        self._named = self._name(keyed)

    def _key_of(self, event: Event) -> Key | None:
        """The estimator that an event is about."""
        value = event.receiver
        if event.verb in ("fits", "searches"):
            if isinstance(event.result, v.Object) and event.receiver is None:
                value = event.result
            given = [one for one in event.data if isinstance(one, v.Instance) or getattr(one, "kind", "") == "network"]
            if (
                given
                and getattr(value, "kind", "") not in ("transformer", "searcher")
                and not isinstance(value, v.Instance)
            ):
                value = given[0]
        found = self._value(value)
        if found is None and event.verb == "searches":
            return None
        if found is None:
            found = (event.site.file, -1, event.site.symbol)
        self._made_in(found, event)
        if value is not None:
            self._objects.setdefault(found, value)
        return found

    def _made_in(self, key: Key, event: Event) -> None:
        """Which function an estimator is made in, as far as what happens to it there tells."""
        if key[0] == event.site.file:
            self._symbols.setdefault(key[:2], event.site.symbol)

    def _value(self, value: v.Value) -> Key | None:
        """The one estimator that a value is."""
        found = self._values(value)
        return found[0] if len({self._find(key) for key in found}) == 1 else None

    def _values(self, value: v.Value, depth: int = 0) -> list[Key]:
        """The estimators that a value may be: more than one where it is read from more than one file."""
        if value is None or depth > 8 or isinstance(value, (Frame, Column)):
            return []
        reads = [one for one in value.taint if call(one) in self._read]
        loads = sorted({key for one in reads for key in self._read[call(one)]})
        if isinstance(value, v.Object) and value.kind in _TRAINED:
            if any((one.site.file, one.site.at) == (value.file, value.at) for one in reads):
                return loads
            return [(value.file, value.at, value.type)]
        if isinstance(value, v.Instance):
            return [self._instance(value, depth)]
        fits = [one for one in value.taint if one.verb in ("fits", "searches") and one.receiver is not value]
        if fits and not loads:
            last = max(fits, key=lambda one: one.order)
            return self._values(last.receiver if last.receiver is not None else last.result, depth + 1)
        return loads

    def _instance(self, value: v.Instance, depth: int) -> Key:
        """An object of a class of the tree: the estimator that it wraps, if that is one, else itself."""
        inside = [one for one in value.attributes.values() if getattr(one, "kind", "") in _PREDICTING]
        if len(inside) == 1 and (wrapped := self._values(inside[0], depth + 1)):
            return wrapped[0]
        place = value.cls.file, value.cls.node.at
        known = self._instances[place]
        if not any(one is value for one in known):
            known.append(value)
        number = next(index for index, one in enumerate(known) if one is value)
        return *place, value.cls.node.name if not number else f"{value.cls.node.name}#{number + 1}"

    def _save(self, artifact: Artifact) -> None:
        """What is saved where other code loads it is the model of that file."""
        own = ("", 0, artifact.name)
        self._find(own)
        for use in artifact.uses:
            if use.writes and not use.event.callee.startswith(_TRACKERS):
                for value in _inside(use.event.data):
                    key = self._value(value)
                    if key is not None:
                        self._made_in(key, use.event)
                        self._objects.setdefault(key, value)
                        self._join(own, key)

    def _find(self, key: Key) -> Key:
        return self._together.root(key)

    def _join(self, first: Key, second: Key) -> None:
        one, other = sorted((self._find(first), self._find(second)))
        self._together.join(one, other)

    def _transformers(self, keyed: list[tuple[Event, Key]]) -> None:
        """What the knowledge calls a transformer, and what is fitted to transform and never predicts."""
        predicting = {self._find(key) for event in self._predicts for key in self._values(event.receiver)}
        for event, key in keyed:
            root = self._find(key)
            transforms = event.callee.endswith(".fit_transform") and root not in predicting
            if transforms or getattr(event.receiver, "kind", "") in ("transformer", "tokenizer"):
                self._kinds[root] = "transformer"

    def _name(self, keyed: list[tuple[Event, Key]]) -> dict[Key, Model]:
        groups: dict[Key, list[Key]] = defaultdict(list)
        used = [key for event in self._predicts for key in self._values(event.receiver)]
        for key in sorted({*self._together.members, *(key for _event, key in keyed), *used}):
            groups[self._find(key)].append(key)
        found: dict[Key, Model] = {}
        taken: dict[str, int] = defaultdict(int)
        for root, keys in sorted(groups.items()):
            files = [key[2] for key in keys if key[0] == ""]
            made = [key for key in keys if key[0]]
            kind = self._kinds.get(root, "model")
            name = files[0] if files else self._local(made[0])
            taken[name] += 1
            model = Model(kind, name if taken[name] == 1 else f"{name}#{taken[name]}")
            for key in made:
                self._describe(model, key)
            model.sites += [use.event.site for file in files for use in self._files[file].uses]
            found[root] = model
        for event, key in keyed:
            model = found[self._find(key)]
            model.fits.append(event)
            model.sites.append(event.site)
        for event in self._predicts:
            for key in self._values(event.receiver):
                if not found[self._find(key)].sites:
                    found[self._find(key)].sites.append(event.site)
        return found

    def _local(self, key: Key) -> str:
        file, at, name = key
        symbol = self._symbols.get((file, at), "")
        parts = [symbol] if at < 0 else [symbol, name.rpartition(".")[2]]
        inside = ".".join(part for part in parts if part)
        return f"{file}::{inside}" if inside else file

    def _describe(self, model: Model, key: Key) -> None:
        value = self._objects.get(key)
        if isinstance(value, v.Object):
            model.types.add(value.type.rpartition(".")[2])
            model.parameters += [part for name, part in value.parts.items() if name.startswith("\0")]
            if value.file:
                model.sites.append(Site(value.file, value.at, value.at + 1, self._symbols.get(key[:2], "")))
        elif isinstance(value, v.Instance):
            model.types.add(value.cls.node.name)
            model.sites.append(Site(value.cls.file, value.cls.node.at, value.cls.node.to, value.cls.node.name))

    # ------------------------------------------------------------------ questions

    @property
    def all(self) -> list[Model]:
        """Every model and transformer that is fitted, saved, loaded or predicts, by name."""
        return sorted(
            (model for model in self._named.values() if model.sites), key=lambda model: (model.kind, model.name)
        )

    def of(self, event: Event) -> list[Model]:
        """The models that a transformation or a prediction may be made with."""
        roots = sorted({self._find(key) for key in self._values(event.receiver)})
        return [self._named[root] for root in roots if root in self._named]

    def file(self, artifact: str) -> Model | None:
        """The model that an artifact holds."""
        return self._named.get(self._find(("", 0, artifact))) if artifact in self._files else None


def _inside(data: tuple[v.Value, ...]) -> list[v.Value]:
    """What is saved; of several things in one file, the only one of them that predicts."""
    found: list[v.Value] = []
    for value in data:
        items = value.items if isinstance(value, v.Sequence) else []
        items = list(value.entries.values()) if isinstance(value, v.Mapping) else items
        models = [one for one in items if getattr(one, "kind", "") in _PREDICTING]
        found += [value] if not items else models if len(models) == 1 else []
    return found
