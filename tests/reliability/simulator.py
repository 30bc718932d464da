"""Whole bad days from a seed: processes that crash, a network that loses answers, a store that refuses, and a cart that sends
everything twice and in any order.

`python -m tests.reliability.simulator --seeds 10000` (`make simulate`) lives so many; `--seed N` lives one again and tells what
happened. Real are the runtime, its workers and tracking, the podOS adapter and the podOS sandbox; what stands in for the
world are the clock, the network between those two, the store's memory, and who is whose turn (`turns`, `network`). What must
be so at the end is in `invariants`.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import cast

from actions.sandbox.clock import Clock
from actions.sandbox.podos.catalogue import READY_MADE
from actions.sandbox.podos.site import Podos
from engine.runtime.checkpoints import watched
from engine.runtime.runtime import NoSuchOrder, Runtime
from engine.runtime.service import Service
from events.clock import FakeClock, SystemClock
from events.event import Event
from events.order import Order
from events.outcome import Done, Outcome, RetryAfter
from events.store import Conflict, Store, StoreError
from events.stores.memory import MemoryStore
from tests.engine.runtime.world import failure
from tests.reliability import invariants
from tests.reliability.network import Line, Network
from tests.reliability.shop import KEY, PROJECT, START, Given, all_settled, live, opened, take, undone
from tests.reliability.turns import Actor

PROCESSES = 3
ERAS = 3
STEPS = 250
"""Turns in an era. All of it is over within less time than a quote of podOS is good for."""

ENOUGH = 400
"""Rounds after the last trouble within which everything must have come to its end."""

OUTCOMES = {
    "fine": 8, "sandbox.unknown-sku": 2, "sandbox.out-of-stock": 1, "sandbox.payment-failed": 1, "sandbox.duplicate": 1,
    "sandbox.transient": 1, "sandbox.frozen": 1,
}  # fmt: skip
"""What podOS makes of an order by itself, and how often that is drawn."""

WRITES = ("commit", "commit_many", "claim", "begin", "save", "postpone", "review", "set_note")


class Wrong(AssertionError):
    """The day did not end as it must."""


@dataclass(frozen=True)
class Message:
    """What comes from outside, once or more often, under one key: an order; an event of one; a tag by hand.

    event: the label of a shop's event, or the tag's name. Blank: the order itself.
    """

    given: Given
    event: str = ""
    tag: str = ""

    @property
    def key(self) -> str:
        return f"{self.event or 'import'} {self.given.order_id}"


def deliver(runtime: Runtime, message: Message) -> bool:
    """Whether it was taken; the cart sends it again until it was."""
    if not message.event:
        return take(runtime, message.given)[0].state != "refused"
    if message.tag:
        return tagged(runtime, message)
    spec = runtime.opened.schema.event(message.event)
    assert spec is not None, message.event
    try:
        runtime.handle(message.key, Event(spec.id, spec.label, message.given.order_id, runtime.now()))
    except (NoSuchOrder, Conflict):
        return False
    return True


def tagged(runtime: Runtime, message: Message) -> bool:
    """As a person changes an order, by hand, while others are at it."""

    def make(now: Order) -> tuple[Order, Event]:
        after = now.copy_whole()
        after.tags.append(message.tag)
        return after, Event("order.details_changed", "Order Details Changed", now.id, runtime.now())

    try:
        runtime.happen(message.key, message.given.order_id, make, who="ann")
    except (NoSuchOrder, Conflict):
        return False
    return True


@dataclass
class Mails:
    """The mail server: some mails have to be tried again, and it may have taken those as well."""

    chance: Random
    sent: list[tuple[str, str]] = field(default_factory=list)
    trouble: float = 0.2

    def send(self, key: str, to: str, subject: str, body: str) -> Outcome:
        lost = self.chance.random()
        if lost >= self.trouble / 2:
            self.sent.append((key, subject))
        if lost >= self.trouble:
            return Done()
        return RetryAfter(failure(message="the mail server did not answer"))


@dataclass
class Day:
    """One seed's. What outlives the processes, the processes, and what is still to come in."""

    seed: int
    say: Callable[[str], None] = lambda line: None
    make_store: Callable[[], Store] = MemoryStore

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self.clock = FakeClock(START, self.seed)
        self.store = self.make_store()
        self.ruleset = opened()
        self.site = Podos(key=KEY, project=PROJECT, clock=Clock(self.clock.now))
        self.network = Network(
            self.site, self.clock, self.chance, trouble=self.chance.choice([0.05, 0.2, 0.5])
        )
        self.mails = Mails(self.chance)
        self.crash = self.chance.choice([0, 0.003, 0.02])
        self.refusals = self.chance.choice([0, 0.01, 0.05])
        self.happened: Counter[str] = Counter()
        self.messages = self.drawn()
        self.to_come = list(self.messages)
        self.actors: list[Actor] = []

    def drawn(self) -> list[Message]:
        found: list[Message] = []
        for number in range(self.chance.randint(1, 4)):
            kinds = self.chance.choices(list(OUTCOMES), list(OUTCOMES.values()), k=2)
            variants = [READY_MADE if kind == "fine" else kind for kind in kinds]
            split = self.chance.random() < 0.3
            skus = ("TEE", "MUG") if split else ("TEE",)
            given = Given(str(1001 + number), skus, tuple(variants[: len(skus)]))
            found.append(Message(given))
            if self.chance.random() < 0.25:
                found.append(Message(given, self.chance.choice(["Reprint", "Give up"])))
            if self.chance.random() < 0.4:
                tags = [f"tag {n}" for n in range(self.chance.randint(1, 4))]
                found += [Message(given, tag, tag) for tag in tags]
        return found

    def live(self) -> Day:
        """The whole day. Raises Wrong."""
        for era in range(ERAS):
            self.era()
            self.rest()
            self.tell(f"era {era + 1} is over")
            self.clock.advance(dt.timedelta(minutes=self.chance.choice([1, 12, 180])))
        self.calm()
        wrong = invariants.wrongs(self.store, self.site, self.ruleset, self.mails.sent, self.messages)
        if wrong:
            raise Wrong("; ".join(wrong))
        return self

    def era(self) -> None:
        for _ in range(STEPS):
            while len(self.actors) < PROCESSES:
                self.actors.append(self.process())
            actor = self.chance.choice(self.actors)
            if self.chance.random() < self.crash:
                self.tell(f"{actor.name} crashes {actor.at}")
                self.happened["crash"] += 1
                actor.crash()
                self.actors.remove(actor)
                continue
            actor.turn()
            if self.chance.random() < 0.08:
                self.clock.advance(dt.timedelta(seconds=self.chance.uniform(1, 60)))
            self.network.arrive()
        if self.chance.random() < 0.3:  # somebody slept over his lease
            self.clock.advance(dt.timedelta(minutes=11))
            self.happened["lease over"] += 1

    def rest(self) -> None:
        """Nobody is in the middle of anything."""
        for actor in self.actors:
            while actor.turn() != "idle":
                self.network.arrive()

    def calm(self) -> None:
        """No trouble any more: everything that came in comes to its end, or the day is wrong."""
        self.crash = self.refusals = self.mails.trouble = 0
        self.network.calm()
        while len(self.actors) < PROCESSES:
            self.actors.append(self.process())
        for _ in range(ENOUGH):
            self.rest()
            if not self.to_come and all_settled(self.store):
                break
            self.clock.advance(dt.timedelta(minutes=11))
        else:
            waiting = [f"{each.new.key} is {each.state}" for each in undone(self.store)]
            raise Wrong(f"something waits for ever: {waiting or self.to_come}")
        for actor in self.actors:
            actor.crash()

    def process(self) -> Actor:
        self.happened["process"] += 1
        return Actor(f"process {self.happened['process']}", self.body)

    def body(self, actor: Actor) -> None:
        """A service as `ordinance run` has it, and the cart's messages in between."""
        store: Store = watched(self.store, "store", lambda name: self.at_store(actor, name))
        line = Line(self.network, actor.pause)
        runtime = Runtime(self.ruleset, store, self.clock, say=self.said)
        runtime.live["podos"] = live(self.ruleset, line, store, self.clock)
        service = Service(
            runtime, cast(SystemClock, self.clock), mailer=watched(self.mails, "mail", actor.pause)
        )
        while True:
            try:
                if self.to_come and self.chance.random() < 0.5:
                    self.send(runtime)
                service.run_once()
            except StoreError as refused:
                self.tell(f"{actor.name}: {refused}")
            actor.pause("idle")

    def send(self, runtime: Runtime) -> None:
        """A message, or several orders at once. Some come once more though they were taken."""
        message = self.chance.choice(self.to_come)
        orders = [each for each in self.to_come if not each.event]
        if orders and self.chance.random() < 0.3:
            several = self.chance.choices(orders, k=3)
            self.happened["several at once"] += 1
            states = take(runtime, *(each.given for each in several))
            taken = [each for each, found in zip(several, states, strict=True) if found.state != "refused"]
        else:
            taken = [message] if deliver(runtime, message) else []
        for each in taken:
            if self.chance.random() < 0.7 and each in self.to_come:
                self.to_come.remove(each)

    def at_store(self, actor: Actor, name: str) -> None:
        """Before: it is refused, and nothing is done. After: it is done, and nobody is told. Others get their turn at
        writes only: what they do between a read and the next write comes before that write."""
        if name.split(".")[1] not in WRITES:
            return
        actor.pause(name)
        if self.chance.random() < self.refusals / 2:
            self.happened["store refused"] += 1
            raise StoreError(f"refused {name}")

    def said(self, line: str) -> None:
        self.tell(line)
        if "our mistake" in line:
            raise Wrong(line)

    def tell(self, line: str) -> None:
        self.say(f"{self.clock.now():%d %H:%M:%S} {line}")


