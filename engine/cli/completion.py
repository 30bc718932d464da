"""`ordinance completion`: click's own script, for the shell to read when it starts."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from engine.cli import ordinance
from engine.cli.terminal import CannotDo

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> None:
    """Print the script that completes commands and options in a shell.

    \b
    bash, in ~/.bashrc:
      eval "$(ordinance completion bash)"
    zsh, in ~/.zshrc:
      eval "$(ordinance completion zsh)"
    fish:
      ordinance completion fish > ~/.config/fish/completions/ordinance.fish

    Exit code: 0 printed, 2 there is none for that shell.
    """
    found = get_completion_class(shell)
    if found is None:
        raise CannotDo(f"there is no completion for {shell}")
    click.echo(found(ordinance, {}, "ordinance", "_ORDINANCE_COMPLETE").source())
