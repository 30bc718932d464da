"""What is wrong with a description as a whole: names that nothing has, calls that there are not, secrets in plain text.

Called when a ruleset is loaded, and by the tests of the descriptions that ship. pydantic has seen to the shape before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from actions.declarative.scope import ITEM, OPEN, ORDER, SUBMISSION
from actions.declarative.shape import Loop, Outline, templates
from actions.declarative.spec import AdapterSpec, Operation
from actions.declarative.template import Template, can_be_named
from dsl import ast
from dsl.nearest import choices_help

Names: TypeAlias = Mapping[str, Any]
Place: TypeAlias = tuple[str | int, ...]

SECRET_NAME = re.compile(r"token|secret|passw|key|auth|credential", re.IGNORECASE)


TAKEN = frozenset({"order", "submission", "connection", "saved", "answer", "item", "print"})
"""No call may be called so."""


@dataclass(frozen=True)
class Mistake:
    """where: the keys that lead there. text: what stands there, where it is a part of what `where` leads to."""

    where: Place
    message: str
    help: str | None = None
    text: str = ""


def mistakes(spec: AdapterSpec, settings: Mapping[str, bool], fields: Iterable[str] = ()) -> list[Mistake]:
    """settings: those of the integration, and whether each is a secret. fields: the printer's own item fields."""
    return list(_Checking(spec, settings, fields).all())


