"""Order Desk's order object and our own JSON, which is the same with `folder`, `tags` and `currency` beside it.

Called by `read_orders` for documents of that shape. Members that we do not know are kept on the order and written back
by `export_order`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from events.importers.reading import Refused, shown
from events.order import Order

_BARE = ("items", "notes", "shipments")
_REASONS = {
    "string_type": "is not text",
    "list_type": "is not a list in [...]",
    "dict_type": "is not a group of named values in {...}",
    "model_type": "is not a group of named values in {...}",
    "missing": "is missing",
    "literal_error": "is none of the words that are known here",
}


def read(document: dict[str, Any]) -> Order:
    """Order Desk's names only; `items`, `notes` and `shipments` without their prefix where the long name is absent."""
    bare = [name for name in _BARE if name in document and f"order_{name}" not in document]
    if bare:
        document = {f"order_{name}" if name in bare else name: value for name, value in document.items()}
    return validated(document, bare)


def validated(document: dict[str, Any], bare: Sequence[str] = ()) -> Order:
    """An order from members in Order Desk's shape. `bare`: those whose names the file has without `order_`."""
    try:
        return Order.model_validate(document, by_alias=True, by_name=False)
    except ValidationError as wrong:
        raise Refused(_sentence(wrong, bare)) from None


def _sentence(wrong: ValidationError, bare: Sequence[str]) -> str:
    """The first mistake in the merchant's words, and how many more there are."""
    errors = wrong.errors(include_url=False)
    first = errors[0]
    path = ""
    for number, step in enumerate(first["loc"]):
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            name = (
                step.removeprefix("order_") if number == 0 and step.removeprefix("order_") in bare else step
            )
            path += f".{name}" if path else name
    said = first.get("ctx", {}).get("error")
    reason = str(said) if said is not None else _REASONS.get(first["type"], "cannot be read here")
    more = f" (and {len(errors) - 1} more like it)" if len(errors) > 1 else ""
    return f"{path}: {shown(first['input'])} {reason}{more}"
