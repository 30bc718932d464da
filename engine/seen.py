"""What a rule saw when it fired, as a digest: a second firing in a chain on the same sight is a loop (section 7.4)."""

from __future__ import annotations

import hashlib
from typing import Any

from dsl import values as v
from engine.facts import Facts
from engine.form import Form, RuleForm
from engine.reference import Evaluator

COUNTS = frozenset({"attempt", "provider_order_id"})
"""Event values that are another each time by themselves: a rule that sends again what fails again would never be seen
to go round. They count for a rule that reads them."""


def digest(form: Form, rule: RuleForm, facts: Facts) -> str:
    """Of the event, its values, and the value of every field that the rule reads, for every item where it reads items."""
    asked = {ref.steps[0] for ref in rule.reads if ref.root == "event"}
    values = {k: x for k, x in facts.event.values.items() if k in asked or k not in COUNTS}
    sight: list[Any] = [facts.event.id, sorted((k, repr(x)) for k, x in values.items())]
    eye = Evaluator(form, facts)
    for ref in rule.reads:
        if ref.root in ("item", "shipment"):
            sight += [
                (ref.path, subject.id, repr(v.present(eye.about(subject).find(ref)[0])))
                for subject in eye.subjects(ref.root)
            ]
        elif ref.root == "order":
            sight.append((ref.path, repr(v.present(eye.find(ref)[0]))))
    return hashlib.sha256(repr(sight).encode()).hexdigest()[:32]
