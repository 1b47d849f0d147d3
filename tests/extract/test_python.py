"""Python to facts: every kind of node by hand, positions, tables, refusals."""

from __future__ import annotations

import sys
from collections.abc import Callable
from textwrap import dedent
from typing import Any

import libcst
import pytest

from mltd import facts
from mltd.extract import python
from mltd.extract.python import extract_python
from mltd.facts import pack
from mltd.source import Unreadable
from tests.extract.from_ast import difference


def plain(node: Any) -> Any:
    """A node as nested tuples without positions."""
    if isinstance(node, list):
        return [plain(item) for item in node]
    if isinstance(node, facts.Node):
        fields = [field for field in node.__struct_fields__ if field not in ("at", "to")]
        return (type(node).__name__, *(plain(getattr(node, field)) for field in fields))
    return node


def body(text: str, number: int = 0) -> Any:
    return facts.decode_block(extract_python(dedent(text)).bodies[number])


def expression(text: str) -> Any:
    (statement,) = body(f"_ = {text}")
    return plain(statement.value)


A, B, C = ("Name", "a"), ("Name", "b"), ("Name", "c")
ONE = ("Const", 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", A),
        ("(a)", A),
        ("None", ("Const", None)),
        ("True", ("Const", True)),
        ("'x' \"y\"", ("Const", "xy")),
        ("1_000", ("Const", 1000)),
        ("0x10", ("Const", 16)),
        ("1.5", ("Const", 1.5)),
        (str(2**64 - 1), ("Const", 2**64 - 1)),
        (str(2**64), ("Other", "int")),
        ("2j", ("Other", "complex")),
        ("b'x' b'y'", ("Other", "bytes")),
        ("...", ("Other", "ellipsis")),
        (r"'\ud800x'", ("Const", "?x")),
        ("a.b", ("Attr", A, "b")),
        ("a[b]", ("Sub", A, B)),
        ("a[b,]", ("Sub", A, ("Seq", "tuple", [B]))),
        ("a[b, 1:]", ("Sub", A, ("Seq", "tuple", [B, ("Slice", ONE, None, None)]))),
        ("a[(b, c)]", ("Sub", A, ("Seq", "tuple", [B, C]))),
        ("a[*b]", ("Sub", A, ("Seq", "tuple", [("Star", 1, B)]))),
        ("a[::b]", ("Sub", A, ("Slice", None, None, B))),
        ("a[:b:]", ("Sub", A, ("Slice", None, B, None))),
        ("a()", ("Call", A, [], [])),
        (
            "a(b, k=1, *c, m=b, **c)",
            ("Call", A, [B, ("Star", 1, C), ("Star", 2, C), ONE, B], ["k", "m"]),
        ),
        ("a(b for b in c)", ("Call", A, [("Comp", "generator", None, B, [("CompFor", B, C, [])])], [])),
        ("a @ b", ("Bin", "@", A, B)),
        ("a + b // c", ("Bin", "+", A, ("Bin", "//", B, C))),
        ("-a", ("Unary", "-", A)),
        ("not a", ("Unary", "not", A)),
        ("a or b or c", ("Bool", "or", ("Bool", "or", A, B), C)),
        ("a or (b or c)", ("Bool", "or", A, ("Bool", "or", B, C))),
        ("(a or b) or c", ("Bool", "or", ("Bool", "or", A, B), C)),
        ("a and b or c", ("Bool", "or", ("Bool", "and", A, B), C)),
        ("a < b is not c", ("Compare", A, ["<", "is not"], [B, C])),
        ("a not in b", ("Compare", A, ["not in"], [B])),
        ("a if b else c", ("IfExp", B, A, C)),
        ("a, b", ("Seq", "tuple", [A, B])),
        ("[a, *b]", ("Seq", "list", [A, ("Star", 1, B)])),
        ("{a, b}", ("Seq", "set", [A, B])),
        ("()", ("Seq", "tuple", [])),
        ("{a: b, **c}", ("Dict", [A, None], [B, C])),
        (
            "[a for a, b in c if a if b for c in a]",
            (
                "Comp",
                "list",
                None,
                A,
                [("CompFor", ("Seq", "tuple", [A, B]), C, [A, B]), ("CompFor", C, A, [])],
            ),
        ),
        ("{a: b for c in a}", ("Comp", "dict", A, B, [("CompFor", C, A, [])])),
        ("{a for a in b}", ("Comp", "set", None, A, [("CompFor", A, B, [])])),
        (
            "lambda p, /, a=1, *b, k, **c: a",
            (
                "Lambda",
                [
                    ("Param", "p", "positional", None, None),
                    ("Param", "a", "normal", ONE, None),
                    ("Param", "b", "args", None, None),
                    ("Param", "k", "keyword", None, None),
                    ("Param", "c", "kwargs", None, None),
                ],
                A,
            ),
        ),
        ("(a := b)", ("Walrus", A, B)),
        ("f'x{{{a}'", ("Join", [("Const", "x{"), A])),
        (r"f'\N{EM DASH}\t{a}'", ("Join", [("Const", "—\t"), A])),
        (r"rf'\t{a}'", ("Join", [("Const", "\\t"), A])),
        ("'x' f'y{a}' 'z'", ("Join", [("Const", "xy"), A, ("Const", "z")])),
        ("f'{a!r:>10}'", ("Join", [("Format", A, "r", ">10")])),
        ("f'{a:{b}}'", ("Join", [("Format", A, "", "")])),
        ("f'{a = }'", ("Join", [("Const", "a = "), ("Format", A, "r", "")])),
        ("f'{a=:3}'", ("Join", [("Const", "a="), ("Format", A, "", "3")])),
        ("f'{f\"{a}x\"}{1}'", ("Join", [("Join", [A, ("Const", "x")]), ONE])),
        ("f'''\"{a}\\n\"'''", ("Join", [("Const", '"'), A, ("Const", '\n"')])),
        ("f''", ("Join", [])),
        ("'' f'{a}'", ("Join", [A])),
        (r"f'\{a}'", ("Join", [("Const", "\\"), A])),
    ],
)
def test_expressions(text: str, expected: object) -> None:
    assert expression(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = b = 1", ("Assign", [A, B], ONE, None)),
        ("a, *b = c", ("Assign", [("Seq", "tuple", [A, ("Star", 1, B)])], C, None)),
        ("a: b = 1", ("Assign", [A], ONE, B)),
        ("a: b", ("Assign", [A], None, B)),
        ("a //= 1", ("Aug", A, "//", ONE)),
        ("a()", ("Do", ("Call", A, [], []))),
        ("raise", ("Raise", None, None)),
        ("raise a from b", ("Raise", A, B)),
        ("del a, b[1]", ("Delete", [A, ("Sub", B, ONE)])),
        ("del (a, b)", ("Delete", [("Seq", "tuple", [A, B])])),
        ("del a,", ("Delete", [A])),
        ("assert a, b", ("Assert", A, B)),
        ("if a: pass\nelif b: pass\nelse: pass",
         ("If", A, [("Jump", "pass")], [("If", B, [("Jump", "pass")], [("Jump", "pass")])])),
        ("while a:\n break\nelse:\n pass", ("While", A, [("Jump", "break")], [("Jump", "pass")])),
        ("for a, b in c: continue", ("For", ("Seq", "tuple", [A, B]), C, [("Jump", "continue")], [])),
        ("with (a as b, c): pass", ("With", [("WithItem", A, B), ("WithItem", C, None)], [("Jump", "pass")])),
        ("with (a, b) as c: pass", ("With", [("WithItem", ("Seq", "tuple", [A, B]), C)], [("Jump", "pass")])),
        (
            "try: a\nexcept b as e: pass\nexcept: pass\nelse: b\nfinally: c",
            (
                "Try",
                [("Do", A)],
                [("Handler", B, "e", [("Jump", "pass")]), ("Handler", None, "", [("Jump", "pass")])],
                [("Do", B)],
                [("Do", C)],
            ),
        ),
        ("try: a\nexcept* b: pass", ("Try", [("Do", A)], [("Handler", B, "", [("Jump", "pass")])], [], [])),
        ("import a.b as c, d", ("Import", [("a.b", "c"), ("d", "")])),
        ("from ..a import b as c, d", ("ImportFrom", "a", 2, [("b", "c"), ("d", "")])),
        ("from . import *", ("ImportFrom", "", 1, [("*", "")])),
        ("global a, b", ("Scope", "global", ["a", "b"])),
        ("type a[T: b] = c", ("Assign", [A], C, None)),
        (
            "@a\nclass K(b, metaclass=c):\n 'doc'\n a = 1",
            ("Class", "K", [B, C], ["metaclass"], [A], [("Assign", [A], ONE, None)]),
        ),
        ("class K[T: (a, b)](c): pass", ("Class", "K", [C], [], [], [("Jump", "pass")])),
    ],
)  # fmt: skip
def test_statements(text: str, expected: object) -> None:
    (statement,) = body(text)
    assert plain(statement) == expected


