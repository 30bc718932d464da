"""Slips between the parts of a statement: clauses, actions, the cells of a table, and the small words and signs between.

Each function takes the place where reading stopped and answers None where the slip is not its own.
"""

from __future__ import annotations

import re

from dsl import words
from dsl.chunks import Slip
from dsl.expecting import Place, near

_ORDER_FIX = f"the clauses of a rule come in this order: {', '.join(f'`{c}`' for c in words.CLAUSES)}"


_ON_FIX = 'say when the rule runs, such as `on "Order is Imported"`'


def statement(p: Place) -> Slip | None:
    if p.found not in words.STATEMENTS:
        return None
    return p.slip(
        "E123", f"found `{p.found}` within a {p.kind}", f"a `{p.found}` begins on a line of its own"
    )


def clause(p: Place) -> Slip | None:
    clause = "for each" if p.found == "for" else p.word
    if p.kind != "rule" or clause not in words.CLAUSES:
        return None
    seen = p.clauses
    if clause in seen:
        fix = {
            "when": "join the conditions with `and`",
            "on": "join the events with `or`",
            "do": "write all actions under one `do`",
        }.get(clause, f"keep one `{clause}`")
        return p.slip("E120", f"found a second `{clause}` in a rule", fix)
    if any(words.CLAUSES.index(s) > words.CLAUSES.index(clause) for s in seen):
        return p.slip("E120", f"found `{clause}` after `{seen[-1]}`", _ORDER_FIX)
    if "ON" in p.accepts and re.compile(r"\n[ \t]*on\b").search(p.text, p.end):
        return p.slip("E120", f"found `{clause}` before `on`", _ORDER_FIX)
    if "ON" in p.accepts:
        return p.slip("E121", f"found `{clause}`, expected `on`", _ON_FIX)
    return None


def verb(p: Place) -> Slip | None:
    """An action where none can begin."""
    if p.word not in words.verbs():
        return None
    if "DO" in p.accepts:
        return p.slip(
            "E121",
            f"found `{p.found}`, expected `do`",
            "the actions of a rule begin with `do`",
            f"do {p.found}",
        )
    if p.last.text in ("and", "then"):
        fix = "actions follow each other, one on a line, with nothing between them"
        return Slip("E130", p.last.start, p.last.end, f"found `{p.last.text}` between two actions", fix, " ")
    if p.kind == "rule" and "ON" in p.accepts:
        return p.slip("E121", f"found `{p.found}`, expected `on`", f"{_ON_FIX}, then `do` and its actions")
    return None


def cell(p: Place) -> Slip | None:
    if p.kind != "table":
        return None
    if p.found == "*" and "ANY" in p.accepts:
        return p.slip("E130", "found `*`, expected `any`", "a cell that takes everything is `any`", "any")
    if p.word in ("-", ".") and "TO" in p.accepts:
        end = p.end + len(p.text[p.end :]) - len(p.text[p.end :].lstrip("."))
        return Slip(
            "E130", p.at, end, "found a sign within a range, expected `to`", "write `10 to 50`", " to "
        )
    if p.found == "|" and p.last.text == "|":
        return p.slip("E130", "found a blank cell", "a cell that takes everything is `any`")
    return None


def separator(p: Place) -> Slip | None:
    keyword_before = p.last.type in words.keywords()
    if p.word in (":", ";", ".", ",", "then", "and") and (
        p.accepts >= words.ACTION or (keyword_before and p.found == ":")
    ):
        fix = "nothing stands between words, clauses and actions; leave it out"
        return p.slip("E130", f"found `{p.found}`, which is not needed here", fix, " ")
    if p.word in (";", ".") and not p.text[p.end :].strip():
        return p.slip(
            "E130",
            f"found `{p.found}`, which is not needed here",
            "a statement ends by itself; leave it out",
            " ",
        )
    if p.word in (",", "and") and "OR" in p.accepts and "AND" not in p.accepts and p.kind == "rule":
        fix = "several events are joined by `or`"
        return p.slip("E130", f"found `{p.found}` between two events, expected `or`", fix, " or ")
    if p.word in ("=", "is", "be", ":") and "TO" in p.accepts and "IS" not in p.accepts:
        fix = 'a value is set with `to`, such as `set order.shipping_method to "Standard"`'
        return p.slip("E130", f"found `{p.found}`, expected `to`", fix, " to ")
    if (
        p.word in ("=", "is", "to", ":")
        and "TEXT" in p.accepts
        and "NAME" not in p.accepts
        and p.kind == "test"
    ):
        return p.slip(
            "E130", f"found `{p.found}`, which is not needed here", "the value follows by itself", " "
        )
    return None


def glue(p: Place) -> Slip | None:
    """One small word is left out: `move to "Spam"`, `increase item.quantity 1`."""
    if len(p.accepts) > 3 or near(p) or p.word in words.keywords().values():
        return None
    verb = next((t for t in reversed(p.before) if t.text in words.verbs()), p.last)
    for token in p.accepts & {"FOLDER", "TO", "BY", "AT", "OF"}:
        word = words.keywords()[token]
        left_out = " ".join(f"{p.text[verb.start : p.last.end]} {word} {p.word}".split())[:80]
        return Slip(
            "E101",
            p.at,
            p.end,
            f"found `{p.found}`, expected `{word}`",
            f"write `{left_out}`",
            f"{word} {p.found}",
        )
    return None
