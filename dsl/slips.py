"""What people type by mistake: for a statement that cannot be read, what to say of it and what was meant.

Called by `dsl.parser` with the place where reading stopped. Each function knows one family of slips; the first that
recognises its own speaks, and where none does, `found ..., expected ...` does (`dsl.expecting`). Slips that can be seen
without the grammar are found in `dsl.chunks`, those that are good grammar in `dsl.expressions`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from dsl import words
from dsl.chunks import Slip, upper_case
from dsl.expecting import Place, ended, found_at, near, unexpected
from dsl.phrases import PHRASES, UNITS

_DATE = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}")
_CODE_FIRST = re.compile(r"([A-Z]{3})[ \t]+([0-9]+(?:\.[0-9]+)?)")
_LINE_OF_WORDS = re.compile(r"[^\s\"#,|()]+(?:[ \t]+[^\s\"#,|()]+)*")
_DATE_FIX = "write year, month, day: `2026-01-31`"
_ORDER_FIX = f"the clauses of a rule come in this order: {', '.join(f'`{c}`' for c in words.CLAUSES)}"
_ON_FIX = 'say when the rule runs, such as `on "Order is Imported"`'


def explain(place: Place) -> Slip:
    """The slip at the place where reading stopped; its offsets are those of the place's text."""
    if place.found is None:
        return ended(place)
    for look in _LOOKS:
        if slip := look(place):
            return slip
    return unexpected(place)


def outside(word: str, start: int) -> Slip:
    """Text before a file's first statement."""
    fix = "a file consists of statements; each begins on a line of its own; a comment begins with `#`"
    if word.lower() in words.CLAUSES:
        fix = f'`{word.lower()}` belongs to a rule, which begins with its title: `rule "..."`'
    choices = words.either([f"`{s}`" for s in words.STATEMENTS])
    return Slip("E127", start, start + len(word), f"found `{word}`, expected {choices}", fix)


def part(text: str, start: int) -> Slip:
    """What stands between the braces of a text and cannot be read. Its place is that of `start`."""
    said = text.strip()[:60]
    message = f"found `{{{said}}}` in a text, expected a field or a definition"
    fix = "only a field such as `{order.email}` or a definition is replaced; a brace itself is `{{` or `}}`"
    if "\\" in said:
        fix = 'quotes within braces need no backslash: `{item.variation["Design"]}`'
    return Slip("E108", start, start + len(text), message, fix)


# -- one family of slips each -----------------------------------------------------------------------------------


def _statement(p: Place) -> Slip | None:
    if p.found not in words.STATEMENTS:
        return None
    return p.slip(
        "E123", f"found `{p.found}` within a {p.kind}", f"a `{p.found}` begins on a line of its own"
    )


def _capitals(p: Place) -> Slip | None:
    accepted = {words.keywords()[t] for t in p.accepts if t in words.keywords()}
    accepted |= words.DAYS if "DAY" in p.accepts else set()
    if p.word != p.word.lower() and p.word.lower() in accepted:
        return upper_case(p.word, p.at)
    last = p.last
    if last.type == "NAME" and not last.text.islower() and words.taken(last.text.lower()):
        return upper_case(last.text, last.start)
    return None


def _clause(p: Place) -> Slip | None:
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


def _verb(p: Place) -> Slip | None:
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


def _phrase(p: Place) -> Slip | None:
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


def _unit(p: Place) -> Slip | None:
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


def _number(p: Place) -> Slip | None:
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


def _cell(p: Place) -> Slip | None:
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


def _separator(p: Place) -> Slip | None:
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


def _several(p: Place) -> Slip | None:
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


def _bracket(p: Place) -> Slip | None:
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


def _chain(p: Place) -> Slip | None:
    if p.word in ("<", "<=", ">", ">=", "=", "!=", "is") and "AND" in p.accepts and "IS" not in p.accepts:
        fix = "join two comparisons with `and`, or write `is between 10 and 50`"
        return p.slip("E134", f"found a second comparison, `{p.found}`, in one condition", fix)
    return None


def _quotes(p: Place) -> Slip | None:
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


def _glue(p: Place) -> Slip | None:
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


def _unknown(p: Place) -> Slip | None:
    c = p.word[0]
    if (c.isascii() and c.isalnum()) or c in '"_.,:()[]|=<>+-*/!':
        return None
    fix = "braces stand only within texts" if c in "{}" else None
    if c.isalpha() or c == "\\":
        fix = (
            'names have the letters a to z, digits and `_`; others stand in quotes: `item.variation["Größe"]`'
        )
    return p.slip("E103", f"found `{c}`, which has no meaning here", fix)


_LOOKS: tuple[Callable[[Place], Slip | None], ...] = (
    _statement, _capitals, _clause, _cell, _phrase, _verb, _unit, _number, _several, _bracket, _separator, _chain, _quotes,
    _unknown, _glue,
)  # fmt: skip
