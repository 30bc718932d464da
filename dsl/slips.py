"""What people type by mistake: for a statement that cannot be read, what to say of it and what was meant.

Called by `dsl.parser` with lark's error. Each function looks at the place of the error and knows one family of slips;
the first that recognises its own speaks, and where none does, `found ..., expected ...` does. Slips that can be seen
without the grammar are found in `dsl.chunks`, those that are good grammar in `dsl.expressions`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from dsl import words
from dsl.chunks import Slip, upper_case
from dsl.phrases import ABSENT_WORDS, PHRASES, UNITS

if TYPE_CHECKING:
    from lark import UnexpectedInput

Word = tuple[str, int, int]
"""What is written, where it starts and ends."""


@dataclass(frozen=True)
class Place:
    """Where reading stopped. `before` are the last words before it, the nearest last."""

    kind: str
    text: str
    found: str
    at: int
    accepts: frozenset[str]
    before: tuple[Word, ...]

    @property
    def end(self) -> int:
        return self.at + len(self.found)

    @property
    def previous(self) -> Word:
        return self.before[-1] if self.before else ("", self.at, self.at)

    def slip(self, code: str, message: str, fix: str | None = None, meant: str | None = None) -> Slip:
        return Slip(code, self.at, self.end, message, fix, meant)


@cache
def _word() -> re.Pattern[str]:
    return re.compile(
        rf"(?:[ \t\r\n]|#[^\n]*+)*+(?P<it>{words.terminal('TEXT')}|\.?[A-Za-z_][A-Za-z0-9_]*"
        r"|[0-9]+(?:\.[0-9]+)?|->|[<>!]=|\S)?"
    )


_WINDOW = 2000


def _before(text: str, at: int) -> tuple[Word, ...]:
    found: list[Word] = []
    position = text.rfind("\n", 0, max(0, at - _WINDOW)) + 1 if at > _WINDOW else 0
    while (m := _word().match(text, position, at)) is not None and m["it"]:
        found.append((m["it"], m.start("it"), m.end("it")))
        position = m.end()
    return tuple(found[-5:])


def explain(kind: str, text: str, error: UnexpectedInput) -> Slip:
    """The slip behind lark's error, in places of `text`."""
    parser: Any = getattr(error, "interactive_parser", None)
    accepts = frozenset(parser.accepts()) if parser is not None else frozenset()
    token = getattr(error, "token", None)
    ended = token is not None and token.type == "$END"
    at = len(text) if ended else int(error.pos_in_stream or 0)
    before = _before(text, at)
    if ended:
        place = Place(kind, text, "", before[-1][2] if before else 0, accepts, before)
        return _ended(place)
    m = _word().match(text, at)
    found = m["it"] if m is not None and m["it"] else text[at : at + 1]
    place = Place(kind, text, found, at, accepts, before)
    for look in _LOOKS:
        if slip := look(place):
            return slip
    return _unexpected(place)


# -- one family of slips each -----------------------------------------------------------------------------------


def _capitals(p: Place) -> Slip | None:
    accepted = {words.keywords()[t] for t in p.accepts if t in words.keywords()} | _DAYS
    if p.found.lower() in accepted and p.found != p.found.lower():
        return upper_case(p.found, p.at)
    word, start, _ = p.previous
    if word.isalpha() and not word.islower() and words.taken(word.lower()) and p.before[-2:-1] and word[0] != ".":
        return upper_case(word, start)
    return None


_DAYS = {"day", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}


def _statement(p: Place) -> Slip | None:
    if p.found not in words.STATEMENTS:
        return None
    return p.slip("E123", f"found `{p.found}` within a {p.kind}", f"a `{p.found}` begins on a line of its own")


def _phrase(p: Place) -> Slip | None:
    """`is greater than` for `>`: a phrase that ends where reading stopped, or goes on there."""
    reached = p.previous[2]
    for start in (*(w[1] for w in p.before[-4:]), p.at):
        for phrase in PHRASES:
            m = phrase.pattern.match(p.text, start)
            if m is None or m.end() < reached or (start == p.at and not phrase.needs & p.accepts):
                continue
            said = " ".join(m[0].split())
            fix = phrase.help or f"write `{phrase.meant}`"
            message = f"found `{said}`, expected `{phrase.meant}`" if phrase.meant else f"found `{said}`, which the language has not"
            meant = None if phrase.meant is None or phrase.help else f"{phrase.meant}"
            return Slip("E111", m.start(), m.end(), message, fix, meant)
    return None


