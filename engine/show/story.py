"""What became of one order, as a story in the merchant's words: what happened, which rules fired, what they did, what would
be sent, what is wrong. Plain data without layout.

Told by `engine.show.teller` once for all readable formats, which only lay it out and escape it for their medium.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from engine.show.parcel import Parcel
from engine.show.words import Words
from engine.trace import RuleTrace

Kind = Literal["rule", "setting", "shadow"]


@dataclass(frozen=True)
class Act:
    """One action, for one target (blank: the order). text is blank for a setting, whose title says it. lines: what it changed, or what would be sent."""

    text: str
    target: str
    outcome: str
    reason: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Told:
    """A rule that fired, a setting that acted, or a rule in shadow that would have fired."""

    title: str
    kind: Kind
    because: str
    acts: tuple[Act, ...]
    stops: bool = False


@dataclass(frozen=True)
class Chapter:
    """One event. details: what the event itself carries. changes: what changed, where it is not known by which action.
    bound: how many rules wait for this event; idle: how many of them did not fire. order_id: where it is another order
    than the one that the story is about."""

    event: str
    details: str
    order_id: str
    rules: tuple[Told, ...]
    bound: int
    idle: int
    changes: tuple[str, ...]
    new_orders: tuple[str, ...]
    stopped_by: str | None
    problems: tuple[str, ...]
    traces: tuple[RuleTrace, ...]


@dataclass(frozen=True)
class Sending:
    """A submission as it would leave. unlike: where what was prepared is not taken, why: a rule calls it off, or the dry run
    was told that the printer rejects it."""

    connection: str
    unlike: str
    parcel: Parcel | None
    skipped: tuple[str, ...]
    problems: tuple[str, ...]
    warnings: tuple[str, ...]
    order_id: str


Part: TypeAlias = Chapter | Sending


@dataclass(frozen=True)
class Story:
    """number, facts: `1001` and `from Shopify`, `to US`, ... ending: how it came out, in a few words each.

    problems: what went wrong. warnings: what is doubtful, of importing the order and of what would be sent.
    words: how this order's values are said.
    """

    name: str
    number: str
    words: Words
    facts: tuple[str, ...] = ()
    error: str | None = None
    parts: tuple[Part, ...] = ()
    ending: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
