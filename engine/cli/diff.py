"""`ordinance diff`: what a change of rules means for orders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from engine.cli.deciding import decided
from engine.cli.diff_formats import PRINTERS, Changed, Compared
from engine.cli.happening import happening, happening_options, told
from engine.cli.many import Many
from engine.cli.opening import opened, refuse_errors, ruleset_root, shown_root
from engine.cli.terminal import CannotDo, note, watched
from engine.diff import written_changes
from engine.diff_outcomes import differences
from engine.folder import DiskFolder, Folder, FolderError, GitFolder
from engine.opened import Opened
from engine.samples import UnreadableFile, bytes_of, files_at, orders_in
from engine.show.words import Words
from events.importers import Imported

WORKING = "your files"


@dataclass(frozen=True)
class Version:
    name: str
    opened: Opened


@click.command(cls=Many)
@click.argument("words", metavar="REF [REF] [DIR]", nargs=-1, required=True)
@click.option(
    "--orders", "paths", multiple=True, metavar="FILE|DIR...", type=click.Path(path_type=Path),
    help="Orders to try beside the samples of both versions.",
)  # fmt: skip
@happening_options
@click.option(
    "--format", "into", type=click.Choice(list(PRINTERS)), default="human", show_default=True, help="How to print it."
)  # fmt: skip
@click.pass_context
def command(
    ctx: click.Context, words: tuple[str, ...], paths: tuple[Path, ...], label: str, details: tuple[str, ...],
    at: str | None, answers: tuple[str, ...], into: str,
) -> None:  # fmt: skip
    """Show which orders two versions of a ruleset treat differently, in what, and by which rules.

    REF is a git revision: a branch, a tag, a commit. With one, it is compared with the files as they are now; with two,
    the second is the newer. Both versions are given the same orders, the same event and the same time.

    \b
      ordinance diff main
      ordinance diff v1.2 v1.3 shop
      ordinance diff origin/main --orders exported/*.json --format markdown

    Exit code, as diff has it: 0 every order comes out alike (rules may still be written differently), 1 some do not,
    2 it could not be done.
    """
    refs, folder = split_words(words)
    before, after = versions(refs, ruleset_root(folder))
    event = happening(after.opened, label, details, at)
    answered = told(after.opened, answers)
    found: list[Changed] = []
    pairs = list(orders(before, after, paths))
    for old, new in watched(pairs, len(pairs), "comparing"):
        one, two = (
            next(decided(version.opened, [imported], event, answered, traced=True))
            for version, imported in ((before, old), (after, new))
        )
        different = differences((before.opened, one), (after.opened, two))
        order_id = two.order.id if two.order is not None else ""
        if different:
            found.append(Changed(new.place, order_id, tuple(different)))
    PRINTERS[into](
        Compared(
            before.name, after.name, event.label, tuple(written_changes(before.opened, after.opened)),
            tuple(found), len(pairs), Words(after.opened.zone, after.opened.schema.store.currency),
        )
    )  # fmt: skip
    unread = sum(new.error is not None for _, new in pairs)
    if unread:
        note(f"{unread} of them could not be read: `ordinance check` says why")
    if found:
        ctx.exit(1)


def split_words(words: Sequence[str]) -> tuple[list[str], Path]:
    """The last word is the folder where there is a folder of that name, and a revision stands before it."""
    refs, folder = list(words), Path(".")
    if len(refs) > 1 and Path(refs[-1]).is_dir():
        folder = Path(refs.pop())
    if len(refs) > 2:
        raise CannotDo(f"two versions are compared, and there are {len(refs)}: {' '.join(refs)}")
    return refs, folder


def versions(refs: Sequence[str], root: Path) -> tuple[Version, Version]:
    try:
        folders: list[tuple[str, Folder]] = [(ref, GitFolder.of(root, ref)) for ref in refs]
        for _, each in folders:
            each.paths()
    except FolderError as error:
        raise CannotDo(str(error)) from None
    if len(refs) == 1:
        folders.append((WORKING, DiskFolder(root)))
    (old_name, old), (new_name, new) = folders
    before, after = Version(old_name, opened(old)), Version(new_name, opened(new))
    for version in (before, after):
        where = "the rules" if version.name == WORKING else f"the rules at `{version.name}`"
        refuse_errors(version.opened.checked.errors, shown_root(root), f"{where} have errors")
    return before, after


def orders(before: Version, after: Version, paths: Sequence[Path]) -> Iterator[tuple[Imported, Imported]]:
    """Each order as either version reads it: the samples of both, the newer text where both have one, and those named."""
    for name, data in (*samples(before, after), *named(paths)):
        yield from zip(
            orders_in(data, name, before.opened.ruleset.config),
            orders_in(data, name, after.opened.ruleset.config),
            strict=True,
        )


def samples(before: Version, after: Version) -> Iterator[tuple[str, bytes]]:
    newer = set(after.opened.ruleset.samples)
    for path in sorted({*newer, *before.opened.ruleset.samples}):
        folder = (after if path in newer else before).opened.folder
        try:
            yield path, folder.read(path)
        except (OSError, FolderError) as error:
            raise CannotDo(f"`{path}` cannot be read: {error}") from None


def named(paths: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    try:
        for path in paths:
            for file in files_at(path):
                yield str(file), bytes_of(file)
    except UnreadableFile as error:
        raise CannotDo(str(error)) from None
