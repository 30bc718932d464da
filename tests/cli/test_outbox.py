"""`ordinance outbox`: what waits, what is stuck, and a person's word on it."""

from __future__ import annotations

import pytest

from events.jsontext import loads
from tests.cli.everyday import Everyday, everyday, sample

__all__ = ["everyday"]


def test_what_waits_is_listed_and_shown(everyday: Everyday) -> None:
    everyday.done("orders", "import", "samples")
    row = everyday.done("outbox", "list").splitlines()[1].split()
    assert row == ["1", "1002", "submit", "to", "podOS", "waits"]
    shown = everyday.done("outbox", "show", "1")
    assert "wanted by  Print at podOS" in shown
    assert "ordinance outbox resolve 1 --give-up" in shown
    assert everyday("outbox", "show", "2").code == 2


def test_what_is_done_is_listed_only_where_all_is(everyday: Everyday) -> None:
    everyday.done("orders", "import", "samples")
    everyday.done("run", "--once")
    assert everyday("outbox", "list").err.strip() == "nothing waits"
    assert "done" in everyday.done("outbox", "list", "--all", "--order", "1002")
    (line,) = everyday.done("outbox", "list", "--all", "--format", "json").splitlines()
    data = loads(line)
    assert (data["schema"], data["state"], data["effect"]["connection"]) == (
        "ordinance.outbox/1",
        "done",
        "podos",
    )
    assert [each["outcome"] for each in data["attempts"]] == ["done"]


def test_an_e_mail_without_a_server_waits_for_a_person_and_is_given_up(everyday: Everyday) -> None:
    everyday.done("orders", "import", sample(everyday, "1005", "sandbox.unknown-sku"))
    assert everyday("run", "--once").code == 1
    listed = everyday("outbox", "list")
    assert 'e-mail to desk@example.com: "Order 1005"' in listed.out
    assert "no mail server is set up" in listed.out
    assert "1 of them needs a person" in listed.err
    assert everyday("outbox", "resolve", "2").code == 2  # how did it end?
    assert everyday("outbox", "resolve", "2", "--done", "--give-up").code == 2
    assert "is given up" in everyday.done("outbox", "resolve", "2", "--give-up")
    everyday.done("run", "--once")
    assert everyday("outbox", "list").err.strip() == "nothing waits"


def test_what_waits_for_a_connection_whose_name_is_another_says_so(everyday: Everyday) -> None:
    everyday.done("orders", "import", "samples")
    everyday.replace("ordinance.yaml", "  podos:", "  printer:\n    uses: podos\n    label: podOS")
    gone = "ordinance.yaml has no connection `podos` any more"
    assert gone in everyday("run", "--once").err
    assert gone in everyday.done("outbox", "list")
    assert gone in everyday.done("outbox", "show", "1")
    everyday.replace("ordinance.yaml", "  printer:\n    uses: podos", "  podos:")
    assert gone not in everyday("run", "--once").err
    assert everyday.taken == {"1002.1": 1}


def test_trying_again_is_done_with_what_is_set_now(
    everyday: Everyday, monkeypatch: pytest.MonkeyPatch
) -> None:
    everyday.done("orders", "import", sample(everyday, "1005"))
    monkeypatch.setenv("OTHER_TOKEN", "another-canary-token")
    everyday.replace("ordinance.yaml", "${PODOS_TOKEN}", "${OTHER_TOKEN}")
    assert everyday("run", "--once").code == 1
    assert "planned with other credentials for podOS" in everyday.done("outbox", "list")
    assert everyday.taken == {}
    everyday.replace("ordinance.yaml", "${OTHER_TOKEN}", "${PODOS_TOKEN}")
    everyday.done("outbox", "retry", "--at", "podos")
    everyday.done("run", "--once")
    assert everyday.taken == {"1005.1": 1}


def test_what_did_happen_is_said_with_the_printers_number(everyday: Everyday) -> None:
    everyday.done("orders", "import", sample(everyday, "1005"))
    everyday.done("outbox", "resolve", "1", "--done", "--number", "S-10442")
    everyday.done("run", "--once")
    assert everyday.taken == {}
    assert "podOS: accepted as S-10442" in everyday.done("orders", "show", "1005")


def test_what_is_settled_is_not_settled_again(everyday: Everyday) -> None:
    everyday.done("orders", "import", "samples")
    everyday.done("run", "--once")
    for words in (["retry", "1"], ["resolve", "1", "--give-up"]):
        said = everyday("outbox", *words)
        assert said.code == 1
        assert "1 stays as it is: `submit to podOS` is done (podOS has it as S-1001)" in said.err
    assert everyday("outbox", "retry", "9").code == 2
    assert everyday("outbox", "retry").code == 2


def test_it_works_where_the_rules_have_errors(everyday: Everyday) -> None:
    everyday.done("orders", "import", "samples")
    everyday.write("rules/9-wrong.rules", "rule broken")
    everyday.done("outbox", "list")
    everyday.done("outbox", "resolve", "1", "--give-up")
