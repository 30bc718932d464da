"""The rules of a form that somebody wrote, for advice about whole rules."""

from __future__ import annotations

from engine import form as f


def written_rules(form: f.Form) -> list[f.RuleForm]:
    """Every written rule once; a rule of several events is there once."""
    found: dict[str, f.RuleForm] = {}
    for rules in form.rules.values():
        for rule in rules:
            if not rule.setting:
                found.setdefault(rule.title, rule)
    return list(found.values())
