"""`ordinance test --watch`: what changes run which tests again, and what is seen of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.cli.testing import Wanted
from engine.cli.watching import watch
from tests.cli.conftest import Call, Shop
from tests.cli.test_test import ORDER, RULES, SHOP

TWO = """
test "small"
  given order "samples/order.json"
  when "Order is Imported" happens
  expect order.folder is "New"

test "ready"
  given order "samples/other.json"
  when "Ready" happens
  expect rule "Double the mugs" fired
"""
FILES = {
    "ordinance.yaml": SHOP,
    "rules/1-orders.rules": RULES,
    "rules/2-tests.rules": TWO,
    "samples/order.json": ORDER,
    "samples/other.json": ORDER,
}
ALL = Wanted("", "human", None, None, None, 0, 0, False)


class Over(Exception):
    """Nobody watches any more."""


def told(
    changes: list[tuple[str, str, str]], capsys: pytest.CaptureFixture[str], wanted: Wanted = ALL
) -> list[str]:
    """What is said at each run, while files change in between: a path, and what of it becomes what."""
    left = iter([*changes, None])
    quiet = False

    def sleep(_: float) -> None:
        nonlocal quiet
        quiet = not quiet
        if not quiet:  # it has to stand still for a moment first
            return
        change = next(left)
        if change is None:
            raise Over
        path, old, new = change
        text = Path(path).read_text("utf-8")
        assert old in text
        Path(path).write_text(text.replace(old, new, 1), "utf-8")

    capsys.readouterr()
    with pytest.raises(Over):
        watch(Path(), wanted, sleep)
    return [line for line in capsys.readouterr().err.splitlines() if "waiting" not in line]


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        # a rule that only `Ready` reaches
        (
            "rules/1-orders.rules",
            "set item.quantity to 2",
            "set item.quantity to 3",
            "2 passed (1 test run again)",
        ),
        # a test itself
        ("rules/2-tests.rules", '"small"', '"tiny"', "2 passed (1 test run again)"),
        # the sample of one
        ("samples/other.json", '"Mug"', '"Big mug"', "2 passed (1 test run again)"),
        # a comment concerns nobody
        ("rules/1-orders.rules", 'rule "Big"', '# big\nrule "Big"', "2 passed (0 tests run again)"),
        # settings concern all
        ("ordinance.yaml", "Acme Tees", "Acme Mugs", "2 passed"),
        # what fails is told
        ("rules/1-orders.rules", ">= $50", ">= $20", "1 passed, 1 failed (1 test run again)"),
    ],
)
def test_only_what_a_change_concerns_runs_again(
    path: str, old: str, new: str, said: str, shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    shop(files=FILES)
    assert told([(path, old, new)], capsys) == ["2 passed", said]


def test_a_mistake_is_shown_and_its_mending_too(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop(files=FILES)
    file = "rules/1-orders.rules"
    broken, mended = (file, '"Order Confirmed"', '"Order Confirmd"'), (file, "Confirmd", "Confirmed")
    first, wrong, again = told([broken, mended], capsys)
    assert (first, again) == ("2 passed", "2 passed (0 tests run again)")
    assert wrong == "the rules have errors (1 error in 1 file), so no test was run"


def test_what_failed_runs_again_at_every_change(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop(files=FILES)
    file = "rules/1-orders.rules"
    changes = [
        (file, ">= $50", ">= $20"),
        (file, 'rule "Late"', '# late\nrule "Late"'),
        (file, ">= $20", ">= $50"),
    ]
    assert told(changes, capsys) == [
        "2 passed",
        "1 passed, 1 failed (1 test run again)",
        "1 passed, 1 failed (1 test run again)",
        "2 passed (1 test run again)",
    ]


def test_it_is_for_a_terminal(call: Call, shop: Shop) -> None:
    shop(files=FILES)
    assert call("test", "--watch", "--mutate").code == 2
    assert call("test", "--watch", "--format", "json").code == 2
