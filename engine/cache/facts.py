"""What is asked of all statements of a block together, in columns: so many short lists are read at once, and what hundreds of
rules have in common stands there once.

Called by `block`. As JSON these are plain lists; what does not look as they do is `Unreadable`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import accumulate
from typing import Any

from dsl import ast
from dsl.source import Source
from engine.cache import codec
from engine.cache.judging import Need
from engine.cache.region import unclosed
from engine.cache.statement import Statement, nowhere
from engine.check.advice.links import Link, Marks, Ways


@dataclass(frozen=True, slots=True)
class Facts:
    """What the texts alone say. starts: where each statement begins. unclosed: a text of several lines is left open.
    rules, tests: their titles. noted: statements that a ruleset as a whole looks at, by number."""

    starts: Sequence[int]
    mistakes: int
    unclosed: bool
    rules: Sequence[str]
    tests: Sequence[str]
    noted: Sequence[int]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What judging found out: of all statements together what `Judged` has of one. telling: statements with findings or
    advice, by number; linked: those of `links`."""

    needs: Mapping[Need, str]
    labels: Mapping[str, str]
    used: frozenset[str]
    lowered: frozenset[str]
    put_in: int
    telling: Sequence[int]
    linked: Sequence[int]
    links: Sequence[Link]


def facts_of(statements: Sequence[Statement]) -> Facts:
    outlines = [one.outline for one in statements]
    return Facts(
        list(accumulate([len(one.piece.text) for one in statements[:-1]], initial=0)),
        sum([len(one.syntax) for one in statements]),
        any(unclosed(each.code, each.span.text) for one in statements for each in one.syntax),
        [each.title for each in outlines if isinstance(each, ast.Rule)],
        [each.title for each in outlines if isinstance(each, ast.Test)],
        [
            number
            for number, one in enumerate(statements)
            if one.syntax or one.unread or one.allows or one.named or one.files
        ],
    )


def verdicts_of(statements: Sequence[Statement]) -> Verdicts:
    """Of statements that have all been judged."""
    judged = [(number, one.judged) for number, one in enumerate(statements) if one.judged is not None]
    links = [(number, each.link) for number, each in judged if each.link is not None]
    return Verdicts(
        {need: token for _, each in judged for need, token in each.needs},
        {event: label for _, each in judged for event, label in each.labels},
        frozenset().union(*[each.used for _, each in judged]),
        frozenset().union(*[each.lowered for _, each in judged]),
        sum([each.put_in for _, each in judged]),
        [number for number, each in judged if each.found or each.advice],
        [number for number, _ in links],
        [link for _, link in links],
    )


# -- as JSON


def plain_facts(facts: Facts) -> list[object]:
    return [facts.starts, facts.mistakes, facts.unclosed, facts.rules, facts.tests, facts.noted]


def read_facts(value: Any) -> Facts:
    """Raises codec.Unreadable."""
    starts, mistakes, unclosed, rules, tests, noted = _all(value, 6)
    (mistakes,) = _numbers([mistakes])
    return Facts(_numbers(starts), mistakes, bool(unclosed), _texts(rules), _texts(tests), _numbers(noted))


def plain_verdicts(found: Verdicts) -> list[object]:
    """Raises codec.Unwritable."""
    number = {ways: at for at, ways in enumerate(dict.fromkeys([link.ways for link in found.links]))}
    return [
        [kind for kind, _ in found.needs],
        [key for _, key in found.needs],
        list(found.needs.values()),
        list(found.labels),
        list(found.labels.values()),
        sorted(found.used),
        sorted(found.lowered),
        found.put_in,
        found.telling,
        [codec.dump(tuple(ways), _nothing) for ways in number],
        found.linked,
        [link.title for link in found.links],
        [link.says for link in found.links],
        [link.asks for link in found.links],
        [number[link.ways] for link in found.links],
    ]


def read_verdicts(value: Any, marks: Callable[[int], Marks]) -> Verdicts:
    """marks: of a statement, by number. Raises codec.Unreadable."""
    (
        kinds, keys, tokens, events, labels, used, lowered, put_in, telling, ways, linked, titles, says, asks, which,
    ) = _all(value, 15)  # fmt: skip
    (put_in,) = _numbers([put_in])
    made = [_ways(each) for each in _texts(ways)]
    try:
        needs = zip(_texts(kinds), _texts(keys), strict=True)
        columns = zip(
            _numbers(linked), _texts(titles), _texts(says), _texts(asks), _numbers(which), strict=True
        )
        return Verdicts(
            dict(zip(needs, _texts(tokens), strict=True)),
            dict(zip(_texts(events), _texts(labels), strict=True)),
            frozenset(_texts(used)),
            frozenset(_texts(lowered)),
            put_in,
            _numbers(telling),
            linked,
            [Link(title, said, asked, made[at], partial(marks, n)) for n, title, said, asked, at in columns],
        )
    except (ValueError, IndexError) as error:
        raise codec.Unreadable from error


@lru_cache(codec.MOST_SHARED)
def _ways(text: str) -> Ways:
    made = codec.load(text, nowhere)
    if type(made) is not tuple or len(made) != len(Ways._fields):
        raise codec.Unreadable
    return Ways(*made)


def _nothing(source: Source) -> str:
    return ""


def _all(value: Any, count: int) -> list[Any]:
    if type(value) is not list or len(value) != count:
        raise codec.Unreadable
    return value


def _texts(values: Any) -> list[str]:
    if type(values) is not list or not set(map(type, values)) <= {str}:
        raise codec.Unreadable
    return values


def _numbers(values: Any) -> list[int]:
    if type(values) is not list or not set(map(type, values)) <= {int} or min(values, default=0) < 0:
        raise codec.Unreadable
    return values
