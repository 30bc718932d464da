"""The workload: rules and orders, seeded, in a form that belongs to no engine.

Orders are Order Desk's JSON of 1 to 6 items, about 2.2 KB. A rule is bound to one of so many events and has 1 to 4
conditions under `and` and `or`. `bench.ordinance` writes the rules as our text, each file of `bench/peers` in its
engine's own form, and all are given the same orders. Texts are spelled in one way and nothing that is compared is blank,
because only our language folds text: what is compared here is finding, not meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any, Literal, TypeAlias

SOURCES = ["Shopify", "WooCommerce", "Etsy", "Amazon", "eBay", "Wix", "Squarespace", "BigCommerce"]
COUNTRIES = [
    "US", "CA", "GB", "DE", "FR", "AT", "BE", "NL", "ES", "IT", "SE", "NO", "DK", "FI", "PL", "CZ", "IE", "PT", "CH",
    "AU", "NZ", "JP", "MX", "BR",
]  # fmt: skip
STATES = [
    "AL", "AZ", "CA", "CO", "CT", "FL", "GA", "IL", "IN", "KS", "MA", "MD", "MI", "MN", "MO", "NC", "NJ", "NV", "NY",
    "OH", "OR", "PA", "TN", "TX", "UT", "VA", "WA", "WI",
]  # fmt: skip
FOLDERS = [
    "New", "Artwork needed", "SKU problems", "In production", "Prepared", "Backorder", "Review", "Wholesale", "Gifts",
    "Hold", "Shipped", "Canceled",
]  # fmt: skip
METHODS = [
    "Standard Shipping", "Express Worldwide", "USPS Ground", "USPS Priority", "DHL Express", "Free Shipping",
    "Local Pickup", "UPS Overnight", "Economy International", "FedEx 2Day",
]  # fmt: skip
WORDS = [
    "Express",
    "Ground",
    "DHL",
    "USPS",
    "Overnight",
    "Free",
    "Pickup",
    "International",
    "Worldwide",
    "UPS",
]
PATTERNS = ["^USPS ", "(Express|Overnight)", "Shipping$", "^Local", "[0-9]Day"]
TAGS = [
    "rush", "b2b", "gift", "wholesale", "vip", "fragile", "reprint", "sample", "subscription", "hold", "late", "fraud",
]  # fmt: skip
SIZES = ["XS", "S", "M", "L", "XL", "2XL", "3XL"]
COLORS = ["Black", "White", "Navy", "Red", "Heather Grey", "Forest", "Sand"]
STEMS = ["TEE", "HOOD", "MUG", "CAP", "TOTE", "POSTER", "CANVAS", "SOCK", "CASE", "PILLOW"]
KEYS = [
    "gift_message", "po_number", "channel", "campaign", "artwork", "engraving", "delivery_date", "loyalty", "referrer",
    "notes",
]  # fmt: skip
SKUS = 2000

Operator: TypeAlias = Literal[
    "is", "is not", "one of", "above", "below", "any is", "any starts", "any one of", "present", "any variation",
    "at least", "has", "lacks", "contains", "pattern",
]  # fmt: skip


@dataclass(frozen=True)
class Leaf:
    """`key`: of a map, where the field is one (`metadata`, `variation`)."""

    operator: Operator
    field: str
    value: Any
    key: str = ""


@dataclass(frozen=True)
class Joined:
    word: Literal["and", "or"]
    parts: tuple[Condition, ...]


Condition: TypeAlias = Leaf | Joined


@dataclass(frozen=True)
class Rule:
    event: int
    when: Condition


def sku(random: Random) -> str:
    number = random.randrange(SKUS)
    return f"{STEMS[number % len(STEMS)]}-{1000 + number}"


def some(pool: Sequence[str], least: int, most: int) -> Callable[[Random], tuple[str, ...]]:
    return lambda random: tuple(random.sample(pool, random.randint(least, most)))


def total(random: Random) -> str:
    return f"{random.randint(500, 40000) / 100:.2f}"


LEAVES: list[Callable[[Random], Leaf]] = [
    lambda r: Leaf("is", "source", r.choice(SOURCES)),
    lambda r: Leaf("is", "country", r.choice(COUNTRIES)),
    lambda r: Leaf("is not", "country", r.choice(COUNTRIES)),
    lambda r: Leaf("one of", "country", some(COUNTRIES, 2, 6)(r)),
    lambda r: Leaf("is", "state", r.choice(STATES)),
    lambda r: Leaf("one of", "state", some(STATES, 2, 6)(r)),
    lambda r: Leaf("is", "folder", r.choice(FOLDERS)),
    lambda r: Leaf("is not", "folder", r.choice(FOLDERS)),
    lambda r: Leaf("one of", "folder", some(FOLDERS, 2, 4)(r)),
    lambda r: Leaf("above", "total", total(r)),
    lambda r: Leaf("below", "total", total(r)),
    lambda r: Leaf("any is", "sku", sku(r)),
    lambda r: Leaf("any starts", "sku", f"{r.choice(STEMS)}-{r.randint(10, 29)}"),
    lambda r: Leaf("any one of", "sku", tuple(sku(r) for _ in range(r.randint(3, 30)))),
    lambda r: Leaf("present", "metadata", None, r.choice(KEYS)),
    lambda r: Leaf("any variation", "variation", r.choice(SIZES), "Size"),
    lambda r: Leaf("any variation", "variation", r.choice(COLORS), "Color"),
    lambda r: Leaf("at least", "quantity", r.randint(2, 12)),
    lambda r: Leaf("has", "tags", r.choice(TAGS)),
    lambda r: Leaf("lacks", "tags", r.choice(TAGS)),
    lambda r: Leaf("contains", "method", r.choice(WORDS)),
    lambda r: Leaf("pattern", "method", r.choice(PATTERNS)),
]

SELECTIVE: list[Callable[[Random], Leaf]] = [
    lambda r: Leaf("any is", "sku", sku(r)),
    lambda r: Leaf("is", "state", r.choice(STATES)),
]
"""A rule that also asks one of these concerns few orders."""


def condition(random: Random, leaves: int) -> Condition:
    """So many different questions: all of them, or one of some, or one of two pairs."""
    asked = [random.choice(LEAVES)(random) for _ in range(leaves)]
    shape = random.random()
    if leaves == 1:
        return asked[0]
    if shape < 0.55:
        return Joined("and", tuple(asked))
    if leaves == 2:
        return Joined("or", tuple(asked))
    if shape < 0.9 or leaves == 3:
        return Joined("and", (*asked[:-2], Joined("or", tuple(asked[-2:]))))
    return Joined("or", (Joined("and", tuple(asked[:2])), Joined("and", tuple(asked[2:]))))


def rules(count: int, *, events: int = 20, seed: str = "rules", selective: bool = False) -> list[Rule]:
    random = Random(f"{seed} {count} {events} {selective}")
    found = []
    for _ in range(count):
        when = condition(random, random.randint(1, 4))
        if selective:
            when = Joined("and", (random.choice(SELECTIVE)(random), when))
        found.append(Rule(random.randrange(events), when))
    return found


def orders(count: int, *, seed: str = "orders") -> list[dict[str, Any]]:
    random = Random(seed)
    return [order(random, number) for number in range(count)]


def order(random: Random, number: int) -> dict[str, Any]:
    """In Order Desk's shape, with our `folder` and `tags` beside it."""
    items = [item(random, n) for n in range(1, random.randint(1, 6) + 1)]
    product = sum(round(float(each["price"]) * 100) * each["quantity"] for each in items)
    shipping, tax = random.choice([0, 499, 999, 1500]), product * 7 // 100
    address = {
        "first_name": random.choice(["Dana", "Sam", "Kim", "Alex"]),
        "last_name": random.choice(["Reyes", "Doe", "Novak", "Smith"]),
        "company": "",
        "address1": f"{random.randint(1, 999)} Example Lane",
        "address2": "",
        "city": random.choice(["Portland", "Springfield", "Riverside"]),
        "state": random.choice(STATES),
        "postal_code": f"{random.randint(10000, 99999)}",
        "country": random.choice(COUNTRIES),
        "phone": f"503-555-{random.randint(100, 999)}",
    }
    return {
        "id": str(100000 + number),
        "email": f"customer{random.randrange(10**6)}@example.com",
        "currency": "USD",
        "source_name": random.choice(SOURCES),
        "source_id": str(random.randrange(10**6)),
        "shipping_method": random.choice(METHODS),
        "quantity_total": sum(each["quantity"] for each in items),
        "weight_total": "1.5",
        "product_total": cents(product),
        "shipping_total": cents(shipping),
        "tax_total": cents(tax),
        "order_total": cents(product + shipping + tax),
        "payment_type": random.choice(["Visa", "PayPal", "Mastercard"]),
        "payment_status": "Captured",
        "date_added": f"2026-02-{random.randint(1, 28):02} 15:12:09",
        "folder": random.choice(FOLDERS),
        "tags": random.sample(TAGS, random.randint(0, 3)),
        "shipping": address,
        "customer": dict(address),
        "checkout_data": {"Gift message": "Happy birthday!"} if random.random() < 0.3 else {},
        "order_metadata": {
            key: f"{key} {random.randrange(50)}" for key in random.sample(KEYS, random.randint(0, 4))
        },
        "order_items": items,
    }


