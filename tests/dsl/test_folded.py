"""Folded text is remembered, and memory stays bounded: by count, and by the length of what is kept."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dsl.schema import fold
from dsl.values import MOST_FOLDED, SHORT, folded


@given(st.text())
def test_folding_is_remembered_as_it_is(text: str) -> None:
    assert [folded(text), folded(text)] == [fold(text)] * 2


def test_what_is_remembered_is_bounded() -> None:
    kept: Any = folded.__self__  # type: ignore[attr-defined]
    long = "X" * (SHORT + 1)
    assert folded(long) == "x" * (SHORT + 1)
    assert long not in kept
    for number in range(MOST_FOLDED + 10):
        assert folded(f" Never Seen {number} ") == f"never seen {number}"
        assert len(kept) <= MOST_FOLDED
    assert f" Never Seen {MOST_FOLDED + 9} " in kept
