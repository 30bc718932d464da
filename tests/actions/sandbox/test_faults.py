"""Faults on demand: where they are named, at which call they happen, and how often."""

from __future__ import annotations

import pytest

from actions.sandbox.faults import Faults, UnknownFault

NAME, SKU = "Sandbox.out-of-stock Byron", "sandbox.500.read.2"


@pytest.fixture
def faults() -> Faults:
    return Faults({"out-of-stock": "place"}, "place", ("place", "read"))


def test_one_in_a_name_happens_at_its_call_for_each_order_always(faults: Faults) -> None:
    assert [faults.due("read", [NAME], "", "1"), faults.due("place", [NAME], "", "1")] == ["", "out-of-stock"]
    assert [faults.due("place", [NAME], "", each) for each in ("1", "2")] == ["out-of-stock"] * 2


def test_one_in_a_sku_happens_as_often_as_it_says(faults: Faults) -> None:
    assert [faults.due("read", ["Ann", SKU], "", "1") for _ in range(3)] == ["500", "500", ""]
    assert faults.due("read", ["Ann", SKU], "", "2") == "500"


def test_one_in_the_header_comes_before_those_of_the_order(faults: Faults) -> None:
    assert faults.due("place", [NAME], "429", "1") == "429"
    assert faults.due("place", [NAME], "", "1") == "out-of-stock"


def test_one_that_is_scripted_meets_whatever_order_comes(faults: Faults) -> None:
    faults.script("reset.read")
    assert [faults.due("place", [], "", "1"), faults.pending()] == ["", 1]
    assert [faults.due("read", [], "", "9"), faults.due("read", [], "", "9"), faults.pending()] == [
        "reset",
        "",
        0,
    ]


@pytest.mark.parametrize(
    ("word", "said"), [("out-of-paper", "there are out-of-stock"), ("500.confirm", "there are place, read")]
)
def test_one_that_there_is_not_names_those_that_there_are(faults: Faults, word: str, said: str) -> None:
    with pytest.raises(UnknownFault, match=said):
        faults.script(word)
    with pytest.raises(UnknownFault, match=said):
        faults.due("place", [f"sandbox.{word}"], "", "1")


def test_an_ordinary_word_is_no_fault(faults: Faults) -> None:
    assert faults.due("place", ["Sandbox Street 500", "SAND-500"], "", "1") == ""
