"""Each printer from an order's coming in to its parcel, as a person does it: podOS over its sandbox's HTTP, SPOD, POV, and a
printer of the shop's own that only a file describes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Call, Shop
from tests.cli.everyday import PROJECT, TOKEN, Everyday, everyday, sample

__all__ = ["everyday"]
PAGE = (Path(__file__).parents[2] / "docs" / "adapters.md").read_text("utf-8")
DESCRIBED, CONNECTED = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[:2]

ORDER = """{"id": "%s", "email": "ann@example.com", "shipping_method": "Standard", "order_total": "10", "tags": %s,
 "shipping": {"first_name": "Ann", "last_name": "Example", "address1": "1 Mill Lane", "city": "Leeds", "country": "GB"},
 "order_items": [{"id": "1", "code": "TEE", "quantity": 1, "price": "10",
   "metadata": {"print_sku": "PRT-1", "print_url": "https://art.example/a.png", "spod_sku": "P10A1S5"}}]}"""


def played(call: Call, *words: str) -> str:
    """What a whole run in the sandbox tells, on one line."""
    said = call("run", "--sandbox", "--once", *words)
    assert said.code == 0, said
    return " ".join(said.out.split())


def rules(printer: str) -> str:
    return f"""
rule "Print"
  on "Order is Imported"
  do submit to "{printer}"

rule "Stop"
  on "After Order Submitted to {printer}"
  when order has tag "stop"
  do cancel at "{printer}"
