"""The default classifier of an answer (provider-apis.md 7.5), and what a provider says of waiting."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.classify import LONGEST_TEXT, LONGEST_WAIT, default_kind, shown, wait_of
from events.failure import FailureKind

NOW = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("statuses", "kind"),
    [
        ([408, 423, 500, 502, 503, 504], FailureKind.UNAVAILABLE),
        ([401, 403], FailureKind.AUTH_FAILED),
        ([402], FailureKind.PAYMENT_REQUIRED),
        ([409], FailureKind.DUPLICATE),
        ([400, 422], FailureKind.REJECTED),
        ([429], FailureKind.RATE_LIMITED),
        ([404, 418], FailureKind.GENERAL),
    ],
)
def test_a_status_has_the_kind_of_the_table(statuses: list[int], kind: FailureKind) -> None:
    assert {default_kind(status) for status in statuses} == {kind}


def test_404_where_everybody_finds_something_is_a_wrong_tenant() -> None:
    assert default_kind(404, collection=True) is FailureKind.AUTH_FAILED


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "120"}, 120),
        ({"x-retry-after": "3"}, 3),
        ({"retry-after": "Mon, 02 Mar 2026 09:31:00 GMT"}, 60),
        ({"retry-after": "Mon, 02 Mar 2026 09:00:00 GMT"}, 0),
        ({"x-ratelimit-reset": "20"}, 20),
        ({"x-ratelimit-reset": str(int(NOW.timestamp()) + 45)}, 45),
        ({"retry-after": "soon", "x-retry-after": "5"}, 5),
        ({"retry-after": "99999999"}, 0),  # a point of time in 1973
        ({"retry-after": "999999"}, LONGEST_WAIT),
        ({"retry-after": "soon"}, None),
        ({"retry-after": ""}, None),
        ({}, None),
    ],
)
def test_how_long_to_wait_is_what_the_provider_says(headers: dict[str, str], seconds: float | None) -> None:
    assert wait_of(headers, NOW) == seconds


@given(st.text(max_size=60))
def test_no_header_is_too_strange(text: str) -> None:
    wait = wait_of({"retry-after": text}, NOW)
    assert wait is None or 0 <= wait <= LONGEST_WAIT


@given(st.text(max_size=2 * LONGEST_TEXT))
def test_a_providers_words_are_one_line_that_no_terminal_obeys(text: str) -> None:
    line = shown(text)
    assert len(line) <= LONGEST_TEXT
    assert len(line.splitlines()) <= 1
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in line)


def test_a_providers_words_stay_its_words() -> None:
    assert shown(" The card\n\x1b[31m was declined  ") == "The card [31m was declined"
