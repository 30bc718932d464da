"""Whether a connection answers: asked, and told in a line. For the commands that connect printers and check them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from actions.catalogue import Integration
from dsl.nearest import choices_help
from dsl.schema import ConnectionSpec
from engine.adapters import Unusable, connected, mail_of
from engine.cli.storing import FILE, FOLDER, stored
from engine.cli.terminal import CannotDo, note
from engine.opened import Opened
from engine.report.place import visible
from engine.runtime.pauses import paused, resume
from engine.runtime.runtime import Runtime
from engine.wiring import integrations
from events.clock import SystemClock
from events.outcome import Done, Failed, Outcome
from events.store import EffectState, Store
from events.stores.memory import MemoryStore

OPEN: tuple[EffectState, ...] = ("waiting", "working", "review")
"""What is still to be done."""


@contextmanager
def store_if_any(root: Path, place: str | None) -> Iterator[Store]:
    """What is only looked at needs none."""
    if place is None and not (root / FOLDER / FILE).exists():
        yield MemoryStore()
        return
    with stored(root, place) as store:
        yield store


def known(found: Opened) -> Mapping[str, Integration]:
    return {**integrations(), **{each.id: each for each in found.ruleset.own}}


def named(found: Opened, name: str) -> ConnectionSpec:
    spec = found.schema.connection(name)
    if spec is not None:
        return spec
    names = [each.name for each in found.ruleset.config.connections]
    near = (
        choices_help("connection", name, names) or "connections stand under `connections:` in ordinance.yaml"
    )
    raise CannotDo(f"there is no connection `{name}`; {near}")


def asked(found: Opened, spec: ConnectionSpec, store: Store) -> bool:
    """Whether it answers; told."""
    clock = SystemClock()
    if not spec.can_submit:
        good, words = heard_from(found, spec)
        click.echo(visible(f"{spec.name}  {words}"))
        return good
    try:
        live = connected(found, spec, store, clock.now, os.environ)
    except Unusable as why:
        click.echo(visible(f"{spec.name}  {why}"))
        return False
    outcome = live.provider.check()
    live.close()
    good = isinstance(outcome, Done)
    unsure = "; unverified" if live.provider.capabilities.evidence == "unverified" else ""
    click.echo(visible(f"{spec.name}  {'ok: ' if good else ''}{said(outcome) or 'it answers'}{unsure}"))
    if good and paused(store, spec.name) is not None:
        resume(Runtime(found, store, clock, say=lambda line: note(visible(line))), spec.name)
    return good


def heard_from(found: Opened, spec: ConnectionSpec) -> tuple[bool, str]:
    """How one that nothing is sent to tells of its orders; whether it can."""
    from engine.hooks import hook_of, posted_by  # a server's modules are loaded only where one could listen

    if posted_by(found, spec) is None:
        what = known(found)[spec.integration]
        return True, f"nothing is sent to {spec.label}" + (
            f"; {what.dry_run_only}" if what.dry_run_only else ""
        )
    try:
        hook_of(found, spec, os.environ)
    except Unusable as why:
        return False, str(why)
    return True, f"tells of orders at /hooks/{spec.name} while `ordinance run --listen PORT` runs"


def said(outcome: Outcome) -> str:
    if isinstance(outcome, Done):
        return outcome.message
    failures = outcome.failures if isinstance(outcome, Failed) else (outcome.failure,)
    return "; ".join(failure.message for failure in failures)


def mail_checked(found: Opened) -> list[bool]:
    try:
        mailer = mail_of(found, SystemClock().now, os.environ)
    except Unusable as why:
        click.echo(visible(f"mail  {why}"))
        return [False]
    if mailer is None:
        return []
    outcome = mailer.check()
    good = isinstance(outcome, Done)
    click.echo(visible(f"mail  {'ok: ' if good else ''}{said(outcome)}"))
    return [good]
