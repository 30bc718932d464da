"""Deciding: one event and everything that follows from it at once. Pure: no clock, no network, no randomness.

Dry run, plan, test, replay and live all call `Program.decide`; only what becomes of the effects differs.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from actions.work import Caused, World
from engine.decision import Chain, Decision, Turn
from engine.form import Form
from engine.matcher import Reader
from engine.seen import UNSEEN, Seen
from engine.turn import take_turn
from events.event import Event
from events.order import Order

BEGINNING = Chain()


@dataclass(frozen=True)
class Program:
    """A ruleset ready to decide: immutable, shareable. `reader` finds the rules that fire: compiled, or the reference.

    world: what rules and actions may read beside the order; its `now` is replaced by each event's own time.
    """

    form: Form
    reader: Reader
    world: World

    def decide(self, event: Event, order: Order, chain: Chain | None = None) -> Decision:
        """What follows from `event` for `order`: the turn, and the turns of the events it causes, first in first out.

        `order` is not changed. `chain` is the one that the event belongs to, where it answers an effect.
        """
        chain = chain or BEGINNING
        orders: dict[str, Order] = {order.id: order}
        seen: dict[str, Seen] = dict(chain.seen)
        queue: deque[tuple[Event, int | None]] = deque([(event, None)])
        turns: list[Turn] = []
        handled = chain.events
        while queue:
            if handled >= self.form.chain_limit:
                turns = ended(turns, [e for e, _ in queue], self.form.chain_limit, event, order)
                break
            current, cause = queue.popleft()
            handled += 1
            order_id = current.order_id
            before = seen.get(order_id, UNSEEN)
            taken = take_turn(self.reader, self.form, current, orders[order_id], self.world, before, cause)
            seen[order_id] = taken.seen
            orders[order_id] = taken.turn.after
            for child in taken.turn.born:
                orders[child.id] = child
                seen[child.id] = taken.seen  # an order born of a split inherits what has fired
            turn = taken.turn
            if taken.caused:
                caused = tuple([self.made(c, current) for c in taken.caused])
                queue.extend([(e, len(turns)) for e in caused])
                turn = turn._replace(caused=caused)
            turns.append(turn)
        return Decision(tuple(turns), orders, Chain(seen, handled))

    def made(self, caused: Caused, by: Event) -> Event:
        label = self.form.labels.get(caused.event_id, caused.event_id)
        return Event(caused.event_id, label, caused.order_id, by.at, caused.values)


def ended(turns: list[Turn], dropped: list[Event], limit: int, event: Event, order: Order) -> list[Turn]:
    """The chain is too long: what was not handled is said on the last turn."""
    names = ", ".join(sorted({f'"{e.label}"' for e in dropped}))
    problem = f"loop stopped: this chain reached {limit} events, and {names} was not handled"
    last = turns.pop() if turns else Turn(event, order, order)
    return [*turns, last._replace(problems=(*last.problems, problem))]
