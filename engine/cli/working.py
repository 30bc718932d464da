"""A ruleset at work on a store, for the commands that change something: put together, and told about.

Called by `plan`, `apply`, `event`, `press`, `orders` and `run`. What is put together is the runtime with all the adapters
that can be used here; everything else is theirs.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from engine.adapters import SANDBOX, Adapters, adapters
from engine.apply import Applied, apply, effects_of, perform
from engine.cli.effects import described, standing
from engine.cli.opening import decidable, ruleset_root
from engine.cli.storing import person, stored
from engine.cli.terminal import CannotDo, counting, note
from engine.opened import Opened
from engine.plan import Plan
from engine.report.place import visible
from engine.runtime.restoring import taken_at
from engine.runtime.runtime import Runtime
from events.clock import SystemClock
from events.store import OutboxEntry, Store

WORLD = "world"
"""The note that tells a store of real orders from one that the sandbox has played with."""


@dataclass(frozen=True)
class Desk:
    opened: Opened
    store: Store
    runtime: Runtime
    adapters: Adapters
    clock: SystemClock


@contextmanager
def working(folder: Path, place: str | None, *, begin: bool = False) -> Iterator[Desk]:
    """begin: with a store that is made where there is none."""
    opened = decidable(folder)
    with stored(ruleset_root(folder), place, begin=begin) as store:
        refuse_copy(store)
        keep_apart(store, "real")
        clock = SystemClock()
        found = adapters(opened, store, clock.now, os.environ)
        try:
            yield Desk(opened, store, Runtime(opened, store, clock, found.live, say), found, clock)
        finally:
            found.close()


def say(line: str) -> None:
    note(visible(line))


def refuse_copy(store: Store) -> None:
    """INVARIANT: nothing is sent from a backup before somebody said that it takes the store's place."""
    taken = taken_at(store)
    if taken is not None:
        raise CannotDo(
            f"this store is a backup of {taken.astimezone():%Y-%m-%d %H:%M}; it may not know what was sent since. "
            "`ordinance restore FILE` puts it in the store's place"
        )


def keep_apart(store: Store, world: str) -> None:
    """INVARIANT: no order is at a real printer and in the sandbox."""
    there = store.note(WORLD)
    if there is None:
        store.set_note(WORLD, world)
    elif there != world:
        ours = "of the sandbox" if there == SANDBOX else "of real orders"
        raise CannotDo(f"this store is {ours}; name another one with `--store`")


def carry_out(desk: Desk, plan: Plan) -> int:
    """Does a plan and tells of every order; the exit code."""
    who = person()
    results = list(apply(desk.runtime, plan, who))
    chains = [each.chain for each in results if each.state != "refused"]
    with counting("doing it") as step:
        perform(desk.runtime, desk.adapters, chains, step)
    entries = effects_of(desk.runtime, chains)
    for each in results:
        for line in told(desk, each, entries.get(each.chain, [])):
            click.echo(line)
    waiting = [entry for each in entries.values() for entry in each if entry.state == "waiting"]
    tell_waiting(desk.adapters, waiting)
    refused = sum(each.state == "refused" for each in results)
    if refused:
        note(f"{refused:,} of {len(results):,} orders were refused; plan again to see them as they are now")
    bad = any(entry.state in ("failed", "review") for each in entries.values() for entry in each)
    return 1 if refused or bad else 0


def told(desk: Desk, applied: Applied, entries: Sequence[OutboxEntry]) -> Iterator[str]:
    stored = desk.store.order(applied.order_id)
    name = visible(applied.order_id)
    if applied.state != "done":
        yield f"{name}  {'refused: ' if applied.state == 'refused' else ''}{visible(applied.why)}"
    else:
        yield f"{name}  {'is in ' + visible(stored.order.folder) if stored and stored.order.folder else 'done'}"
    now = desk.runtime.clock.now()
    for entry in entries:
        of = entry.new.effect.order_id
        whose = "" if of == applied.order_id else f" (order {visible(of)})"
        what = (
            f"  {described(entry.new.effect, desk.opened)}{whose}: {standing(entry, now, desk.opened.zone)}"
        )
        yield f"{what}: {visible(entry.message)}" if entry.message else what


def tell_waiting(found: Adapters, waiting: Iterable[OutboxEntry]) -> None:
    """Why something was not done here, and who will do it."""
    entries = list(waiting)
    if not entries:
        return
    for name in dict.fromkeys(entry.new.connection for entry in entries):
        if name in found.missing:
            note(found.missing[name])
    many = "1 thing waits" if len(entries) == 1 else f"{len(entries):,} things wait"
    note(f"{many}: a running `ordinance run` does it, or `ordinance run --once` now")
