"""`ordinance new`: a folder with a ruleset that works."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from dsl.nearest import choices_help, listed
from engine.cli.terminal import CannotDo, note, reason
from engine.starter import choices, starter


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--with", "wanted", default="", metavar="NAME,...",
    help="Integrations to begin with: podos, pov, spod, shopify, woocommerce, inksoft, printavo.",
)  # fmt: skip
def command(folder: Path, wanted: str) -> None:
    """Begin a ruleset in DIR: rules, sample orders and tests that work, to be changed into your own.

    \b
      ordinance new shop
      ordinance new shop --with podos,pov

    Exit code: 0 it is there, 2 it could not be made, and nothing was.
    """
    integrations = list(dict.fromkeys(each.strip().lower() for each in wanted.split(",") if each.strip()))
    for each in integrations:
        if each not in choices():
            near = choices_help("integration", each, choices()) or f"there are {listed(choices())}"
            raise CannotDo(f"there is no integration `{each}` to begin with; {near}")
    if folder.exists() and (not folder.is_dir() or any(each.name != ".git" for each in folder.iterdir())):
        what = "is not empty" if folder.is_dir() else "is a file"
        raise CannotDo(f"`{folder}` {what}; name a folder that is new")
    name = " ".join(folder.absolute().name.replace("-", " ").replace("_", " ").split()).title() or "My shop"
    made = starter(name, integrations)
    write(folder, made)
    for path in made:
        click.echo(folder / path)
    here = folder.absolute() == Path.cwd()
    note(
        f"\n{'Now' if here else f'Now go there with `cd {folder}` and'} try: ordinance test, ordinance dry-run"
    )


def write(folder: Path, made: Mapping[str, str]) -> None:
    """All files, or none."""
    with undone_on_failure() as written:
        for path, text in made.items():
            target = folder / path
            for parent in reversed([each for each in target.parents if not each.exists()]):
                parent.mkdir()
                written.append(parent)
            with target.open("x", encoding="utf-8", newline="\n") as file:
                written.append(target)
                file.write(text)


@contextmanager
def undone_on_failure() -> Iterator[list[Path]]:
    written: list[Path] = []
    try:
        yield written
    except BaseException as error:
        for path in reversed(written):
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise CannotDo(f"`{error.filename}` cannot be written: {reason(error)}") from None
        raise
