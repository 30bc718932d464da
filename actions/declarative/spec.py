"""The description of a provider's HTTP interface, as data: the shape of every `adapter.yaml`.

Read by `actions.declarative.reading`, checked as a whole by `actions.declarative.checking`, followed by
`actions.declarative.adapter`. `docs/adapters.md` tells a printer's developer how to write one. `extra` is forbidden
everywhere: a misspelt key is found, not ignored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

import re2
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from actions.declarative.shape import Over, Shape
from actions.declarative.template import Text
from actions.provider import Idempotency
from dsl.nearest import listed
from dsl.values import fold
from events.failure import FailureKind
from events.outcome import ProviderState

Evidence: TypeAlias = Literal["published", "observed", "unverified"]
"""Where the facts are from: the provider's own documents, its observed behaviour, or nobody knows."""

Capability: TypeAlias = Literal["submit", "status", "cancel", "find", "check", "webhook", "errors"]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def _many(value: object) -> object:
    """One value where a list is expected is a list of one."""
    return value if isinstance(value, (list, tuple)) or value is None else (value,)


def _kind(value: object) -> object:
    """`Invalid SKU` and `invalidsku` are `InvalidSku`."""
    if not isinstance(value, str) or isinstance(value, FailureKind):
        return value
    names = {fold(kind.value): kind for kind in FailureKind}
    found = names.get(fold(value).replace(" ", ""))
    if found is None:
        raise ValueError(
            f"there is no kind of failure `{value}`; there are {listed(k.value for k in FailureKind)}"
        )
    return found


def _pattern(text: str) -> str:
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(text, options)
    except re2.error as wrong:
        raise ValueError(f"the pattern `{text}` cannot be read: {wrong}") from None
    return text


HttpStatus: TypeAlias = Annotated[int, Field(ge=100, le=599)]
Statuses = Annotated[tuple[HttpStatus, ...], BeforeValidator(_many)]
Words = Annotated[tuple[str, ...], BeforeValidator(_many)]
Kind = Annotated[FailureKind, BeforeValidator(_kind)]
Pattern = Annotated[str, AfterValidator(_pattern)]
Seconds = Annotated[Decimal, Field(gt=0, le=600)]


class Signature(Part):
    """An HMAC: over the body, or `timestamp.body` with the time that stands in `timestamp_header`.

    key_encoding: how the key that one is given is to be read. tolerance: how many seconds old a signed time may be.
    """

    header: str
    key: Text
    algorithm: Literal["sha256", "sha512", "sha1"] = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    key_encoding: Literal["text", "hex", "base64"] = "text"
    prefix: str = ""
    signed: Literal["body", "timestamp.body"] = "body"
    timestamp_header: str = ""
    tolerance: Annotated[int, Field(gt=0)] = 300

    @model_validator(mode="after")
    def _timed(self) -> Signature:
        if (self.signed == "timestamp.body") != bool(self.timestamp_header):
            raise ValueError("`timestamp_header` goes with `signed: timestamp.body`, and only with it")
        return self


class Basic(Part):
    user: Text
    password: Text


class Auth(Part):
    """How a request shows who sends it: exactly one of the ways. `header` and `query` map a name to its value."""

    header: Mapping[str, Text] = Field(default_factory=dict)
    query: Mapping[str, Text] = Field(default_factory=dict)
    bearer: Text | None = None
    basic: Basic | None = None
    hmac: Signature | None = None

    @model_validator(mode="after")
    def _one(self) -> Auth:
        ways = [way for way in (self.header, self.query, self.bearer, self.basic, self.hmac) if way]
        if len(ways) != 1:
            raise ValueError("says one way: `header`, `query`, `bearer`, `basic` or `hmac`")
        return self

    def settings(self) -> Iterator[str]:
        """The names of the connection's settings that it is made of."""
        pair = (self.basic.user, self.basic.password) if self.basic else ()
        single = [each for each in (self.bearer, self.hmac.key if self.hmac else None) if each is not None]
        for template in (*self.header.values(), *self.query.values(), *pair, *single):
            for path in template.paths():
                if path.root == "connection" and path.steps:
                    yield str(getattr(path.steps[0], "name", ""))


class BaseUrl(Part):
    """An address for each mode. Without one for `test`, test orders are not sent: never to the live address."""

    live: Text
    test: Text | None = None


class Timeouts(Part):
    connect: Seconds = Decimal(10)
    read: Seconds = Decimal(30)


class Pace(Part):
    """`burst` requests at once, then so many per second."""

    per_second: Annotated[Decimal, Field(gt=0, le=1000)] = Decimal(2)
    burst: Annotated[int, Field(ge=1, le=1000)] = 5


class Connect(Part):
    """A connection whose setting `order_mode` is `test` uses the address for test; without that setting all is live."""

    base_url: BaseUrl
    auth: Auth | None = None
    headers: Mapping[str, Text] = Field(default_factory=dict)
    timeouts: Timeouts = Timeouts()
    pace: Pace = Pace()


class Same(Part):
    """Two values that must be alike: ours, and what the answer says. Where ours is missing there is nothing to compare."""

    ours: Text
    theirs: Text


class Succeeded(Part):
    """For providers that answer 200 to everything: the value that tells, and what it is when all is well."""

    value: Text
    is_one_of: Words = Field(min_length=1)


