"""Rulesets and orders made at random from small pools, so that conditions are often met and often not.

Used to compare the compiled program with the reference evaluator. Everything is drawn from one `random.Random`, which
hypothesis can steer and shrink, and which a seed makes repeatable. The rules are text: what is compared went through
the parser and the checker like a merchant's.
"""

from __future__ import annotations

from random import Random
from typing import Any

CONFIG = """\
language: 1
store: {name: Generated, currency: USD, weight_unit: lb, timezone: America/New_York}
folders: [New, Artwork needed, Done, Backorder]
connections:
  podos:
    project: acme-1
    token: ${PODOS_TOKEN}
    after_import_move_to: Done
    default_mail_class: Standard
    shipping_class_match: {Express: DHL Express}
  pov: {customer_id: "${POV_CUSTOMER_ID}", default_mail_class: Ground, if_canceled_move_to: Backorder}
events: [Checked, Looked at]
buttons: [Approve]
"""

INVENTORY = """\
code,name,location,stock,weight,price,metadata.print_sku,metadata.print_url,metadata.code_replace,variation.Size
TEE-1,Tee,east,5,0.5,12.00,P-TEE,https://example.com/tee.png,,M
MUG-1,Mug,west,0,1.25,8.50,P-MUG,https://example.com/mug.png,,
SET-1,Set,east,1,,20.00,,,"TEE-1, MUG-1",
OLD-1,Old tee,east,0,,,,,TEE-1,
"""

TABLES = """\
table mail (method, country, total) -> class, days
  | "Standard" | "US"       | up to 50    -> "Ground", 5
  | "Standard" | "US", "CA" | any         -> "Priority", 3
  | any        | "DE"       | 10 to 100   -> "DHL", 7
  | "Express"  | any        | 100 or more -> "Air", 1
  otherwise "Slow", 30

table sizes (size) -> width
  | "S", "M" -> 10
  | "L"      -> 12.5
  otherwise nothing

list EU = "DE", "FR", "AT"
list BIG = 20, 49.90, 100
define wholesale = order.order_total >= 100 or order has tag "b2b"
define personalised = item.metadata["Name"] is present
define pieces = sum of item.quantity
"""

COUNTRIES = ["US", "us", "DE", "CA", "FR ", ""]
METHODS = ["Standard", "standard", "Express", "", "Pick up"]
CODES = ["TEE-1", "tee-1", "MUG-1", "SET-1", "OLD-1", "X 9", ""]
TAGS = ["b2b", "Rush", "straße"]
AMOUNTS = ["0", "10", "20", "49.90", "50", "100", "250.5"]
OUTSIDE = ["5", " 12.50 ", "$20", "20 USD", "20 EUR", "1e3", "1,5", "yes", "", "2 lb", "500 g", "2026-01-10",
           "2026-01-15 12:00", "NaN", "-3", "a-b-c", None, 7, True, {"a": 1}, []]  # fmt: skip
WORDS = ["yes", "YES ", "Straße", "STRASSE", "artwork", "Happy Birthday", "", "x9", "café", "cafe\u0301"]
FOLDERS = ["New", "Artwork needed", "Done", "Backorder"]
PATTERNS = ["^tee", "e", "[a-m]", "[0-9]+$", "b.*y", "stra(ss|ß)e", "^$", "a|b"]
KEYS = ["gift", "Gift", "note", "due", "Artwork URL"]
ITEM_KEYS = ["Name", "size", "Size", "design", "weight"]


def ruleset(random: Random, rules: int) -> str:
    """A rules file: tables, definitions, and so many rules."""
    return TABLES + "\n".join(rule(random, n) for n in range(rules))


def rule(random: Random, number: int) -> str:
    over = random.choice([None, None, "item", "item", "shipment"])
    lines = [f'rule "rule {number}"']
    if random.random() < 0.15:
        lines.append("  mode shadow")
    event = random.choice(EVENTS)
    lines.append(f"  on {event}")
    if random.random() < 0.8:
        lines.append(f"  when {condition(random, None, 2)}")
    if over is not None:
        where = f" where {condition(random, over, 1)}" if random.random() < 0.8 else ""
        lines.append(f"  for each {over}{where}")
    actions = [action(random, over) for _ in range(random.randint(1, 3))]
    if random.random() < 0.12:
        actions.append("stop")
    lines.append("  do " + "\n     ".join(actions))
    return "\n".join(lines) + "\n"


