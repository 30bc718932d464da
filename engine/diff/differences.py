"""Which orders come out differently under two versions of a ruleset, in what, and by which rules.

Called by `comparing` with the same order decided by both. An order is followed to the end of its chain on either side;
compared are the orders as they are then, what would be done in the world, the rules that fired and the events.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from actions.preparing.prepared import Prepared
from engine.diff.touched import Noting
from engine.dry_run import Performed, Run
from engine.opened import Opened
from engine.show.parcel import parcel
from engine.show.words import Words, contents
from events.changes import changes
from events.order import Order

OTHERWISE_TOLD = ("submissions", "splits", "folder_id")
"""What the effects tell in other words."""


@dataclass(frozen=True)
class Difference:
    """One thing that differs. kind: `field`, `order`, `effect`, `rule`, `event`. about: the field's path, the effect, the
    rule's title, the event's label. before, after: None is not there. by: the rules that made it so, on either side."""

    kind: str
    order: str
    about: str
    before: Any
    after: Any
    by_before: str | None = None
    by_after: str | None = None


@dataclass(frozen=True)
class Side:
    """One version's outcome for one order, and the ruleset that it is the outcome of."""

    opened: Opened
    run: Run
    noting: Noting


def differences(old: Side, new: Side) -> list[Difference]:
    """Nothing where the order comes out alike."""
    return [*of_orders(old, new), *of_effects(old, new), *of_rules(old, new), *of_events(old, new)]


def differing_fields(was: Run, now: Run) -> frozenset[str]:
    """Of orders as they are in the end: canonical paths, as actions say what they write. Items and shipments are one each."""
    names = {
        path.partition(".")[0].partition("[")[0]
        for order_id, order in now.orders.items()
        if order_id in was.orders
        for path in changes(was.orders[order_id], order)
    }
    rows = {"items": ("item", "order.items"), "shipments": ("shipment", "order.shipments")}
    return frozenset(path for name in names for path in rows.get(name, (f"order.{name}",)))


# -- the orders as they are in the end --------------------------------------------------------------------------


def of_orders(old: Side, new: Side) -> Iterator[Difference]:
    for order_id, now in new.run.orders.items():
        was = old.run.orders.get(order_id)
        if was is None:
            yield Difference("order", order_id, "new order", None, born(now), None, born_by(new, order_id))
            continue
        for path, change in changes(was, now).items():
            if not path.startswith(OTHERWISE_TOLD):
                members = differing(change["from"], change["to"])
                by = (changed_by(old, order_id, path, members), changed_by(new, order_id, path, members))
                yield Difference("field", order_id, path, change["from"], change["to"], *by)
    for order_id, was in old.run.orders.items():
        if order_id not in new.run.orders:
            yield Difference("order", order_id, "new order", born(was), None, born_by(old, order_id), None)


def born(order: Order) -> str:
    return f"in {order.folder}: {contents(order)}"


def born_by(here: Side, order_id: str) -> str | None:
    for turn in here.run.turns:
        if any(order.id == order_id for order in turn.born):
            return next((record.rule for record in turn.actions if record.action.startswith("split")), None)
    return None


def changed_by(here: Side, order_id: str, path: str, members: Sequence[Any]) -> str | None:
    """The last rule that changed this field of this order. members: of a list, those that only one side has in the end; a
    rule that added or took away another one had no part in it."""
    for turn in reversed(here.run.turns):
        if turn.event.order_id != order_id:
            continue
        for touch in reversed(here.noting.touches(turn)):
            for changed, values in touch.changes.items():
                if touches(changed, path) and (
                    not members or any(each in members for each in differing(values["from"], values["to"]))
                ):
                    return touch.rule
    return None


def differing(was: Any, now: Any) -> list[Any]:
    """The members of two lists that only one of them has; nothing where they are no lists."""
    if not isinstance(was or now, list):
        return []
    left, right = was or [], now or []
    return [each for each in left if each not in right] + [each for each in right if each not in left]


def touches(changed: str, path: str) -> bool:
    """`items[2]` that came or went touches all that is below it."""
    return (
        changed == path
        or path.startswith((f"{changed}.", f"{changed}["))
        or changed.startswith((f"{path}.", f"{path}["))
    )


