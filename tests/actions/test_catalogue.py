"""The catalogues against the guides: expected names are the guides' own, never what the code makes of the files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from actions import catalogue
from actions.catalogue import Integration, integrations, read_integration
from actions.entries import Entry, Reason

HERE = Path(__file__).parent
GUIDES = HERE.parents[2] / "shared" / "facts" / "guides.yaml"
LINES: dict[str, int] = YAML(typ="safe").load((HERE / "guide-lines.yaml").read_text("utf-8"))

NO_ENTRY = {
    "od.rule_builder": "finding entries by typing a name: engine/listing.py, tests/engine/test_listing.py"
}


UNGUIDED = {"spod"}
"""Of these the user's guides say nothing."""


def entries() -> Iterator[Entry]:
    yield from catalogue.general().events
    yield from catalogue.general().constructs
    for section in catalogue.general().fields:
        yield from section.fields
    yield from catalogue.verbs().actions
    yield catalogue.pattern().refused
    yield from catalogue.pattern().events
    yield from catalogue.pattern().actions
    for integration in integrations().values():
        yield from integration.entries()


def answered() -> set[str]:
    """Guide lines that some entry names; those of the pattern for each integration that has it, and has a guide."""
    found: set[str] = set()
    printers = [one for one in integrations().values() if one.submission and one.id not in UNGUIDED]
    shared = [*catalogue.pattern().events, *catalogue.pattern().actions]
    for printer in printers:
        for entry in shared:
            found |= {line.replace("{integration}", printer.id) for line in entry.guide}
        for reason in printer.reasons:
            lines = catalogue.pattern().refused.guide
            found |= {
                line.replace("{integration}", printer.id).replace("{reason}", reason.id) for line in lines
            }
    for entry in entries():
        found |= {line for line in entry.guide if "{" not in line}
    return {line for line in found if line.split(".", 1)[0] not in UNGUIDED}


def guide_lines(node: Any) -> Iterator[tuple[str, int]]:
    if isinstance(node, dict):
        if "id" in node:
            yield node["id"], node["phase"]
        for child in node.values():
            yield from guide_lines(child)
    elif isinstance(node, list):
        for child in node:
            yield from guide_lines(child)


@pytest.mark.parametrize("line", [line for line, phase in LINES.items() if phase == 1])
def test_every_line_of_the_guides_that_is_to_work_now_has_an_entry(line: str) -> None:
    assert line in answered() or line in NO_ENTRY


def test_no_entry_answers_a_line_that_the_guides_have_not() -> None:
    ours = {"od.custom.event", "od.custom.button"}  # the guides' `custom:`, which has no ids
    answers = ("invalid_sku", "no_products", "general_error")
    of_pov = {f"pov.{name}" for name in ("scheduled", "before_submit", "after_submit", "submit")}
    of_pov |= {f"pov.not_submitted.{reason}" for reason in answers}  # POV's guide names no events
    assert answered() - set(LINES) - ours - of_pov == set()


@pytest.mark.skipif(not GUIDES.exists(), reason="the guides are not beside this checkout")
def test_the_list_of_guide_lines_is_the_guides_own() -> None:
    assert dict(guide_lines(YAML(typ="safe").load(GUIDES.read_text("utf-8")))) == LINES


@pytest.mark.skipif(not GUIDES.exists(), reason="the guides are not beside this checkout")
def test_the_general_events_are_order_desks() -> None:
    wanted = YAML(typ="safe").load(GUIDES.read_text("utf-8"))["order_desk"]["general_events"]
    assert [event.label for event in catalogue.general().events if event.source != "ours"] == wanted


def test_every_entry_says_what_it_is_in_one_line_and_where_the_fact_is_from() -> None:
    for entry in entries():
        for text in (entry.doc, entry.source):
            assert text == text.strip(), entry
            assert len(text.splitlines()) == 1, entry
            assert not text.endswith("."), entry


