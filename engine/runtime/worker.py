"""One worker: takes up the oldest effect that is due, does it, and settles it. It never raises for what the world does.

Called by the service's threads, by `run --once` and by tests. What each kind of effect takes is in `engine.runtime.tasks`;
here is the one way that all of them go, and what becomes of an outcome.

INVARIANT: nothing leaves the machine before `store.begin`, and what may have left is asked after before it is done again.
"""

from __future__ import annotations

import datetime as dt
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from actions.provider import NotFound
from engine.runtime.desk import Desk
from engine.runtime.pauses import open_again, pause
from engine.runtime.performers import Mailer, Poster
from engine.runtime.retry import BUSY, RECONCILE
from engine.runtime.runtime import NoSuchOrder, Runtime
from engine.runtime.tasks import Cancel, Email, Post, Submit, Task, sentence
from events.failure import Failure, FailureKind
from events.outcome import Done, Failed, NeedsReview, Outcome, RetryAfter, Unknown
from events.store import Conflict, StoreError

LEASE = dt.timedelta(minutes=10)
"""Longer than any adapter may take for one submission with all its calls."""


@dataclass
class Worker:
    """owner: unique among all threads and processes. mailer, poster: None where e-mail or posting is not set up.

    idle: connections and kinds that this process leaves to others. chains: only what belongs to these, where there are any.
    """

    runtime: Runtime
    owner: str
    mailer: Mailer | None = None
    poster: Poster | None = None
    lease: dt.timedelta = LEASE
    idle: frozenset[str] = frozenset()
    chains: Sequence[str] = ()

    def work_once(self, lane: str | None = None) -> bool:
        """Whether there was something to do. lane: only this connection's effects, or this kind's (`email`); else the
        oldest of all that can be done. Raises StoreError."""
        lanes = [each for each in self.lanes() if lane in (None, each)]
        usable = [each for each in lanes if each not in self.runtime.live or open_again(self.runtime, each)]
        if not usable:
            return False
        now = self.runtime.clock.now()
        entry = self.runtime.store.claim(self.owner, now, self.lease, usable, self.chains)
        if entry is None:
            return False
        desk = Desk(self.runtime, self.owner, entry)
        try:
            self.work(desk)
        except (Conflict, NoSuchOrder) as lost:
            self.let_go(desk, lost)
        except StoreError:
            raise
        except Exception as mistake:  # noqa: BLE001 - the outermost loop: our bug must not stop the other orders
            self.confess(desk, mistake)
        return True

    def lanes(self) -> Sequence[str]:
        """Everything that this service can do: what waits for a printer that is not connected goes on waiting."""
        listed = self.runtime.opened.schema.connections.values()
        others = {each.name for each in listed if not each.can_submit}
        every = [*self.runtime.live, *sorted(others - self.runtime.live.keys()), "email", "post"]
        return [each for each in every if each not in self.idle]

    def work(self, desk: Desk) -> None:
        task = self.task(desk)
        if isinstance(task, str):
            desk.review(task)
        elif task is None:
            desk.end("failed", f"not done: `{desk.effect.values.get('action')}` cannot be performed yet")
        else:
            self.perform(desk, task)

    def task(self, desk: Desk) -> Task | str | None:
        """What the effect takes; or why a person has to look; None for what nobody can do yet."""
        effect = desk.effect
        if effect.kind == "email":
            return Email(desk, mailer=self.mailer)
        if effect.kind == "post":
            return Post(desk, poster=self.poster)
        if effect.kind == "run":
            return None
        connection = self.runtime.connection(effect.connection or "")
        live = self.runtime.live.get(effect.connection or "")
        if connection is None or live is None:
            return f"ordinance.yaml has no connection `{effect.connection}` that could be used"
        return Submit(desk, connection, live) if effect.kind == "submit" else Cancel(desk, connection, live)

    def perform(self, desk: Desk, task: Task) -> None:
        word = desk.word
        uncertain = not task.repeatable and (desk.entry.uncertain or desk.lost is not None)
        if word is not None and word.said == "happened":
            return self.conclude(desk, task, Done(word.provider_order_id, "a person says that it happened"))
        if word is not None and word.said == "given up":
            failure = Failure(FailureKind.GENERAL, f"given up by {word.who or 'a person'}")
            return self.conclude(desk, task, Failed((failure,)))
        if (obstacle := task.obstacle()) is not None:
            return desk.review(obstacle)
        if not uncertain and (moot := task.moot()) is not None:
            return desk.end("dropped", moot)
        if wrong := task.ready():
            if uncertain:
                return desk.review(
                    "nobody knows whether this was sent, and the order as it is now could not be sent: "
                    f"{sentence(wrong)}; look there, then say `ordinance outbox resolve {desk.entry.id}`"
                )
            return self.conclude(desk, task, Failed(wrong))
        if (
            not uncertain and (moot := task.moot()) is not None
        ):  # a rule of the event before it may have called it off
            return desk.end("dropped", moot)
        self.runtime.wait_for_turn(desk.entry.new.connection)
        desk.begin()
        if not uncertain:
            return self.conclude(desk, task, task.do())
        found = task.ask()
        if not isinstance(found, NotFound):
            return self.conclude(desk, task, found, asked=True)
        if (moot := task.moot()) is not None:
            return desk.end("dropped", moot)
        return self.conclude(desk, task, task.do(), absent=True)

    def conclude(
        self, desk: Desk, task: Task, outcome: Outcome, *, asked: bool = False, absent: bool = False
    ) -> None:
        """asked: it is the answer to a question, so that what may come later leaves open what happened. absent: it was asked
        after, not there, and so was sent again."""
        match outcome:
            case Done():
                desk.answer(lambda order: task.done(order, outcome), "done", outcome.message)
            case Failed(failures) if (asked or absent) and failures[0].kind is FailureKind.DUPLICATE:
                desk.review(perhaps_ours(desk, failures))
            case Failed(failures):
                desk.answer(lambda order: task.failed(order, failures), "failed", sentence(failures))
            case NeedsReview(failure):
                desk.review(failure.message)
            case RetryAfter(failure, seconds, hold):
                if hold and desk.effect.connection is not None:
                    pause(self.runtime, desk.effect.connection, outcome)
                if asked:
                    self.ask_later(desk, failure, seconds)
                else:
                    self.try_later(desk, task, failure, seconds)
            case Unknown(failure):
                if task.repeatable:
                    self.try_later(desk, task, failure, None)
                else:
                    self.ask_later(desk, failure, None, absent=absent)

    def try_later(self, desk: Desk, task: Task, failure: Failure, seconds: float | None) -> None:
        """It surely did not happen, or may happen twice. After the last try it is final, and the kind stays."""
        tried = desk.tries("retry", *(["unknown"] if task.repeatable else [])) + 1
        if task.backoff.exhausted(tried):
            last = Failure(
                failure.kind,
                f"{failure.message} (tried {tried} times)",
                failure.item_ids,
                failure.provider_code,
            )
            return self.conclude(desk, task, Failed((last,)))
        desk.postpone("retry", failure.message, task.backoff, tried, seconds)

    def ask_later(self, desk: Desk, failure: Failure, seconds: float | None, *, absent: bool = False) -> None:
        doubts = desk.doubts() + 1
        if RECONCILE.exhausted(doubts):
            known = (
                f"it was sent {doubts} times; no answer came, and each time that it was asked after it was not there "
                f"(the last time: {failure.message})"
                if absent
                else f"nobody knows whether this happened ({failure.message}), and asking {doubts - 1} times gave no answer"
            )
            return desk.review(f"{known}; look there, then say `ordinance outbox resolve {desk.entry.id}`")
        desk.postpone("unknown", failure.message, RECONCILE, doubts, seconds)

    def confess(self, desk: Desk, mistake: Exception) -> None:
        """After an exception nobody knows what left the machine; where nothing can have, a person looks at once."""
        about = confession(mistake)
        try:
            if desk.begun:
                self.ask_later(desk, Failure(FailureKind.UNKNOWN_OUTCOME, about), None)
            else:
                desk.review(about)
        except Conflict as lost:
            self.let_go(desk, lost)

    def let_go(self, desk: Desk, why: Exception) -> None:
        """Others were there first. What has begun stays as it is, to be asked after when the lease is over."""
        self.runtime.say(f"order {desk.effect.order_id}: left to others: {why}")
        if not desk.begun:
            with suppress(Conflict):
                desk.postpone("retry", str(why), BUSY, 1, None)


def perhaps_ours(desk: Desk, failures: Sequence[Failure]) -> str:
    """What stands there under our number, and is not as the order is now, may be what was sent before the order was changed."""
    return (
        f"{sentence(failures)}: it may be this one, sent before the order was changed; look there, then say "
        f"`ordinance outbox resolve {desk.entry.id}`"
    )


def confession(mistake: Exception) -> str:
    """Where it was, and not what it says: that may hold a customer's data or a secret."""
    frame = traceback.extract_tb(mistake.__traceback__)[-1]
    return f"our mistake, please report it: {type(mistake).__name__} in {frame.name}, line {frame.lineno}"
