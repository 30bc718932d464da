"""JSON text in and out: exact decimals, and a clear refusal of everything that cannot be an order.

The importers read with `loads`; every JSON that we print goes through `dumps`. What the document means is left to the
callers; nothing but `Unreadable` leaves `loads`, whatever the bytes.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import Any

import simplejson

LARGEST_FILE = 50 * 1024 * 1024
MOST_VALUES = 1_000_000
"""In one text, told by its commas: what is read takes up to a hundred times the room of the shortest values."""
DEEPEST = 100
LONGEST_NUMBER = 60

_SPLIT = "split the file, or write one order a line into a .jsonl file"
_STRUCTURE = re.compile(r'"(?>(?:[^"\\]++|\\.)*)"?|[{}\[\]:,]', re.DOTALL)
_BRACKETS = bytes.maketrans(b"[]", b"{}")
_NEITHER_BRACKET_NOR_QUOTE = bytes(set(range(256)) - set(b'{}[]"'))
_ESCAPED_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_ACTING = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""JSON escapes the control characters below the blank; these are the others, and marks that turn the direction."""
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class Unreadable(Exception):
    """Why a text is no JSON that we take: one sentence for its author, and the line (from 1) where that is known."""

    def __init__(self, sentence: str, line: int | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.line = line


def loads(data: bytes | str) -> Any:
    """Plain data: whole numbers as int, others as Decimal. Raises `Unreadable` and nothing else."""
    text = _decoded(data)
    if not text.strip():
        raise Unreadable("the file is empty")
    if len(text) > MOST_VALUES and text.count(",") > MOST_VALUES:
        raise Unreadable(f"there are more than {MOST_VALUES:,} values; {_SPLIT}")
    _check_nesting(text)
    try:
        value = _DECODER.decode(text)
    except _Number as wrong:
        raise Unreadable(wrong.sentence, _line(text, text.find(wrong.digits))) from None
    except _Twice:
        key, at = _first_repeated_key(text)
        raise Unreadable(
            f"`{_short(key)}` occurs twice in the same {{...}}; keep one of them", _line(text, at)
        ) from None
    except simplejson.JSONDecodeError as broken:
        raise _broken(text, broken) from None
    if _SURROGATE.search(text):
        _check_characters(value)
    return value


def dumps(value: Any, indent: int | None = None) -> str:
    """Keys in the order given, every digit of a Decimal, dates in ISO 8601, letters as they are.

    What would act on a terminal, or turn the direction in which it is read, is escaped.
    """
    text: str
    if indent:
        text = simplejson.dumps(
            value,
            indent=indent,
            ensure_ascii=False,
            use_decimal=False,
            default=_plain,
            separators=(",", ": "),
        )
    else:
        text = _LINE.encode(value)
    return text if text.isascii() and "\x7f" not in text else _ACTING.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return simplejson.RawJSON(format(value, "f"))
    if isinstance(value, (dt.datetime, dt.date)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form here")


# Without a look-out for circles and named tuples, which nothing here has and which would take half the time.
_LINE = simplejson.JSONEncoder(
    ensure_ascii=False, use_decimal=False, check_circular=False, namedtuple_as_object=False, default=_plain
)


def _decoded(data: bytes | str) -> str:
    if len(data) > LARGEST_FILE:
        raise Unreadable(
            "the file is larger than 50 MB; split it, or write one order a line and split the lines"
        )
    if isinstance(data, str):
        text = data.removeprefix("\ufeff")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as wrong:
            line = data.count(b"\n", 0, wrong.start) + 1
            raise Unreadable("the file is not UTF-8 text; save it as UTF-8", line) from None
    if (at := text.find("\0")) >= 0:
        raise Unreadable("the text holds a NUL character; this is no JSON file", _line(text, at))
    if "\\u0000" in text and (found := _ESCAPED_NUL.search(text)):
        raise Unreadable("the text holds a NUL character (\\u0000); remove it", _line(text, found.start()))
    return text


def _check_nesting(text: str) -> None:
    """Before parsing, because the parser recurses. A text with few brackets cannot be deep."""
    if text.count("{") + text.count("[") <= DEEPEST or _is_shallow(text):
        return
    depth = 0
    for token in _STRUCTURE.finditer(text):
        first = text[token.start()]
        if first in "{[":
            depth += 1
            if depth > DEEPEST:
                raise Unreadable(
                    f"brackets are nested deeper than {DEEPEST}; no order is", _line(text, token.start())
                )
        elif first in "}]":
            depth -= 1


def _is_shallow(text: str) -> bool:
    """Told twenty times as fast as token by token. False also where it cannot be told like this.

    Of the text brackets and quotes are left. Where no quote is escaped, a text that holds no bracket has left two quotes
    side by side; then each round takes away the innermost brackets.
    """
    if '\\"' in text:
        return False
    left = text.encode("utf-8", "surrogatepass").translate(_BRACKETS, _NEITHER_BRACKET_NOR_QUOTE)
    left = left.replace(b'""', b"")
    for _ in range(DEEPEST):
        if not left:
            return True
        left = left.replace(b"{}", b"")
    return not left


class _Number(Exception):
    def __init__(self, digits: str, sentence: str) -> None:
        super().__init__(sentence)
        self.digits = digits
        self.sentence = sentence


class _Twice(Exception):
    pass


def _too_long(digits: str) -> _Number:
    return _Number(
        digits,
        f"the number `{_short(digits)}` has more than {LONGEST_NUMBER} digits; no order has such a number",
    )


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise _too_long(digits)
    return int(digits)


def _decimal(digits: str) -> Decimal:
    """An exponent counts as the digits it stands for: `1e999999` is a short text and a very long number."""
    if len(digits) > LONGEST_NUMBER:
        raise _too_long(digits)
    try:
        value = Decimal(digits)
    except InvalidOperation:
        raise _too_long(digits) from None
    if not -LONGEST_NUMBER < value.adjusted() < LONGEST_NUMBER:
        raise _too_long(digits)
    return value


def _constant(word: str) -> Any:
    raise _Number(word, f"`{word}` is not a number that JSON knows; write a number or null")


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Twice
    return members


_DECODER = simplejson.JSONDecoder(
    parse_float=_decimal,
    parse_int=_whole,
    parse_constant=_constant,
    object_pairs_hook=_members,
    allow_nan=True,
)


def _first_repeated_key(text: str) -> tuple[str, int]:
    """Only after the parser met a key twice, to say where: the text is well formed up to there."""
    open_keys: list[set[str] | None] = []
    last = ("", 0)
    for token in _STRUCTURE.finditer(text):
        first = token[0][0]
        if first in "{[":
            open_keys.append(set() if first == "{" else None)
        elif first in "}]" and open_keys:
            open_keys.pop()
        elif first == '"':
            last = (token[0], token.start())
        elif first == ":" and open_keys and (keys := open_keys[-1]) is not None:
            key = str(simplejson.loads(last[0]))
            if key in keys:
                return key, last[1]
            keys.add(key)
    return "", 0


def _broken(text: str, broken: simplejson.JSONDecodeError) -> Unreadable:
    at = min(broken.pos, len(text))
    line = _line(text, at) or 1
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    near = text[at : at + 20].split("\n", 1)[0].strip()
    what = f"near `{near}`" if near else "at the end of the line"
    if at >= len(text.rstrip()):
        return Unreadable("the JSON stops before its end; a bracket or a quote is not closed", line)
    return Unreadable(f"this is not JSON: it breaks off at line {line}, column {column}, {what}", line)


def _check_characters(value: Any) -> None:
    """Half a character (a lone surrogate) could never be written out again."""
    try:
        simplejson.dumps(value, ensure_ascii=False, use_decimal=True).encode()
    except UnicodeEncodeError:
        raise Unreadable("the text holds half a character (a lone \\ud800 to \\udfff); remove it") from None


def _line(text: str, at: int) -> int | None:
    return None if at < 0 else text.count("\n", 0, at) + 1


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
