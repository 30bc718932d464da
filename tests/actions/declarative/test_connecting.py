"""Addresses by mode: test orders never reach the live one."""

from __future__ import annotations

import pytest

from actions.declarative.connecting import address, connect
from actions.declarative.spec import AdapterSpec
from actions.http import HttpClient
from actions.secret import Secret
from events.outcome import Failed
from tests.actions.declarative.acme import description, work
from tests.actions.declarative.world import connection, spec

BOTH = description(connection__base_url={"live": "https://acme.example", "test": "https://test.acme.example"})


@pytest.mark.parametrize(
    ("described", "settings", "url"),
    [
        (BOTH, {"order_mode": "live"}, "https://acme.example"),
        (BOTH, {"order_mode": "test"}, "https://test.acme.example"),
        (BOTH, {}, "https://acme.example"),
        (description(), {"order_mode": "test"}, ""),
        (spec("pov"), {"order_mode": "test", "base_url": "https://live.example"}, ""),
        (spec("pov"), {"order_mode": "live", "base_url": "https://live.example"}, "https://live.example"),
        (spec("spod"), {"order_mode": "live"}, "https://rest.spod.com"),
        (spec("spod"), {}, ""),
        (spec("spod"), {"test_base_url": "https://staging.example"}, "https://staging.example"),
    ],
)
def test_the_address_is_the_modes(described: AdapterSpec, settings: dict[str, str], url: str) -> None:
    known = "spod" if described is spec("spod") else "pov"
    chosen = connection(known, **settings)
    if "order_mode" not in settings and known == "pov":
        chosen.settings.pop("order_mode")  # type: ignore[attr-defined]
    assert address(described, chosen) == url


@pytest.mark.parametrize(
    ("described", "said"),
    [
        (
            spec("pov"),
            "POV has no address for test orders: set `test_base_url` of connection `pov` in ordinance.yaml",
        ),
        (
            description(),
            "POV has no address for test orders: say `order_mode: live` of connection `pov` in ordinance.yaml when all is as you want it",
        ),
    ],
)
def test_without_an_address_nothing_is_sent_and_the_way_out_is_said(
    described: AdapterSpec, said: str
) -> None:
    made = connect(
        described, connection("pov", base_url="https://live.example"), {"customer_id": Secret("secret-id")}
    )
    for outcome in (made.submit(work()), made.check(), made.status("1"), made.cancel("1")):
        assert isinstance(outcome, Failed)
        assert outcome.failures[0].message == said


def test_the_sandbox_takes_the_place_of_both_addresses() -> None:
    made = connect(BOTH, connection("pov"), {}, base_url="http://127.0.0.1:1/api")
    assert isinstance(made.client, HttpClient)
    assert made.client.base_url == "http://127.0.0.1:1/api"
