"""`ordinance why` of an order in the store: what was decided is decided again, whatever became of the rules since."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.cli.everyday import Everyday, everyday, sample
from tests.cli.test_process import process

__all__ = ["everyday"]


def test_to_the_byte_when_the_rulesets_folder_is_gone(everyday: Everyday, tmp_path: Path) -> None:
    """Through the command line alone, in processes of their own; what was decided is read from the file by SQLite."""
    store = tmp_path / "kept.sqlite"
    path = sample(everyday, "1005", "sandbox.unknown-sku")
    everyday.done("orders", "import", path, "--store", store)
    everyday("run", "--once", "--store", store)  # an e-mail waits for a person
    with closing(sqlite3.connect(store)) as file:
        lines = [
            text
            for (text,) in file.execute("SELECT lines FROM journal WHERE order_id = '1005' ORDER BY number")
        ]
    assert len(lines) == 3, "it came in, before it was sent, refused"
    before = process("why", str(everyday.folder), "--order", "1005", "--store", str(store))
    shutil.rmtree(everyday.folder)
    after = process("why", "--order", "1005", "--store", str(store), cwd=tmp_path)
    assert (after.returncode, after.stderr, after.stdout) == (0, b"", before.stdout)
    text = after.stdout.decode()
    assert "Print at podOS" in text
    assert "Tell the desk" in text
    json = process("why", "--order", "1005", "--store", str(store), "--format", "json", cwd=tmp_path)
    assert (json.returncode, json.stderr, json.stdout) == (0, b"", "".join(lines).encode())


def test_the_rules_of_then_are_told_when_those_of_now_are_others(everyday: Everyday) -> None:
    everyday.done("orders", "import", sample(everyday, "1005"))
    then = everyday.done("why", "--order", "1005")
    everyday.write(
        "rules/1-first.rules", 'rule "Something else"\n  on "Order is Imported"\n  do add tag "x"\n'
    )
    assert everyday.done("why", "--order", "1005") == then
    assert "Something else" not in then
    assert "by revision " in then


def test_one_rule_alone(everyday: Everyday) -> None:
    everyday.done("orders", "import", sample(everyday, "1005"))
    out = everyday.done("why", "--order", "1005", "--rule", "print at podos")
    assert "Print at podOS" in out
    assert "Hold orders" not in out


def test_a_decision_that_would_be_another_is_a_finding(everyday: Everyday) -> None:
    """As a version of Ordinance that decides otherwise would find it."""
    everyday.done("orders", "import", sample(everyday, "1005"))
    with closing(sqlite3.connect(everyday.folder / ".ordinance" / "store.sqlite")) as file:
        file.execute("UPDATE journal SET lines = replace(lines, 'Print at podOS', 'Print there')")
        file.commit()
    said = everyday("why", "--order", "1005")
    assert (said.code, "decides otherwise than the one that decided it" in said.err) == (1, True), said


def test_what_is_not_there_is_told(everyday: Everyday) -> None:
    everyday.done("orders", "import", sample(everyday, "1005"))
    said = everyday("why", "--order", "1006")
    assert (said.code, "there is no order `1006` in the store" in said.err) == (2, True)
    with closing(sqlite3.connect(everyday.folder / ".ordinance" / "store.sqlite")) as file:
        file.execute("DELETE FROM blobs")
        file.commit()
    said = everyday("why", "--order", "1005")
    assert (said.code, "is not in the store any more" in said.err) == (2, True)
    said = everyday("why", "--order", "samples/podos.json", "--format", "json")
    assert (said.code, "`ordinance dry-run --format json`" in said.err) == (2, True)
