"""Bad days from seeds, a hundred of them; `make simulate` lives ten thousand. What must be so is in `invariants`.

A seed that fails is printed, and lived again step by step with `python -m tests.reliability.simulator --seed N`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count

import pytest

from events.store import Attempt, Commit, Conflict, Known, Store
from events.stores.memory import MemoryStore
from tests.reliability.network import FATES
from tests.reliability.simulator import Day, lived, sum_of

BLOCK = 25


@pytest.mark.parametrize("first", range(1, 101, BLOCK))
def test_bad_days_end_well(first: int, capsys: pytest.CaptureFixture[str]) -> None:
    found = [lived(seed) for seed in range(first, first + BLOCK)]
    days = [day for day in found if isinstance(day, Day)]
    with capsys.disabled():
        print(f"\nsimulator: seeds {first} to {first + BLOCK - 1}: {sum_of(days)}")
    assert [wrong for wrong in found if isinstance(wrong, str)] == []
    met = {fate for day in days for fate in day.network.happened}
    assert met >= {*FATES}, "days without trouble prove nothing"
    assert all(sum(day.happened[what] for day in days) > BLOCK for what in ("crash", "store refused"))


def test_the_same_seed_is_the_same_day() -> None:
    told: list[list[str]] = [[], []]
    for lines in told:
        Day(7, lines.append).live()
    assert told[0] == told[1]
    assert len(told[0]) > 5


class Forgetful(MemoryStore):
    """Nothing is written down before it leaves."""

    def begin(self, effect_id: int, owner: str, now: dt.datetime) -> Attempt:
        return Attempt(1, now)

    def save(self, effect_id: int, owner: str, steps: Mapping[str, str]) -> None:
        return


class Overwriting(MemoryStore):
    """Whoever writes last wins."""

    def commit(self, commit: Commit) -> None:
        changes = tuple(replace(each, version=self.version(each.order.id)) for each in commit.changes)
        super().commit(replace(commit, changes=changes))

    def commit_many(self, commits: Sequence[Commit]) -> Sequence[Known | Conflict | None]:
        return each_alone(self, commits)

    def version(self, order_id: str) -> int | None:
        found = self.order(order_id)
        return found.version if found is not None else None


class Gullible(MemoryStore):
    """Every message is taken for a new one."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = count()

    def knows(self, key: str) -> bool:
        return False

    def commit(self, commit: Commit) -> None:
        super().commit(replace(commit, key=f"{commit.key} {next(self.numbers)}"))

    def commit_many(self, commits: Sequence[Commit]) -> Sequence[Known | Conflict | None]:
        return each_alone(self, commits)


def each_alone(store: Store, commits: Sequence[Commit]) -> Sequence[Known | Conflict | None]:
    """A group as its commits one by one, so that their bugs are in it too."""
    answers: list[Known | Conflict | None] = []
    for commit in commits:
        try:
            store.commit(commit)
        except (Known, Conflict) as refused:
            answers.append(refused)
        else:
            answers.append(None)
    return answers


@pytest.mark.parametrize("harmed", [Forgetful, Overwriting, Gullible])
def test_the_simulator_sees_planted_bugs(harmed: type[Store]) -> None:
    """Forty days are enough for each of them, and none of these days ends badly with a store that is whole."""
    assert any(isinstance(lived(seed, harmed), str) for seed in range(1, 41))
