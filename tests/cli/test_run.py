"""`ordinance run`: once, as a service, and against the sandbox; and that no secret gets anywhere."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.cli import run as command_line
from tests.actions.mail_server import Mailbox, mail_server
from tests.cli.conftest import Call, Shop
from tests.cli.everyday import TOKEN, Everyday, everyday, sample

__all__ = ["everyday"]
ROOT = Path(__file__).parents[2]


def test_once_does_what_is_due_and_the_order_ships(everyday: Everyday) -> None:
    everyday.done("orders", "import", "samples")
    said = everyday("run", "--once")
    assert (said.code, said.out.strip()) == (0, "1 thing done, 0 to be done later, 0 for a person")
    assert "connected: podOS" in said.err
    everyday.server.tick(120)
    everyday.done("run", "--once")
    assert 'is in "Shipped", moved there by podOS setting' in " ".join(
        everyday.done("history", "1002").split()
    )
    assert everyday.taken == {"1002.1": 1}


def test_without_a_key_nothing_is_sent_and_nothing_is_lost(
    everyday: Everyday, monkeypatch: pytest.MonkeyPatch
) -> None:
    everyday.done("orders", "import", "samples")
    monkeypatch.delenv("PODOS_TOKEN")
    said = everyday("run", "--once")
    assert (said.code, said.out.strip()) == (0, "0 things done, 1 to be done later, 0 for a person")
    assert "no printer is connected" in said.err
    assert "the variable PODOS_TOKEN is not set" in said.err


def test_e_mails_leave_over_the_shops_server_and_wait_where_its_password_is_not_set(
    everyday: Everyday, monkeypatch: pytest.MonkeyPatch
) -> None:
    everyday.done("orders", "import", sample(everyday, "1005", "sandbox.unknown-sku"))
    with mail_server(Mailbox(password="mail-canary")) as box:
        mail = (
            f"mail: {{server: 127.0.0.1, port: {box.port}, security: none, user: shop, "
            "password: '${MAIL_PASSWORD}', from: orders@acme.example}\n"
        )
        everyday.write("ordinance.yaml", (everyday.folder / "ordinance.yaml").read_text("utf-8") + mail)
        said = everyday("run", "--once")
        assert said.out.strip() == "1 thing done, 1 to be done later, 0 for a person"
        assert "e-mails are not sent: the variable MAIL_PASSWORD is not set" in said.err
        monkeypatch.setenv("MAIL_PASSWORD", "mail-canary")
        everyday.done("run", "--once")
    (letter,) = box.letters
    assert b"Subject: Order 1005" in letter
    assert b"canary" not in everyday.everything()


@pytest.mark.parametrize(
    "fault",
    [
        "401.create",
        "403.create",
        "404.create",
        "429.create",
        "500.create",
        "html.create",
        "400.create",
        "error-200.create",
    ],
)
def test_no_secret_gets_anywhere_whatever_the_printer_says(everyday: Everyday, fault: str) -> None:
    everyday.done("orders", "import", sample(everyday, "1005"))
    everyday.server.fail(fault)
    everyday("run", "--once")
    for words in (
        ["history", "1005"],
        ["outbox", "list", "--all", "--format", "json"],
        ["outbox", "show", "1"],
        ["orders", "show", "1005"],
    ):
        everyday(*words)
    everyday("integrations", "check")
    everyday("plan", "--orders", "1005", "--event", "Reprint", "--output", "p.plan")
    assert TOKEN.encode() not in everyday.everything()


def test_rules_with_errors_do_not_run(everyday: Everyday) -> None:
    everyday.write("rules/9-wrong.rules", "rule broken")
    assert everyday("run", "--once").code == 2


def test_a_store_of_real_orders_is_not_for_the_sandbox(everyday: Everyday) -> None:
    everyday.done("orders", "import", "samples")
    said = everyday("run", "--sandbox", "--once", "--store", ".ordinance/store.sqlite")
    assert (said.code, "this store is of real orders" in said.err) == (2, True)
    everyday.done("run", "--sandbox", "--once", "--store", "played.sqlite")
    said = everyday("run", "--once", "--store", "played.sqlite")
    assert (said.code, "this store is of the sandbox" in said.err) == (2, True)
    assert everyday.taken == {}


def test_the_sandbox_needs_no_account_and_tells_the_story(
    shop: Shop, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PODOS_TOKEN", raising=False)
    folder = shop("podos", "pov")
    said = call("run", "--sandbox", "--once")
    assert said.code == 0, said
    text = " ".join(said.out.split())
    assert "Sandbox: nothing left this machine" in text
    assert 'Order 1002 is in "Shipped", moved there by podOS setting: after shipment' in text
    assert "taken by podOS 1, each once parcels from there 1" in text
    assert not (folder / ".ordinance" / "store.sqlite").exists()
    assert "Print at podOS: scheduled to podOS" in call("run", "--sandbox", "--once", "--all").out


def test_what_would_be_mailed_in_the_sandbox_is_a_file(everyday: Everyday) -> None:
    said = everyday("run", "--sandbox", "--once", "--orders", sample(everyday, "1005", "sandbox.unknown-sku"))
    assert (said.code, "e-mails and posts" in said.out) == (0, True)
    (letter,) = (everyday.folder / ".ordinance" / "mailbox").glob("*.eml")
    assert "Subject: Order 1005" in letter.read_text()
    assert everyday.taken == {}


@pytest.mark.parametrize(
    "fault",
    ["500.create", "429.confirm", "reset-after.confirm", "html-after.create", "half.confirm", "401.create"],
)
def test_the_sandbox_prints_each_order_once_whatever_goes_wrong(everyday: Everyday, fault: str) -> None:
    """`sandbox.KIND.CALL` as the customer's name; the clock skips the waiting."""
    path = sample(everyday, "1005")
    path.write_text(path.read_text().replace('"Robin"', f'"sandbox.{fault}"'))
    said = everyday("run", "--sandbox", "--once", "--orders", path)
    assert (said.code, "1, each once" in said.out) == (0, True), said


