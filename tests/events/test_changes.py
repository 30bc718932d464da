"""Paths and values of what changed: worked by hand from the pinned JSON of a dry run."""

from decimal import Decimal

from events.changes import changes
from events.order import Item, Note, Order, Shipment, Submission


def order() -> Order:
    return Order.model_validate(
        {
            "id": "7",
            "folder": "New",
            "order_total": "20.00",
            "tags": ["rush"],
            "shipping": {"country": "US"},
            "checkout_data": {"gift": "yes", "Gift note": "Hi"},
            "order_items": [
                {
                    "id": "17",
                    "name": "Tee",
                    "quantity": 2,
                    "metadata": {"print_url": "https://example.com/a.png"},
                },
                {"id": "18", "name": "Mug"},
            ],
            "external": {"seen": False},
        }
    )


def test_an_order_beside_its_copy_has_no_changes() -> None:
    assert changes(order(), order().copy_whole()) == {}


def test_fields_maps_lists_and_unknown_members() -> None:
    before, after = order(), order()
    after.folder = "Shipped"
    after.order_total = Decimal("25.5")
    after.shipping.country = "DE"
    after.tags.append("eu")
    after.notes.append(Note(content="hello", username="Auto"))
    after.checkout_data["gift"] = "no"
    del after.checkout_data["Gift note"]
    after.model_extra["external"]["seen"] = True  # type: ignore[index]
    found = changes(before, after)
    assert {path: found[path] for path in found if path != "notes"} == {
        "folder": {"from": "New", "to": "Shipped"},
        "order_total": {"from": Decimal("20.00"), "to": Decimal("25.5")},
        "shipping.country": {"from": "US", "to": "DE"},
        "tags": {"from": ["rush"], "to": ["rush", "eu"]},
        "checkout_data.gift": {"from": "yes", "to": "no"},
        'checkout_data["Gift note"]': {"from": "Hi", "to": None},
        "external.seen": {"from": False, "to": True},
    }
    assert found["notes"]["from"] is None
    assert found["notes"]["to"][0]["content"] == "hello"
    assert list(found)[:3] == ["folder", "tags", "order_total"]


def test_items_and_shipments_are_told_by_id() -> None:
    before, after = order(), order()
    after.items[0].metadata["print_url"] = "https://example.com/b.png"
    after.items[0].quantity = 3
    del after.items[1]
    after.items.append(Item(id="19", name="Cap"))
    after.shipments.append(Shipment(id="1", tracking_number="1Z"))
    found = changes(before, after)
    assert list(found) == [
        "items[17].quantity",
        "items[17].metadata.print_url",
        "items[18]",
        "items[19]",
        "shipments[1]",
    ]
    assert found["items[17].quantity"] == {"from": 2, "to": 3}
    assert found["items[18]"]["from"]["name"] == "Mug"
    assert found["items[18]"]["to"] is None
    assert found["items[19]"]["from"] is None
    assert found["items[19]"]["to"]["name"] == "Cap"
    assert found["shipments[1]"]["to"]["tracking_number"] == "1Z"


def test_submissions_are_told_by_connection() -> None:
    before, after = order(), order()
    before.submissions = [Submission(connection="podos")]
    after.submissions = [Submission(connection="podos", state="accepted")]
    assert changes(before, after) == {"submissions[podos].state": {"from": "scheduled", "to": "accepted"}}


def test_what_is_missing_before_and_after_is_no_change_and_true_is_not_one() -> None:
    before, after = order(), order()
    before.refund_total, after.refund_total = None, Decimal("0.00")
    before.email, after.email = "", " "
    before.order_total, after.order_total = Decimal("10"), Decimal("10.00")
    before.checkout_data["n"], after.checkout_data["n"] = 1, True
    assert changes(before, after) == {
        "refund_total": {"from": None, "to": Decimal("0.00")},
        "checkout_data.n": {"from": 1, "to": True},
    }


def test_a_new_order_of_the_items_and_ids_that_repeat_are_told_whole() -> None:
    before, after = order(), order()
    after.items.reverse()
    assert changes(before, after) == {"items": {"from": ["17", "18"], "to": ["18", "17"]}}
    after.items[0].id = "17"
    assert list(changes(before, after)) == ["items"]
