"""The command line: click, thin, a file a command. The only place that knows exit codes.

0 done, and all gates hold; 1 a gate failed; 2 wrong usage or configuration; 3 the program itself failed (a rule that
raised, too); 130 interrupted. Commands are imported when they are called.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Sequence

import click

from mltd import __version__
from mltd.cli.codes import FAILED, INTERRUPTED, USAGE

__all__ = ["cli", "main"]

#: Each command and the module that holds it, under the command's own name.
_COMMANDS = {
    "scan": "mltd.cli.scan",
    "graph": "mltd.cli.graph",
    "rules": "mltd.cli.rules",
    "explain": "mltd.cli.explain",
    "completion": "mltd.cli.completion",
}


class _Lazy(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, module in _COMMANDS.items() if importlib.util.find_spec(module) is not None]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = getattr(importlib.import_module(_COMMANDS[cmd_name]), cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in self.list_commands(ctx):
            from mltd.strict import near

            raise click.UsageError(f'no command "{args[0]}"{near(args[0], self.list_commands(ctx))}', ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mltd", message="%(prog)s %(version)s")
def cli() -> None:
    """Technical debt in machine learning code: what it is, where it is, what it costs."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line (the process's own by default) and give its exit code."""
    try:
        code = cli.main(args=arguments, prog_name="mltd", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("mltd: interrupted", err=True)
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last line of defence: what happened is told, never hidden
        return _told(error)
    return code if isinstance(code, int) else 0


def _told(error: Exception) -> int:
    """Say what went wrong on stderr, and whose business it is."""
    from mltd.config import ConfigError
    from mltd.packs import PackError

    if isinstance(error, (ConfigError, PackError)):
        for problem in error.problems:
            click.echo(f"mltd: {problem}", err=True)
        return USAGE
    import traceback

    click.echo("".join(traceback.format_exception(error)), err=True, nl=False)
    click.echo("mltd: the program itself failed, which is a mistake of ours: please report what stands above", err=True)
    return FAILED


if __name__ == "__main__":
    sys.exit(main())
