"""How commands find and open the ruleset that they are about, and say what is wrong with it."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dsl.diagnostics import Diagnostic
from engine.cli.terminal import CannotDo, findings
from engine.folder import FILE, DiskFolder, Folder, FolderError, find_ruleset
from engine.report import summary

if TYPE_CHECKING:
    from engine.opened import Opened

F = TypeVar("F", bound=Callable[..., Any])


def folder_argument(function: F) -> F:
    """DIR: the ruleset's folder, or one in it; without it the one that you are in."""
    return click.argument(
        "folder", metavar="[DIR]", required=False, default=".", type=click.Path(path_type=Path)
    )(function)


def ruleset_root(folder: Path) -> Path:
    if not folder.exists():
        raise CannotDo(f"there is no folder `{folder}`")
    root = find_ruleset(folder)
    if not (root / FILE).is_file():
        other = next((each for each in sorted(root.glob("*.y*ml")) if each.stem.lower() == "ordinance"), None)
        say = f"rename `{other.name}` to `{FILE}`" if other else "`ordinance new DIR` begins a ruleset"
        raise CannotDo(f"`{folder}` is no ruleset: neither it nor a folder above it has an `{FILE}`; {say}")
    return root


def opened_at(folder: Path) -> Opened:
    return opened(DiskFolder(ruleset_root(folder)))


def opened(folder: Folder) -> Opened:
    from engine.opened import (
        open_ruleset,  # everything, which a command that only shows what is known does without
    )

    try:
        return open_ruleset(folder, dt.date.today())
    except FolderError as error:
        raise CannotDo(str(error)) from None


def decidable(folder: Path) -> Opened:
    """A ruleset whose rules have no errors. With errors they are shown, and the command ends."""
    found = opened_at(folder)
    refuse_errors(found.checked.errors, shown_root(ruleset_root(folder)))
    return found


def refuse_errors(errors: Iterable[Diagnostic], folder: str, about: str = "the rules have errors") -> None:
    found = list(errors)
    if found:
        findings(found, folder)
        raise CannotDo(f"{about} ({summary(found)}), so nothing was decided")


def shown_root(root: Path) -> str:
    """The folder as the reader of the output would write it: from where they are, where it is below."""
    here = Path.cwd()
    real = Path(os.path.abspath(root))
    if real == here:
        return ""
    return (real.relative_to(here) if real.is_relative_to(here) else real).as_posix()
