"""Rules on events that nothing here raises yet (W508): they can be tested, and will not run by themselves."""

from __future__ import annotations

from collections.abc import Sequence

from engine import form as f
from engine.check.scope import Scope


def advise(forms: Sequence[f.RuleForm], scope: Scope) -> None:
    for rule in forms[:1]:
        for event_id in rule.events:
            spec = scope.schema.events.get(event_id)
            if spec is not None and not spec.ready:
                scope.report.add("W508", f"nothing raises `{spec.label}` yet: {spec.why_not}", rule.span)
