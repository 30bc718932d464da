"""`ordinance run --listen`: an order comes in over the wire and is printed; what cannot be listened to says why."""

from __future__ import annotations

import http.client
import json
import re
import signal

import pytest

from tests.cli.everyday import TOKEN, Everyday, everyday, sample
from tests.cli.test_run import service, until
from tests.engine.runtime.webhook_world import SECRET, sign

__all__ = ["everyday"]


def connected(everyday: Everyday, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOPIFY_WEBHOOK_SECRET", SECRET)
    said = everyday("integrations", "connect", "shopify")
    assert (said.code, "tells of orders at /hooks/shopify" in said.out) == (0, True)


def test_an_order_is_posted_and_printed_once(everyday: Everyday, monkeypatch: pytest.MonkeyPatch) -> None:
    connected(everyday, monkeypatch)
    order = {
        "id": 1005, "name": "#1005", "email": "ann@example.com", "created_at": "2026-03-02T10:00:00Z", "financial_status": "paid", "total_price": "20.00",
        "shipping_address": {"name": "Ann Example", "address1": "1 Main St", "city": "Troy", "province_code": "NY",
                             "zip": "12180", "country_code": "US"},
        "shipping_lines": [{"title": "Standard"}],
        "line_items": [{"id": 1, "sku": "FOX-TEE", "quantity": 1, "price": "20.00",
                        "properties": [{"name": "podos_variant_id", "value": "90210"}]}],
    }  # fmt: skip
    body = json.dumps(order).encode()
    running = service(everyday.folder, "run", "--listen", "0")
    try:
        assert running.stderr is not None
        told = [running.stderr.readline() for _ in range(3)]
        port = re.search(r"listening for Shopify at http://127\.0\.0\.1:(\d+)/hooks/shopify", told[2])
        assert port is not None, told
        statuses = []
        for signature in (sign(body), sign(body), "forged"):
            client = http.client.HTTPConnection("127.0.0.1", int(port[1]), timeout=30)
            headers = {"X-Shopify-Hmac-Sha256": signature, "X-Shopify-Topic": "orders/create"}
            client.request("POST", "/hooks/shopify", body, headers)
            statuses.append(client.getresponse().status)
            client.close()
        assert statuses == [200, 200, 401]
        until(lambda: everyday.taken == {"1005.1": 1})
        running.send_signal(signal.SIGTERM)
        out, err = running.communicate(timeout=30)
    finally:
        running.kill()
    assert running.returncode == 0, err
    assert "refused what was posted in Shopify's name" in err
    assert (SECRET in out + err, TOKEN in out + err) == (False, False)
    assert SECRET.encode() not in everyday.everything()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--listen", "nonsense"], "`--listen nonsense` is no address"),
        (["--listen", "99999"], "is no address"),
        (["--listen", "8080", "--once"], "does not go with `--once`"),
        (["--listen", "8080", "--sandbox"], "does not go with `--sandbox`"),
        (["--listen", "0"], "no connection of ordinance.yaml posts to us"),
    ],
)
def test_what_cannot_be_listened_to(everyday: Everyday, words: list[str], why: str) -> None:
    said = everyday("run", *words)
    assert (said.code, why in said.err) == (2, True), said.err


def test_a_secret_that_is_not_set_is_said(everyday: Everyday, monkeypatch: pytest.MonkeyPatch) -> None:
    connected(everyday, monkeypatch)
    monkeypatch.delenv("SHOPIFY_WEBHOOK_SECRET")
    said = everyday("run", "--listen", "0")
    assert said.code == 2
    assert "the variable SHOPIFY_WEBHOOK_SECRET is not set" in said.err
    assert "the variable SHOPIFY_WEBHOOK_SECRET is not set" in everyday.done("integrations", "list")


def test_a_file_that_is_none_of_the_rules_is_no_change_of_them(everyday: Everyday) -> None:
    from engine.cli.opening import opened
    from engine.cli.serving import Changes
    from engine.folder import DiskFolder

    folder = DiskFolder(everyday.folder)
    changes = Changes(folder, opened(folder).ruleset.digest)
    sample(everyday, "1009")
    everyday.write("service.log", "a line")
    assert changes() is None
    everyday.write("rules/9-more.rules", 'rule "More"\n  on "Order is Imported"\n  do add tag "x"\n')
    assert changes() is not None
    assert changes() is None


def test_a_shop_that_has_no_secret_yet_reads_how_to_write_it(everyday: Everyday) -> None:
    config = (everyday.folder / "ordinance.yaml").read_text("utf-8")
    everyday.write("ordinance.yaml", config.replace("connections:", "connections:\n  shopify: {}", 1))
    said = everyday("integrations", "check")
    assert said.code == 1
    assert "has no `webhook_secret`; write `webhook_secret: ${SHOPIFY_WEBHOOK_SECRET}`" in said.out