def lived(seed: int, make_store: Callable[[], Store] = MemoryStore) -> str | Day:
    """The day, or what was wrong with it."""
    try:
        return Day(seed, make_store=make_store).live()
    except Wrong as wrong:
        return f"seed {seed}: {wrong}"


def sum_of(days: list[Day]) -> str:
    """What the days had in them: trouble that never came proves nothing."""
    had: Counter[str] = Counter()
    states: Counter[str] = Counter()
    for day in days:
        had.update(day.happened)
        had.update({fate: n for fate, n in day.network.happened.items() if fate != "fine"})
        states.update(each.state for each in day.store.entries())
    trouble = ", ".join(f"{n} {what}" for what, n in had.most_common())
    return f"{trouble}; effects: {', '.join(f'{n} {state}' for state, n in states.most_common())}"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Lives bad days from seeds.")
    parser.add_argument("--seeds", type=int, default=1000, help="how many")
    parser.add_argument("--first", type=int, default=1, help="from which one")
    parser.add_argument("--seed", type=int, help="only this one, told step by step")
    asked = parser.parse_args(argv)
    if asked.seed is not None:
        Day(asked.seed, print).live()
        print(f"seed {asked.seed}: all is as it must be")
        return 0
    began, days, failed = time.monotonic(), list[Day](), 0
    for seed in range(asked.first, asked.first + asked.seeds):
        found = lived(seed)
        if isinstance(found, str):
            failed += 1
            print(
                f"{found}\n  again: python -m tests.reliability.simulator --seed {seed}",
                file=sys.stderr,
                flush=True,
            )
        else:
            days.append(found)
    print(f"{asked.seeds} seeds in {time.monotonic() - began:.0f} s, {failed} failed: {sum_of(days)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