def test_podos_has_the_settings_of_its_guide_under_the_guides_names() -> None:
    guide = [s.name for s in integrations()["podos"].settings if not s.source.endswith("ours")]
    assert guide == [
        "project",
        "token",
        "after_import_move_to",
        "after_shipment_move_to",
        "default_mail_class",
        "shipping_class_match",
        "product_code_match",
        "product_code_skip",
        "inventory_location_match",
        "picklist_message_field",
        "gift_message_field",
    ]


def test_podos_has_exactly_the_reasons_of_its_guide() -> None:
    assert {(reason.id, reason.phrase) for reason in integrations()["podos"].reasons} == {
        ("invalid_sku", "Because of Invalid SKU"),
        ("no_products", "Because No Products Available"),
        ("general_error", "Because of General Error"),
    }


@pytest.mark.parametrize(
    ("integration", "setting"), [("podos", "token"), ("pov", "customer_id"), ("printavo", "token")]
)
def test_what_connects_a_shop_is_a_secret(integration: str, setting: str) -> None:
    found = integrations()[integration].setting(setting)
    assert found is not None
    assert found.type == "secret"


def test_pov_takes_test_or_live_orders_and_test_is_the_default() -> None:
    mode = integrations()["pov"].setting("order_mode")
    assert mode is not None
    assert (mode.choices, mode.default) == (("test", "live"), "test")


def test_every_folder_setting_acts() -> None:
    for integration in integrations().values():
        for setting in integration.settings:
            assert (setting.type == "folder") == (setting.acts is not None), setting.name


def test_actions_that_need_printavo_or_inksoft_say_that_nothing_performs_them_yet() -> None:
    actions = {a.id: a for name in ("inksoft", "printavo") for a in integrations()[name].actions}
    assert set(actions) == {
        "{connection}.share",
        "{connection}.create_invoice",
        "{connection}.add_to_invoice",
    }
    assert all(action.not_yet for action in actions.values())


SMALL: dict[str, Any] = {"label": "Inkwell", "kind": "printer", "doc": "a printer", "source": "ours"}
REASON = {"id": "bad", "name": "Bad", "phrase": "Because Bad", "doc": "bad", "source": "ours"}


def test_an_integration_has_its_own_settings_then_those_of_the_groups_it_asks_for() -> None:
    key = {"type": "secret", "doc": "the key", "source": "ours"}
    found = read_integration({**SMALL, "settings": {"key": key}, "groups": ["folders"]}, "inkwell")
    names = [setting.name for setting in found.settings]
    assert names == ["key", "after_import_move_to", "after_shipment_move_to", "if_canceled_move_to"]
    moves = found.setting("after_import_move_to")
    assert moves is not None
    assert moves.guide == ("inkwell.after_import_move_to",)


@pytest.mark.parametrize(
    "wrong",
    [
        {"labels": "Inkwell"},
        {"kind": "factory"},
        {"groups": ["foldres"]},
        {"submission": True},
        {"reasons": [REASON]},
        {"settings": {"key": {"type": "password", "doc": "the key", "source": "ours"}}},
        {"settings": {"mode": {"type": "choice", "doc": "the mode", "source": "ours"}}},
        {"settings": {"key": {"type": "text", "doc": "the key"}}},
        {
            "settings": {"after_import_move_to": {"type": "text", "doc": "x", "source": "ours"}},
            "groups": ["folders"],
        },
        {
            "fields": [
                {
                    "under": {"item": "the item"},
                    "source": "ours",
                    "fields": {"x": {"type": "txt", "doc": "x"}},
                }
            ]
        },
        {
            "events": [
                {"id": "{connection}.x", "label": "X", "doc": "x", "source": "ours", "fields": ["message"]}
            ]
        },
    ],
)
def test_a_catalogue_that_says_what_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    assert isinstance(read_integration(SMALL, "inkwell"), Integration)
    with pytest.raises(ValueError):  # noqa: PT011  pydantic's is one too, and its wording is its own
        read_integration({**SMALL, **wrong}, "inkwell")


def test_a_reason_is_data_of_the_integration() -> None:
    found = read_integration({**SMALL, "submission": True, "reasons": [REASON]}, "inkwell")
    assert found.reasons == (Reason.model_validate(REASON),)
