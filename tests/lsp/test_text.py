"""Places as editors count them: UTF-16 by default, lines that end as editors think, byte order marks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from engine.lsp.formatting import edits
from engine.lsp.text import Text, Unit

characters = st.sampled_from(["a", "é", "ש", "😀", "\u2028", "\x0b", "\ufeff", "\t", "\n", "\r\n", "\r", '"'])
written = st.lists(characters, max_size=30).map("".join)
P = types.Position


@pytest.mark.parametrize(
    ("unit", "column"), [(Unit.Utf16, 4), (Unit.Utf8, 6), (Unit.Utf32, 3)], ids=["utf-16", "utf-8", "utf-32"]
)
def test_an_emoji_is_as_wide_as_was_agreed(unit: Unit, column: int) -> None:
    text = Text.of('"😀x"', unit)
    assert text.position(3) == P(0, column)
    assert text.offset(P(0, column)) == 3


def test_the_middle_of_an_emoji_is_its_beginning() -> None:
    assert Text.of("😀x").offset(P(0, 1)) == 0


def test_lines_end_where_editors_end_them() -> None:
    text = Text.of("one\r\ntwo\rthree\u2028still\x0bthree\nfour")
    assert [text.line(n) for n in range(4)] == ["one", "two", "three\u2028still\x0bthree", "four"]
    assert text.position(text.text.index("four")) == P(3, 0)


def test_right_to_left_text_is_counted_as_it_is_stored() -> None:
    assert Text.of('"שלום" x').position(7) == P(0, 7)


def test_a_byte_order_mark_counts_where_the_editor_keeps_it() -> None:
    text = Text.of("\ufeffrule")
    assert text.text == "rule"
    assert text.position(0) == P(0, 1)
    assert text.offset(P(0, 3)) == 2
    typed = text.changed([types.TextDocumentContentChangePartial(types.Range(P(0, 1), P(0, 5)), "test")])
    assert (typed.text, typed.bom) == ("test", True)
    gone = text.changed([types.TextDocumentContentChangePartial(types.Range(P(0, 0), P(0, 1)), "")])
    assert (gone.text, gone.bom) == ("rule", False)


def test_places_outside_are_the_nearest_there_are() -> None:
    text = Text.of("ab\ncd")
    assert text.offset(P(0, 99)) == 2
    assert text.offset(P(9, 0)) == 5
    assert text.position(99) == P(1, 2)


@given(written, st.sampled_from(list(Unit)))
def test_every_place_is_found_again(text: str, unit: Unit) -> None:
    known = Text.of(text, unit)
    for offset in range(len(known.text) + 1):
        if known.text[offset - 1 : offset + 1] != "\r\n":  # between the two is no place for an editor
            assert known.offset(known.position(offset)) == offset


@given(written, written, st.integers(0, 40), st.integers(0, 40))
def test_what_is_typed_is_put_where_an_editor_puts_it(text: str, new: str, a: int, b: int) -> None:
    """Against a plain splice of UTF-16 code units."""
    units = text.encode("utf-16-le", "surrogatepass")
    known = Text.of(text)
    whole = ("\ufeff" if known.bom else "") + known.text
    start, end = sorted((min(a, len(whole)), min(b, len(whole))))
    places = [_place(whole, start), _place(whole, end)]
    if None in places:
        return
    changed = known.changed([types.TextDocumentContentChangePartial(types.Range(*places), new)])
    first, last = (len(whole[:each].encode("utf-16-le")) for each in (start, end))
    expected = (units[:first] + new.encode("utf-16-le") + units[last:]).decode("utf-16-le")
    assert ("\ufeff" if changed.bom else "") + changed.text == expected


def _place(text: str, offset: int) -> types.Position | None:
    """By hand: lines that end with CR, LF or both; None within the both."""
    if text[offset - 1 : offset + 1] == "\r\n" and offset:
        return None
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return types.Position(len(before) - 1, len(before[-1].encode("utf-16-le")) // 2)


@given(written, written)
def test_edits_of_lines_lead_from_one_text_to_the_other(old: str, new: str) -> None:
    known = Text.of(old)
    for edit in reversed(edits(known, new)):
        known = known.changed([types.TextDocumentContentChangePartial(edit.range, edit.new_text)])
    assert known.text == new.removeprefix("\ufeff") or known.text == new
