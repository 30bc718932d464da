"""`ordinance diff --orders`: histories, packed files, folders and stores; the sums over them; one process or several."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.conftest import Call
from tests.cli.in_git import WEST, append, kept, replaced

__all__ = ["kept"]

REPO = Path(__file__).parents[2]
SCHEMA = json.loads((REPO / "docs" / "schemas" / "diff.schema.json").read_text("utf-8"))


def order(number: int, state: str = "OR", total: str = "54.00", **more: Any) -> dict[str, Any]:
    """As the shop's own sample, with another number."""
    found = json.loads(Path("samples/podos.json").read_text("utf-8"))
    found |= {"id": str(number), "source_id": str(number), "order_total": total, **more}
    found["shipping"]["state"] = state
    return found  # type: ignore[no-any-return]


def history(path: str, orders: list[Any]) -> bytes:
    lines = "".join(f"{each if isinstance(each, str) else json.dumps(each)}\n" for each in orders).encode()
    Path(path).write_bytes(gzip.compress(lines) if path.endswith(".gz") else lines)
    return lines


def compared(call: Call, *words: str | Path, code: int = 1) -> dict[str, Any]:
    said = call("diff", "one", *words, "--format", "json")
    assert said.code == code, said
    found = json.loads(said.out)
    jsonschema.validate(found, SCHEMA)
    return found  # type: ignore[no-any-return]


MIXED = [("OR", "10.00"), ("CA", "20.00"), ("OR", "5.50"), ("NY", "1.00")]


@pytest.mark.parametrize("name", ["history.jsonl", "history.jsonl.gz"])
def test_the_sums_of_a_history(name: str, call: Call, kept: Path) -> None:
    """By hand: the two orders of Oregon are 15.50 USD; one line is no order."""
    append("rules/1-orders.rules", WEST)
    lines = [order(n, state, total) for n, (state, total) in enumerate(MIXED, 1)]
    lines.insert(2, "{ no order")  # type: ignore[arg-type]
    history(name, lines)
    found = compared(call, "--orders", name)
    assert found["tried"] == 4
    assert found["different"] == {"orders": 2, "money": {"USD": 15.5}, "without_total": 0}
    (by_rule,) = found["rules"]
    assert (by_rule["before"], by_rule["after"], by_rule["orders"]) == (None, "Look at west coast orders", 2)
    assert found["unreadable"]["orders"] == 1
    assert [each["place"] for each in found["unreadable"]["named"]] == [f"{name}, line 3"]
    assert [each["place"] for each in found["orders"]] == [f"{name}, line 1", f"{name}, line 4"]


def test_money_is_summed_by_currency_and_orders_without_a_total_are_counted(call: Call, kept: Path) -> None:
    append("rules/1-orders.rules", WEST)
    history(
        "h.jsonl",
        [
            order(1, total="0.10"),
            order(2, total="0.20"),
            order(3, currency="EUR", total="7"),
            order(4, total=""),
        ],
    )
    found = compared(call, "--orders", "h.jsonl")["different"]
    assert found == {"orders": 4, "money": {"EUR": 7, "USD": 0.3}, "without_total": 1}


def test_where_orders_end_and_who_prints_them(call: Call, kept: Path) -> None:
    """Without its rule podOS is sent nothing, so an order no longer ends in production."""
    replaced("rules/2-podos.rules", "submit to podOS\n", 'add tag "x"\n')
    history("h.jsonl", [order(1), order(2)])
    found = compared(call, "--orders", "h.jsonl")
    (folder,) = found["folders"]
    assert (folder["before"], folder["after"], folder["orders"]) == ("In production", "New", 2)
    (sent,) = found["submissions"]
    assert (sent["before"], sent["after"], sent["orders"]) == ("podos", None, 2)
    human = call("diff", "one", "--orders", "h.jsonl").out
    assert "2 orders      In production -> New  108.00 USD" in human
    assert "2 orders      podOS -> not submitted  108.00 USD" in human


def test_one_order_of_each_kind_of_difference_is_shown_the_most_frequent_first(
    call: Call, kept: Path
) -> None:
    append(
        "rules/1-orders.rules",
        WEST + WEST.replace("west", "far").replace("Look at", "Mark").replace("OR", "HI"),
    )
    states = ["HI", "OR", "OR", "CA", "OR"]
    history("h.jsonl", [order(n, state) for n, state in enumerate(states, 1)])

    def shown(full: int) -> list[str]:
        found = compared(call, "--orders", "h.jsonl", "--full", str(full))
        return [each["order"] for each in found["orders"]]

    assert shown(0) == []
    assert shown(1) == ["2"]
    assert shown(2) == ["2", "1"]
    assert shown(10) == ["2", "1", "3", "5"]
    assert "1 more order; `--full N`" in call("diff", "one", "--orders", "h.jsonl").out


