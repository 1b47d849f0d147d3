"""``mltd completion``: the script that a shell needs to complete our commands."""

from __future__ import annotations

import click

from mltd.cli.output import to_stdout

__all__ = ["completion"]


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Write the completion script of a shell.

    \b
    bash:  eval "$(mltd completion bash)"      in ~/.bashrc
    zsh:   eval "$(mltd completion zsh)"       in ~/.zshrc
    fish:  mltd completion fish > ~/.config/fish/completions/mltd.fish
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    to_stdout(kind(ctx.find_root().command, {}, "mltd", "_MLTD_COMPLETE").source() + "\n")
