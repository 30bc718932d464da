"""`ordinance prune`: what nobody needs goes, and all that is told of the orders that are kept stays to the byte."""

from __future__ import annotations

from contextlib import closing

from engine.runtime import journal
from tests.cli.everyday import Everyday, everyday, sample

__all__ = ["everyday"]


def told(everyday: Everyday, order_id: str) -> tuple[str, list[str]]:
    """Its history, and its decisions made again."""
    history = everyday.done("history", order_id, "--format", "json")
    with closing(everyday.store()) as store:
        entries = store.journal(order_id)
        lines = [journal.written(journal.redecide(store, entry)) for entry in entries]
        assert lines == [entry.lines for entry in entries]
    return history, lines


def test_what_is_told_of_orders_that_are_kept_stays(everyday: Everyday) -> None:
    everyday.done("orders", "import", sample(everyday, "1005"), sample(everyday, "1006"))
    everyday.done("run", "--once")
    everyday.write("rules/9-more.rules", 'rule "More"\n  on "Order is Imported"\n  do add tag "more"\n')
    everyday.done("orders", "import", sample(everyday, "1007"))
    everyday.done("run", "--once")
    before = [told(everyday, each) for each in ("1005", "1007")]
    everyday.done("orders", "forget", "1006", "--yes")
    out = everyday.done("prune", "--days", "0", "--yes")
    assert out == "taken out: 2 things that had been settled, 0 texts of rules\n"
    assert [told(everyday, each) for each in ("1005", "1007")] == before
    assert everyday.done("prune", "--days", "0", "--yes").startswith("taken out: 0 things")
    everyday.done("orders", "import", "incoming")
    everyday.done("run", "--once")
    assert everyday.taken == {"1005.1": 1, "1006.1": 1, "1007.1": 1}


def test_rules_that_decided_nothing_that_is_kept_go(everyday: Everyday) -> None:
    everyday.done("orders", "import", sample(everyday, "1005"))
    everyday.done("run", "--once")
    everyday.write("rules/9-more.rules", 'rule "More"\n  on "Order is Imported"\n  do add tag "more"\n')
    everyday.done("orders", "import", sample(everyday, "1006"))
    everyday.done("run", "--once")
    everyday.done("orders", "forget", "1006", "--yes")
    out = everyday.done("prune", "--days", "0", "--yes")
    assert out == "taken out: 1 thing that had been settled, 2 texts of rules\n", (
        "the new file, and the list with it"
    )
    told(everyday, "1005")
    everyday.done("orders", "import", sample(everyday, "1007"))
    told(everyday, "1007")


def test_what_waits_and_what_is_young_stays(everyday: Everyday) -> None:
    everyday.done("orders", "import", sample(everyday, "1005"))
    everyday.done("run", "--once")
    everyday.done("orders", "import", sample(everyday, "1006"))
    assert everyday.done("prune", "--yes").startswith("taken out: 0 things")
    everyday.done("prune", "--days", "0", "--yes")
    everyday.done("run", "--once")
    assert everyday.taken == {"1005.1": 1, "1006.1": 1}


def test_nothing_is_taken_out_while_somebody_works_or_unasked(everyday: Everyday) -> None:
    everyday.done("orders", "import", sample(everyday, "1005"))
    said = everyday("prune")
    assert (said.code, "add `--yes`" in said.err) == (2, True)
    with closing(everyday.store()):
        said = everyday("prune", "--yes")
    assert (said.code, "end every `ordinance run` on it" in said.err) == (2, True)


def test_a_folder_store_is_pruned_too(everyday: Everyday) -> None:
    everyday.done("orders", "import", sample(everyday, "1005"), "--store", "kept/")
    everyday.done("run", "--once", "--store", "kept/")
    out = everyday.done("prune", "--days", "0", "--yes", "--store", "kept/")
    assert out == "taken out: 1 thing that had been settled, 0 texts of rules\n"
    assert "After Order Submitted" in everyday.done("history", "1005", "--store", "kept/")
