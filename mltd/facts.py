"""The facts of one file: a small language with positions, and its codec. A leaf.

Facts are path-free (equal files have equal facts) and hold no knowledge of any library. For Python they are a
compact tree of expressions and statements (below), one encoded *body* for the module and for each function, class
methods included, so that a reader decodes only the bodies that it asks for; and an index of what the bodies hold.
Configuration files become nested data with lines; Makefiles, container files, shell scripts, CI files and fenced
commands of a README become commands; files of SQL become statements with the tables that they read and write.

Positions are packed into one integer, ``line << 12 | column``, both from 1, columns in code points and capped at
4095: see :func:`line_of` and :func:`column_of`. ``at`` is the first character, ``to`` the one after the last. In a
notebook, lines count through the program made of all code cells; ``PythonFacts.cells`` leads back to the cell.
Inside an f-string every expression has the position of the whole f-string.
"""

from __future__ import annotations

from typing import Union

import msgspec

from mltd.sql import Statement

#: Raise it whenever the meaning or the shape of facts changes: caches of another number are rebuilt.
SCHEMA = 4


def pack(line: int, column: int) -> int:
    """One integer for a line and a column, both from 1."""
    return line << 12 | min(column, 4095)


def line_of(position: int) -> int:
    """The line, from 1, of a packed position."""
    return position >> 12


def column_of(position: int) -> int:
    """The column, from 1, of a packed position."""
    return position & 4095


class Node(msgspec.Struct, frozen=True, array_like=True, gc=False, tag_field="node"):
    """What all nodes of the language have in common: encoded as an array, tagged by a number."""


# ------------------------------------------------------------------ expressions


class Name(Node, frozen=True, tag=1):
    """``x``. Ends where the identifier ends."""

    id: str
    at: int

    @property
    def to(self) -> int:
        """The position after the last character."""
        return min(self.at + len(self.id), self.at | 4095)


class Const(Node, frozen=True, tag=2):
    """A literal string (implicitly joined ones already joined), number, boolean, None. Bytes, complex numbers,
    the ellipsis and integers beyond 64 bits are ``Other``."""

    value: Union[str, int, float, bool, None]
    at: int
    to: int


class Attr(Node, frozen=True, tag=3):
    """``value.name``"""

    value: Expr
    name: str
    at: int
    to: int


class Sub(Node, frozen=True, tag=4):
    """``value[index]``; several indices are a ``Seq`` of kind ``tuple``."""

    value: Expr
    index: Expr
    at: int
    to: int


class Call(Node, frozen=True, tag=5):
    """``func(*args, **keywords)``: ``names`` belong to the last ``len(names)`` of ``args``; ``*a`` and ``**k`` are
    ``Star`` among the arguments before those, in the order of the source among themselves."""

    func: Expr
    args: list[Expr]
    names: list[str]
    at: int
    to: int


class Join(Node, frozen=True, tag=6):
    """An f-string (or a concatenation holding one): constant parts are ``Const``, the others are expressions,
    ``Format`` where a conversion or a format specification stands."""

    parts: list[Expr]
    at: int
    to: int


class Format(Node, frozen=True, tag=7):
    """``{value!r:spec}`` inside an f-string; ``spec`` is empty where it is computed."""

    value: Expr
    conversion: str
    spec: str
    at: int
    to: int


class Bin(Node, frozen=True, tag=8):
    """``left op right``: ``+ - * / // % ** @ << >> | & ^``"""

    op: str
    left: Expr
    right: Expr
    at: int
    to: int


class Unary(Node, frozen=True, tag=9):
    """``op value``: ``- + ~ not``"""

    op: str
    value: Expr
    at: int
    to: int


class Bool(Node, frozen=True, tag=10):
    """``left and right``, ``left or right``, nested to the left as written."""

    op: str
    left: Expr
    right: Expr
    at: int
    to: int


class Compare(Node, frozen=True, tag=11):
    """``first op other ...``: ``== != < > <= >= is, is not, in, not in``"""

    first: Expr
    ops: list[str]
    others: list[Expr]
    at: int
    to: int


class IfExp(Node, frozen=True, tag=12):
    """``body if test else orelse``"""

    test: Expr
    body: Expr
    orelse: Expr
    at: int
    to: int