def test_a_folder_of_orders_in_all_forms(call: Call, kept: Path) -> None:
    append("rules/1-orders.rules", WEST)
    Path("more/deep").mkdir(parents=True)
    Path("more/a.json").write_text(json.dumps([order(1), order(2, "CA")]))
    history("more/deep/b.jsonl", [order(3)])
    Path("more/c.json.gz").write_bytes(gzip.compress(json.dumps(order(4)).encode()))
    Path("more/readme.txt").write_text("no order")
    found = compared(call, "--orders", "more")
    assert found["tried"] == 4
    assert [each["place"] for each in found["orders"]] == [
        "more/a.json, order 1",
        "more/c.json",
        "more/deep/b.jsonl, line 1",
    ]


def test_a_store_is_read_as_the_orders_came_in_and_not_written(call: Call, kept: Path) -> None:
    """In the store the order is in production and known to podOS; what a new rule does to it shows as it came in."""
    history("in.jsonl", [order(1), order(2, "CA")])
    assert call("orders", "import", "in.jsonl").code == 0
    store = Path(".ordinance/store.sqlite")
    append("rules/1-orders.rules", WEST.replace('"OR"', '"OR" and order.folder is "New"'))
    before = store.read_bytes()
    found = compared(call, "--orders", store)
    assert found["tried"] == 2
    assert [each["place"] for each in found["orders"]] == [f"{store}, order 1"]
    assert store.read_bytes() == before
    assert call("orders", "move", "1", "--to", "Shipped").code == 0
    now = compared(call, "--orders", store, "--event", "Folder is Changed", "--with", "to=Shipped", code=0)
    assert now["tried"] == 2


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: None, "there is no file `h.jsonl`"),
        (lambda: Path("h.jsonl").mkdir(), "the folder `h.jsonl` holds no file of orders"),
        (lambda: Path("h.jsonl").write_bytes(b""), "there are no orders in what `--orders` names"),
        (lambda: Path("h.jsonl").write_bytes(b"SQLite format 3\0" + b"x" * 90), "cannot be read"),
    ],
)
def test_what_holds_no_orders_is_2_with_a_sentence(make: Any, sentence: str, call: Call, kept: Path) -> None:
    make()
    said = call("diff", "one", "--orders", "h.jsonl")
    assert (said.code, said.out) == (2, "")
    assert sentence in said.err
    assert said.err.count("\n") == 1


def test_a_packed_history_that_breaks_off_is_2(call: Call, kept: Path) -> None:
    lines = history("h.jsonl.gz", [order(n) for n in range(50)])
    Path("h.jsonl.gz").write_bytes(gzip.compress(lines)[:-40])
    said = call("diff", "one", "--orders", "h.jsonl.gz")
    assert said.code == 2
    assert "`h.jsonl.gz` cannot be read: it is packed, and its end is missing or damaged" in said.err


def test_another_programs_database_is_2(call: Call, kept: Path) -> None:
    import sqlite3

    with closing(sqlite3.connect("other.sqlite")) as other:
        other.execute("CREATE TABLE orders (id)")
    said = call("diff", "one", "--orders", "other.sqlite")
    assert (said.code, said.out) == (2, "")
    assert "other.sqlite is a database of another program, and no store of orders" in said.err


def test_several_processes_say_the_same_to_the_byte(kept: Path) -> None:
    """In a process of its own, because a test run has threads, and one that is copied must have none."""
    append("rules/1-orders.rules", WEST)
    history("h.jsonl", [order(n, ("OR", "CA", "NY")[n % 3], f"{n}.25") for n in range(450)] + ["no order"])
    words = [sys.executable, "-m", "engine.cli", "diff", "one", "--orders", "h.jsonl", "--format", "json"]
    words += ["--at", "2026-03-01 09:00"]
    said = [
        subprocess.run([*words, "--jobs", jobs], capture_output=True, env=environment(), check=False)
        for jobs in ("1", "3")
    ]
    assert [each.returncode for each in said] == [1, 1]
    assert said[0].stdout == said[1].stdout
    assert json.loads(said[0].stdout)["different"]["orders"] == 150


def environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(REPO)}


def test_markdown_fits_into_a_comment_whatever_is_in_it(call: Call, kept: Path) -> None:
    append("rules/1-orders.rules", "".join(WEST.replace("Look at", f"Look {n} at") for n in range(150)))
    history("h.jsonl", [order(n, shipping_method="@octocat #1 <script>" * 50) for n in range(40)])
    said = call("diff", "one", "--orders", "h.jsonl", "--format", "markdown", "--full", "40")
    assert len(said.out) < 65_536
    assert "more orders not shown here" in said.out
    assert "<script>" not in said.out
    assert said.out.count("<details") == said.out.count("</details>")


def test_the_page_needs_nothing_from_outside_and_takes_texts_as_texts(call: Call, kept: Path) -> None:
    append("rules/1-orders.rules", WEST.replace('add tag "west"', 'add tag "<script>alert(1)</script>"'))
    said = call("diff", "one", "--format", "html", "--output", "diff.html")
    assert (said.code, said.out) == (1, "")
    page = Path("diff.html").read_text("utf-8")
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "http" not in page.replace('http-equiv="Content-Security-Policy"', "")
