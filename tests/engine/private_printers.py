"""A shop whose orders are printed by Acme, a printer that only its ruleset knows."""

from __future__ import annotations

from engine.folder import MemoryFolder

ACME = """\
label: Acme Print
doc: the print shop round the corner
settings:
  token: {type: secret, required: true, doc: the key that Acme gave us}
submission:
  items:
    need: all
    absent: refuse
    fields: [{name: print_sku}, {name: thread}]
  address: {required: [name, address1, city, country], lines: 2}
  limits: {quantity: 50}
adapter:
  evidence: observed
  connection:
    base_url: {live: https://orders.acme.example/api}
    auth: {bearer: "{connection.token}"}
  idempotency: none
  operations:
    place:
      method: POST
      path: /orders
      body:
        reference: "{submission.reference}"
        items:
          for_each: {item: "{order.items}"}
          give: {sku: "{item.print_sku}", thread: "{item.thread}", pieces: "{item.quantity}"}
  submit:
    steps:
      - call: place
        save: {order_id: "{answer.number}"}
"""
SHOP = """\
language: 1
folders: [New, Trouble, Done]
connections:
  acme:
    token: ${ACME_TOKEN}
    after_import_move_to: Done
    default_mail_class: Ground
"""
RULES = """\
rule "Print"
  on "Order is Imported"
  when any item where (item.thread is present)
  do submit to "Acme Print"

rule "Trouble"
  on "Order Not Submitted to Acme Print Because of General Error"
     or acme.not_submitted.invalid_sku or acme.not_submitted.no_products
  do move to folder "Trouble"
     add note "{event.kind}: {event.message}"
"""


def shop(acme: str = ACME, config: str = SHOP, **more: str) -> MemoryFolder:
    files = {"ordinance.yaml": config, "shop.rules": RULES, "integrations/acme.yaml": acme, **more}
    return MemoryFolder({path: text.encode() for path, text in files.items()})
