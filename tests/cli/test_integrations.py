"""`ordinance integrations`: connecting, checking, disconnecting, in clear words."""

from __future__ import annotations

import base64

import pytest

from tests.actions.mail_server import Mailbox, mail_server
from tests.cli.everyday import TOKEN, Everyday, everyday, sample

__all__ = ["everyday"]


def test_the_list_says_how_each_stands(everyday: Everyday, monkeypatch: pytest.MonkeyPatch) -> None:
    said = everyday("integrations", "list")
    assert said.out.splitlines()[1].split() == ["podos", "podOS", "live", "can", "be", "used"]
    assert "not connected: POV (unverified); `ordinance integrations connect pov` connects it" in said.err
    monkeypatch.delenv("PODOS_TOKEN")
    assert "the variable PODOS_TOKEN is not set (`token` of connection `podos`" in everyday.done(
        "integrations", "list"
    )


def test_a_check_that_is_right(everyday: Everyday) -> None:
    assert everyday.done("integrations", "check").startswith(
        "podos  ok: podOS knows the project `my-project-12345`"
    )
    assert everyday("integrations", "check", "podoss").code == 2


def test_a_wrong_key(everyday: Everyday, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PODOS_TOKEN", "wrong-canary-1")
    said = everyday("integrations", "check", "podos")
    assert said.code == 1
    assert (
        "podOS did not accept the API token: check `token` of connection `podos` in ordinance.yaml"
        in said.out
    )
    assert "canary" not in said.out + said.err


def test_a_key_of_another_project(everyday: Everyday, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that says itself which project it is for."""
    claims = base64.urlsafe_b64encode(b'{"sub": "other-777"}').decode().rstrip("=")
    monkeypatch.setenv("PODOS_TOKEN", f"head.{claims}.canary")
    said = everyday("integrations", "check")
    assert said.code == 1
    assert "the token is for the project `other-777`, and `project` is `my-project-12345`" in said.out


def test_a_plan_that_does_not_allow_it(everyday: Everyday) -> None:
    everyday.server.fail("403.list")
    said = everyday("integrations", "check")
    assert (said.code, "podOS does not allow this API token to do this" in said.out) == (1, True)


def test_a_printer_that_is_not_there(everyday: Everyday) -> None:
    everyday.replace("ordinance.yaml", everyday.server.url, "http://127.0.0.1:1/v1")
    said = everyday("integrations", "check")
    assert (said.code, "127.0.0.1 could not be reached: nothing listens there" in said.out) == (1, True)


def test_a_connection_that_was_paused_goes_on_after_a_good_check(everyday: Everyday) -> None:
    everyday.done("orders", "import", "samples")
    everyday.server.fail("401.create")
    everyday("run", "--once")
    assert "paused since" in everyday.done("integrations", "list")
    assert "podos goes on" in everyday("integrations", "check").err
    assert "paused" not in everyday.done("integrations", "list")


def test_connecting_writes_references_and_keeps_the_comments(
    everyday: Everyday, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (everyday.folder / "ordinance.yaml").read_text("utf-8")
    monkeypatch.setenv("EU_TOKEN", TOKEN)
    words = [
        "podos-eu",
        "--uses",
        "podos",
        "--label",
        "podOS EU",
        "project=my-project-12345",
        "token=${EU_TOKEN}",
    ]
    said = everyday("integrations", "connect", *words, f"base_url={everyday.server.url}")
    assert (said.code, "podos-eu  ok:" in said.out) == (0, True)
    after = (everyday.folder / "ordinance.yaml").read_text("utf-8")
    assert [line for line in after.splitlines() if line not in before.splitlines()] == [
        "  podos-eu:", "    uses: podos", "    label: podOS EU", "    token: ${EU_TOKEN}",
        f"    base_url: {everyday.server.url}",
    ]  # fmt: skip
    assert [line for line in before.splitlines() if line not in after.splitlines()] == []
    assert everyday.done("check") is not None


def test_a_secret_gets_a_variable_of_its_own_and_the_next_step_is_told(everyday: Everyday) -> None:
    said = everyday("integrations", "connect", "pov")
    assert said.code == 1
    assert "the variable POV_CUSTOMER_ID is not set" in said.out
    assert "customer_id: ${POV_CUSTOMER_ID}" in (everyday.folder / "ordinance.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["podos-eu"], "a connection with a name of its own says `--uses`"),
        (["podos-eu", "--uses", "podos"], "podOS needs `project`"),
        (["pov", "customer_id=canary-literal"], "a secret does not stand in a file"),
        (["pov", "custmer_id=x"], "`customer_id`"),
        (["pov", "order_mode=prod"], "the ruleset would have errors then"),
        (["pov", "order_mode"], "has no value"),
        (["Pov"], "is not a name for a connection"),
        (["podos"], "is connected already"),
    ],
)
def test_what_cannot_be_connected_changes_nothing(everyday: Everyday, words: list[str], why: str) -> None:
    before = (everyday.folder / "ordinance.yaml").read_bytes()
    said = everyday("integrations", "connect", *words)
    assert (said.code, why in said.err) == (2, True), said.err
    assert (everyday.folder / "ordinance.yaml").read_bytes() == before
    assert "canary-literal" not in (everyday.folder / "ordinance.yaml").read_text()


def test_disconnecting_is_refused_while_something_is_to_be_done_there(everyday: Everyday) -> None:
    everyday.done("orders", "import", "samples")
    said = everyday("integrations", "disconnect", "podos", "--yes")
    assert (said.code, "1 thing still to be done at podOS" in said.err) == (2, True)


def test_disconnecting_is_refused_while_rules_name_it(everyday: Everyday) -> None:
    before = (everyday.folder / "ordinance.yaml").read_bytes()
    said = everyday("integrations", "disconnect", "podos", "--yes")
    assert (said.code, "the ruleset would have errors then" in said.err) == (2, True)
    assert "unknown connection `podOS`" in said.err
    assert (everyday.folder / "ordinance.yaml").read_bytes() == before


def test_disconnecting_takes_out_what_connecting_wrote(everyday: Everyday) -> None:
    before = (everyday.folder / "ordinance.yaml").read_bytes()
    everyday("integrations", "connect", "pov")
    assert everyday("integrations", "disconnect", "pov").code == 2  # nobody is here to say yes
    everyday.done("integrations", "disconnect", "pov", "--yes")
    assert (everyday.folder / "ordinance.yaml").read_bytes() == before


def test_the_mail_server_is_asked_too(everyday: Everyday, monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_server(Mailbox(password="right-canary")) as box:
        mail = f"mail: {{server: 127.0.0.1, port: {box.port}, security: none, user: shop, password: '${{MAIL_PASSWORD}}', from: a@b.example}}\n"
        everyday.write("ordinance.yaml", (everyday.folder / "ordinance.yaml").read_text("utf-8") + mail)
        assert (
            "mail  e-mails are not sent: the variable MAIL_PASSWORD is not set"
            in everyday("integrations", "check").out
        )
        monkeypatch.setenv("MAIL_PASSWORD", "wrong-canary")
        said = everyday("integrations", "check")
        assert (said.code, "did not accept `user` and `password`" in said.out) == (1, True)
        monkeypatch.setenv("MAIL_PASSWORD", "right-canary")
        assert "mail  ok: " in everyday.done("integrations", "check")
    assert b"canary" not in everyday.everything()


def test_what_is_unverified_says_so_wherever_it_is_shown(
    everyday: Everyday, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As facts that nobody published are."""
    monkeypatch.setenv("POV_CUSTOMER_ID", TOKEN)
    everyday(
        "integrations", "connect", "pov", "test_base_url=http://127.0.0.1:1/api", "default_mail_class=Ground"
    )
    rules = 'rule "Print at POV"\n  on "Order is Imported"\n  do submit to POV\n'
    everyday.write("rules/0-pov.rules", rules)
    order = sample(everyday, "1005")
    asked = ["--order", order], ["--orders", order]
    assert "Not sent to POV (unverified)" in everyday("dry-run", *asked[1], "--all").out
    assert "not submitted to POV (unverified)" in everyday("dry-run", *asked[1]).out
    assert "to POV (unverified)" in everyday("plan", *asked[1], "--output", "p.plan").out
    everyday("orders", "import", order)
    assert "submit to POV (unverified)" in everyday("outbox", "list").out
    assert "POV (unverified)" in everyday("integrations", "list").out
    assert "unverified" in everyday("integrations", "check", "pov").out
    assert "unverified" in everyday.done("catalog", "events", "pov")
    assert "taken by POV (unverified)" in everyday("run", "--sandbox", "--once", "--orders", order).out
    assert "POV (test mode, unverified)" in everyday("run", "--once").err
