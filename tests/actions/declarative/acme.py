"""Acme, a printer of nobody's: the smallest description there can be, which a test changes in the one thing it is about;
and a client that answers from a script."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import Any

from actions.declarative.adapter import Adapter
from actions.declarative.connecting import connect
from actions.declarative.spec import AdapterSpec
from actions.http import Answer, NoAnswer, Request
from actions.provider import Submitting
from actions.secret import Secret
from dsl.schema import ConnectionSpec
from events.jsontext import dumps
from tests.actions.declarative.world import good

NOW = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)
TOKEN = "acme-canary-91b7"

PLAIN: dict[str, Any] = {
    "evidence": "observed",
    "connection": {
        "base_url": {"live": "https://acme.example/api"},
        "auth": {"bearer": "{connection.token}"},
    },
    "idempotency": "none",
    "operations": {
        "place": {
            "method": "POST",
            "path": "/orders",
            "body": {"reference": "{submission.reference}", "pieces": "{order.quantity_total}"},
        },
        "read": {"method": "GET", "path": "/orders/{saved.order_id}"},
        "search": {"method": "GET", "path": "/orders", "query": {"reference": "{submission.reference}"}},
    },
    "submit": {"steps": [{"call": "place", "save": {"order_id": "{answer.id}"}}]},
}

FIND = {
    "call": "search",
    "for_each": {"found": "{answer.orders}"},
    "reference": "{found.reference}",
    "order_id": "{found.id}",
    "state": "{found.state}",
    "same": [{"ours": "{order.quantity_total}", "theirs": "{found.pieces}"}],
}
STATUS = {
    "calls": "read",
    "state": "{read.state}",
    "states": {"new": "draft", "taken": "accepted", "gone": "rejected"},
}


def description(**changes: Any) -> AdapterSpec:
    """`connection__auth={...}` changes what is below."""
    data = deepcopy(PLAIN)
    for name, value in changes.items():
        at = data
        *path, last = name.split("__")
        for part in path:
            at = at[part]
        at[last] = value
    return AdapterSpec.model_validate(data)


class Script:
    """Answers in the order given, and keeps what it was asked."""

    def __init__(self, *answers: Answer | NoAnswer) -> None:
        self.answers, self.asked = list(answers), list[Request]()

    def send(self, request: Request) -> Answer | NoAnswer:
        self.asked.append(request)
        return self.answers.pop(0)

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.asked]


def says(status: int, data: object = None, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, named, b"" if data is None else dumps(data).encode())


TIMED_OUT = NoAnswer(True, "acme.example did not answer within 30 s")


def adapter(client: Script, spec: AdapterSpec | None = None, **settings: Any) -> Adapter:
    connection = ConnectionSpec("acme", "Acme", "acme", {"token": "${ACME_TOKEN}", **settings})
    return connect(
        spec or description(), connection, {"token": Secret(TOKEN)}, client=client, now=lambda: NOW
    )


def work(
    saved: dict[str, str] | None = None, save: Callable[[Any], None] | None = None, **order: Any
) -> Submitting:
    return Submitting(
        good("pov", **order), "1001.1", "submit|1001.1", saved or {}, save or (lambda steps: None)
    )


def keeping(kept: list[Any]) -> Callable[[Any], None]:
    return lambda steps: kept.append(dict(steps))


def orders(*found: dict[str, Any]) -> Answer:
    return says(200, {"orders": list(found)})


def kinds(failures: Iterable[Any]) -> list[str]:
    return [failure.kind.value for failure in failures]