def _unit(p: Place) -> Slip | None:
    number, start, end = p.previous
    if not number[:1].isdigit():
        return None
    if p.found in "$€£":
        meant = f"{p.found}{number}"
        return Slip("E114", start, p.end, f"found `{number}{p.found}`, expected `{meant}`", f"write `{meant}`", meant)
    if p.found == "%":
        fix = f"write a part of one: `{number}%` is `{number} / 100`"
        return p.slip("E114", "found `%`, which the language has not", fix, f" / 100{' ' if p.text[p.end : p.end + 1].isalnum() else ''}")
    if not re.fullmatch(r"[A-Za-z_]+[0-9]*", p.found) or p.found in words.keywords().values():
        return None
    unit = UNITS.get(p.found.lower())
    if unit is None and (p.text[end : p.at].strip(" \t") or (end != p.at and not _valued(p))):
        return None
    if unit:
        meant = f"{number} {unit}"
        return Slip("E114", start, p.end, f"`{p.found}` is no unit of the language", f"write `{meant}`", meant)
    fix = "weights are in `lb`, `oz`, `g`, `kg`; times in `minutes`, `hours`, `days`, `weeks`; money is `$50` or `50 USD`"
    if unit == "":
        fix = {"mo": "say it in days, such as `30 days`"}.get(p.found.lower()[:2], "say it in days, such as `365 days`")
    return p.slip("E114", f"`{p.found}` is no unit of the language", fix)


def _valued(p: Place) -> bool:
    """Whether the word directly follows a number in a condition, where nothing but an operator could."""
    return "IS" in p.accepts and not p.found.isupper() and _near(p) is None


def _number(p: Place) -> Slip | None:
    word, start, _ = p.previous
    if re.fullmatch("[A-Z]{3}", word) and p.found[:1].isdigit():
        meant = f"{p.found} {word}"
        return Slip("E114", start, p.end, f"found `{word} {p.found}`, expected `{meant}`", f"write `{meant}`", meant)
    if m := re.compile(r"\.([0-9]+)").match(p.text, p.at):
        if d := re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})").match(p.text, start):
            fix = "write year, month, day: `2026-01-31`"
            return Slip("E113", start, d.end(), f"found `{d[0]}`, expected a date", fix)
        if not word[:1].isdigit():
            meant = f"0{m[0]}"
            return Slip("E112", p.at, m.end(), f"found `{m[0]}`, expected a number", f"write `{meant}`", meant)
    return None


def _clause(p: Place) -> Slip | None:
    clause = "for each" if p.found == "for" else p.found
    if p.kind != "rule" or clause not in words.CLAUSES:
        return None
    seen = _clauses(p.text[: p.at])
    if clause in seen:
        fix = {
            "when": "join the conditions with `and`",
            "on": "join the events with `or`",
            "do": "write all actions under one `do`",
        }.get(clause, f"keep one `{clause}`")
        return p.slip("E120", f"found a second `{clause}` in a rule", fix)
    if any(words.CLAUSES.index(s) > words.CLAUSES.index(clause) for s in seen):
        order = ", ".join(f"`{c}`" for c in words.CLAUSES)
        return p.slip("E120", f"found `{clause}` after `{seen[-1]}`", f"the clauses of a rule come in this order: {order}")
    if "ON" in p.accepts and "OR" not in p.accepts:
        fix = 'say when the rule runs, such as `on "Order is Imported"`'
        return p.slip("E121", f"found `{clause}`, expected `on`", fix)
    return None


def _clauses(text: str) -> list[str]:
    found: list[str] = []
    position = 0
    while (m := _word().match(text, position)) is not None and m["it"]:
        if m["it"] in words.CLAUSES:
            found.append(m["it"])
        elif m["it"] == "for" and re.match(r"\s+each\b", text[m.end() : m.end() + 40]):
            found.append("for each")
        position = m.end()
    return found