EVENTS = [
    '"Order is Imported"',
    '"Order is Imported"',
    '"Order is Imported"',
    '"Order is Imported"',
    '"Folder is Changed"',
    '"Order is Split"',
    '"Shipment is Added"',
    '"Checked"',
    '"Order Scheduled to podOS"',
    '"Before Order Submitted to podOS"',
    '"After Order Submitted to podOS"',
    '"Order Not Submitted to POV Because of General Error"',
    '"Order is Imported" or "Checked"',
]


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def about(over: str | None) -> str | None:
    return over.removeprefix("in ") if over else None


def nested(over: str | None) -> bool:
    """Inside a quantifier, where no other may stand."""
    return over is not None and over.startswith("in ")


def text_field(random: Random, over: str | None) -> str:
    fields = [
        "order.shipping.country", "order.shipping_method", "order.folder", "order.source_name", "order.email",
        'order.checkout_data["gift"]', 'order.order_metadata["note"]', "order.customer.last_name", "order.currency",
        'lower(order.shipping_method)', 'upper(order.shipping.country)', 'trim(order.checkout_data["note"])',
        'replace(order.shipping_method, "S", "x")', 'part(order.checkout_data["note"], "-", 2)',
        'first_of(order.checkout_data["gift"], order.shipping_method)', "text(order.order_total)",
        "lookup mail(order.shipping_method, order.shipping.country, order.order_total).class",
        '"{order.shipping.country}-{order.shipping_method}"',
    ]  # fmt: skip
    if not nested(over):
        fields.append('"{pieces} pieces"')
    if about(over) == "item":
        fields += ["item.sku", "item.name", 'item.metadata["Name"]', 'item.variation["Size"]', "item.print_url",
                   "item.print_url[2]", "item.print_sku"] * 3  # fmt: skip
    if about(over) == "shipment":
        fields += ["shipment.tracking_number", "shipment.carrier_code"] * 6
    return random.choice(fields)


def number_value(random: Random, over: str | None) -> str:
    values = [
        "order.order_total", "order.product_total", "order.quantity_total", "order.weight_total",
        "order.order_total - order.shipping_total", "order.order_total / order.quantity_total", "-order.order_total",
        "round(order.order_total, 1)", "length(order.shipping_method)", 'number(order.checkout_data["gift"])',
        "lookup mail(order.shipping_method, order.shipping.country, order.order_total).days",
        "length(order.tags)",
    ]  # fmt: skip
    if not nested(over):
        values += [
            "pieces", "number of items", "number of items where (item.quantity > 1)", "number of shipments",
            "sum of item.quantity * item.price", "smallest of item.price",
            "largest of item.price", "largest of item.quantity", "largest of item.quantity",
            "largest of item.weight where (item.code is present)",
        ]  # fmt: skip
    if about(over) == "item":
        values += ["item.quantity", "item.price", "item.price * item.quantity", 'number(item.metadata["weight"])',
                   'lookup sizes(item.variation["size"])', "item.weight"] * 3  # fmt: skip
    return random.choice(values)


def outside_value(random: Random, over: str | None) -> str:
    if about(over) == "item" and random.random() < 0.7:
        return f"item.{random.choice(['metadata', 'variation'])}[{quoted(random.choice(ITEM_KEYS))}]"
    return f"order.{random.choice(['checkout_data', 'order_metadata'])}[{quoted(random.choice(KEYS))}]"


POOLS = {
    "country": COUNTRIES,
    "method": [*METHODS, "Priority", "Slow", "xtandard"],
    "folder": FOLDERS,
    "source_name": ["shopify", "WooCommerce"],
    "email": ["a@example.com", "B@EXAMPLE.ORG"],
    "currency": ["USD", "eur"],
    "last_name": ["doe", "STRASSE"],
    "order_total": AMOUNTS,
    "sku": [*CODES, "P-1"],
    "item.name": ["tee", "MUG", "Strasse"],
    "print_url": ["https://example.com/a.png", "a.png", "back.png"],
    "tracking": ["1z999", "X"],
    "carrier": ["ups"],
    "lookup mail": ["ground", "Slow", "DHL", "Priority"],
    "pieces": ["2 pieces", "5 pieces"],
}
"""What is near in a field, so that a comparison with it is often met."""


