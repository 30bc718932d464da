"""The contract kit: one suite that every adapter passes against its sandbox.

An adapter's test module subclasses `ContractKit` and gives a fixture `subject`. What the kit asks is what the worker
relies on (`actions.provider`): whatever goes wrong, an order is taken once, and the adapter knows when it does not know.
"""

from __future__ import annotations

import datetime as dt
import logging
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest

from actions.preparing.prepared import Prepared
from actions.provider import NotFound, Provider, Steps, Submitting
from actions.sandbox.server import Server
from actions.secret import Secret
from events.failure import FailureKind
from events.outcome import Done, Failed, NeedsReview, Outcome, ProviderStatus, RetryAfter, Unknown

T = TypeVar("T")

CANARY = "canary-3f9c1e77a0"
"""The key under which the sandbox is used. It stands nowhere but in requests."""

SHORT = 0.25
"""Seconds until a request is given up."""

LOCAL = frozenset({FailureKind.NO_PRODUCTS, FailureKind.MISSING_PRINT_DETAILS})
"""Found in preparing, before there is a provider."""

UNDONE = ("reset", "timeout", "html", "429", "500", "502", "503")
DONE_BUT = ("reset-after", "timeout-after", "html-after", "half", "other-id")


PROMISED = (
    "unknown-sku", "out-of-stock", "bad-address", "payment-failed", "401", "429", "500", "reset", "timeout-after",
    "duplicate", "html", "half", "error-200", "other-id",
)  # fmt: skip
"""What goes wrong at every sandbox, under the same names."""


class Notes:
    """A memory and nothing more."""

    def __init__(self) -> None:
        self.notes: dict[str, str] = {}

    def recall(self, name: str) -> str | None:
        return self.notes.get(name)

    def remember(self, name: str, value: str) -> None:
        self.notes[name] = value


class Time:
    """Stands still, for the adapter and the sandbox alike."""

    def __init__(self) -> None:
        self.at = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.at

    def goes_on(self, **by: float) -> None:
        self.at += dt.timedelta(**by)


@dataclass
class Subject:
    """One adapter beside its sandbox.

    make: the adapter in its test mode, using a key. prepared: a good order, of a customer of that name. accepting: the call
    that makes an order an order. kinds: a fault for each kind of failure that the provider can tell. hold: a fault that
    puts an order on hold. shipped_after: seconds until all of an order is shipped.
    """

    server: Server
    time: Time
    make: Callable[[Secret, Notes], Provider]
    prepared: Callable[[str], Prepared]
    accepting: str
    kinds: Mapping[FailureKind, str]
    hold: str = ""
    shipped_after: float = 120
    notes: Notes = field(default_factory=Notes)
    saved: dict[str, str] = field(default_factory=dict)
    seen: list[object] = field(default_factory=list)

    @property
    def provider(self) -> Provider:
        return self.make(Secret(CANARY), self.notes)

    def work(self, reference: str = "1001.1", name: str = "Ada Byron") -> Submitting:
        """As the worker makes it anew for each attempt, with what earlier ones saved."""
        return Submitting(self.prepared(name), reference, f"submit|{reference}", dict(self.saved), self.save)

    def save(self, steps: Steps) -> None:
        self.saved.update(steps)

    def submit(self, reference: str = "1001.1", name: str = "Ada Byron") -> Outcome:
        return self.keep(self.provider.submit(self.work(reference, name)))

    def reconcile(self, reference: str = "1001.1", name: str = "Ada Byron") -> Done | NotFound | Outcome:
        return self.keep(self.provider.reconcile(self.work(reference, name), self.time.at))

    def keep(self, outcome: T) -> T:
        self.seen.append(outcome)
        return outcome

    def settled(self, reference: str = "1001.1", name: str = "Ada Byron") -> Outcome:
        """To the end, as a worker goes on: what is not known is asked for, and never sent again before."""
        outcome: Outcome | NotFound = self.submit(reference, name)
        asking = isinstance(outcome, Unknown)
        for _ in range(20):
            match outcome:
                case Done() | Failed() | NeedsReview():
                    return outcome
                case NotFound():
                    outcome = self.submit(reference, name)
                    asking = isinstance(outcome, Unknown)
                case _:
                    outcome = self.reconcile(reference, name) if asking else self.submit(reference, name)
                    asking = asking or isinstance(outcome, Unknown)
        raise AssertionError(f"it never came to an end: {outcome}")

    def accepted(self) -> Mapping[str, int]:
        found = self.server.state()["accepted"]
        assert isinstance(found, Mapping)
        return found

    def fresh(self) -> None:
        self.server.reset()
        self.saved.clear()
        self.notes.notes.clear()


