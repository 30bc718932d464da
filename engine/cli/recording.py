"""`ordinance test --record`: a test written from what the rules do to an order, for a person to read and keep."""

from __future__ import annotations

import os
from pathlib import Path

import click

from engine.cli.happening import happening, told
from engine.cli.terminal import CannotDo, note, reason
from engine.opened import Opened
from engine.testing import CannotRun
from engine.testing.recording import Asked, Recorded, Recording
from events.atomic import replacing

AS_IT_IS = "it records what IS, right or wrong: read it before you keep it"


def record(
    opened: Opened, root: Path, order: Path, label: str, details: tuple[str, ...], at: str | None,
    answers: tuple[str, ...], target: Path | None,
) -> None:  # fmt: skip
    event = happening(opened, label, details, at)
    file = rules_file(opened, root, target)
    asked = Asked(
        sample(root, order), event, event.at if at is not None else None, told(opened, answers), file
    )
    try:
        recorded = Recording(opened, asked).recorded()
    except CannotRun as error:
        raise CannotDo(str(error)) from None
    if target is None:
        click.echo(recorded.text)
        note(AS_IT_IS)
    else:
        append(root / file, recorded)
        note(f'wrote test "{recorded.title}" to {target}; {AS_IT_IS}')
    if recorded.idle:
        note(
            f"{recorded.idle} rules that did not fire are not named; add the ones that matter: `expect rule ... did not fire`"
        )


def sample(root: Path, order: Path) -> str:
    """Its path in the ruleset, from where one is or from the ruleset's folder."""
    for found in (order, root / order):
        path = Path(os.path.abspath(found))
        if path.is_file():
            if path.is_relative_to(os.path.abspath(root)):
                return path.relative_to(os.path.abspath(root)).as_posix()
            raise CannotDo(
                f"`{order}` is outside this ruleset, and a test takes its order from `samples/`; "
                f"`ordinance import {order} --redact` prints it without real people, to be put there"
            )
    raise CannotDo(f"there is no file `{order}`")


def rules_file(opened: Opened, root: Path, target: Path | None) -> str:
    """The file that is to hold the test, by its path in the ruleset; it may be a new one."""
    known = [file.path for file in opened.ruleset.files]
    if target is None:
        return known[0] if known else "tests.rules"
    for found in (target, root / target):
        path = Path(os.path.abspath(found))
        if path.is_relative_to(os.path.abspath(root)) and (path.is_file() or path.parent.is_dir()):
            inside = path.relative_to(os.path.abspath(root)).as_posix()
            break
    else:
        raise CannotDo(
            f"`{target}` is outside this ruleset; name one of its rules files, such as `{known[0]}`"
        )
    if not inside.endswith(".rules"):
        raise CannotDo(f"`{target}` is no rules file: its name does not end in `.rules`")
    if opened.ruleset.config.rules is not None and inside not in known:
        raise CannotDo(
            f"`rules:` in ordinance.yaml does not name `{inside}`, so a test in it would never run"
        )
    return inside


def append(path: Path, recorded: Recorded) -> None:
    """The file is there with the test or as it was, never half."""
    try:
        before = path.read_bytes() if path.exists() else b""
        text = f"\n{recorded.text}\n" if before.strip() else f"{recorded.text}\n"
        if before and not before.endswith(b"\n"):
            text = f"\n{text}"
        if b"\r\n" in before:
            text = text.replace("\n", "\r\n")
        with replacing(path) as aside:
            aside.write_bytes(before + text.encode("utf-8"))
    except OSError as error:
        raise CannotDo(f"`{path}` cannot be written: {reason(error)}") from None
