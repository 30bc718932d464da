"""All orders of a comparison in sums: how many differ, by which rules, how much money they are, and where they go.

Filled by `comparing`, one part in each process, and put together by `spreading`; printed by `formats`. It holds a few orders
in full and otherwise only counts, so it stays small whatever the number of orders.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias, TypeVar

from engine.diff.changed import Changed, Unread
from engine.diff.differences import Difference

MOST_UNREAD = 100
"""Orders that could not be read and are named; the others are counted."""
MOST_KINDS = 1_000
"""Kinds of difference of which an order is kept."""

K = TypeVar("K", bound=Hashable)
Pair: TypeAlias = tuple[str | None, str | None]
"""Before and after: rules, folders or printers. None is none."""
Kind: TypeAlias = tuple[tuple[str, str, str | None, str | None], ...]
"""What orders have in common that differ in the same way."""

_ROW = re.compile(r"\[\d+\]")


@dataclass
class Group:
    """Orders that have something in common. money: their totals by currency. unpriced: those that say no total."""

    orders: int = 0
    money: dict[str, Decimal] = field(default_factory=dict)
    unpriced: int = 0

    def add(self, order: Changed) -> None:
        self.orders += 1
        if order.total is None:
            self.unpriced += 1
        else:
            self.money[order.currency] = self.money.get(order.currency, Decimal(0)) + order.total

    def merge(self, other: Group) -> None:
        self.orders += other.orders
        self.unpriced += other.unpriced
        for currency, amount in other.money.items():
            self.money[currency] = self.money.get(currency, Decimal(0)) + amount


@dataclass
class Summary:
    """full: how many orders are kept to be shown.

    tried: orders that were read. different: those that come out differently. rules: by the rule that made a difference
    before and the one that does now; the same rule twice does otherwise than it did. folders: where orders end. sent:
    submissions, by printer. effects: e-mails, posts and the like, by what they are: how many fewer and more.
    """

    full: int = 0
    tried: int = 0
    different: Group = field(default_factory=Group)
    rules: dict[Pair, Group] = field(default_factory=dict)
    folders: dict[Pair, Group] = field(default_factory=dict)
    sent: dict[Pair, Group] = field(default_factory=dict)
    effects: dict[str, list[int]] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)
    unreadable: int = 0
    kinds: dict[Kind, tuple[int, Changed]] = field(default_factory=dict)
    first: list[Changed] = field(default_factory=list)

    def add(self, order: Changed | Unread | None) -> None:
        """None: one that comes out alike."""
        if isinstance(order, Unread):
            self.unreadable += 1
            if len(self.unread) < MOST_UNREAD:
                self.unread.append(order)
            return
        self.tried += 1
        if order is None:
            return
        self.different.add(order)
        for pair in rules_of(order):
            self.rules.setdefault(pair, Group()).add(order)
        if order.folders is not None:
            self.folders.setdefault(order.folders, Group()).add(order)
        for pair in dict.fromkeys((each.before, each.after) for each in order.sent):
            self.sent.setdefault(pair, Group()).add(order)
        for difference in order.differences:
            if difference.kind == "effect" and not difference.about.startswith("submit to "):
                counts = self.effects.setdefault(sort_of(difference), [0, 0])
                counts[0] += difference.after is None
                counts[1] += difference.before is None
        self.keep(kind_of(order), 1, order)
        if len(self.first) < self.full:
            self.first.append(order)

    def keep(self, kind: Kind, many: int, order: Changed) -> None:
        known = self.kinds.get(kind)
        if known is not None:
            self.kinds[kind] = (known[0] + many, known[1])
        elif len(self.kinds) < MOST_KINDS:
            self.kinds[kind] = (many, order)

    def merge(self, later: Summary) -> None:
        """The summary of orders that come after these."""
        self.tried += later.tried
        self.unreadable += later.unreadable
        self.unread += later.unread[: MOST_UNREAD - len(self.unread)]
        self.different.merge(later.different)
        for mine, others in (
            (self.rules, later.rules),
            (self.folders, later.folders),
            (self.sent, later.sent),
        ):
            for pair, group in others.items():
                mine.setdefault(pair, Group()).merge(group)
        for name, (gone, came) in later.effects.items():
            counts = self.effects.setdefault(name, [0, 0])
            counts[0], counts[1] = counts[0] + gone, counts[1] + came
        for kind, (many, order) in later.kinds.items():
            self.keep(kind, many, order)
        self.first += later.first[: self.full - len(self.first)]

    def shown(self) -> list[Changed]:
        """Orders to be shown in full: one of each kind of difference, the most frequent first; then the first ones."""
        frequent = sorted(self.kinds.values(), key=lambda known: -known[0])
        chosen = {order.place: order for _, order in frequent[: self.full]}
        for order in self.first:
            if len(chosen) < self.full:
                chosen.setdefault(order.place, order)
        return list(chosen.values())


def most_first(groups: dict[Pair, Group]) -> list[tuple[Pair, Group]]:
    return sorted(groups.items(), key=lambda entry: (-entry[1].orders, [name or "" for name in entry[0]]))


def rules_of(order: Changed) -> Iterator[Pair]:
    """Each pair of rules once. A rule that fires on one side only and is named by no difference stands for itself."""
    found: dict[Pair, None] = {}
    for each in order.differences:
        if each.by_before is not None or each.by_after is not None:
            found[each.by_before, each.by_after] = None
    named = {title for pair in found for title in pair}
    for each in order.differences:
        if each.kind == "rule" and each.about not in named:
            found[None if each.before is None else each.about, None if each.after is None else each.about] = (
                None
            )
    return iter(found)


def kind_of(order: Changed) -> Kind:
    found = {(each.kind, sort_of(each), each.by_before, each.by_after) for each in order.differences}
    return tuple(sorted(found, key=lambda each: [part or "" for part in each]))


def sort_of(difference: Difference) -> str:
    """What it is about, without what is this order's own: the item's number, the address."""
    if difference.kind == "effect":
        return (
            difference.about.partition(" to ")[0]
            if difference.about.startswith(("e-mail", "post"))
            else difference.about
        )
    return _ROW.sub("", difference.about) if difference.kind == "field" else difference.about
