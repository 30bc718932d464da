"""Cuts a file's text where its statements begin, so that each is read on its own and one slip spoils no other.

Called by `dsl.parser`. Walks the text once, minding texts and comments: on the way it collects the comments and the
slips that can be seen without the grammar (foreign quotes and signs, unclosed texts). Whether a stretch is a good
statement is the parser's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from dsl import words

MOST_STATEMENTS = 50_000
MOST_COMMENTS = 100_000
MOST_VALUES = 400_000
"""Of one file. Far beyond what people write; they keep the tree of any text small."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What people type by mistake: a stretch, what to say of it, and what was meant (None: nobody can tell).

    other: what may have been meant as well; then nobody but the author can choose.
    """

    code: str
    start: int
    end: int
    message: str
    help: str | None = None
    meant: str | None = None
    other: str | None = None


@dataclass(slots=True)
class Chunk:
    """One statement's stretch of the file. `kind` is `rule`, `table`, ...; blank where no statement has begun."""

    kind: str
    start: int
    end: int = 0
    slips: list[Slip] = field(default_factory=list)


@dataclass
class Cut:
    """`text` is the file's with control characters blanked, so that places stay what they are."""

    text: str
    chunks: list[Chunk]
    comments: list[tuple[int, int]]
    slips: list[Slip]


def on_one_line(message: str) -> str:
    """What an author wrote can hold line ends; a message cannot."""
    return " ".join(message.split()) if "\n" in message or "\r" in message else message


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]|\r(?!\n)")
_BLANKS = "\u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
_HEAD = r"[ \t]*+(?P<head>(?i:rule|table|list|define|test))(?![A-Za-z0-9_])(?![ \t]*[:.(,)\]])"


@cache
def _mark() -> re.Pattern[str]:
    """Everything that is not simply a word, a sign or a blank. Texts and patterns are the grammar's own."""
    return re.compile(
        rf"""
         \n{_HEAD}
        |(?P<pattern>(?<![A-Za-z0-9_.])match(?:es)?[ \t\r\n]+{words.terminal("PATTERN")})
        |[A-Za-z_][A-Za-z0-9_.]*+(?P<short>(?<=n)['’]t(?![A-Za-z]))?
        |[ \t]++
        |(?P<text>{words.terminal("TEXT")})
        |(?P<comment>\#[^\n]*+|//[^\n]*+)
        |(?P<open>"[^\n]*+)
        |(?P<curly>[“”„‟«»][^“”„‟«»"\n]*+[“”„‟«»"])
        |(?P<single>'[^'\n]*+'|[‘’‚‛][^‘’‚‛\n]*+[‘’‚‛])
        |(?P<thousands>(?<![A-Za-z0-9_.])[0-9]{{1,3}}(?>(?:,[0-9]{{3}})+)(?![0-9A-Za-z_]))
        |(?P<sign>===?|!==|&&?|\|\||<>|=[<>]|!(?!=)|[≠≤≥×÷→⇒–—−‑])
        |(?P<blank>[{_BLANKS}]++)
        """,
        re.VERBOSE,
    )


def cut(text: str) -> Cut:
    """Chunks in order, together covering the text from its first statement on; before it a chunk without a kind. A text of
    too many parts has none, and one slip."""
    if sum(map(text.count, ",|.{")) > MOST_VALUES:  # about as many: the signs between them
        return _refused(text, f"{MOST_VALUES:,} values")
    found = Cut(text, [Chunk("", 0)], [], [])
    controls = [m.start() for m in _CONTROL.finditer(text)]
    if controls:
        found.slips.append(_control(text, controls))
        found.text = text = _CONTROL.sub(" ", text)
    unclosed = False
    start = 1 if text.startswith("\ufeff") else 0
    found.chunks[0].start = start
    if first := re.compile(_HEAD).match(text, start):
        _begin(found, first)
    for mark in _mark().finditer(text, start):
        kind = mark.lastgroup
        if kind is None or kind == "text" or kind == "pattern":
            continue
        if kind == "comment" and mark[0].startswith("#"):
            found.comments.append((mark.start(), mark.start() + len(mark[0].rstrip("\r"))))
            if len(found.comments) > MOST_COMMENTS:
                return _refused(text, f"{MOST_COMMENTS:,} comments")
        elif kind == "head":
            # In a long text that was never closed, what looks like a statement is most likely indented text.
            if not unclosed or mark.start("head") == mark.start() + 1:
                _begin(found, mark)
                unclosed = False
                if len(found.chunks) > MOST_STATEMENTS:
                    return _refused(text, f"{MOST_STATEMENTS:,} statements")
        else:
            slips = found.chunks[-1].slips
            # What follows a slip that nobody can mend is guesswork, and would be a second message for it.
            if not slips or slips[-1].meant is not None:
                slips.extend(_slips(kind, mark, found.chunks[-1].kind))
            unclosed = unclosed or (kind == "open" and mark[0].startswith('"""'))
    found.chunks[-1].end = len(text)
    return found


