"""Folders that hold no code of the project's own: environments, caches, build output, copies of other projects.

A folder is judged by what it holds wherever its name alone would be weak: ``build`` or ``vendor`` may well be a
package of the project, and ``env`` its simulator.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

__all__ = ["is_outside", "is_silent"]

#: Caches and repositories: nobody takes them for the project's code, so nobody is told.
_SILENT = {
    "__pycache__", ".git", ".hg", ".svn", ".bzr", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".pytype",
    ".hypothesis", ".ipynb_checkpoints", ".cache", ".gradle", ".idea", ".Trash",
}  # fmt: skip

#: Names that only tools give, for installed or generated things.
_STRONG = {
    "node_modules", "bower_components", "jspm_packages", "site-packages", "dist-packages", "__pypackages__", ".tox",
    ".nox", ".eggs", ".pixi", ".direnv", ".pyenv", ".terraform", ".aws-sam", ".serverless", "cdk.out", ".hydra",
    "htmlcov", "_vendor", "_vendored", "vendored", "third_party", "thirdparty", "third-party", "3rdparty",
}  # fmt: skip

_GENERATED = re.compile(r".+\.(?:egg-info|dist-info|egg)")
_STANDARD_LIBRARY = re.compile(r"(?:.*/)?lib(?:64)?/(?:python|pypy)\d+(?:\.\d+)?")
_LICENCE = re.compile(r"(?:licen[cs]e|copying|notice|unlicense)(?:[-.].*)?", re.IGNORECASE)
_BUILT_FOR = re.compile(r"(?:lib|temp|bdist|scripts)[.-].+")
_ARCHIVE = re.compile(r".+\.(?:whl|egg|tar\.gz)")
_RENDERED = {"html", "doctrees", ".doctrees", "latex", "jupyter_execute", "dirhtml", ".jupyter_cache"}
_VENDOR_LISTS = {"vendor.txt", "vendored.txt", "modules.txt", "autoload.php"}
_PACKAGING = {"setup.py", "setup.cfg", "PKG-INFO", "package.json", "composer.json"}
_RUNS = re.compile(r"(?:offline-)?run-\d{8}_\d{6}-\w+")


def is_silent(path: str) -> bool:
    """Whether a folder's leaving out needs no telling."""
    return path.rstrip("/").rpartition("/")[2] in _SILENT


def is_outside(path: str, names: Collection[str], below: Callable[[str], Collection[str]]) -> bool:
    """Whether the folder ``path`` (no slash at its end), which holds ``names``, is not the project's own code.

    ``below`` gives the names in another folder, nothing for one that is missing.
    """
    parent, _, name = path.rpartition("/")
    if name in _SILENT or name in _STRONG or _GENERATED.fullmatch(name) or _STANDARD_LIBRARY.fullmatch(path):
        return True
    if _is_environment(path, names, below):
        return True
    if name in ("build", "_build"):
        return _is_build(path, parent, names, below)
    if name == "dist":
        return "__init__.py" not in names and any(_ARCHIVE.fullmatch(child) for child in names)
    if name in ("vendor", "extern", "external", "externals"):
        return _is_copied(path, names, below)
    if name == "mlruns":
        return ".trash" in names or any("meta.yaml" in below(f"{path}/{child}") for child in names)
    if name == "wandb":
        return "__init__.py" not in names and any(_RUNS.fullmatch(child) for child in names)
    return False


def _is_environment(path: str, names: Collection[str], below: Callable[[str], Collection[str]]) -> bool:
    """A virtual or conda environment, whatever its name."""
    if "pyvenv.cfg" in names or "conda-meta" in names:
        return True
    return any(
        scripts in names and not {"activate", "activate.bat", "activate_this.py"}.isdisjoint(below(f"{path}/{scripts}"))
        for scripts in ("bin", "Scripts")
    )


def _is_build(path: str, parent: str, names: Collection[str], below: Callable[[str], Collection[str]]) -> bool:
    """Output of setuptools (``lib.linux-x86_64``, or ``lib`` with a copy of what stands beside) or of Sphinx."""
    if "__init__.py" in names:
        return False
    if any(_BUILT_FOR.fullmatch(child) for child in names) or not _RENDERED.isdisjoint(names):
        return True
    if "lib" not in names:
        return False
    copies = set(below(f"{path}/lib"))
    beside = set(below(parent)) | set(below(f"{parent}/src" if parent else "src"))
    return bool(copies & (beside - {"__init__.py"}))


def _is_copied(path: str, names: Collection[str], below: Callable[[str], Collection[str]]) -> bool:
    """Other people's projects: their licences or lists came along, or each still has its packaging."""
    if not _VENDOR_LISTS.isdisjoint(names) or any(_LICENCE.fullmatch(child) for child in names):
        return True
    for child in names:
        inner = below(f"{path}/{child}")
        if not _PACKAGING.isdisjoint(inner) or any(_LICENCE.fullmatch(grandchild) for grandchild in inner):
            return True
    return False
