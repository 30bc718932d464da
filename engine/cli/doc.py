"""`ordinance doc`: the documentation of a ruleset, for the people whose orders it is about."""

from __future__ import annotations

from pathlib import Path

import click

from engine.booklet.content import booklet
from engine.cli.opening import decidable, folder_argument
from engine.cli.output import writing
from engine.cli.terminal import note


@click.command()
@folder_argument
@click.option(
    "--format", "into", type=click.Choice(["html", "markdown"]), default="html", show_default=True,
    help="html: one page to open, print or mail.",
)  # fmt: skip
@click.option(
    "--out", "--output", "output", metavar="FILE", type=click.Path(path_type=Path), help="Write into a file."
)
def command(folder: Path, into: str, output: Path | None) -> None:
    """Write a ruleset down for people who read no rules.

    Each rule is an English sentence, made from what it does, with its reason, its owner, the tests that name it and the
    samples that make it run; with tables, lists, settings (never secrets), and a picture of which events lead to which.

    \b
      ordinance doc --out rules.html
      ordinance doc shop --format markdown --out docs/rules.md

    Exit code: 0 written, 2 the rules have errors.
    """
    book = booklet(decidable(folder))
    with writing(output) as out:
        if into == "html":
            from engine.booklet.html import html  # late: Pygments is not needed for Markdown

            html(book, out)
        else:
            from engine.booklet.markdown import markdown

            markdown(book, out)
    if output is not None:
        note(f"wrote {output}")