class _Checking:
    def __init__(self, spec: AdapterSpec, settings: Mapping[str, bool], fields: Iterable[str]) -> None:
        self.spec = spec
        self.secrets = {name for name, secret in settings.items() if secret}
        item = {**ITEM, **dict.fromkeys(fields, OPEN)}
        saved = {"order_id", *(name for step in spec.submit.steps for name in step.save)}
        self.settings: Names = {"connection": dict.fromkeys(settings, OPEN)}
        self.sending: Names = {
            **self.settings,
            "order": {**ORDER, "items": [item]},
            "submission": SUBMISSION,
            "saved": dict.fromkeys(saved, OPEN),
            **dict.fromkeys(spec.operations, OPEN),
        }
        self.answered: Names = {**self.sending, "answer": OPEN}

    def all(self) -> Iterator[Mistake]:
        yield from self.connection()
        for name, operation in self.spec.operations.items():
            yield from self.operation(name, operation)
        yield from self.calls()
        yield from self.readings()
        yield from self.webhook()
        yield from self.idempotency()

    def connection(self) -> Iterator[Mistake]:
        connect = self.spec.connection
        here: Place = ("connection",)
        yield from self.template(connect.base_url.live, (*here, "base_url", "live"), self.settings)
        yield from self.template(connect.base_url.test, (*here, "base_url", "test"), self.settings)
        if connect.base_url.test is not None and "order_mode" not in self.settings["connection"]:
            yield Mistake(
                (*here, "base_url", "test"),
                "there is an address for test orders, and no setting says which orders are tests",
                "add the setting `order_mode`, a choice of `test` and `live`",
            )
        for name, value in connect.headers.items():
            yield from self.sent(value, (*here, "headers", name), self.settings, name)
        auth = connect.auth
        if auth is None:
            return
        here = (*here, "auth")
        named = [
            *(("header", n, v) for n, v in auth.header.items()),
            *(("query", n, v) for n, v in auth.query.items()),
        ]
        for way, name, value in named:
            yield from self.credential(value, (*here, way, name))
        if auth.bearer is not None:
            yield from self.credential(auth.bearer, (*here, "bearer"))
        if auth.basic is not None:
            basic = auth.basic
            yield from self.template(basic.user, (*here, "basic", "user"), self.settings, secret=True)
            if self.is_secret(basic.user):  # some take the key as the user, and whatever as the password
                yield from self.template(
                    basic.password, (*here, "basic", "password"), self.settings, secret=True
                )
            else:
                yield from self.credential(basic.password, (*here, "basic", "password"))
        if auth.hmac is not None:
            yield from self.credential(auth.hmac.key, (*here, "hmac", "key"))

    def operation(self, name: str, operation: Operation) -> Iterator[Mistake]:
        here: Place = ("operations", name)
        if not can_be_named(name) or name in TAKEN:
            yield Mistake(
                here,
                f"`{name}` has a meaning of its own and cannot be the name of a call",
                "give it another name",
            )
        yield from self.template(operation.path, (*here, "path"), self.sending)
        for key, value in operation.query.items():
            yield from self.sent(value, (*here, "query", key), self.sending, key)
        for key, value in operation.headers.items():
            yield from self.sent(value, (*here, "headers", key), self.sending, key)
        yield from self.outline(operation.body, (*here, "body"), self.sending, secret=True)
        if operation.succeeded is not None:
            yield from self.template(operation.succeeded.value, (*here, "succeeded", "value"), self.answered)
        for number, same in enumerate(operation.same):
            yield from self.template(same.ours, (*here, "same", number, "ours"), self.sending)
            yield from self.template(same.theirs, (*here, "same", number, "theirs"), self.answered)

    def calls(self) -> Iterator[Mistake]:
        spec = self.spec
        named: list[tuple[str | None, Place]] = [
            *((step.call, ("submit", "steps", n, "call")) for n, step in enumerate(spec.submit.steps)),
            (spec.find.call if spec.find else None, ("find", "call")),
            *(
                (call, ("status", "calls", n))
                for n, call in enumerate(spec.status.calls if spec.status else ())
            ),
            (spec.cancel.call if spec.cancel else None, ("cancel", "call")),
            (spec.check, ("check",)),
            *(
                (call, ("errors", "rules", n, "call", m))
                for n, rule in enumerate(spec.errors.rules)
                for m, call in enumerate(rule.call)
            ),
        ]
        for call, where in named:
            if call is not None and call not in spec.operations:
                yield Mistake(
                    where,
                    f"there is no call `{call}` among the operations",
                    choices_help("call", call, spec.operations),
                )

    def readings(self) -> Iterator[Mistake]:
        spec = self.spec
        for number, step in enumerate(spec.submit.steps):
            for name, value in step.save.items():
                yield from self.template(value, ("submit", "steps", number, "save", name), self.answered)
        yield from self.template(spec.submit.charged, ("submit", "charged"), self.answered)
        yield from self.template(spec.submit.message, ("submit", "message"), self.answered)
        if spec.find is not None:
            names = yield from self.loop(spec.find.for_each, ("find", "for_each"), self.answered)
            for key in ("reference", "order_id", "state"):
                yield from self.template(getattr(spec.find, key), ("find", key), names)
            for number, same in enumerate(spec.find.same):
                yield from self.template(same.ours, ("find", "same", number, "ours"), self.sending)
                yield from self.template(same.theirs, ("find", "same", number, "theirs"), names)
        if spec.status is not None:
            yield from self.status()
        names = yield from self.loop(spec.errors.for_each, ("errors", "for_each"), self.answered)
        for key in ("message", "code", "item"):
            yield from self.template(getattr(spec.errors, key), ("errors", key), names)

    def status(self) -> Iterator[Mistake]:
        reading = self.spec.status
        assert reading is not None
        here: Place = ("status",)
        yield from self.template(reading.state, (*here, "state"), self.answered)
        yield from self.template(reading.reason, (*here, "reason"), self.answered)
        if reading.lines is not None:
            names = yield from self.loop(reading.lines.for_each, (*here, "lines", "for_each"), self.answered)
            yield from self.template(reading.lines.state, (*here, "lines", "state"), names)
        if reading.shipments is not None:
            here = (*here, "shipments")
            names = yield from self.loop(reading.shipments.for_each, (*here, "for_each"), self.answered)
            for key in ("id", "tracking_number", "carrier", "method", "tracking_url", "shipped_at"):
                yield from self.template(getattr(reading.shipments, key), (*here, key), names)
            yield from self.outline(reading.shipments.items, (*here, "items"), names)

    def webhook(self) -> Iterator[Mistake]:
        webhook = self.spec.webhook
        if webhook is None:
            return
        here: Place = ("webhook",)
        if webhook.signature is not None:
            yield from self.credential(webhook.signature.key, (*here, "signature", "key"))
        if webhook.secret is not None:
            yield from self.credential(webhook.secret.value, (*here, "secret", "value"))
        names = {"body": OPEN, "headers": OPEN}
        for key in ("order_id", "reference", "event", "delivery"):
            yield from self.template(getattr(webhook, key), (*here, key), names)

    def idempotency(self) -> Iterator[Mistake]:
        spec, where = self.spec, ("idempotency",)
        needed = {"native key": ("submission", "key"), "unique reference": ("submission", "reference")}
        if (name := needed.get(spec.idempotency)) and not any(
            _leads(path, name)
            for call in (step.call for step in spec.submit.steps)
            for path in self.sent_by(call)
        ):
            yield Mistake(
                where,
                f"`{spec.idempotency}` needs `{{{'.'.join(name)}}}` in what a step of `submit` sends, and none sends it",
            )
        if spec.idempotency == "look up first" and spec.find is None and not spec.submit.steps[0].harmless:
            yield Mistake(
                where, "`look up first` needs `find`, which says how an order is looked up by our reference"
            )

    def sent_by(self, call: str) -> Iterator[ast.Path]:
        operation = self.spec.operations.get(call)
        if operation is None:
            return
        for template in (operation.path, *operation.query.values(), *operation.headers.values()):
            yield from template.paths()
        for template, _ in templates(operation.body):
            yield from template.paths()

    def credential(self, value: Template, where: Place) -> Iterator[Mistake]:
        """What proves who we are comes from a secret setting, so that it is in no file."""
        if not self.is_secret(value):
            yield Mistake(
                where,
                "this has to be a secret of the connection, and a secret does not stand in a file",
                "declare a setting of the type `secret`, such as `token`, and write `{connection.token}` here",
            )
        yield from self.template(value, where, self.settings, secret=True)

    def is_secret(self, value: Template) -> bool:
        return any(_leads(path, ("connection", name)) for path in value.paths() for name in self.secrets)

    def sent(self, value: Template, where: Place, names: Names, name: str) -> Iterator[Mistake]:
        """A header or a query value. What is called a key or a token and stands there in plain is a secret in a file."""
        if SECRET_NAME.search(name) and not any(value.paths()) and value.text.strip():
            yield Mistake(
                where,
                f"`{name}` looks like a secret, and a secret does not stand in a file",
                "declare a setting of the type `secret`, such as `token`, and write `{connection.token}` here",
            )
        yield from self.template(value, where, names, secret=True)

    def outline(
        self, outline: Outline, where: Place, names: Names, *, secret: bool = False
    ) -> Iterator[Mistake]:
        for template, loops in templates(outline):
            inner = names
            for loop in loops:
                inner = yield from self.loop(loop, where, inner)
            yield from self.template(template, where, inner, secret=secret)

    def loop(self, loop: Loop | None, where: Place, names: Names) -> Any:
        """The names inside of it."""
        for name, over in loop.names if loop else ():
            if name in names:
                yield Mistake(
                    where,
                    f"`{name}` means something else here already",
                    "give the loop another name",
                    over.text,
                )
            yield from self.template(over, where, names)
            path = next(over.paths(), None)
            members = _below(path, names) if path is not None else OPEN
            names = {**names, name: members[0] if isinstance(members, list) else OPEN}
        return names

    def template(
        self, template: Template | None, where: Place, names: Names, *, secret: bool = False
    ) -> Iterator[Mistake]:
        for path in template.paths() if template is not None else ():
            assert template is not None
            said = _unknown(path, names)
            if said is not None:
                yield Mistake(where, *said, template.text)
            elif not secret and any(_leads(path, ("connection", name)) for name in self.secrets):
                yield Mistake(
                    where,
                    f"`{_written(path)}` is a secret, and secrets only go into headers, queries and bodies",
                    None,
                    template.text,
                )


