"""What a field is called in a sentence: `order.shipping.country` is "shipping country".

Called by `saying`; whose it is ("its", "the item's") is said there.
"""

from __future__ import annotations

from dsl import ast
from dsl.schema import FieldSpec, Schema, fold

WORDS = {
    "id": "ID", "ids": "IDs", "ip": "IP", "pdf": "PDF", "sku": "SKU", "url": "URL", "gfn": "GFN", "cc": "card", "code": "code",
    "address1": "address line 1", "address2": "address line 2", "address3": "address line 3", "address4": "address line 4",
}  # fmt: skip
"""Parts of names that are not English words as they stand."""

CALLED = {
    "order.order_total": "total",
    "order.total": "total",
    "order.quantity_total": "number of pieces",
    "order.weight_total": "weight",
    "order.email": "e-mail address",
    "order.cc_number_masked": "card number",
    "order.cc_exp": "card expiry",
    "order.date_added": "date",
    "item.code": "SKU",
    "item.variation_list": "variation",
    "order.order_metadata": "metadata",
    "shipment.carrier_code": "carrier",
}
"""By the path as it is written, where its own words would not be what people say."""

ADDRESSES = {"shipping": "shipping", "customer": "customer's", "return_address": "return"}


def quoted(text: str) -> str:
    return f"“{text}”"


class Naming:
    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._words = {
            **{fold(each.label): each.label for each in schema.connections.values() if " " not in each.label},
            **WORDS,
        }

    def words(self, name: str) -> str:
        """`podos_variant_id` is "podOS variant ID"."""
        return " ".join(self._words.get(word, word) for word in name.split("_"))

    def noun(self, path: ast.Path) -> str:
        """`item.variation["Design"]` is "variation “Design”"; its owner is not said."""
        fields = [step.name for step in path.steps if isinstance(step, ast.Field)]
        known = CALLED.get(f"{path.root}.{'.'.join(fields)}")
        if known is None and len(fields) == 2 and fields[0] in ADDRESSES:
            known = f"{ADDRESSES[fields[0]]} {self.words(fields[1])}"
        elif known is None and len(fields) == 2 and self._map(path.root, fields[0]):
            known = f"{self._called(path.root, fields[0])} {quoted(fields[1])}"
        said = [known or " ".join(self._called(path.root, name) for name in fields)]
        for step in path.steps:
            if isinstance(step, ast.Key):
                said.append(quoted(step.name))
            elif isinstance(step, ast.Index) and step.number > 1:
                said.append(str(step.number))
        return " ".join(said)

    def many(self, node: ast.Expr) -> bool:
        """Whether what is compared is a list, of which people speak in the plural."""
        if not isinstance(node, ast.Path):
            return False
        spec = self._spec(node)
        if spec is not None:
            return spec.type.of is not None
        name = node.steps[-1].name if node.steps and isinstance(node.steps[-1], ast.Field) else ""
        kinds = [each.fields[name] for each in self.schema.events.values() if name in each.fields]
        return node.root == "event" and bool(kinds) and all(kind.of is not None for kind in kinds)

    def _called(self, root: str, name: str) -> str:
        return CALLED.get(f"{root}.{name}") or self.words(name)

    def _map(self, root: str, name: str) -> bool:
        spec = self.schema.fields.get(f"{root}.{name}")
        return spec is not None and spec.kind == "map"

    def _spec(self, path: ast.Path) -> FieldSpec | None:
        if not all(isinstance(step, ast.Field) for step in path.steps):
            return None
        names = [step.name for step in path.steps if isinstance(step, ast.Field)]
        return self.schema.fields.get(".".join([path.root, *names]))
