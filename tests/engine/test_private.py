"""A private printer: described in the ruleset, named by its rules, submitted to in a dry run; and slips in its file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.preparing.prepared import Prepared, Refused
from engine.dry_run import DryRun, Run
from engine.folder import DiskFolder
from engine.opened import Opened, open_ruleset
from engine.private import read_printer
from events.event import Event
from events.order import Order
from tests.engine.private_printers import ACME, SHOP, shop

NOW = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)


def order(**item: object) -> Order:
    address = {
        "first_name": "Ada",
        "last_name": "Byron",
        "address1": "1 Mill Lane",
        "city": "Leeds",
        "country": "GB",
    }
    line = {"id": "1", "code": "TEE", "quantity": 2, "metadata": {"print_sku": "P1", "thread": "red"}, **item}
    return Order.model_validate({"id": "9", "shipping": address, "order_items": [line]})


def dry(opened: Opened, of: Order) -> Run:
    event = Event("order.imported", "Order is Imported", of.id, NOW, {})
    return DryRun(opened, opened.program()).run(event, of)


def findings(acme: str = ACME, config: str = SHOP, **more: str) -> list[tuple[str, str, str | None]]:
    found = open_ruleset(shop(acme, config, **more)).checked.findings
    return [(each.code, each.message, each.help) for each in found]


def test_a_printer_of_the_shops_own_is_submitted_to_like_any_other() -> None:
    opened = open_ruleset(shop())
    assert [each.message for each in opened.checked.findings] == []
    run = dry(opened, order())
    (sent,) = [each for performed in run.performed.values() for each in performed]
    assert isinstance(sent.prepared, Prepared)
    assert [line.fields for line in sent.prepared.items] == [{"print_sku": "P1", "thread": "red"}]
    assert run.orders["9"].folder == "Done"
    assert [turn.event.label for turn in run.turns][:4] == [
        "Order is Imported",
        "Order Scheduled to Acme Print",
        "Before Order Submitted to Acme Print",
        "After Order Submitted to Acme Print",
    ]


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ({"metadata": {"thread": "red"}}, "MissingPrintDetails"),
        ({"quantity": 51}, "the order has 51 pieces, and Acme Print takes at most 50 in one order: split it"),
    ],
)
def test_what_it_asks_is_asked(item: dict[str, object], said: str) -> None:
    run = dry(open_ruleset(shop()), order(**item))
    (tried,) = [each for performed in run.performed.values() for each in performed]
    assert isinstance(tried.prepared, Refused)
    assert run.orders["9"].folder == "Trouble"
    assert said in run.orders["9"].notes[0].content


def test_its_own_item_fields_may_be_named_by_rules() -> None:
    spec = open_ruleset(shop()).schema.fields["item.thread"]
    assert (spec.kind, spec.writable, spec.integration) == ("print", True, "acme")


def test_one_whose_facts_nobody_knows_is_marked() -> None:
    unsure = open_ruleset(shop(ACME.replace("evidence: observed", "evidence: unverified")))
    told = [opened.schema.connections["acme"].told for opened in (open_ruleset(shop()), unsure)]
    assert told == ["Acme Print", "Acme Print (unverified)"]


def test_two_connections_may_use_it() -> None:
    config = SHOP + "  acme-eu: {uses: acme, label: Acme EU, token: '${ACME_EU}', default_mail_class: Post}\n"
    opened = open_ruleset(shop(config=config))
    assert [each.code for each in opened.checked.errors] == []
    assert opened.schema.connection("Acme EU") is not None


@pytest.mark.parametrize(
    ("old", "new", "said", "advice"),
    [
        ("limits: {quantity: 50}", "limts: {quantity: 50}", "there is no setting `limts` here", "`limits`"),
        ("{quantity: 50}", "{quantity: lots}", "`quantity` is a whole number, and this is `lots`", None),
        ("need: all", "need: every", "`need` is `all` or `any`, and this is `every`", None),
        ("evidence: observed", "evidence: sure", "`evidence` is `published`, `observed` or `unverified`", None),
        ("method: POST", "methd: POST", "`method` is missing here", "add `method:`"),
        ("item.print_sku", "item.prnt_sku", "there is no field `item.prnt_sku`", "print_sku"),
        ("{submission.reference}", "{submission.reference", "found a `{` without its other half", None),
        ("call: place", "call: palce", "there is no call `palce` among the operations", "`place`"),
        ("bearer: \"{connection.token}\"", "bearer: \"{connection.tokn}\"", "", None),
        ("idempotency: none", "idempotency: hopefully", "`idempotency` is `native key`", None),
    ],
)  # fmt: skip
def test_a_slip_is_told_with_its_place(old: str, new: str, said: str, advice: str | None) -> None:
    """And the connection that uses it is not called unknown as well."""
    assert old in ACME
    found = findings(ACME.replace(old, new))
    assert {code for code, _, _ in found} == {"E391"}
    assert any(said in message and (advice or "") in (more or "") for _, message, more in found)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("label: Acme Print\n", "", "`label` is missing here"),
        ("submission:\n", "submision:\n", "`submission` is missing"),
        ("submission:\n", "submision:\n", "there is no setting `submision` here"),
        ("settings:\n  token", "reasons: 3\nsettings:\n  token", "`reasons` is a list, and this is `3`"),
        ("settings:\n  token", "groups: [shiping]\nsettings:\n  token", "no such group of settings: shiping"),
        ("settings:\n  token", "groups: 3\nsettings:\n  token", "`groups` is a list"),
    ],
)
def test_a_slip_in_what_it_is_leaves_its_connection_and_events_alone(old: str, new: str, said: str) -> None:
    found = findings(ACME.replace(old, new))
    assert any(said in message for _, message, _ in found)
    assert not {code for code, _, _ in found} & {"E281", "E282", "E202", "E206"}


def test_a_slips_place_is_where_it_stands() -> None:
    opened = open_ruleset(shop(ACME.replace("item.print_sku", "item.prnt_sku")))
    (found,) = opened.checked.findings
    assert (found.span.source.path, found.span.text) == ("integrations/acme.yaml", '"{item.prnt_sku}"')


def test_a_secret_that_stands_in_the_file_is_shown_by_nothing() -> None:
    canary = "canary-acme-771"
    for written in (
        f"bearer: {canary}",
        f"header: {{X-Key: {canary}}}",
        f"basic: {{user: me, password: {canary}}}",
    ):
        opened = open_ruleset(shop(ACME.replace('bearer: "{connection.token}"', written)))
        assert "a secret does not stand in a file" in opened.checked.findings[0].message
        shown = [each.span.source.text + each.message + (each.help or "") for each in opened.checked.findings]
        shown += [source.text for source in opened.ruleset.sources.values()]
        assert not [text for text in shown if canary in text]


def test_a_secret_setting_of_it_is_a_reference() -> None:
    (code, message, _) = findings(config=SHOP.replace("${ACME_TOKEN}", "abcdef123"))[0]
    assert (code, message) == ("E390", "`token` is a secret, and a secret does not stand in a file")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("integrations/podos.yaml", "there is an integration `podos` already: podOS"),
        ("integrations/order.yaml", "`order` cannot be the name of a printer"),
        ("integrations/Acme Two.yaml", "`Acme Two` cannot be the name of a printer"),
        ("integrations/acme.yml", "two files describe the printer `acme`"),
    ],
)
def test_a_printers_name_is_its_files_and_its_own(path: str, said: str) -> None:
    found = findings(**{path: ACME})
    assert [(code, message) for code, message, _ in found] == [("E391", said)]


def test_a_description_need_not_say_how_orders_are_sent() -> None:
    """Then they are dry-run."""
    opened = open_ruleset(shop(ACME[: ACME.index("adapter:")]))
    assert opened.checked.findings == ()
    assert opened.ruleset.printers["acme"].adapter is None
    assert dry(opened, order()).orders["9"].folder == "Done"


def test_a_change_of_it_is_a_change_of_the_ruleset() -> None:
    again = open_ruleset(shop(ACME.replace("quantity: 50", "quantity: 60"))).ruleset.digest
    assert again != open_ruleset(shop()).ruleset.digest


def test_it_is_found_again_from_what_was_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path
    monkeypatch.setenv("ORDINANCE_CACHE", str(root / "kept"))
    for path, data in shop().files.items():
        (root / "shop" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "shop" / path).write_bytes(data)
    for _ in range(2):
        opened = open_ruleset(DiskFolder(root / "shop"))
        assert dry(opened, order()).orders["9"].folder == "Done"
        assert set(opened.ruleset.printers) == {"acme"}


@pytest.mark.parametrize(
    "text", ["", "label", "- a\n- b", "label: [", "a: &a [*a]", "x: !!python/object:os.system {}", "\0", "3"]
)
def test_whatever_the_file_says_is_a_finding(text: str) -> None:
    assert read_printer("integrations/acme.yaml", text).found


LINES = ACME.splitlines()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_file_with_any_line_spoilt_is_read_or_told(data: st.DataObject) -> None:
    """Never an exception, and never both usable and wrong."""
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        whole = st.sampled_from(
            ["", "x", "x: 1", "  - 3", "    a: {b: [1, {c: ~}]}", "adapter: []", "label: 5"]
        )
        tail = data.draw(st.text(alphabet="{}[]:\"'-#ab.&*!|>0 ", max_size=20))
        broken = data.draw(whole | st.just(lines[at][:12] + tail))
        lines[at] = broken
    read = read_printer("integrations/acme.yaml", "\n".join(lines))
    assert (read.printer is None) == bool(read.found)
