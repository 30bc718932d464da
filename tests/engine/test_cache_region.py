"""Where a file was edited since an earlier run: the statements are those that cutting the whole text gives."""

from __future__ import annotations

from random import Random

import pytest

from dsl import chunks
from engine.cache.region import Stretch, recut
from engine.cache.statement import digest
from tests import generated
from tests.engine.test_cache_session import edited


def whole(text: str) -> list[tuple[int, str]]:
    return [(c.start, text[c.start : c.end]) for c in chunks.cut(text).chunks if c.end > c.start]


def stretches(text: str) -> list[Stretch]:
    return [(len(each), digest(each)) for _, each in whole(text)]


def clean(text: str) -> bool:
    cut = chunks.cut(text)
    return not cut.slips and not any(chunk.slips for chunk in cut.chunks)


@pytest.mark.parametrize("seed", range(20))
def test_after_any_edits_the_statements_are_those_of_the_whole_text(seed: int) -> None:
    random = Random(f"region {seed}")
    text, found = generated.ruleset(random, 8), 0
    for _ in range(40):
        before, text_before = stretches(text), text
        for _ in range(random.choice([1, 1, 2])):
            text = edited(random, text)
        again = recut(text, before)
        assert again is None or again == whole(text)
        found += again is not None
        if not clean(text):
            text = text_before
    assert found > 10, "most edits leave the rest of the text what it was"


def test_of_a_long_text_a_few_statements_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    text = generated.ruleset(Random("long"), 200)
    before, cut, lengths = stretches(text), chunks.cut, list[int]()

    def counted(part: str) -> chunks.Cut:
        lengths.append(len(part))
        return cut(part)

    monkeypatch.setattr(chunks, "cut", counted)
    new = text.replace('rule "rule 100"', 'rule "rule one hundred"')
    assert new != text
    found = recut(new, before)
    assert found is not None
    assert "".join(each for _, each in found) == new
    assert sum(lengths) < len(text) / 20
    lengths.clear()
    assert recut(text, before) is not None
    assert lengths == [], "an unchanged text is not cut at all"


@pytest.mark.parametrize("text", ["", "rule", '"""'])
def test_a_text_that_has_nothing_left_of_before(text: str) -> None:
    found = recut(text, stretches('rule "a"\n  on "X"\n  do stop\n'))
    assert found is None or found == whole(text)
