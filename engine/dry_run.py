"""A dry run: an event and everything that would follow, with effects simulated and nothing sent.

Deciding and preparing are the same that a live run calls; only performing differs: here a submission is taken as accepted
once the local checks have passed, unless told otherwise.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from actions.preparing import answer
from actions.preparing.prepare import prepare
from actions.preparing.prepared import Prepared, Refused
from actions.preparing.spec import SubmissionSpec
from dsl.schema import ConnectionSpec, fold
from dsl.values import plain
from engine.decide import Program
from engine.decision import Chain, Decision, Turn
from engine.opened import Opened
from events.effect import Effect
from events.event import Event
from events.order import Order


@dataclass(frozen=True)
class Told:
    """What a connection is told to answer: accepts (reason None), or rejects for a reason, by its id."""

    reason: str | None = None
    message: str | None = None


@dataclass(frozen=True)
class Performed:
    """An effect and what became of it in the simulation. `prepared` for submissions."""

    effect: Effect
    outcome: str
    prepared: Prepared | Refused | None = None


@dataclass
class Run:
    """One chain, followed to its end. `turns[i].cause` is a position in `turns`; `performed[i]` are the effects of turn i;
    `wanted` are all effects so far, performed or not."""

    turns: list[Turn] = field(default_factory=list)
    performed: dict[int, list[Performed]] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    wanted: list[Effect] = field(default_factory=list)
    chain: Chain = field(default_factory=Chain)

    def add(self, decision: Decision, cause: int | None) -> list[tuple[int, Effect]]:
        """Takes up what was decided; its effects with the turn they belong to."""
        offset = len(self.turns)
        for turn in decision.turns:
            self.turns.append(turn._replace(cause=cause if turn.cause is None else turn.cause + offset))
        self.orders.update(decision.orders)
        self.chain = decision.chain
        effects = [(offset + n, effect) for n, turn in enumerate(decision.turns) for effect in turn.effects]
        self.wanted += [effect for _, effect in effects]
        return effects

    def called_off(self, submission: Effect) -> bool:
        return any(each.calls_off(submission) for each in self.wanted)


@dataclass(frozen=True)
class DryRun:
    """Runs events of one opened ruleset. `told`: what connections answer, by name."""

    opened: Opened
    program: Program
    told: Mapping[str, Told] = field(default_factory=dict)

    def run(self, event: Event, order: Order, before: Run | None = None) -> Run:
        """The whole chain of an event. `before`: an earlier run whose orders this one goes on with."""
        run = Run()
        if before is not None:
            run.orders.update(before.orders)
        waiting = deque(run.add(self.decide(event, order), None))
        while waiting:
            position, effect = waiting.popleft()
            waiting.extend(self.perform(run, position, effect))
        return run

    def perform(self, run: Run, position: int, effect: Effect) -> list[tuple[int, Effect]]:
        match effect.kind:
            case "submit":
                return self.submit(run, position, effect)
            case "cancel":
                return self.cancel(run, position, effect)
            case "email":
                values = {"recipient": effect.values["to"], "subject": effect.values["subject"]}
                return self.simple(run, position, effect, "email.sent", values)
            case "post":
                return self.simple(run, position, effect, "order.posted", {"url": effect.values["url"]})
            case _:
                self.done(run, position, Performed(effect, "not performed yet"))
                return []

    def submit(self, run: Run, position: int, effect: Effect) -> list[tuple[int, Effect]]:
        if run.called_off(effect):
            return self.kept(run, position, effect)
        connection, at = self.connection(effect), self.at(run, position)
        order, event = answer.before(run.orders[effect.order_id], connection, effect.number, at, self.labels)
        more = self.follow(run, position, event, order)
        if run.called_off(effect):
            return [*more, *self.kept(run, position, effect)]
        order = run.orders[effect.order_id]  # what is sent is the order as it is now
        spec = self.opened.submission(connection)
        prepared = self.prepare(order, connection, spec)
        told = self.told.get(connection.name, Told())
        if isinstance(prepared, Prepared) and told.reason is None:
            number = f"dry-run-{connection.name}-{effect.number}"
            after, event = answer.accepted(
                order,
                connection,
                effect.number,
                number,
                at,
                self.labels,
                prepared=prepared,
                message=told.message or "",
            )
            outcome = "accepted"
        else:
            why = prepared
            if isinstance(prepared, Prepared):
                name = self.reason_name(connection, told.reason or "")
                why = answer.simulated(
                    told.reason or "", told.message or f"rejected because of {name}", order, spec
                )
            assert isinstance(why, Refused)
            name = self.reason_name(connection, why.reason_id)
            after, event = answer.refused(
                order, connection, effect.number, why, at, self.labels, reason_name=name
            )
            outcome = f"not submitted: {why.message}"
        self.done(run, position, Performed(effect, outcome, prepared))
        return [*more, *self.follow(run, position, event, after)]

    def kept(self, run: Run, position: int, effect: Effect) -> list[tuple[int, Effect]]:
        """From leaving: the cancellation that follows tells what became of it."""
        self.done(run, position, Performed(effect, answer.CALLED_OFF))
        return []

    def cancel(self, run: Run, position: int, effect: Effect) -> list[tuple[int, Effect]]:
        connection, order = self.connection(effect), run.orders[effect.order_id]
        stands = order.submission(connection.name)
        if stands is None or stands.number != effect.number or stands.state not in ("scheduled", "accepted"):
            self.done(run, position, Performed(effect, "not canceled: the order no longer stands there"))
            return []
        unsent = stands.state == "scheduled"
        after, event = answer.cancelled(
            order, connection, effect.number, self.at(run, position), self.labels,
            message=answer.CALLED_OFF if unsent else "",
        )  # fmt: skip
        self.done(run, position, Performed(effect, "canceled"))
        return self.follow(run, position, event, after)

    def prepare(self, order: Order, connection: ConnectionSpec, spec: SubmissionSpec) -> Prepared | Refused:
        return prepare(
            order,
            connection,
            self.opened.ruleset.inventory,
            spec,
            self.opened.catalogues.get(connection.name),
        )

    def simple(
        self, run: Run, position: int, effect: Effect, event_id: str, values: Mapping[str, str]
    ) -> list[tuple[int, Effect]]:
        self.done(run, position, Performed(effect, "done"))
        if not self.program.reader.rules(event_id):
            return []  # nothing is bound to it: one line less to read
        label = self.labels.get(event_id, event_id)
        event = Event(event_id, label, effect.order_id, self.at(run, position), values)
        return self.follow(run, position, event, run.orders[effect.order_id])

    def follow(self, run: Run, position: int, event: Event, order: Order) -> list[tuple[int, Effect]]:
        """The answer to an effect, decided in the same chain."""
        return run.add(self.decide(event, order, run.chain), position)

    def decide(self, event: Event, order: Order, chain: Chain | None = None) -> Decision:
        """As it would be live; with a warning where a rule names an amount in another currency than the order's."""
        decision = self.program.decide(event, order, chain)
        return decision._replace(turns=tuple(self.warned(turn) for turn in decision.turns))

    def warned(self, turn: Turn) -> Turn:
        currency = turn.before.currency or self.program.form.store.currency
        problems = tuple(
            f'rule "{each.title}" names {plain(each.amount)} {each.currency}, and this order is in {currency}'
            for each in self.opened.amounts.foreign(turn.event.id, currency)
        )
        return turn._replace(problems=(*turn.problems, *problems)) if problems else turn

    def done(self, run: Run, position: int, performed: Performed) -> None:
        run.performed.setdefault(position, []).append(performed)

    def at(self, run: Run, position: int) -> dt.datetime:
        return run.turns[position].event.at

    @property
    def labels(self) -> Mapping[str, str]:
        return self.program.form.labels

    def connection(self, effect: Effect) -> ConnectionSpec:
        return self.opened.schema.connections[fold(effect.connection or "")]

    def reason_name(self, connection: ConnectionSpec, reason: str) -> str:
        spec = self.opened.schema.refusal(connection, reason)
        return spec.reason_name if spec is not None else reason