class Seq(Node, frozen=True, tag=13):
    """A display: ``kind`` is ``list``, ``tuple`` or ``set``; ``*x`` is a ``Star``."""

    kind: str
    items: list[Expr]
    at: int
    to: int


class Dict(Node, frozen=True, tag=14):
    """``{key: value}``; a ``**other`` has the key ``None`` and stands in ``values``."""

    keys: list[Union[Expr, None]]
    values: list[Expr]
    at: int
    to: int


class Comp(Node, frozen=True, tag=15):
    """A comprehension: ``kind`` is ``list``, ``set``, ``dict`` or ``generator``; ``key`` only for ``dict``."""

    kind: str
    key: Union[Expr, None]
    element: Expr
    loops: list[CompFor]
    at: int
    to: int


class CompFor(Node, frozen=True, tag=16):
    """``for target in iter if condition ...`` of a comprehension."""

    target: Expr
    iter: Expr
    conditions: list[Expr]


class Lambda(Node, frozen=True, tag=17):
    """``lambda params: value``"""

    params: list[Param]
    value: Expr
    at: int
    to: int


class Star(Node, frozen=True, tag=18):
    """``*value`` (``count`` 1) or ``**value`` (2)."""

    count: int
    value: Expr
    at: int
    to: int


class Slice(Node, frozen=True, tag=19):
    """``lower:upper:step`` inside a subscript."""

    lower: Union[Expr, None]
    upper: Union[Expr, None]
    step: Union[Expr, None]
    at: int
    to: int


class Walrus(Node, frozen=True, tag=20):
    """``(target := value)``"""

    target: Name
    value: Expr
    at: int
    to: int


class Yield(Node, frozen=True, tag=21):
    """``yield value``, ``yield from value``, ``await value``: ``kind`` is ``yield``, ``from`` or ``await``."""

    kind: str
    value: Union[Expr, None]
    at: int
    to: int


class Other(Node, frozen=True, tag=22):
    """A literal with no value of interest: bytes, the ellipsis, a complex number, an integer beyond 64 bits."""

    kind: str
    at: int
    to: int


Expr = Union[
    Name, Const, Attr, Sub, Call, Join, Format, Bin, Unary, Bool, Compare, IfExp, Seq, Dict, Comp, Lambda, Star, Slice,
    Walrus, Yield, Other,
]  # fmt: skip


class Param(Node, frozen=True, tag=23):
    """A parameter: ``kind`` is ``positional`` (before ``/``), ``normal``, ``args``, ``keyword`` (after ``*``) or
    ``kwargs``."""

    name: str
    kind: str
    default: Union[Expr, None]
    annotation: Union[Expr, None]
    at: int


# ------------------------------------------------------------------ statements


class Assign(Node, frozen=True, tag=40):
    """``a = b = value``, ``a: annotation = value``; ``value`` is None for a bare annotation."""

    targets: list[Expr]
    value: Union[Expr, None]
    annotation: Union[Expr, None]
    at: int
    to: int


class Aug(Node, frozen=True, tag=41):
    """``target op= value``; ``op`` without the equals sign."""

    target: Expr
    op: str
    value: Expr
    at: int
    to: int


class Do(Node, frozen=True, tag=42):
    """An expression as a statement. Docstrings are left out."""

    value: Expr
    at: int
    to: int


class Return(Node, frozen=True, tag=43):
    """``return value``"""

    value: Union[Expr, None]
    at: int
    to: int


class Raise(Node, frozen=True, tag=44):
    """``raise value from cause``"""

    value: Union[Expr, None]
    cause: Union[Expr, None]
    at: int
    to: int


class Delete(Node, frozen=True, tag=45):
    """``del targets``"""

    targets: list[Expr]
    at: int
    to: int


class Assert(Node, frozen=True, tag=46):
    """``assert test, message``"""

    test: Expr
    message: Union[Expr, None]
    at: int
    to: int


class If(Node, frozen=True, tag=47):
    """``if test: ... else: ...``; ``elif`` is an ``If`` alone in ``orelse``. ``to`` ends the header."""

    test: Expr
    body: list[Stmt]
    orelse: list[Stmt]
    at: int
    to: int


class While(Node, frozen=True, tag=48):
    """``while test: ... else: ...``"""

    test: Expr
    body: list[Stmt]
    orelse: list[Stmt]
    at: int
    to: int


