"""Where the value of a target is kept on the working copy, and what may be put there.

For `set`, `clear`, `increase` and `decrease`. A target is an attribute of the order, an address, an item or a shipment,
or an entry of a map; a print field is an entry of the item's metadata (language.md section 5).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from actions.local.entries import key_of
from actions.local.totals import recompute, recompute_weight
from actions.local.wording import quoted, spoken
from actions.work import Task, World
from dsl.schema import FieldRef
from dsl.types import DATE, MAP, MONEY, NUMBER, TIME, WEIGHT
from dsl.values import LARGEST, plain, present, read_number, read_when
from events.order import Item, Order

MOST_PIECES = 1_000_000
"""More pieces than this on one line is a slip of the pen, and would be printed."""

Kind: TypeAlias = Literal["text", "amount", "time", "map"]
_KINDS: Mapping[str, Kind] = {
    NUMBER.name: "amount",
    MONEY.name: "amount",
    WEIGHT.name: "amount",
    DATE.name: "time",
    TIME.name: "time",
    MAP.name: "map",
}


@dataclass(frozen=True)
class Unfit:
    """Why a value cannot be put there."""

    reason: str


@dataclass(slots=True)
class Slot:
    """`kept` has it under `name`: a map, whose entries are text, or a model's own fields, written without the model, which
    would check nothing and takes longer.

    called: the target, or the words for it.
    """

    kept: dict[str, Any]
    name: str
    called: FieldRef | str
    kind: Kind
    whole: bool = False

    @property
    def spoken(self) -> str:
        return self.called if isinstance(self.called, str) else spoken(self.called)

    def read(self) -> Any:
        """What is there; None is missing."""
        return present(self.kept.get(self.name))

    def write(self, value: Any) -> None:
        self.kept[self.name] = value

    def empty(self) -> None:
        """A field is there without a value, an entry is there no more."""
        if isinstance(self.called, FieldRef) and self.called.how == "field":
            self.kept[self.name] = {"text": "", "map": {}}.get(self.kind)
        else:
            del self.kept[self.name]

    def fit(self, value: Any, world: World) -> Any:
        """The value in the form in which it is kept here, or Unfit."""
        if self.kind == "text":
            return plain(value)
        if self.kind == "map":
            return Unfit(f'{self.spoken} has many entries; name one of them, as in {self.spoken}["..."]')
        if self.kind == "time":
            return self._time(value, ZoneInfo(world.store.timezone))
        amount = number(value)
        return Unfit(f"{quoted(value)} is not a number") if amount is None else self.fit_amount(amount)

    def fit_amount(self, amount: Decimal) -> Decimal | int | Unfit:
        if not abs(amount) < LARGEST:
            return Unfit(f"{self.spoken} would be larger than any order can have")
        if amount < 0:
            return Unfit(f"{self.spoken} cannot be below zero ({plain(amount)})")
        if not self.whole:
            return amount
        if amount != amount.to_integral_value():
            return Unfit(f"{self.spoken} is a number of pieces, and {plain(amount)} is not a whole number")
        if amount > MOST_PIECES:
            return Unfit(f"{plain(amount)} pieces is more than one line can have ({MOST_PIECES:,})")
        return int(amount)

    def _time(self, value: Any, zone: ZoneInfo) -> dt.datetime | Unfit:
        when = read_when(value, zone) if isinstance(value, str) else value
        if isinstance(when, dt.date) and not isinstance(when, dt.datetime):
            when = dt.datetime.combine(when, dt.time(), zone)
        try:
            if isinstance(when, dt.datetime):
                return when.astimezone(dt.UTC)
        except OverflowError:
            pass
        return Unfit(f"{quoted(value)} is not a date")


def slot_of(order: Order, task: Task) -> Slot:
    """The place that the task's target names, on the order or on the task's item or shipment."""
    ref = task.target
    holder: Any = order if ref is not None and ref.root == "order" else task.subject
    if ref is None or holder is None:
        raise TypeError(f"`{task.verb}` without its target")
    if ref.how == "print":
        return Slot(holder.metadata, _print_key(holder.metadata, ref.steps[0]), ref, "text")
    name = ref.steps[-1]
    for step in ref.steps[:-1]:
        holder = getattr(holder, step)
    if ref.how == "entry":
        return Slot(holder, key_of(holder, name) or name, ref, "text")
    fields = vars(holder)
    return Slot(fields, name, ref, _KINDS.get(ref.type.name, "text"), isinstance(fields[name], int))


def retotal(order: Order, task: Task, world: World) -> None:
    """The totals that the task's target feeds."""
    ref, item = task.target, task.subject
    if ref is None or ref.how != "field" or not isinstance(item, Item):
        return
    if ref.steps[0] in ("price", "quantity"):
        recompute(order, world, item)
    elif ref.steps[0] == "weight":
        recompute_weight(order, world, item)


def _print_key(metadata: Mapping[str, Any], name: str) -> str:
    """`print_url[1]` writes the unnumbered field where only that is there: two entries would be two print jobs."""
    found = key_of(metadata, name)
    if found is None and name.endswith("_1"):
        found = key_of(metadata, name.removesuffix("_1"))
    return found or name


def number(value: Any) -> Decimal | None:
    """A value as a number: text is read as the language reads it from outside. None where it is not one."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (Decimal, int)):
        return Decimal(value)
    return read_number(value) if isinstance(value, str) else None