def word(random: Random, field: str = "") -> str:
    """A text, mostly one that the field may hold."""
    near = next((pool for part, pool in POOLS.items() if part in field), WORDS)
    chosen = random.choice([w for w in [*near, *near, *near, *WORDS] if w.strip()])
    return quoted(chosen)


def piece(random: Random, field: str) -> str:
    """Some letters of such a text."""
    whole = word(random, field)[1:-1].strip()
    cut = random.randint(1, 2)
    return quoted(random.choice([whole[:cut], whole[-cut:], whole]).replace("\\", "") or "a")


def amount(random: Random) -> str:
    return random.choice(AMOUNTS)


def condition(random: Random, over: str | None, depth: int) -> str:
    """A condition in text; `over` is what `item.` or `shipment.` is about here."""
    if depth > 0 and random.random() < 0.45:
        joined = random.choice([" and ", " or "])
        parts = [condition(random, over, depth - 1) for _ in range(random.randint(2, 3))]
        return joined.join(f"({p})" for p in parts)
    if random.random() < 0.08:
        return f"not ({leaf(random, over)})"
    return leaf(random, over)


def leaf(random: Random, over: str | None) -> str:
    makers = [text_leaf, number_leaf, outside_leaf, date_leaf, other_leaf]
    return random.choice(makers)(random, over)


def text_leaf(random: Random, over: str | None) -> str:
    field = text_field(random, over)
    other, some = word(random, field), piece(random, field)
    three = ", ".join(word(random, field) for _ in range(3))
    return random.choice(
        [
            f"{field} is {other}", f"{field} is not {other}", f"{field} is exactly {other}", f'order.folder is exactly {quoted(random.choice(FOLDERS))}',
            f"{field} is not exactly {other}", f"{field} contains {some}", f"{field} does not contain {some}",
            f"{field} starts with {some}", f"{field} does not start with {some}", f"{field} ends with {some}",
            f"{field} does not end with {some}", f"{field} is one of ({three})", f"{field} is not one of ({three})",
            f"{field} is one of EU", f"{field} is missing", f"{field} is present", f"{field} is not present",
            f"{field} matches {quoted_pattern(random)}", f"{field} does not match {quoted_pattern(random)}",
            f"{field} is {text_field(random, over)}",
        ]
    )  # fmt: skip


def quoted_pattern(random: Random) -> str:
    return f'"{random.choice(PATTERNS)}"'


def number_leaf(random: Random, over: str | None) -> str:
    value, x = number_value(random, over), amount(random)
    operator = random.choice(["<", "<=", ">", ">=", "=", "!=", "is", "is not"])
    return random.choice(
        [
            f"{value} {operator} {x}", f"{value} {operator} {x}", f"{value} {operator} {x}",
            f"{value} is between 10 and {random.choice(['20', '100'])}",
            f"{value} is not between 10 and 50", f"{value} is one of ({x}, {amount(random)})",
            "order.order_total > $20", "order.order_total <= 50 USD", "order.order_total > 20 EUR",
            "order.order_total is not 100 EUR", "order.weight_total >= 2 lb", "order.weight_total < 500 g",
            "order.order_total is one of BIG",
        ]
    )  # fmt: skip


def outside_leaf(random: Random, over: str | None) -> str:
    value = outside_value(random, over)
    operator = random.choice(["<", "<=", ">", ">=", "=", "!="])
    return random.choice(
        [
            f"{value} {operator} {amount(random)}", f"{value} {operator} $20", f"{value} {operator} 20 EUR",
            f"{value} {operator} 2 lb", f"{value} is between 1 and 20", f"{value} is one of (5, 12.5, 20)",
            f"{value} is before 2026-01-15", f"{value} is after 2026-01-01 00:00", f"{value} is 2026-01-10",
            f"{value} < order.order_total", f"{value} > {outside_value(random, over)}", f"{value} is missing",
            f"{value} is {word(random)}", f"{value} is not {word(random)}", f"date({value}) is 2026-01-10",
            f"{value} is older than 3 days",
        ]
    )  # fmt: skip


