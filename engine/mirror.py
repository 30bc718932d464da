"""A printer of the shop's own for trying things out: a server that answers as the printer's description expects it.

Called by `engine.sandboxes` for a printer that has no sandbox of its own. It shows that rules, settings and the description
fit together, from an order's coming in to its parcel. INVARIANT: it proves nothing about the printer itself, since all that it
knows stands in the description.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from actions.declarative.shape import Each, Loop
from actions.declarative.spec import AdapterSpec, Operation
from actions.declarative.template import Template
from actions.sandbox.clock import Clock
from actions.sandbox.faults import Faults
from actions.sandbox.server import Reply, Request
from dsl import ast
from events.outcome import ProviderState

PRODUCTION, SHIPPING = 30.0, 60.0
"""Seconds after an order was taken."""

WHOLE = "*"
REFERENCE, NUMBER = "{submission.reference}", "{saved.order_id}"
QUANTITY, PIECES = "{item.quantity}", "{order.quantity_total}"


@dataclass
class Printed:
    """sent: what it was ordered with. taken: when, where it was. cancelled: it is not printed."""

    number: str
    reference: str
    sent: Any = None
    taken: float | None = None
    cancelled: bool = False


@dataclass
class Mirror:
    """A site for `actions.sandbox.server`: `name` is the printer's."""

    spec: AdapterSpec
    name: str
    clock: Clock = field(default_factory=Clock)
    root: str = "/printer"
    faults: Faults = field(init=False)

    def __post_init__(self) -> None:
        self.faults = Faults({}, self.spec.submit.steps[-1].call, tuple(self.spec.operations))
        self._paths = {name: _pattern(each.path) for name, each in self.spec.operations.items()}
        self.reset()

    def reset(self) -> None:
        self._orders: list[Printed] = []
        self._accepted: Counter[str] = Counter()

    # what the server asks

    def call(self, request: Request) -> str:
        path = "/" + "/".join(request.path)
        fitting = [
            name
            for name, each in self.spec.operations.items()
            if each.method == request.method and self._paths[name].fullmatch(path)
        ]
        return min(fitting, key=lambda name: len(self._paths[name].groupindex), default="")

    def about(self, request: Request) -> tuple[str, Iterable[str]]:
        reference = self.said(request, REFERENCE)
        order = self.known(request)
        sent = _body(request) if request.body else order.sent if order else None
        return (order.reference if order else str(reference or "")), list(_texts(sent))

    def error(self, status: int, message: str) -> Reply:
        return Reply(status, self.worded("", message))

    def another(self, reply: Reply) -> Reply:
        return Reply(reply.status, {}) if reply.body is not None else reply

    def state(self) -> Mapping[str, Any]:
        return {"accepted": dict(self._accepted), "orders": [vars(each) for each in self._orders]}

    def handle(self, request: Request, wrong: str) -> Reply:
        call = self.call(request)
        operation, steps = self.spec.operations[call], [each.call for each in self.spec.submit.steps]
        order = self.known(request)
        if call in steps and "order_id" in self.spec.submit.steps[steps.index(call)].save:
            order = self.ordered(request)
            if order is None:
                return Reply(409, self.worded(self.duplicate(), "this order number was sent before"))
        elif order is None and NUMBER in operation.path.text:
            return self.error(404, "there is no such order")
        if call == steps[-1] and order is not None and order.taken is None:
            order.taken = self.now()
            self._accepted[order.reference] += 1
        if self.spec.cancel is not None and call == self.spec.cancel.call and order is not None:
            if self.stands(order) in ("in_production", "shipped"):
                return self.error(409, "this order is in production")
            order.cancelled = True
        return Reply(operation.expect[0], self.answer(call, operation, order, request))

    # orders

    def now(self) -> float:
        return self.clock.now().timestamp()

    def ordered(self, request: Request) -> Printed | None:
        """A new order; None where one of its number is refused."""
        reference = str(self.said(request, REFERENCE) or f"order {len(self._orders) + 1}")
        there = next((each for each in self._orders if each.reference == reference), None)
        if there is not None and self.spec.idempotency == "native key":
            return there
        if there is not None and self.spec.idempotency == "unique reference":
            return None
        self._orders.append(Printed(f"{1001 + len(self._orders)}", reference, _body(request)))
        return self._orders[-1]

    def known(self, request: Request) -> Printed | None:
        number = self.said(request, NUMBER)
        return next((each for each in self._orders if each.number == number), None)

    def stands(self, order: Printed) -> ProviderState:
        if order.cancelled:
            return "cancelled"
        if order.taken is None:
            return "draft"
        gone = self.now() - order.taken
        return "shipped" if gone >= SHIPPING else "in_production" if gone >= PRODUCTION else "accepted"

    # what a request says, and what an answer has to say

    def said(self, request: Request, wanted: str) -> Any:
        """What stands in the request where the description puts `wanted`; None where it puts it nowhere."""
        call = self.call(request)
        operation = self.spec.operations[call]
        parts = re.findall(r"\{[^{}]*\}", operation.path.text)
        found = self._paths[call].fullmatch("/" + "/".join(request.path))
        if wanted in parts and found is not None:
            return found[f"p{parts.index(wanted)}"]
        for name, template in operation.query.items():
            if template.text == wanted:
                return request.one(name)
        return _beside(operation.body, _body(request), wanted)

    def answer(self, call: str, operation: Operation, order: Printed | None, request: Request) -> Any:
        data: dict[str, Any] = {}
        roots: dict[str, Any] = {"answer": data, call: data}
        if operation.succeeded is not None:
            _put(operation.succeeded.value, operation.succeeded.is_one_of[0], roots, plain=True)
        if self.spec.find is not None and call == self.spec.find.call:
            self.listed(roots, str(self.said(request, REFERENCE) or ""))
        if order is None:
            return roots.get(WHOLE, data)
        for step in self.spec.submit.steps:
            if step.call == call:
                for name, template in step.save.items():
                    _put(template, order.number if name == "order_id" else f"{name}-{order.number}", roots)
        for same in operation.same:
            _put(same.theirs, self.ours(order, same.ours), roots)
        status = self.spec.status
        if status is not None and call in status.calls:
            self.told(order, roots)
        return roots.get(WHOLE, data)

    def listed(self, roots: dict[str, Any], reference: str) -> None:
        find = self.spec.find
        assert find is not None, "asked for by its call"
        mine = [each for each in self._orders if each.reference == reference]
        for order in mine if find.for_each else mine[:1]:
            scope = {**(_member(find.for_each, roots) if find.for_each else {}), **roots}
            _put(find.reference, order.reference, scope)
            _put(find.order_id, order.number, scope)
            for same in find.same:
                _put(same.theirs, self.ours(order, same.ours), scope)
            if find.state is not None:
                _put(find.state, self.word(self.stands(order)), scope)

    def told(self, order: Printed, roots: dict[str, Any]) -> None:
        """How it stands, line by line, with its parcel."""
        status, stands = self.spec.status, self.stands(order)
        assert status is not None, "asked for by one of its calls"
        _put(status.state, self.word(stands), roots)
        if status.lines is not None:
            scope = {**roots, **_member(status.lines.for_each, roots)}
            _put(status.lines.state, self.word(stands), scope)
        parcels = status.shipments
        if parcels is not None and stands == "shipped":
            scope = {**roots, **_member(parcels.for_each, roots)}
            _put(parcels.id, f"parcel-{order.number}", scope)
            _put(parcels.tracking_number, f"SANDBOX{self.name.upper()}{order.number}", scope)
            _put(parcels.carrier, "Sandbox Post", scope)

    def ours(self, order: Printed, template: Template) -> Any:
        if template.text in (REFERENCE, NUMBER):
            return order.reference if template.text == REFERENCE else order.number
        for step in self.spec.submit.steps:
            body = self.spec.operations[step.call].body
            if template.text == PIECES:
                counted = [each for each in _members(body, order.sent, QUANTITY) if isinstance(each, int)]
                found: Any = sum(counted) or None
            else:
                found = _beside(body, order.sent, template.text)
            if found is not None:
                return found
        return None

    def word(self, state: ProviderState) -> str:
        """The printer's own for it, or for the next best of its states."""
        states = self.spec.status.states if self.spec.status is not None else {}
        for wanted in (
            state,
            *(("in_production", "accepted") if state not in ("draft", "cancelled") else ()),
        ):
            for theirs, known in states.items():
                if known == wanted:
                    return theirs
        return state

    def duplicate(self) -> str:
        codes = (rule.code for rule in self.spec.errors.rules if rule.kind == "Duplicate" and rule.code)
        return next(codes, ("duplicate",))[0]

    def worded(self, code: str, message: str) -> dict[str, Any]:
        data: dict[str, Any] = {}
        _put(self.spec.errors.code, code or "sandbox", {"answer": data}, plain=True)
        _put(self.spec.errors.message, message, {"answer": data}, plain=True)
        return data


