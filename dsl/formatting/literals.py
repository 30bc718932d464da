"""One way to write each literal: quotes and escapes, units, dates. What it says stays the same.

Called by the formatter with a token as the author wrote it.
"""

from __future__ import annotations

import re

from dsl import texts
from dsl.formatting import concrete

_BRACE_ESCAPED = re.compile(r"\\u\{0*7[BbDd]\}")
_MONEY = re.compile(r"(?P<sign>[$€£])[ \t]*(?P<amount>[0-9.]+)|(?P<digits>[0-9.]+)[ \t]*(?P<code>[A-Z]{3})")
_MEASURE = re.compile(r"(?P<number>[0-9.]+)[ \t]*(?P<unit>lb|oz|g|kg)")
_DURATION = re.compile(r"(?P<number>[0-9.]+)[ \t]*(?P<unit>minute|hour|day|week)s?")
_TIME = re.compile(r"(?P<date>[0-9-]{10})(?:T|[ \t]+)(?P<hour>[0-9]{1,2}):(?P<rest>[0-9]{2}(?::[0-9]{2})?)")
_CLOCK = re.compile(r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})")
_ONE = re.compile(r"0*1(?:\.0+)?")


def tidy(token: str, indent: str) -> str:
    """A token in its one form; one that is no literal stays what it is. indent: where the lines of a text begin that goes
    over several."""
    if token[0] == '"':
        return text(token, indent)
    if token[0].isdigit() or token[0] in "$€£":
        return measure(token)
    return token


def measure(token: str) -> str:
    if m := _MONEY.fullmatch(token):
        return f"{m['sign']}{m['amount']}" if m["sign"] else f"{m['digits']} {m['code']}"
    if m := _MEASURE.fullmatch(token):
        return f"{m['number']} {m['unit']}"
    if m := _DURATION.fullmatch(token):
        return f"{m['number']} {m['unit']}{'' if _ONE.fullmatch(m['number']) else 's'}"
    if m := _TIME.fullmatch(token):
        return f"{m['date']} {m['hour']:0>2}:{m['rest'].removesuffix(':00') if len(m['rest']) > 2 else m['rest']}"
    if m := _CLOCK.fullmatch(token):
        return f"{m['hour']:0>2}:{m['minute']}"
    return token


def text(raw: str, indent: str) -> str:
    """On one line or several, as the author has it. A brace that was written with its number stays so: only where nothing
    is replaced in a text is that its one form."""
    is_long = raw.startswith(texts.LONG)
    if not is_long and "\\" not in raw and "{" not in raw and raw.isprintable():
        return raw
    raw = raw.replace("\r", "")
    if _BRACE_ESCAPED.search(raw):
        return raw
    read, wrong = texts.read(raw, template=True)
    if wrong:
        return raw
    pieces = [p if isinstance(p, str) else (_part(raw[p.start : p.end]),) for p in read]
    if not is_long:
        return texts.short(pieces)
    if any("\n" in p or '"' in p for p in pieces if isinstance(p, str)):
        return texts.long(pieces, indent) or raw
    return texts.short(pieces)


def _part(raw: str) -> str:
    said = ""
    for word in concrete.each_word(concrete.between_braces(raw)):
        said += f" {word}" if word[0].isdigit() and said[-1] != "[" else word  # `order 2.folder`
    return said
