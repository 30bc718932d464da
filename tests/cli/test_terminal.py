"""Progress: only for a person who waits, and never among results."""

from __future__ import annotations

import io
from contextlib import redirect_stderr

import pytest

from dsl.diagnostics import Diagnostic
from dsl.source import Source, Span
from engine.cli import terminal
from engine.cli.terminal import colors, findings, watched


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has any patience."""
    monkeypatch.setattr(terminal, "PATIENCE", 0)
    monkeypatch.setattr(terminal, "OFTEN", 0)


@pytest.mark.usefixtures("hurry")
def test_a_person_who_waits_sees_how_far_it_is_and_the_line_goes_away() -> None:
    with redirect_stderr(Screen()) as screen:
        assert list(watched("abc", 3, "deciding")) == ["a", "b", "c"]
    pictures = screen.getvalue().split("\r")[1:]
    assert pictures[1] == "deciding [" + "#" * 10 + "." * 20 + "] 1 of 3"
    assert len(pictures) == 4
    assert pictures[-1] == "\033[K"


@pytest.mark.usefixtures("hurry")
def test_the_line_goes_away_where_things_end_early() -> None:
    with redirect_stderr(Screen()) as screen:
        watching = watched("abc", 3, "deciding")
        next(watching)
        watching.close()
    assert screen.getvalue().endswith("\r\033[K")


@pytest.mark.usefixtures("hurry")
def test_nothing_stands_among_results_on_a_terminal() -> None:
    with redirect_stderr(Screen()) as screen:
        assert list(watched("abc", 3, "deciding", Screen())) == ["a", "b", "c"]
    assert screen.getvalue() == ""


def test_what_is_quick_shows_nothing() -> None:
    with redirect_stderr(Screen()) as screen:
        assert list(watched("abc", 3, "deciding")) == ["a", "b", "c"]
    assert screen.getvalue() == ""


@pytest.mark.usefixtures("hurry")
def test_a_build_server_sees_nothing() -> None:
    with redirect_stderr(io.StringIO()) as log:
        assert list(watched("abc", 3, "deciding")) == ["a", "b", "c"]
    assert log.getvalue() == ""


@pytest.mark.parametrize(
    ("env", "painted"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_colours_are_for_terminals_that_want_them(
    env: dict[str, str], painted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert colors(Screen()) == painted
    assert not colors(io.StringIO())


@pytest.mark.usefixtures("hurry")
def test_of_what_nobody_has_counted_it_is_told_how_many_are_done() -> None:
    with redirect_stderr(Screen()) as screen:
        assert list(watched("abc", None, "deciding")) == ["a", "b", "c"]
    assert screen.getvalue().split("\r")[1:] == ["deciding 0", "deciding 1", "deciding 2", "\033[K"]


@pytest.fixture
def paints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")


@pytest.mark.usefixtures("paints")
def test_findings_beside_the_results_keep_their_colours_and_nothing_else_acts() -> None:
    source = Source("rules/a.rules", 'rule "\033[31mred"\n')
    finding = Diagnostic("E101", "found `\033[2J`", Span(source, 0, 4))
    with redirect_stderr(Screen()) as screen:
        findings([finding])
    said = screen.getvalue()
    assert "error[E101]" in said
    assert "\033[" in said
    assert "\033[2J" not in said
    assert 'rule "\033' not in said