@pytest.mark.parametrize("ruleset", ["podos", "pov", "order-desk", "inksoft-printavo"])
def test_every_ruleset_that_ships_runs_in_the_sandbox(
    ruleset: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import shutil

    shutil.copytree(
        ROOT / "rulesets" / ruleset, tmp_path / ruleset, ignore=shutil.ignore_patterns(".ordinance")
    )
    assert command_line(["run", "--sandbox", "--once", str(tmp_path / ruleset)]) == 0
    assert "OF THEM TWICE" not in capsys.readouterr().out


def service(folder: Path, *words: str) -> subprocess.Popen[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PODOS_TOKEN": TOKEN}
    return subprocess.Popen(
        [sys.executable, "-m", "engine.cli", *words], cwd=folder, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )  # fmt: skip


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to that in time"
        time.sleep(0.05)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_the_service_sends_what_comes_in_and_ends_when_it_is_told_to(
    everyday: Everyday, end: signal.Signals
) -> None:
    everyday.done("orders", "import", "samples")
    running = service(everyday.folder, "run")
    try:
        until(lambda: everyday.taken == {"1002.1": 1})
        until(lambda: "accepted" in everyday.done("orders", "list"))
        running.send_signal(end)
        out, err = running.communicate(timeout=30)
    finally:
        running.kill()
    assert running.returncode == 0, err
    assert "connected: podOS" in err
    assert err.rstrip().endswith("ended")
    assert TOKEN not in out + err


def test_the_sandbox_prints_its_addresses_and_answers(tmp_path: Path) -> None:
    running = service(tmp_path, "sandbox", "--port", "0")
    try:
        assert running.stdout is not None
        lines = [running.stdout.readline().split() for _ in range(3)]
        assert [" ".join(line[:-2]) for line in lines] == ["podOS", "POV (unverified)", "SPOD"]
        assert all(line[-2].startswith("http://127.0.0.1:") for line in lines)
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=30)
    finally:
        running.kill()
    assert running.returncode == 0
