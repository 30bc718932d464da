"""`ordinance integrations connect` and `disconnect`: a connection written into ordinance.yaml, or taken out of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from actions.catalogue import Integration
from dsl.counting import count
from dsl.nearest import choices_help, listed
from engine import yamledit
from engine.cli.answering import OPEN, asked, known, named, store_if_any
from engine.cli.opening import opened, opened_at, ruleset_root, shown_root
from engine.cli.storing import agreed, ruleset_option, store_option
from engine.cli.terminal import CannotDo, findings, note, reason
from engine.connections import NAME, variable_for
from engine.folder import FILE, DiskFolder, MemoryFolder
from engine.masking import REFERENCE
from engine.opened import Opened
from engine.report import summary
from engine.rewriting import Meanwhile, rewrite

Edit = Callable[[str], str]


@click.command()
@click.argument("name", metavar="NAME")
@click.argument("assignments", metavar="[SETTING=VALUE...]", nargs=-1)
@click.option("--uses", metavar="INTEGRATION", help="What it is, where NAME does not say it: podos.")
@click.option("--label", metavar="TEXT", help="What people call it, where there are two of a kind.")
@ruleset_option
@store_option
@click.pass_context
def connect(
    ctx: click.Context, name: str, assignments: tuple[str, ...], uses: str | None, label: str | None, folder: Path,
    place: str | None,
) -> None:  # fmt: skip
    """Write a connection into ordinance.yaml, its comments kept, and try it.

    A secret does not stand in a file: a reference to a variable is written, and the variable is looked up when something
    is sent. For a connection that is there already, the settings that are named are changed.

    \b
      ordinance integrations connect podos project=acme-12345
      ordinance integrations connect podos-eu --uses podos --label "podOS EU" project=acme-eu

    Exit code: 0 connected, and it answers; 1 it is written, and cannot be used yet; 2 nothing was written.
    """
    root = ruleset_root(folder)
    found = opened_at(folder)
    there = next((each for each in found.ruleset.config.connections if each.name == name), None)
    what = integration_of(found, name, uses or (there.uses if there else None))
    settings = {
        **({"uses": what.id} if name != what.id and there is None else {}),
        **({"label": label} if label else {}),
    }
    settings |= dict(assigned(what, name, each) for each in assignments)
    if there is None:
        settings |= required(what, name, settings)
    if not settings:
        raise CannotDo(f"`{name}` is connected already; name the settings to change, as in `project=acme`")
    change(root, found, lambda text: yamledit.connected(text, name, settings))
    note(f"wrote {', '.join(f'`{each}`' for each in settings)} of connection `{name}` into {FILE}")
    after = opened_at(folder)
    with store_if_any(root, place) as store:
        if not asked(after, named(after, name), store):
            ctx.exit(1)


def integration_of(found: Opened, name: str, uses: str | None) -> Integration:
    every = known(found)
    if not NAME.fullmatch(name):
        raise CannotDo(f"`{name}` is not a name for a connection: small letters, digits, `-` and `_`")
    what = every.get(uses or name)
    if what is None:
        near = choices_help("integration", uses or name, every) or f"there are {listed(every)}"
        also = "" if uses else "; a connection with a name of its own says `--uses`"
        raise CannotDo(f"there is no integration `{uses or name}`; {near}{also}")
    return what


def assigned(what: Integration, name: str, written: str) -> tuple[str, str]:
    setting_name, equals, value = (part.strip() for part in written.partition("="))
    setting = what.setting(setting_name)
    if setting is None:
        near = choices_help("setting", setting_name, [each.name for each in what.settings])
        raise CannotDo(f"{what.label} has no setting `{setting_name}`; {near or 'see `ordinance catalog`'}")
    if not equals or not value:
        raise CannotDo(f"`{setting_name}` has no value; write `{setting_name}=VALUE`")
    if setting.type == "secret" and not REFERENCE.fullmatch(value):
        variable = variable_for(name, setting_name)
        raise CannotDo(
            f"`{setting_name}` is a secret, and a secret does not stand in a file: put it into the variable {variable} "
            f"and leave it out here, or write `{setting_name}='${{{variable}}}'`"
        )
    if setting.type in ("map", "list of text"):
        raise CannotDo(f"`{setting_name}` is a {setting.type}; write it into {FILE} by hand")
    return setting_name, value


def required(what: Integration, name: str, settings: Mapping[str, str]) -> dict[str, str]:
    """What it cannot do without: secrets by reference, the rest is asked for."""
    found: dict[str, str] = {}
    for setting in what.settings:
        if not setting.required or setting.name in settings:
            continue
        if setting.type == "secret":
            found[setting.name] = f"${{{variable_for(name, setting.name)}}}"
        elif getattr(sys.stdin, "isatty", lambda: False)():
            found[setting.name] = click.prompt(f"{setting.name} ({setting.doc})", err=True).strip()
        else:
            raise CannotDo(
                f"{what.label} needs `{setting.name}`: {setting.doc}; write `{setting.name}=VALUE`"
            )
    return found


@click.command()
@click.argument("name", metavar="NAME")
@click.option("--yes", is_flag=True, help="Do not ask.")
@ruleset_option
@store_option
@click.pass_context
def disconnect(ctx: click.Context, name: str, yes: bool, folder: Path, place: str | None) -> None:
    """Take a connection out of ordinance.yaml. Refused while something is still to be done there, or rules name it.

    \b
      ordinance integrations disconnect pov

    Exit code: 0 it is out, 1 nobody agreed, 2 it could not be done, and nothing was changed.
    """
    root = ruleset_root(folder)
    found = opened_at(folder)
    spec = named(found, name)
    with store_if_any(root, place) as store:
        open_still = store.entries(states=OPEN, connection=spec.name)
        if open_still:
            raise CannotDo(
                f"{count(len(open_still), 'thing')} still to be done at {spec.label}: `ordinance outbox list --at "
                f"{spec.name}` shows them; settle them first"
            )
        there = [each.order.submission(spec.name) for each in store.orders()]
        accepted = sum(each is not None and each.state == "accepted" for each in there)
    known_there = (
        f" What becomes of {count(accepted, 'order')} there will not be told any more." if accepted else ""
    )
    if not agreed(f"Disconnect {spec.label}?{known_there}", yes):
        note("nothing was changed")
        ctx.exit(1)
    change(root, found, lambda text: yamledit.disconnected(text, spec.name))
    note(f"took connection `{spec.name}` out of {FILE}")


def change(root: Path, found: Opened, edit: Edit) -> None:
    """Whole or not at all, and only where the ruleset has no new mistakes by it."""
    path = root / FILE
    data = path.read_bytes()
    raw = data.decode("utf-8-sig")
    ends = "\r\n" if "\r\n" in raw else "\n"
    try:
        text = edit(raw.replace("\r\n", "\n")).replace("\n", ends)
    except yamledit.CannotEdit as error:
        raise CannotDo(f"{FILE} was not changed: {error}; change it by hand") from None
    folder = DiskFolder(root)
    files = {each: folder.read(each) for each in found.ruleset.sources} | dict.fromkeys(
        found.ruleset.samples, b"{}"
    )
    after = opened(MemoryFolder({**files, FILE: text.encode()}))
    before = {(each.code, each.message) for each in found.checked.errors}
    wrong = [each for each in after.checked.errors if (each.code, each.message) not in before]
    if wrong:
        findings(wrong, shown_root(root))
        raise CannotDo(
            f"{FILE} was not changed, because the ruleset would have errors then ({summary(wrong)})"
        )
    try:
        rewrite(path, data, text.encode())
    except Meanwhile as error:
        raise CannotDo(str(error)) from None
    except OSError as error:
        raise CannotDo(f"`{path}` cannot be written: {reason(error)}") from None
