"""The adapter that follows a description: a Provider without a line of code of its own.

Made by `actions.declarative.connecting` for one connection; called by the worker. It never raises for what the world does. INVARIANT: a step that
may make something that is printed is never sent again while it is unknown whether the first one arrived.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from actions.classify import wait_of
from actions.declarative.calling import Caller, Said, Trouble, alike
from actions.declarative.refusals import Classifier
from actions.declarative.scope import connection_scope, in_test, submission_scope
from actions.declarative.spec import AdapterSpec, Find, Step
from actions.declarative.standing import known_state, standing
from actions.declarative.template import Scope
from actions.http import Client
from actions.preparing.prepared import Prepared
from actions.provider import Capabilities, NotFound, Submitting
from actions.secret import Secret
from dsl.schema import ConnectionSpec
from dsl.values import fold, plain, read_number
from events.failure import Failure, FailureKind
from events.outcome import (
    Done,
    Failed,
    NeedsReview,
    Outcome,
    ProviderState,
    ProviderStatus,
    RetryAfter,
    Unknown,
)


@dataclass(frozen=True)
class Found:
    """An order with our reference, and how it stands."""

    order_id: str
    state: ProviderState


@dataclass(frozen=True)
class Adapter:
    spec: AdapterSpec
    connection: ConnectionSpec
    secrets: Mapping[str, Secret] = field(repr=False)
    client: Client = field(repr=False)
    now: Callable[[], dt.datetime]
    problem: str = ""
    """What keeps every call from being made."""

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            two_phase=len(self.spec.submit.steps) > 1,
            cancel=self.spec.cancel is not None,
            status=self.spec.status is not None,
            test_mode=self.spec.connection.base_url.test is not None,
            idempotency=self.spec.idempotency,
            evidence=self.spec.evidence,
        )

    def check(self) -> Outcome:
        if unready := self.unready():
            return Failed((unready,))
        if self.spec.check is None:
            return Done(
                message=f"{self.connection.label} has no call that only checks; the first order will show"
            )
        told = self.caller().call(self.spec.check, self.plain_scope())
        return Done() if isinstance(told, Said) else self.outcome(told, self.plain_scope())

    def submit(self, work: Submitting) -> Outcome:
        if unready := self.unready():
            return Failed((unready,))
        find = self.spec.find
        if find is not None and self.spec.idempotency == "look up first" and not work.saved:
            found = self.look_up(find, work)
            if not isinstance(found, Found):
                return self.send(work) if isinstance(found, NotFound) else found
            return self.go_on(found, work)
        return self.send(work)

    def go_on(self, found: Found, work: Submitting) -> Outcome:
        """An order of ours that is there already: a draft is taken up where it stands."""
        saved = {**work.saved, "order_id": found.order_id}
        work.save(saved)
        verdict = self.verdict(found.order_id, found.state)
        return self.send(replace(work, saved=saved)) if isinstance(verdict, NotFound) else verdict

    def send(self, work: Submitting) -> Outcome:
        saved, scope, binding = dict(work.saved), self.scope(work), False
        for step in self.spec.submit.steps:
            if not done(step, saved):
                told = self.caller().call(step.call, scope)
                if isinstance(told, Said):
                    scope = {**scope, step.call: told.data, "answer": told.data}
                    values = {name: template.words(scope) for name, template in step.save.items()}
                    if not all(values.values()):
                        told = Trouble(step.call, "the answer cannot be read", perhaps=True)
                if isinstance(told, Trouble):
                    return self.stopped(told, step, scope, replace(work, saved=saved), binding)
                if values:
                    saved |= values
                    scope = {**scope, "saved": dict(saved)}
                    work.save(dict(saved))
            binding = binding or not step.harmless
        return self.accepted(scope)

    def accepted(self, scope: Scope) -> Done:
        submit = self.spec.submit
        charged = read_number(submit.charged.words(scope)) if submit.charged else None
        message = submit.message.words(scope) if submit.message else ""
        return Done(str(scope["saved"].get("order_id", "")), message, charged)

    def stopped(self, told: Trouble, step: Step, scope: Scope, work: Submitting, binding: bool) -> Outcome:
        """binding: an earlier step may be printed already, so that there is no final failure without a person."""
        safe = step.harmless or self.spec.idempotency == "native key"
        outcome = self.outcome(told, scope, safe=safe, prepared=work.prepared)
        if isinstance(outcome, Failed) and outcome.failures[0].kind is FailureKind.DUPLICATE:
            return self.twice(outcome, work)
        if isinstance(outcome, Failed) and binding:
            return NeedsReview(outcome.failures[0])
        return outcome

    def twice(self, refused: Failed, work: Submitting) -> Outcome:
        """It was sent before, they say: it is read back, and what is ours is no failure."""
        order_id = work.saved.get("order_id", "")
        if order_id:
            there = self.at_provider(order_id)
            return refused if isinstance(there, NotFound) else there
        if self.spec.find is None:
            return refused
        found = self.look_up(self.spec.find, work)
        if isinstance(found, Found):
            return self.go_on(found, work)
        return refused if isinstance(found, NotFound) else found

    def reconcile(self, work: Submitting, since: dt.datetime | None = None) -> Done | NotFound | Outcome:
        if unready := self.unready():
            return NeedsReview(unready)
        order_id = work.saved.get("order_id", "")
        if order_id:
            return self.at_provider(order_id)
        if self.spec.find is not None:
            found = self.look_up(self.spec.find, work, since)
            if not isinstance(found, Found):
                return found
            work.save({**work.saved, "order_id": found.order_id})
            return self.verdict(found.order_id, found.state)
        if self.repeatable():
            return NotFound()
        message = f"{self.connection.label} cannot be asked whether it has order {work.reference}: look there"
        return NeedsReview(Failure(FailureKind.UNKNOWN_OUTCOME, message))

    def repeatable(self) -> bool:
        """Whether nothing is lost by sending again before the provider's number is known."""
        if self.spec.idempotency == "native key":
            return True
        for step in self.spec.submit.steps:
            if not step.harmless:
                return False
            if "order_id" in step.save:
                return True
        return False

    def at_provider(self, order_id: str) -> Done | NotFound | Outcome:
        """An order whose number we know: taken, or still a draft that the steps go on with."""
        if self.spec.status is None:
            return self.verdict(order_id, self.unasked())
        found = self.status(order_id)
        if isinstance(found, ProviderStatus):
            return self.verdict(order_id, found.state, "; ".join(found.reasons))
        if isinstance(found, RetryAfter):
            return found
        said = (
            found.failures[0].message if isinstance(found, Failed) else f"{self.connection.label} did not say"
        )
        message = f"{self.connection.label} took order {order_id} and does not show it now ({said})"
        return NeedsReview(Failure(FailureKind.UNKNOWN_OUTCOME, message))

    def verdict(self, order_id: str, state: ProviderState, why: str = "") -> Done | NotFound | Outcome:
        if state == "draft":
            return NotFound()
        if state == "rejected":
            return Failed(
                (
                    Failure(
                        FailureKind.REJECTED, f"{self.connection.label} rejected the order: {why or order_id}"
                    ),
                )
            )
        if state == "unknown" and len(self.spec.submit.steps) > 1:
            message = f"{self.connection.label} has order {order_id}, and does not say whether it was confirmed: look there"
            return NeedsReview(Failure(FailureKind.UNKNOWN_OUTCOME, message))
        return Done(order_id)

    def unasked(self) -> ProviderState:
        """The state of an order that is there, where none is told: with one step it can only be taken."""
        return "accepted" if len(self.spec.submit.steps) == 1 else "unknown"

    def look_up(
        self, find: Find, work: Submitting, since: dt.datetime | None = None
    ) -> Found | NotFound | Outcome:
        """By our reference. What has the reference and is not alike otherwise is somebody else's."""
        scope = self.scope(work, since)
        told = self.caller().call(find.call, scope)
        if isinstance(told, Trouble):
            absent = told.answer is not None and told.answer.status == 404
            if absent and not self.classifier().everywhere(find.call):
                return NotFound()
            outcome = self.outcome(told, scope)
            return NeedsReview(outcome.failures[0]) if isinstance(outcome, Failed) else outcome
        heard: Scope = {**scope, find.call: told.data, "answer": told.data}
        each = list(find.for_each.scopes(heard)) if find.for_each else [heard]
        mine = [one for one in each if fold(find.reference.words(one)) == fold(work.reference)]
        if not mine:
            return NotFound()
        one, *more = mine
        order_id = find.order_id.words(one)
        if more or not order_id or not all(alike(same, heard, one) for same in find.same):
            message = f"{self.connection.label} has another order with the number {work.reference}"
            return Failed((Failure(FailureKind.DUPLICATE, message),))
        if find.state is None or self.spec.status is None:
            return Found(order_id, self.unasked())
        return Found(order_id, known_state(self.spec.status, find.state.words(one)))

    def status(self, provider_order_id: str) -> ProviderStatus | Outcome:
        reading = self.spec.status
        if unready := self.unready():
            return Failed((unready,))
        if reading is None:
            return Failed(
                (Failure(FailureKind.GENERAL, f"{self.connection.label} cannot be asked about orders"),)
            )
        scope = self.plain_scope(provider_order_id)
        for name in reading.calls:
            told = self.caller().call(name, scope)
            if isinstance(told, Trouble):
                return self.outcome(told, scope)
            scope = {**scope, name: told.data, "answer": told.data}
        return standing(reading, provider_order_id, scope)

    def cancel(self, provider_order_id: str) -> Outcome:
        label = self.connection.label
        if unready := self.unready():
            return Failed((unready,))
        if self.spec.cancel is None:
            return Failed(
                (Failure(FailureKind.GENERAL, f"{label} takes no cancellations from here; ask {label}"),)
            )
        scope = self.plain_scope(provider_order_id)
        told = self.caller().call(self.spec.cancel.call, scope)
        if isinstance(told, Said):
            return Done(provider_order_id)
        outcome = self.outcome(told, scope, safe=False)
        if isinstance(outcome, Failed) and self.spec.status is not None:
            there = self.status(provider_order_id)
            if isinstance(there, ProviderStatus) and there.state == "cancelled":
                return Done(provider_order_id)
        return outcome

    def outcome(
        self, told: Trouble, scope: Scope, *, safe: bool = True, prepared: Prepared | None = None
    ) -> Outcome:
        """safe: the call may be made again without harm, so nobody need be asked whether it was done."""
        label = self.connection.label
        if told.ours:
            return Failed((Failure(FailureKind.GENERAL, f"{label}: {told.message} ({self.place})"),))
        if told.answer is None:
            message = f"{label}: {told.message}"
            if told.perhaps and not safe:
                return Unknown(Failure(FailureKind.UNKNOWN_OUTCOME, message))
            return RetryAfter(Failure(FailureKind.UNAVAILABLE, message))
        refusal = self.classifier().refusal(told.call, told.answer, scope, prepared)
        decisive, wait = refusal.failures[0], wait_of(told.answer.headers, self.now())
        if told.perhaps and not safe:
            return Unknown(decisive)
        if refusal.kind is FailureKind.AUTH_FAILED:
            return RetryAfter(decisive, pause=True)
        if refusal.kind is FailureKind.RATE_LIMITED:
            return RetryAfter(decisive, wait, pause=wait is not None)
        if refusal.retry or (refusal.kind is FailureKind.UNAVAILABLE and refusal.retry is None):
            return RetryAfter(decisive, wait)
        return Failed(refusal.failures)

    def unready(self) -> Failure | None:
        return Failure(FailureKind.GENERAL, self.problem) if self.problem else None

    @property
    def place(self) -> str:
        return f"connection `{self.connection.name}` in ordinance.yaml"

    def caller(self) -> Caller:
        stamp = plain(int(self.now().timestamp())) or ""
        names = connection_scope(self.connection, self.secrets)
        return Caller(self.client, self.spec.connection, self.spec.operations, names, stamp)

    def classifier(self) -> Classifier:
        auth = self.spec.connection.auth
        keys = tuple(auth.settings()) if auth is not None else ()
        return Classifier(self.spec.errors, self.spec.operations, self.connection.label, self.place, keys)

    def scope(self, work: Submitting, since: dt.datetime | None = None) -> dict[str, Any]:
        scope = dict(submission_scope(work, self.spec.shipping))
        when = since.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if since else None
        scope["submission"] = {**scope["submission"], "test": in_test(self.connection), "since": when}
        return scope

    def plain_scope(self, provider_order_id: str = "") -> dict[str, Any]:
        return {"saved": {"order_id": provider_order_id}, "submission": {"test": in_test(self.connection)}}


def done(step: Step, saved: Mapping[str, str]) -> bool:
    """A step that saves nothing is done again: that it went through is only known at the end of all."""
    if "order_id" in step.save:
        return "order_id" in saved
    return bool(step.save) and all(name in saved for name in step.save)
