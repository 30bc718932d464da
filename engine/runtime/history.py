"""What a decision did to each order, in the merchant's words: the lines of its history.

Called by the runtime for every commit. A line says who (a rule's title, a connection, a person), what, and the rule's own
`because`. What is compared or decided again is the journal's; this is for reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from actions.local.wording import quoted
from dsl.schema import ConnectionSpec, fold
from dsl.values import plain, present
from engine.decision import ActionRecord, Decision, Turn
from engine.form import Form
from events.event import Event
from events.store import HistoryLine

EVENT = "Ordinance"
"""Who tells of an event that no connection tells of."""


@dataclass(frozen=True)
class Teller:
    """connections: by their folded names, for what people call them. ruleset: its digest. decision: its id. who: the person
    who caused the first event, where it was one."""

    form: Form
    connections: Mapping[str, ConnectionSpec]
    ruleset: str
    decision: str
    who: str = ""

    def history(self, decision: Decision) -> tuple[HistoryLine, ...]:
        return tuple(line for turn in decision.turns for line in self.turn(turn))

    def turn(self, turn: Turn) -> Iterator[HistoryLine]:
        event = turn.event
        who = self.who if turn.cause is None else ""
        yield self.line(
            event, who or self.called(str(event.values.get("connection") or EVENT)), happened(event)
        )
        because = {rule.title: rule.because for rule in self.form.rules.get(event.id, ())}
        for record in turn.actions:
            if record.outcome != "not done":
                yield self.line(event, record.rule, self.done(record), because.get(record.rule, ""))
            elif record.action == "cancel":  # whoever wanted it canceled must know that it may be printed
                yield self.line(event, record.rule, f"not canceled: {record.done.reason}")
        for child in turn.born:
            what = f"split off order {event.order_id}"
            yield replace(self.line(event, who_split(turn), what), order_id=child.id)
        for problem in turn.problems:
            yield self.line(event, EVENT, problem)

    def line(self, event: Event, who: str, what: str, because: str = "") -> HistoryLine:
        return HistoryLine(event.order_id, event.at, who, what, because, self.ruleset, self.decision)

    def called(self, name: str) -> str:
        known = self.connections.get(fold(name))
        return known.label if known is not None else name

    def done(self, record: ActionRecord) -> str:
        """What was done, with the values that it was done with; about which item, where it is about one."""
        what = _VERBS.get(record.action)
        words = {name: quoted(given) for name, given in record.details.items() if given is not None}
        words["target"] = str(record.details.get("target"))
        words["connection"] = self.called(str(record.details.get("connection")))
        try:
            said = what.format(**words) if what else record.text
        except KeyError:  # a setting says less than a rule
            said = record.text or record.action
        return said if record.target == "order" else f"{record.target}: {said}"


def who_split(turn: Turn) -> str:
    return next((r.rule for r in turn.actions if r.action.startswith("split") and r.outcome == "done"), EVENT)


def happened(event: Event) -> str:
    """The event's label, and what it carries that a person wants to know."""
    told = [
        text
        for name in ("message", "provider_order_id", "tracking_number", "to")
        if (text := plain(present(event.values.get(name))))
    ]
    return ": ".join([event.label, ", ".join(told)]) if told else event.label


_VERBS = {
    "move to folder": "moved to folder {folder}",
    "add tag": "added the tag {tag}",
    "remove tag": "removed the tag {tag}",
    "add note": "added the note {text}",
    "set": "set {target} to {value}",
    "clear": "cleared {target}",
    "increase": "increased {target} by {by}",
    "decrease": "decreased {target} by {by}",
    "submit": "scheduled to {connection}",
    "resubmit": "scheduled to {connection} once more",
    "cancel": "asked {connection} to cancel",
    "send email": "planned an e-mail to {to}: {subject}",
    "post to": "planned to post the order to {url}",
    "remove item": "removed the item",
    "stop": "ended the rules of this event",
}
