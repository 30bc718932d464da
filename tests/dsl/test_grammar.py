"""The grammar has no conflicts, and no token can be taken for another where both may stand."""

from __future__ import annotations

import re
from functools import cache
from itertools import product

import interegular
import pytest
from lark import Lark
from lark.exceptions import LarkError

from dsl import words


@cache
def built(grammar: str) -> Lark:
    return Lark(grammar, parser="lalr", start=["statement", "part"], keep_all_tokens=True, strict=True)


def test_it_is_lalr_without_a_conflict_and_without_overlapping_tokens() -> None:
    built(words.grammar())


def test_the_strict_check_is_not_silently_left_out() -> None:
    overlapping = words.grammar().replace("TAG: /tag", "TAG: /item")
    with pytest.raises(LarkError, match="Collision"):
        built(overlapping)


def test_tokens_that_the_strict_check_cannot_read_are_told_apart_too() -> None:
    """Names and texts have look-aheads that it leaves out: here the words of the language are tried one by one."""
    lark = built(words.grammar())
    unread = set()
    for terminal in lark.terminals:
        try:
            interegular.parse_pattern(terminal.pattern.to_regexp()).to_fsm()
        except (interegular.Unsupported, interegular.InvalidSyntax):
            unread.add(terminal.name)
    assert unread == {"NAME", "CONNECTION", "TEXT"}
    table = lark.parser.parser._parse_table
    for actions in table.states.values():
        for name, keyword in product(unread & actions.keys(), words.keywords().keys() & actions.keys()):
            assert not re.fullmatch(words.terminal(name), words.keywords()[keyword]), (name, keyword)
        assert len({"TEXT", "PATTERN"} & actions.keys()) < 2


def test_every_token_has_a_readable_name() -> None:
    lark = built(words.grammar())
    known = {*words.WHOLE, *words.SIGNS, *words.keywords(), *lark.ignore_tokens}
    assert {terminal.name for terminal in lark.terminals} <= known


def test_at_most_eight_choices_are_named() -> None:
    assert words.expected(["TEXT", "NUMBER", "NAME", "LPAR", "NOW", "TRUE", "IS"]) == ["a value", "`is`"]
    assert len(words.expected(words.keywords())) == 8