def item(random: Random, number: int) -> dict[str, Any]:
    code = sku(random)
    return {
        "id": str(number),
        "name": f"{code} printed",
        "price": cents(random.randrange(500, 6000, 50)),
        "quantity": random.choice([1, 1, 1, 2, 3]),
        "weight": "0.5",
        "code": code,
        "variation_list": {"Size": random.choice(SIZES), "Color": random.choice(COLORS)},
        "metadata": {"print_url": f"https://example.com/{code}.png"},
    }


def cents(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02}"


PATHS = {
    "source": "source_name",
    "country": "shipping.country",
    "state": "shipping.state",
    "folder": "folder",
    "method": "shipping_method",
    "total": "order_total",
    "quantity": "quantity_total",
    "tags": "tags",
}
"""Where a leaf's field stands in an order."""


@dataclass(frozen=True)
class Sight:
    """An order as the peers are given it, made outside the time that is measured.

    plain: the order's own JSON with its total as a number. facts: flat, the items' values gathered into lists, for
    engines whose language cannot look into a list of items.
    """

    order: dict[str, Any]

    @cached_property
    def plain(self) -> dict[str, Any]:
        return {**self.order, "order_total": float(self.order["order_total"])}

    @cached_property
    def facts(self) -> dict[str, Any]:
        order = self.order
        items = order["order_items"]
        return {
            "source": order["source_name"],
            "country": order["shipping"]["country"],
            "state": order["shipping"]["state"],
            "folder": order["folder"],
            "method": order["shipping_method"],
            "total": float(order["order_total"]),
            "quantity": order["quantity_total"],
            "tags": order["tags"],
            "metadata": list(order["order_metadata"]),
            "skus": [each["code"] for each in items],
            "sizes": [each["variation_list"]["Size"] for each in items],
            "colors": [each["variation_list"]["Color"] for each in items],
        }


LISTS = {"Size": "sizes", "Color": "colors"}
"""The list among the facts that has the items' variation of that name."""
