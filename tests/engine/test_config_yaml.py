"""ordinance.yaml as YAML: what cannot be read, said in a merchant's words, and its places."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.source import Source
from engine import yamltext
from engine.config import Config, read_config
from engine.wiring import integrations
from tests.engine.configs import read

YAML_PIECES = st.lists(
    st.sampled_from(
        ["language: 1\n", "store:", "connections:", "podos", "token", ": ", "\n", "  ", "\t", "- ", "[", "]", "{", "}", ", ",
         "'", '"', "&a ", "*a", "!t ", "|\n", "> ", "? ", "# ", "%YAML 1.1\n", "---\n", "...\n", "${X}", "~", "1", ".nan",
         "\\x", "\\U00110000", "\\ud800", "é", "\u2028", "\ufeff", "\0", "<<: ", "folders: ", "uses: ", "label: ", "rules: "]
    ),
    max_size=30,
).map("".join)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("store:\n\tname: A", (2, 1), "a tab cannot indent a line"),
        ("store:\n  name: Acme: Tees", (2, 13), "a `:` is not expected here"),
        ("store:\n  name: A\n currency: USD", (3, 2), "this does not fit the lines above it"),
        ("store: {name: A", (1, 8), "`{` is not closed"),
        ("folders: [A\nevents: [B]", (2, 7), "a comma or `]` is expected here"),
        ("store: {name: 'A}", (1, 15), "the quote `'` is not closed"),
        ("store: {name: @A}", (1, 15), "a value cannot begin with `@` unless it is in quotes"),
        ("connections: {podos: {token: ${X}}}", (1, 31), "inside `{ }` and `[ ]` a reference `${NAME}` needs quotes"),
        ("store: {name: !A b}", (1, 15), "a value cannot begin with `!` unless it is in quotes"),
        ('store: {name: "C:\\data"}', (1, 19), "`\\d` means nothing inside double quotes"),
        ("events: *e", (1, 9), "`*e` repeats something that is named nowhere before"),
        ("language: 1\n---\nlanguage: 1", (2, 1), "a second document begins here, and one file is one document"),
        ("a: \0", (1, 4), "the character U+0000 cannot stand in this file"),
        ("? [a, b]\n: c", (1, 3), "a name is expected before `:`, and this is a group or a list"),
        ("- a\nb: c", (2, 1), "this does not fit the lines above it"),
        ('a: "\\ud800"', (1, 4), "this escape is half of a character"),
        ("[" * 5000, (1, 65), "groups are nested more than 64 deep here"),
        ("a: " + "x" * 100_001, (1, 1), "this line has 100,004 characters, and the longest that is read has 100,000"),
    ],
)  # fmt: skip
def test_what_is_not_yaml_is_said_in_a_merchants_words(
    text: str, place: tuple[int, int], message: str
) -> None:
    _, found = yamltext.read_yaml(Source("ordinance.yaml", text))
    assert [d.message for d in found] == [message]
    assert (found[0].span.line, found[0].span.column) == place
    assert message in [d.message for d in read(text)[1]]


def test_where_the_file_is_not_yaml_nothing_is_known_of_its_names() -> None:
    config, found = read("language: 1\nfolders: [New")
    assert len(found) == 1
    assert config.unread == {"folders", "connections", "events", "buttons", "rules"}


def test_a_name_written_twice_is_found_with_both_places_and_the_first_counts() -> None:
    config, found = read("language: 1\nfolders: [A]\nevents: [B]\nfolders: [C]\n")
    assert [(d.code, d.span.line) for d in found] == [("E183", 4)]
    assert [note.span.line for note in found[0].notes] == [2]
    assert [f.name for f in config.folders] == ["A"]


def test_a_part_may_be_used_again_but_not_without_end() -> None:
    shared = "language: 1\nconnections:\n  podos: {product_code_match: &match {A: B}}\n  eu: {uses: podos, product_code_match: *match}\n"
    config, found = read(shared)
    assert found == []
    assert config.connections[1].settings == {"product_code_match": {"A": "B"}}
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{one}: &{one} [{','.join(['*' + before] * 9)}]\n"
        for before, one in zip("abcdefgh", "bcdefghi", strict=True)
    )
    began = time.process_time()
    _, found_in_bomb = yamltext.read_yaml(Source("ordinance.yaml", bomb))
    assert [d.message for d in found_in_bomb] == ["this file repeats too much of itself with `*`"]
    assert time.process_time() - began < 2


def test_a_file_of_nothing_but_mistakes_is_not_read_to_its_end() -> None:
    _, found = yamltext.read_yaml(Source("ordinance.yaml", "a: 1\n" * 5000))
    assert len(found) == yamltext.MOST_MISTAKES + 1
    assert found[-1].code == "E184"
    _, found_by_config = read("language: 1\n" + "".join(f"a{number}: 1\n" for number in range(300)))
    assert [d.message for d in found_by_config[-1:]] == ["this file has 100 more mistakes"]


def test_yaml_1_2_is_read_as_plain_values_with_their_text() -> None:
    text = "a: [1, -2, 1.50, .5, 1e3, 0x1F, 1_000, '1', ~, null, true, False, TRUE, yes, 2026-01-31]\nb: |\n  x\n  y\n"
    root, found = yamltext.read_yaml(Source("ordinance.yaml", text))
    assert found == ()
    assert isinstance(root, yamltext.Mapping)
    assert root.plain == {
        "a": [1, -2, Decimal("1.50"), Decimal("0.5"), "1e3", "0x1F", "1_000", "1", None, None, True, False, True,
              "yes", "2026-01-31"],
        "b": "x\ny\n",
    }  # fmt: skip
    numbers = root.entries[0].value
    assert isinstance(numbers, yamltext.Sequence)
    assert [item.span.text for item in numbers.items[:4]] == ["1", "-2", "1.50", ".5"]


def test_crlf_and_places_agree() -> None:
    root, found = yamltext.read_yaml(Source("ordinance.yaml", "a: 1\r\nb: two\r\n"))
    assert isinstance(root, yamltext.Mapping)
    assert found == ()
    second = root.entries[1].value.span
    assert (second.line, second.column, second.text) == (2, 4, "two")


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.one_of(st.text(max_size=60), YAML_PIECES))
def test_no_text_makes_reading_raise_and_every_finding_has_its_place(text: str) -> None:
    for prefix in ("", "language: 1\nconnections:\n  podos:\n    "):
        whole = prefix + text
        config, shown, found = read_config(Source("ordinance.yaml", whole), integrations())
        assert len(shown.text) == len(whole)
        assert isinstance(config, Config)
        for finding in found:
            assert 0 <= finding.span.start <= finding.span.end <= len(whole)
            assert "\n" not in finding.message
            (finding.message + (finding.help or "")).encode("utf-8")
