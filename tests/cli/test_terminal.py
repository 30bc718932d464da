"""Progress: only for a person who waits, and never among results."""

from __future__ import annotations

import io
import sys

import pytest

from engine.cli import terminal
from engine.cli.terminal import colors, watched


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    """Stderr is a terminal, and nobody has any patience."""
    found = Screen()
    monkeypatch.setattr(sys, "stderr", found)
    monkeypatch.setattr(terminal, "PATIENCE", 0)
    monkeypatch.setattr(terminal, "OFTEN", 0)
    return found


def test_a_person_who_waits_sees_how_far_it_is_and_the_line_goes_away(screen: Screen) -> None:
    assert list(watched("abc", 3, "deciding")) == ["a", "b", "c"]
    pictures = screen.getvalue().split("\r")[1:]
    assert pictures[1] == "deciding [" + "#" * 10 + "." * 20 + "] 1 of 3"
    assert len(pictures) == 4
    assert pictures[-1] == "\033[K"


def test_the_line_goes_away_where_things_end_early(screen: Screen) -> None:
    watching = watched("abc", 3, "deciding")
    next(watching)
    watching.close()
    assert screen.getvalue().endswith("\r\033[K")


def test_nothing_stands_among_results_on_a_terminal(screen: Screen) -> None:
    assert list(watched("abc", 3, "deciding", Screen())) == ["a", "b", "c"]
    assert screen.getvalue() == ""


def test_what_is_quick_shows_nothing(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "PATIENCE", 60)
    assert list(watched("abc", 3, "deciding")) == ["a", "b", "c"]
    assert screen.getvalue() == ""


def test_a_build_server_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    log = io.StringIO()
    monkeypatch.setattr(sys, "stderr", log)
    monkeypatch.setattr(terminal, "PATIENCE", 0)
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
