"""Rules in colour: the TextMate grammar as an editor reads it, the Pygments lexer, and that both see the same.

`Editor` does what vscode-textmate does with the few things that our grammar uses: the earliest match wins, of equals the
one that stands first; `begin` opens, `end` closes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pygments.lexers import get_lexer_by_name
from pygments.token import Text, Whitespace

from dsl import words
from dsl.colours import textmate
from dsl.colours.kinds import SCOPES, Kind, kinds_of_words
from dsl.colours.lexer import TOKENS, OrdinanceLexer

ROOT = Path(__file__).parent.parent.parent
WRITTEN = ROOT / "editors/vscode/syntaxes/ordinance.tmLanguage.json"
FILES = sorted([*ROOT.glob("rulesets/*/rules/*.rules"), *ROOT.glob("engine/starter/*/*.rules")])

CASES = {
    'rule "Park orders"': "statement:rule title:\"Park orders\"",
    "table mail_class (weight) -> method": "statement:table title:mail_class bracket:( name:weight bracket:) sign:-> name:method",
    'on "Order is Imported" or every 2 hours for orders in "New"': 'clause:on text:"Order is Imported" logic:or quantifier:every '
    'amount:2 hours clause:for word:orders word:in text:"New"',
    "when order.total is not between $50 and 99.50 USD": "clause:when subject:order field:.total comparison:is logic:not "
    "comparison:between amount:$50 logic:and amount:99.50 USD",
    "and item.weight >= 2 lb": "logic:and subject:item field:.weight sign:>= amount:2 lb",
    "order.date_added is before 2026-01-31 14:30": "subject:order field:.date_added comparison:is comparison:before moment:2026-01-31 14:30",
    'any item where (item.sku matches "^[A-Z]{3}-\\d+$")': "quantifier:any subject:item clause:where bracket:( subject:item field:.sku "
    'comparison:matches pattern:"^[A-Z]{3}-\\d+$" bracket:)',
    'do submit to post-nl': "clause:do action:submit word:to name:post-nl",
    'add note "said {event.message} at {order.metadata["x"]} \\" end"': "action:add word:note text:\"said  part:{ subject:event field:.message "
    'part:} text: at  part:{ subject:order field:.metadata bracket:[ text:"x" bracket:] part:} text:  escape:\\" text: end"',
    "# allow W512: seasonal": "advice:# allow comment: W512: seasonal",
    "set order.gift to true  # always": "action:set subject:order field:.gift word:to constant:true comment:# always",
    '"never closed': 'text:"never closed',
    "every monday at 09:00": "quantifier:every word:monday word:at moment:09:00",
}  # fmt: skip


@pytest.mark.parametrize("line", CASES)
def test_a_line_in_an_editor(line: str) -> None:
    assert " ".join(f"{kind}:{text}" for kind, text in joined(Editor().kinds(line))) == CASES[line]


@pytest.mark.parametrize("line", CASES)
def test_a_line_in_pygments(line: str) -> None:
    found = [(kind, text) for kind, text in pygments(line) if kind is not None]
    assert " ".join(f"{kind}:{text}" for kind, text in joined(found)) == said(CASES[line])


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.parent.name}-{path.stem}")
def test_editor_and_pygments_see_the_same_in_what_ships(path: Path) -> None:
    text = path.read_text("utf-8")
    tokens = list(OrdinanceLexer().get_tokens_unprocessed(text))
    assert "".join(value for _, _, value in tokens) == text
    assert not [value for _, kind, value in tokens if kind in Text and kind is not Whitespace]
    editor = [TOKENS[kind] for kind, part in Editor().kinds(text) for _ in part if not part.isspace()]
    assert editor == [kind for _, kind, part in tokens if kind is not Whitespace for _ in part]


def test_every_word_of_the_language_has_its_colour() -> None:
    assert set(kinds_of_words()) >= set(words.keywords().values()) | words.DAYS
    for word, kind in kinds_of_words().items():
        assert joined(Editor().kinds(f"x {word} x"))[1] == (kind, word)
        assert (TOKENS[kind], word) in [t[1:] for t in OrdinanceLexer().get_tokens_unprocessed(f"x {word} x")]


def test_what_is_written_is_what_would_be_written() -> None:
    assert WRITTEN.read_text("utf-8") == textmate.grammar()


def test_a_text_that_is_not_closed_ends_with_its_line() -> None:
    assert joined(Editor().kinds('add tag "x\nrule "Next"'))[-2:] == [
        ("statement", "rule"),
        ("title", '"Next"'),
    ]


def test_pygments_finds_the_lexer_by_its_name() -> None:
    assert isinstance(get_lexer_by_name("ordinance"), OrdinanceLexer)


def kind_of(token: Any) -> Kind:
    return next(kind for kind, its in TOKENS.items() if its is token)


def said(expected: str) -> str:
    """Kinds that Pygments has one token for are one."""
    for kind, token in TOKENS.items():
        expected = re.sub(rf"(^| ){kind}:", rf"\1{kind_of(token)}:", expected)
    return expected


def pygments(text: str) -> Iterator[tuple[Kind | None, str]]:
    for _, token, value in OrdinanceLexer().get_tokens_unprocessed(text):
        yield (None if token is Whitespace else kind_of(token)), value


def joined(parts: Iterator[tuple[Kind, str]] | list[tuple[Kind, str]]) -> list[tuple[Kind, str]]:
    """Neighbours of one kind as one, where they belong together: the pieces of a text."""
    found: list[tuple[Kind, str]] = []
    for kind, text in parts:
        if found and kind == found[-1][0] == "text":
            found[-1] = (kind, found[-1][1] + text)
        else:
            found.append((kind, text))
    return found


class Editor:
    """Reads a text by the grammar as it is written."""

    def __init__(self) -> None:
        self.grammar = json.loads(WRITTEN.read_text("utf-8"))
        self.kind_of = {textmate.scope(kind): kind for kind in SCOPES}

    def kinds(self, text: str) -> Iterator[tuple[Kind, str]]:
        """What has a colour; the blanks between are left out."""
        open_rules: list[dict[str, Any]] = []
        at = 0
        while True:
            top = open_rules[-1] if open_rules else {"patterns": self.grammar["patterns"]}
            choices = [(top["end"], None)] if open_rules else []
            choices += [(rule.get("begin") or rule["match"], rule) for rule in self.included(top["patterns"])]
            hits = [
                (m.start(), n, m)
                for n, (way, _) in enumerate(choices)
                if (m := compiled(way).search(text, at))
            ]
            start, n, match = min(hits, key=lambda hit: hit[:2], default=(len(text), 0, None))
            yield from self.coloured(top, text[at:start])
            if match is None:
                return
            rule = choices[n][1]
            yield from self.captured(rule or top, match)
            if rule is None:
                open_rules.pop()
            elif "begin" in rule:
                open_rules.append(rule)
            at = match.end()

    def included(self, patterns: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for each in patterns:
            rule = (
                self.grammar["repository"][each["include"].removeprefix("#")] if "include" in each else each
            )
            yield from [rule] if "begin" in rule or "match" in rule else self.included(rule["patterns"])

    def captured(self, rule: dict[str, Any], match: re.Match[str]) -> Iterator[tuple[Kind, str]]:
        """The groups that have a name of their own, and the rest in the rule's."""
        at = match.start()
        for group, scope in sorted(rule.get("captures", {}).items()):
            start, end = match.span(int(group))
            yield from self.coloured(rule, match.string[at:start])
            yield from self.coloured(scope, match.string[start:end])
            at = end
        yield from self.coloured(rule, match.string[at : match.end()])

    def coloured(self, rule: dict[str, Any], text: str) -> Iterator[tuple[Kind, str]]:
        if text and "name" in rule:
            yield self.kind_of[rule["name"]], text


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
