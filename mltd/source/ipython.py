"""IPython's syntax to the Python that IPython itself makes of it, line for line.

Only what no Python program can hold is touched: a logical line that begins with an escape (``% ! ? , ; /``), an
assignment of one (``files = !ls``), one that ends with a question mark. The small lexer below knows just enough of
Python to say where logical lines begin, whatever the version that runs it.
"""

from __future__ import annotations

import re

__all__ = ["as_command", "to_python"]

#: Cell magics that run the rest of the cell as Python.
_PYTHON_CELLS = {
    "time", "timeit", "capture", "prun", "memit", "debug", "snakeviz", "pyinstrument", "scalene", "heat", "wandb",
    "opts", "output", "notify", "px", "local", "add_to", "ipytest",
}  # fmt: skip

#: Line magics whose argument is a Python statement, and their options that have a value.
_PYTHON_LINES = {
    "time": "", "timeit": "nrp", "prun": "lsTD", "memit": "rt", "lprun": "fmTDuz", "mprun": "fT", "debug": "b",
    "snakeviz": "f", "pyinstrument": "",
}  # fmt: skip

#: A statement that cannot follow another on its line.
_COMPOUND = re.compile(r"(?:for|while|if|with|def|class|try|async|match)\b|@")

#: Magics that IPython knows without their percent sign, in a cell of one line.
_AUTOMAGICS = {
    "cat", "cd", "clear", "conda", "cp", "env", "history", "less", "ll", "load", "load_ext", "ls", "mamba", "man",
    "matplotlib", "micromamba", "mkdir", "more", "mv", "pip", "pushd", "pylab", "reload_ext", "rm", "rmdir", "run",
    "time", "timeit", "uv", "who", "whos",
}  # fmt: skip

#: First lines by which Databricks gives a whole cell to another language.
_DATABRICKS = {"sql", "md", "sh", "scala", "r", "fs"}

