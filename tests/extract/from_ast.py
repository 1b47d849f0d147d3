"""The same language made from Python's own syntax tree alone: what the extraction must agree with."""

from __future__ import annotations

import ast
import io
import textwrap
import tokenize
import warnings
from typing import Any

from mltd import facts

BINARY = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.MatMult: "@", ast.LShift: "<<", ast.RShift: ">>", ast.BitOr: "|", ast.BitAnd: "&", ast.BitXor: "^",
    ast.UAdd: "+", ast.USub: "-", ast.Invert: "~", ast.Not: "not", ast.And: "and", ast.Or: "or",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.Gt: ">", ast.LtE: "<=", ast.GtE: ">=", ast.Is: "is",
    ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip


def called(text: str) -> set[str]:
    """The names that a text of Python calls."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            nodes = list(ast.walk(ast.parse(textwrap.dedent(text))))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    found = [node.func for node in nodes if isinstance(node, ast.Call)]
    return {one.id for one in found if isinstance(one, ast.Name)} | {
        one.attr for one in found if isinstance(one, ast.Attribute)
    }


class Converter:
    def __init__(self, text: str) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.tree = ast.parse(text)
        self.lines = [line.encode("utf-8", "surrogatepass") for line in io.StringIO(text, newline=None)]
        self.bodies: list[facts.Block] = []
        self.index: list[tuple[str, int, int, int, int]] = []
        self.colons: list[tuple[int, int]] = []
        self.comments: list[facts.Comment] = []
        self.mentions: set[str] = set()
        self.imports: set[str] = set()
        self.inside: tuple[int, int] | None = None
        self.calls: list[set[str]] = []
        tokens = list(tokenize.generate_tokens(io.StringIO(text, newline=None).readline))
        for token in tokens:
            if token.type == tokenize.OP and token.string == ":":
                self.colons.append(token.end)
            elif token.type == tokenize.COMMENT:
                line, column = token.start
                own = not self.lines[line - 1].decode()[:column].strip()
                self.comments.append(facts.Comment(facts.pack(line, column + 1), token.string, own))
        self.body(self.tree.body, "", -1, facts.pack(1, 1), 0)

    # positions

    def at(self, n: Any) -> int:
        if self.inside:
            return self.inside[0]
        return self.pack(n.lineno, n.col_offset)

    def to(self, n: Any) -> int:
        if self.inside:
            return self.inside[1]
        return self.pack(n.end_lineno, n.end_col_offset)

    def pack(self, line: int, column: int) -> int:
        return facts.pack(line, len(self.lines[line - 1][:column].decode()) + 1)

    def header(self, body: list[ast.stmt]) -> int:
        first = body[0]
        line, column = first.lineno, first.col_offset
        for decorator in getattr(first, "decorator_list", [])[:1]:
            line, column = decorator.lineno, 0
        start = (line, len(self.lines[line - 1][:column].decode()))
        low, high = 0, len(self.colons)
        while low < high:
            middle = (low + high) // 2
            if self.colons[middle] <= start:
                low = middle + 1
            else:
                high = middle
        end = self.colons[low - 1]
        return facts.pack(end[0], end[1] + 1)

    # bodies

    def body(self, statements: list[ast.stmt], qualname: str, parent: int, at: int, to: int) -> int:
        number = len(self.bodies)
        self.bodies.append([])
        self.index.append((qualname, parent, at, to, 0))
        self.calls.append(set())
        saved = getattr(self, "here", (0, ""))
        self.here = (number, qualname)
        self.bodies[number] = self.block(statements, True)
        self.here = saved
        return number

    def block(self, statements: list[ast.stmt], docstring: bool = False) -> facts.Block:
        if docstring and statements and isinstance(statements[0], ast.Expr):
            value = statements[0].value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                statements = statements[1:]
        found = []
        for n in statements:
            qualname, parent, at, to, count = self.index[self.here[0]]
            self.index[self.here[0]] = (qualname, parent, at, to, count + 1)
            found.append(getattr(self, "s_" + type(n).__name__.lower())(n))
        return found

    # statements

    def s_expr(self, n: Any) -> Any:
        return facts.Do(self.e(n.value), self.at(n), self.to(n))

    def s_assign(self, n: Any) -> Any:
        return facts.Assign([self.t(x) for x in n.targets], self.e(n.value), None, self.at(n), self.to(n))

    def s_typealias(self, n: Any) -> Any:
        for p in n.type_params:
            self.opt(getattr(p, "bound", None))
            self.opt(getattr(p, "default_value", None))
        return facts.Assign([self.t(n.name)], self.e(n.value), None, self.at(n), self.to(n))

    def s_annassign(self, n: Any) -> Any:
        return facts.Assign([self.t(n.target)], self.opt(n.value), self.e(n.annotation), self.at(n), self.to(n))

    def s_augassign(self, n: Any) -> Any:
        return facts.Aug(self.e(n.target), BINARY[type(n.op)], self.e(n.value), self.at(n), self.to(n))

    def s_return(self, n: Any) -> Any:
        return facts.Return(self.opt(n.value), self.at(n), self.to(n))

    def s_raise(self, n: Any) -> Any:
        return facts.Raise(self.opt(n.exc), self.opt(n.cause), self.at(n), self.to(n))

    def s_delete(self, n: Any) -> Any:
        return facts.Delete([self.t(x) for x in n.targets], self.at(n), self.to(n))

    def s_assert(self, n: Any) -> Any:
        return facts.Assert(self.e(n.test), self.opt(n.msg), self.at(n), self.to(n))

    def s_if(self, n: Any) -> Any:
        return facts.If(self.e(n.test), self.block(n.body), self.block(n.orelse), self.at(n), self.header(n.body))

    def s_while(self, n: Any) -> Any:
        return facts.While(self.e(n.test), self.block(n.body), self.block(n.orelse), self.at(n), self.header(n.body))

    def s_for(self, n: Any) -> Any:
        iterated = self.e(n.iter)
        return facts.For(
            self.t(n.target), iterated, self.block(n.body), self.block(n.orelse), self.at(n), self.header(n.body)
        )

    s_asyncfor = s_for

    def s_with(self, n: Any) -> Any:
        items = [
            facts.WithItem(self.e(i.context_expr), None if i.optional_vars is None else self.t(i.optional_vars))
            for i in n.items
        ]
        return facts.With(items, self.block(n.body), self.at(n), self.header(n.body))

    s_asyncwith = s_with

    def s_try(self, n: Any) -> Any:
        body = self.block(n.body)
        handlers = [facts.Handler(self.opt(h.type), h.name or "", self.block(h.body)) for h in n.handlers]
        return facts.Try(body, handlers, self.block(n.orelse), self.block(n.finalbody), self.at(n), self.header(n.body))

    s_trystar = s_try

    def s_match(self, n: Any) -> Any:
        subject = self.e(n.subject)
        cases = []
        for case in n.cases:
            values: list[Any] = []
            captures: list[str] = []
            self.pattern(case.pattern, values, captures)
            cases.append(facts.Case(values, captures, self.opt(case.guard), self.block(case.body)))
        # the colon before the first case, which is the last before its pattern
        return facts.Match(subject, cases, self.at(n), self.header([n.cases[0].pattern]))

    def pattern(self, p: Any, values: Any, captures: Any) -> None:
        kind = type(p).__name__
        if kind == "MatchValue":
            values.append(self.e(p.value))
        elif kind == "MatchSingleton":
            values.append(facts.Const(p.value, self.at(p), self.to(p)))
        elif kind == "MatchStar":
            captures.extend([p.name] if p.name else [])
        elif kind == "MatchAs":
            if p.pattern:
                self.pattern(p.pattern, values, captures)
            captures.extend([p.name] if p.name else [])
        elif kind == "MatchMapping":
            for key, inner in zip(p.keys, p.patterns, strict=False):
                values.append(self.e(key))
                self.pattern(inner, values, captures)
            captures.extend([p.rest] if p.rest else [])
        elif kind == "MatchClass":
            values.append(self.e(p.cls))
            self.mentions.update(p.kwd_attrs)
            for inner in [*p.patterns, *p.kwd_patterns]:
                self.pattern(inner, values, captures)
        else:
            for inner in p.patterns:
                self.pattern(inner, values, captures)

    def s_functiondef(self, n: Any) -> Any:
        decorators = [self.e(d) for d in n.decorator_list]
        params = self.params(n.args)
        returns = self.opt(n.returns)
        for p in getattr(n, "type_params", []):
            self.opt(getattr(p, "bound", None))
            self.opt(getattr(p, "default_value", None))
        qualname = ".".join(filter(None, [self.here[1], n.name]))
        body = self.body(n.body, qualname, self.here[0], self.at(n), self.to(n))
        flags = isinstance(n, ast.AsyncFunctionDef) + 2 * self.yields(n)
        return facts.Def(n.name, params, decorators, returns, body, flags, self.at(n), self.header(n.body))

    s_asyncfunctiondef = s_functiondef

    def yields(self, n: Any) -> bool:
        stack = list(n.body)
        while stack:
            x = stack.pop()
            if isinstance(x, (ast.Yield, ast.YieldFrom)):
                return True
            if isinstance(x, (ast.FunctionDef, ast.AsyncFunctionDef)):
                stack += [*x.decorator_list, x.args, *filter(None, [x.returns])]
            elif isinstance(x, ast.Lambda):
                stack.append(x.args)
            else:
                stack += ast.iter_child_nodes(x)
        return False

    def s_classdef(self, n: Any) -> Any:
        decorators = [self.e(d) for d in n.decorator_list]
        bases, names = self.arguments(n.bases, n.keywords)
        for p in getattr(n, "type_params", []):
            self.opt(getattr(p, "bound", None))
            self.opt(getattr(p, "default_value", None))
        number, qualname = self.here
        self.here = (number, ".".join(filter(None, [qualname, n.name])))
        block = self.block(n.body, True)
        self.here = (number, qualname)
        return facts.Class(n.name, bases, names, decorators, block, self.at(n), self.header(n.body))

    def s_import(self, n: Any) -> Any:
        for a in n.names:
            self.imports.add(a.name)
            self.mentions.update(a.name.split("."))
        return facts.Import([(a.name, a.asname or "") for a in n.names], self.at(n), self.to(n))

    def s_importfrom(self, n: Any) -> Any:
        if n.module:
            self.imports.add("." * n.level + n.module)
        else:
            self.imports.update("." * n.level + a.name for a in n.names)
        self.mentions.update(a.name for a in n.names if a.name != "*")
        return facts.ImportFrom(
            n.module or "", n.level, [(a.name, a.asname or "") for a in n.names], self.at(n), self.to(n)
        )

    def s_global(self, n: Any) -> Any:
        return facts.Scope(type(n).__name__.lower(), n.names, self.at(n), self.to(n))

    s_nonlocal = s_global

    def s_pass(self, n: Any) -> Any:
        return facts.Jump(type(n).__name__.lower(), self.at(n), self.to(n))

    s_break = s_continue = s_pass

    # expressions

    def opt(self, n: Any) -> Any:
        return None if n is None else self.e(n)

    def t(self, n: Any) -> Any:
        """A target: its own names are not mentioned."""
        if isinstance(n, ast.Name):
            return facts.Name(n.id, self.at(n))
        if isinstance(n, ast.Attribute):
            return facts.Attr(self.e(n.value), n.attr, self.at(n), self.to(n))
        if isinstance(n, (ast.Tuple, ast.List)):
            return facts.Seq(type(n).__name__.lower(), [self.t(x) for x in n.elts], self.at(n), self.to(n))
        if isinstance(n, ast.Starred):
            return facts.Star(1, self.t(n.value), self.at(n), self.to(n))
        return self.e(n)

    def e(self, n: Any) -> Any:
        return getattr(self, "e_" + type(n).__name__.lower())(n, self.at(n), self.to(n))

    def e_name(self, n: Any, at: int, to: int) -> Any:
        self.mentions.add(n.id)
        return facts.Name(n.id, at)

    def e_constant(self, n: Any, at: int, to: int) -> Any:
        v = n.value
        if v is ...:
            return facts.Other("ellipsis", at, to)
        if isinstance(v, (bytes, complex)):
            return facts.Other(type(v).__name__, at, to)
        if type(v) is int and v.bit_length() > 64:
            return facts.Other("int", at, to)
        if isinstance(v, str):
            if len(v) <= 80 and all(x.isidentifier() for x in v.split(".")):
                self.mentions.add(v)
            if "\n" in v and "(" in v and len(v) <= 20_000:
                self.mentions.update(called(v))
            v = v.encode("utf-8", "replace").decode()
        return facts.Const(v, at, to)

    def e_attribute(self, n: Any, at: int, to: int) -> Any:
        self.mentions.add(n.attr)
        return facts.Attr(self.e(n.value), n.attr, at, to)

    def e_subscript(self, n: Any, at: int, to: int) -> Any:
        return facts.Sub(self.e(n.value), self.e(n.slice), at, to)

    def e_slice(self, n: Any, at: int, to: int) -> Any:
        return facts.Slice(self.opt(n.lower), self.opt(n.upper), self.opt(n.step), at, to)

    def e_starred(self, n: Any, at: int, to: int) -> Any:
        return facts.Star(1, self.e(n.value), at, to)

    def e_call(self, n: Any, at: int, to: int) -> Any:
        if isinstance(n.func, ast.Name):
            self.calls[self.here[0]].add(n.func.id)
        elif isinstance(n.func, ast.Attribute):
            self.calls[self.here[0]].add(n.func.attr)
        func = self.e(n.func)
        args, names = self.arguments(n.args, n.keywords)
        return facts.Call(func, args, names, at, to)

    def arguments(self, args: Any, keywords: Any) -> Any:
        plain: list[Any] = [((a.lineno, a.col_offset), self.e(a)) for a in args]
        plain += [
            ((k.lineno, k.col_offset), facts.Star(2, self.e(k.value), self.at(k), self.to(k)))
            for k in keywords
            if k.arg is None
        ]
        if not self.inside:
            plain.sort(key=lambda item: item[0])
        named = [(k.arg, self.e(k.value)) for k in keywords if k.arg is not None]
        return [v for _, v in plain] + [v for _, v in named], [k for k, _ in named]

    def e_joinedstr(self, n: Any, at: int, to: int) -> Any:
        saved = self.inside
        self.inside = (at, to)
        parts: list[Any] = []
        part: Any
        for part in n.values:
            if isinstance(part, ast.Constant):
                if part.value:
                    parts.append(facts.Const(str(part.value).encode("utf-8", "replace").decode(), at, to))
            else:
                parts.append(self.formatted(part, at, to))
        self.inside = saved
        return facts.Join(parts, at, to)

    def formatted(self, n: Any, at: int, to: int) -> Any:
        value = self.e(n.value)
        conversion = chr(n.conversion) if n.conversion > 0 else ""
        spec = ""
        if n.format_spec is not None:
            for part in n.format_spec.values:
                if not isinstance(part, ast.Constant):
                    self.formatted(part, at, to)
            if all(isinstance(part, ast.Constant) for part in n.format_spec.values):
                spec = "".join(part.value for part in n.format_spec.values)
        if not conversion and (n.format_spec is None or not n.format_spec.values):
            return value
        return facts.Format(value, conversion, spec, at, to)

    def e_binop(self, n: Any, at: int, to: int) -> Any:
        return facts.Bin(BINARY[type(n.op)], self.e(n.left), self.e(n.right), at, to)

    def e_unaryop(self, n: Any, at: int, to: int) -> Any:
        return facts.Unary(BINARY[type(n.op)], self.e(n.operand), at, to)

    def e_boolop(self, n: Any, at: int, to: int) -> Any:
        result, *others = [self.e(v) for v in n.values]
        for i, other in enumerate(others):
            result = facts.Bool(BINARY[type(n.op)], result, other, at, to if i == len(others) - 1 else other.to)
        return result

    def e_compare(self, n: Any, at: int, to: int) -> Any:
        return facts.Compare(
            self.e(n.left), [BINARY[type(o)] for o in n.ops], [self.e(c) for c in n.comparators], at, to
        )

    def e_ifexp(self, n: Any, at: int, to: int) -> Any:
        return facts.IfExp(self.e(n.test), self.e(n.body), self.e(n.orelse), at, to)

    def e_tuple(self, n: Any, at: int, to: int) -> Any:
        return facts.Seq(type(n).__name__.lower(), [self.e(x) for x in n.elts], at, to)

    e_list = e_set = e_tuple

    def e_dict(self, n: Any, at: int, to: int) -> Any:
        return facts.Dict([self.opt(k) for k in n.keys], [self.e(v) for v in n.values], at, to)

    def comp(self, kind: Any, n: Any, at: int, to: int, key: Any, element: Any) -> Any:
        key, element = self.opt(key), self.e(element)
        loops = [facts.CompFor(self.t(g.target), self.e(g.iter), [self.e(i) for i in g.ifs]) for g in n.generators]
        return facts.Comp(kind, key, element, loops, at, to)

    def e_listcomp(self, n: Any, at: int, to: int) -> Any:
        return self.comp("list", n, at, to, None, n.elt)

    def e_setcomp(self, n: Any, at: int, to: int) -> Any:
        return self.comp("set", n, at, to, None, n.elt)

    def e_generatorexp(self, n: Any, at: int, to: int) -> Any:
        return self.comp("generator", n, at, to, None, n.elt)

    def e_dictcomp(self, n: Any, at: int, to: int) -> Any:
        return self.comp("dict", n, at, to, n.key, n.value)

    def e_lambda(self, n: Any, at: int, to: int) -> Any:
        return facts.Lambda(self.params(n.args), self.e(n.body), at, to)

    def params(self, a: Any) -> Any:
        plain = [*a.posonlyargs, *a.args]
        defaults = [None] * (len(plain) - len(a.defaults)) + a.defaults
        rows = [
            (p, "positional" if i < len(a.posonlyargs) else "normal", d)
            for i, (p, d) in enumerate(zip(plain, defaults, strict=False))
        ]
        rows += [(a.vararg, "args", None)] if a.vararg else []
        rows += [(p, "keyword", d) for p, d in zip(a.kwonlyargs, a.kw_defaults, strict=False)]
        rows += [(a.kwarg, "kwargs", None)] if a.kwarg else []
        return [facts.Param(p.arg, kind, self.opt(d), self.opt(p.annotation), self.at(p)) for p, kind, d in rows]

    def e_namedexpr(self, n: Any, at: int, to: int) -> Any:
        return facts.Walrus(self.t(n.target), self.e(n.value), at, to)

    def e_yield(self, n: Any, at: int, to: int) -> Any:
        return facts.Yield("yield", self.opt(n.value), at, to)

    def e_yieldfrom(self, n: Any, at: int, to: int) -> Any:
        return facts.Yield("from", self.e(n.value), at, to)

    def e_await(self, n: Any, at: int, to: int) -> Any:
        return facts.Yield("await", self.e(n.value), at, to)


def difference(text: str, found: facts.PythonFacts, comments: bool = True) -> str:
    """What differs between the facts of a text and what its syntax tree says; empty if nothing does."""
    expected = Converter(text)
    if len(expected.bodies) != len(found.bodies):
        return f"{len(found.bodies)} bodies, expected {len(expected.bodies)}"
    for number, (block, data) in enumerate(zip(expected.bodies, found.bodies, strict=False)):
        index = found.index[number]
        row = (index.qualname, index.parent, index.at, index.to, index.statements)
        wanted = expected.index[number]
        if number == 0:
            row, wanted = (*row[:3], 0, row[4]), (*wanted[:3], 0, wanted[4])
        if row != wanted:
            return f"index {row}, expected {wanted}"
        if index.calls != sorted(expected.calls[number]):
            return f"calls {index.calls}, expected {sorted(expected.calls[number])}"
        decoded = facts.decode_block(data)
        if decoded != block:
            return f"{index.qualname}: {_first(decoded, block)}"
    if found.mentions != sorted(expected.mentions):
        return f"mentions {set(found.mentions) ^ expected.mentions}"
    if found.imports != sorted(expected.imports):
        return f"imports {found.imports}"
    if comments and found.comments != expected.comments:
        return f"comments {set(found.comments) ^ set(expected.comments)}"
    return ""


def _first(found: Any, expected: Any) -> str:
    """The smallest pair that differs."""
    if type(found) is type(expected):
        pairs: list[Any] = []
        if isinstance(found, list) and len(found) == len(expected):
            pairs = list(zip(found, expected, strict=False))
        elif isinstance(found, facts.Node):
            pairs = [(getattr(found, f), getattr(expected, f)) for f in found.__struct_fields__]
        for a, b in pairs:
            if a != b:
                inner = _first(a, b)
                return inner if isinstance(a, (list, facts.Node)) else f"{found} expected {expected}"
    return f"{found} expected {expected}"