def test_match() -> None:
    (statement,) = body(
        """
        match a:
            case [1, *rest] | {"k": v, **others}: pass
            case K(x, y=b.c) as whole if a: pass
            case None | -1 | _: pass
            case p, (q): pass
        """
    )
    values = [[plain(value) for value in case.values] for case in statement.cases]
    assert values == [
        [ONE, ("Const", "k")],
        [("Name", "K"), ("Attr", B, "c")],
        [("Const", None), ("Unary", "-", ONE)],
        [],
    ]
    assert [case.captures for case in statement.cases] == [["rest", "v", "others"], ["x", "whole"], [], ["p", "q"]]
    assert [plain(case.guard) for case in statement.cases] == [None, A, None, None]


def test_bodies() -> None:
    found = extract_python(
        dedent(
            '''
            """Doc."""
            @wrap(1)
            async def outer(a: int = f(), *, b) -> str:
                """Doc."""
                def inner(): return g.h()
                class K:
                    def method(self): yield
                await run(lambda: (yield))
            outer(); x = 1
            '''
        )
    )
    assert [(row.qualname, row.parent, row.statements, row.calls) for row in found.index] == [
        ("", -1, 3, ["f", "outer", "wrap"]),
        ("outer", 0, 4, ["run"]),
        ("outer.inner", 1, 1, ["h"]),
        ("outer.K.method", 1, 1, []),
    ]
    blocks = [facts.decode_block(data) for data in found.bodies]
    (definition, *_) = blocks[0]
    assert isinstance(definition, facts.Def)
    assert (definition.name, definition.body, definition.flags) == ("outer", 1, 1)
    assert definition.at == pack(4, 1)
    assert definition.to == pack(4, len("async def outer(a: int = f(), *, b) -> str:") + 1)
    inner, klass, _ = blocks[1]
    assert isinstance(inner, facts.Def)
    assert inner.flags == 0
    assert isinstance(klass, facts.Class)
    assert [getattr(method, "flags", None) for method in klass.block] == [2]
    assert found.index[1].at == pack(4, 1)
    assert found.index[1].to == pack(9, len("    await run(lambda: (yield))") + 1)


