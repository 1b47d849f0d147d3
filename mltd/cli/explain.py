"""``mltd explain``: a rule's page in the terminal."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mltd.cli.output import to_stdout

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from mltd.packs import Registry
    from mltd.rule import Rule

__all__ = ["explain"]

#: Examples of each kind that are shown by default.
_EXAMPLES = 1


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    from mltd import packs

    found = packs.load()
    return [CompletionItem(name) for name in found if name.startswith(incomplete)]


@click.command()
@click.argument("rule", shell_complete=_complete)
@click.option("--all", "whole", is_flag=True, help="With all examples.")
@click.option("--rules", "folders", type=click.Path(path_type=Path), multiple=True, help="A folder with more rules.")
def explain(rule: str, folders: tuple[Path, ...], whole: bool) -> None:
    """Show the page of RULE.

    What it is, why it is debt, an example of each kind, when to live with it.
    """
    from mltd import packs
    from mltd.report.page import condensed
    from mltd.strict import near
    from mltd.suppress import UnusedSuppression

    registry = packs.load(folders)
    if rule == UnusedSuppression.name:
        page = f"# {rule}\n\n{inspect.getdoc(UnusedSuppression) or ''}\n"
        kind: type[Rule] = UnusedSuppression
    elif rule in registry:
        page, kind = registry[rule].text(), registry[rule].rule
    else:
        known: Registry | list[str] = registry or [UnusedSuppression.name]
        raise click.UsageError(f'there is no rule "{rule}"{near(rule, known)}; mltd rules lists them')
    if not whole:
        page = condensed(page, _EXAMPLES, f"*{{}} more: mltd explain {rule} --all*")
    to_stdout(_rendered(page or f"# {rule}\n\nThis rule has no page.\n", kind))


def _rendered(page: str, rule: type[Rule]) -> str:
    from rich.console import Console
    from rich.markdown import Markdown

    from mltd.report.page import titled
    from mltd.report.text import detect

    look = detect(sys.stdout)
    width = min(look.page, 100)
    console = Console(width=width, force_terminal=look.ansi, no_color=not look.colour, highlight=False)
    head, _, rest = page.partition("\n")
    with console.capture() as capture:
        console.print(Markdown(titled("\n".join([head, "", facts(rule), "", rest])), code_theme="ansi_dark"))
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


def facts(rule: type[Rule]) -> str:
    """What the class says of itself, in Markdown: never typed into a page."""
    import msgspec

    effort = f"{rule.effort.base} minute{'' if rule.effort.base == 1 else 's'}"
    if rule.effort.each:
        effort += f", and {rule.effort.each} for each further place"
    kind = f"*{rule.severity.value}* of *{rule.category.value}*, serves *{rule.value.value}*"
    lines = [f"{kind}; {effort}; since {rule.since}.", f"After {rule.cites}."]
    defaults = rule.Options()
    options = [
        f"- option `{field.encode_name}`, by default `{getattr(defaults, field.name)!r}`"
        for field in msgspec.structs.fields(rule.Options)
    ]
    if options:
        lines += ["", *options]
    return "\n".join(lines)
