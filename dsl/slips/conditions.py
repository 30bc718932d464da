"""Slips within a condition: words of other languages for an operator, several values, parentheses, a second comparison.

Each function takes the place where reading stopped and answers None where the slip is not its own.
"""

from __future__ import annotations

from dsl import words
from dsl.chunks import Slip
from dsl.expecting import Place, found_at
from dsl.phrases import PHRASES


def phrase(p: Place) -> Slip | None:
    """`is greater than` for `>`: a phrase that begins where reading stopped, or some words before it."""
    for at, token in enumerate(p.before[-4:]):
        earlier = p.before[-4:][at - 1].text if at else ""
        if earlier not in ("is", "not") and (slip := _said(p, token.start)):
            return slip
    return _said(p, p.at)


def _said(p: Place, start: int) -> Slip | None:
    for phrase in PHRASES:
        m = phrase.pattern.match(p.text, start)
        if m is None or m.end() < p.last.end or (start == p.at and not phrase.needs & p.accepts):
            continue
        if m.end() <= p.at and start == p.last.start:
            continue
        said = " ".join(m[0].split())
        if phrase.meant is None:
            return Slip(
                "E111", m.start(), m.end(), f"found `{said}`, which the language has not", phrase.help
            )
        message = f"found `{said}`, expected `{phrase.meant}`"
        if phrase.help:
            return Slip("E111", m.start(), m.end(), message, phrase.help)
        return Slip("E111", m.start(), m.end(), message, f"write `{phrase.meant}`", phrase.meant)
    return None


def several(p: Place) -> Slip | None:
    """Several values where one is expected."""
    said = [token.text for token in p.before]
    if p.word in ("to", ",", "-") and "between" in said:
        fix = "write `is between 10 and 50`, without parentheses"
        return p.slip(
            "E130",
            f"found `{p.found}`, expected `and`",
            fix,
            "and" if p.found == "to" and "AND" in p.accepts else None,
        )
    if found_at(p.text, p.end + 1) in words.verbs():
        return None
    if (
        p.found == ","
        and p.last.type in ("TEXT", "NUMBER", "MONEY", "WEIGHT", "DATE")
        and {"AND", "PLUS"} <= p.accepts
    ):
        return p.slip(
            "E130", "found a comma after a value", 'several values are written `is one of ("US", "CA")`'
        )
    if said[-2:] == ["one", "of"]:
        fix = 'several values stand in parentheses: `is one of ("US", "CA")`; a list has its name there: `is one of EU`'
        return p.slip("E130", f"found `{p.found}` after `one of`, expected `(`", fix)
    if p.kind == "list" and p.found == "(":
        return p.slip("E130", "found `(` in a list", 'a list has no parentheses: `list EU = "AT", "BE"`')
    return None


def bracket(p: Place) -> Slip | None:
    if p.last.text in ("sum", "smallest", "largest") and p.found == "(":
        meant = f"{p.last.text} of"
        return Slip(
            "E111",
            p.last.start,
            p.last.end,
            f"found `{p.last.text}(`, expected `{meant}`",
            f"write `{meant} ...`",
            meant,
        )
    if p.last.text == "where" and p.accepts == {"LPAR"}:
        fix = "the condition stands in parentheses: `where (...)`; only `for each item where` needs none"
        return p.slip("E135", f"found `{p.found}` after `where`, expected `(`", fix)
    if p.word in ("*", "/") and p.last.text in ("items", "shipments", ")") and "PLUS" in p.accepts:
        return p.slip(
            "E135",
            f"found `{p.found}` after a count or a sum",
            "put it in parentheses: `(number of items) * 2`",
        )
    if p.found == ")" and "RPAR" not in p.accepts and "AND" in p.accepts:
        return p.slip("E135", "found `)` without its `(`", "leave it out, or open the parenthesis before")
    if (
        "RPAR" in p.accepts
        and "AND" in p.accepts
        and p.word in (*words.CLAUSES, *words.verbs(), "for", "given", "expect")
    ):
        return p.slip(
            "E135", f"found `{p.found}` within parentheses", "close the parenthesis with `)` before it"
        )
    return None


def chain(p: Place) -> Slip | None:
    if p.word in ("<", "<=", ">", ">=", "=", "!=", "is") and "AND" in p.accepts and "IS" not in p.accepts:
        fix = "join two comparisons with `and`, or write `is between 10 and 50`"
        return p.slip("E134", f"found a second comparison, `{p.found}`, in one condition", fix)
    return None
