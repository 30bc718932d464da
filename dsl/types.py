"""The types of values in rules. Checked before anything runs; at run time a value is plain Python.

| type     | at run time                            |
|----------|----------------------------------------|
| text     | str                                    |
| outside  | str, read as a number, money, weight or date where compared with one |
| number, money, weight | Decimal (money in the order's currency, weight in the store's unit) |
| duration | datetime.timedelta                     |
| date     | datetime.date                          |
| time     | datetime.datetime, aware               |
| truth    | bool                                   |
| list of  | list                                   |
| map      | dict of text                           |
| any      | unknown: after a mistake, agrees with everything |
Missing is None for each of them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Type:
    name: str
    of: Type | None = None

    def __str__(self) -> str:
        return f"list of {self.of}" if self.of is not None else self.name


TEXT = Type("text")
OUTSIDE = Type("text from outside")
NUMBER = Type("number")
MONEY = Type("money")
WEIGHT = Type("weight")
DURATION = Type("duration")
DATE = Type("date")
TIME = Type("time")
TRUTH = Type("truth")
MAP = Type("map")
ANY = Type("any")

SCALARS = {t.name: t for t in (TEXT, OUTSIDE, NUMBER, MONEY, WEIGHT, DURATION, DATE, TIME, TRUTH, MAP, ANY)}


def list_of(member: Type) -> Type:
    return Type("list", member)


def named(text: str) -> Type:
    """The type a catalogue writes: `text`, `money`, `outside`, `list of text`, ... Raises KeyError for no type."""
    if text == "outside":
        return OUTSIDE
    if text.startswith("list of "):
        return list_of(named(text.removeprefix("list of ")))
    return SCALARS[text]


_TEXTS, _AMOUNTS, _WHENS = (
    frozenset(t.name for t in some)
    for some in ((TEXT, OUTSIDE, ANY), (NUMBER, MONEY, WEIGHT, ANY), (DATE, TIME, ANY))
)
"""By name, which a list shares with none of them: asked of every part of every sum."""


def is_text(t: Type) -> bool:
    return t.name in _TEXTS


def is_amount(t: Type) -> bool:
    """Number, money or weight: what `<` and arithmetic take."""
    return t.name in _AMOUNTS


def is_when(t: Type) -> bool:
    return t.name in _WHENS
