"""The concrete tree of a statement: every word and sign of it in order, under the grammar's own names.

Called by the formatter, which has to know what stands where and may lose nothing: parentheses that are not needed, the
sign for `is`, an explicit `mode live`. The tree of `dsl.ast` has forgotten all that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from dsl.grammar import Rule
from dsl.lalr import Tables, Word
from dsl.parser import tables


@dataclass(frozen=True, slots=True)
class Tree:
    """What one rule of the grammar is made of. kind: its name there, or that of the alternative."""

    kind: str
    parts: list[Part]


Part: TypeAlias = Tree | Word


def statement(text: str) -> Tree:
    """Of a text that is known to be a good statement."""
    found = _tables().read(text, "statement")
    assert isinstance(found, Tree), "the formatter is given what the parser has read"
    return found


def between_braces(text: str) -> Tree:
    """Of what stands between the braces of a text."""
    found = _tables().read(text, "part")
    assert isinstance(found, Tree), "the formatter is given what the parser has read"
    return found


def each_word(part: Part) -> Iterator[Word]:
    """In the order of the text."""
    if isinstance(part, Word):
        yield part
    else:
        for inner in part.parts:
            yield from each_word(inner)


@cache
def _tables() -> Tables:
    return tables().making(_made)


def _made(rule: Rule) -> Callable[[list[Any]], Any]:
    name = rule.called
    if name.startswith("_"):
        return _spliced
    if rule.single:
        return lambda parts: (
            parts[0] if len(parts) == 1 and type(parts[0]) is not list else _tree(name, parts)
        )
    return lambda parts: _tree(name, parts)


def _tree(name: str, parts: list[Any]) -> Tree:
    return Tree(name, _spliced(parts))


def _spliced(parts: list[Any]) -> list[Any]:
    """Repetitions have no name of their own: their parts are those of the rule around. They grow in place."""
    if not any(type(part) is list for part in parts):
        return parts
    first, *others = parts
    flat = first if type(first) is list else [first]
    for part in others:
        if type(part) is list:
            flat += part
        else:
            flat.append(part)
    return flat
