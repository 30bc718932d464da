"""JSON in and out: what is refused, with which line, and that no digit is lost."""

import contextlib
import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.jsontext import MOST_VALUES, Unreadable, dumps, loads


def test_numbers_keep_their_digits_both_ways() -> None:
    value = loads(b'{"a": 1.10, "b": 90071992547409931, "c": 1e3, "d": 1E-9}')
    assert value == {"a": Decimal("1.10"), "b": 90071992547409931, "c": Decimal(1000), "d": Decimal("1E-9")}
    assert isinstance(value["b"], int)
    assert dumps(value) == '{"a": 1.10, "b": 90071992547409931, "c": 1000, "d": 0.000000001}'


def test_letters_and_dates_are_written_as_they_are() -> None:
    assert dumps({"é": dt.date(2026, 1, 31)}) == '{"é": "2026-01-31"}'
    assert dumps([dt.datetime(2026, 1, 31, 9, 5, tzinfo=dt.UTC)]) == '["2026-01-31T09:05:00+00:00"]'
    assert dumps({"a": [1]}, indent=2) == '{\n  "a": [\n    1\n  ]\n}'


def test_nothing_that_acts_on_a_terminal_is_written_as_it_is() -> None:
    """An order's name may hold any character; 0x9b begins a command on some terminals as ESC [ does."""
    text = dumps({"\x9b31m": "\x1b[2J\x07\x7f\u202egnp.exe\u2066\u2028"})
    assert text.isascii()
    assert text.isprintable()
    assert text == r'{"\u009b31m": "\u001b[2J\u0007\u007f\u202egnp.exe\u2066\u2028"}'
    assert loads(text) == {"\x9b31m": "\x1b[2J\x07\x7f\u202egnp.exe\u2066\u2028"}


def test_letters_and_emoji_are_written_as_they_are() -> None:
    said = "Größe שלום 👩‍🎨 🎽"
    assert dumps([said]) == f'["{said}"]'


@pytest.mark.parametrize(
    ("data", "line", "says"),
    [
        (b"", None, "the file is empty"),
        (b"\xef\xbb\xbf \n", None, "the file is empty"),
        (b'{"a": 1,\n "a": 2}', 2, "`a` occurs twice"),
        (b'{"a": {"b": 1},\n "c": [{"x": 1,\n"x": 2}]}', 3, "`x` occurs twice"),
        (b"[1,\n NaN]", 2, "`NaN`"),
        (b"[-Infinity]", 1, "`-Infinity`"),
        (b"[1e999999999]", 1, "more than 60 digits"),
        (b"[1e99999999999999999999]", 1, "more than 60 digits"),
        (b"[\n" + b"9" * 61 + b"]", 2, "more than 60 digits"),
        (b"9" * 5000, 1, "more than 60 digits"),
        (b"[" * 101 + b"]" * 101, 1, "nested deeper than 100"),
        (b'{"a":' * 100_000, 1, "nested deeper than 100"),
        (b'{"a": 1}\n\xe9', 2, "not UTF-8"),
        ("[1]".encode("utf-16"), 1, "not UTF-8"),
        (b'["a\0"]', 1, "NUL"),
        (b'[\n"\\u0000"]', 2, "NUL"),
        (b'["\\ud800"]', None, "half a character"),
        (b'{"a": [1, 2', 1, "stops before its end"),
        (b'{"a" 1}', 1, "line 1, column 6"),
        (b"sku;quantity\nTEE;1", 1, "this is not JSON"),
        (b'"' + b'\\"' * 100_000, 1, ""),
    ],
)
def test_what_is_no_json_is_refused_with_a_sentence_and_a_line(
    data: bytes, line: int | None, says: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        loads(data)
    assert says in refused.value.sentence
    assert refused.value.line == line


def test_more_values_than_can_be_held_are_refused_before_they_are_read() -> None:
    assert len(loads("[" + "1," * MOST_VALUES + "1]")) == MOST_VALUES + 1
    with pytest.raises(Unreadable, match=r"more than 1,000,000 values; split the file"):
        loads("[" + "1," * (MOST_VALUES + 1) + "1]")


def test_a_byte_order_mark_and_an_escaped_backslash_are_no_mistakes() -> None:
    assert loads(b'\xef\xbb\xbf["\\\\u0000", "\\ud83d\\ude00"]') == ["\\u0000", "\U0001f600"]


def test_a_hundred_brackets_are_allowed_and_brackets_in_texts_do_not_count() -> None:
    assert loads("[" * 100 + "]" * 100) is not None
    assert loads('["' + "[" * 500 + '"]') == ["[" * 500]


WIDE = "[" + "[]," * 150
"""So many brackets that they are not left uncounted."""


@pytest.mark.parametrize(
    "text",
    [
        WIDE + '"]"]',
        WIDE + '"{", {"}": "]["}]',
        WIDE + r'"\"]\"", "[["]',
        WIDE + "[" * 99 + "]" * 100,
        WIDE + '"é\ud83d\ude00"]',
    ],
)
def test_many_brackets_are_not_deep_ones(text: str) -> None:
    assert len(loads(text)) > 150


@pytest.mark.parametrize("inside", ['"]"', r'"\"]\""', r'"\\"', '""'])
def test_brackets_in_texts_hide_no_depth(inside: str) -> None:
    assert loads(f"[{inside}," * 100 + "0" + "]" * 100) is not None
    with pytest.raises(Unreadable, match="nested deeper than 100"):
        loads(f"[{inside}," * 101 + "0" + "]" * 101)


@pytest.mark.parametrize(("before", "behind"), [('["]",', ',"["]'), (r'["\"]\"",', r',"\"[\""]')])
def test_brackets_in_texts_that_would_cancel_the_real_ones_hide_no_depth(before: str, behind: str) -> None:
    with pytest.raises(Unreadable, match="nested deeper than 100"):
        loads(before * 101 + "0" + behind * 101)


def depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


@given(
    st.recursive(
        st.text('[]{}",\\a', max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text('[]{}":\\', max_size=3), inner, max_size=3)
        ),
    ),
    st.integers(88, 100),
)
def test_depth_is_told_whatever_the_texts_hold(value: object, around: int) -> None:
    text = "[" * around + dumps([value, *([],) * 101]) + "]" * around
    if around + depth([value, []]) <= 100:
        assert loads(text) is not None
    else:
        with pytest.raises(Unreadable, match="nested deeper than 100"):
            loads(text)


@given(st.binary(max_size=60))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    with contextlib.suppress(Unreadable):
        loads(data)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
    | st.decimals(allow_nan=False, allow_infinity=False, places=5, min_value=-(10**9), max_value=10**9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text('ab é"\\', max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(JSON)
def test_what_is_written_is_read_again(value: object) -> None:
    assert loads(dumps(value)) == value