def test_index_counts_and_calls() -> None:
    found = extract_python("f(); x = 1\nif a:\n  g.h()\nelif b: pass\nclass K:\n  'doc'\n  def m(self): i()\n")
    assert [(row.qualname, row.statements, row.calls) for row in found.index] == [
        ("", 8, ["f", "h"]),
        ("K.m", 1, ["i"]),
    ]


def test_tables() -> None:
    text = dedent(
        """
        # first
        import numpy as np, a.b
        from . import x
        from ..pkg.mod import y as z
        t = "#no"  # yes
        u = getattr(t, "some_name") + v("pkg.mod.f", k="not this", other=w)
        t.attr = f'{d["key"]} part'
        """
    )
    found = extract_python(text)
    assert found.imports == ["..pkg.mod", ".x", "a.b", "numpy"]
    assert [(facts.line_of(c.at), facts.column_of(c.at), c.text, c.own) for c in found.comments] == [
        (2, 1, "# first", True),
        (6, 12, "# yes", False),
    ]
    assert found.mentions == sorted(
        ["a", "b", "numpy", "x", "y", "getattr", "t", "some_name", "v", "pkg.mod.f", "w", "d", "key"]
    )
    assert found.lines == 8


def test_cells_are_handed_through() -> None:
    cells = [facts.Cell(1, 1, 1, None, [3])]
    assert extract_python("a\n", cells).cells == cells
    assert extract_python("a\n").cells is None


def test_empty() -> None:
    found = extract_python("")
    assert (found.lines, found.bodies, found.index[0].at, found.index[0].to) == (0, [b"\x90"], 4097, 4097)


def test_names_in_normal_form() -> None:
    (statement,) = body("\ufb01le = \u00b5.\ufb01t")
    assert plain(statement) == ("Assign", [("Name", "file")], ("Attr", ("Name", "\u03bc"), "fit"), None)


