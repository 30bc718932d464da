"""`ordinance plan`, `apply`, `event`, `press`: shown first, then done, as far as everything is still so."""

from __future__ import annotations

import pytest

from engine.plan import read_plan
from tests.cli.everyday import TOKEN, Everyday, everyday, sample

__all__ = ["everyday"]


def test_a_plan_shows_and_writes_and_does_nothing(everyday: Everyday) -> None:
    said = everyday("plan", "--orders", sample(everyday, "1005"), "--output", "monday.plan")
    assert said.code == 0
    assert 'Plan of "Order is Imported": nothing is done yet, and answers are assumed' in said.out
    assert "Print at podOS" in said.out
    assert "`ordinance apply monday.plan` does it" in said.err
    (planned,) = read_plan((everyday.folder / "monday.plan").read_text("utf-8")).orders
    assert [(each.kind, each.connection) for each in planned.effects] == [("submit", "podos")]
    assert everyday.taken == {}
    assert everyday("orders", "list").err.strip() == "there are no orders"


def test_apply_does_it_once(everyday: Everyday) -> None:
    everyday.done("plan", "--orders", sample(everyday, "1005"), "--output", "monday.plan")
    said = everyday.done("apply", "monday.plan")
    assert said.splitlines()[0] == "1005  is in In production"
    assert "  submit to podOS: done: podOS has it as S-1001" in said
    assert "1005  the order came in before" in everyday.done("apply", "monday.plan")
    assert everyday.taken == {"1005.1": 1}


def test_apply_begins_no_store_of_its_own(everyday: Everyday) -> None:
    """A slip in its name would send the orders of the plan again."""
    said = everyday(
        "plan", "--orders", sample(everyday, "1005"), "--output", "monday.plan", "--store", "a.sqlite"
    )
    assert "a new store begins: a.sqlite" in said.err
    everyday.done("apply", "monday.plan", "--store", "a.sqlite")
    slipped = everyday("apply", "monday.plan", "--store", "b.sqlite")
    assert slipped.code == 2
    assert "there is no store `b.sqlite`" in slipped.err
    assert "a new store" not in everyday("run", "--once", "--store", "a.sqlite").err
    assert everyday.taken == {"1005.1": 1}


def test_orders_of_the_store_by_number_and_by_folder(everyday: Everyday) -> None:
    everyday.done("orders", "import", "samples")
    everyday.done("run", "--once")
    assert "Print again" in everyday.done("plan", "--orders", "1001", "1002", "--event", "Reprint")
    said = everyday("plan", "--folder", "in production", "--event", "Reprint", "--output", "again.plan")
    assert said.out.count("Order 100") == 1
    everyday.done("apply", "again.plan")
    assert everyday.taken == {"1002.1": 1, "1002.2": 1}


def test_what_changed_is_refused_and_named(everyday: Everyday) -> None:
    everyday.done("orders", "import", "samples")
    everyday.done("run", "--once")
    everyday.done("plan", "--folder", "In production", "--event", "Reprint", "--output", "again.plan")
    everyday.done("orders", "move", "1002", "--to", "Shipped")
    said = everyday("apply", "again.plan")
    assert said.code == 1
    assert (
        '1002  refused: the order was changed since: folder was "In production" and is "Shipped"' in said.out
    )
    assert "plan again" in said.err
    assert everyday.taken == {"1002.1": 1}


@pytest.mark.parametrize(
    ("path", "old", "new", "why"),
    [
        ("rules/3-desk.rules", "was lost", "is gone", "the ruleset is another than planned with: rules/3-desk.rules was changed"),
        ("ordinance.yaml", "default_mail_class: Standard ", "default_mail_class: Express ", "ordinance.yaml was changed"),
    ],
)  # fmt: skip
def test_other_rules_or_settings_refuse_it(
    everyday: Everyday, path: str, old: str, new: str, why: str
) -> None:
    everyday.done("plan", "--orders", sample(everyday, "1005"), "--output", "p.plan")
    everyday.replace(path, old, new)
    said = everyday("apply", "p.plan")
    assert (said.code, why in said.out) == (1, True)
    assert everyday.taken == {}


