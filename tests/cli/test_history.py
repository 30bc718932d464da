"""`ordinance history`: *why is this order in this folder?*"""

from __future__ import annotations

from events.jsontext import loads
from tests.cli.everyday import Everyday, everyday, sample

__all__ = ["everyday"]


def test_which_rule_did_it_and_why_and_by_which_revision(everyday: Everyday) -> None:
    everyday.done("orders", "import", sample(everyday, "1005", "sandbox.unknown-sku"))
    assert everyday("run", "--once").code == 1  # an e-mail, and no mail server
    text = " ".join(everyday.done("history", "1005").split())
    assert (
        'Order 1005 is in "Needs attention", moved there by rule "Park orders with a SKU that podOS does not know", '
        "because a person has to mend the SKU before it can print"
    ) in text
    assert "Print at podOS: scheduled to podOS" in text
    revision = everyday.store().history("1005")[0].ruleset
    assert f"by revision {revision[:12]} of the rules" in text


def test_a_setting_and_a_person_are_named_too(everyday: Everyday) -> None:
    everyday.done("orders", "import", "samples")
    everyday.done("run", "--once")
    text = " ".join(everyday.done("history", "1002").split())
    assert 'moved there by podOS setting: after import, move to "In production"' in text
    everyday.done("orders", "move", "1002", "--to", "New")
    assert ", by hand" in " ".join(everyday.done("history", "1002").split())


def test_the_carts_number_leads_to_our_own(everyday: Everyday) -> None:
    path = sample(everyday, "1005")
    path.write_text(path.read_text("utf-8").replace('"source_id": "1005"', '"source_id": "W-77"'), "utf-8")
    everyday.done("orders", "import", path)
    said = everyday("history", "#W-77")
    assert said.code == 2
    assert "number W-77 of Order Desk is order `1005` here" in said.err


def test_two_revisions_are_told_apart(everyday: Everyday) -> None:
    everyday.done("orders", "import", "samples")
    everyday.replace("rules/3-desk.rules", "a person has to look", "somebody has to look")
    everyday.done("press", "Approve artwork", "--order", "1001")
    assert everyday.done("history", "1001").count("by revision") == 2


def test_for_programs(everyday: Everyday) -> None:
    everyday.done("orders", "import", "samples")
    lines = [loads(line) for line in everyday.done("history", "1002", "--format", "json").splitlines()]
    assert {each["schema"] for each in lines} == {"ordinance.history/1"}
    assert [each["who"] for each in lines] == ["Ordinance", "Print at podOS", "podOS"]
