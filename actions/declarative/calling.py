"""One call of a description: the request that it makes, and whether its answer is one of success.

Called by the adapter. `Said` is a success with its plain data; `Trouble` is everything else, with the one thing that
counts besides the reason: whether it may have been done all the same.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from actions.declarative.shape import filled
from actions.declarative.spec import Connect, Operation, Same, Signature
from actions.declarative.template import Scope, Template, evaluate
from actions.http import Answer, Client, NoAnswer, Request, Value, json_body, segment
from actions.secret import Secret
from dsl import ast
from dsl.values import fold, plain


@dataclass(frozen=True)
class Said:
    """What a successful answer holds: plain data, None where it had no body."""

    data: Any = None


@dataclass(frozen=True)
class Trouble:
    """call: its name. answer: a refusal, to be classified; None where there was none or none that can be understood.

    perhaps: it may have been done. message: why, where there is no refusal to ask.
    """

    call: str
    message: str = ""
    answer: Answer | None = None
    perhaps: bool = False
    ours: bool = False
    """It never left: the order or a setting lacks what the call needs."""


@dataclass(frozen=True)
class Caller:
    """connection: its settings and secrets, as templates name them. stamp: the time, for requests that are signed."""

    client: Client
    connect: Connect
    operations: Mapping[str, Operation]
    connection: Mapping[str, Any] = field(repr=False)
    stamp: str = ""

    def call(self, name: str, scope: Scope) -> Said | Trouble:
        operation = self.operations[name]
        whole: Scope = {**scope, "connection": self.connection}
        request = self.request(operation, whole)
        if isinstance(request, str):
            return Trouble(name, request, ours=True)
        answer = self.client.send(request)
        if isinstance(answer, NoAnswer):
            return Trouble(name, answer.message, perhaps=answer.sent)
        return self.understood(name, operation, answer, whole)

    def understood(self, name: str, operation: Operation, answer: Answer, scope: Scope) -> Said | Trouble:
        """A status that is expected does not make a success yet: it may hold an error, or be about something else."""
        data, fine = answer.json, 200 <= answer.status < 300
        if fine and data is None and answer.body.strip():  # a page of a gateway's
            return Trouble(name, "the answer cannot be read", perhaps=True)
        if answer.status not in operation.expect:
            return Trouble(name, answer=answer, perhaps=fine or answer.status >= 500)
        heard: Scope = {**scope, "answer": data}
        if operation.succeeded is not None:
            said = operation.succeeded.value.words(heard)
            if fold(said) not in map(fold, operation.succeeded.is_one_of):
                return Trouble(name, "the answer cannot be read", answer if said else None, perhaps=not said)
        for same in operation.same if data is not None else ():
            if not alike(same, heard, heard):
                return Trouble(name, "the answer is about another order", perhaps=True)
        return Said(data)

    def request(self, operation: Operation, scope: Scope) -> Request | str:
        """Or why it cannot be made, in words that follow the connection's name."""
        path = path_of(operation.path, scope)
        if path is None:
            return f"what `{operation.path.text}` needs is missing"
        body = filled(operation.body, scope)
        revealed = list(secrets_in(body))
        sent = None if operation.body is None else _written(body if body is not None else {}, operation.send)
        headers: dict[str, Value] = {}
        if sent is not None and operation.send == "form":
            headers["content-type"] = "application/x-www-form-urlencoded"
        named = {**self.connect.headers, **operation.headers}
        headers |= {name: value for name, each in named.items() if (value := _value(each, scope)) is not None}
        query = [
            (name, value)
            for name, each in operation.query.items()
            if (value := _value(each, scope)) is not None
        ]
        proved = self.proved(headers, query, sent or b"", scope)
        if proved is not None:
            return proved
        return Request(operation.method, path, query, headers, sent, tuple(revealed))

    def proved(
        self, headers: dict[str, Value], query: list[tuple[str, Value]], body: bytes, scope: Scope
    ) -> str | None:
        """Adds what shows who we are; or says what is missing for it."""
        auth = self.connect.auth
        if auth is None:
            return None
        wanted = [*auth.header.values(), *auth.query.values(), *((auth.bearer,) if auth.bearer else ())]
        if auth.basic is not None:
            wanted += [auth.basic.user, auth.basic.password]
        if auth.hmac is not None:
            wanted.append(auth.hmac.key)
        for template in wanted:
            if template.value(scope) is None:
                return f"what `{template.text}` needs is not set"
        headers |= {name: _credential(value, scope) for name, value in auth.header.items()}
        query += [(name, _credential(value, scope)) for name, value in auth.query.items()]
        if auth.bearer is not None:
            headers["authorization"] = Secret(f"Bearer {_text(auth.bearer.value(scope))}")
        if auth.basic is not None:
            pair = f"{_text(auth.basic.user.value(scope))}:{_text(auth.basic.password.value(scope))}"
            headers["authorization"] = Secret("Basic " + base64.b64encode(pair.encode()).decode())
        if auth.hmac is not None:
            key = key_of(auth.hmac, _text(auth.hmac.key.value(scope)))
            if key is None:
                return f"the key `{auth.hmac.key.text}` is not {auth.hmac.key_encoding}"
            headers[auth.hmac.header] = signed(auth.hmac, key, body, self.stamp)
            if auth.hmac.timestamp_header:
                headers[auth.hmac.timestamp_header] = self.stamp
        return None


