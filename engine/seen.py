"""What a rule saw when it fired, as a digest: a second firing in a chain on the same sight is a loop (section 7.4)."""

from __future__ import annotations

import hashlib
from typing import Any

from dsl import values as v
from engine.facts import Facts
from engine.form import Form, RuleForm
from engine.reference import Evaluator


def digest(form: Form, rule: RuleForm, facts: Facts) -> str:
    """Of the event, its values, and the value of every field that the rule reads, for every item where it reads items."""
    sight: list[Any] = [facts.event.id, sorted((k, repr(x)) for k, x in facts.event.values.items())]
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