_TOKEN = re.compile(
    r"""
      (?P<blank> [ \t\f]+ | \#[^\n]* | \\\n )
    | (?P<end> \n )
    | (?P<string> (?P<quotes> "{3} | '{3} ) (?: [^\\] | \\. )*? (?: (?P=quotes) | \Z )
                | " (?: [^"\\\n] | \\. )* "? | ' (?: [^'\\\n] | \\. )* '? )
    | (?P<open> [(\[{] )
    | (?P<close> [)\]}] )
    | (?P<assign> (?<! [=!<>:+\-*/%@&|^] ) = (?! = ) )
    | (?P<word> \w+ )
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"[ \t\f]*(?=[%!?,;/])")
_ASSIGNED = re.compile(r"[ \t]*(?=!|%[^\W\d])")
_HELP = re.compile(r"(%{0,2}(?!\d)[\w*]+(?:\.(?!\d)[\w*]+|\[-?[0-9]+\])*)(\?\??)$")
_PYTHON_PROMPT = re.compile(r"[ \t]*>>>(?: |$)")
_PYTHON_PROMPTS = re.compile(r"[ \t]*(?:>>>|\.\.\.)(?: |$)")
_IPYTHON_PROMPT = re.compile(r"(?:(?:\[nav\]|\[ins\])? )?In \[\d+\]: |\s*\.{3,}: ?")


def to_python(source: str) -> str:
    r"""A code cell as Python, with as many lines (ended by ``\n`` alone) as it had.

    What is neither Python nor IPython stays as it is. A cell whose first line is indented loses that indentation, one
    that was pasted with its prompts loses those.
    """
    lines = _clean(source.split("\n"))
    done: list[str] = []
    while True:
        first = _first(lines)
        if first == len(lines) or not lines[first].startswith("%%"):
            return "\n".join([*done, _convert("\n".join(lines))])
        name, _, argument = lines[first][2:].rstrip().partition(" ")
        if name.endswith("?"):
            return "\n".join([*done, *lines[:first], _help("%%" + name), *[""] * (len(lines) - first - 1)])
        if name not in _PYTHON_CELLS or first + 1 == len(lines):
            return "\n".join([*done, *_cell_magic(name, argument, lines, first)])
        done += [*lines[:first], _line_magic(name, argument)]
        lines = _clean(lines[first + 1 :])


def as_command(source: str) -> str | None:
    """A cell that is no Python as the command that a notebook may take all of it for; ``None`` where it is none.

    That is a line alone that begins with the name of a magic (``pip install x``), a cell magic below a comment, and
    a cell that its first line (``%sql``) gives to another language.
    """
    lines = source.split("\n")
    first = _first(lines, comments=True)
    if first == len(lines):
        return None
    word, _, argument = lines[first].strip().partition(" ")
    if word in _AUTOMAGICS and _first(lines[first + 1 :]) == len(lines) - first - 1:
        return "\n".join([*lines[:first], _line_magic(word, argument), *[""] * (len(lines) - first - 1)])
    if re.fullmatch(r"%%\w+", word):
        return "\n".join(_cell_magic(word[2:], argument, lines, first))
    if word[:1] == "%" and word[1:] in _DATABRICKS:
        return "\n".join(_cell_magic(word[1:], argument, lines, first))
    return None


def _first(lines: list[str], comments: bool = False) -> int:
    """The index of the first line that says something (and is no comment); their number where none does."""
    for index, line in enumerate(lines):
        if line.strip() and not (comments and line.lstrip().startswith("#")):
            return index
    return len(lines)


def _clean(lines: list[str]) -> list[str]:
    """The lines without the indentation of the first one, as IPython takes it off, and without prompts."""
    first = _first(lines)
    if first == len(lines):
        return lines
    indent = lines[first][: len(lines[first]) - len(lines[first].lstrip(" \t"))]
    if indent:
        lines = [line.removeprefix(indent) for line in lines]
    if _PYTHON_PROMPT.match(lines[first]):
        return [_PYTHON_PROMPTS.sub("", line, count=1) for line in lines]
    if _IPYTHON_PROMPT.match(lines[first]):
        return [_IPYTHON_PROMPT.sub("", line, count=1) for line in lines]
    return lines


def _cell_magic(name: str, argument: str, lines: list[str], first: int) -> list[str]:
    """The lines of a cell whose line ``first`` is the magic and whose others below are its text."""
    body = "".join(line + "\n" for line in lines[first + 1 :])
    call = f"get_ipython().run_cell_magic({name!r}, {argument!r}, {body!r})"
    return [*lines[:first], call, *[""] * (len(lines) - first - 1)]


def _line_magic(name: str, argument: str) -> str:
    return f"get_ipython().run_line_magic({name!r}, {argument!r})"


# ------------------------------------------------------------------ logical lines


def _convert(text: str) -> str:
    """Code without cell magic: each logical line that is IPython's replaced."""
    done: list[str] = []
    at = 0
    while at < len(text):
        escape = _ESCAPE.match(text, at)
        if escape is None:
            piece, at = _python_line(text, at, at)
            done.append(piece)
            continue
        done.append(escape.group())
        start = escape.end()
        statement = _timed_statement(text, start)
        if statement is None:
            command, at = _command(text, start)
            done.append(_translate(command) + "\n" * text.count("\n", start, at))
            continue
        compound = _COMPOUND.match(text, statement)
        done.append("" if compound else "pass;".ljust(statement - start))
        piece, at = _python_line(text, statement, statement)
        done.append(piece)
    return "".join(done)


def _python_line(text: str, start: int, at: int) -> tuple[str, int]:
    """The logical line from ``start`` on, as Python, and where the next begins."""
    depth = 0
    assigned = False
    asked = -1
    while at < len(text):
        found = _TOKEN.match(text, at)
        assert found is not None  # the last alternative takes any character
        kind = found.lastgroup
        at = found.end()
        if kind == "end" and depth == 0:
            break
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(depth - 1, 0)
        elif kind == "assign" and depth == 0 and not assigned:
            assigned = True
            value = _ASSIGNED.match(text, at)
            if value is not None:
                return _assignment(text, start, value.end())
        if found.group() == "?" and depth == 0:
            asked = at
        elif kind not in ("blank", "end"):
            asked = -1
    line = text[start:at]
    if asked < 0 or "#" in text[asked:at]:
        return line, at
    target = _HELP.search(text[start:asked])
    if target is None:
        return line, at
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    return indent + _help(target.group()) + "\n" * line.count("\n"), at


def _assignment(text: str, start: int, escape: int) -> tuple[str, int]:
    """``target = %magic`` or ``target = !command``; ``%time`` gives the value of its statement, which stays."""
    if text[escape] == "%":
        statement = _timed_statement(text, escape)
        if statement is not None and re.match(r"%time\b", text[escape:statement]):
            piece, after = _python_line(text, statement, statement)
            return text[start:escape].ljust(statement - start) + piece, after
    command, after = _command(text, escape)
    if command[0] == "!":
        call = f"get_ipython().getoutput({command[1:]!r})"
    else:
        name, _, argument = command[1:].partition(" ")
        call = _line_magic(name, argument)
    return text[start:escape] + call + "\n" * text.count("\n", escape, after), after


def _timed_statement(text: str, start: int) -> int | None:
    """Where the Python statement of a line magic such as ``%timeit -n 3 f()`` begins; ``None`` if there is none."""
    name = re.compile(r"%[ \t]*(\w+)[ \t]+").match(text, start)
    if name is None or name.group(1) not in _PYTHON_LINES:
        return None
    valued = _PYTHON_LINES[name.group(1)]
    option = re.compile(
        (rf"-[{valued}][ \t]*[^\s]+[ \t]+|" if valued else "") + r"-(?!\d)\w+[ \t]+|--\w[\w-]*(?:=\S+)?[ \t]+"
    )
    at = name.end()
    while (found := option.match(text, at)) is not None:
        at = found.end()
    return at if at < len(text) and text[at] not in "\n#?" else None


def _command(text: str, start: int) -> tuple[str, int]:
    """A command up to the end of its line, lines that end with a backslash joined, and where the next line begins."""
    parts: list[str] = []
    at = start
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        part = text[at:end]
        at = end + 1
        if not part.endswith("\\"):
            parts.append(part.rstrip())
            break
        parts.append(part[:-1])
    return " ".join(parts), min(at, len(text))


def _translate(command: str) -> str:
    """A command that begins with its escape as a call."""
    if command[0] == "%" and command.endswith("?"):
        return _help(command)
    if command[:2] == "!!":
        return f"get_ipython().getoutput({command[2:]!r})"
    if command[0] == "!":
        return f"get_ipython().system({command[1:]!r})"
    if command[0] == "?":
        mark = "??" if command[:2] == "??" else "?"
        target = command[len(mark) :].strip()
        return _help(target + mark) if target else "get_ipython().show_usage()"
    name, _, argument = command[1:].partition(" ")
    if command[0] == "%":
        return _line_magic(name, argument)
    if name and not re.fullmatch(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*", name):
        return command
    if command[0] == "/":
        return f"{name}({', '.join(argument.split())})"
    words = argument.split() if command[0] == "," else [argument]
    return f"{name}({', '.join(map(repr, words))})"


def _help(asked: str) -> str:
    """The call for ``thing?`` or ``thing??``."""
    target = asked.rstrip("?")
    method = "pinfo2" if asked.endswith("??") else "psearch" if "*" in target else "pinfo"
    return _line_magic(method, target)
