"""`ordinance backup`: a copy that can take the store's place."""

from __future__ import annotations

from tests.cli.everyday import Everyday, everyday

__all__ = ["everyday"]


def test_a_backup_takes_the_stores_place(everyday: Everyday) -> None:
    everyday.done("orders", "import", "samples")
    everyday.done("backup", "monday.sqlite")
    everyday.done("orders", "move", "1001", "--to", "Shipped")
    assert "1001" in everyday.done("orders", "list", "--folder", "New", "--store", "monday.sqlite")
    assert "1001" not in everyday.done("orders", "list", "--folder", "New")


def test_nothing_is_overwritten(everyday: Everyday) -> None:
    everyday.done("orders", "import", "samples")
    everyday.write("monday.sqlite", "mine")
    said = everyday("backup", "monday.sqlite")
    assert (said.code, "is there already" in said.err) == (2, True)
    assert (everyday.folder / "monday.sqlite").read_text() == "mine"


def test_a_folder_is_copied_otherwise(everyday: Everyday) -> None:
    everyday.done("orders", "import", "samples", "--store", "orders/")
    said = everyday("backup", "x", "--store", "orders/")
    assert (said.code, "copy it while nothing runs" in said.err) == (2, True)
