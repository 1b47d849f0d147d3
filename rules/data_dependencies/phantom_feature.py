"""phantom-feature: a column is asked for that the data cannot have."""

from __future__ import annotations

from collections.abc import Iterator

from mltd import Category, Effort, Finding, Phantom, Project, Rule, Severity, Value

#: Columns that the message names where there are few.
_NAMED = 6


class PhantomFeature(Rule):
    """A name is read from a table whose columns are all known, and none of them is called so."""

    name = "phantom-feature"
    category = Category.DATA_DEPENDENCIES
    value = Value.STABILITY
    severity = Severity.ERROR
    effort = Effort(base=20, each=5)
    cites = "Sculley et al. 2015, section 3, 'Static Analysis of Data Dependencies'"
    since = "0.1.0"

    def check(self, project: Project) -> Iterator[Finding]:
        """One finding for each place that reads a column which is not there."""
        for phantom in project.phantoms:
            files = phantom.site.file, *(source.read.entry for source in phantom.sources)
            if any(project.is_apart(one) or project.is_copy(one) for one in files):
                continue
            yield self.finding(
                project.place(phantom.site),
                f"there is no column {phantom.name} in {_named(phantom)}, and nothing before has added one",
                subject=f"feature:{phantom.name}:{phantom.site.file}",
                evidence=[
                    *(
                        project.evidence(
                            source.read.site, f"the table is read; its columns are {_listed(source.columns)}"
                        )
                        for source in phantom.sources
                    ),
                    project.evidence(phantom.site, f"{phantom.name} is read"),
                ],
                symbol=phantom.site.symbol,
            )


def _named(phantom: Phantom) -> str:
    names = dict.fromkeys(source.header or "what the call reads" for source in phantom.sources)
    return " and in ".join(names)


def _listed(columns: tuple[str, ...]) -> str:
    names = ", ".join(columns[:_NAMED])
    more = len(columns) - _NAMED
    return f"{names} and {more} more" if more > 0 else names
