"""`ordinance orders`: in, listed, shown, moved, forgotten."""

from __future__ import annotations

from dsl.schema import StoreSpec
from events.importers import read_orders
from events.jsontext import loads
from tests.cli.everyday import Everyday, everyday, sample

__all__ = ["everyday"]


def test_orders_come_in_once_and_what_is_to_be_sent_waits(everyday: Everyday) -> None:
    said = everyday("orders", "import", "samples")
    assert (said.code, said.out.splitlines()) == (0, ["1001  in New", "1002  in New; to do: submit to podOS"])
    assert "1 thing waits" in said.err
    assert everyday.taken == {}
    assert everyday.done("orders", "import", "samples").splitlines() == [
        "1001  order 1001 came in before", "1002  order 1002 came in before",
    ]  # fmt: skip


def test_what_is_no_order_is_named_and_the_others_come_in(everyday: Everyday) -> None:
    everyday.write("bad/a.json", "{")
    everyday.write("bad/b.json", '{"id": "7", "order_items": [{"name": "x"}]}')
    said = everyday("orders", "import", "bad")
    assert said.code == 1
    assert "bad/a.json" in said.out
    assert "7  in New" in said.out
    assert "1 document could not be taken in" in said.err


def test_the_list_and_the_folder(everyday: Everyday) -> None:
    everyday.done("orders", "import", "samples")
    lines = everyday.done("orders", "list").splitlines()
    assert lines[0].split() == ["ORDER", "FROM", "FOLDER", "TOTAL", "AT", "TAGS"]
    assert lines[2].split() == ["1002", "Order", "Desk", "1002", "New", "54.00", "USD", "podOS:", "scheduled"]
    assert (
        everyday("orders", "list", "--folder", "Shipped").err.strip()
        == "there are no orders in folder Shipped"
    )
    wrong = everyday("orders", "list", "--folder", "Shiped")
    assert (wrong.code, "`Shipped`" in wrong.err) == (2, True)


def test_the_list_as_json_is_what_other_commands_read(everyday: Everyday) -> None:
    everyday.done("orders", "import", "samples")
    text = everyday.done("orders", "list", "--format", "json")
    assert [
        each.order.id for each in read_orders(text.encode(), name="x.jsonl", store=StoreSpec()) if each.order
    ] == [
        "1001",
        "1002",
    ]


def test_one_order_for_people_and_for_programs(everyday: Everyday) -> None:
    everyday.done("orders", "import", "samples")
    shown = everyday.done("orders", "show", "1002")
    for expected in (
        "2 x TEE-1, Fox tee, 25.00 USD",
        "podOS: scheduled",
        "submit to podOS: waits",
        "Robin Reader",
    ):
        assert expected in shown
    assert (
        loads(everyday.done("orders", "show", "1002", "--format", "json"))["order_items"][0]["code"]
        == "TEE-1"
    )
    missing = everyday("orders", "show", "1003")
    assert (missing.code, "there is no order `1003`" in missing.err) == (2, True)


def test_what_is_canceled_before_it_left_is_never_sent(everyday: Everyday) -> None:
    everyday.done("orders", "import", "samples")
    assert "to do: cancel at podOS" in everyday.done("orders", "move", "1002", "--to", "cancelled")
    everyday.done("run", "--once")
    assert everyday.taken == {}
    told = " ".join(everyday.done("history", "1002").split())
    assert "not sent to podOS: canceled before it left" in told
    assert "podOS: cancelled" in everyday.done("orders", "show", "1002")


def test_a_move_by_hand_is_seen_by_the_rules(everyday: Everyday) -> None:
    """`Cancel at podOS what was cancelled here` waits for the folder."""
    everyday.done("orders", "import", "samples")
    everyday.done("run", "--once")
    assert everyday.taken == {"1002.1": 1}
    said = everyday("orders", "move", "1002", "--to", "cancelled")
    assert said.out.strip() == "1002  moved to Cancelled; to do: cancel at podOS"
    assert (
        everyday.done("orders", "move", "1002", "--to", "Cancelled").strip()
        == "1002  is in Cancelled already"
    )
    everyday.done("run", "--once")
    assert "podOS: cancelled" in everyday.done("orders", "list")


def test_a_move_names_the_order_that_is_not_there_and_moves_none(everyday: Everyday) -> None:
    everyday.done("orders", "import", "samples")
    assert everyday("orders", "move", "1001", "9", "--to", "Shipped").code == 2
    assert "in New" in everyday.done("orders", "show", "1001")


def test_what_is_forgotten_is_gone_and_stays_away(everyday: Everyday) -> None:
    everyday.done("orders", "import", "samples")
    assert everyday("orders", "forget", "1001").code == 2  # nobody is here to say yes
    assert "1001  is forgotten" in everyday.done("orders", "forget", "1001", "--yes")
    assert "order 1001 came in before" in everyday.done("orders", "import", "samples")
    assert everyday("orders", "show", "1001").code == 2
    assert b"sam.shopper" not in (everyday.folder / ".ordinance" / "store.sqlite").read_bytes()


def test_an_order_with_something_to_do_is_not_forgotten(everyday: Everyday) -> None:
    everyday.done("orders", "import", "samples")
    said = everyday("orders", "forget", "1002", "--yes")
    assert said.code == 1
    assert "still has something to be sent" in said.err
    everyday.done("orders", "show", "1002")


def test_rules_with_errors_take_nothing_in_and_still_show_what_is_there(everyday: Everyday) -> None:
    everyday.done("orders", "import", sample(everyday, "1005"))
    everyday.write("rules/9-wrong.rules", "rule broken")
    assert everyday("orders", "import", "samples").code == 2
    assert "1005" in everyday.done("orders", "list")


def test_without_a_store_the_way_out_is_named(everyday: Everyday) -> None:
    for words in (["orders", "list"], ["outbox", "list"], ["history", "1"], ["backup", "x"]):
        said = everyday(*words)
        assert said.code == 2
        assert "`ordinance orders import` or `ordinance run` begins one" in said.err


def test_the_store_is_for_its_owner_alone_and_not_for_git(everyday: Everyday) -> None:
    everyday.done("orders", "import", "samples")
    folder = everyday.folder / ".ordinance"
    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / ".gitignore").read_text() == "*\n"


def test_a_file_that_is_no_store_is_told(everyday: Everyday) -> None:
    everyday.write("x.sqlite", "no database " * 100)
    said = everyday("orders", "list", "--store", "x.sqlite")
    assert said.code == 2
    assert "is no store of Ordinance" in said.err


def test_what_an_order_holds_does_not_act_on_a_terminal(everyday: Everyday) -> None:
    everyday.write(
        "odd.json", '{"id": "9\\u001b[31m", "order_metadata": {"x": "\\u001b]0;x"}, "order_items": []}'
    )
    everyday("orders", "import", "odd.json")
    everyday("orders", "list")
    everyday("orders", "show", "9\x1b[31m")
    everyday("history", "9\x1b[31m")
    assert all("\x1b" not in each.out + each.err for each in everyday.said)
