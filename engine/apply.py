"""Does a plan, order by order, as far as everything is still as it was planned; what has changed is refused and named.

Called by `ordinance apply`, `event` and `press`. Each order is one commit of the runtime, which holds the order fast
meanwhile; its effects go through the outbox as all others do, and are then done here, those of the plan and no others.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dsl.values import plain
from engine.adapters import Adapters
from engine.plan import Plan, Planned, digests
from engine.runtime import journal
from engine.runtime.intake import import_key, known_as
from engine.runtime.runtime import NoSuchOrder, Runtime
from engine.runtime.worker import Worker
from events.changes import changes
from events.event import Event
from events.order import Order
from events.store import Conflict, OutboxEntry
from events.stores import encode

MOST_CHANGES = 4
"""So many changes are named; more of them say nothing more."""


@dataclass(frozen=True)
class Applied:
    """What became of one order of a plan. why: where it was not done, a lower-case sentence. chain: of its effects."""

    order_id: str
    state: Literal["done", "known", "refused"]
    why: str = ""
    chain: str = ""


def apply(runtime: Runtime, plan: Plan, who: str = "") -> Iterator[Applied]:
    """Decides and stores; the effects wait in the outbox then. Raises StoreError."""
    other_rules = ruleset_changed(runtime, plan)
    for planned in plan.orders:
        key = key_of(plan, planned)
        if runtime.store.knows(key):
            said = "the order came in before" if planned.new else "this was done before"
            yield Applied(planned.order.id, "known", said, journal.decision_id(key))
        elif why := other_rules or settings_changed(runtime, plan, planned):
            yield Applied(planned.order.id, "refused", why)
        else:
            yield _apply(runtime, plan, planned, key, who)


def key_of(plan: Plan, planned: Planned) -> str:
    """An order comes in once, by whatever way; anything else of a plan is done once."""
    return import_key(planned.order) if planned.new else f"plan|{plan.id}|{planned.order.id}"


def _apply(runtime: Runtime, plan: Plan, planned: Planned, key: str, who: str) -> Applied:
    order_id = planned.order.id
    event = journal.in_zone(plan.event.of(order_id), runtime.opened.zone)
    found: list[str] = []

    def make(order: Order) -> tuple[Order, Event] | None:
        """INVARIANT: asked again whenever somebody else was first, so that nothing else is ever decided on."""
        why = order_changed(runtime, planned, order) or decided_otherwise(runtime, planned, event, order)
        found[:] = [why] if why else []
        return None if why else (order, event)

    if planned.new and known_as(runtime, planned.order) is not None:
        return Applied(order_id, "refused", f"order {order_id} has come in since")
    try:
        decision = runtime.happen(key, order_id, make, new=planned.order if planned.new else None, who=who)
    except NoSuchOrder:
        return Applied(order_id, "refused", f"order {order_id} is not in the store any more")
    except Conflict as busy:
        return Applied(order_id, "refused", str(busy))
    chain = journal.decision_id(key)
    if decision is None:
        return (
            Applied(order_id, "refused", found[0])
            if found
            else Applied(order_id, "known", "this was done before", chain)
        )
    return Applied(order_id, "done", "", chain)


def ruleset_changed(runtime: Runtime, plan: Plan) -> str:
    """Which files are others than they were; blank where all are the same."""
    if runtime.ruleset.digest == plan.ruleset:
        return ""
    now = digests(runtime)
    told = [f"{path} was changed" for path in now if path in plan.files and now[path] != plan.files[path]]
    told += [f"{path} is new" for path in now if path not in plan.files]
    told += [f"{path} is gone" for path in plan.files if path not in now]
    return f"the ruleset is another than planned with: {_some(told) or 'a file was changed'}"


def settings_changed(runtime: Runtime, plan: Plan, planned: Planned) -> str:
    """How a connection that the order goes to stands otherwise; blank where none does. Credentials that were not set where
    the plan was made are no others."""
    for name in dict.fromkeys(each.connection for each in planned.effects if each.connection):
        then = plan.connections.get(name)
        mode, credentials = runtime.planned_under(name)
        spec = runtime.connection(name)
        label = spec.label if spec is not None else name
        if then is None:
            return f"the plan does not say how {label} stood"
        if then.mode != mode:
            return f"{label} was in {then.mode} mode, and is in {mode} mode now"
        if then.credentials and credentials and then.credentials != credentials:
            return f"{label} has other credentials now"
    return ""


def order_changed(runtime: Runtime, planned: Planned, now: Order) -> str:
    then = runtime.landed(planned.order) if planned.new else planned.order
    different = changes(then, now)
    if not different:
        return ""
    if planned.new:
        return f"order {now.id} has come in since"
    told = [
        f"{path} was {_said(each['from'])} and is {_said(each['to'])}" for path, each in different.items()
    ]
    return f"the order was changed since: {_some(told)}"


def decided_otherwise(runtime: Runtime, planned: Planned, event: Event, order: Order) -> str:
    decision = runtime.ruleset.program.decide(event, order)
    now = [encode.effect_text(effect) for turn in decision.turns for effect in turn.effects]
    if now == [encode.effect_text(effect) for effect in planned.effects]:
        return ""
    return "something else would be done now than is in the plan, which another version of Ordinance may have made"


def _said(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, (Mapping, list)):
        return "a list" if isinstance(value, list) else "there"
    return f'"{plain(value)}"' if isinstance(value, str) else plain(value) or ""


def _some(told: Sequence[str]) -> str:
    more = len(told) - MOST_CHANGES
    return "; ".join([*told[:MOST_CHANGES], *([f"and {more} more"] if more > 0 else [])])


def perform(
    runtime: Runtime, adapters: Adapters, chains: Iterable[str], step: Callable[[], None] = lambda: None
) -> None:
    """Does what is due of these chains now, the answers' own effects too. What cannot be done here goes on waiting for a
    service that can. step: told after each."""
    wanted = list(dict.fromkeys(chains))
    if not wanted:
        return
    owner = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}/apply"
    worker = Worker(runtime, owner, adapters.mailer, adapters.poster, idle=adapters.idle, chains=wanted)
    while worker.work_once():
        step()


def effects_of(runtime: Runtime, chains: Iterable[str]) -> dict[str, list[OutboxEntry]]:
    """By chain, with how they stand now."""
    wanted = dict.fromkeys(chains)
    found: dict[str, list[OutboxEntry]] = {chain: [] for chain in wanted}
    for entry in runtime.store.entries() if wanted else ():
        if entry.new.chain in found:
            found[entry.new.chain].append(entry)
    return found
