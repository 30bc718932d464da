"""Texts in quotes: what a literal says, and how a text is written down.

Called by `dsl.build` (reading) and `dsl.printer` (writing), so that the two are each other's inverse in one place.
Knows nothing of the grammar: the parts between braces are handed on as stretches of the raw text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

LONG = '"""'

_UNIT = re.compile(
    r"""(?P<plain>[^\\{}\r]+)
    | \\u\{(?P<code>[0-9A-Fa-f]{1,6})\}
    | \\(?P<escape>.)
    | (?P<braces>\{\{|\}\})
    | \{(?P<part>(?>(?:[^{}"\\]|\\.|"(?>(?:[^"\\\n]|\\.)*)")*))\}
    | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_JOINERS = "\u200c\u200d"
"""Scripts and emoji are written with them; they stay as they are."""
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


@dataclass(frozen=True)
class Part:
    """What stands between two braces: a stretch of the raw literal."""

    start: int
    end: int


@dataclass(frozen=True)
class Wrong:
    """A stretch of the raw literal that says nothing: `escape`, `brace` or `character`."""

    kind: str
    start: int
    end: int


def read(raw: str, *, template: bool) -> tuple[list[str | Part], list[Wrong]]:
    """The pieces of a literal with its quotes still on; neighbouring plain text is one piece.

    Where it is no template, a brace is wrong and stands for itself.
    """
    if not raw.startswith(LONG) and "\\" not in raw and "{" not in raw and "}" not in raw:
        return ([raw[1:-1]] if len(raw) > 2 else []), []
    pieces: list[str | Part] = []
    wrong: list[Wrong] = []
    plain: list[str] = []
    for start, end in _stretches(raw):
        at = start
        while at < end:
            unit = _UNIT.match(raw, at, end)
            if unit is None:
                break
            at = unit.end()
            kind, text = unit.lastgroup, unit[0]
            if kind == "plain":
                plain.append(text)
            elif kind == "code" or kind == "escape":
                said = _escaped(kind, unit[kind])
                if said is None:
                    wrong.append(Wrong("escape", unit.start(), unit.end()))
                else:
                    plain.append(said)
            elif text == "\r":
                continue
            elif not template:
                wrong.append(Wrong("brace", unit.start(), unit.end()))
                plain.append(text)
            elif kind == "braces":
                plain.append(text[0])
            elif kind == "part":
                if plain:
                    pieces.append("".join(plain))
                    plain.clear()
                pieces.append(Part(unit.start() + 1, unit.end() - 1))
            else:
                wrong.append(Wrong("brace", unit.start(), unit.end()))
                plain.append(text)
    if plain:
        pieces.append("".join(plain))
    return pieces, wrong


def _escaped(kind: str, text: str) -> str | None:
    if kind == "escape":
        return _ESCAPES.get(text)
    code = int(text, 16)
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF or code == 0:
        return None
    return chr(code)


def _stretches(raw: str) -> list[tuple[int, int]]:
    """The stretches of a literal that are its text. A text over several lines loses the blanks that all its lines begin
    with, and the line ends next to its quotes."""
    if not raw.startswith(LONG):
        return [(1, len(raw) - 1)]
    lines: list[tuple[int, int]] = []
    at, last = 3, len(raw) - 3
    while True:
        end = raw.find("\n", at, last)
        if end < 0:
            lines.append((at, last))
            break
        lines.append((at, end + 1))
        at = end + 1
    if len(lines) == 1:
        return lines
    first, *others = lines
    if not raw[first[0] : first[1]].strip():
        first = (first[0], first[0])
    closing = ""
    if not raw[others[-1][0] : others[-1][1]].strip():
        closing = raw[others[-1][0] : others[-1][1]]
        others.pop()
        start, end = others[-1] if others else first
        cut = end - 1 if end > start else end
        if others:
            others[-1] = (start, cut)
        else:
            first = (start, cut)
    blank = [_indent(raw, start, end) for start, end in others if raw[start:end].strip()]
    common = len(_shared(min(blank), max(blank))) if blank else len(closing)
    return [first, *((_after(raw, start, end, common), end) for start, end in others)]


def _shared(first: str, last: str) -> str:
    """What two texts begin with; of sorted texts the first and the last tell it for all."""
    at = next(
        (at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last))
    )
    return first[:at]


def _indent(raw: str, start: int, end: int) -> str:
    text = raw[start:end]
    return text[: len(text) - len(text.lstrip(" \t"))]


def _after(raw: str, start: int, end: int, common: int) -> int:
    """A line that is only blanks is empty, however many there are."""
    text = raw[start:end]
    return start + common if text.strip() else start + len(text.rstrip("\r\n"))


# -- writing ----------------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """A text in which nothing is replaced, on one line."""
    return '"' + _piece(text, False, long=False) + '"'


def value(pieces: Sequence[str | tuple[str]], indent: str) -> str:
    """A text with values in it: a plain piece is a str, a part between braces a tuple of its text.

    Over several lines where the text has several and can be read back so; else on one line with `\\n`.
    """
    if not any("\n" in p for p in pieces if isinstance(p, str)):
        return short(pieces)
    return long(pieces, indent) or short(pieces)


def short(pieces: Sequence[str | tuple[str]]) -> str:
    """Such a text on one line."""
    return '"' + "".join(_piece(p, True, long=False) for p in pieces) + '"'


def long(pieces: Sequence[str | tuple[str]], indent: str) -> str | None:
    """Such a text between triple quotes, on the lines that it has; None where it could not be read back so."""
    body = "".join(_piece(p, True, long=True) for p in pieces)
    if "\n" in body:
        lines = [indent + line if line else "" for line in body.split("\n")]
        body = "\n" + "\n".join(lines) + f"\n{indent}"
    said = LONG + body + LONG
    return said if _same(said, short(pieces)) else None


def _piece(piece: str | tuple[str], template: bool, *, long: bool) -> str:
    if isinstance(piece, tuple):
        return "{" + piece[0] + "}"
    said = []
    for char in piece:
        if char == "\\":
            said.append("\\\\")
        elif char == '"':
            said.append('"' if long else '\\"')
        elif char == "\n":
            said.append("\n" if long else "\\n")
        elif char == "\t":
            said.append("\\t")
        elif char in "{}":
            said.append(char * 2 if template else f"\\u{{{ord(char):X}}}")
        elif char == " " or char.isprintable() or char in _JOINERS:
            said.append(char)
        else:
            said.append(f"\\u{{{ord(char):X}}}")
    return "".join(said)


_TEXT_END = re.compile(r'(?>(?:[^"\\]++|\\.|"(?!""))*)"""', re.DOTALL)


def _same(long: str, short: str) -> bool:
    closed = _TEXT_END.match(long, 3)
    if closed is None or closed.end() != len(long):
        return False
    return _content(long) == _content(short)


def _content(raw: str) -> list[str]:
    pieces, wrong = read(raw, template=True)
    return [p if isinstance(p, str) else "{" + raw[p.start : p.end] for p in pieces] + ["\0"] * len(wrong)
