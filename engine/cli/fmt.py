"""`ordinance fmt`: rules files in their one layout."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click

from dsl.counting import count
from dsl.diagnostics import Diagnostic, Report
from engine.cli.opening import shown_root
from engine.cli.terminal import CannotDo, findings, note, watched
from engine.cli.unified import show_difference
from engine.folder import DiskFolder, FolderError, Outside, TooLarge, cap, find_ruleset

STDIN = "-"
ENDING = ".rules"


@click.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option(
    "--check", "only_check", is_flag=True, help="Change nothing; name the files that would change: exit 1."
)
@click.option("--diff", "show", is_flag=True, help="Change nothing; show what would change: exit 1.")
@click.pass_context
def command(ctx: click.Context, paths: tuple[str, ...], only_check: bool, show: bool) -> None:
    """Lay rules files out in the one way that all rules are laid out: clauses and tables in columns, one action a line.

    Without a PATH, those of the ruleset that you are in; of a folder, all below it; `-` reads the standard input and
    writes to the standard output. What the rules say stays the same, and so do comments. A file with a syntax error is
    left as it is, and its mistakes are shown; the others are formatted all the same.

    \b
      ordinance fmt
      ordinance fmt --diff rules/1-import.rules
      ordinance fmt --check                in a pull request's checks

    Exit code: 0 all is formatted, 1 with --check or --diff: something would change, 2 a file cannot be formatted.
    """
    if STDIN in paths:
        if len(paths) > 1:
            raise CannotDo("`-` stands for the standard input, and nothing stands beside it")
        done = Done(only_check, show)
        text = done.formatted("<stdin>", sys.stdin.buffer.read(cap(ENDING) + 1))
        if text is not None and not only_check and not show:
            click.echo(text, nl=False)
        done.tell()
    else:
        files = list(named(paths))
        done = Done(only_check, show)
        for path in watched(files, len(files), "formatting", sys.stdout):
            done.file(path)
        done.tell()
        note(done.summary(len(files)))
    if done.wrong or done.failed:
        ctx.exit(2)
    if done.changed and (only_check or show):
        ctx.exit(1)


@dataclass
class Done:
    """What became of each file. wrong: the mistakes of those that cannot be formatted."""

    only_check: bool
    show: bool
    changed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    wrong: list[Diagnostic] = field(default_factory=list)

    def file(self, path: Path) -> None:
        from engine.rewriting import Meanwhile, rewrite  # late: where nothing changes, nothing is written

        name = shown(path)
        try:
            data = DiskFolder(path.parent).read(path.name)
            text = self.formatted(name, data)
            if name in self.changed and text is not None and not (self.only_check or self.show):
                rewrite(path, data, text.encode())
                click.echo(name)
        except (OSError, Outside, TooLarge, Meanwhile) as error:
            reason = getattr(error, "strerror", None)
            self.failed.append(f"`{name}` cannot be formatted: {reason.lower()}" if reason else str(error))

    def formatted(self, name: str, data: bytes) -> str | None:
        """The text of a file in its layout; None where it has none."""
        from dsl import formatting
        from engine.loading import decoded

        report = Report()
        source = decoded(name, data, report)
        found = formatting.format(source) if source is not None else None
        self.wrong += [*report, *(found.diagnostics if found is not None else ())]
        text = found.text if found is not None else None
        if source is not None and text is not None and text.encode() != data:
            self.changed.append(name)
            if self.show:
                show_difference(name, source.text, text)
            elif self.only_check:
                click.echo(name)
        return text

    def tell(self) -> None:
        if self.wrong:
            findings(self.wrong)
        for sentence in self.failed:
            note(f"ordinance: {sentence}")

    def summary(self, files: int) -> str:
        left = len({each.span.source.path for each in self.wrong}) + len(self.failed)
        what = "would be formatted" if self.only_check or self.show else "formatted"
        said = [f"{len(self.changed)} {what}"] if self.changed else []
        same = files - left - len(self.changed)
        said += [f"{same} already formatted"] if same else []
        said += [f"{left} left alone"] if left else []
        return f"{count(files, 'rules file')}: {', '.join(said)}" if said else "no rules files"


def shown(path: Path) -> str:
    return shown_root(path) or path.as_posix()


def named(words: Iterable[str]) -> Iterator[Path]:
    """The rules files that are meant, each once."""
    given = [Path(word) for word in words] or [find_ruleset(Path("."))]
    seen: set[str] = set()
    for path in given:
        for each in rules_at(path):
            if (real := os.path.realpath(each)) not in seen:
                seen.add(real)
                yield each


def rules_at(path: Path) -> Iterator[Path]:
    if path.is_dir():
        try:
            for each in DiskFolder(path).paths():
                if each.endswith(ENDING):
                    yield path / each
        except (FolderError, OSError) as error:
            raise CannotDo(f"`{path}` cannot be read: {error}") from None
    elif not path.exists():
        raise CannotDo(f"there is no file and no folder `{path}`")
    elif path.suffix != ENDING:
        raise CannotDo(f"`{path}` is no rules file: only files that end in `{ENDING}` have this layout")
    else:
        yield path
