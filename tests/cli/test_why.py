"""`ordinance why`: one order, all its reasons."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Call, Shop


def test_every_rule_of_the_event_is_told_with_what_was_read(call: Call, shop: Shop) -> None:
    shop("podos")
    said = call("why", "--order", "samples/podos.json")
    assert (said.code, said.err) == (0, "")
    for title in ("Hold orders that are not paid", "Mark orders that are in a hurry", "Print at podOS"):
        assert title in said.out
    assert '"Captured"' in said.out
    assert "would fire" in said.out


def test_one_rule_alone(call: Call, shop: Shop) -> None:
    shop("podos")
    said = call("why", "--order", "samples/podos.json", "--rule", "print at podos")
    assert said.code == 0
    assert "Print at podOS" in said.out
    assert "Hold orders" not in said.out


def test_a_rule_that_is_not_there_is_2(call: Call, shop: Shop) -> None:
    shop()
    said = call("why", "--order", "samples/order.json", "--rule", "Hold orders that are not payed")
    assert (said.code, said.out) == (2, "")
    assert "there is no rule `Hold orders that are not payed`" in said.err
    assert "`Hold orders that are not paid`" in said.err


def test_a_file_of_many_orders_is_refused(call: Call, shop: Shop, tmp_path: Path) -> None:
    shop()
    (tmp_path / "many.jsonl").write_text('{"id": "1", "order_items": []}\n' * 2)
    said = call("why", "--order", tmp_path / "many.jsonl")
    assert said.code == 2
    assert "holds 2 orders; name a file with one" in said.err


def test_an_order_that_cannot_be_read_is_2(call: Call, shop: Shop, tmp_path: Path) -> None:
    shop()
    (tmp_path / "x.json").write_text('{"refund": {"id": 1}}')
    said = call("why", "--order", tmp_path / "x.json")
    assert (said.code, said.out) == (2, "")
    assert "x.json: not read: " in said.err


def test_a_setting_that_did_not_act_says_what_it_waited_for(call: Call, shop: Shop) -> None:
    config = (
        "language: 1\nstore: {name: Acme Tees, currency: USD}\nfolders: [New, Shipped]\nconnections:\n"
        "  podos: {project: acme, token: '${T}', after_shipment_move_to: Shipped, default_mail_class: Standard}\n"
    )
    folder = shop("podos", files={"ordinance.yaml": config, "order.json": '{"id": "1", "order_items": []}'})
    for rules in folder.glob("**/*.rules"):
        rules.unlink()
    (folder / "a.rules").write_text('rule "x"\n  on "Order is Imported"\n  do add tag "x"\n', "utf-8")
    said = call("why", "--order", "order.json", "--event", "Shipment is Added")
    assert 'event.connection is "podos"' in said.out
    assert said.out.count('event.connection is "podos" (it is missing)') == 1
