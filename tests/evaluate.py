"""What the product makes of a case: the one seam between the case files and the engine.

Called by `tests/test_cases.py` and by the tests of the registry of codes. Everything goes the way of a dry run: open,
import, run; here is only which section goes where, and back. Each case is decided twice, by the compiled program and by
the reference evaluator, and must come out the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from dsl.diagnostics import Diagnostic
from dsl.schema import fold
from dsl.types import is_amount
from dsl.values import read_number
from engine.dry_run import DryRun, Run, Told
from engine.folder import MemoryFolder
from engine.opened import Opened, open_ruleset
from engine.report import render
from engine.samples import checked_with_samples
from events.event import Event
from events.importers import read_orders
from events.order import Order
from tests.cases_harness import BadCase, Case
from tests.shown import prepared, sections

NOON = "2026-01-15 12:00"
"""When an event happens that says nothing of its time, in the store's zone."""

TODAY = dt.date(2026, 1, 15)
"""The day on which rulesets are checked: `# allow ..., until 2025-12-31` has ended."""


def evaluate(case: Case) -> dict[str, str]:
    """The text of every section that can be worked out: without errors in the rules, and with an order, all of them."""
    opened = opened_from(case.files)
    found = {"diagnostics": render(opened.checked.findings, "concise")}
    if case.section("order") is None or opened.checked.errors:
        return found
    event, order = happening(case, opened), the_order(case, opened)
    told = answers(case, opened)
    compiled, reference = (
        shown(DryRun(opened, opened.program(reference=slow), told).run(event, order))
        for slow in (False, True)
    )
    assert compiled == reference, "the compiled program and the reference evaluator do not agree"
    return found | compiled


def shown(run: Run) -> dict[str, str]:
    return sections(run.turns) | {"prepared": prepared(run.performed.values())}


def findings_of(files: Mapping[str, str]) -> Sequence[Diagnostic]:
    """What `ordinance check` says of a folder with these files."""
    return checked_with_samples(opened_from(files))


def opened_from(files: Mapping[str, str]) -> Opened:
    return open_ruleset(MemoryFolder({path: text.encode() for path, text in files.items()}), TODAY)


def the_order(case: Case, opened: Opened) -> Order:
    """In the first folder, where it does not say in which it is."""
    config = opened.ruleset.config
    data = (case.text("order") or "").encode()
    (read, *more) = read_orders(data, name="order.json", store=config.store, folders=config.folders_by_id)
    if read.order is None or more:
        raise BadCase(f"{case.path}:1: not one order: {read.error or f'{len(more) + 1} of them'}")
    if not read.order.folder and config.folders:
        read.order.folder = config.folders[0].name
    return read.order


def happening(case: Case, opened: Opened) -> Event:
    """The event of the case. A schedule or a button is named by its label, as the rule has it."""
    said = case.happening
    spec = opened.schema.event(said.label)
    labels = {fold(label): (event, label) for event, label in opened.checked.form.labels.items()}
    found = (spec.id, spec.label) if spec is not None else labels.get(fold(said.label))
    if found is None:
        raise BadCase(f"{case.path}:1: there is no event `{said.label}`")
    fields = spec.fields if spec is not None else {}
    unknown = said.values.keys() - fields.keys()
    if unknown:
        raise BadCase(f"{case.path}:1: `{found[1]}` has no field {', '.join(sorted(unknown))}")
    values = {name: read_number(v) if is_amount(fields[name]) else v for name, v in said.values.items()}
    at = dt.datetime.fromisoformat(said.at or NOON).replace(tzinfo=opened.zone)
    return Event(*found, the_order(case, opened).id, at, values)


def answers(case: Case, opened: Opened) -> dict[str, Told]:
    """`answer podos=Invalid SKU: TEE-404 is not known` or `answer podos=accepts`, by the connection's name."""
    told = {}
    for name, answer in case.happening.answers.items():
        reason, _, message = answer.partition(": ")
        connection = opened.schema.connection(name)
        if connection is None:
            raise BadCase(f"{case.path}:1: there is no connection `{name}`")
        refusal = opened.schema.refusal(connection, reason)
        if refusal is None and reason != "accepts":
            raise BadCase(f"{case.path}:1: `{name}` has no reason `{reason}`")
        told[connection.name] = Told(refusal.reason if refusal else None, message or None)
    return told