TRICKY = [
    "if\ta:\n\tb\n",
    "def f():\n\x0c  a\n\x0c\nb # c\n",
    "a = 1\r\nif a :  # x\r\n  b = '''x\r\n# no\r\n'''\r\n# c\r\n",
    "a = 1\rb = 2 # c\r",
    "é = 'é'; ü(é, 'ñ', k=é)  # é\nb = f'é{é}', é\n",
    "a = '\U0001d4b3', b\nc\n",
    "a = b + \\\n  c\nif a \\\n  :\n  pass\n",
    "a; b; c;\n",
    "if a: b; c\n",
    "@a\n@b.c(1)\nclass K: pass\n\n@a\n\n# x\n\nasync def f(): pass\n",
    "async def f():\n async with a as b, c: pass\n async for x in y: await z\n return [x async for x in y]\n",
    "def f(a, /, b: int = 1, *args: x, c, d=2, **kw: y) -> z: ...\n",
    "def f(  # :\n): pass\n",
    "def f(a=lambda: 1, b={1: 2}): pass\n",
    "if (lambda: a): pass\n",
    "if (a  # :x\n  ): pass\n",
    "with (a as b, c as (d, e),): pass\n",
    "with (a), (b): pass\n",
    "with (a): pass\n",
    "with a, b as c[0], d as e.f: pass\n",
    "for (a) in (b): pass\n",
    "for a.b, c[0] in d, e: pass\n",
    "while (a := b): pass\n",
    "x = (yield)\n",
    "def f():\n x = yield a, b\n y = yield from c\n",
    "(a).b.c[1](2)((3))\n",
    "f(x for x in y)\nf((x for x in y), 1)\nf(  (x for x in y)  )\nf( # (\n  x for x in y # )\n )\n",
    "((a or b)) or (c) or d\n(a and b and c) or d and e\n",
    "a = ((1, 2), (3,), ())\n",
    "a[1,]; a[1, 2:3, ::4]; a[(1), (2)]; a[:]\n",
    "del a, (b), [c, d], (e, f)\n",
    "x = ('a'\n 'b'  # c\n 'd')\n",
    "x = (f'a{b}'\n 'b#'  # c\n f'{d}#')\n",
    "x = f'''{\n a}#'''  # c\n",
    "x = f'{a!s:#x}' # c\n",
    "x = rb'#' + Rb'''#\n''' # c\n",
    "x = r'\\' # no' # c\n",
    "try:\n a\nexcept (b, c) as d: # x\n e\nexcept f: g\nelse : h\nfinally  :\n i\n",
    "match (a):\n  # c\n  case (1): pass\n  case 'a' 'b' | b.c: pass\n  case {**r}: pass\n  case K(): pass\n",
    "match a, b:\n  case *_, c: pass\n  case [*_]: pass\n  case -1+2j: pass\n  case K(x=1, y=[a]) if a: pass\n",
    "match = case = type = 1\nmatch(case)\n",
    "class K(a, *b, m=c, **d): pass\nclass L(): pass\nclass M :\n  'doc'\n  # c\n  'not doc'\n",
    "def f():\n  ('doc'\n   'more')\n",
    "def f():\n  f'not doc'\ndef g():\n  b'not doc'\n",
    "def f(): 'doc'; a\n",
    "print(*a, k=1, *b, **c, m=2, **d)\n",
    "x = a if b else (c if d else e)\n",
    "x = -a ** -b; y = not a in b; z = a < b < c\n",
    "x = lambda *, a=1: a; y = lambda: (yield)\n",
    "x: int; y.z: 'T' = 1\n",
    "from a import (b as c,\n  d,)\nimport a.b.c as d\n",
    "def f():\n  global a, b\n  def g():\n    nonlocal c\n",
    "if a:\n  pass\nelif b:\n  pass\nelse:\n  if c: pass\n",
    "x = 1 if True else None, ..., 10**3, 0b1, 1e400, 1_0.0_1\n",
    "async def f(): await a; return await b(c)\n",
    "x = {**a, 'b': c, **d}\n",
    "x" + " " * 5000 + "= a.b; y = 'c'\n",
    "'" + "x" * 5000 + "'.join(a)\n",
    "a\n# last",
    "#!first\n\n  # indented\na",
]  # fmt: skip


@pytest.mark.parametrize("text", TRICKY)
def test_agrees_with_the_syntax_tree(text: str) -> None:
    assert difference(text, extract_python(text)) == ""


