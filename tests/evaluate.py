"""What the product makes of a case: the one seam between the case files and the engine.

Called by `tests/test_cases.py` and by the tests of the registry of codes. Everything goes the way of a dry run: load,
check, import, decide; here is only which case section goes where, and back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from actions.work import World
from dsl.diagnostics import Diagnostic
from dsl.schema import Schema, fold
from engine.check import Checked, check
from engine.check import Ruleset as Checkable
from engine.decide import Program
from engine.decision import Turn
from engine.folder import MemoryFolder
from engine.reference import Reference
from engine.report import render
from engine.ruleset import Ruleset, load
from engine.wiring import integrations, schema
from events.event import Event
from events.importers import read_orders
from tests.cases_harness import BadCase, Case
from tests.shown import sections

NOON = "2026-01-15 12:00"
"""When an event happens that says nothing of its time, in the store's zone."""


def evaluate(case: Case) -> dict[str, str]:
    """The text of every section that can be worked out: without errors in the rules, and with an order, all of them."""
    ruleset, names, checked = read_ruleset(case.files)
    found = {"diagnostics": render(checked.findings, "concise")}
    if case.section("order") and not checked.errors:
        found |= sections(decided(case, ruleset, names, checked))
    return found


def findings_of(files: Mapping[str, str]) -> Sequence[Diagnostic]:
    """What `ordinance check` says of a folder with these files."""
    return read_ruleset(files)[2].findings


def read_ruleset(files: Mapping[str, str]) -> tuple[Ruleset, Schema, Checked]:
    folder = MemoryFolder({path: text.encode() for path, text in files.items()})
    ruleset = load(folder, integrations())
    config = ruleset.config
    names = schema(
        config.connections,
        [folder.name for folder in config.folders],
        [button.name for button in config.buttons],
        [event.name for event in config.events],
        config.store,
    )
    checkable = Checkable(
        ruleset.files,
        ruleset.tables,
        ruleset.letters,
        ruleset.samples,
        config.chain_limit,
        config.unread,
        ruleset.diagnostics,
    )
    return ruleset, names, check(checkable, names)


def decided(case: Case, ruleset: Ruleset, names: Schema, checked: Checked) -> Sequence[Turn]:
    config, happening = ruleset.config, case.happening
    if happening.answers:
        raise BadCase(f"{case.path}:1: nothing answers a submission here yet")
    (imported,) = read_orders(
        (case.text("order") or "").encode(),
        name="order.json",
        store=config.store,
        folders=config.folders_by_id,
    )
    if imported.order is None:
        raise BadCase(f"{case.path}:1: the order cannot be read: {imported.error}")
    spec = names.event(happening.label)
    if spec is None:
        raise BadCase(f"{case.path}:1: there is no event `{happening.label}`")
    order = imported.order
    if not order.folder and config.folders:
        order.folder = config.folders[0].name
    at = dt.datetime.fromisoformat(happening.at or NOON).replace(tzinfo=ZoneInfo(config.store.timezone))
    connections = {fold(key): spec for spec in names.connections.values() for key in (spec.name, spec.label)}
    world = World(config.store, at, ruleset.inventory, connections)
    event = Event(spec.id, spec.label, order.id, at, happening.values)
    return Program(checked.form, Reference(checked.form), world).decide(event, order).turns
