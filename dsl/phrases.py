"""Phrases and units that merchants know from elsewhere, and what the language says for them.

Data for `dsl.slips`; a new one is a line here and a case in `tests/dsl/cases`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Phrase:
    """`needs`: tokens one of which must be acceptable where the phrase begins, if it begins where reading stopped.

    Where there is a `help` nothing is mended: the phrase has no word for word counterpart.
    """

    pattern: re.Pattern[str]
    meant: str | None
    needs: frozenset[str]
    help: str | None = None


def _phrase(pattern: str, meant: str | None, *needs: str, fix: str | None = None) -> Phrase:
    spaced = pattern.replace(" ", r"\s+")
    return Phrase(re.compile(rf"(?:{spaced})(?![A-Za-z0-9_])"), meant, frozenset(needs), fix)


_OPERATOR = ("IS", "EQUAL")
_NO_ANY = 'name each: `order.note contains "gift" or order.note contains "present"`'

PHRASES = (
    _phrase("(?:is )?(?:greater|more|higher) than or equal(?: to)?|(?:is )?at least", ">=", *_OPERATOR),
    _phrase("(?:is )?(?:less|lower|fewer) than or equal(?: to)?|(?:is )?at most", "<=", *_OPERATOR),
    _phrase("(?:is )?(?:greater|more|higher|larger|bigger) than|(?:is )?(?:above|over)", ">", *_OPERATOR),
    _phrase("(?:is )?(?:less|lower|smaller|fewer) than|(?:is )?(?:below|under)", "<", *_OPERATOR),
    _phrase("(?:is |does )?not equals?(?: to)?|isnt|are not|was not", "is not", *_OPERATOR),
    _phrase("(?:is )?equals?(?: to)?|are|was|were", "is", *_OPERATOR),
    _phrase("is not (?:in|any of|among)|not (?:in|one of)|is none of", "is not one of", *_OPERATOR),
    _phrase("is (?:in|any of|either|among)|in|any of", "is one of", *_OPERATOR),
    _phrase("one of", "is one of", *_OPERATOR),
    _phrase("(?:does not contain|contains) (?:any|one|all)(?: of)?", None, "CONTAINS", fix=_NO_ANY),
    _phrase("(?:does )?not (?:contains|includes?|contain)|doesnt contain", "does not contain", *_OPERATOR),
    _phrase("includes?|contain|containing", "contains", *_OPERATOR),
    _phrase("does not (?:starts|begins?) with|not starts? with", "does not start with", *_OPERATOR),
    _phrase("(?:begins?|beginning|start|starting) with|startswith|beginswith", "starts with", *_OPERATOR),
    _phrase("does not ends with|not ends? with", "does not end with", *_OPERATOR),
    _phrase("(?:end|ending) with|endswith", "ends with", *_OPERATOR),
    _phrase("does not matches|not match(?:es)?", "does not match", *_OPERATOR),
    _phrase("match|matching|like|is like", "matches", *_OPERATOR),
    _phrase("does not exists?|not exists?", "is missing", *_OPERATOR),
    _phrase("exists?", "is present", *_OPERATOR),
    _phrase("(?:is )?not missing", "is present", *_OPERATOR),
    _phrase("missing", "is missing", *_OPERATOR),
    _phrase("present", "is present", *_OPERATOR),
    _phrase("older than|(?:is )?older then", "is older than", *_OPERATOR),
    _phrase("newer than|(?:is )?newer then|(?:is )?younger than", "is newer than", *_OPERATOR),
    _phrase("before", "is before", *_OPERATOR),
    _phrase("after", "is after", *_OPERATOR),
    _phrase("between", "is between", *_OPERATOR),
    _phrase("exactly", "is exactly", *_OPERATOR),
    _phrase("has(?: the)? tags|tagged(?: with)?|has a tag", "has tag", *_OPERATOR),
    _phrase("has no tag|has not tag|doesnt have tag", "does not have tag", *_OPERATOR),
    _phrase("then", "do", "DO"),
    _phrase("then", "expect", "EXPECT"),
    _phrase(
        "if|when|where|unless",
        None,
        "MOVE",
        fix="a condition stands before `do`: `when ...`; for other actions write a second rule",
    ),
    _phrase("if", "when", "WHEN"),
    _phrase("if|with|that|when", "where", "WHERE"),
    _phrase("unless", "when", "WHEN", fix="write `when not (...)`"),
    _phrase(
        "else|otherwise",
        None,
        "MOVE",
        "AND",
        fix="a rule has no other half: write a second rule with the opposite `when`",
    ),
    _phrase("for (?:every|all|any)|foreach|each", "for each", "FOR"),
    _phrase("(?:is )?empty|(?:is )?blank", "is missing", *_OPERATOR),
    _phrase("move (?:the )?order to(?! folder)", "move to", "MOVE"),
    _phrase("add an? tag", "add tag", "ADD"),
    _phrase("add an? note", "add note", "ADD"),
    _phrase("(?:delete|drop) item", "remove item", "REMOVE"),
    _phrase("(?:delete|drop) tag", "remove tag", "REMOVE"),
    _phrase("change|update|assign", "set", "SET"),
    _phrase("send (?:mail|an email|e-mail|an e-mail)|email", "send email", "SEND"),
    _phrase("subtract", "decrease", "DECREASE"),
    _phrase("count of", "number of", "SUM"),
    _phrase("total of", "sum of", "SUM"),
    _phrase("(?:maximum|max|highest) of", "largest of", "SUM"),
    _phrase("(?:minimum|min|lowest) of", "smallest of", "SUM"),
    _phrase("all items?", "every item", "EVERY"),
    _phrase("some items?", "any item", "ANY"),
)

UNITS: dict[str, str] = {
    "lbs": "lb", "pound": "lb", "pounds": "lb", "ounce": "oz", "ounces": "oz", "ozs": "oz",
    "gram": "g", "grams": "g", "gr": "g", "kilo": "kg", "kilos": "kg", "kgs": "kg", "kilogram": "kg", "kilograms": "kg",
    "lb": "lb", "oz": "oz", "kg": "kg",
    "min": "minutes", "mins": "minutes", "minute": "minutes", "minutes": "minutes",
    "h": "hours", "hr": "hours", "hrs": "hours", "hour": "hours", "hours": "hours",
    "d": "days", "day": "days", "days": "days", "week": "weeks", "weeks": "weeks", "wk": "weeks", "wks": "weeks",
    "month": "", "months": "", "year": "", "years": "",
    "usd": "USD", "eur": "EUR", "gbp": "GBP", "cad": "CAD", "aud": "AUD",
    "dollar": "USD", "dollars": "USD", "euro": "EUR", "euros": "EUR", "bucks": "USD",
}  # fmt: skip
"""In small letters; blank for what the language has not."""
