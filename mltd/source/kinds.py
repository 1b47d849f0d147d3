"""What kind a file is: by its name, or by its first line where the name says nothing."""

from __future__ import annotations

import re

__all__ = ["LIMITS", "OTHER", "TABLE_HEAD", "by_first_line", "by_name", "kind_of"]

OTHER = "other"

_MEGABYTE = 1 << 20

#: The largest size that is read, and whether a larger file is told. What is not told is data, not a program's text.
LIMITS: dict[str, tuple[int, bool]] = {
    "python": (5 * _MEGABYTE, True),
    "notebook": (100 * _MEGABYTE, True),
    "make": (5 * _MEGABYTE, True),
    "docker": (5 * _MEGABYTE, True),
    "shell": (5 * _MEGABYTE, True),
    "toml": (5 * _MEGABYTE, True),
    "ini": (5 * _MEGABYTE, True),
    "codeowners": (5 * _MEGABYTE, True),
    "readme": (5 * _MEGABYTE, True),
    "yaml": (5 * _MEGABYTE, False),
    "sql": (5 * _MEGABYTE, False),
    "json": (_MEGABYTE // 4, False),
}

#: Of a table only so many first bytes are read: its header is all that anyone wants.
TABLE_HEAD = (1 << 16) + 1

_SUFFIXES = {
    "py": "python",
    "pyw": "python",
    "ipynb": "notebook",
    "yaml": "yaml",
    "yml": "yaml",
    "dvc": "yaml",
    "toml": "toml",
    "json": "json",
    "ini": "ini",
    "cfg": "ini",
    "mk": "make",
    "dockerfile": "docker",
    "containerfile": "docker",
    "sh": "shell",
    "bash": "shell",
    "zsh": "shell",
    "csv": "table",
    "tsv": "table",
    "sql": "sql",
}

_NAMES = {
    "makefile": "make",
    "gnumakefile": "make",
    "dockerfile": "docker",
    "containerfile": "docker",
    "mlproject": "yaml",
    "pipfile": "toml",
}

_README = re.compile(r"readme(?:[-_.]\w+)*", re.IGNORECASE)
_README_SUFFIXES = {"", "md", "markdown", "rst", "txt"}
_IMAGE = re.compile(r"(?:dockerfile|containerfile)\.(?!dockerignore$|md$|txt$)[^.].*", re.IGNORECASE)
#: JSON of editors and of JavaScript's tools, with comments in it by convention, or of no use to anyone here.
_TOOLS_JSON = re.compile(
    r"(?:.*/)?(?:\.(?:vscode|devcontainer)/.*|(?:ts|js)config(?:[.-][\w.-]+)?\.json|package-lock\.json|\.\w+rc\.json)"
)
_OWNERS = {"CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"}

_INTERPRETER = re.compile(
    rb"#![ \t]*(?:\S*/)?"  # the path of the interpreter, or of env
    rb"(?:env[ \t]+(?:-\S+[ \t]+|\w+=\S*[ \t]+)*(?:\S*/)?)?"
    rb"(?:(?P<python>(?:i?python|pypy)[\d.]*|uv[ \t]+run)|(?P<shell>(?:ba|z|da|k)?sh))(?=[ \t\r\n]|$)"
)


def by_name(path: str) -> str | None:
    """The kind that a path (``/``-separated, from the root) stands for; ``None`` where only its first line can tell."""
    if path in _OWNERS:
        return "codeowners"
    name = path.rpartition("/")[2]
    lower = name.lower()
    stem, dot, suffix = lower.rpartition(".")
    if lower in _NAMES:
        return _NAMES[lower]
    if _README.fullmatch(name) and (suffix if dot else "") in _README_SUFFIXES:
        return "readme"
    if _IMAGE.fullmatch(name):
        return "docker"
    if suffix == "json" and _TOOLS_JSON.fullmatch(path.lower()):
        return OTHER
    if dot and stem:
        return _SUFFIXES.get(suffix, OTHER)
    return None


def by_first_line(head: bytes) -> str:
    """The kind of a file with no telling name, from its first bytes: a script with a ``#!`` line, or other."""
    found = _INTERPRETER.match(head)
    if found is None:
        return OTHER
    return "python" if found.group("python") else "shell"


def kind_of(path: str, head: bytes = b"") -> str:
    """The kind of a file by its path from the root and, where the name says nothing, by its first bytes."""
    return by_name(path) or by_first_line(head)