def _pattern(path: Template) -> re.Pattern[str]:
    """What is filled in is one part of the path: the groups p0, p1, ..."""
    pieces = re.split(r"\{[^{}]*\}", path.text)
    pattern = re.escape(pieces[0])
    for at, piece in enumerate(pieces[1:]):
        pattern += f"(?P<p{at}>[^/]+)" + re.escape(piece)
    return re.compile(pattern)


def _body(request: Request) -> Any:
    found = request.json()
    return dict(parse_qsl(request.body.decode("utf-8", "replace"))) if found is None else found


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, Mapping):
        data = list(data.values())
    if isinstance(data, list):
        for each in data:
            yield from _texts(each)
    elif isinstance(data, str):
        yield data


def _beside(outline: Any, sent: Any, wanted: str) -> Any:
    """What stands in the data where the outline has the template; not looked for in lists."""
    if isinstance(outline, Template):
        return sent if outline.text == wanted else None
    if isinstance(outline, Mapping) and isinstance(sent, Mapping):
        found = (_beside(each, sent.get(name), wanted) for name, each in outline.items())
        return next((each for each in found if each is not None), None)
    return None


def _members(outline: Any, sent: Any, wanted: str) -> Iterator[Any]:
    """What stands there in each member of a list."""
    if isinstance(outline, Each) and isinstance(sent, list):
        yield from (_beside(outline.give, each, wanted) for each in sent)
    elif isinstance(outline, Mapping) and isinstance(sent, Mapping):
        for name, each in outline.items():
            yield from _members(each, sent.get(name), wanted)


def _put(template: Template | None, value: Any, roots: Mapping[str, Any], *, plain: bool = False) -> None:
    """Makes the answer so that the template reads the value there. plain: not where it does more than read."""
    if template is None or value is None or (plain and not isinstance(template.parts[0], ast.Path)):
        return
    for path in list(template.paths())[:1]:
        names = [step.name for step in path.steps if not isinstance(step, ast.Index)]
        at = roots.get(path.root)
        for name in names[:-1]:
            at = at.setdefault(name, {}) if isinstance(at, dict) else None
        if isinstance(at, dict) and names:
            at[names[-1]] = value


def _member(loop: Loop, roots: dict[str, Any]) -> dict[str, Any]:
    """A new member of each of the loop's lists, the inner ones inside the outer, by their names. Where the list is the whole
    answer, it stands under WHOLE."""
    scope, made = dict(roots), {}
    for name, over in loop.names:
        member: dict[str, Any] = {}
        if over.text.strip("{}") in roots:
            roots[WHOLE] = [*roots.get(WHOLE, ()), member]
        else:
            there = over.value(scope)
            _put(over, [*(there if isinstance(there, list) else []), member], scope)
        scope[name] = made[name] = member
    return made
