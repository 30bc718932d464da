"""Actions that reach the world: submissions and their like, e-mails, posts, and what one integration adds.

Called by `engine.check.actions`; connections are looked up here for tests as well.
"""

from __future__ import annotations

from dataclasses import replace

from dsl import ast
from dsl.nearest import choices_help
from dsl.schema import ConnectionSpec
from engine import form as f
from engine.check.arguments import act, fits, text_value
from engine.check.expressions import value
from engine.check.naming import near_names, near_parts
from engine.check.scope import Scope


def connection(node: ast.Text, scope: Scope, *, submits: bool = True) -> ConnectionSpec | None:
    found = scope.schema.connection(node.value)
    if found is None:
        names = list(dict.fromkeys(c.label for c in scope.schema.connections.values()))
        hint = (
            choices_help("connection", node.value, names)
            or "connections stand under `connections:` in ordinance.yaml"
        )
        fixes = near_names(node.span, node.value, names)
        scope.error("E206", f"unknown connection `{node.value}`", node, hint, fixes)
        return None
    if submits and not found.can_submit:
        scope.error("E206", f"{found.label} takes no orders, expected a connection to a printer", node)
        return None
    return found


def submitting(verb: str, node: ast.Text, scope: Scope) -> f.Act | None:
    found = connection(node, scope)
    if found is None:
        return None
    return act(verb, frozenset({"order.submissions"}), args={"connection": found.name})


def submit(action: ast.Submit, scope: Scope) -> f.Act | None:
    return submitting("submit", action.connection, scope)


def resubmit(action: ast.Resubmit, scope: Scope) -> f.Act | None:
    return submitting("resubmit", action.connection, scope)


def cancel(action: ast.Cancel, scope: Scope) -> f.Act | None:
    return submitting("cancel", action.connection, scope)


def send_email(action: ast.SendEmail, scope: Scope) -> f.Act | None:
    lenient = replace(scope, lenient=True)
    values = {
        "to": text_value(action.to, "an e-mail address", scope),
        "subject": text_value(action.subject, "a subject", lenient),
    }
    body = action.body if action.body is not None else letter(action.file, scope)
    if body is None:
        return None
    values["body"] = text_value(body, "a body", lenient)
    return act("send email", values=values)


def letter(file: ast.Text | None, scope: Scope) -> ast.Expr | None:
    """The text of `body from "emails/late.txt"`."""
    if file is None:
        return None
    return scope.names.letters.get(file.value)  # where there is none, the loader has said so


def post_to(action: ast.PostTo, scope: Scope) -> f.Act:
    return act("post to", values={"url": text_value(action.url, "a web address", scope)})


def run(action: ast.Run, scope: Scope) -> f.Act | None:
    found = connection(action.connection, scope, submits=False)
    if found is None:
        return None
    spec = scope.schema.actions.get(f"{found.name}.{action.action}")
    if spec is None:
        known = [n.split(".", 1)[1] for n in scope.schema.actions if n.startswith(f"{found.name}.")]
        hint = choices_help("action", action.action, known) or f"{found.label} has no actions of its own"
        fixes = near_parts(action.span, action.action, known, after=".")
        scope.error("E210", f"unknown action `{action.action}` of {found.label}", action, hint, fixes)
        return None
    if not spec.ready and not scope.test:
        scope.report.add("W508", f"{spec.label} is not performed yet: {spec.why_not}", action.span)
    values: dict[str, f.Value] = {}
    params = {p.name: p for p in spec.params}
    for argument in action.args:
        param = params.get(argument.name)
        if param is None:
            scope.error(
                "E210",
                f"unknown value `{argument.name}` of {spec.label}",
                argument,
                choices_help("value", argument.name, params),
                near_parts(argument.span, argument.name, params),
            )
            continue
        typed = value(argument.value, scope)
        if not fits(param.type, typed):
            scope.error(
                "E306", f"`{argument.name}` is of type {param.type}, found {typed.type}", argument.value
            )
        values[argument.name] = typed.node  # type: ignore[assignment]
    for name in [p.name for p in spec.params if p.required and p.name not in values]:
        if name not in {a.name for a in action.args}:
            scope.error("E210", f"{spec.label} needs `{name}`", action, f"it is written `{spec.syntax}`")
    return act("run", args={"connection": found.name, "action": action.action}, values=values)
