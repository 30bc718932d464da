"""`ordinance check`: everything that is wrong with a ruleset, in one run."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from engine.cli.opening import folder_argument, opened_at, ruleset_root, shown_root
from engine.cli.terminal import colors, note
from engine.report import FORMATS, render, summary
from engine.samples import checked_with_samples


@click.command()
@folder_argument
@click.option(
    "--format", "into", type=click.Choice(list(FORMATS)), default="human", show_default=True,
    help="How to print findings.",
)  # fmt: skip
@click.option("--strict", is_flag=True, help="Warnings are findings too: exit 1.")
@click.pass_context
def command(ctx: click.Context, folder: Path, into: str, strict: bool) -> None:
    """Find everything that is wrong with a ruleset: rules, tables, ordinance.yaml, samples.

    Errors stop a dry run; warnings are advice. Each has a code that `ordinance explain` tells more about, and that
    `# allow W503: the reason, until 2027-01-31` silences where it stands.

    \b
      ordinance check
      ordinance check shop --strict
      ordinance check --format github      in a pull request's checks

    Exit code: 0 no errors, 1 errors (with --strict: or warnings), 2 there is no ruleset.
    """
    opened = opened_at(folder)
    found = checked_with_samples(opened)
    click.echo(
        render(found, into, color=colors(sys.stdout), folder=shown_root(ruleset_root(folder))), nl=False
    )
    note(summary(found))
    if any(strict or each.severity == "error" for each in found):
        ctx.exit(1)