def _verb(p: Place) -> Slip | None:
    """An action where none can begin."""
    if p.found.upper() not in words.ACTIONS or not p.found.islower():
        return None
    if "DO" in p.accepts and "EACH" not in p.accepts:
        return p.slip("E121", f"found `{p.found}`, expected `do`", "the actions of a rule begin with `do`", f"do {p.found}")
    word, start, end = p.previous
    if word in ("and", "then", ",", ";"):
        fix = "actions follow each other, one on a line, with nothing between them"
        return Slip("E130", start, end, f"found `{word}` between two actions", fix, " ")
    if p.kind == "rule" and "ON" in p.accepts and "OR" not in p.accepts:
        fix = 'say when the rule runs, such as `on "Order is Imported"`, then `do` and its actions'
        return p.slip("E121", f"found `{p.found}`, expected `on`", fix)
    return None


def _separator(p: Place) -> Slip | None:
    if p.found in (":", ";", ".", ",") and (p.accepts >= words.ACTION or p.previous[0] in words.keywords().values()):
        fix = "nothing stands between words, clauses and actions; leave it out"
        return p.slip("E130", f"found `{p.found}`, which is not needed here", fix, " ")
    if p.found in (";", ".") and "DO" in p.accepts | {"DO"} and not p.text[p.end :].strip():
        return p.slip("E130", f"found `{p.found}`, which is not needed here", "a statement ends by itself; leave it out", " ")
    if p.found in (",", "and") and "OR" in p.accepts and "AND" not in p.accepts:
        fix = "several events are joined by `or`"
        return p.slip("E130", f"found `{p.found}` between two events, expected `or`", fix, " or ")
    if p.found == "," and "AND" in p.accepts and p.previous[0][:1] in '"0123456789$€£':
        fix = 'several values are written `is one of ("US", "CA")`'
        return p.slip("E130", "found a comma after a value", fix)
    if p.found in ("=", "is", "be", ":") and "TO" in p.accepts and not p.accepts & {"AND", "IS"}:
        return p.slip("E130", f"found `{p.found}`, expected `to`", "write `set order.shipping_method to \"Standard\"`", " to ")
    if p.found in ("=", "is", "to", ":") and "TEXT" in p.accepts and "NAME" not in p.accepts and p.kind == "test":
        return p.slip("E130", f"found `{p.found}`, which is not needed here", "the value follows by itself", " ")
    if p.found == "to" and "AND" in p.accepts and any(w[0] == "between" for w in p.before):
        return p.slip("E130", "found `to`, expected `and`", "write `is between 10 and 50`", "and")
    return None


def _chain(p: Place) -> Slip | None:
    if p.found in ("<", "<=", ">", ">=", "=", "!=", "is") and "AND" in p.accepts and "IS" not in p.accepts:
        fix = "join two comparisons with `and`, or write `is between 10 and 50`"
        return p.slip("E134", f"found a second comparison, `{p.found}`, in one condition", fix)
    return None


def _quotes(p: Place) -> Slip | None:
    if p.found[0] in "“”„‟«»‘’‚‛'":
        return p.slip("E105", f"found the quote `{p.found}`, expected `\"`", "texts stand in straight double quotes")
    if not (p.found[0].isalnum() or p.found[0] == "_") or "TEXT" not in p.accepts or p.accepts & {"NAME", "NUMBER"}:
        return None
    if p.found in words.keywords().values() and p.previous[0] not in ("rule", "test"):
        return None
    m = re.compile(r"[^\s\"#,|()]+(?:[ \t]+[^\s\"#,|()]+)*").match(p.text, p.at)
    said = m[0] if m else p.found
    meant = '"' + said.replace("\\", "\\\\") + '"'
    what = f"the title of a {p.previous[0]} stands in quotes" if p.previous[0] in ("rule", "test") else "it stands in quotes"
    return Slip("E122", p.at, p.at + len(said), f"found `{said[:60]}`, expected a text in quotes", f"{what}: `{meant[:80]}`", meant)


