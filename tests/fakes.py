"""A project without an analysis, and rules that need none: for what stands above the graph."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import msgspec

from mltd.cli.analysis import Analysis, Progress
from mltd.cli.sources import TreeSources
from mltd.config import Config
from mltd.model import Category, Comment, Effort, Evidence, Finding, Place, Severity, Value
from mltd.outcome import Seen, Skipped
from mltd.packs import Registered, Registry
from mltd.rule import Rule


class FakeProject:
    """Texts by path; a notebook's cells are texts too."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self.sources = dict(sources)

    @property
    def paths(self) -> Collection[str]:
        return self.sources.keys()

    def component(self, path: str) -> str:
        return path.partition("/")[0] if "/" in path else "."

    def owner(self, path: str) -> str | None:
        return "@everyone" if path.startswith("owned/") else None

    def comments(self, path: str) -> Iterable[Comment]:
        for cell, text in self.texts(path):
            yield from _comments(path, cell, text)

    def texts(self, path: str) -> Iterator[tuple[int | None, str]]:
        """The whole file, or each code cell with its number."""
        if not path.endswith(".ipynb"):
            yield None, self.sources[path]
            return
        cells = cast("Any", msgspec.json.decode(self.sources[path]))["cells"]
        for number, cell in enumerate(cells, 1):
            if cell["cell_type"] == "code":
                yield number, "".join(cell["source"])

    def calls(self, name: str) -> Iterator[Place]:
        """Every line that holds ``name(``."""
        for path in sorted(self.sources):
            for cell, text in self.texts(path):
                for number, line in enumerate(text.split("\n"), 1):
                    column = line.find(f"{name}(") + 1
                    if column:
                        yield Place(path, number, column, number, column + len(name), cell)


def _comments(path: str, cell: int | None, text: str) -> Iterator[Comment]:
    if not path.endswith((".py", ".ipynb")):
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            line, column = token.start
            own = not token.line[:column].strip()
            yield Place(path, line, column + 1, line, token.end[1] + 1, cell), token.string, own


class ShoutOptions(msgspec.Struct, frozen=True, rename="kebab"):
    """What counts as shouting."""

    call_name: str = "shout"
    at_most: int = 0


class Shout(Rule):
    """Calls of ``shout``."""

    name = "shout"
    category = Category.PROCESS
    value = Value.SIMPLICITY
    severity = Severity.WARNING
    effort = Effort(10, 5)
    cites = "the tests"
    since = "0.1.0"
    Options = ShoutOptions

    def check(self, project: Any) -> Iterator[Finding]:
        found = list(project.calls(self.options.call_name))
        for place in found[self.options.at_most :]:
            yield self.finding(place, "this shouts", subject="call:shout", evidence=[Evidence(place, "the call")])


class Whisper(Rule):
    """Calls of ``whisper``: a note of another category."""

    name = "whisper"
    category = Category.CULTURE
    value = Value.DELETION
    severity = Severity.NOTE
    effort = Effort(1)
    cites = "the tests"
    since = "0.1.0"

    def check(self, project: Any) -> Iterator[Finding]:
        for place in project.calls("whisper"):
            yield self.finding(place, "this whispers", subject="call:whisper", evidence=[Evidence(place, "the call")])


class Broken(Rule):
    """Raises after its first finding."""

    name = "broken"
    category = Category.PROCESS
    value = Value.SIMPLICITY
    severity = Severity.ERROR
    effort = Effort(1)
    cites = "the tests"
    since = "0.1.0"

    def check(self, project: Any) -> Iterator[Finding]:
        for place in project.calls("shout"):
            yield self.finding(place, "before it broke", subject="x", evidence=[Evidence(place, "here")])
        raise RuntimeError("out of luck")


def registry(*rules: type[Rule]) -> Registry:
    """A registry of just those rules."""
    return Registry(Registered(rule, Path(f"{rule.name}.py"), "tests") for rule in rules)


class FakeAnalysis:
    """Stands where ``mltd.cli.analysis.analyse`` stands: reads the Python files, skips what is not UTF-8."""

    def __init__(self, statements: int = 100) -> None:
        self.statements = statements
        self.jobs: list[int] = []

    def __call__(self, root: Path, only: str | None, config: Config, jobs: int, progress: Progress | None) -> Analysis:
        self.jobs.append(jobs)
        sources: dict[str, str] = {}
        skipped: list[Skipped] = []
        for file in [root / only] if only else sorted(root.rglob("*.py")):
            path = file.relative_to(root).as_posix()
            try:
                sources[path] = file.read_text("utf-8")
            except UnicodeDecodeError:
                skipped.append(Skipped(path, "not UTF-8"))
        if progress:
            progress(len(sources), len(sources))
        return Analysis(
            FakeProject(sources),
            TreeSources(lambda path: (root / path).read_bytes()),
            files=len(sources),
            lines=sum(text.count("\n") for text in sources.values()),
            statements=self.statements,
            seen=Seen(models=1),
            skipped=tuple(skipped),
            excluded=("venv/",),
        )
