"""The amounts that an event's rules name, each in its currency: where an order is in another, they are never compared with it.

Called by the dry run, which warns; found once for each event that happens, because a ruleset may have thousands of rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from dsl.values import folded
from engine import form as f


class Named(NamedTuple):
    """The first amount of a currency in a rule, and in the tables that it looks into."""

    title: str
    amount: Decimal
    currency: str


class NamedAmounts:
    def __init__(self, form: f.Form) -> None:
        self._form = form
        self._of: dict[str, tuple[frozenset[str], Sequence[Named]]] = {}

    def foreign(self, event_id: str, currency: str) -> Sequence[Named]:
        """Those of the event's rules that are in another currency; but of rules that ask for `order.currency`, none."""
        known = self._of.get(event_id)
        if known is None:
            named = [
                each
                for rule in self._form.rules.get(event_id, ())
                for each in amounts_named(rule, self._form)
            ]
            known = self._of[event_id] = frozenset(folded(each.currency) for each in named), named
        currencies, named_there = known
        if currencies <= {folded(currency)}:
            return ()
        return [each for each in named_there if folded(each.currency) != folded(currency)]


def amounts_named(rule: f.RuleForm, form: f.Form) -> Sequence[Named]:
    found: dict[str, Decimal] = {}
    for node in f.walk((rule.when, rule.where, rule.acts)):
        if isinstance(node, f.Read) and node.path == "order.currency":
            return ()
        if isinstance(node, f.MoneyConst):
            found.setdefault(node.currency, node.amount)
        elif isinstance(node, f.Lookup):
            table = form.tables[node.table]
            for column, currency in enumerate(table.currencies):
                cells = [cells[column] for cells, _ in table.rows] if currency else []
                amounts = (x for cell in cells for x in (*cell.values, cell.low, cell.high) if x is not None)
                if isinstance(first := next(amounts, None), Decimal):
                    found.setdefault(currency, first)
    return [Named(rule.title, amount, currency) for currency, amount in found.items()]
