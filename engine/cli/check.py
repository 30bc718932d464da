"""`ordinance check`: everything that is wrong with a ruleset, in one run."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import click

from dsl.counting import count
from dsl.diagnostics import Diagnostic
from engine.cache import packed
from engine.cli.opening import folder_argument, opened, ruleset_root, shown_root
from engine.cli.terminal import CannotDo, colors, note
from engine.folder import DiskFolder
from engine.report import FORMATS, rendered, summary


@click.command()
@folder_argument
@click.option(
    "--format", "into", type=click.Choice(list(FORMATS)), default="human", show_default=True,
    help="How to print findings.",
)  # fmt: skip
@click.option("--strict", is_flag=True, help="Warnings are findings too: exit 1.")
@click.option("--fix", is_flag=True, help="Write what has one safe way out, and check what is left.")
@click.option("--diff", "show", is_flag=True, help="With --fix: change nothing, show what would change.")
@click.option(
    "--since", "ref", metavar="REF",
    help="Only what changed since a git revision, what depends on that, and what is found newly.",
)  # fmt: skip
@click.pass_context
def command(
    ctx: click.Context, folder: Path, into: str, strict: bool, fix: bool, show: bool, ref: str | None
) -> None:
    """Find everything that is wrong with a ruleset: rules, tables, ordinance.yaml, samples.

    Errors stop a dry run; warnings are advice. Each has a code that `ordinance explain` tells more about, and that
    `# allow W503: the reason, until 2027-01-31` silences where it stands.

    \b
      ordinance check
      ordinance check shop --strict
      ordinance check --fix --diff
      ordinance check --since main
      ordinance check --format github      in a pull request's checks

    Exit code: 0 no errors, 1 errors (with --strict: or warnings; with --diff: or something to fix), 2 there is no
    ruleset, or a file could not be written.
    """
    root = ruleset_root(folder)
    if show and not fix:
        raise CannotDo("`--diff` shows what `--fix` would change; give both")
    if fix and ref is not None:
        raise CannotDo("`--fix` mends the whole ruleset; give either it or `--since`")
    if fix:
        from engine.cli.fixing import fix_files  # late: who only checks needs none of it

        changes = fix_files(root, show=show)
        if show:
            ctx.exit(1 if changes else 0)
    every = findings(DiskFolder(root))
    found = every if ref is None else changed_since(ref, root, every)
    for piece in rendered(found, into, color=colors(sys.stdout), folder=shown_root(root)):
        click.echo(piece, nl=False)
    note(summary(found))
    fixable = sum(any(way.safe for way in each.fixes) for each in found)
    if fixable and not fix:
        note(f"{fixable} of them can be fixed: ordinance check --fix")
    if len(every) > len(found):
        others = count(len(every) - len(found), "finding")
        note(f"{others} elsewhere not shown: ordinance check")
    if any(strict or each.severity == "error" for each in found):
        ctx.exit(1)


def changed_since(ref: str, root: Path, found: list[Diagnostic]) -> list[Diagnostic]:
    """Of all findings those that a change is to be asked about."""
    from engine import since  # late, and git with it
    from engine.folder import FolderError, GitFolder
    from engine.samples import checked_with_samples

    try:
        before = GitFolder.of(root, ref)
        change = since.change(before, DiskFolder(root), opened(DiskFolder(root)).ruleset.files)
        known = since.told_before(checked_with_samples(opened(before)) if found else ())
    except FolderError as error:
        raise CannotDo(str(error)) from None
    return since.shown(found, change, known)


def findings(folder: DiskFolder) -> list[Diagnostic]:
    """Of the ruleset and its samples; as an earlier run left them where nothing has changed since."""
    known = packed.findings(folder, dt.date.today())
    if known is not None:
        return known
    from engine.samples import checked_with_samples  # and with it all that reads orders

    return checked_with_samples(opened(folder))
