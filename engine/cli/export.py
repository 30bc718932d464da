"""`ordinance export`: the intermediate form of the rules, for other programs."""

from __future__ import annotations

from pathlib import Path

import click

from engine.cli.opening import decidable, folder_argument
from engine.export import export_form
from events.jsontext import dumps


@click.command()
@folder_argument
def command(folder: Path) -> None:
    """Print the checked rules as JSON, every name resolved, for other programs.

    The member "schema" is "ordinance.form/1"; members are only ever added to it. docs/commands.md tells what it holds.

    \b
      ordinance export > rules.json

    Exit code: 0 printed, 2 the rules have errors.
    """
    opened = decidable(folder)
    click.echo(dumps(export_form(opened.checked.form, opened.ruleset.digest), indent=2))
