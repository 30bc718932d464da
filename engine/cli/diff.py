"""`ordinance diff`: what a change of rules means for orders."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from dsl.counting import count
from engine.cli.happening import happening, happening_options, told
from engine.cli.many import Many
from engine.cli.opening import opened, refuse_errors, ruleset_root, shown_root
from engine.cli.output import writing
from engine.cli.terminal import CannotDo, colors, note, progress
from engine.diff.comparing import Comparison
from engine.diff.documents import Document, Documents
from engine.diff.formats import FORMATS
from engine.diff.formats.result import Result
from engine.diff.spreading import Lost, summaries
from engine.diff.summary import Summary
from engine.diff.version import Version
from engine.diff.written import written_changes
from engine.folder import DiskFolder, Folder, FolderError, GitFolder, TooLarge
from engine.samples import UnreadableFile
from events.store import StoreError

WORKING = "your files"
FULL = 3


@click.command(cls=Many)
@click.argument("words", metavar="REF [REF] [DIR]", nargs=-1, required=True)
@click.option(
    "--orders", "paths", multiple=True, metavar="FILE|DIR...", type=click.Path(path_type=Path),
    help="Orders to try: files, folders of them, a history (.jsonl, .jsonl.gz) or a store. Default: the samples of both versions.",
)  # fmt: skip
@happening_options
@click.option(
    "--full", type=click.IntRange(min=0), default=FULL, show_default=True, metavar="N",
    help="Orders to show in full, each for another kind of difference.",
)  # fmt: skip
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N",
    help="Processes that compare. Default: as many as the machine has cores.",
)  # fmt: skip
@click.option(
    "--format", "into", type=click.Choice(list(FORMATS)), default="human", show_default=True,
    help="markdown: for the comment of a pull request; html: one page to open or mail.",
)  # fmt: skip
@click.option("--output", metavar="FILE", type=click.Path(path_type=Path), help="Write into a file.")
@click.pass_context
def command(
    ctx: click.Context, words: tuple[str, ...], paths: tuple[Path, ...], label: str, details: tuple[str, ...],
    at: str | None, answers: tuple[str, ...], full: int, jobs: int | None, into: str, output: Path | None,
) -> None:  # fmt: skip
    """Show which orders two versions of a ruleset treat differently, in what, and by which rules.

    REF is a git revision: a branch, a tag, a commit. With one, it is compared with the files as they are now; with two,
    the second is the newer. Both versions are given the same orders, the same event and the same time.

    \b
      ordinance diff main
      ordinance diff v1.2 v1.3 shop
      ordinance diff origin/main --orders history.jsonl.gz
      ordinance diff origin/main --orders .ordinance/store.sqlite --full 10
      ordinance diff origin/main --format html --output diff.html

    Exit code: 0 every order comes out alike (rules may still be written differently), 1 some do not,
    2 it could not be done.
    """
    refs, folder = split_words(words)
    before, after = versions(refs, ruleset_root(folder))
    event = happening(after.opened, label, details, at)
    comparison = Comparison(before, after, event, told(after.opened, answers), full)
    found = compared(comparison, paths, jobs or os.cpu_count() or 1)
    result = Result(comparison, tuple(written_changes(before.opened, after.opened)), found)
    with writing(output) as out:
        FORMATS[into](result, out, colors(out))
    if output is not None:
        note(f"wrote {output}")
    if found.unreadable:
        note(f"{count(found.unreadable, 'order')} could not be read")
    if found.different.orders:
        ctx.exit(1)


def compared(comparison: Comparison, paths: Sequence[Path], jobs: int) -> Summary:
    from engine.runtime.intake import IMPORTED  # and with it all that runs in service

    found = Summary(comparison.full)
    try:
        documents: Documents | None = None
        each: Iterator[Document]
        if paths:
            documents = Documents(paths, as_imported=comparison.happening.id == IMPORTED)
            each = iter(documents)
        else:
            each = samples(comparison.before, comparison.after)
        with progress("comparing") as step:
            for part in summaries(comparison, each, jobs):
                found.merge(part)
                step(
                    found.tried + found.unreadable,
                    documents.done / max(documents.total, 1) if documents else None,
                )
    except (UnreadableFile, StoreError) as error:
        raise CannotDo(str(error)) from None
    except Lost:
        raise CannotDo(
            "a process that compared orders was ended from outside, mostly for want of memory; `--jobs 1` needs less"
        ) from None
    if paths and not found.tried + found.unreadable:
        raise CannotDo("there are no orders in what `--orders` names")
    return found


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


def samples(before: Version, after: Version) -> Iterator[Document]:
    """Of both versions, the newer text where both have one."""
    newer = set(after.opened.ruleset.samples)
    for path in sorted({*newer, *before.opened.ruleset.samples}):
        folder = (after if path in newer else before).opened.folder
        try:
            yield Document(path, folder.read(path))
        except (OSError, FolderError, TooLarge) as error:
            raise CannotDo(f"`{path}` cannot be read: {error}") from None
