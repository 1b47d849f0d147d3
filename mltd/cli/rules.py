"""``mltd rules``: every rule there is, by category."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mltd.cli.output import to_stdout

if TYPE_CHECKING:
    from mltd.outcome import RuleInfo

__all__ = ["rules"]


@click.command()
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--rules", "folders", type=click.Path(path_type=Path), multiple=True, help="A folder with more rules.")
def rules(form: str, folders: tuple[Path, ...]) -> None:
    """List all rules and what each is about."""
    from mltd import packs

    found = [one.info() for one in packs.load(folders).values()]
    to_stdout(_json(found) if form == "json" else _text(found))


def _json(found: list[RuleInfo]) -> str:
    data = [
        {
            "name": one.name,
            "category": one.category.value,
            "value": one.value.value,
            "severity": one.severity.value,
            "effort": {"base": one.effort.base, "each": one.effort.each},
            "since": one.since,
            "pack": one.pack,
            "summary": one.summary,
        }
        for one in found
    ]
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _text(found: list[RuleInfo]) -> str:
    from rich.console import Console
    from rich.table import Table

    from mltd.model import Category
    from mltd.report.text import detect

    look = detect(sys.stdout)
    console = Console(width=look.page, force_terminal=look.ansi, no_color=not look.colour, highlight=False)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    for column in ("rule", "severity", "value"):
        table.add_column(column, no_wrap=True, style="bold" if column == "rule" else "")
    table.add_column("summary", ratio=1)
    for category in Category:
        rows = [one for one in found if one.category is category]
        if rows:
            table.add_row(f"[dim]{category.value}[/dim]")
        for one in rows:
            table.add_row(f"  {one.name}", one.severity.value, one.value.value, one.summary)
    with console.capture() as capture:
        console.print(table)
        console.print("mltd explain RULE shows a rule's page" if found else "no rules are installed")
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"
