"""A printer played from its description: what its adapter does there is what it does at a sandbox that was written for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing

import pytest

from actions.declarative.connecting import connect
from actions.http import HttpClient
from actions.provider import NotFound, Submitting
from actions.sandbox.clock import Clock
from actions.sandbox.server import Server
from actions.secret import Secret
from engine.mirror import SHIPPING, Mirror
from events.outcome import Done, Failed, ProviderStatus, Unknown
from tests.actions.contract_kit import Subject, Time
from tests.actions.declarative.world import SHORT_LIMITS, connection, good, spec

NOW = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)


@pytest.fixture(params=["pov", "spod"])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    """One that takes an order in one call and refuses a repeat, and one with drafts, items' states and parcels in a list."""
    integration, time = str(request.param), Time()
    with (
        Server(Mirror(spec(integration), integration, Clock(time))) as server,
        closing(HttpClient(server.url, SHORT_LIMITS)) as http,
    ):
        yield Subject(
            server=server,
            time=time,
            make=lambda key, notes: connect(
                spec(integration),
                connection(integration),
                {"customer_id": key, "token": key},
                client=http,
                now=time,
            ),
            prepared=lambda name: good(integration, name),
            accepting="place" if integration == "pov" else "confirm",
            kinds={},
        )


def state(subject: Subject, number: str) -> ProviderStatus:
    found = subject.provider.status(number)
    assert isinstance(found, ProviderStatus), found
    return found


def test_an_order_is_taken_shipped_and_tracked(subject: Subject) -> None:
    taken = subject.submit()
    assert isinstance(taken, Done), taken
    assert subject.accepted() == {"1001.1": 1}
    assert state(subject, taken.provider_order_id).state == "accepted"
    subject.server.tick(SHIPPING)
    shipped = state(subject, taken.provider_order_id)
    assert shipped.state == "shipped"
    assert [each.tracking_number[:7] for each in shipped.shipments] == ["SANDBOX"]


def test_one_that_was_taken_and_never_answered_is_found_and_not_taken_twice(subject: Subject) -> None:
    subject.server.fail(f"timeout-after.{subject.accepting}")
    assert isinstance(subject.submit(), Unknown)
    assert isinstance(subject.settled(), Done)
    assert subject.accepted() == {"1001.1": 1}


def test_it_is_canceled_before_production_and_not_after(subject: Subject) -> None:
    first = subject.submit("1001.1")
    assert isinstance(first, Done)
    assert isinstance(subject.provider.cancel(first.provider_order_id), Done)
    assert state(subject, first.provider_order_id).state == "cancelled"
    subject.saved.clear()
    second = subject.submit("1002.1")
    assert isinstance(second, Done)
    subject.server.tick(SHIPPING)
    assert isinstance(subject.provider.cancel(second.provider_order_id), Failed)


def test_what_is_not_there_is_not_found(subject: Subject) -> None:
    assert not isinstance(subject.provider.status("99"), ProviderStatus)
    assert isinstance(subject.reconcile("1009.1"), NotFound)


def test_a_number_that_was_sent_before_is_refused_where_the_printer_refuses_it() -> None:
    time = Time()
    with (
        Server(Mirror(spec("pov"), "pov", Clock(time))) as server,
        closing(HttpClient(server.url, SHORT_LIMITS)) as http,
    ):
        adapter = connect(
            spec("pov"), connection("pov"), {"customer_id": Secret("any-key")}, client=http, now=time
        )
        outcomes = [
            adapter.submit(Submitting(good("pov", name), "7.1", "submit|7.1", {}, lambda steps: None))
            for name in ("Ada Byron", "Ada Byron")
        ]
        assert [type(each) for each in outcomes] == [Done, Done]  # read back: it is ours
        assert server.state()["accepted"] == {"7.1": 1}
