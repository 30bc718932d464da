"""`ordinance outbox`: what waits to be sent and what became of it; and a person's word on what is stuck."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from dsl.counting import count
from engine.cli.effects import STATES, clock_time, described, nameless, standing
from engine.cli.opening import opened_at, ruleset_root
from engine.cli.storing import aligned, person, ruleset_option, store_option, stored
from engine.cli.terminal import CannotDo, colors, note
from engine.opened import Opened
from engine.report.place import visible
from engine.runtime.resolving import Word, resolve
from engine.runtime.runtime import Runtime
from engine.show.paper import BOLD, DIM, ODD, Paper
from events.clock import SystemClock
from events.jsontext import dumps
from events.store import Conflict, EffectState, OutboxEntry, Store
from events.stores import encode

SCHEMA = "ordinance.outbox/1"
OPEN: tuple[EffectState, ...] = ("waiting", "working", "review")


@click.group()
def command() -> None:
    """See what waits to be sent, and settle what is stuck.

    \b
      ordinance outbox list
      ordinance outbox show 17
      ordinance outbox retry --help
    """


@command.command("list")
@click.option("--all", "everything", is_flag=True, help="Also what is done, failed or given up.")
@click.option("--order", "order_id", metavar="ORDER", help="Only of this order.")
@click.option("--at", "connection", metavar="NAME", help="Only for this connection; or `email`, `post`.")
@click.option(
    "--format", "into", type=click.Choice(["human", "json"]), default="human", show_default=True,
    help="json: a line for each.",
)  # fmt: skip
@ruleset_option
@store_option
def list_(
    everything: bool, order_id: str | None, connection: str | None, into: str, folder: Path, place: str | None
) -> None:
    """List what is still to be done in the world, and what needs a person.

    \b
      ordinance outbox list
      ordinance outbox list --all --order 1001

    Exit code: 0 listed, 2 there is no store.
    """
    opened = opened_at(folder)
    with stored(ruleset_root(folder), place) as store:
        found = store.entries(states=() if everything else OPEN, order_id=order_id, connection=connection)
        now = SystemClock().now()
    if into == "json":
        for entry in found:
            click.echo(dumps({"schema": SCHEMA, **plain(entry)}))
        return
    if not found:
        note("nothing waits" if not everything else "there is nothing in the outbox")
        return
    rows = [
        (
            str(each.id),
            visible(each.new.effect.order_id),
            described(each.new.effect, opened),
            standing(each, now, opened.zone),
            nameless(each, opened) or visible(each.message),
        )
        for each in found
    ]
    for line in aligned([("NO", "ORDER", "WHAT", "STANDS", "WHY"), *rows]):
        click.echo(line)
    stuck = sum(each.state == "review" for each in found)
    if stuck:
        note(
            f"{count(stuck, 'of them needs', 'of them need')} a person: `ordinance outbox show NO` says more"
        )


def plain(entry: OutboxEntry) -> dict[str, object]:
    return {
        "id": entry.id,
        "order": entry.new.effect.order_id,
        "effect": encode.effect_data(entry.new.effect),
        "state": entry.state,
        "planned": entry.new.at,
        "mode": entry.new.mode,
        "due": entry.due,
        "message": entry.message or None,
        "attempts": [
            {"number": each.number, "began": each.began, "ended": each.ended, "outcome": each.outcome or None}
            for each in entry.attempts
        ],
    }


@command.command()
@click.argument("number", metavar="NO", type=int)
@ruleset_option
@store_option
def show(number: int, folder: Path, place: str | None) -> None:
    """Show one of them: who wanted it, every try, and what a person can do about it.

    \b
      ordinance outbox show 17

    Exit code: 0 shown, 2 there is none of this number.
    """
    opened = opened_at(folder)
    with stored(ruleset_root(folder), place) as store:
        entry = entry_of(store, number)
    laid_out(Paper(sys.stdout, color=colors(sys.stdout)), opened, entry)


def entry_of(store: Store, number: int) -> OutboxEntry:
    found = store.entry(number)
    if found is None:
        raise CannotDo(
            f"there is nothing of number {number} in the outbox; `ordinance outbox list --all` lists it"
        )
    return found


def laid_out(paper: Paper, opened: Opened, entry: OutboxEntry) -> None:
    now, new, zone = SystemClock().now(), entry.new, opened.zone
    paper.line(0, (f"{entry.id}: {described(new.effect, opened)}", BOLD), f"  {standing(entry, now, zone)}")
    facts = [
        ("order", new.effect.order_id),
        ("wanted by", new.effect.rule),
        ("since", clock_time(new.at, zone)),
    ]
    facts += [("mode", new.mode)] if new.effect.connection else []
    facts += [("body", str(new.effect.values["body"]))] if new.effect.values.get("body") else []
    for name, text in facts:
        paper.line(2, text, mark=(f"{name:<10} ", DIM))
    for each in entry.attempts:
        ended = f" to {clock_time(each.ended, zone)}" if each.ended else ""
        outcome = {"": "under way", "unknown": "nobody knows how it ended"}.get(each.outcome, each.outcome)
        paper.line(
            2, f"{clock_time(each.began, zone)}{ended}: {outcome}", mark=(f"try {each.number:<6} ", DIM)
        )
    for name, text in entry.saved.items():
        paper.line(2, f"{name} {text}", mark=("known      ", DIM))
    if why := nameless(entry, opened) or entry.message:
        paper.line(2, (why, ODD))
    if entry.state in OPEN:
        paper.line(2, f"ordinance outbox retry {entry.id}", (": try again, as things are now", DIM))
        paper.line(2, f"ordinance outbox resolve {entry.id} --done", (": it did happen", DIM))
        paper.line(2, f"ordinance outbox resolve {entry.id} --give-up", (": it shall not happen", DIM))


def as_it_stands(runtime: Runtime, number: int) -> str:
    """Why a person's word changes nothing."""
    entry = entry_of(runtime.store, number)
    what = described(entry.new.effect, runtime.opened)
    if entry.state in OPEN:
        return f"`{what}` is being done at this moment; look again in a minute"
    return f"`{what}` is {STATES[entry.state]}" + (f" ({entry.message})" if entry.message else "")


