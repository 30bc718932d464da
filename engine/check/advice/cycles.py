"""Cycles in the chain of events (W507): rules that can set each other off without end.

A rule leads to the events its actions cause, an event to the rules bound to it. A move to "A" does not lead to a rule
that wants `event.to is "B"`, and a move does not lead to a rule through the folder the order is in already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dsl.schema import Schema, fold
from engine import form as f
from engine.check.scope import Scope

FOLDER_CHANGED = "order.folder_changed"


def advise(form: f.Form, scope: Scope) -> None:
    graph: dict[str, list[tuple[str, str]]] = {}
    rules: dict[str, f.RuleForm] = {}
    for bound in form.rules.values():
        for rule in bound:
            rules.setdefault(rule.title, rule)
    for rule in rules.values():
        graph[rule.title] = list(leads_to(rule, form, scope.schema))
    for circle in circles(graph):
        first = min(circle, key=lambda title: rules[title].span.start)
        at = circle.index(first)
        ordered = [*circle[at:], *circle[:at]]
        scope.report.add(
            "W507",
            f"these rules can set each other off in a circle: {shown(ordered, graph)}",
            rules[first].span,
            help="each goes round once and is then stopped; a condition that its own action makes untrue ends it properly",
        )


def shown(circle: Sequence[str], graph: Mapping[str, list[tuple[str, str]]]) -> str:
    text = f'"{circle[0]}"'
    for here, there in zip(circle, [*circle[1:], circle[0]], strict=True):
        label = next(label for label, title in graph[here] if title == there)
        text += f' -> {label} -> "{there}"'
    return text


def leads_to(rule: f.RuleForm, form: f.Form, schema: Schema) -> Iterator[tuple[str, str]]:
    """Label of the event, and title of the rule that it sets off."""
    if rule.mode == "shadow":
        return
    for act in rule.acts:
        for event_id in causes(act, schema):
            for other in form.rules.get(event_id, ()):
                if not (event_id == FOLDER_CHANGED and barred(act, other)):
                    yield form.labels.get(event_id, event_id), other.title


def causes(act: f.Act, schema: Schema) -> list[str]:
    """Ids of the events that an action can cause, at once or by what becomes of its effect."""
    connection = act.args.get("connection", "")
    match act.verb:
        case "move to folder":
            return [FOLDER_CHANGED]
        case "split items" | "split by":
            return ["order.split"]
        case "add shipment":
            return ["shipment.added"]
        case "raise":
            return [act.args["event_id"]]
        case "submit" | "resubmit":
            wanted = ("scheduled", "before", "accepted", "rejected")
            return [e.id for e in schema.events.values() if e.connection == connection and e.after in wanted]
        case "cancel":
            names = (f"{connection}.after_cancel", f"{connection}.not_canceled")
            return [n for n in names if n in schema.events]
        case _:
            spec = schema.actions.get(act.verb)
            return [e for e in spec.raises if e in schema.events] if spec else []


def barred(act: f.Act, other: f.RuleForm) -> bool:
    """The other rule asks for another folder than the one this action moves to."""
    if act.verb != "move to folder":
        return False
    folder = fold(act.args["folder"])
    if other.setting or any(
        a.verb == "move to folder" and fold(a.args["folder"]) == folder and len(other.acts) == 1
        for a in other.acts
    ):
        return True  # a move to the folder the order is in is not done
    tops = other.when.operands if isinstance(other.when, f.And) else (other.when,)
    return any(top is not None and asks_other(top, folder) for top in tops)


def asks_other(node: f.Condition, folder: str) -> bool:
    if isinstance(node, f.Named):
        return asks_other(node.body, folder)  # type: ignore[arg-type]
    if isinstance(node, f.Not):
        return isinstance(node.operand, f.Equal) and folder in folders_of(node.operand)
    wanted = folders_of(node)
    return bool(wanted) and folder not in wanted


def folders_of(node: f.Condition) -> set[str]:
    """The folders that a condition on `event.to` or `order.folder` takes."""
    match node:
        case f.Equal(_, f.Read() as read, f.Const(str() as value)) if read.path in (
            "event.to",
            "order.folder",
        ):
            return {fold(value)}
        case f.Among(_, f.Read() as read, members) if read.path in ("event.to", "order.folder"):
            return {fold(m.value) for m in members if isinstance(m, f.Const) and isinstance(m.value, str)}
        case _:
            return set()


def circles(graph: Mapping[str, list[tuple[str, str]]]) -> list[list[str]]:
    """One circle for each knot of rules that lead to each other: the shortest through its first rule."""
    found = []
    seen: set[str] = set()
    for start in graph:
        if start in seen:
            continue
        circle = shortest(start, graph)
        if circle:
            found.append(circle)
            seen.update(circle)
    return found


def shortest(start: str, graph: Mapping[str, list[tuple[str, str]]]) -> list[str]:
    """The shortest way from a rule back to itself, or nothing."""
    came: dict[str, str] = {}
    queue = [start]
    for here in queue:
        for _, there in graph[here]:
            if there == start:
                way = [here]
                while way[-1] != start:
                    way.append(came[way[-1]])
                return way[::-1]
            if there not in came and there in graph:
                came[there] = here
                queue.append(there)
    return []
