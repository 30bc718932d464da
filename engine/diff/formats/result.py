"""A comparison as all the readable formats tell it: its verdict, its sums as tables, and each difference in a line.

Made by `ordinance diff`, printed by the formats beside this file. Nothing here escapes anything: each format does that for
its own medium.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from dsl.counting import count
from dsl.schema import fold
from engine.diff.changed import Changed
from engine.diff.comparing import Comparison
from engine.diff.differences import Difference
from engine.diff.summary import Group, Pair, Summary, most_first
from engine.diff.why import Reason, reasons
from engine.diff.written import Change
from engine.show.words import Words, listed

MOST_ROWS = 20
"""Of one table; the JSON has them all."""


@dataclass(frozen=True)
class Table:
    """rows: how many orders, then the columns. more: rows that are left out."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: int = 0


@dataclass(frozen=True)
class Line:
    """A difference. by: the rules that made it. why: what they saw, a line each."""

    text: str
    by: str = ""
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    comparison: Comparison
    written: tuple[Change, ...]
    summary: Summary

    @property
    def before(self) -> str:
        return self.comparison.before.name

    @property
    def after(self) -> str:
        return self.comparison.after.name

    @property
    def event(self) -> str:
        return self.comparison.happening.label

    @cached_property
    def words(self) -> Words:
        opened = self.comparison.after.opened
        return Words(opened.zone, opened.schema.store.currency)

    @property
    def verdict(self) -> str:
        tried, differ = self.summary.tried, self.summary.different.orders
        if not tried:
            return "there was no order to try"
        if not differ:
            return f"all {tried:,} orders come out alike" if tried > 1 else "the one order comes out alike"
        return f"{differ:,} of {count(tried, 'order')} {'comes' if differ == 1 else 'come'} out differently"

    @property
    def money(self) -> str:
        """What the orders that differ are worth."""
        return worth(self.summary.different)

    @cached_property
    def shown(self) -> list[Changed]:
        return self.summary.shown()

    @property
    def not_shown(self) -> int:
        return self.summary.different.orders - len(self.shown)

    def tables(self) -> Iterator[Table]:
        """Those that have something to say. Rules that are written differently stand before those that follow from them."""
        found = self.summary
        if found.rules:
            rewritten = {change.name for change in self.written if change.what == "rule"}
            ordered = sorted(most_first(found.rules), key=lambda entry: rewritten.isdisjoint(entry[0]))
            yield table(
                "By which rule", ("before", "now"), ((*by_rule(pair), group) for pair, group in ordered)
            )
        if found.folders:
            rows = ((pair[0] or "", pair[1] or "", group) for pair, group in most_first(found.folders))
            yield table("Where orders end", ("before", "now"), rows)
        if found.sent:
            rows = (
                (self.printer(pair[0]), self.printer(pair[1]), group)
                for pair, group in most_first(found.sent)
            )
            yield table("Who prints them", ("before", "now"), rows)
        if found.effects:
            rows_of_effects = tuple(
                (name, f"{gone:,}", f"{came:,}")
                for name, (gone, came) in sorted(found.effects.items())
                if gone or came
            )
            if rows_of_effects:
                yield Table("What else is done", ("", "no longer", "now"), rows_of_effects)

    def printer(self, name: str | None) -> str:
        if name is None:
            return "not submitted"
        for version in (self.comparison.after, self.comparison.before):
            if (known := version.opened.schema.connections.get(fold(name))) is not None:
                return known.label
        return name

    def lines(self, order: Changed) -> Iterator[Line]:
        """Each difference of an order, the rules that made it, and what these saw."""
        why = self.reasons(order)
        for each in order.differences:
            whose = f"order {each.order}: " if order.order and each.order != order.order else ""
            told = [f"{whose}{line}" for line in spoken(each, self.words)]
            for line in told[:-1]:
                yield Line(line, made_by(each))
            reason = why.get((each.order, each.about)) if each.kind == "rule" else None
            yield Line(told[-1] if told else each.about, made_by(each), reason.lines if reason else ())

    def reasons(self, order: Changed) -> dict[tuple[str, str], Reason]:
        return reasons(self.comparison, order, self.words) if order.read is not None else {}


def table(title: str, columns: tuple[str, ...], rows: Iterator[tuple[str, str, Group]]) -> Table:
    told = [(f"{group.orders:,}", *rest, worth(group)) for *rest, group in rows]
    return Table(title, ("orders", *columns, "worth"), tuple(told[:MOST_ROWS]), max(0, len(told) - MOST_ROWS))


def by_rule(pair: Pair) -> tuple[str, str]:
    before, after = pair
    if before == after:
        return f'"{before}"', "the same rule, otherwise"
    return f'"{before}"' if before else "no rule", f'"{after}"' if after else "no rule"


def worth(group: Group) -> str:
    """The totals of orders, each currency for itself."""
    money = [f"{amount:,.2f} {currency}".strip() for currency, amount in sorted(group.money.items())]
    if group.unpriced:
        money.append(f"{count(group.unpriced, 'order')} without a total")
    return listed(money)


# -- what is written differently --------------------------------------------------------------------------------

NAMED = ("rule", "table", "list", "definition", "test")


def said(change: Change) -> str:
    return f'{change.what} "{change.name}"' if change.what in NAMED else f"{change.what}: {change.name}"


def detail(change: Change) -> str:
    if change.kind in ("added", "removed") and change.detail and change.what == "rule":
        return f"{change.kind}, in {change.detail}"
    return f"{change.kind}: {change.detail}" if change.detail else change.kind


# -- a difference in words --------------------------------------------------------------------------------------


def spoken(each: Difference, words: Words) -> Sequence[str]:
    if each.kind == "field":
        return list(words.changed({each.about: {"from": each.before, "to": each.after}}))
    if each.kind in ("rule", "event"):
        noun = "rule" if each.kind == "rule" else "event"
        if each.before is None:
            return [f'{noun} now: "{each.about}"{times(each.after)}']
        if each.after is None:
            return [f'{noun} no longer: "{each.about}"{times(each.before)}']
        return [f'{noun} "{each.about}": {count(each.before, "time")} -> {count(each.after, "time")}']
    if each.before is None:
        return [f"{each.about}, now: {each.after}"]
    if each.after is None:
        return [f"{each.about}, no longer: {each.before}"]
    return [f"{each.about}: {each.before} -> {each.after}"]


def times(number: int) -> str:
    return "" if number == 1 else f", {number} times"


def made_by(each: Difference) -> str:
    if each.by_before == each.by_after:
        return f'by "{each.by_after}" in both' if each.by_after else ""
    now = f'by "{each.by_after}"' if each.by_after else "by no rule"
    was = f'by "{each.by_before}"' if each.by_before else "by no rule"
    return f"{now}; before {was}"
