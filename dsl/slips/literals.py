"""Slips within one word: numbers and their units, dates, quotes, capital letters, signs that mean nothing.

Each function takes the place where reading stopped and answers None where the slip is not its own.
"""

from __future__ import annotations

import re

from dsl import words
from dsl.chunks import Slip, upper_case
from dsl.expecting import Place, near
from dsl.phrases import UNITS

_DATE = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}")


_CODE_FIRST = re.compile(r"([A-Z]{3})[ \t]+([0-9]+(?:\.[0-9]+)?)")


_LINE_OF_WORDS = re.compile(r"[^\s\"#,|()]+(?:[ \t]+[^\s\"#,|()]+)*")


_DATE_FIX = "write year, month, day: `2026-01-31`"


def capitals(p: Place) -> Slip | None:
    accepted = {words.keywords()[t] for t in p.accepts if t in words.keywords()}
    accepted |= words.DAYS if "DAY" in p.accepts else set()
    if p.word != p.word.lower() and p.word.lower() in accepted:
        return upper_case(p.word, p.at)
    last = p.last
    if last.type == "NAME" and not last.text.islower() and words.taken(last.text.lower()):
        return upper_case(last.text, last.start)
    return None


def unit(p: Place) -> Slip | None:
    number, start, end = p.last.text, p.last.start, p.last.end
    if p.last.type not in ("NUMBER", "INT"):
        return None
    if p.word in ("$", "€", "£"):
        meant = f"{p.found}{number}"
        return Slip(
            "E114", start, p.end, f"found `{number}{p.found}`, expected `{meant}`", f"write `{meant}`", meant
        )
    if p.found == "%":
        fix = f"write a part of one: `{number}%` is `{number} / 100`"
        return p.slip("E114", "found `%`, which the language has not", fix, " / 100 ")
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", p.word) or p.word in words.keywords().values():
        return None
    if end == p.at and re.fullmatch(r"_[0-9_]+|[eE][0-9]+", p.word):
        fix = "write all its digits and nothing between them, such as `1000`"
        return Slip("E112", start, p.end, f"found `{number}{p.found}`, expected a number", fix)
    unit = UNITS.get(p.word.lower())
    if unit:
        meant = f"{number} {unit}"
        return Slip(
            "E114", start, p.end, f"`{p.found}` is no unit of the language", f"write `{meant}`", meant
        )
    if unit is None and (p.text[end : p.at].strip(" \t") or not p.word.islower() or near(p)):
        return None
    fix = "weights are in `lb`, `oz`, `g`, `kg`; times in `minutes`, `hours`, `days`, `weeks`; money is `$50` or `50 USD`"
    if unit == "":
        fix = f"say it in {'days, such as `30 days`' if p.word[0] in 'my' else 'minutes'}"
    return p.slip("E114", f"`{p.found}` is no unit of the language", fix)


def number(p: Place) -> Slip | None:
    for token in p.before[-2:]:
        code = _CODE_FIRST.match(p.text, token.start) if token.type == "NAME" else None
        if code and code.end() >= p.last.end:
            meant = f"{code[2]} {code[1]}"
            message = f"found `{code[0]}`, expected `{meant}`"
            return Slip("E114", code.start(), code.end(), message, f"write `{meant}`", meant)
    if m := re.compile(r"\.[0-9]+").match(p.text, p.at):
        if d := _DATE.match(p.text, p.last.start):
            return Slip("E113", d.start(), d.end(), f"found `{d[0]}`, expected a date", _DATE_FIX)
        if not p.last.text[:1].isdigit():
            return Slip(
                "E112", p.at, m.end(), f"found `{m[0]}`, expected a number", f"write `0{m[0]}`", f"0{m[0]}"
            )
    return None


def quotes(p: Place) -> Slip | None:
    if p.word[0] in "“”„‟«»‘’‚‛'":
        return p.slip(
            "E105", f'found the quote `{p.found}`, expected `"`', "texts stand in straight double quotes"
        )
    if (
        p.last.type == "CONNECTION"
        and p.word[0].isalpha()
        and p.word not in (*words.keywords().values(), "then")
    ):
        return _in_quotes(p, p.last.start, "a name of several words stands in quotes")
    if p.last.type == "CONNECTION" and p.accepts == {"FIELD"}:
        return _in_quotes(p, p.last.start, "the label of an event stands in quotes")
    if (
        not (p.word[0].isalnum() or p.word[0] == "_")
        or "TEXT" not in p.accepts
        or p.accepts & {"NAME", "NUMBER"}
    ):
        return None
    titled = p.last.text in ("rule", "test")
    if p.word in words.keywords().values() and not titled:
        return None
    return _in_quotes(
        p, p.at, f"the title of a {p.last.text} stands in quotes" if titled else "it stands in quotes"
    )


_AFTER_A_NAME = re.compile(
    r"\s+(?:accepts|rejects|happens|is pressed|fired|did not fire)(?![A-Za-z0-9_]).*", re.DOTALL
)
"""What goes on in a step of a test after a label, a title or a connection."""


def _in_quotes(p: Place, start: int, why: str) -> Slip:
    m = _LINE_OF_WORDS.match(p.text, start)
    said = m[0] if m else p.text[start : p.end]
    if p.kind == "test":
        said = _AFTER_A_NAME.sub("", said) or said
    meant = '"' + said.replace("\\", "\\\\") + '"'
    message = f"found `{said[:60]}`, expected a text in quotes"
    return Slip("E122", start, start + len(said), message, f"{why}: `{meant[:80]}`", meant)


def unknown(p: Place) -> Slip | None:
    c = p.word[0]
    if (c.isascii() and c.isalnum()) or c in '"_.,:()[]|=<>+-*/!':
        return None
    fix = "braces stand only within texts" if c in "{}" else None
    if c == "@":
        fix = 'an e-mail address stands in quotes, as every text does: `"@example.com"`'
    if c.isalpha() or c == "\\":
        fix = (
            'names have the letters a to z, digits and `_`; others stand in quotes: `item.variation["Größe"]`'
        )
    return p.slip("E103", f"found `{c}`, which has no meaning here", fix)