@pytest.mark.parametrize("text", [text for text in TRICKY if len(text) < 1000])
def test_agrees_where_only_libcst_reads(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(python, "_parse", lambda text, starts: (None, libcst.parse_module(text)))
    assert difference(text, extract_python(text)) == ""


NEWER = [
    ("def f[T: int, *Ts, **P](a: T) -> T: pass  # c\n", 3, 12),
    ("class K[T: (a, 'x]:')]: pass\n", 3, 12),
    ("type X[T] = list[T]\n", 3, 12),
    ("x = f'{a['b']}'  # c\n", 3, 12),
    ('x = f"{a["#"]}"  # c\n', 3, 12),
    ("x = f'''{\na  # in\n}#'''  # c\n", 3, 12),
    ("x = f'{\na  # in\n}'  # c\n", 3, 12),
    ("x = f'{f'{f'{1}'}'}'\n", 3, 12),
    ("def f[T = int](): pass\n", 3, 13),
    ("x = t'a{b!r:c}'\n", 3, 14),
    ("a[*b]\n", 3, 11),
    ("def f(*a: *b): pass\n", 3, 11),
    ("try: a\nexcept* b as c: pass\n", 3, 11),
]


@pytest.mark.parametrize(("text", "major", "minor"), NEWER)
def test_newer_than_the_interpreter(text: str, major: int, minor: int) -> None:
    found = extract_python(text)
    assert [facts.encode_block(facts.decode_block(data)) for data in found.bodies] == found.bodies
    if sys.version_info >= (major, minor) and minor < 14:
        assert difference(text, found) == ""
    expected = [part for part in ("# in", "# c") if part in text]
    assert [comment.text.strip() for comment in found.comments] == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("\nprint 'x'\n", "Python 2 code: line 2: Missing parentheses in call to 'print'"),
        ("raise E, 'x'\n", "Python 2 code: line 1: "),
        ("x = 0777\n", "Python 2 code: line 1: "),
        ("if a <> b: pass\n", "Python 2 code: line 1: "),
        ("x = = 1\n", "not Python 3: line 1: invalid syntax"),
        ("if a:\nb\n", "not Python 3: line 2: expected an indented block"),
        ("a\0b", "not Python 3: "),
    ],
)
def test_refused(text: str, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        extract_python(text)
    assert caught.value.reason.startswith(reason)


DEEP: dict[str, Callable[[int], str]] = {
    "brackets": lambda count: "x = " + "(" * count + "a" + ")" * count,
    "terms": lambda count: "x = " + " + ".join("a" * count),
    "alternatives": lambda count: "x = " + " or ".join("a" * count),
    "attributes": lambda count: "x = a" + ".b" * count,
    "calls": lambda count: "x = a" + "()" * count,
    "import": lambda count: "import a" + ".b" * count,
    "from": lambda count: "from a" + ".b" * count + " import c",
    "branches": lambda count: "if a: pass\n" + "elif a: pass\n" * count,
    "signs": lambda count: "x = " + "-" * count + "a",
    "powers": lambda count: "x = " + "a ** " * count + "a",
    "lambdas": lambda count: "x = " + "lambda: " * count + "a",
    "conditions": lambda count: "x = " + "a if b else " * count + "a",
    "loops": lambda count: "x = [a " + "for a in b " * count + "]",
    "newer": lambda count: "type X = int\nx = a" + "[f'{'b'}']" * count,
    "unfinished": lambda count: "x = " + "[" * count,
}  # fmt: skip


@pytest.mark.parametrize("kind", DEEP)
@pytest.mark.parametrize("count", [2_000, 20_000])
def test_nested_too_deeply(kind: str, count: int) -> None:
    with pytest.raises(Unreadable) as caught:
        extract_python(DEEP[kind](count))
    assert caught.value.reason == "nested too deeply"


@pytest.mark.parametrize("kind", sorted(set(DEEP) - {"unfinished"}))
def test_nested_deeply_enough(kind: str) -> None:
    for data in extract_python(DEEP[kind](90)).bodies:
        facts.decode_block(data)


def test_long_but_flat() -> None:
    for text in ["x = [" + "a,\n" * 20_000 + "]", "x = " + "a < " * 5_000 + "a", "x = (" + "'a'\n" * 2_000 + ")"]:
        assert len(extract_python(text).bodies[0]) > 1_000
