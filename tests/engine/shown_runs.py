"""Rulesets written on the spot, decided for one order and handed to a format: what the tests of `engine.show` share."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.decide import Program
from engine.dry_run import DryRun, Told
from engine.explain import Watching
from engine.folder import MemoryFolder
from engine.opened import Opened, open_ruleset
from engine.show import Options, Shown, Tally, formats, why
from events.event import Event
from events.order import Order

ROOT = Path(__file__).parents[2]
AT = dt.datetime(2026, 3, 1, 10, tzinfo=ZoneInfo("America/New_York"))
CONFIG = """\
language: 1
store: {name: Acme Tees, currency: USD, weight_unit: lb, timezone: America/New_York}
folders: [New, Artwork needed, SKU problems, In production, Shipped]
connections:
  podos:
    project: acme-12345
    token: ${PODOS_TOKEN}
    after_import_move_to: In production
    shipping_class_match: {Express Worldwide: DHL Express}
  pov:
    customer_id: ${POV_CUSTOMER_ID}
    product_code_skip: [GIFT]
events: [Artwork approved]
"""


def opened(rules: str) -> Opened:
    """A ruleset without errors: a test that misspells a rule fails here."""
    found = open_ruleset(MemoryFolder({"ordinance.yaml": CONFIG.encode(), "shop.rules": rules.encode()}))
    assert [each.message for each in found.checked.errors] == []
    return found


def order(**fields: object) -> Order:
    return Order.model_validate({"id": "1001", "folder": "New", **fields})


def decided(
    ruleset: Opened,
    one: Order,
    *,
    event: str = "Order is Imported",
    told: Mapping[str, Told] | None = None,
    traced: bool = True,
    warnings: Iterable[str] = (),
) -> Shown:
    form = ruleset.checked.form
    watching = Watching(form)
    program = Program(form, watching, ruleset.world) if traced else ruleset.program()
    spec = ruleset.schema.event(event)
    assert spec is not None
    run = DryRun(ruleset, program, told or {}).run(Event(spec.id, spec.label, one.id, AT), one)
    traces = watching.traces(run.turns) if traced else None
    return Shown("samples/a.json", one, tuple(warnings), run, traces=traces)


def written(
    ruleset: Opened,
    shown: Iterable[Shown],
    into: str = "human",
    *,
    width: int = 80,
    color: bool = False,
    everything: bool = False,
) -> str:
    """The whole output of a format."""
    out, tally = io.StringIO(), Tally()
    options = Options(all=everything, color=color, width=width, event="Order is Imported")
    printer = formats()[into](out, ruleset, options)
    printer.start()
    for each in shown:
        tally.add(each)
        printer.order(each)
    printer.end(tally)
    return out.getvalue()


def reasons(ruleset: Opened, shown: Shown, rule: str | None = None, *, everything: bool = False) -> str:
    """What `why` writes."""
    out = io.StringIO()
    why(out, shown, ruleset, Options(all=everything, color=False, width=80), rule)
    return out.getvalue()
