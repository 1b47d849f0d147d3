"""``mltd scan``: report, and exit with 0 unless a gate is set and fails."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mltd.cli import gates, output
from mltd.cli.codes import DONE, FAILED, GATE

if TYPE_CHECKING:
    from mltd.cli.assemble import Target
    from mltd.config import Gates, Loaded
    from mltd.outcome import Report, Sources

__all__ = ["processors", "scan", "target"]

FORMATS = ("text", "json", "sarif")
_ENDINGS = {".json": "json", ".sarif": "sarif"}


def _minutes(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """Days, hours and minutes: ``2d``, ``8h``, ``1h30m``, ``90``."""
    from mltd.config import minutes

    found = None if value is None else minutes(value)
    if value is not None and found is None:
        raise click.BadParameter(f'"{value}" is no time: write one like 2d, 8h, 1h30m or 90', ctx, param)
    return found


class _ScanCommand(click.Command):
    """``--report-only`` takes every file name that follows it, as pre-commit hands them over."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        valued = {
            name
            for option in self.get_params(ctx)
            if isinstance(option, click.Option) and not option.is_flag
            for name in option.opts
        }
        return super().parse_args(ctx, _spread(args, valued))


def _spread(args: list[str], valued: Collection[str]) -> list[str]:
    """``--report-only a --jobs 1 b`` as ``--report-only --only-file a --jobs 1 --only-file b``; ``valued`` are the
    options whose value may be the next word."""
    if "--report-only" not in args:
        return args
    start = args.index("--report-only") + 1
    done = args[:start]
    words = iter(args[start:])
    for word in words:
        if word == "--":
            done += [f"--only-file={name}" for name in words]
        elif word in valued:
            done += [word, *itertools.islice(words, 1)]
        elif word.startswith("-"):
            done.append(word)
        else:
            done += ["--only-file", word]
    return done


@click.command(cls=_ScanCommand)
@click.argument("paths", nargs=-1, type=click.Path(readable=False))
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), help="The format of the report, text by default.")
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    metavar="[FORMAT:]FILE",
    help="Write to a file, in the format of its ending (.json, .sarif) unless one is said; repeatable.",
)
@click.option("--select", multiple=True, metavar="RULE", help="Only these rules: names, category:NAME, value:NAME.")
@click.option("--ignore", multiple=True, metavar="RULE", help="Not these rules.")
@click.option("--report-only", is_flag=True, help="Analyse all, show what touches the FILES that follow.")
@click.option("--only-file", "only_files", multiple=True, type=click.Path(path_type=Path), hidden=True)
@click.option("--show-suppressed", is_flag=True, help="Show suppressed findings too.")
@click.option("--explain-score", is_flag=True, help="Show every term of the debt score.")
@click.option("--fail-on", type=click.Choice(["note", "warning", "error"]), help="Exit 1 on a finding so severe.")
@click.option("--max-ratio", type=click.FloatRange(min=0), help="Exit 1 if the debt ratio is above: 0.05 is 5 %.")
@click.option(
    "--max-rating",
    type=click.Choice(list("ABCDE"), case_sensitive=False),
    metavar="[A|B|C|D|E]",
    help="Exit 1 if it is worse.",
)
@click.option(
    "--max-debt",
    callback=_minutes,
    metavar="TIME",
    help="Exit 1 if the debt is above (2d, 8h, 1h30m, or minutes); the weakest of the gates.",
)
@click.option("--strict", is_flag=True, help="Exit 1 if a file had to be skipped, or none was read.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes that read files; by default one a processor.")
@click.option("--rules", "folders", multiple=True, type=click.Path(path_type=Path), help="A folder with more rules.")
@click.option("--config", type=click.Path(path_type=Path), help="The configuration file.")
@click.option("--no-config", is_flag=True, help="Read no configuration.")
@click.option("--allow-local-rules", is_flag=True, help="Run the rules that the scanned tree's configuration names.")
def scan(paths: tuple[str, ...], **options: Any) -> int:
    """Report the technical debt of PATHS.

    PATHS are by default the folder that you are in. A folder is a project; a file is scanned alone; several PATHS are
    several projects in one report.
    """
    from mltd import engine, packs
    from mltd.cli.assemble import Request, assemble
    from mltd.cli.progress import progress
    from mltd.config import ConfigError

    form, files = _outputs(options["form"], options["outputs"])
    asked = options["only_files"]
    if asked and not any(file.exists() for file in asked):
        raise click.UsageError(f'--report-only: there is no file "{output.printable(str(asked[0]))}"')
    try:
        targets = [target(path, options) for path in paths or (".",)]
    except ConfigError as bad:
        wrong = (
            engine.mistakes(packs.load(options["folders"]), bad.loaded)
            if bad.loaded and not bad.loaded.config.rules
            else []
        )
        raise ConfigError([*bad.problems, *wrong]) from None
    registry = packs.load([*options["folders"], *_local_rules(targets, options)])
    request = Request(
        select=_words(options["select"]),
        ignore=_words(options["ignore"]),
        report_only=tuple(file.resolve() for file in options["only_files"]) if options["report_only"] else None,
        show_suppressed=options["show_suppressed"],
        jobs=options["jobs"] or processors(),
    )
    with progress() as shown:
        report, sources = assemble(targets, registry, request, shown)
    report = _gated(report, targets[0].loaded.config.gates, options)
    for kind, file in files:
        output.to_file(_render(kind, report, sources, options, terminal=False), file)
    if form is not None:
        output.to_stdout(_render(form, report, sources, options, terminal=True))
    if form != "text":
        for sentence in report.gates:
            click.echo(f"mltd: gate failed: {sentence}", err=True)
    for error in report.errors:
        click.echo(f"mltd: the rule {error.rule} failed, the others went on: {error.message}", err=True)
    if report.errors:
        return FAILED
    return GATE if report.gates else DONE