def alike(same: Same, ours: Scope, theirs: Scope) -> bool:
    """Where ours is missing there is nothing to compare; where theirs is, it is not alike."""
    expected = same.ours.words(ours)
    return not expected or fold(expected) == fold(same.theirs.words(theirs))


def path_of(template: Template, scope: Scope) -> str | None:
    """Whatever is filled in is one part of the path. None where a part is missing."""
    pieces = []
    for part in template.parts:
        if isinstance(part, ast.Text):
            pieces.append(part.value)
            continue
        text = plain(evaluate(part, scope))
        if not text or not text.strip():
            return None
        pieces.append(segment(text.strip()))
    return "".join(pieces)


def signed(signature: Signature, key: bytes, body: bytes, stamp: str) -> str:
    content = body if signature.signed == "body" else stamp.encode() + b"." + body
    digest = hmac.new(key, content, getattr(hashlib, signature.algorithm)).digest()
    shown = digest.hex() if signature.encoding == "hex" else base64.b64encode(digest).decode()
    return signature.prefix + shown


def key_of(signature: Signature, key: str) -> bytes | None:
    """None where it is not written as it should be."""
    try:
        if signature.key_encoding == "hex":
            return bytes.fromhex(key)
        if signature.key_encoding == "base64":
            return base64.b64decode(key, validate=True)
    except ValueError:
        return None
    return key.encode()


def secrets_in(value: Any) -> Iterator[Secret]:
    if isinstance(value, Secret):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from secrets_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from secrets_in(each)


def _revealed(value: Any) -> Any:
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, Mapping):
        return {name: _revealed(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_revealed(each) for each in value]
    return value


def _written(body: Any, way: str) -> bytes:
    data = _revealed(body)
    if way == "json":
        return json_body(data)
    pairs = [(name, plain(value) or "") for name, value in data.items()] if isinstance(data, Mapping) else []
    return urlencode(pairs).encode()


def _value(template: Template, scope: Scope) -> Value | None:
    value = template.value(scope)
    if value is None or isinstance(value, Secret):
        return value
    return None if isinstance(value, (Mapping, list)) else plain(value)


def _text(value: Any) -> str:
    return value.reveal() if isinstance(value, Secret) else plain(value) or ""


def _credential(template: Template, scope: Scope) -> Secret:
    return Secret(_text(template.value(scope)))
