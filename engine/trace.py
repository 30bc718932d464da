"""What was looked at and how it came out: the reasons behind a decision. Written by the reference evaluator only.

The compiled program writes no trace; explaining is deciding again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Reading:
    """One value as it was read. `origin` says where it came from: `order`, `item metadata`, `variation`, `inventory`,
    `event`; `missing` where there was nothing. `note` where it could not be used: `not a number`."""

    path: str
    value: Any
    origin: str
    note: str = ""


@dataclass(frozen=True)
class Step:
    """One condition. `kind` is `test` for a comparison, else `and`, `or`, `not`, `any`, `every`, `no`, `define`, `item`.

    text: as the author wrote it. subject: for an item or shipment, which. steps: what it is made of.
    """

    kind: str
    text: str
    met: bool
    readings: tuple[Reading, ...] = ()
    subject: str = ""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class RuleTrace:
    """One rule bound to the event: whether it fired, and why. `why` is one of `fired`, `shadow`, `not met`,
    `no item matched`, `after stop`, `loop`. changed: what each of its actions changed, in the order they were done."""

    title: str
    why: str
    when: Step | None = None
    where: tuple[Step, ...] = ()
    changed: tuple[Mapping[str, Any], ...] = ()