@command.command()
@click.argument("numbers", metavar="[NO...]", nargs=-1, type=int)
@click.option(
    "--at",
    "connection",
    metavar="NAME",
    help="All that need a person there: a connection, `email` or `post`.",
)
@ruleset_option
@store_option
@click.pass_context
def retry(
    ctx: click.Context, numbers: tuple[int, ...], connection: str | None, folder: Path, place: str | None
) -> None:
    """Try again now, with the settings and credentials of now. What may have been done already is asked after first.

    \b
      ordinance outbox retry 17
      ordinance outbox retry --at email

    Exit code: 0 it will be tried, 1 one is settled or being done, 2 there is none of this number.
    """
    with runtime_on(folder, place) as runtime:
        wanted = list(numbers)
        if connection is not None:
            wanted += [each.id for each in runtime.store.entries(states=["review"], connection=connection)]
        if not wanted:
            raise CannotDo(
                "name what to try again: its number, or `--at` with a connection that something waits for"
            )
        ctx.exit(settle(runtime, wanted, Word("again", who=person()), "is tried again"))


@command.command("resolve")
@click.argument("number", metavar="NO", type=int)
@click.option("--done", "happened", is_flag=True, help="It did happen.")
@click.option(
    "--number",
    "provider_number",
    metavar="TEXT",
    default="",
    help="With --done: the printer's own number for the order.",
)
@click.option("--give-up", "given_up", is_flag=True, help="It did not happen, and shall not.")
@ruleset_option
@store_option
@click.pass_context
def resolve_(
    ctx: click.Context, number: int, happened: bool, provider_number: str, given_up: bool, folder: Path, place: str | None
) -> None:  # fmt: skip
    """Say what became of something that nobody here can find out. Look at the printer first.

    Rules go on from there as if the printer had answered so: accepted, or not submitted.

    \b
      ordinance outbox resolve 17 --done --number S-10442
      ordinance outbox resolve 17 --give-up

    Exit code: 0 it is settled with the next `ordinance run`, 1 it is settled or being done, 2 it could not be done.
    """
    if happened == given_up:
        raise CannotDo("say how it ended: `--done` where it did happen, or `--give-up`")
    if provider_number and not happened:
        raise CannotDo("`--number` goes with `--done`")
    word = Word("happened" if happened else "given up", provider_number, person())
    said = "counts as done" if happened else "is given up"
    with runtime_on(folder, place) as runtime:
        ctx.exit(settle(runtime, [number], word, said))


@contextmanager
def runtime_on(folder: Path, place: str | None) -> Iterator[Runtime]:
    """Also where the rules have errors: what is stuck may be stuck because of them."""
    with stored(ruleset_root(folder), place) as store:
        yield Runtime(opened_at(folder), store, SystemClock())


def settle(runtime: Runtime, numbers: list[int], word: Word, said: str) -> int:
    for number in numbers:
        entry_of(runtime.store, number)
    failed = 0
    for number in numbers:
        try:
            resolve(runtime, number, word)
            click.echo(f"{number}  {said}, with a running `ordinance run` or `ordinance run --once`")
        except Conflict:
            note(visible(f"{number} stays as it is: {as_it_stands(runtime, number)}"))
            failed += 1
    return 1 if failed else 0