def _outputs(form: str | None, outputs: tuple[str, ...]) -> tuple[str | None, list[tuple[str, Path]]]:
    """The format of standard output (None for nothing), and the files with theirs."""
    files: list[tuple[str, Path]] = []
    plain = False
    for one in outputs:
        kind, colon, name = one.partition(":")
        if colon and kind in FORMATS:
            files.append((kind, Path(name)))
        else:
            plain = True
            files.append((form or _ENDINGS.get(Path(one).suffix, "text"), Path(one)))
        if not files[-1][1].name:
            raise click.UsageError(f'no file name in --output "{one}"')
    return (None if plain else form or "text"), files


def target(path: str, options: dict[str, Any]) -> Target:
    """A path of the command line. Raises ``click.UsageError`` where there is nothing or it may not be read."""
    from mltd import config
    from mltd.cli.assemble import Target

    place = Path(path)
    if not place.exists():
        reason = "it is a link that leads nowhere" if place.is_symlink() else "there is no such file or folder"
        raise click.UsageError(f'cannot scan "{output.printable(path)}": {reason}')
    if not os.access(place, os.R_OK | (os.X_OK if place.is_dir() else 0)):
        raise click.UsageError(f'cannot scan "{output.printable(path)}": no permission to read it')
    if not place.is_dir() and not place.is_file():
        raise click.UsageError(f'cannot scan "{output.printable(path)}": it is neither a file nor a folder')
    root, only = (place, None) if place.is_dir() else (place.parent, place.name)
    explicit = options["config"]
    if options["no_config"] and explicit is not None:
        raise click.UsageError("--config and --no-config do not go together")
    loaded = config.Loaded(config.Config()) if options["no_config"] else config.load(root, explicit)
    return Target(output.printable(path), root, only, loaded)


def _local_rules(targets: list[Target], options: dict[str, Any]) -> list[Path]:
    """The rule folders of the configurations: code that runs only when the person at the keyboard says so."""
    folders: list[Path] = []
    for target in targets:
        loaded: Loaded = target.loaded
        if not loaded.config.rules:
            continue
        if options["allow_local_rules"] or options["config"] is not None:
            folders += [(loaded.folder or Path()) / name for name in loaded.config.rules]
        else:
            click.echo(f"mltd: {loaded.file} names rules of its own; they run with --allow-local-rules only", err=True)
    return folders


def _words(given: tuple[str, ...]) -> tuple[str, ...]:
    """Selectors, separated by commas or given one by one; one that is empty is kept, and selects nothing."""
    return tuple(word.strip() for one in given for word in one.split(",") if word.strip() or not one.strip())


def processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _gated(report: Report, configured: Gates, options: dict[str, Any]) -> Report:
    """The report with the gates that fail; what the command line says goes before the configuration."""
    import msgspec

    from mltd.model import Severity

    given: dict[str, Any] = {
        name: options[name] for name in ("max_ratio", "max_rating", "max_debt") if options[name] is not None
    }
    if options["fail_on"] is not None:
        given["fail_on"] = Severity(options["fail_on"])
    held = msgspec.structs.replace(configured, strict=configured.strict or options["strict"], **given)
    return msgspec.structs.replace(report, gates=gates.failed(report, held))


def _render(kind: str, report: Report, sources: Sources, options: dict[str, Any], *, terminal: bool) -> str:
    """The report in one format. Only what goes to standard output may look like more than plain text."""
    if kind == "json":
        from mltd.report import json

        return json.render(report)
    if kind == "sarif":
        from mltd.report import sarif

        return sarif.render(report, sources, suppressed=options["show_suppressed"])
    from mltd.report import text

    look = text.detect(sys.stdout) if terminal else text.Look()
    return text.render(report, sources, look, explain_score=options["explain_score"])
