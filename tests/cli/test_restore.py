"""`ordinance restore`: a backup takes the store's place, and no order is printed twice by that."""

from __future__ import annotations

import re
from contextlib import closing

import pytest

from tests.cli.everyday import Everyday, everyday, sample

__all__ = ["everyday"]


def a_day_after_the_backup(everyday: Everyday) -> None:
    """1005 waits when the backup is written; afterwards it is printed, and 1006 comes in and is printed."""
    everyday.done("orders", "import", sample(everyday, "1005"))
    everyday.done("backup", "monday.sqlite")
    everyday.done("orders", "import", sample(everyday, "1006"))
    everyday.done("run", "--once")
    assert everyday.taken == {"1005.1": 1, "1006.1": 1}


def test_nothing_is_printed_twice_after_going_back(everyday: Everyday) -> None:
    a_day_after_the_backup(everyday)
    said = everyday("restore", "monday.sqlite", "--yes")
    assert said.code == 0, said
    assert "1 to be sent: the printer is asked first whether it has them" in said.err
    everyday.done("orders", "import", "incoming")
    everyday.done("run", "--once")
    assert everyday.taken == {"1005.1": 1, "1006.1": 1}
    for order_id in ("1005", "1006"):
        assert "After Order Submitted to podOS" in everyday.done("history", order_id)


def test_the_store_that_was_there_is_kept(everyday: Everyday) -> None:
    a_day_after_the_backup(everyday)
    said = everyday("restore", "monday.sqlite", "--yes")
    kept = re.search(r"is now `(.+)`", said.err)
    assert kept is not None
    assert "1006" in everyday.done("orders", "list", "--store", kept[1])
    assert "1006" not in everyday.done("orders", "list")
    assert "1005" in everyday.done("orders", "list", "--store", "monday.sqlite"), "the backup stays as it is"
    assert sorted(each.name for each in (everyday.folder / ".ordinance").glob(".store*")) == []


def test_a_backup_does_not_work_by_itself(everyday: Everyday) -> None:
    a_day_after_the_backup(everyday)
    for words in (
        ["run", "--once"],
        ["orders", "import", "samples"],
        ["press", "Approve artwork", "--order", "1005"],
    ):
        said = everyday(*words, "--store", "monday.sqlite")
        assert (said.code, "this store is a backup of " in said.err) == (2, True), said
        assert "`ordinance restore FILE` puts it in the store's place" in said.err
    assert "1005" in everyday.done("orders", "show", "1005", "--store", "monday.sqlite")
    assert everyday.taken == {"1005.1": 1, "1006.1": 1}


def test_it_is_refused_while_somebody_works_on_the_store(everyday: Everyday) -> None:
    a_day_after_the_backup(everyday)
    with closing(everyday.store()):
        said = everyday("restore", "monday.sqlite", "--yes")
    assert (said.code, "end every `ordinance run` on it" in said.err) == (2, True), said
    assert "the store is as it was" in said.err
    assert "1006" in everyday.done("orders", "list")


def test_a_damaged_store_is_replaced(everyday: Everyday) -> None:
    a_day_after_the_backup(everyday)
    path = everyday.folder / ".ordinance" / "store.sqlite"
    path.write_bytes(path.read_bytes()[:4096] + b"\xff" * 40_000)
    said = everyday("run", "--once")
    assert (said.code, "`ordinance restore BACKUP`" in said.err) == (2, True), said
    assert everyday("restore", "monday.sqlite", "--yes").code == 0
    everyday.done("orders", "import", "incoming")
    everyday.done("run", "--once")
    assert everyday.taken == {"1005.1": 1, "1006.1": 1}


def test_a_store_that_is_gone_is_put_back(everyday: Everyday) -> None:
    a_day_after_the_backup(everyday)
    for each in (everyday.folder / ".ordinance").glob("store.sqlite*"):
        each.unlink()
    everyday.done("restore", "monday.sqlite", "--yes")
    everyday.done("orders", "import", "incoming")
    everyday.done("run", "--once")
    assert everyday.taken == {"1005.1": 1, "1006.1": 1}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nowhere.sqlite", "--yes"], "there is no file `nowhere.sqlite`"),
        (["ordinance.yaml", "--yes"], "ordinance.yaml is no store of Ordinance"),
        ([".ordinance/store.sqlite", "--yes"], "is the store itself; name a backup of it"),
        (["monday.sqlite"], "add `--yes` to say so beforehand"),
        (["monday.sqlite", "--store", "orders/"], "this store is a folder of files"),
    ],
)
def test_what_cannot_be_put_back_changes_nothing(everyday: Everyday, words: list[str], told: str) -> None:
    a_day_after_the_backup(everyday)
    said = everyday("restore", *words)
    assert (said.code, told in said.err) == (2, True), said
    assert "1006" in everyday.done("orders", "list")