class For(Node, frozen=True, tag=49):
    """``for target in iter: ... else: ...``"""

    target: Expr
    iter: Expr
    body: list[Stmt]
    orelse: list[Stmt]
    at: int
    to: int


class With(Node, frozen=True, tag=50):
    """``with items: ...``"""

    items: list[WithItem]
    body: list[Stmt]
    at: int
    to: int


class WithItem(Node, frozen=True, tag=51):
    """``value as target``"""

    value: Expr
    target: Union[Expr, None]


class Try(Node, frozen=True, tag=52):
    """``try: ... except type as name: ... else: ... finally: ...``"""

    body: list[Stmt]
    handlers: list[Handler]
    orelse: list[Stmt]
    final: list[Stmt]
    at: int
    to: int


class Handler(Node, frozen=True, tag=53):
    """``except kind as name: ...``"""

    kind: Union[Expr, None]
    name: str
    body: list[Stmt]


class Match(Node, frozen=True, tag=54):
    """``match subject: case ...``"""

    subject: Expr
    cases: list[Case]
    at: int
    to: int


class Case(Node, frozen=True, tag=55):
    """``case pattern if guard: ...``: ``values`` are the expressions compared with (value patterns, class names),
    ``captures`` the names bound; structure beyond that is not kept."""

    values: list[Expr]
    captures: list[str]
    guard: Union[Expr, None]
    body: list[Stmt]


class Def(Node, frozen=True, tag=56):
    """``def name(params): ...``; its statements are ``PythonFacts.bodies[body]``. ``to`` ends the header; ``at`` is
    the ``def`` (not the decorators)."""

    name: str
    params: list[Param]
    decorators: list[Expr]
    returns: Union[Expr, None]
    body: int
    flags: int  #: 1 async, 2 generator
    at: int
    to: int


class Class(Node, frozen=True, tag=57):
    """``class name(bases, key=word): block``; the block stands here, its methods are ``Def``."""

    name: str
    bases: list[Expr]
    names: list[str]  #: keyword names of the last ``len(names)`` bases (``metaclass=``)
    decorators: list[Expr]
    block: list[Stmt]
    at: int
    to: int


class Import(Node, frozen=True, tag=58):
    """``import a.b as c, d``: pairs of dotted name and bound name (empty where there is no ``as``)."""

    names: list[tuple[str, str]]
    at: int
    to: int


class ImportFrom(Node, frozen=True, tag=59):
    """``from ..module import a as b, *``: ``level`` counts the dots."""

    module: str
    level: int
    names: list[tuple[str, str]]
    at: int
    to: int


class Scope(Node, frozen=True, tag=60):
    """``global names`` or ``nonlocal names``."""

    kind: str
    names: list[str]
    at: int
    to: int


class Jump(Node, frozen=True, tag=61):
    """``break``, ``continue`` or ``pass``."""

    kind: str
    at: int
    to: int


Stmt = Union[
    Assign, Aug, Do, Return, Raise, Delete, Assert, If, While, For, With, Try, Match, Def, Class, Import, ImportFrom,
    Scope, Jump,
]  # fmt: skip

Block = list[Stmt]

# ------------------------------------------------------------------ files


class BodyIndex(msgspec.Struct, frozen=True, array_like=True):
    """What one body holds, known without decoding it.

    ``qualname`` is empty for the module and ``Outer.method`` or ``outer.inner`` else; ``parent`` the index of the
    enclosing body (-1 for the module). ``calls`` are the last names of what it calls, sorted, each once
    (``pd.read_csv(...)`` gives ``read_csv``); ``statements`` counts its own logical lines, nested bodies apart.
    """

    qualname: str
    parent: int
    at: int
    to: int
    statements: int
    calls: list[str]


class Comment(msgspec.Struct, frozen=True, array_like=True):
    """A comment, ``#`` included; ``own`` if nothing else stands on its line."""

    at: int
    text: str
    own: bool


class Cell(msgspec.Struct, frozen=True, array_like=True):
    """A code cell: its number among all cells from 1, the program lines it spans, the execution count that the
    notebook recorded (None if never run), and the physical line in the file of each of its lines."""

    number: int
    first_line: int
    last_line: int
    count: Union[int, None]
    physical: list[int]