def _unknown(path: ast.Path, names: Names) -> tuple[str, str | None] | None:
    """What is wrong with a path, and what may have been meant."""
    if path.root not in names:
        return f"there is no `{path.root}` here", choices_help("name", path.root, names)
    at: Any = names[path.root]
    for step in path.steps:
        if at is OPEN:
            return None
        if isinstance(step, ast.Index):
            at = at[0] if isinstance(at, list) else OPEN
        elif isinstance(at, list):
            return (
                f"`{_written(path)}` goes into a list: say which of it, as in `[1]`, or use `for_each`",
                None,
            )
        elif step.name not in at:
            known = [f"{path.root}.{name}" if len(path.steps) == 1 else name for name in at]
            asked = f"{path.root}.{step.name}" if len(path.steps) == 1 else step.name
            return f"there is no field `{_written(path)}`", choices_help("field", asked, known)
        else:
            at = at[step.name]
    return None


def _below(path: ast.Path, names: Names) -> Any:
    at: Any = names.get(path.root)
    for step in path.steps:
        if isinstance(step, ast.Index):
            at = at[0] if isinstance(at, list) else OPEN
        else:
            at = at.get(step.name) if isinstance(at, Mapping) else OPEN
    return at


def _leads(path: ast.Path, names: tuple[str, str]) -> bool:
    return path.root == names[0] and bool(path.steps) and getattr(path.steps[0], "name", None) == names[1]


def _written(path: ast.Path) -> str:
    written = path.root
    for step in path.steps:
        match step:
            case ast.Field(name=name):
                written += f".{name}"
            case ast.Key(name=name):
                written += f'["{name}"]'
            case ast.Index(number=number):
                written += f"[{number}]"
    return written
