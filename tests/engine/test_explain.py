"""What each action changed is told of that action, whatever stands around it."""

from __future__ import annotations

import datetime as dt

from dsl.schema import StoreSpec
from engine.decide import Program
from engine.dry_run import DryRun
from engine.explain import Watching
from engine.folder import MemoryFolder
from engine.opened import open_ruleset
from events.event import Event
from events.importers import read_orders

CONFIG = """\
language: 1
store: {name: A, currency: USD, weight_unit: lb, timezone: America/New_York}
folders: [New]
"""
RULES = """\
rule "Tell and tag"
  on "Order is Imported"
  do send email to order.email subject "s" body "b"
     add tag "a"

rule "Tag only"
  on "Order is Imported"
  do add tag "b"
"""


def test_an_e_mail_changes_nothing_and_the_tag_after_it_is_the_tags() -> None:
    files = {"ordinance.yaml": CONFIG.encode(), "a.rules": RULES.encode()}
    opened = open_ruleset(MemoryFolder(files))
    (read,) = read_orders(
        b'{"id": "1", "email": "a@example.com", "order_items": []}', name="a.json", store=StoreSpec()
    )
    assert read.order is not None
    watching = Watching(opened.checked.form)
    program = Program(opened.checked.form, watching, opened.world)
    event = Event("order.imported", "Order is Imported", "1", dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
    run = DryRun(opened, program).run(event, read.order)
    changed = {trace.title: trace.changed for trace in watching.traces(run.turns)[0]}
    assert changed == {
        "Tell and tag": ({}, {"tags": {"from": None, "to": ["a"]}}),
        "Tag only": ({"tags": {"from": ["a"], "to": ["a", "b"]}},),
    }