class Operation(Part):
    """One call. expect: statuses of an answer that is no failure. same: tells an answer about another order, where there is one with a body.

    absent: what 404 means: a wrong address or account, unless the path names an order of the provider.
    """

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: Text
    query: Mapping[str, Text] = Field(default_factory=dict)
    headers: Mapping[str, Text] = Field(default_factory=dict)
    body: Shape = None
    send: Literal["json", "form"] = "json"
    expect: Statuses = (200, 201, 202, 204)
    succeeded: Succeeded | None = None
    same: tuple[Same, ...] = ()
    absent: Literal["wrong address", "no such order"] | None = None


class Step(Part):
    """One call of a submission. save: what to remember before the next one; one of them is `order_id`.

    harmless: nothing that would be printed comes of it, so that it may be done again when nobody knows.
    """

    call: str
    save: Mapping[str, Text] = Field(default_factory=dict)
    harmless: bool = False


class Submit(Part):
    """The steps in their order. charged, message: what the last answers said."""

    steps: tuple[Step, ...] = Field(min_length=1)
    charged: Text | None = None
    message: Text | None = None

    @model_validator(mode="after")
    def _numbered(self) -> Submit:
        if not any("order_id" in step.save for step in self.steps):
            raise ValueError("one of the steps saves the provider's number for the order as `order_id`")
        return self


class Find(Part):
    """Looking an order up by our reference. for_each: where the answer is a list of orders.

    same: what beside the reference must be alike, so that an order is known for ours.
    """

    call: str
    for_each: Over | None = None
    reference: Text
    order_id: Text
    state: Text | None = None
    same: tuple[Same, ...] = ()


class Lines(Part):
    """The states of an order's lines, where a provider has them: they tell partly from wholly shipped."""

    for_each: Over
    state: Text


class Shipments(Part):
    """items: our item ids, a list or one."""

    for_each: Over
    id: Text | None = None
    tracking_number: Text
    carrier: Text | None = None
    method: Text | None = None
    tracking_url: Text | None = None
    shipped_at: Text | None = None
    items: Shape = None


class Reading(Part):
    """What has become of an order. calls: in their order; each one's answer stands under its name.

    states: the provider's words for them, ours in place; without regard to case.
    """

    calls: Words = Field(min_length=1)
    state: Text
    states: Mapping[str, ProviderState]
    reason: Text | None = None
    lines: Lines | None = None
    shipments: Shipments | None = None


class Cancel(Part):
    call: str


class Rule(Part):
    """The first that fits names the kind. status, code: any of them; message: an RE2 pattern; call: only there.

    retry: whether to try again later, where that differs from what the kind does.
    """

    kind: Kind
    status: Statuses = ()
    code: Words = ()
    message: Pattern | None = None
    call: Words = ()
    retry: bool | None = None

    @model_validator(mode="after")
    def _says(self) -> Rule:
        if not (self.status or self.code or self.message):
            raise ValueError("says by what it is known: `status`, `code` or `message`")
        return self


class Errors(Part):
    """for_each: where one answer holds several failures. item: the item's id, or the code that was sent for it."""

    for_each: Over | None = None
    message: Text | None = None
    code: Text | None = None
    item: Text | None = None
    rules: tuple[Rule, ...] = ()


class Acknowledge(Part):
    status: HttpStatus = 200
    body: str = ""


class SharedSecret(Part):
    """A secret that comes along as it is, in a header or in the address."""

    header: str = ""
    query: str = ""
    value: Text

    @model_validator(mode="after")
    def _one(self) -> SharedSecret:
        if bool(self.header) == bool(self.query):
            raise ValueError("stands in a `header` or in the `query`, one of them")
        return self


class Webhook(Part):
    """What a provider posts to us: how it shows that it is the provider, and which order it is about. `body` is what it
    posts, `headers` its headers in lower case. Without signature or secret it is a hint, no more.

    delivery: what tells a repeat, where the provider says so.
    """

    signature: Signature | None = None
    secret: SharedSecret | None = None
    order_id: Text | None = None
    reference: Text | None = None
    event: Text | None = None
    delivery: Text | None = None
    acknowledge: Acknowledge = Acknowledge()

    @model_validator(mode="after")
    def _tells(self) -> Webhook:
        if self.signature and self.secret:
            raise ValueError("has a `signature` or a `secret`, not both")
        if not (self.order_id or self.reference):
            raise ValueError("says which order it is about: `order_id` or `reference`")
        return self


class AdapterSpec(Part):
    """shipping: the provider's method names, each with the code that is sent (`order.mail_code`)."""

    evidence: Evidence
    evidence_of: Mapping[Capability, Evidence] = Field(default_factory=dict)
    connection: Connect
    idempotency: Idempotency
    operations: Mapping[str, Operation] = Field(min_length=1)
    submit: Submit
    find: Find | None = None
    status: Reading | None = None
    cancel: Cancel | None = None
    check: str | None = None
    shipping: Mapping[str, str] = Field(default_factory=dict)
    errors: Errors = Errors()
    webhook: Webhook | None = None

    def evidence_for(self, capability: Capability) -> Evidence:
        return self.evidence_of.get(capability, self.evidence)