class PythonFacts(msgspec.Struct, frozen=True, array_like=True, tag="python"):
    """A module or notebook. ``bodies[0]`` is the module's; each is an encoded list of statements.

    ``mentions`` are the identifiers that the file reads (names, attributes, imported names), the strings in it that
    look like an identifier or a dotted name, the names of Python files whose paths it says, and what lines of Python
    in its strings call, sorted, each once: who may be calling what by name.
    """

    lines: int
    index: list[BodyIndex]
    bodies: list[bytes]
    imports: list[str]  #: dotted names of imported modules as written, relative ones with their dots
    comments: list[Comment]
    mentions: list[str]
    cells: Union[list[Cell], None] = None


class Datum(msgspec.Struct, frozen=True, array_like=True):
    """A value of a configuration file and the line (from 1, or 0 where the format's reader does not tell) where it
    stands: a scalar, a list of data, or a mapping of names to data."""

    value: Union[str, int, float, bool, None, list[Datum], dict[str, Datum]]
    line: int = 0

    def plain(self) -> object:
        """The value as ordinary Python data, without lines."""
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        if isinstance(self.value, dict):
            return {key: item.plain() for key, item in self.value.items()}
        return self.value


class DataFacts(msgspec.Struct, frozen=True, array_like=True, tag="data"):
    """A configuration file: its documents in order (YAML may have several). ``format`` is yaml, toml, json, ini."""

    format: str
    documents: list[Datum]
    lines: int


class Command(msgspec.Struct, frozen=True, array_like=True):
    """A command line that someone or something runs.

    ``argv`` is the command split as a shell splits words, variables and substitutions that stay unknown kept as
    written (``$NAME``); ``folder`` where it runs relative to the file's own folder (``.`` unless ``cd`` or
    ``WORKDIR`` says otherwise, empty where unknown); ``target`` the Make target, CI job or stage it belongs to.
    """

    argv: list[str]
    folder: str
    line: int
    target: str = ""


class CommandFacts(msgspec.Struct, frozen=True, array_like=True, tag="commands"):
    """A file of commands: ``format`` is make, docker, shell, readme; in order. ``needs`` are Make's prerequisites
    of each target, ``copies`` a container file's pairs of source and destination."""

    format: str
    commands: list[Command]
    needs: dict[str, list[str]]
    copies: list[tuple[str, str]]
    lines: int


class TableFacts(msgspec.Struct, frozen=True, array_like=True, tag="table"):
    """A data file in the tree: its header's column names where the first line tells them."""

    format: str
    columns: list[str]


class SqlFacts(msgspec.Struct, frozen=True, array_like=True, tag="sql"):
    """A file of SQL: its statements in order, with the offsets of their tables in ``text``. What a template leaves open
    is a hole in the text (:data:`mltd.sql.HOLE`); a model's references stand there as the tables that they mean
    (``{{ ref('orders') }}``). ``statements`` is None for what does not parse."""

    text: str
    statements: Union[tuple[Statement, ...], None]


FileFacts = Union[PythonFacts, DataFacts, CommandFacts, TableFacts, SqlFacts]

_block_encoder = msgspec.msgpack.Encoder()
_block_decoder = msgspec.msgpack.Decoder(list[Stmt])
_facts_decoder: msgspec.msgpack.Decoder[FileFacts] = msgspec.msgpack.Decoder(FileFacts)


def encode_block(block: Block) -> bytes:
    """A body's statements as bytes."""
    return _block_encoder.encode(block)


def decode_block(data: bytes) -> Block:
    """The statements of a body. Raises ``msgspec.ValidationError`` on bytes that are none."""
    return _block_decoder.decode(data)


def said(node: object) -> object:
    """A statement without its places and the values of its literals: equal for two that do the same, hashable."""
    if isinstance(node, list):
        return tuple(map(said, node))
    if isinstance(node, Const):
        return type(node.value).__name__
    if isinstance(node, Node):
        names = node.__struct_fields__
        return (type(node).__name__, *(said(getattr(node, name)) for name in names if name not in ("at", "to")))
    return node


def encode(facts: FileFacts) -> bytes:
    """A file's facts as bytes."""
    return _block_encoder.encode(facts)


def decode(data: bytes) -> FileFacts:
    """A file's facts from bytes. Raises ``msgspec.ValidationError`` on bytes that are none."""
    return _facts_decoder.decode(data)