def date_leaf(random: Random, over: str | None) -> str:
    field = random.choice(
        ["order.date_added", "order.date_updated", "now", "today", "date(order.date_added)"]
    )
    return random.choice(
        [
            f"{field} is before 2026-01-12", f"{field} is after 2026-01-12", f"{field} is 2026-01-10",
            f"{field} is not 2026-01-10", f"{field} is older than 3 days", f"{field} is newer than 2 hours",
            f"{field} is not newer than 1 week", f"{field} is between 2026-01-01 and 2026-01-12",
            f"{field} < 2026-01-10 14:30", "order.date_updated - order.date_added > 2 days",
            f"{field} + 3 days is after today", f"{field} - 36 hours is before now",
        ]
    )  # fmt: skip


def other_leaf(random: Random, over: str | None) -> str:
    kind, other = random.choice(["any", "every", "no"]), random.choice(["item", "item", "shipment"])
    if over is not None:
        tag = quoted(random.choice(TAGS))
        return random.choice(
            [f"order has tag {tag}", f"order does not have tag {tag}", "wholesale", "not wholesale"]
        )
    tag, inside = quoted(random.choice([*TAGS, "RUSH", "STRASSE"])), f"in {other}"
    return random.choice(
        [
            f"{kind} {other} where ({condition(random, inside, 1)})", f"{kind} {other} where ({leaf(random, inside)})",
            f"order has tag {tag}", f"order does not have tag {tag}", "wholesale", "any item where (personalised)",
            'order.discount_codes contains "SPRING"', 'order.discount_codes is one of ("SPRING", "vip")',
            "order.tags is missing", "order.checkout_data is present", f"order.tags contains {tag}",
        ]
    )  # fmt: skip


def action(random: Random, over: str | None) -> str:
    folder, tag = quoted(random.choice(FOLDERS)), quoted(random.choice(TAGS))
    key = quoted(random.choice(KEYS))
    general = [
        f"move to folder {folder}", f"move to folder {folder}", f"add tag {tag}", f"remove tag {tag}",
        'add note "{order.shipping.country} {order.checkout_data["gift"]}"', f'set order.shipping_method to {word(random)}',
        f"set order.checkout_data[{key}] to {text_field(random, over)}", f"clear order.checkout_data[{key}]",
        'set order.mail_class to lookup mail(order.shipping_method, order.shipping.country, order.order_total).class',
        f"increase order.order_metadata[{key}] by 1", f"increase order.checkout_data[{key}] by order.order_total", f"decrease order.order_metadata[{key}] by 2.5",
        "clear order.shipping_method", "apply inventory", f'add item {quoted(random.choice(["TEE-1", "NEW-1"]))} quantity 2 price $10',
        'add item "MUG-1"', 'add shipment tracking "1Z999" carrier "UPS"', 'add shipment tracking "{order.id}"',
        f'split items where ({leaf(random, "in item")}) into new order in folder {folder}',
        'split items where (item.quantity > 1)', 'split items where (item.sku is "tee-1")',
        f"split by item.{random.choice(['code', 'print_sku', 'quantity'])} into new orders in folder {folder}",
        "submit to podOS", "submit to podOS", "submit to POV", "resubmit to podOS", "cancel at podOS", "cancel at POV",
        'send email to "{order.email}" subject "Late" body "{order.checkout_data["note"]}"',
        'send email to order.checkout_data["note"] subject "Late" body "x"',
        'post to "https://example.com/{order.id}"', 'post to "{order.checkout_data["note"]}"', 'raise "Checked"', 'raise "Looked at"',
    ]  # fmt: skip
    if about(over) == "item":
        own = [
            'set item.print_url to "https://example.com/{item.variation["Size"]}.png"', "set item.print_sku to item.sku",
            f'set item.metadata["Name"] to {text_field(random, over)}', 'clear item.metadata["Name"]',
            "clear item.print_url", "increase item.quantity by 1", "decrease item.quantity by 1", "remove item",
            "remove item\n     remove item",
            f"set item.price to {amount(random)}", 'set item.variation["Size"] to "L"', 'add tag "{item.code}"',
            'set item.print_url[2] to "https://example.com/back.png"', "set item.quantity to item.quantity",
            'set item.podos_variant_id to "https://api.example.com/v/1"',
        ]  # fmt: skip
        return random.choice([*general, *own, *own, *own])
    return random.choice(general)