def test_other_credentials_refuse_it(everyday: Everyday, monkeypatch: pytest.MonkeyPatch) -> None:
    everyday.done("plan", "--orders", sample(everyday, "1005"), "--output", "p.plan")
    monkeypatch.setenv("PODOS_TOKEN", "another-token")
    said = everyday("apply", "p.plan")
    assert (said.code, said.out.strip()) == (1, "1005  refused: podOS has other credentials now")


def test_no_secret_is_in_a_plan(everyday: Everyday) -> None:
    everyday.done("plan", "--orders", sample(everyday, "1005"), "--output", "p.plan")
    assert TOKEN.encode() not in everyday.everything()


def test_where_no_key_is_set_what_was_planned_waits(
    everyday: Everyday, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PODOS_TOKEN")
    everyday.done("plan", "--orders", sample(everyday, "1005"), "--output", "p.plan")
    said = everyday("apply", "p.plan")
    assert (said.code, "submit to podOS: waits" in said.out) == (0, True)
    assert "the variable PODOS_TOKEN is not set" in said.err
    monkeypatch.setenv("PODOS_TOKEN", TOKEN)
    everyday.done("run", "--once")
    assert everyday.taken == {"1005.1": 1}


@pytest.mark.parametrize(
    "text", [b"", b"\xff\xfe", b"{}", b'{"schema": "ordinance.plan/1"}\n', b"\x00" * 1000]
)
def test_what_is_no_plan_is_told(everyday: Everyday, text: bytes) -> None:
    (everyday.folder / "x.plan").write_bytes(text)
    said = everyday("apply", "x.plan")
    assert said.code == 2
    assert said.err.startswith("ordinance: `x.plan`: ")
    assert everyday("apply", "none.plan").code == 2


def test_what_cannot_be_planned_is_1_and_the_rest_is_planned(everyday: Everyday) -> None:
    everyday.done("orders", "import", sample(everyday, "1005"))
    sample(everyday, "1006")
    said = everyday("plan", "--orders", "incoming", "--output", "p.plan")
    assert said.code == 1
    assert "order 1005 came in before" in said.out
    assert len(read_plan((everyday.folder / "p.plan").read_text("utf-8")).orders) == 1
    assert everyday("plan").code == 2
    assert everyday("plan", "--orders", "nobody").code == 2
    assert everyday("plan", "--folder", "Shipped").code == 2


def test_an_event_by_hand_is_shown_asked_for_and_done(everyday: Everyday) -> None:
    everyday.done("orders", "import", "samples")
    everyday.done("run", "--once")
    unasked = everyday("event", "Reprint", "--orders", "1002")
    assert (unasked.code, "add `--yes`" in unasked.err) == (2, True)
    assert "Print again" in unasked.out
    assert everyday.taken == {"1002.1": 1}
    said = everyday.done("event", "reprint", "--orders", "1002", "--yes")
    assert "submit to podOS (submission 2): done" in said
    assert everyday.taken == {"1002.1": 1, "1002.2": 1}
    again = everyday.done("event", "Reprint", "--orders", "1002", "--yes")
    assert "submission 3" in again  # another day, another plan


def test_an_event_that_there_is_not_names_the_near_one(everyday: Everyday) -> None:
    everyday.done("orders", "import", "samples")
    said = everyday("event", "Reprnt", "--orders", "1002", "--yes")
    assert (said.code, "`Reprint`" in said.err) == (2, True)


def test_a_button_is_pressed(everyday: Everyday) -> None:
    everyday.done("orders", "import", "samples")
    assert everyday.done("press", "approve artwork", "--order", "1001").strip() == "1001  is in New"
    assert "approved" in everyday.done("orders", "show", "1001")
    wrong = everyday("press", "Approve", "--order", "1001")
    assert (wrong.code, "`Approve artwork`" in wrong.err) == (2, True)
    assert everyday("press", "Approve artwork", "--order", "9").code == 2


def test_a_printer_that_refuses_is_1_and_told(everyday: Everyday) -> None:
    everyday.done("plan", "--orders", sample(everyday, "1005", "sandbox.unknown-sku"), "--output", "p.plan")
    said = everyday("apply", "p.plan")
    assert said.code == 1
    assert said.out.splitlines()[0] == "1005  is in Needs attention"
    assert "submit to podOS: failed" in said.out
    assert 'e-mail to desk@example.com: "Order 1005": needs a person' in said.out
