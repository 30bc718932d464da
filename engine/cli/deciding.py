"""Deciding orders for a command: read, given an event, followed to the end of the chain, and handed on one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from engine.cli.terminal import CannotDo
from engine.compile.program import compile as compile_form
from engine.decide import Program
from engine.dry_run import DryRun, Told
from engine.explain import Watching
from engine.opened import Opened
from engine.samples import UnreadableFile, expect, files_at, orders_at, sample_orders
from engine.show import Shown
from events.event import Happening
from events.importers import Imported

AT_ONCE = 2_000
"""Orders that are held at once, so that a progress bar knows how many there are. Of more only one at a time is held."""


def wanted_orders(opened: Opened, paths: Iterable[Path]) -> list[Imported]:
    """Those that were named, else the ruleset's samples. A file that is not there ends the command."""
    return list(each_wanted(opened, paths)[0])


def each_wanted(opened: Opened, paths: Iterable[Path]) -> tuple[Iterator[Imported], int | None]:
    """The wanted orders one after the other, and how many they are; None where they are too many to be held at once."""
    named = list(paths)
    try:
        for file in [file for path in named for file in files_at(path)]:
            expect(file)
    except UnreadableFile as error:
        raise CannotDo(str(error)) from None
    orders = _named(opened, named) if named else sample_orders(opened)
    first = list(islice(orders, AT_ONCE + 1))
    if not first:
        raise CannotDo("there are no orders: put some into `samples/`, or name them with `--orders`")
    return _then(first, orders), len(first) if len(first) <= AT_ONCE else None


def _named(opened: Opened, paths: Iterable[Path]) -> Iterator[Imported]:
    try:
        for path in paths:
            yield from orders_at(path, opened.ruleset.config)
    except UnreadableFile as error:
        raise CannotDo(str(error)) from None


def _then(first: list[Imported], rest: Iterator[Imported]) -> Iterator[Imported]:
    """The first are let go of as they are taken."""
    first.reverse()
    while first:
        yield first.pop()
    yield from rest


def decided(
    opened: Opened,
    orders: Iterable[Imported],
    happening: Happening,
    told: Mapping[str, Told],
    *,
    traced: bool,
) -> Iterator[Shown]:
    """Each order decided. traced: with the reference evaluator, which keeps what it read; else compiled, which is fast."""
    compiled = (
        None if traced else Program(opened.checked.form, compile_form(opened.checked.form), opened.world)
    )
    for each in orders:
        if each.order is None:
            yield Shown(each.place, warnings=each.warnings, error=each.error)
            continue
        watching = Watching(opened.checked.form)
        program = compiled or Program(opened.checked.form, watching, opened.world)
        run = DryRun(opened, program, told).run(happening.of(each.order.id), each.order)
        traces = watching.traces(run.turns) if traced else None
        yield Shown(each.place, each.order, each.warnings, run, traces=traces)
