"""The look of a finding. The first expectation is the house style's own; the others are counted out by hand."""

from __future__ import annotations

import re
import unicodedata
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsl.diagnostics import Diagnostic, Note
from dsl.source import NOWHERE, Source, Span
from engine.report import render, summary
from tests.report.findings import finding, marked


def shown(*findings: Diagnostic, folder: str = "") -> str:
    return render(findings, "human", folder=folder)


def test_the_look_of_the_house() -> None:
    text = "\n" * 6 + "  when    «order.shipping.contry» is one of EU\n"
    assert shown(
        finding(
            text,
            "unknown field `order.shipping.contry`",
            way_out="a field with a similar name exists: `order.shipping.country`",
        )
    ) == dedent(
        """\
        error[E201]: unknown field `order.shipping.contry`
          --> rules/eu.rules:7:11
           |
         7 |   when    order.shipping.contry is one of EU
           |           ^^^^^^^^^^^^^^^^^^^^^
           = help: a field with a similar name exists: `order.shipping.country`
        """
    )


def test_a_warning_says_so_and_the_folder_leads_the_path() -> None:
    out = shown(finding("on «x»", "never met", code="W501"), folder="shops/acme/")
    assert out.startswith("warning[W501]: never met\n  --> shops/acme/rules/eu.rules:1:4\n")


def test_a_note_shows_its_own_place_and_line_numbers_share_one_column() -> None:
    first = marked("\n" * 8 + "rule «“A”»", "rules/a.rules")
    second = finding("\n" * 9 + "rule «“A”»", "the title `A` is given twice", code="E401", way_out="one\ntwo")
    out = shown(
        Diagnostic(second.code, second.message, second.span, second.help, (Note("first given here", first),))
    )
    assert out == dedent(
        """\
        error[E401]: the title `A` is given twice
           --> rules/eu.rules:10:6
            |
         10 | rule “A”
            |      ^^^
            = help: one
                    two
        note: first given here
           --> rules/a.rules:9:6
            |
          9 | rule “A”
            |      ^^^
        """
    )


def caret(text: str) -> tuple[str, str]:
    """The line of the source and the line of carets, without their gutters."""
    _, _, _, line, carets = shown(finding(text)).splitlines()[:5]
    return line[5:], carets[5:]


def test_a_tab_reaches_to_the_next_stop() -> None:
    assert caret("\tab\t«x»") == ("    ab  x", "        ^")


def test_wide_characters_take_two_cells() -> None:
    assert caret('tag "日本" «"日x"»') == ('tag "日本" "日x"', "           ^^^^^")


def test_a_combining_mark_takes_no_cell() -> None:
    assert caret("Cafe\u0301 «x»")[1] == "     ^"


def test_an_empty_stretch_is_one_caret() -> None:
    assert caret("move to folder«»") == ("move to folder", "              ^")


def test_a_stretch_that_ends_with_its_line_stays_on_it() -> None:
    assert shown(finding("«abc\n»def")).count("^") == 3


def test_a_stretch_over_two_lines_underlines_both() -> None:
    out = shown(finding('because «"""late\n  again"""»\ndo stop'))
    assert out.splitlines()[2:] == [
        "   |",
        ' 1 | because """late',
        "   |         ^^^^^^^",
        ' 2 |   again"""',
        "   |   ^^^^^^^^",
    ]


def test_of_a_stretch_over_many_lines_the_first_two_and_the_last_are_shown() -> None:
    out = shown(finding("«a\nb\nc\nd\ne»")).splitlines()
    assert [line for line in out if "^" not in line][2:] == ["   |", " 1 | a", " 2 | b", "...", " 5 | e"]


@pytest.mark.parametrize(
    ("text", "line", "before"),
    [
        ("x" * 97 + "«BAD»", "x" * 97 + "BAD", 97),
        ("x" * 98 + "«BAD»", "..." + "x" * 40 + "BAD", 43),
        ("«BAD»" + "x" * 98, "BAD" + "x" * 97 + "...", 0),
        ("x" * 10 + "«BAD»" + "x" * 90, "x" * 10 + "BAD" + "x" * 87 + "...", 10),
        ("日" * 60 + "«BAD»" + "日" * 60, "..." + "日" * 20 + "BAD" + "日" * 28 + "...", 43),
    ],
)
def test_a_line_past_a_hundred_cells_is_cut_around_the_finding(text: str, line: str, before: int) -> None:
    assert caret(text) == (line, " " * before + "^^^")


