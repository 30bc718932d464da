"""`ordinance why` of an order in the store: each decision made again, from what the store kept when it was made.

The ruleset's folder is not read, and need not be there any more. What is decided again is compared with what was written
down then, to the byte.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import click

from dsl.schema import fold
from engine.cli.effects import clock_time
from engine.cli.opening import ruleset_root
from engine.cli.storing import order_in, stored
from engine.cli.terminal import CannotDo, colors, note
from engine.decide import Program
from engine.dry_run import Run
from engine.explain import Watching
from engine.runtime import journal
from engine.show import Options, Shown
from engine.show.why import titles, why
from events.store import JournalEntry, Store


def why_stored(
    folder: Path, place: str | None, order_id: str, rule: str | None, into: str, everything: bool
) -> int:
    """The exit code: 1 where this version decides otherwise than the one that did."""
    root = Path() if place else ruleset_root(folder)
    with stored(root, place) as store:
        order = order_in(store, order_id).order
        entries = store.journal(order.id)
        if not entries:
            raise CannotDo(
                f"nothing was decided about order `{order.id}`; `ordinance history` tells what was done"
            )
        reopened = cache(lambda files: journal.reopened(store, files))
        try:
            same = [again(store, entry, reopened, rule, into, everything) for entry in entries]
        except journal.NotKept as lost:
            raise CannotDo(str(lost)) from None
    return 0 if all(same) else 1


def again(
    store: Store,
    entry: JournalEntry,
    reopened: Callable[[str], journal.Revision],
    rule: str | None,
    into: str,
    everything: bool,
) -> bool:
    """Shows one decision; whether it is as it was."""
    revision = reopened(journal.Context.read(entry).files)
    form = revision.opened.checked.form
    watching = Watching(form)
    watched = journal.Revision(revision.opened, Program(form, watching, revision.opened.world))
    decision = journal.redecide(store, entry, watched)
    written = journal.written(decision)
    if into == "json":
        click.echo(written, nl=False)
    elif rule is None or fold(rule) in map(fold, titles(form)):
        run = Run()
        run.add(decision, None)
        event = decision.turns[0].event
        click.echo(
            f"{clock_time(entry.at, revision.opened.zone)}, by revision {revision.digest[:12]} of the rules"
        )
        shown = Shown(
            "in the store", decision.turns[0].before, (), run, traces=watching.traces(decision.turns)
        )
        options = Options(all=everything, color=colors(sys.stdout), event=event.label)
        why(sys.stdout, shown, revision.opened, options, rule)
    if written == entry.lines:
        return True
    product = journal.Context.read(entry).product
    note(
        f"{entry.event_id}: this version of Ordinance ({journal.product_version()}) decides otherwise than the one that "
        f"decided it ({product}); `ordinance history {entry.order_id}` tells what was done"
    )
    return False
