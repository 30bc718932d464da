"""Options with several values after one another."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.cli.many import spread


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("--orders a b --strict", "--orders a --orders b --strict"),
        ("shop --orders a", "shop --orders a"),
        ("--orders=a b", "--orders=a b"),
        ("--with a=1 b=2 --with c=3", "--with a=1 --with b=2 --with c=3"),
        ("--with a=1 shop", "--with a=1 shop"),
        ("--answer podos=accepts pov=accepts shop", "--answer podos=accepts --answer pov=accepts shop"),
        ("--orders -- a b", "--orders -- a b"),
        ("--orders a -- b", "--orders a -- b"),
        ("-- --orders a b", "-- --orders a b"),
        ("--orders", "--orders"),
    ],
)
def test_values_that_follow_one_another_belong_to_the_option(written: str, read: str) -> None:
    assert spread(written.split()) == read.split()


def test_a_folder_with_a_ruleset_is_no_orders(tmp_path: Path) -> None:
    (tmp_path / "ordinance.yaml").write_text("language: 1")
    words = ["--orders", "a.json", str(tmp_path)]
    assert spread(words) == words
