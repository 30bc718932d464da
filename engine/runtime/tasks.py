"""What each kind of effect takes: when it is moot, how it is made ready, done, asked after, and answered.

Called by the worker, which goes the same way with all of them. Each builds its answer with the functions that the dry run
calls.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from actions.preparing import answer
from actions.preparing.prepared import Prepared, Refused
from actions.provider import NotFound, Submitting
from dsl.schema import ConnectionSpec
from engine.runtime.desk import Desk
from engine.runtime.performers import Live, Mailer, Poster, prepared_of
from engine.runtime.retry import CANCEL, EMAIL, POST, SUBMIT, Backoff
from events.event import Event
from events.failure import Failure, FailureKind, by_precedence
from events.order import Order
from events.outcome import Done, Outcome, ProviderStatus


class Task(Protocol):
    """repeatable: doing it twice by mistake does no harm, so nobody is asked whether it happened."""

    @property
    def backoff(self) -> Backoff: ...
    @property
    def repeatable(self) -> bool: ...

    def obstacle(self) -> str | None:
        """Why a person has to look before anything else."""

    def moot(self) -> str | None:
        """Why it is not to be done any more."""

    def ready(self) -> tuple[Failure, ...]:
        """Makes it ready, from the order as it is now; what is wrong with it, found before anything leaves."""

    def do(self) -> Outcome: ...

    def ask(self) -> Outcome | NotFound:
        """Whether it happened, where nobody knows."""

    def done(self, order: Order, what: Done) -> tuple[Order, Event]: ...

    def failed(self, order: Order, failures: tuple[Failure, ...]) -> tuple[Order, Event]: ...


@dataclass
class AtConnection:
    """What submitting and canceling have in common."""

    desk: Desk
    connection: ConnectionSpec
    live: Live

    @property
    def labels(self) -> Mapping[str, str]:
        return self.desk.runtime.ruleset.program.form.labels

    @property
    def number(self) -> int:
        return self.desk.effect.number

    def obstacle(self) -> str | None:
        planned, now, label = self.desk.entry.new, self.live, self.connection.label
        word = self.desk.word
        if word is not None and word.said == "again":
            return None
        if planned.mode != now.mode:
            return f"this was planned while {label} was in {planned.mode} mode, and it is in {now.mode} mode now; {self.ways()}"
        if planned.credentials and planned.credentials != now.credentials:
            return f"this was planned with other credentials for {label} than it has now; {self.ways()}"
        return None

    def ways(self) -> str:
        """With the keys of now only the place that they open can be asked, which may be another than where it was sent."""
        entry, label = self.desk.entry, self.connection.label
        if entry.uncertain:
            return (
                "it may have been sent before that: look where it was sent then. If it is there, "
                f"`ordinance outbox resolve {entry.id} --done` says so; if not, `ordinance outbox retry {entry.id}` sends it to {label} as it is set up now"
            )
        return (
            f"`ordinance outbox retry {entry.id}` does it as things are now, "
            f"`ordinance outbox resolve {entry.id} --give-up` gives it up"
        )


@dataclass
class Submit(AtConnection):
    prepared: Prepared | Refused | None = None
    backoff: Backoff = SUBMIT
    repeatable: bool = False

    def moot(self) -> str | None:
        order = self.desk.order()
        if order is None:
            return "the order is not in the store any more"
        stands = order.submission(self.connection.name)
        if stands is None or stands.number != self.number or stands.state != "scheduled":
            state = (
                "is no longer wanted"
                if stands is None or stands.number != self.number
                else f"is {stands.state}"
            )
            return f"not sent to {self.connection.label}: submission {self.number} {state}"
        if self.desk.called_off():
            return f"not sent to {self.connection.label}: {answer.CALLED_OFF}"
        return None

    def ready(self) -> tuple[Failure, ...]:
        at, labels = self.desk.runtime.now(), self.labels
        self.desk.before(lambda order: answer.before(order, self.connection, self.number, at, labels))
        order = self.desk.order()
        if order is None:
            return (Failure(FailureKind.GENERAL, "the order is not in the store any more"),)
        self.prepared = prepared_of(self.desk.runtime.opened, order, self.connection.name)
        return self.prepared.failures if isinstance(self.prepared, Refused) else ()

    def do(self) -> Outcome:
        return self.live.provider.submit(self.work())

    def ask(self) -> Outcome | NotFound:
        """In a store that was put back, what was saved may be older than what was sent: the printer finds it by our number."""
        lost, attempts = self.desk.lost, self.desk.entry.attempts
        if lost is None:
            return self.live.provider.reconcile(self.work(), attempts[0].began)
        since = min([lost.taken, *(each.began for each in attempts)])
        found = self.live.provider.reconcile(replace(self.work(), saved={}), since)
        if isinstance(found, NotFound) and self.desk.entry.saved:
            return self.live.provider.reconcile(self.work(), since)
        return found

    def work(self) -> Submitting:
        assert isinstance(self.prepared, Prepared), "what could not be prepared is never sent"
        runtime, entry = self.desk.runtime, self.desk.entry
        return Submitting(
            prepared=self.prepared,
            reference=reference(self.desk.effect.order_id, self.number),
            key=self.desk.key,
            saved=entry.saved,
            save=lambda steps: runtime.store.save(entry.id, self.desk.owner, steps),
        )

    def done(self, order: Order, what: Done) -> tuple[Order, Event]:
        prepared = self.prepared if isinstance(self.prepared, Prepared) else None
        return answer.accepted(
            order, self.connection, self.number, what.provider_order_id, self.desk.runtime.now(), self.labels,
            prepared=prepared, message=what.message,
        )  # fmt: skip

    def failed(self, order: Order, failures: tuple[Failure, ...]) -> tuple[Order, Event]:
        spec = self.desk.runtime.opened.submission(self.connection)
        ranked = by_precedence(failures)
        local = (
            self.prepared
            if isinstance(self.prepared, Refused) and self.prepared.failures == failures
            else None
        )
        why = local or Refused(ranked, spec.reason(ranked[0].kind))
        event = self.desk.runtime.opened.schema.refusal(self.connection, why.reason_id)
        return answer.refused(
            order, self.connection, self.number, why, self.desk.runtime.now(), self.labels,
            reason_name=event.reason_name if event is not None else why.reason_id,
        )  # fmt: skip


@dataclass
class Cancel(AtConnection):
    """Its turn comes when the submission before it is settled. What is still scheduled then has not left, and never will."""

    backoff: Backoff = CANCEL
    repeatable: bool = False
    provider_order_id: str = ""
    unsent: bool = False

    def moot(self) -> str | None:
        order = self.desk.order()
        stands = order.submission(self.connection.name) if order is not None else None
        if stands is None or stands.number != self.number or stands.state not in ("scheduled", "accepted"):
            return f"not canceled at {self.connection.label}: the order no longer stands there"
        return None

    def ready(self) -> tuple[Failure, ...]:
        order = self.desk.order()
        stands = order.submission(self.connection.name) if order is not None else None
        self.provider_order_id = stands.provider_order_id if stands is not None else ""
        self.unsent = stands is not None and stands.state == "scheduled"
        if self.provider_order_id or self.unsent:
            return ()
        message = (
            f"{self.connection.label} gave no number for this order, so it cannot be canceled there from here"
        )
        return (Failure(FailureKind.GENERAL, message),)

    def do(self) -> Outcome:
        if self.unsent:
            return Done("", answer.CALLED_OFF)
        return self.live.provider.cancel(self.provider_order_id)

    def ask(self) -> Outcome | NotFound:
        """Canceling twice cancels once: asked only so that `already canceled` is no failure."""
        if self.unsent:
            return NotFound()
        if not self.live.provider.capabilities.status:
            return NotFound()
        found = self.live.provider.status(self.provider_order_id)
        if isinstance(found, ProviderStatus):
            return Done(self.provider_order_id) if found.state == "cancelled" else NotFound()
        return found if not isinstance(found, Done) else NotFound()

    def done(self, order: Order, what: Done) -> tuple[Order, Event]:
        at = self.desk.runtime.now()
        return answer.cancelled(order, self.connection, self.number, at, self.labels, message=what.message)

    def failed(self, order: Order, failures: tuple[Failure, ...]) -> tuple[Order, Event]:
        at = self.desk.runtime.now()
        return answer.not_cancelled(
            order, self.connection, self.number, by_precedence(failures)[0], at, self.labels
        )


@dataclass
class Telling:
    """What e-mails and posts have in common: their receivers know a repeat by its key, and nobody can be asked."""

    desk: Desk
    repeatable: bool = True

    def moot(self) -> str | None:
        return "the order is not in the store any more" if self.desk.order() is None else None

    def ready(self) -> tuple[Failure, ...]:
        return ()

    def ask(self) -> Outcome | NotFound:
        return NotFound()

    def event(self, event_id: str, **values: str) -> Event:
        labels = self.desk.runtime.ruleset.program.form.labels
        return Event(
            event_id,
            labels.get(event_id, event_id),
            self.desk.effect.order_id,
            self.desk.runtime.now(),
            values,
        )


@dataclass
class Email(Telling):
    mailer: Mailer | None = None
    backoff: Backoff = EMAIL

    def obstacle(self) -> str | None:
        if self.mailer is not None:
            return None
        return (
            "no mail server is set up, so the e-mail waits; set one up and say "
            f"`ordinance outbox retry {self.desk.entry.id}`"
        )

    def do(self) -> Outcome:
        assert self.mailer is not None, "without a mailer there is an obstacle"
        values = self.desk.effect.values
        return self.mailer.send(self.desk.key, values["to"], values["subject"], values["body"])

    def done(self, order: Order, what: Done) -> tuple[Order, Event]:
        return order, self.event("email.sent", **self.told())

    def failed(self, order: Order, failures: tuple[Failure, ...]) -> tuple[Order, Event]:
        return order, self.event("email.not_sent", **self.told(), message=sentence(failures))

    def told(self) -> dict[str, str]:
        return {"recipient": self.desk.effect.values["to"], "subject": self.desk.effect.values["subject"]}


@dataclass
class Post(Telling):
    poster: Poster | None = None
    backoff: Backoff = POST

    def obstacle(self) -> str | None:
        if self.poster is not None:
            return None
        return (
            "this service posts nothing, so the order waits to be posted; start one that does and say "
            f"`ordinance outbox retry {self.desk.entry.id}`"
        )

    def do(self) -> Outcome:
        order = self.desk.order()
        assert self.poster is not None, "without a poster there is an obstacle"
        assert order is not None, "without an order it is moot"
        return self.poster.post(self.desk.key, self.desk.effect.values["url"], order)

    def done(self, order: Order, what: Done) -> tuple[Order, Event]:
        return order, self.event("order.posted", url=self.desk.effect.values["url"])

    def failed(self, order: Order, failures: tuple[Failure, ...]) -> tuple[Order, Event]:
        return order, self.event(
            "order.not_posted", url=self.desk.effect.values["url"], message=sentence(failures)
        )


def reference(order_id: str, number: int) -> str:
    """What a provider knows a submission by. The last part is the number, so that no two are alike."""
    return f"{order_id}.{number}"


def sentence(failures: Sequence[Failure]) -> str:
    return "; ".join(failure.message for failure in failures)
