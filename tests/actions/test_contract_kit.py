"""The contract kit's own guards: a kit that lets everything through proves nothing."""

from __future__ import annotations

from contextlib import closing

import pytest

from actions.http import HttpClient, NoAnswer, Request
from tests.actions.contract_kit import only_this_machine


@pytest.mark.parametrize("url", ["https://api.podos.io/v1", "https://192.0.2.1/v1", "http://127.0.0.1:9/v1"])
def test_a_call_to_another_host_is_seen_and_goes_nowhere(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    strangers = only_this_machine(monkeypatch, "127.0.0.1:1")
    with closing(HttpClient(url)) as client:
        found = client.send(Request("GET", "/orders"))
    assert isinstance(found, NoAnswer)
    assert not found.sent
    assert len(strangers) >= 1
