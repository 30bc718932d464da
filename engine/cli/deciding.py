"""Deciding orders for a command: read, given an event, followed to the end of the chain, and handed on one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from engine.cli.terminal import CannotDo
from engine.compile.program import compile as compile_form
from engine.decide import Program
from engine.dry_run import DryRun, Told
from engine.explain import Watching
from engine.opened import Opened
from engine.samples import UnreadableFile, orders_at, sample_orders
from engine.show import Shown
from events.event import Happening
from events.importers import Imported


def wanted_orders(opened: Opened, paths: Iterable[Path]) -> list[Imported]:
    """Those that were named, else the ruleset's samples. A file that is not there ends the command."""
    named = list(paths)
    try:
        found = [each for path in named for each in orders_at(path, opened.ruleset.config)]
    except UnreadableFile as error:
        raise CannotDo(str(error)) from None
    if not named:
        found = list(sample_orders(opened))
    if not found:
        raise CannotDo("there are no orders: put some into `samples/`, or name them with `--orders`")
    return found


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