def order(random: Random, number: int) -> dict[str, Any]:
    """An order in our own JSON."""
    items = [item(random, n + 1) for n in range(random.choice([0, 1, 2, 2, 3, 3]))]
    product = sum(float(i["price"]) * i["quantity"] for i in items)
    return {
        "id": str(1000 + number),
        "source_name": random.choice(["Shopify", "WooCommerce", ""]),
        "source_id": f"S{number}",
        "email": random.choice(["a@example.com", "b@example.org", "", "not an address"]),
        "currency": random.choice(["USD", "USD", "usd", "EUR", ""]),
        "folder": random.choice(FOLDERS),
        "tags": random.sample([*TAGS, "rush", "STRASSE"], random.randint(0, 2)),
        "shipping_method": random.choice(METHODS),
        "shipping": address(random),
        "customer": {"last_name": random.choice(["", "Doe", "Straße"])},
        "checkout_data": entries(random, KEYS),
        "order_metadata": entries(random, KEYS),
        "discount_list": [{"code": random.choice(["SPRING", "spring ", "VIP", ""]), "amount": "1.00"}]
        if random.random() < 0.5
        else [],
        "order_items": items,
        "order_shipments": [
            {
                "id": str(n),
                "tracking_number": random.choice(["1Z999", "X", ""]),
                "carrier_code": random.choice(["UPS", "ups", ""]),
            }
            for n in range(random.choice([0, 0, 1, 2]))
        ],
        "quantity_total": sum(i["quantity"] for i in items),
        "weight_total": random.choice(["0", "1.5", "2", "10"]),
        "product_total": f"{product:.2f}",
        "shipping_total": random.choice(["0.00", "5.00", "4.99"]),
        "tax_total": random.choice(["0.00", "1.01"]),
        "order_total": random.choice(AMOUNTS),
        "date_added": random.choice(
            ["2026-01-10 03:00:00", "2026-01-12 12:00:00", "2026-01-15 11:30:00", ""]
        ),
        "date_updated": random.choice(["2026-01-11 00:00:00", "2026-01-15 17:00:00", ""]),
        "submissions": random.choice(
            [
                [],
                [],
                [],
                [{"connection": "podos", "number": 1, "state": "accepted", "provider_order_id": "P1"}],
                [{"connection": "pov", "number": 1, "state": "accepted", "provider_order_id": "V1"}],
                [{"connection": "pov", "number": 1, "state": "failed"}],
                [{"connection": "podos", "number": 2, "state": "scheduled"}],
            ]
        ),
    }


def address(random: Random) -> dict[str, str]:
    return {
        "first_name": "Ann",
        "address1": random.choice(["1 Main St", ""]),
        "city": "Town",
        "postal_code": "10115",
        "state": random.choice(["NY", ""]),
        "country": random.choice(COUNTRIES),
    }


def item(random: Random, number: int) -> dict[str, Any]:
    metadata = entries(random, ITEM_KEYS)
    if random.random() < 0.4:
        metadata["print_url"] = random.choice(["https://example.com/a.png", "", "a.png"])
    if random.random() < 0.4:
        metadata["print_sku"] = random.choice(["P-1", "p-1", ""])
    variation = entries(random, ITEM_KEYS)
    if random.random() < 0.4:
        variation["print_url"] = random.choice(["https://example.com/v.png", "a.png"])
    if random.random() < 0.4:
        metadata["podos_variant_id"] = "https://api.example.com/v/9"
    return {
        "id": str(number),
        "name": random.choice(["Tee", "Mug", "Straße", ""]),
        "code": random.choice(CODES),
        "price": random.choice(["10", "19.99", "0", "49.90"]),
        "quantity": random.choice([1, 1, 2, 5]),
        "weight": random.choice(["0", "0.5", "2"]),
        "metadata": metadata,
        "variation_list": variation,
    }


def entries(random: Random, keys: list[str]) -> dict[str, Any]:
    chosen = random.sample(keys, random.randint(0, 3))
    return {key: random.choice([*OUTSIDE, *WORDS]) for key in chosen}