# -- what would be done in the world ----------------------------------------------------------------------------


def of_effects(old: Side, new: Side) -> Iterator[Difference]:
    was, now = effects(old), effects(new)
    for key in dict.fromkeys([*was, *now]):
        left, right = was.get(key), now.get(key)
        name, order_id = key[1], key[0]
        if left is None or right is None:
            there = left or right
            assert there is not None
            yield Difference(
                "effect",
                order_id,
                name,
                left.outcome if left else None,
                right.outcome if right else None,
                left.effect.rule if left else None,
                right.effect.rule if right else None,
            )
            continue
        rules = (left.effect.rule, right.effect.rule)
        if left.outcome != right.outcome:
            yield Difference("effect", order_id, name, left.outcome, right.outcome, *rules)
        sent = (lines(left, old.opened), lines(right, new.opened))
        for gone, came in paired(*sent):
            yield Difference("effect", order_id, name, gone, came, *rules)


def effects(here: Side) -> dict[tuple[str, str, int], Performed]:
    """By order, by what is done, and the how-manieth time."""
    seen: Counter[tuple[str, str]] = Counter()
    found = {}
    for position in range(len(here.run.turns)):
        for performed in here.run.performed.get(position, ()):
            key = (performed.effect.order_id, named(performed))
            seen[key] += 1
            found[*key, seen[key]] = performed
    return found


def named(performed: Performed) -> str:
    effect = performed.effect
    match effect.kind:
        case "submit":
            return f"submit to {effect.connection}"
        case "cancel":
            return f"cancel at {effect.connection}"
        case "email":
            return f"e-mail to {effect.values.get('to')}: {effect.values.get('subject')}"
        case "post":
            return f"post to {effect.values.get('url')}"
        case _:
            return f"run {effect.connection}.{effect.values.get('action')}"


def lines(performed: Performed, opened: Opened) -> list[str]:
    """What would be sent, as a dry run shows it."""
    if not isinstance(performed.prepared, Prepared):
        return [] if performed.effect.kind != "email" else [str(performed.effect.values.get("body") or "")]
    currency = performed.prepared.currency or opened.schema.store.currency
    told = parcel(performed.prepared, Words(opened.zone, currency, whole=True))
    items = [f"{heading}: {line}" for heading, below in told.items for line in (below or ("",))]
    skipped = [f"item {item} is skipped: {reason}" for item, reason in performed.prepared.skipped.items()]
    return [*items, *told.about, *skipped]


def paired(was: Sequence[str], now: Sequence[str]) -> list[tuple[str | None, str | None]]:
    """Lines that went beside lines that came; `shipping class: A` beside `shipping class: B`."""
    gone, came = [x for x in was if x not in now], [x for x in now if x not in was]
    found: list[tuple[str | None, str | None]] = []
    for line in gone:
        subject = line.partition(":")[0]
        same = next((each for each in came if each.partition(":")[0] == subject), None)
        if same is not None:
            came.remove(same)
        found.append((line, same))
    return found + [(None, line) for line in came]


# -- rules and events -------------------------------------------------------------------------------------------


def of_rules(old: Side, new: Side) -> Iterator[Difference]:
    yield from counted("rule", fired(old), fired(new))


def fired(here: Side) -> Counter[tuple[str, str]]:
    return Counter((turn.event.order_id, title) for turn in here.run.turns for title in turn.fired)


def of_events(old: Side, new: Side) -> Iterator[Difference]:
    yield from counted("event", happened(old), happened(new))


def happened(here: Side) -> Counter[tuple[str, str]]:
    """What followed; the first event is the same on both sides."""
    return Counter((turn.event.order_id, turn.event.label) for turn in here.run.turns[1:])


def counted(
    kind: str, was: Mapping[tuple[str, str], int], now: Mapping[tuple[str, str], int]
) -> Iterator[Difference]:
    """How many times; None is not once."""
    for key in dict.fromkeys([*was, *now]):
        left, right = was.get(key), now.get(key)
        if left != right:
            yield Difference(kind, *key, left, right)
