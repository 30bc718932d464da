"""docs/decisions: each has a number of its own, which its title says, as 0000 asks."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

PAGES = sorted((Path(__file__).parents[1] / "docs" / "decisions").iterdir())


def test_no_number_is_used_twice() -> None:
    assert [number for number, times in Counter(page.name[:4] for page in PAGES).items() if times > 1] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_title_begins_with_the_number(page: Path) -> None:
    assert re.fullmatch(r"\d{4}(-[a-z]+)+\.md", page.name)
    title = page.read_text("utf-8").partition("\n")[0]
    assert re.match(rf"# {page.name[:4]} [A-Z]", title), title


def test_a_number_that_is_left_out_is_named() -> None:
    used = {page.name[:4] for page in PAGES}
    left_out = {f"{number:04}" for number in range(int(max(used)))} - used
    said = set(
        re.findall(r"\b\d{4}\b", re.findall(r"\((.* were never used)\)", PAGES[0].read_text("utf-8"))[0])
    )
    assert said == left_out
