"""From a run to the story of it: puts what was decided, what was prepared and what was traced in the order of events.

Called by every readable format, with one order at a time. How a value is said is `words`'; what is wrong, `problems`'.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from actions.preparing.answer import CALLED_OFF
from actions.preparing.prepared import Prepared
from dsl.counting import count
from dsl.schema import fold
from engine.decision import ActionRecord, Turn
from engine.dry_run import Performed, Run
from engine.form import RuleForm
from engine.opened import Opened
from engine.show import problems
from engine.show.parcel import parcel
from engine.show.shown import Shown
from engine.show.story import Act, Chapter, Kind, Part, Sending, Story, Told
from engine.show.words import Targets, Words, contents, listed
from engine.trace import RuleTrace
from events.changes import changes
from events.order import Order


def tell(shown: Shown, opened: Opened, *, whole: bool = False) -> Story:
    """whole: nothing is shortened."""
    words = Words(opened.zone, opened.schema.store.currency, whole)
    if shown.run is None or not shown.run.turns:
        return Story(shown.name, shown.order.id if shown.order else "", words, error=shown.error)
    words = replace(words, currency=shown.run.turns[0].before.currency or words.currency)
    return _Teller(shown, shown.run, opened, words).story()


@dataclass(frozen=True)
class _Teller:
    shown: Shown
    run: Run
    opened: Opened
    words: Words

    def story(self) -> Story:
        first = self.run.turns[0].before
        every = [each for some in self.run.performed.values() for each in some]
        return Story(
            name=self.shown.name,
            number=first.id,
            words=self.words,
            facts=tuple(self.facts(first)),
            parts=tuple(self.parts()),
            ending=tuple(self.ending(first)),
            problems=(
                *(problem for turn in self.run.turns for problem in turn.problems),
                *(problem for each in every for problem in problems.refused(each)),
            ),
            warnings=(*self.shown.warnings, *(w for each in every for w in problems.doubts(each))),
        )

    def facts(self, order: Order) -> Iterator[str]:
        source = " ".join(filter(None, (order.source_name.strip(), order.source_id.strip())))
        if source:
            yield f"from {source}"
        if country := (order.shipping.country or order.customer.country).strip():
            yield f"to {country}"
        pieces = sum(item.quantity for item in order.items)
        many = f" ({count(pieces, 'piece')})" if pieces != len(order.items) else ""
        yield count(len(order.items), "item") + many
        yield self.words.amount(order.order_total)
        if order.folder.strip():
            yield f"in {order.folder}"

    def parts(self) -> Iterator[Part]:
        """In the order in which things happen: what is sent stands before the event that tells of its answer."""
        before: dict[int | None, list[Sending]] = {}
        for position, performed in self.run.performed.items():
            for each in performed:
                if each.effect.kind == "submit":
                    before.setdefault(self.answer(position, each), []).append(self.sending(each))
        for position, turn in enumerate(self.run.turns):
            yield from before.get(position, ())
            yield self.chapter(position, turn)
        yield from before.get(None, ())

    def answer(self, position: int, performed: Performed) -> int | None:
        """The turn of the event that answers a submission."""
        effect = performed.effect
        own = (f"{effect.connection}.after_submit", f"{effect.connection}.not_submitted.")
        return next(
            (
                at
                for at, turn in enumerate(self.run.turns)
                if turn.cause == position
                and turn.event.order_id == effect.order_id
                and turn.event.id.startswith(own)
                and turn.event.values.get("attempt") == effect.number
            ),
            None,
        )

    def chapter(self, position: int, turn: Turn) -> Chapter:
        traces = tuple(self.shown.traces[position]) if self.shown.traces is not None else ()
        rules = {rule.title: rule for rule in self.opened.checked.form.rules.get(turn.event.id, ())}
        by_rule: dict[str, list[ActionRecord]] = {}
        for record in turn.actions:
            by_rule.setdefault(record.rule, []).append(record)
        order = [title for title in rules if title in turn.fired or title in turn.shadow]
        targets = Targets(turn.after, turn.before)
        told = tuple(
            self.told(title, rules[title], by_rule.get(title, []), turn, traces, targets) for title in order
        )
        lines = () if traces else self.changes_of(changes(turn.before, turn.after))
        first = self.run.turns[0].event.order_id
        return Chapter(
            event=turn.event.label,
            details=self.details(turn),
            order_id="" if turn.event.order_id == first else turn.event.order_id,
            rules=told,
            bound=len(rules),
            idle=len(turn.not_fired),
            changes=lines,
            new_orders=tuple(self.born(each) for each in turn.born),
            stopped_by=turn.stopped_by,
            problems=turn.problems,
            traces=traces,
        )

    def told(
        self,
        title: str,
        rule: RuleForm,
        records: Sequence[ActionRecord],
        turn: Turn,
        traces: Sequence[RuleTrace],
        targets: Targets,
    ) -> Told:
        changed_by_act = next((trace.changed for trace in traces if trace.title == title), ())
        acts = tuple(
            self.act(record, targets, rule.setting, changed_by_act[n] if n < len(changed_by_act) else {})
            for n, record in enumerate(records)
        )
        kind: Kind = "setting" if rule.setting else "shadow" if rule.mode == "shadow" else "rule"
        return Told(title, kind, rule.because, acts, stops=turn.stopped_by == title)

    def act(
        self, record: ActionRecord, targets: Targets, setting: bool, changes: Mapping[str, Mapping[str, Any]]
    ) -> Act:
        written = "" if setting else self.words.short(record.text or record.action)
        return Act(
            text=written,
            target=targets.called(record.target),
            outcome=record.outcome,
            reason=(record.reason or "").removeprefix("in shadow: "),
            lines=(*self.changes_of(changes, record.target), *self.would(record)),
        )

    def changes_of(self, found: Mapping[str, Mapping[str, Any]], about: str = "") -> tuple[str, ...]:
        return tuple(self.words.changed(found, about))

    def would(self, record: ActionRecord) -> Iterator[str]:
        """What an effect would send. Of a submission the story tells later, where it is sent."""
        if record.outcome != "planned":
            return
        given = record.details
        if record.action == "send email":
            yield f"to {self.words.value(given.get('to'))}"
            yield f"subject: {self.words.value(given.get('subject'))}"
            yield f"body: {self.words.value(given.get('body'))}"
        elif record.action == "post to":
            yield f"to {self.words.value(given.get('url'))}"
        elif record.action == "run":
            yield "nothing performs this action yet"

    def details(self, turn: Turn) -> str:
        """What the event says beside its label: a message, from which folder to which."""
        values = turn.event.values
        if "from" in values and "to" in values:
            return f"from {self.words.value(values['from'])} to {self.words.value(values['to'])}"
        told = (values.get(name) for name in ("message", "recipient", "url"))
        return next((self.words.value(each) for each in told if each), "")

    def born(self, order: Order) -> str:
        total = self.words.amount(order.order_total)
        return f"new order {order.id} in {order.folder or 'no folder'}: {contents(order)}, {total}"

    def sending(self, performed: Performed) -> Sending:
        effect, prepared = performed.effect, performed.prepared
        why = problems.refusal(performed)
        first = self.run.turns[0].event.order_id
        return Sending(
            connection=self.printer(effect.connection or ""),
            unlike="" if why else self.unlike(performed),
            parcel=parcel(prepared, self.words) if isinstance(prepared, Prepared) else None,
            skipped=tuple(self.skipped(effect.order_id, prepared.skipped)) if prepared else (),
            problems=tuple(failure.message for failure in why.failures) if why else (),
            warnings=prepared.warnings if prepared else (),
            order_id="" if effect.order_id == first else effect.order_id,
        )

    def unlike(self, performed: Performed) -> str:
        if performed.outcome == "accepted":
            return ""
        if performed.outcome == CALLED_OFF:
            return CALLED_OFF
        told = performed.outcome.removeprefix("not submitted: ")
        return f"{self.printer(performed.effect.connection or '')} was told to reject it: {told}"

    def skipped(self, order_id: str, reasons: Mapping[str, str]) -> Iterator[str]:
        order = self.run.orders.get(order_id)
        targets = Targets(*([order] if order else []))
        for item_id, reason in reasons.items():
            yield f"{targets.called(f'item {item_id}')}: {reason}"

    def printer(self, connection: str) -> str:
        known = self.opened.schema.connections.get(fold(connection))
        return known.told if known else connection

    def label(self, connection: str) -> str:
        known = self.opened.schema.connections.get(fold(connection))
        return known.label if known else connection

    def ending(self, first: Order) -> Iterator[str]:
        """The order's outcome, for a heading."""
        for performed in (each for some in self.run.performed.values() for each in some):
            where = self.label(performed.effect.connection or "")
            match performed.effect.kind:
                case "submit":
                    sent = performed.outcome == "accepted"
                    yield f"submitted to {where}" if sent else f"not submitted to {where}"
                case "cancel":
                    yield f"canceled at {where}"
                case "email":
                    yield "e-mail"
                case "post":
                    yield "posted"
                case "run":
                    yield f"{performed.effect.values.get('action')} at {where}"
        last = self.run.orders[first.id]
        if last.folder != first.folder:
            yield f"moved to {last.folder}"
        born = [order.id for turn in self.run.turns for order in turn.born]
        if born:
            yield f"split into {listed([first.id, *born])}"
