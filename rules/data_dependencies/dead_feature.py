"""dead-feature: a feature is computed, and nothing uses it."""

from __future__ import annotations

from collections.abc import Iterator

from mltd import Category, ColumnDefinition, Effort, Evidence, Finding, Project, Rule, Severity, Site, Value

#: Of a list that nothing reads at most one name in so many may be no column that the flow knows.
_UNKNOWN = 6

#: Names of columns listed at most in what is said and of a list in the evidence, and copies shown.
_LISTED, _NAMED, _COPIES = 3, 5, 12


class DeadFeature(Rule):
    """A column, a list of features or a function that builds features, and no consumer of it anywhere in the tree."""

    name = "dead-feature"
    category = Category.DATA_DEPENDENCIES
    value = Value.DELETION
    severity = Severity.WARNING
    effort = Effort(base=15, each=5)
    cites = "Sculley et al. 2015, section 3, 'Underutilized Data Dependencies'"
    since = "0.1.0"

    def check(self, project: Project) -> Iterator[Finding]:
        """One finding for each column, list or function."""
        yield from self._columns(project)
        yield from self._lists(project)
        yield from self._builders(project)

    def _columns(self, project: Project) -> Iterator[Finding]:
        dead: dict[object, list[ColumnDefinition]] = {}
        for definition in project.columns:
            if not definition.added or project.unfinished(definition) or _only_tests(project, definition):
                continue
            if definition.predicted or definition.same:
                continue  # no feature: what a model says, or a label that says the same of every row and costs nothing
            if any(definition.name in origin.names for origin in definition.onto):
                continue  # the data had a column of that name before, and something reads it
            if project.demand.needed(definition) or definition.derives or project.asked_for_later(definition):
                continue
            if definition.outlived or not _unfinished(project, definition):
                dead.setdefault((definition.site.file, definition.site.at), []).append(definition)
        again: dict[object, list[list[ColumnDefinition]]] = {}
        for definitions in dead.values():
            if _all_dead(project, definitions[0]):
                names = tuple(sorted(one.name for one in definitions))
                again.setdefault((_told_once(project, definitions[0].site), names), []).append(definitions)
        for groups in again.values():
            yield self._column(project, groups)

    def _column(self, project: Project, groups: list[list[ColumnDefinition]]) -> Finding:
        first, names = groups[0][0], [one.name for one in groups[0]]
        listed = ", ".join(map(repr, names[:_LISTED])) + (" and others" if len(names) > _LISTED else "")
        if len(names) > 1 and first.replaced:
            what = f"this computation of the columns {listed} is replaced before anything reads it"
        elif len(names) > 1:
            what = f"the columns {listed} are computed and nothing uses them"
        elif first.replaced:
            what = f"this computation of the column {first.name!r} is replaced before anything reads it"
        elif _lives_elsewhere(project, first):
            what = f"nothing uses this computation of the column {first.name!r}; what is used is computed elsewhere"
        else:
            what = f"the column {first.name!r} is computed and nothing uses it"
        evidence = _why(project, first)
        evidence += [project.evidence(group[0].site, "the same is done here") for group in groups[1 : _COPIES + 1]]
        return self.finding(
            project.place(first.site),
            what,
            subject=f"feature:{first.name}",
            evidence=evidence,
            extent=len(first.dropped) + len(groups) - 1,
            symbol=first.site.symbol,
        )

    def _lists(self, project: Project) -> Iterator[Finding]:
        for found, copies in project.name_lists.items():
            known = project.column_names(found.site.file) & set(found.items)
            few = len(found.items) - len(known)
            if len(known) < 2 or few * _UNKNOWN > len(found.items):
                continue
            told = sorted(known)[:_NAMED]
            others = f" and {len(found.items) - len(told)} more" if len(found.items) > len(told) else ""
            named = f"the list names {', '.join(told)}{others}, and no file reads {found.name}"
            where = f" in any of the {len(copies) + 1} files that it stands in" if copies else ""
            yield self.finding(
                project.place(found.site),
                f"the list {found.name} names {len(found.items)} columns and nothing reads it{where}",
                subject=f"feature:{found.name}",
                evidence=[
                    project.evidence(found.site, named),
                    *(project.evidence(copy.site, "the same list stands here") for copy in copies[:_COPIES]),
                ],
                extent=len(copies),
            )

    def _builders(self, project: Project) -> Iterator[Finding]:
        plots = {(event.site.file, event.site.symbol) for event in project.events if event.verb == "plots"}
        for builder in project.unused_builders:
            file = builder.site.file
            private = builder.name.startswith("_")
            if project.is_apart(file) or (project.builds_distribution(file) and not private):
                continue
            if not project.in_use(file) or (file, builder.name) in plots:
                continue  # a toolbox that nobody uses here, or a function that draws a picture
            evidence = [project.evidence(builder.site, f"{builder.name} is defined, and no file calls or names it")]
            evidence += [project.evidence(site, "it computes a column here") for site in builder.stores[:8]]
            yield self.finding(
                project.place(builder.site),
                f"{builder.name} builds features and nothing calls it",
                subject=f"function:{builder.name}",
                evidence=evidence,
                extent=len(builder.stores),
                symbol=builder.name,
            )


