"""Who owns which file: the CODEOWNERS of the repository, in the semantics of its host."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mltd.source.history import top
from mltd.source.tree import Skip

__all__ = ["owners"]

#: Where GitHub looks, in its order, then what GitLab has besides. Only the first file that is there counts.
#: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
#: https://docs.gitlab.com/user/project/codeowners/
_HOMES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")


def owners(root: Path, paths: Iterable[str]) -> tuple[dict[str, str], list[Skip]]:
    """The owners of those of the ``paths`` below ``root`` that have some, as they are written, one space between them;
    and what could not be read.

    A folder inside a git checkout is owned by what the file at the checkout's top says. Owners that GitLab gives to a
    section as a whole are not known.
    """
    root = root.resolve()
    home = top(root) or root
    file = next((name for name in _HOMES if (home / name).is_file()), None)
    if file is None:
        return {}, []
    from codeowners import CodeOwners

    prefix = "" if home == root else f"{root.relative_to(home).as_posix()}/"
    try:
        rules = CodeOwners((home / file).read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError) as error:
        return {}, [Skip(file, f"not CODEOWNERS: {error}")]
    found = {path: " ".join(name for _kind, name in rules.of(prefix + path)) for path in paths}
    return {path: names for path, names in found.items() if names}, []