def _refused(text: str, most: str) -> Cut:
    fix = "put big tables into CSV files, and the rules into several files"
    return Cut(text, [], [], [Slip("E125", 0, 0, f"this file has more than {most}", fix)])


def _begin(found: Cut, head: re.Match[str]) -> None:
    word, start = head["head"], head.start("head")
    found.chunks[-1].end = start
    chunk = Chunk(word.lower(), start)
    if word != chunk.kind:
        chunk.slips.append(upper_case(word, start))
    found.chunks.append(chunk)


def upper_case(word: str, start: int) -> Slip:
    meant = word.lower()
    return Slip(
        "E110",
        start,
        start + len(word),
        f"`{word}` is written in capitals; the words of the language are in small letters",
        f"write `{meant}`",
        meant,
    )


def _control(text: str, at: list[int]) -> Slip:
    others = f", and {len(at) - 1} more in this file" if len(at) > 1 else ""
    return Slip(
        "E116",
        at[0],
        at[0] + 1,
        f"found the control character U+{ord(text[at[0]]):04X}{others}, expected text",
        "save the file as plain text in UTF-8",
    )


_SHORT = {"doesn": "does not", "don": "does not", "isn": "is not", "aren": "is not", "didn": "did not"}
_SIGNS = {
    "==": "=", "===": "=", "!==": "!=", "<>": "!=", "=<": "<=", "=>": ">=", "&&": "and", "&": "and", "||": "or",
    "!": "not", "≠": "!=", "≤": "<=", "≥": ">=", "×": "*", "÷": "/", "→": "->", "⇒": "->",
    "–": "-", "—": "-", "−": "-", "‑": "-",
}  # fmt: skip


def _slips(kind: str, mark: re.Match[str], statement: str) -> Iterator[Slip]:
    start, end = mark.span()
    text = mark[0]
    if kind == "short":
        if meant := _SHORT.get(text[:-2]):
            yield Slip("E111", start, end, f"found `{text}`, expected `{meant}`", f"write `{meant}`", meant)
    elif kind == "comment":
        yield Slip("E109", start, start + 2, "found `//`, expected `#`", "a comment begins with `#`", "# ")
    elif kind == "open":
        yield _unclosed(text, start)
    elif kind == "curly" or kind == "single":
        meant = _straight(text[1:-1])
        what = "curly" if kind == "curly" or text[0] != "'" else "single"
        yield Slip(
            "E105",
            start,
            end,
            f"found {what} quotes, expected straight double quotes",
            f"write `{meant}`",
            meant,
        )
    elif kind == "thousands":
        meant = text.replace(",", "")
        apart = text.replace(",", ", ")
        fix = f"write `{meant}`; several numbers have a blank after each comma: `{apart}`"
        other = apart if statement == "list" or mark.string[:start].rstrip()[-1:] in ("(", ",") else None
        yield Slip("E112", start, end, f"found a number with a comma, `{text}`", fix, meant, other)
    elif kind == "blank":
        name = "a no-break space" if text[0] in "\u00a0\u202f" else f"the blank U+{ord(text[0]):04X}"
        yield Slip(
            "E115",
            start,
            end,
            f"found {name}, expected an ordinary space",
            "type the space again",
            " " * len(text),
        )
    elif kind == "sign" and not (text == "||" and statement == "table"):
        meant = "->" if text == "=>" and statement == "table" else _SIGNS[text]
        code = "E115" if text in "–—−‑" else "E109"
        spaced = f" {meant} " if meant.isalpha() else meant
        yield Slip(code, start, end, f"found `{text}`, expected `{meant}`", f"write `{meant}`", spaced)


def _straight(inside: str) -> str:
    return '"' + inside.replace('"', '\\"') + '"'


def _unclosed(text: str, start: int) -> Slip:
    if text.startswith('"""'):
        return Slip("E104", start, start + 3, 'this text has no closing `"""`', 'close it with `"""`')
    line = text.rstrip("\r")
    curly = re.search("[“”„‟«»]", line)
    if curly:
        meant = _straight(line[1 : curly.start()])
        return Slip(
            "E105", start, start + curly.end(), "found a curly quote, expected a straight one", f"write `{meant}`", meant
        )  # fmt: skip
    return Slip(
        "E104", start, start + len(line), "this text has no closing quote on its line",
        'close it with `"`, or find the quote that is missing before it; a text over several lines stands in `"""`',
    )  # fmt: skip