def _told_once(project: Project, site: Site) -> tuple[str, str]:
    """What a column is told once for: a body, and the bodies of that name in the project that are copies of it."""
    return (project.places.root(site.file), site.symbol) if site.symbol else (site.file, "")


def _lives_elsewhere(project: Project, definition: ColumnDefinition) -> bool:
    """Whether the file computes a column of that name at another place too, and something takes that one by its name,
    or carries it away: who takes any column may not mean this one."""
    return any(
        project.demand.needed(one)
        for one in project.columns_called(definition.site.file, definition.name)
        if one is not definition and (one.stored or one.derives or any(why == "read" for _site, why in one.uses))
    )


def _unfinished(project: Project, definition: ColumnDefinition) -> bool:
    """Whether a column of which the table goes nowhere is the end of somebody's work so far, at the top of a program,
    or comes from no data and stands in a table that none came into: a report that nobody looks at."""
    if not definition.onto and not definition.computed:
        return True
    return not definition.site.symbol and not _lives_elsewhere(project, definition)


def _only_tests(project: Project, definition: ColumnDefinition) -> bool:
    """Whether a column stands in a test or a lesson, or only tests ever run the code: a module that others import
    and that runs its own functions when started shows them to a person, no more."""
    own = definition.site.file
    if project.is_notebook(own) and project.is_teaching(own):
        return True
    if definition.stack and project.is_imported(own):
        return all(project.is_apart(entry) or entry == own for entry in definition.entries)
    return project.is_apart(own) or all(project.is_apart(entry) for entry in definition.entries)


def _all_dead(project: Project, first: ColumnDefinition) -> bool:
    """Whether every column that the same statement makes is dead: a loop that makes live ones too, or a call whose
    other results are used, is no dead code."""
    return not any(project.demand.needed(one) for one in project.columns_made_with(first))


def _why(project: Project, definition: ColumnDefinition) -> list[Evidence]:
    """Where it is added, where it is carried, where it is thrown away."""
    steps = [project.evidence(definition.site, f"{definition.name!r} is added here")]
    for event in sorted(definition.stored, key=lambda event: event.order)[:4]:
        steps.append(project.evidence(event.site, "it is saved with the whole table"))
        read = "the table is read here, and nothing takes this column of it"
        steps += [project.evidence(reader.site, read) for reader in project.readers(event)[:4]]
    steps += [project.evidence(site, "it is replaced before anything reads it") for site in definition.replaced[:2]]
    steps += [project.evidence(site, "it is dropped here") for site in definition.dropped[:6]]
    return steps
