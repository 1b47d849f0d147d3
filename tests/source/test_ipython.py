"""IPython's syntax as Python."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mltd.source.ipython import as_command, to_python


def line(name: str, argument: str) -> str:
    return f"get_ipython().run_line_magic({name!r}, {argument!r})"


@pytest.mark.parametrize(
    ("source", "python"),
    [
        ("%run x.py", line("run", "x.py")),
        ("%matplotlib inline", line("matplotlib", "inline")),
        ("  %load_ext autoreload", line("load_ext", "autoreload")),
        ("!pip install x", "get_ipython().system('pip install x')"),
        ("!echo it's \"", "get_ipython().system('echo it\\'s \"')"),
        ("!!ls", "get_ipython().getoutput('ls')"),
        ("a = !ls *.csv", "a = get_ipython().getoutput('ls *.csv')"),
        ("a.b['c'] = %sql select 1", "a.b['c'] = " + line("sql", "select 1")),
        ("a = %time f(1)", "a =       f(1)"),
        ("a = %timeit -o f(1)", "a = " + line("timeit", "-o f(1)")),
        ("%time x = f()", "pass; x = f()"),
        ("%timeit -n 10 -r3 f()", "pass;             f()"),
        ("%time for i in x: f(i)", "for i in x: f(i)"),
        ("%lprun -f f g(1)", "pass;       g(1)"),
        ("%time", line("time", "")),
        ("%time x = f(\n    1)", "pass; x = f(\n    1)"),
        ("obj?", line("pinfo", "obj")),
        ("obj.attr[0]??", line("pinfo2", "obj.attr[0]")),
        ("np.*load*?", line("psearch", "np.*load*")),
        ("?obj", line("pinfo", "obj")),
        ("??obj", line("pinfo2", "obj")),
        ("%timeit?", line("pinfo", "%timeit")),
        ("%%timeit?", line("pinfo", "%%timeit")),
        ("?", "get_ipython().show_usage()"),
        ("x = f(a)\n;", "x = f(a)\n('')"),
        (",f a b", "f('a', 'b')"),
        (";f a b", "f('a b')"),
        ("/f a b", "f(a, b)"),
        (
            "if x:\n    !ls\n    %cd ..\nelse:\n\ty?",
            f"if x:\n    get_ipython().system('ls')\n    {line('cd', '..')}\nelse:\n\t{line('pinfo', 'y')}",
        ),
        ("!a \\\n  b\nx = 1", "get_ipython().system('a    b')\n\nx = 1"),
        ("x = [\n%a\n]\n!ls", "x = [\n%a\n]\nget_ipython().system('ls')"),
        ("x = '''\n%a\n!b\nc?\n'''\n!ls", "x = '''\n%a\n!b\nc?\n'''\nget_ipython().system('ls')"),
        ('x = """\n\'\'\' \\"""\n!b"""\n!ls', 'x = """\n\'\'\' \\"""\n!b"""\nget_ipython().system(\'ls\')'),
        ("x = 'a\\\n!b'\n!ls", "x = 'a\\\n!b'\nget_ipython().system('ls')"),
        ("x = a \\\n% b\n!ls", "x = a \\\n% b\nget_ipython().system('ls')"),
        ("x = '!' # !\n!ls", "x = '!' # !\nget_ipython().system('ls')"),
        ("f(a=!b)", "f(a=!b)"),
        ("x = a != b\n!ls", "x = a != b\nget_ipython().system('ls')"),
        ("x = a % b\n!ls", "x = a % b\nget_ipython().system('ls')"),
        (">>> x = 1\n>>> for i in x:\n...     y\n", "x = 1\nfor i in x:\n    y\n"),
        ("In [1]: x = 1\n   ...: y = 2", "x = 1\ny = 2"),
        ("  x = 1\n  !ls", "x = 1\nget_ipython().system('ls')"),
        ("# ünï\n!ls", "# ünï\nget_ipython().system('ls')"),
        ("", ""),
        ("\n\n", "\n\n"),
        ("no python at all", "no python at all"),
    ],
)
def test_lines(source: str, python: str) -> None:
    assert to_python(source) == python


@pytest.mark.parametrize(
    ("source", "python"),
    [
        ("%%time\nx = 1\n!ls", f"{line('time', '')}\nx = 1\nget_ipython().system('ls')"),
        ("\n%%capture out\nx = 1", f"\n{line('capture', 'out')}\nx = 1"),
        ("%%time\n%%timeit -n 1\nx = 1", f"{line('time', '')}\n{line('timeit', '-n 1')}\nx = 1"),
        ("%%time\n\n%%bash\nls", f"{line('time', '')}\n\nget_ipython().run_cell_magic('bash', '', 'ls\\n')\n"),
        ("%%sql db\nselect 1\nfrom x", "get_ipython().run_cell_magic('sql', 'db', 'select 1\\nfrom x\\n')\n\n"),
        ("%%writefile a.py\nx = 1", "get_ipython().run_cell_magic('writefile', 'a.py', 'x = 1\\n')\n"),
        ("%%html", "get_ipython().run_cell_magic('html', '', '')"),
    ],
)
def test_cells(source: str, python: str) -> None:
    assert to_python(source) == python
    ast.parse(python)


@pytest.mark.parametrize(
    ("source", "python"),
    [
        ("pip install x", line("pip", "install x")),
        ("\ncd ..\n", "\n" + line("cd", "..") + "\n"),
        ("pip install x\ny = 1", None),
        ("# first\n%%bash\nls -l", "# first\nget_ipython().run_cell_magic('bash', '', 'ls -l\\n')\n"),
        ("%sql\nselect 1", "get_ipython().run_cell_magic('sql', '', 'select 1\\n')\n"),
        ("x y", None),
        ("# nothing", None),
        ("", None),
    ],
)
def test_commands(source: str, python: str | None) -> None:
    assert as_command(source) == python


_piece = st.sampled_from(
    [
        "x",
        " = ",
        "!ls",
        "%time ",
        "%%time",
        "?",
        "\n",
        "\\\n",
        "'",
        '"',
        '"""',
        "(",
        ")",
        "#",
        "    ",
        "\t",
        "%",
        "f",
        "=",
        "\\",
        "é",
    ]
)


@given(st.lists(_piece, max_size=25).map("".join))
def test_the_number_of_lines_stays(source: str) -> None:
    assert to_python(source).count("\n") == source.count("\n")
    command = as_command(source)
    assert command is None or command.count("\n") == source.count("\n")


@given(st.lists(_piece, max_size=25).map("".join))
def test_python_stays(source: str) -> None:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError):
        return
    if source.lstrip("\n")[:1] not in (" ", "\t"):  # an indented comment may lose its indentation
        assert to_python(source) == source


def test_a_long_cell_takes_time_in_proportion() -> None:
    source = "%%time\n" * 3000 + "!ls (\n" * 3000 + "'''" * 3001 + "x" * 100_000
    assert to_python(source).count("\n") == 6000
