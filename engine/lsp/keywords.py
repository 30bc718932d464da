"""The words of the language that fit at the cursor: statements, clauses, comparisons, actions, units.

Called by `completion`. The grammar says which can stand there (`phrases`); left out is what the checker would refuse.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lsprotocol.types import CompletionItemKind as Kind

from dsl import words
from dsl.expecting import Token
from dsl.types import ANY, DATE, OUTSIDE, TIME
from engine.lsp import catalogue
from engine.lsp.live import Live
from engine.lsp.offers import Offer, path_before
from engine.lsp.phrases import phrases, written
from engine.lsp.scope import Around
from engine.lsp.walk import Walk, walk

STATEMENTS = (
    Offer(
        "rule", Kind.Snippet, "a rule", 'What happens to orders when something has happened.',
        snippet='rule "${1:What the rule does}"\n  on      "${2:Order is Imported}"\n  when    ${3:order.total > 0}\n  do      ${0:add tag "new"}',
    ),
    Offer(
        "test", Kind.Snippet, "a test", "A sample order, what happens to it, and what is expected then.",
        snippet='test "${1:what is shown}"\n  given order "${2:samples/order.json}"\n  when  "${3:Order is Imported}" happens\n  expect ${0:order.folder is "New"}',
    ),
    Offer(
        "table", Kind.Snippet, "a table", "The first row that matches wins.",
        snippet='table ${1:name} (${2:input}) -> ${3:output}\n  | "${4:value}" -> "${5:result}"\n  otherwise ${0:nothing}',
    ),
    Offer("list", Kind.Snippet, "a list", "Values under one name.", snippet='list ${1:NAME} = "${2:first}", "${0:second}"'),
    Offer(
        "define", Kind.Snippet, "a definition", "A condition or a value under a name.",
        snippet="define ${1:name} = ${0:order.total > 0}",
    ),
)  # fmt: skip


_COMPARING = frozenset({"IS", "CONTAINS", "STARTS", "ENDS", "MATCHES", "DOES", "HAS"})
_CLAUSES = ("WHEN", "EACH", "DO", "ON", "EXPECT", "DEFINE")


def keywords(walked: Walk, scope: Around, live: Live) -> Iterator[Offer]:
    """Phrases that can stand where the walk ends, each with what the catalogue says of it."""
    for phrase in phrases(walked):
        if fits(phrase, walked.tokens, scope, live):
            yield _offer(written(phrase), live)
    if "DAY" in walked.accepts:
        for day in sorted(words.DAYS):
            yield Offer(day, Kind.Keyword, "every day" if day == "day" else "every week")


def _offer(name: str, live: Live) -> Offer:
    said = name.removesuffix(" where (").removesuffix(" tracking").removesuffix(" at")
    row = live.catalogue.row("action", said) or live.catalogue.row("action", name.split(" ")[0])
    if row is not None:
        return Offer(name, Kind.Method, row.label, catalogue.told(row, title=False), rank=2)
    return Offer(name, Kind.Keyword, rank=2)


def fits(phrase: tuple[str, ...], before: Sequence[Token], scope: Around, live: Live) -> bool:
    """What the grammar takes and the checker would not, does not fit."""
    first, last = phrase[0], before[-1]
    if phrase == ("NUMBER_WORD", "LPAR"):
        return False  # it is among the functions
    if phrase == ("ORDER",):
        return last.type in ("GIVEN", "WITH")
    if first in ("AND", "OR"):
        return not _mixed(before, "OR" if first == "AND" else "AND")
    if first in _COMPARING:
        about_tags = last.type == "NAME" and last.text == "order"
        return ("HAS" in phrase or "HAVE" in phrase) == about_tags
    if first in ("BEFORE", "AFTER", "OLDER", "NEWER") and last.type in ("IS", "NOT"):
        return _could_be_a_time(before, live)
    if phrase == ("REMOVE", "ITEM"):
        return "item" in scope.roots
    return first != "LOOKUP" or any(True for _ in live.named("table"))


def _could_be_a_time(before: Sequence[Token], live: Live) -> bool:
    """The field that `is` follows."""
    tokens = list(before)
    while tokens and tokens[-1].type in ("IS", "NOT"):
        tokens.pop()
    found = live.catalogue.field(path_before(tokens).split("."))
    return found is None or found[1].type in (DATE, TIME, OUTSIDE, ANY) or found[1].kind == "map"


def _mixed(before: Sequence[Token], other: str) -> bool:
    """Whether the other of `and` and `or` stands in the same parentheses."""
    depth = 0
    for token in reversed(before):
        depth += {"RPAR": 1, "LPAR": -1}.get(token.type, 0)
        if depth < 0 or token.type in _CLAUSES:
            return False
        if depth == 0 and token.type == other:
            return True
    return False


def units(statement: str, before: Sequence[Token]) -> Iterator[Offer]:
    """After a number that could be the beginning of a time or a weight."""
    if not before or before[-1].type not in ("NUMBER", "INT"):
        return
    number = before[-1]
    could = walk(statement[: number.start]).accepts
    if "DURATION" in could:
        for unit in ("minute", "hour", "day", "week"):
            yield Offer(unit if number.text == "1" else f"{unit}s", Kind.Unit, "how long")
    if "WEIGHT" in could:
        yield from (Offer(unit, Kind.Unit, "weight", rank=2) for unit in ("lb", "oz", "g", "kg"))