def test_a_line_as_long_as_a_file_is_quick() -> None:
    line, carets = caret("x" * 3_000_000 + "«y»" + "x" * 3_000_000)
    assert line == "..." + "x" * 40 + "y" + "x" * 59 + "..."
    assert carets == " " * 43 + "^"


@pytest.mark.parametrize(
    ("hostile", "seen"),
    [
        ("\x1b[31m", "\\u{1B}[31m"),
        ("\x9b31m", "\\u{9B}31m"),
        ("\x00", "\\u{0}"),
        ("\r", "\\u{D}"),
        ("\u202e", "\\u{202E}"),
        ("\u2028", "\\u{2028}"),
        ("\u200b", "\\u{200B}"),
        ("\ud800", "\\u{D800}"),
    ],
)
def test_nothing_in_a_text_acts_on_the_terminal(hostile: str, seen: str) -> None:
    span = marked(f"a {hostile} «b»", f"ru{hostile}les")
    out = shown(Diagnostic("E201", f"m {hostile}", span, f"h {hostile}", (Note(f"n {hostile}", span),)))
    assert hostile not in out
    assert out.count(seen) == 7  # message, help, note; the path and the line of the finding and of the note


def test_a_line_end_in_a_message_does_not_start_a_line() -> None:
    assert shown(finding("«a»", "unknown folder `x\ny`")).startswith("error[E201]: unknown folder `x\\ny`\n")


def test_a_finding_about_a_file_without_text_names_the_file_only() -> None:
    span = Span(Source("ordinance.yaml", ""), 0, 0)
    assert shown(Diagnostic("E181", "no such file", span)) == (
        "error[E181]: no such file\n  --> ordinance.yaml\n"
    )


def test_a_finding_that_stands_nowhere_has_no_place() -> None:
    assert shown(Diagnostic("E181", "not a ruleset", NOWHERE, "`ordinance new` makes one")) == (
        "error[E181]: not a ruleset\n   = help: `ordinance new` makes one\n"
    )


def test_findings_are_sorted_told_once_and_parted_by_a_blank_line() -> None:
    source = Source("a.rules", "one two")
    first, second = (
        Diagnostic("E201", name, Span(source, at, at + 3)) for name, at in (("one", 0), ("two", 4))
    )
    out = shown(second, first, second)
    assert re.findall(r"error\[E201\]: (\w+)", out) == ["one", "two"]
    assert "\n\nerror[E201]: two" in out


def test_no_finding_is_no_text() -> None:
    assert shown() == ""
    assert summary([]) == "nothing found"


def test_colour_changes_nothing_but_colour() -> None:
    found = [
        finding("«a» b", way_out="h"),
        finding("a «b»", "m", code="W501", notes=(Note("n", marked("«a»")),)),
    ]
    colored = render(found, "human", color=True)
    assert "\x1b[31m" in colored
    assert "\x1b[33m" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == render(found, "human")


def test_the_summary_counts_findings_and_files() -> None:
    one = finding("«a»", path="a.rules")
    two = finding("«b»", path="b.rules")
    advice = finding("«c»", "m", code="W501", path="c.rules")
    assert summary([one, two, advice]) == "2 errors, 1 warning in 3 files"
    assert summary([one]) == "1 error in 1 file"
    assert summary([one, one]) == "1 error in 1 file"
    assert summary([Diagnostic("E181", "not a ruleset", NOWHERE)]) == "1 error"


@given(st.text(max_size=300), st.integers(0, 300), st.integers(0, 300), st.text(max_size=20))
def test_any_text_and_any_stretch_of_it_can_be_shown(
    text: str, start: int, length: int, message: str
) -> None:
    start = min(start, len(text))
    span = Span(Source("a.rules", text), start, min(len(text), start + length))
    out = shown(Diagnostic("E201", message, span, message, (Note(message, span),)))
    acting = {char for char in out if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert acting <= {"\n", "\u200c", "\u200d"}
    assert ("^" in out) == bool(text) or "^" in text + message