def _absent(p: Place) -> Slip | None:
    """`is not empty`, `is null`, where the word is followed by something that shows it to be no definition."""
    word, _, _ = p.previous
    if word not in ABSENT_WORDS or len(p.before) < 2 or p.before[-2][0] not in ("is", "not"):
        return None
    return None


def _unknown(p: Place) -> Slip | None:
    c = p.found[0]
    if c.isalnum() or c in '"_.,:()[]|=<>+-*/' or p.found in ("!=", "->"):
        return None
    fix = "braces stand only within texts" if c in "{}" else None
    if c.isalpha() or c == "\\":
        fix = "names have the letters a to z, digits and `_`; other text stands in quotes"
    return p.slip("E103", f"found `{c}`, which the language does not use here", fix)


_LOOKS: tuple[Callable[[Place], Slip | None], ...] = (
    _statement, _capitals, _clause, _verb, _phrase, _unit, _number, _separator, _chain, _quotes, _unknown,
)  # fmt: skip


# -- where no slip is known -------------------------------------------------------------------------------------


def _unexpected(p: Place) -> Slip:
    said = p.found if len(p.found) <= 60 else p.found[:57] + "..."
    message = f"found `{' '.join(said.split())}`"
    if p.previous[0]:
        message += f" after `{' '.join(p.previous[0].split())[:60]}`"
    choices = words.expected(p.accepts)
    near = _near(p)
    fix = f"a similar word exists: `{near}`" if near else None
    return p.slip("E101", f"{message}, expected {words.either(choices)}", fix)


def _near(p: Place) -> str | None:
    """A word that could stand there and is nearly what was written."""
    from rapidfuzz import fuzz, process

    if not p.found[:1].isalpha() or len(p.found) < 3:
        return None
    accepted = sorted({words.keywords()[t] for t in p.accepts if t in words.keywords()})
    best = process.extractOne(p.found.lower(), accepted, scorer=fuzz.ratio, score_cutoff=70)
    if best is None:
        return None
    return _WHOLE_PHRASES.get(best[0], str(best[0]))


_WHOLE_PHRASES = {"starts": "starts with", "ends": "ends with", "does": "does not", "has": "has tag", "for": "for each"}


def _ended(p: Place) -> Slip:
    kind = p.kind
    if kind == "rule" and "DO" in p.accepts:
        fix = "say what the rule does, such as `do add tag \"rush\"`"
        return p.slip("E121", "this rule ends without `do`", fix)
    if kind == "table" and "OTHERWISE" in p.accepts:
        fix = "the last line says what holds for all the rest: `otherwise \"Standard\"` or `otherwise nothing`"
        return p.slip("E102", "this table ends without `otherwise`", fix)
    choices = words.expected(p.accepts)
    after = f" after `{' '.join(p.previous[0].split())[:60]}`" if p.previous[0] else ""
    return p.slip("E102", f"this {kind} ends{after}, expected {words.either(choices)}")


def outside(word: str, start: int) -> Slip:
    """Text before a file's first statement."""
    fix = "a file consists of statements; each begins on a line of its own; a comment begins with `#`"
    if word in words.CLAUSES:
        fix = f"`{word}` belongs to a rule, which begins with its title: `rule \"...\"`"
    choices = words.either([f"`{s}`" for s in words.STATEMENTS])
    return Slip("E127", start, start + len(word), f"found `{word}`, expected {choices}", fix)


def part(text: str, start: int) -> Slip:
    """What stands between the braces of a text and cannot be read. Its place is that of `start`."""
    said = text.strip()[:60]
    end = start + len(text)
    if not said:
        return Slip("E108", start, end, "found `{}` in a text, expected a field or a definition", "write `{order.email}`; a brace itself is `{{`")
    fix = "only a field such as `{order.email}` or a definition is replaced; a brace itself is `{{` or `}}`"
    if "\\" in said:
        fix = 'quotes within braces need no backslash: `{item.variation["Design"]}`'
    return Slip("E108", start, end, f"found `{{{said}}}` in a text, expected a field or a definition", fix)
