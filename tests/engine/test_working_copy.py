"""A turn's working copy shares with the order before it what no action of the turn writes, and nobody can tell."""

from __future__ import annotations

from random import Random

import pytest

from actions.work import World
from engine import form as f
from engine.compile import compile as compiled
from engine.compile import program
from engine.decide import Program
from engine.dry_run import Run
from events import jsontext
from events.order import PARTS, as_json
from tests.engine.compile_forms import AT, EVENT, STORE, form_of, order_of, rule, text
from tests.engine.test_agreement import decided, opened, orders, shown, told


def befores(run: Run) -> str:
    return jsontext.dumps([as_json(each.before) for each in run.turns])


def test_sharing_is_never_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every turn's orders, before and after, are those of a turn that copies everything; also once the chain has gone on."""
    random, done = Random("sharing"), 0
    for _ in range(15):
        one = opened(random)
        for order in orders(random, 10):
            answers = told(random)
            with monkeypatch.context() as apart:
                apart.setattr(program, "parts_of", lambda paths: frozenset(PARTS))
                expected = decided(one, order, answers, one.program())
                texts = shown(expected), befores(expected)
            got = decided(one, order, answers, one.program())
            assert (shown(got), befores(got)) == texts
            done += sum(record.outcome != "not done" for each in got.turns for record in each.actions)
    assert done > 200


@pytest.mark.parametrize(
    ("act", "written"),
    [
        (f.Act("add tag", "", values={"tag": text("x")}, writes=frozenset({"order.tags"})), {"tags"}),
        (f.Act("move to folder", "", {"folder": "B"}, writes=frozenset({"order.folder"})), set[str]()),
        (f.Act("remove item", "", per_item=True, writes=frozenset({"order.items"})), {"items"}),
    ],
)
def test_an_action_copies_the_parts_that_it_writes(act: f.Act, written: set[str]) -> None:
    order = order_of(tags=["a"], order_items=[{"id": "1", "code": "A"}], shipping={"country": "US"})
    form, before = form_of(rule(None, act, over="item")), order.copy_whole()
    taken = Program(form, compiled(form), World(STORE, AT)).decide(EVENT, order).turns[0]
    assert taken.actions[0].outcome == "done"
    assert {name for name in PARTS if getattr(taken.after, name) is not getattr(order, name)} == written
    assert order == before
