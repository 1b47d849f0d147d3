"""Where programs run from: what commands say, what the program's own paths and imports show."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from mltd.flow.events import Event
from mltd.flow.texts import HOLE, TREE, normal
from mltd.graph.declarations import Run
from mltd.graph.places import Places, parents

#: What lies above the scanned root, and what a program has to itself.
_ABOVE = "/\x02above/"
_OWN = "/\x02own/"
#: Working folders of hosted notebooks, a new one each session, and what in them is not: mounted drives.
#: https://www.kaggle.com/docs/notebooks, https://research.google.com/colaboratory/faq.html
_SESSIONS = {"/kaggle/working/": "/kaggle/working/\0", "/content/": "/content/drive/"}
#: Folders that only a notebook hosted by Kaggle has.
_HOSTED = ("/kaggle/working", "/kaggle/input")
#: Where it mounts data sets and the outputs of other notebooks, each by its name in its address.
_INPUTS = ("../input/", "/kaggle/input/")
_NO_WORD = re.compile(r"[\W_]+")
#: An absolute path of Windows.
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


class Running:
    """The folders that each program may run in: one where it is known, else the few that are likely."""

    def __init__(
        self, places: Places, runs: Iterable[Run], events: Iterable[Event], imports: Mapping[str, Iterable[str]]
    ) -> None:
        self._places = places
        self._known: dict[str, set[str]] = defaultdict(set)
        for run in runs:
            if run.folder is not None:
                self._known[run.program].add(run.folder)
        self._imports = imports
        self._relative: dict[str, set[str]] = defaultdict(set)
        self._hosted: set[str] = set()
        for event in events:
            for text in (*event.paths, *event.to):
                head = text.template
                if head.startswith(_HOSTED):
                    self._hosted.add(event.entry)
                if head and head[0] not in "/~\x01" and "://" not in head:
                    self._relative[event.entry].add(normal(head))
        self._found: dict[str, tuple[str, ...]] = {}
        self._notebooks: dict[str, list[str]] = defaultdict(list)
        for path in imports:
            if places.is_notebook(path):
                stem = posixpath.basename(path).rpartition(".")[0]
                self._notebooks[_NO_WORD.sub("-", stem.lower()).strip("-")].append(path)

    def session(self, program: str) -> str:
        """The place of a program that runs on a machine of its own (a hosted notebook), empty for any other."""
        return program if program in self._hosted else ""

    def mounted(self, template: str) -> tuple[str, str] | None:
        """The notebook of the tree whose output a path of Kaggle's folder of inputs means, and the path in that output:
        ``../input/NAME/x.csv`` is the file ``x.csv`` that the notebook of that name leaves."""
        for front in _INPUTS:
            name, found, inside = template[len(front) :].partition("/") if template.startswith(front) else ("", "", "")
            notebooks = self._notebooks.get(name, ()) if found and HOLE not in name else ()
            if len(notebooks) == 1 and inside:
                return notebooks[0], inside
        return None

    def input(self, program: str, template: str) -> str | None:
        """What a notebook's ``../input/NAME/x.csv`` is where Kaggle mounts its data sets: the same for all notebooks,
        wherever they lie in the tree; None for other paths, and where the tree has such a folder itself."""
        front = _INPUTS[0]
        if not template.startswith(front) or template.count("/") <= front.count("/") or HOLE in template:
            return None
        if not self._places.is_notebook(program):
            return None
        own = normal(posixpath.join(posixpath.dirname(program), front.rstrip("/")))
        return None if self._places.exists(own) else _INPUTS[1] + template[len(front) :]

    def folders(self, program: str) -> tuple[str, ...]:
        """Where a program may run: relative paths are meant from there."""
        if program not in self._found:
            self._found[program] = self._folders(program)
        return self._found[program]

    def _folders(self, program: str) -> tuple[str, ...]:
        own, root = posixpath.dirname(program), self._places.root(program)
        if self._places.is_notebook(program):
            return (own,)
        if self._known.get(program):
            return tuple(sorted(self._known[program]))
        scores = {folder: self._score(program, folder) for folder in dict.fromkeys((own, *parents(program), root, ""))}
        best = max(scores.values())
        if best > 0:
            found = tuple(folder for folder, score in scores.items() if score == best)
            likely = tuple(folder for folder in found if folder in (own, root))
            return likely or found
        # Nothing speaks for any: its own folder and the project's root, unless paths would lead out of the tree there.
        better = max(scores[own], scores[root])
        return tuple(folder for folder in dict.fromkeys((own, root)) if scores[folder] == better)

    def _score(self, program: str, folder: str) -> int:
        """How much speaks for a folder: paths whose first parts exist there, imports that need it."""
        score = 0
        between = folder not in ("", posixpath.dirname(program), self._places.root(program))
        for path in self._relative.get(program, ()):
            if between and path.startswith(".."):
                continue  # who steps up from a folder that is neither his own nor his project's
            target = normal(posixpath.join(folder, path)) if folder else path
            if target.startswith(".."):
                score -= 2 + target.split("/").count("..")
                continue
            constant = target.partition(HOLE)[0]
            head = posixpath.dirname(constant)
            if self._places.exists(constant.rstrip("/")):
                score += 3
            elif head and head != folder and self._places.exists(head):
                score += 2
        own = posixpath.dirname(program)
        if folder != own:
            prefix = f"{folder}/" if folder else ""
            names = [name for name in self._imports.get(program, ()) if not name.startswith(".")]
            if any(self._module_below(prefix + name.replace(".", "/"), own) for name in names):
                score += 2
        elif any(
            self._module_below(posixpath.join(own, name.replace(".", "/")), None)
            for name in self._imports.get(program, ())
        ):
            score += 2
        return score

    def _module_below(self, base: str, unless: str | None) -> bool:
        if unless is not None and posixpath.dirname(base) == unless:
            return False
        return self._places.exists(base + ".py") or self._places.exists(base + "/__init__.py")


def locations(template: str, folders: Iterable[str], session: str = "") -> dict[str, str | None]:
    """The places in the tree (or absolute names) that a path may mean, ``HOLE`` for its unknown parts, each with the
    folder that it is meant from, None where the path says so itself. ``session`` is the place of a program that runs
    on a machine of its own: what it leaves in its working folder nobody else sees."""
    if template.startswith(TREE):
        target = normal(template[len(TREE) :].lstrip("/"))
        return {_ABOVE + target if target.startswith("..") else target: None}
    if not template or template.startswith("~"):
        return {}
    if template.startswith("/") and not posixpath.dirname(normal(template)).strip("/"):
        return {}  # nobody keeps files at the root of a machine: a folder's name was empty
    for home, shared in _SESSIONS.items():
        if template.startswith(home) and not template.startswith(shared):
            return {f"{_OWN}{session or home}/{normal(template[len(home) :])}": None}
    if template.startswith("/") or "://" in template[:12] or _DRIVE.match(template):
        return {normal(template): None}
    if session:
        return {f"{_OWN}{session}/{normal(template)}": None}
    found: dict[str, str | None] = {}
    for folder in folders:
        target = normal(posixpath.join(folder, template)) if folder else normal(template)
        if target.startswith(".."):
            # Above the scanned root: still one place, seen from there.
            target = _ABOVE + target
        found.setdefault(target, folder)
    return found
