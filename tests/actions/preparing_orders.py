"""Orders and connections of the tests of preparing: a good order, of which a test changes the one thing it is about."""

from __future__ import annotations

from typing import Any

from actions.preparing.prepare import prepare
from actions.preparing.prepared import Prepared, Refused
from actions.preparing.spec import SubmissionSpec, submission_spec
from actions.preparing.variants import VariantCatalogue
from dsl.schema import ConnectionSpec, fold
from events.failure import FailureKind
from events.inventory import Inventory, InventoryItem
from events.order import Order

ART = "https://art.example/a.png"


def spec_of(integration: str) -> SubmissionSpec:
    spec = submission_spec(integration)
    assert spec is not None
    return spec


def podos(**settings: Any) -> ConnectionSpec:
    return ConnectionSpec("podos", "podOS", "podos", {"default_mail_class": "Standard", **settings})


def pov(**settings: Any) -> ConnectionSpec:
    return ConnectionSpec("pov", "POV", "pov", {"default_mail_class": "Standard", **settings})


def item(number: int = 1, /, **fields: Any) -> dict[str, Any]:
    """Line 1 is TEE-1 "Tee 1" with the id 101."""
    return {"id": str(100 + number), "code": f"TEE-{number}", "name": f"Tee {number}", **fields}


def ready(number: int = 1, /, **fields: Any) -> dict[str, Any]:
    """A line that podOS and POV can both take."""
    metadata = {"podos_variant_id": "R1", "print_sku": "PRT-1", "print_url": ART}
    return item(number, **{"metadata": metadata, **fields})


def order(*items: dict[str, Any], shipping: dict[str, Any] | None = None, **fields: Any) -> Order:
    address = {
        "first_name": "Ada",
        "last_name": "Byron",
        "address1": "1 Mill Lane",
        "city": "Leeds",
        "country": "GB",
    }
    return Order.model_validate(
        {
            "id": "1",
            "email": "ada@example.com",
            "shipping_method": "Standard",
            "shipping": {**address, **(shipping or {})},
            "order_items": list(items),
            **fields,
        }
    )


def stock(*items: InventoryItem) -> Inventory:
    return {fold(each.code): each for each in items}


def prepared(
    of: Order,
    connection: ConnectionSpec | None = None,
    inventory: Inventory | None = None,
    catalogue: VariantCatalogue | None = None,
) -> Prepared:
    result = outcome(of, connection, inventory, catalogue)
    assert isinstance(result, Prepared), result.message
    return result


def refused(
    of: Order,
    connection: ConnectionSpec | None = None,
    inventory: Inventory | None = None,
    catalogue: VariantCatalogue | None = None,
) -> Refused:
    result = outcome(of, connection, inventory, catalogue)
    assert isinstance(result, Refused)
    return result


def outcome(
    of: Order,
    connection: ConnectionSpec | None = None,
    inventory: Inventory | None = None,
    catalogue: VariantCatalogue | None = None,
) -> Prepared | Refused:
    connection = connection or podos()
    return prepare(of, connection, inventory or {}, spec_of(connection.integration), catalogue)


def kinds(result: Refused) -> list[FailureKind]:
    return [failure.kind for failure in result.failures]
