"""One rule: its events, its condition, its actions, in the form."""

from __future__ import annotations

from dataclasses import replace

from dsl import ast
from engine import form as f
from engine.check.actions import lower_action
from engine.check.events import Bound, bind, shared_fields
from engine.check.expressions import condition
from engine.check.scope import Scope


def lower_rule(rule: ast.Rule, scope: Scope) -> tuple[tuple[Bound, f.RuleForm], ...]:
    """The rule once for each event it is bound to (a schedule adds its folders as a condition)."""
    refs = [(ref, b) for ref in rule.on if (b := bind(ref, scope)) is not None]
    bound = [b for _, b in refs]
    inner = replace(scope, events=shared_fields(bound) if len(bound) == len(rule.on) else None)
    when = condition(rule.when, inner) if rule.when is not None else None
    where = condition(rule.where, inner.about(rule.for_each)) if rule.where is not None else None
    acts = [lower_action(action, rule.for_each, inner) for action in rule.do]
    after_stop(rule, scope)
    done = tuple(a for a in acts if a is not None)
    if rule.mode == "off":
        return ()
    return tuple((b, form_of(rule, b, when, where, done, bound)) for b in unique(refs, scope))


def unique(refs: list[tuple[ast.EventRef, Bound]], scope: Scope) -> list[Bound]:
    seen: dict[str, Bound] = {}
    for ref, b in refs:
        if b.id in seen:
            scope.error("E409", f"this rule is bound to `{b.label}` twice", ref)
        seen.setdefault(b.id, b)
    return list(seen.values())


def form_of(
    rule: ast.Rule,
    b: Bound,
    when: f.Condition | None,
    where: f.Condition | None,
    acts: tuple[f.Act, ...],
    bound: list[Bound],
) -> f.RuleForm:
    if b.only is not None:
        when = b.only if when is None else f.And((b.only, when), span=rule.span)
    return f.RuleForm(
        title=rule.title,
        events=tuple(x.id for x in bound),
        acts=acts,
        when=when,
        over=rule.for_each,
        where=where,
        mode="shadow" if rule.mode == "shadow" else "live",
        because=rule.because.value if rule.because else "",
        owner=rule.owner.value if rule.owner else "",
        reads=f.reads_of(when, where, tuple((a.values, a.where, counted(a)) for a in acts)),
        span=rule.title_span,
    )


def counted(act: f.Act) -> f.Read | None:
    """`increase x by 1` looks at x."""
    if act.verb in ("increase", "decrease") and act.target is not None:
        t = act.target
        return f.Read(t.root, t.steps, t.how, t.type)
    return None


def after_stop(rule: ast.Rule, scope: Scope) -> None:
    stops = [n for n, action in enumerate(rule.do) if isinstance(action, ast.Stop)]
    if stops and stops[0] + 1 < len(rule.do):
        scope.error(
            "E406",
            "this action stands after `stop`, expected `stop` to be the last",
            rule.do[stops[0] + 1],
            "move `stop` to the end of the rule",
        )
