"""`ordinance explain`: the paragraph of a code."""

from __future__ import annotations

import shutil

import click

from dsl.codes import codes, explain
from dsl.nearest import nearest
from engine.cli.terminal import CannotDo


@click.command()
@click.argument("code")
def command(code: str) -> None:
    """Explain a code that `ordinance check` printed: what it means, the way out, and an example.

    \b
      ordinance explain E201

    Exit code: 0 explained, 2 there is no such code.
    """
    text = explain(code)
    if text is None:
        near = nearest(code.strip().upper(), codes())
        say = (
            f"; near it: {', '.join(near)}" if near else "; a code is a letter and three digits, such as E201"
        )
        raise CannotDo(f"there is no code `{code}`{say}")
    width = min(shutil.get_terminal_size().columns, 100)
    for line in text.splitlines():
        click.echo(line if line.startswith("    ") else click.wrap_text(line, width))
