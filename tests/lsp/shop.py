"""A small shop for tests of the language server: every kind of name once."""

from __future__ import annotations

from pathlib import Path

CONFIG = """language: 1
store: {name: Acme Tees, currency: USD, weight_unit: lb, timezone: America/New_York}
folders: [New, Artwork needed, In production]
connections:
  podos: {project: acme, token: "${PODOS_TOKEN}"}
events: [Artwork approved]
buttons: [Approve artwork]
"""

NAMES = """# What is used in several rules.
list EU = "AT", "DE"

define wholesale = order.order_total >= $500 or order has tag "b2b"

table mail_class (method, country) -> service, days
  | "Standard" | "US" -> "First Class", 5
  otherwise "Ground", 9

table artwork from "tables/artwork.csv"
"""

RULES = """rule "Big orders wait"
  because "somebody looks at them first"
  on      "Order is Imported"
  when    wholesale and order.shipping.country is one of EU
  do      add tag "big"
          add note "from {order.checkout_data["Gift note"]}, {wholesale}"
          move to folder "Artwork needed"

rule "Print what is approved"
  on "Artwork approved"
  do set order.mail_class to lookup mail_class(order.shipping_method, order.shipping.country).service
     send email to order.email subject "soon" body from "emails/soon.txt"
     set order.metadata["art"] to lookup artwork(order.source_name)
     submit to podos

rule "Look at what podOS does not take"
  on "Order Not Submitted to podOS Because of Invalid SKU" or "Order Not Submitted to podOS Because of General Error"
     or "Order Not Submitted to podOS Because No Products Available"
  do move to folder "Artwork needed"
"""

TESTS = """test "a big order waits"
  given order "samples/big.json"
  when  "Order is Imported" happens
  expect rule "Big orders wait" fired
  expect order.folder is "Artwork needed"
"""

ORDER = """{"id": "1", "order_total": 600, "tags": ["vip"], "folder": "New", "checkout_data": {"Gift note": "hi", "colour": "red"},
"shipping": {"country": "DE"}, "order_items": [{"id": "7", "code": "TEE", "variation_list": {"Artwork URL": "x"}}]}
"""

FILES = {
    "ordinance.yaml": CONFIG,
    "names.rules": NAMES,
    "rules/orders.rules": RULES,
    "rules/tests.rules": TESTS,
    "tables/artwork.csv": "sku,-> url\nTEE,https://example.com/tee.png\notherwise,\n".replace(
        "otherwise,\n", "otherwise,none\n"
    ),
    "emails/soon.txt": "Hello {order.customer.first_name}, big: {wholesale}\n",
    "samples/big.json": ORDER,
    "samples/small.json": '{"id": "2", "order_total": 5, "folder": "New", "order_items": []}\n',
}


def shop(folder: Path, **files: str) -> Path:
    for path, text in {**FILES, **files}.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())
    return folder
