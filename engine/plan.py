"""A plan: what an event would do to chosen orders, with everything that it was decided on, so that it can be done later.

Made by `ordinance plan` and `ordinance event`, done by `engine.apply`. A file of JSON lines, one for all and one for each
order, that people review. It holds no secret: credentials only as the fingerprint that tells whether they are others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.dry_run import DryRun, Run
from engine.runtime import journal
from engine.runtime.intake import IMPORTED, Taken, newcomer
from engine.runtime.runtime import Runtime
from engine.show.lines import decision_lines
from events.effect import Effect
from events.event import Event, Happening
from events.jsontext import Unreadable, loads
from events.order import Order
from events.stores import encode

SCHEMA = "ordinance.plan/1"


class NoPlan(Exception):
    """What was read is no plan, or not a whole one: a lower-case sentence."""


@dataclass(frozen=True)
class Under:
    """How a connection stood when the plan was made. credentials: a fingerprint; blank where none were set there."""

    mode: str
    credentials: str


@dataclass(frozen=True)
class Planned:
    """One order. order: as it was decided on. new: it comes in with this plan. effects: those that follow at once; what
    follows on their answers is in `lines`, as a dry run has it."""

    order: Order
    new: bool
    effects: tuple[Effect, ...]
    lines: tuple[Mapping[str, Any], ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True)
class Plan:
    """id: the digest of all of it. files: of the ruleset, by path, as digests. connections: those that it sends to."""

    id: str
    event: Happening
    ruleset: str
    files: Mapping[str, str]
    product: str
    connections: Mapping[str, Under]
    orders: tuple[Planned, ...]


@dataclass(frozen=True)
class Wanted:
    """An order to be planned for. new: not in the store yet. place: where it was read."""

    order: Order
    new: bool = False
    place: str = ""


@dataclass(frozen=True)
class Looked:
    """An order that was looked at: what was planned and the run that shows it, or why nothing can be."""

    wanted: Wanted
    planned: Planned | None = None
    run: Run | None = None
    why_not: str = ""


def look(runtime: Runtime, orders: Iterable[Wanted], event: Happening) -> Iterator[Looked]:
    """What the event would do to each. Nothing is changed."""
    program = runtime.ruleset.program
    dry = DryRun(runtime.opened, program)
    for wanted in orders:
        order = wanted.order
        if wanted.new:
            if event.id != IMPORTED:
                yield Looked(
                    wanted, why_not="it is not in the store; only an order's coming in can be planned for it"
                )
                continue
            found = newcomer(runtime, wanted.place, order)
            if isinstance(found, Taken):
                yield Looked(wanted, why_not=found.what)
                continue
            order = runtime.landed(found)
        happens = journal.in_zone(event.of(order.id), runtime.opened.zone)
        run = dry.run(happens, order)
        effects = at_once(runtime, happens, order)
        yield Looked(wanted, Planned(order, wanted.new, effects, tuple(decision_lines(run, 0))), run)


def at_once(runtime: Runtime, event: Event, order: Order) -> tuple[Effect, ...]:
    decision = runtime.ruleset.program.decide(event, order)
    return tuple(effect for turn in decision.turns for effect in turn.effects)


def plan_of(runtime: Runtime, event: Happening, orders: Iterable[Planned]) -> Plan:
    planned = tuple(orders)
    sent_to = sorted({each["connection"] for one in planned for each in _submissions(one)})
    plan = Plan(
        id="",
        event=event,
        ruleset=runtime.ruleset.digest,
        files=digests(runtime),
        product=journal.product_version(),
        connections={name: Under(*runtime.planned_under(name)) for name in sent_to},
        orders=planned,
    )
    return read_plan(written(plan))


def digests(runtime: Runtime) -> dict[str, str]:
    """The ruleset's files as they are now."""
    sources = runtime.opened.ruleset.sources
    return {path: journal.digest(source.text.encode()) for path, source in sorted(sources.items())}


def _submissions(planned: Planned) -> Iterator[Mapping[str, Any]]:
    """Whatever may go to a connection, also after an answer."""
    every = (each for line in planned.lines for each in line.get("effects", ()))
    yield from (each for each in every if each.get("connection"))


def written(plan: Plan) -> str:
    """One line for all, one for each order."""
    lines = [encode.written(_order_data(each)) for each in plan.orders]
    head = {
        "schema": SCHEMA,
        "event": {
            "id": plan.event.id,
            "label": plan.event.label,
            "at": plan.event.at,
            "values": encode.tagged(plan.event.values),
        },
        "ruleset": plan.ruleset,
        "files": dict(plan.files),
        "product": plan.product,
        "connections": {name: vars(under) for name, under in plan.connections.items()},
        "orders": len(lines),
        "digest": _digest("\n".join(lines)),
    }
    return "".join(f"{line}\n" for line in [encode.written(head), *lines])


def read_plan(text: str) -> Plan:
    """Raises NoPlan."""
    first, _, rest = text.partition("\n")
    head = _loaded(first)
    if not isinstance(head, Mapping) or head.get("schema") != SCHEMA:
        raise NoPlan("this is no plan: `ordinance plan --output FILE` writes one")
    lines = rest.splitlines()
    if len(lines) != head.get("orders") or _digest("\n".join(lines)) != head.get("digest"):
        raise NoPlan("the plan is not as it was written; make a new one")
    try:
        event = head["event"]
        return Plan(
            id=_digest(first)[:16],
            event=Happening(
                str(event["id"]),
                str(event["label"]),
                encode.time(event["at"]),
                encode.untagged(event["values"]),
            ),
            ruleset=str(head["ruleset"]),
            files={str(path): str(each) for path, each in head["files"].items()},
            product=str(head["product"]),
            connections={str(name): Under(**each) for name, each in head["connections"].items()},
            orders=tuple(_order(_loaded(line)) for line in lines),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise NoPlan("the plan cannot be read; make a new one") from None


def _order_data(planned: Planned) -> Mapping[str, Any]:
    return {
        "order": planned.order.id,
        "new": planned.new,
        "effects": [encode.effect_data(each) for each in planned.effects],
        "lines": list(planned.lines),
        "before": planned.order,
    }


def _order(data: Any) -> Planned:
    effects = tuple(encode.effect_of(each) for each in data["effects"])
    return Planned(encode.order_of(data["before"]), bool(data["new"]), effects, tuple(data["lines"]))


def _loaded(line: str) -> Any:
    try:
        return loads(line)
    except Unreadable:
        raise NoPlan("this is no plan: `ordinance plan --output FILE` writes one") from None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
