"""What the calls of known libraries do: tables in TOML, one file a library, and their loader.

Adding a library is adding a file here; users add tables of the same form under ``[tool.mltd.knowledge]``.
The form of a table is the form of :class:`Table`; every row says where the library documents it.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterable, Iterator
from importlib import resources
from typing import TypeVar

import msgspec

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

#: What a call does to the system.
VERBS = frozenset(
    {
        "reads",  # data from an artifact
        "writes",  # data to an artifact
        "loads",  # a model or fitted object from an artifact
        "saves",  # a model or fitted object to an artifact
        "opens",  # a handle whose mode says whether it reads or writes
        "lists",  # names of artifacts (glob, listdir)
        "copies",  # one artifact to another (shutil.copy, os.rename)
        "deletes",  # an artifact
        "makes",  # a value of a known type, nothing else
        "converts",  # a value of one ML package into a value of another: marshalling
        "shapes",  # marshalling inside one package: reshape, astype, tokenise, pad, order columns
        "derives",  # new values from values: dummies, bins, dates, pivots, pictures of another size
        "joins",  # tables: merge, join, concat
        "samples",  # rows of a table
        "scrapes",  # data from the network
        "measures",  # a statistic of rows: a mean, a deviation, counts
        "splits",  # data into parts for training and evaluation
        "fits",  # an estimator or transformer on data
        "transforms",  # data by a fitted transformer
        "predicts",  # by a fitted estimator
        "evaluates",  # metrics
        "searches",  # hyperparameters, cross-validation: fits inside
        "plots",
        "shows",  # to a person: print, display
        "logs",  # to a logger or tracker
        "serves",  # an HTTP or batch entry point
        "schedules",  # a step or pipeline of an orchestrator
        "runs",  # another program
        "loads-data",  # a released data set
    }
)

#: What a value is, as far as the analysis cares.
KINDS = frozenset(
    {
        "frame", "series", "array", "tensor", "matrix", "dataset", "loader", "estimator", "transformer", "network",
        "tokenizer", "prediction", "text", "path", "file", "connection", "splitter", "group", "metric", "object",
        "same", "parts", "names",
    }
)  # fmt: skip

#: What a library is for.
LIBRARY_KINDS = frozenset(
    {"frames", "arrays", "modelling", "storage", "tracking", "serving", "orchestration", "standard", "metrics", "plots"}
)


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Calls that do one thing.

    ``of`` is the dotted module or type that they belong to, ``names`` their last names; ``params`` the positional
    parameters in order, as far as a later field names one. ``path`` names the parameter that holds the artifact's
    name (``self`` for a method's own object), ``to`` the second
    artifact of a copy; ``data`` the parameters that hold the data read from the caller: what is written, fitted on,
    predicted for, converted. ``gives`` is a kind, or a type of a table. ``role`` says what the artifact holds where
    the call decides it: table, model, array, text, image, metrics, checkpoint, config. ``ending`` is what the library
    adds to the name of a file that does not end so. ``registers`` is the parameter
    that gives a model a name in a registry. ``attribute`` says that it is had without a call (``spark.read``).

    ``params`` are written as Python writes them: what follows ``*`` is given by keyword alone, ``*name`` stands for
    the remaining positional arguments and ``**name`` for the remaining keywords. The same holds for the other rows.
    """

    of: str
    names: list[str]
    does: str
    doc: str
    params: list[str] = []
    path: str = ""
    ending: str = ""
    to: str = ""
    data: list[str] = []
    gives: str = ""
    role: str = ""
    registers: str = ""
    mode: str = ""  #: the parameter that says whether the handle reads or writes
    #: the parameter that says that one row may be drawn twice; ``!name`` where it may if that is not given
    again: str = ""
    #: what a fit is evaluated on while it learns: other data, or the share of its own to set apart
    checks: list[str] = []
    attribute: bool = False
    fills: bool = False  #: its object is what it is given from then on: the weights of a network


class FrameRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What methods and attributes of a frame type do with its columns.

    ``effect``: ``same`` (the result has the same columns), ``part`` (rows or columns of it that cannot be told: the
    result may have them all), ``count`` (no column is used: shape, index, len), ``whole`` (all columns are used),
    ``select`` (only the columns named by ``columns``), ``drop``, ``rename``, ``add`` (keywords are new columns),
    ``set`` (like ``same``, replaces values), ``join`` (with the frame in ``other``), ``stack`` (with the frames in
    ``other``), ``group`` (a grouping by ``columns``), ``series`` (a value per row computed from all columns), ``show``.
    ``columns`` are the parameters whose strings name columns that are used (keys, subsets); ``inplace`` the parameter
    that makes it change the frame itself; ``rows`` says that the result has some of the rows only.
    """

    of: str
    names: list[str]
    effect: str
    doc: str
    params: list[str] = []
    columns: list[str] = []
    other: str = ""
    inplace: str = ""
    rows: bool = False


class Type(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Classes of a library: ``names`` are dotted, a last part ``*`` stands for every capitalised name of that module.

    ``kind`` is one of ``KINDS``; ``like`` the type whose rows hold for it as well. Calling the class makes a value of
    it: ``data`` and ``params`` then mean what they mean in :class:`Row`, and ``does`` is ``makes`` unless the
    constructor does more (a booster's matrix ``converts``).
    """

    names: list[str]
    kind: str
    doc: str
    like: str = ""
    does: str = "makes"
    params: list[str] = []
    data: list[str] = []
    path: str = ""
    learns: str = ""  #: of a transformer: ``nothing`` of its data, or only which ``categories`` there are


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One library. ``modules`` are the import roots; ``ml`` says whether it is an ML package."""

    library: str
    kind: str
    modules: list[str]
    doc: str
    ml: bool = False
    types: list[Type] = []
    calls: list[Row] = []
    frames: list[FrameRow] = []


def parse(text: str, origin: str) -> Table:
    """A table from TOML. Raises ``ValueError`` naming ``origin`` and what is wrong."""
    try:
        table = msgspec.convert(tomllib.loads(text), Table)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"{origin}: {error}") from error
    problems = mistakes(table)
    if problems:
        raise ValueError(f"{origin}: " + "; ".join(problems))
    return table


def mistakes(table: Table) -> list[str]:
    """What a well-formed table says in words that do not exist."""
    problems = [
        f"{row.of}.{row.names[0] if row.names else '?'}: unknown verb {row.does!r}"
        for row in table.calls
        if row.does not in VERBS
    ]
    problems += [
        f"{kind.names[0] if kind.names else '?'}: unknown kind {kind.kind!r}"
        for kind in table.types
        if kind.kind not in KINDS
    ]
    problems += [f"unknown library kind {table.kind!r}"] * (table.kind not in LIBRARY_KINDS)
    return problems


@functools.cache
def built_in() -> tuple[Table, ...]:
    """The tables that ship with the program, by file name."""
    files = sorted(resources.files(__package__).iterdir(), key=lambda file: file.name)
    return tuple(parse(file.read_text("utf-8"), file.name) for file in files if file.name.endswith(".toml"))


#: Kinds of values that are not known by their type, and the types whose methods they have.
_HOMES = {
    "array": ("numpy.ndarray", "scipy.sparse.csr_matrix"), "prediction": ("numpy.ndarray", "torch.Tensor"),
    "tensor": ("torch.Tensor", "tensorflow.Tensor"), "series": ("pandas.Series",),
    "matrix": ("scipy.sparse.csr_matrix",),
}  # fmt: skip
#: Methods that only arrays, tensors and matrices have.
_ONLY_ARRAYS = frozenset({
    "reshape", "ravel", "flatten", "squeeze", "unsqueeze", "toarray", "todense", "tocsr", "tocsc", "numpy", "permute",
    "astype", "to_numpy",
})  # fmt: skip

_R = TypeVar("_R", Row, FrameRow)


class Knowledge:
    """Tables, indexed for the questions that the flow asks."""

    def __init__(self, tables: Iterable[Table]) -> None:
        self.libraries: dict[str, Table] = {}
        self._calls: dict[str, Row] = {}
        self._frames: dict[str, FrameRow] = {}
        self._types: dict[str, Type] = {}
        self._families: dict[str, Type] = {}
        #: answers, as the same is asked again and again
        self._typed: dict[str, Type | None] = {}
        self._called: dict[str, Row | None] = {}
        for table in tables:
            for module in table.modules:
                self.libraries.setdefault(module, table)
            for row in table.calls:
                self._calls.update({f"{row.of}.{name}": row for name in row.names})
            for frame in table.frames:
                self._frames.update({f"{frame.of}.{name}": frame for name in frame.names})
            for kind in table.types:
                for name in kind.names:
                    head, _, last = name.rpartition(".")
                    if last == "*":
                        self._families[head] = kind
                    else:
                        self._types[name] = kind

    def type(self, name: str) -> Type | None:
        """The type of a dotted class name."""
        if name in self._typed:
            return self._typed[name]
        found = self._types.get(name)
        if found is None:
            head, _, last = name.rpartition(".")
            if last[:1].isupper() and not last.isupper():
                found = self._families.get(head)
        self._typed[name] = found
        return found

    def call(self, name: str) -> Row | None:
        """The row of a dotted call, ``module.function`` or ``type.method``; a type's ``like`` is followed."""
        if name not in self._called:
            self._called[name] = self._look(name, self._calls)
        return self._called[name]

    def frame(self, name: str) -> FrameRow | None:
        """The frame row of ``type.method`` or ``type.attribute``."""
        return self._look(name, self._frames)

    def _look(self, name: str, rows: dict[str, _R]) -> _R | None:
        found = rows.get(name)
        head, _, last = name.rpartition(".")
        for _step in range(4):
            if found is not None or not head:
                break
            kind = self.type(head)
            if kind is None or not kind.like:
                break
            head = kind.like
            found = rows.get(f"{head}.{last}")
        return found

    @functools.cached_property
    def _known(self) -> frozenset[str]:
        """All dotted names that something is known of, and the packages and types that they lie in."""
        names = [*self._calls, *self._types, *self._frames, *self._families, *self.libraries]
        return frozenset(prefix for name in names for prefix in _prefixes(name))

    def knows(self, name: str) -> bool:
        """Whether anything is known of a dotted name, or of what lies in it."""
        return name in self._known or self.type(name) is not None

    def form(self, kind: str, name: str) -> Row | None:
        """The row of a method that gives a value another form, by what kind of value it is; of one whose kind is not
        known only where the name is one that no other protocol has."""
        homes = _HOMES.get(kind, ())
        if kind in ("", "mask") and name in _ONLY_ARRAYS:
            homes = tuple(dict.fromkeys(home for all_of in _HOMES.values() for home in all_of))
        rows = (self._calls.get(f"{home}.{name}") for home in homes)
        return next((row for row in rows if row is not None and row.does in ("converts", "shapes")), None)

    def library(self, name: str) -> Table | None:
        """The table of the library that a dotted name belongs to."""
        while name:
            if name in self.libraries:
                return self.libraries[name]
            name = name.rpartition(".")[0]
        return None

    @functools.cached_property
    def statistics(self) -> frozenset[str]:
        """The last names of all calls that take a statistic of rows."""
        return frozenset(name.rpartition(".")[2] for name, row in self._calls.items() if row.does == "measures")

    @functools.cached_property
    def event_names(self) -> frozenset[str]:
        """The last names of all calls that do something to an artifact or a model: a cheap look at a body."""
        rows = {name.rpartition(".")[2] for name, row in self._calls.items() if row.does not in ("makes", "measures")}
        makers = {name.rpartition(".")[2] for name, kind in self._types.items() if kind.does != "makes" or kind.path}
        return frozenset(rows | makers)


def _prefixes(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition(".")[0]