def only_this_machine(monkeypatch: pytest.MonkeyPatch, allowed: str) -> list[str]:
    """Lets nothing connect but to `host:port`; what was tried beside it stands in the list."""
    strangers: list[str] = []
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def guarded(self: socket.socket, address: Any) -> None:
        where = f"{address[0]}:{address[1]}" if isinstance(address, tuple) else str(address)
        if where != allowed:
            strangers.append(where)
            raise ConnectionRefusedError(f"{where} is not the sandbox")
        connect(self, address)

    def asked(host: Any, *args: Any, **more: Any) -> Any:
        if host not in ("127.0.0.1", "localhost"):
            strangers.append(str(host))
            raise socket.gaierror(f"{host} is not the sandbox")
        return look_up(host, *args, **more)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket, "getaddrinfo", asked)
    return strangers


class ContractKit:
    @pytest.fixture
    def subject(self) -> Iterator[Subject]:
        raise NotImplementedError("the adapter's own tests give it")

    @pytest.fixture(autouse=True)
    def _no_secret_and_no_stranger(
        self, subject: Subject, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> Iterator[None]:
        """Around every test: nothing is asked but the sandbox, and the key is in nothing that anybody keeps."""
        strangers = only_this_machine(monkeypatch, subject.server.host)
        with caplog.at_level(logging.DEBUG):
            yield
        assert strangers == [], "test mode reached another host"
        kept = [repr(subject.seen), repr(subject.saved), repr(subject.notes.notes), caplog.text]
        assert not [text for text in kept if CANARY in text], "a key was kept"

    def test_an_order_is_taken_once_and_has_a_number(self, subject: Subject) -> None:
        outcome = subject.submit()
        assert isinstance(outcome, Done)
        assert outcome.provider_order_id
        assert subject.accepted() == {"1001.1": 1}

    def test_what_was_taken_and_never_written_down_is_found_again(self, subject: Subject) -> None:
        first = subject.submit()
        again = subject.reconcile()
        assert isinstance(first, Done)
        assert isinstance(again, Done)
        assert again.provider_order_id == first.provider_order_id
        assert subject.accepted() == {"1001.1": 1}

    def test_it_is_found_even_where_what_was_saved_is_lost(self, subject: Subject) -> None:
        first = subject.submit()
        subject.saved.clear()
        again = subject.reconcile()
        assert isinstance(first, Done)
        assert isinstance(again, Done)
        assert again.provider_order_id == first.provider_order_id

    def test_an_order_that_was_never_sent_is_not_found(self, subject: Subject) -> None:
        assert isinstance(subject.submit("1001.1"), Done)
        subject.saved.clear()
        assert isinstance(subject.reconcile("1002.1"), NotFound)

    def test_a_second_submission_of_the_same_order_is_another_order(self, subject: Subject) -> None:
        first = subject.submit("1001.1")
        subject.saved.clear()
        second = subject.submit("1001.2")
        assert isinstance(first, Done)
        assert isinstance(second, Done)
        assert first.provider_order_id != second.provider_order_id
        assert subject.accepted() == {"1001.1": 1, "1001.2": 1}

    @pytest.mark.parametrize("fault", DONE_BUT)
    def test_an_answer_that_is_lost_after_the_order_was_taken_is_unknown_and_then_found(
        self, subject: Subject, fault: str
    ) -> None:
        subject.server.fail(f"{fault}.{subject.accepting}")
        assert isinstance(subject.submit(), Unknown)
        assert subject.accepted() == {"1001.1": 1}
        assert isinstance(subject.reconcile(), Done)
        assert subject.accepted() == {"1001.1": 1}

    @pytest.mark.parametrize("fault", [*UNDONE, *DONE_BUT])
    def test_whatever_goes_wrong_at_any_call_the_order_is_taken_once_in_the_end(
        self, subject: Subject, fault: str
    ) -> None:
        met = []
        for call in subject.server.site.faults.calls:
            subject.fresh()
            subject.server.fail(f"{fault}.{call}")
            if call != subject.accepting:
                subject.server.fail(
                    f"reset-after.{subject.accepting}"
                )  # so that the calls of reconciling are made
            outcome = subject.settled()
            assert isinstance(outcome, Done), (call, outcome)
            assert subject.accepted() == {"1001.1": 1}, call
            if not subject.server.site.faults.pending():
                met.append(call)
        assert subject.accepting in met

    @pytest.mark.parametrize("fault", PROMISED)
    def test_every_fault_that_is_promised_is_met_and_nothing_is_taken_twice(
        self, subject: Subject, fault: str
    ) -> None:
        subject.server.fail(fault)
        first = subject.submit()
        assert subject.server.site.faults.pending() == 0
        if isinstance(first, Done):  # what is refused because it is there is read back, and is ours
            assert (fault, subject.accepted()) == ("duplicate", {"1001.1": 1})
        elif isinstance(first, Failed):
            assert subject.accepted() == {}
        else:
            assert isinstance(subject.settled(), Done)
            assert subject.accepted() == {"1001.1": 1}

    def test_success_with_an_error_inside_is_no_order(self, subject: Subject) -> None:
        subject.server.fail(f"error-200.{subject.accepting}")
        outcome = subject.submit()
        assert isinstance(outcome, (Failed, RetryAfter, Unknown)), outcome
        assert subject.accepted() == {}

    def test_a_fault_in_the_customers_name_is_met_once_for_each_order(self, subject: Subject) -> None:
        name = "Sandbox.timeout-after Byron"
        assert isinstance(subject.submit(name=name), Unknown)
        assert isinstance(subject.settled(name=name), Done)
        assert subject.accepted() == {"1001.1": 1}

    def test_every_kind_of_failure_can_be_reached(self, subject: Subject) -> None:
        assert set(subject.kinds) == set(FailureKind) - LOCAL
        for kind, fault in subject.kinds.items():
            subject.fresh()
            subject.server.fail(fault)
            outcome = subject.submit()
            assert not isinstance(outcome, Done), fault
            failures = outcome.failures if isinstance(outcome, Failed) else (outcome.failure,)
            assert failures[0].kind is kind, (fault, outcome)
            assert failures[0].message, fault

    def test_what_is_final_was_not_taken(self, subject: Subject) -> None:
        for fault in subject.kinds.values():
            subject.fresh()
            subject.server.fail(fault)
            if isinstance(subject.submit(), Failed):
                assert subject.accepted() == {}, fault

    def test_a_provider_that_asks_to_wait_is_waited_for(self, subject: Subject) -> None:
        subject.server.fail(f"429.{subject.accepting}")
        outcome = subject.submit()
        assert isinstance(outcome, RetryAfter)
        assert (outcome.seconds, outcome.pause) == (7, True)
        assert subject.accepted() == {}

    def test_credentials_that_are_refused_pause_the_connection(self, subject: Subject) -> None:
        subject.server.fail(f"401.{subject.accepting}")
        outcome = subject.submit()
        assert isinstance(outcome, RetryAfter)
        assert (outcome.failure.kind, outcome.pause) == (FailureKind.AUTH_FAILED, True)

    def test_a_check_tells_right_credentials_from_wrong_ones(self, subject: Subject) -> None:
        assert isinstance(subject.provider.check(), Done)
        wrong = subject.keep(subject.make(Secret("wrong-" + CANARY[::-1]), Notes()).check())
        assert isinstance(wrong, RetryAfter)
        assert (wrong.failure.kind, wrong.pause) == (FailureKind.AUTH_FAILED, True)

    def test_a_provider_that_is_not_there_took_nothing(self, subject: Subject) -> None:
        provider, work = subject.provider, subject.work()
        subject.server.close()
        outcome = subject.keep(provider.submit(work))
        assert isinstance(outcome, RetryAfter)
        assert outcome.failure.kind is FailureKind.UNAVAILABLE

    def test_an_order_goes_from_taken_to_shipped_with_a_parcel_that_keeps_its_id(
        self, subject: Subject
    ) -> None:
        taken = subject.submit()
        assert isinstance(taken, Done)
        assert self.state(subject, taken).state == "accepted"
        subject.server.tick(subject.shipped_after)
        shipped = self.state(subject, taken)
        assert shipped.state == "shipped"
        assert shipped.shipments
        assert all(parcel.id and parcel.tracking_number for parcel in shipped.shipments)
        assert self.state(subject, taken) == shipped

    def test_an_order_on_hold_says_why(self, subject: Subject) -> None:
        if not subject.hold:
            pytest.skip("this provider holds no orders")
        subject.server.fail(subject.hold)
        taken = subject.submit()
        assert isinstance(taken, Done)
        held = self.state(subject, taken)
        assert held.state == "on_hold"
        assert held.reasons

    def test_an_order_is_canceled_once_and_not_after_production(self, subject: Subject) -> None:
        if not subject.provider.capabilities.cancel:
            pytest.skip("this provider cancels no orders")
        taken = subject.submit()
        assert isinstance(taken, Done)
        assert isinstance(subject.keep(subject.provider.cancel(taken.provider_order_id)), Done)
        assert self.state(subject, taken).state == "cancelled"
        assert isinstance(subject.keep(subject.provider.cancel(taken.provider_order_id)), Done)
        subject.saved.clear()
        late = subject.submit("1002.1")
        assert isinstance(late, Done)
        subject.server.tick(subject.shipped_after)
        assert isinstance(subject.keep(subject.provider.cancel(late.provider_order_id)), Failed)
        assert self.state(subject, late).state == "shipped"

    def test_an_order_that_the_provider_has_not_is_a_failure_and_no_exception(self, subject: Subject) -> None:
        for strange in ("no-such-order", "../orders", "", "a b/c?d#e", "ü"):
            assert not isinstance(subject.keep(subject.provider.status(strange)), ProviderStatus)
            assert not isinstance(subject.keep(subject.provider.cancel(strange)), Done)

    def state(self, subject: Subject, taken: Done) -> ProviderStatus:
        if not subject.provider.capabilities.status:
            pytest.skip("this provider tells no status")
        found = subject.keep(subject.provider.status(taken.provider_order_id))
        assert isinstance(found, ProviderStatus)
        assert found.provider_order_id == taken.provider_order_id
        return found