"""


def own_shop(shop: Shop) -> Path:
    """Acme Print, as docs/adapters.md describes it."""
    settings = CONNECTED.replace(
        "Standard\n", "Standard\n    after_shipment_move_to: Shipped\n    if_canceled_move_to: Gone\n", 1
    )
    config = (
        "language: 1\nstore: {name: Acme Tees, currency: USD}\nfolders: [New, In production, Shipped, Gone]\n"
    )
    files: dict[str, str | None] = {
        "ordinance.yaml": config + settings,
        "integrations/acme.yaml": DESCRIBED,
        "rules/1-orders.rules": rules("Acme Print"),
        "samples/order.json": ORDER % ("1001", "[]"),
    }
    return shop(files=files)


def test_a_printer_of_the_shops_own_is_tried_from_its_description(shop: Shop, call: Call) -> None:
    own_shop(shop)
    story = played(call)
    assert 'Order 1001 is in "Shipped", moved there by Acme Print setting: after shipment' in story
    assert "taken by Acme Print 1, each once parcels from there 1" in story
    assert "Shipment is Added: SANDBOXACME1001" in story


def test_an_order_at_a_printer_of_the_shops_own_is_canceled(shop: Shop, call: Call) -> None:
    folder = own_shop(shop)
    (folder / "samples" / "order.json").write_text(ORDER % ("1001", '["stop"]'), "utf-8")
    story = played(call)
    assert 'Order 1001 is in "Gone"' in story
    assert "parcels from there 0" in story


@pytest.mark.parametrize(
    "fault", ["timeout-after", "html-after", "half", "500", "429", "other-id", "duplicate"]
)
def test_a_printer_of_the_shops_own_prints_once_whatever_goes_wrong(
    shop: Shop, call: Call, fault: str
) -> None:
    """`duplicate` is no fault that it knows: an order whose name says so is refused, and nothing is printed."""
    folder = own_shop(shop)
    text = (ORDER % ("1001", "[]")).replace('"Ann"', f'"sandbox.{fault}"')
    (folder / "samples" / "order.json").write_text(text, "utf-8")
    story = played(call)
    assert ("taken by Acme Print 0" if fault == "duplicate" else "taken by Acme Print 1, each once") in story


def test_spod_from_the_order_to_the_parcel(shop: Shop, call: Call) -> None:
    shop("spod")
    story = played(call)
    assert 'Order 1005 is in "Shipped", moved there by SPOD setting: after shipment' in story
    assert "taken by SPOD 1, each once parcels from there 1" in story


def test_an_order_at_spod_is_canceled(shop: Shop, call: Call) -> None:
    stop = rules("SPOD").partition('rule "Stop"')
    folder = shop("spod", files={"rules/9-stop.rules": stop[1] + stop[2]})
    path = folder / "samples" / "spod.json"
    path.write_text(path.read_text("utf-8").replace('"currency"', '"tags": ["stop"], "currency"', 1), "utf-8")
    story = played(call)
    assert "Order Canceled at SPOD" in story
    assert "parcels from there 0" in story


def test_pov_sends_by_itself_and_tracking_comes_back(shop: Shop, call: Call) -> None:
    """guide: pov.auto"""
    shop("pov")
    story = played(call)
    assert "taken by POV (unverified) 1, each once parcels from there 1" in story
    assert 'is in "Shipped", moved there by POV setting: after shipment' in story


def test_pov_is_connected_by_the_customer_id(everyday: Everyday, monkeypatch: pytest.MonkeyPatch) -> None:
    """guide: pov.customer_id"""
    from actions.sandbox.pov import Pov
    from actions.sandbox.server import Server

    with Server(Pov(customer_id=TOKEN)) as server:
        monkeypatch.setenv("POV_CUSTOMER_ID", TOKEN)
        assert "pov  ok" in everyday.done("integrations", "connect", "pov", f"test_base_url={server.url}")
        monkeypatch.setenv("POV_CUSTOMER_ID", "another")
        said = everyday("integrations", "check", "pov")
        assert (said.code, "POV did not accept `customer_id` of connection `pov`" in said.out) == (1, True)


def test_a_printer_is_disconnected_and_connected_again_with_other_credentials(
    everyday: Everyday, monkeypatch: pytest.MonkeyPatch
) -> None:
    """guide: pov.disconnect"""
    everyday("integrations", "connect", "pov")
    everyday.done("integrations", "disconnect", "pov", "--yes")
    assert "pov" not in everyday.done("integrations", "list")
    monkeypatch.setenv("OTHER_ID", TOKEN)
    everyday("integrations", "connect", "pov", "customer_id=${OTHER_ID}")
    assert "customer_id: ${OTHER_ID}" in (everyday.folder / "ordinance.yaml").read_text("utf-8")


def test_integrations_are_listed_searched_connected_and_disconnected(everyday: Everyday) -> None:
    """guide: od.integrations"""
    assert "not connected: SPOD" in everyday("integrations", "list").err
    assert "SPOD" in everyday.done("catalog", "events", "spod")
    everyday("integrations", "connect", "spod")
    assert everyday.done("integrations", "list").splitlines()[2].startswith("spod")
    everyday.done("integrations", "disconnect", "spod", "--yes")
    assert "spod" not in everyday.done("integrations", "list")


def test_podos_takes_the_project_and_the_token_and_nothing_else(
    everyday: Everyday, monkeypatch: pytest.MonkeyPatch
) -> None:
    """guide: podos.project
    guide: podos.token"""
    assert f"podOS knows the project `{PROJECT}`" in everyday.done("integrations", "check", "podos")
    everyday.replace("ordinance.yaml", PROJECT, "another-project")
    assert everyday("integrations", "check", "podos").code == 1
    everyday.replace("ordinance.yaml", "another-project", PROJECT)
    monkeypatch.setenv("PODOS_TOKEN", "another")
    assert everyday("integrations", "check", "podos").code == 1
    assert TOKEN.encode() not in everyday.everything()


def test_podos_base_products_and_their_variants_are_looked_up(everyday: Everyday) -> None:
    """guide: podos.base_products
    guide: podos.gfn_variants"""
    products = everyday.done("catalog", "podos", "products")
    product, style = products.splitlines()[1].split()[:2]
    assert product in everyday.done("catalog", "podos", "products", "--style", style)
    every = everyday.done("catalog", "podos", "variants").splitlines()
    narrowed = everyday.done("catalog", "podos", "variants", "--product", product).splitlines()
    assert 1 < len(narrowed) < len(every)


def test_podos_tracking_comes_back(everyday: Everyday) -> None:
    """guide: podos.tracking: shipment details are pulled back. That they go on to the cart is od.tracking_back, a named limit."""
    everyday.done("orders", "import", sample(everyday, "1005"))
    everyday.done("run", "--once")
    everyday.server.tick(3600)
    everyday.done("run", "--once")
    shown = everyday.done("orders", "show", "1005")
    assert "Shipped" in shown
    assert "Shipment is Added" in everyday.done("history", "1005")
