"""Where a file was edited since it was last read: the statements are those that cutting the whole text gives, and what the
edit did not touch is not looked at."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import pytest

from dsl import chunks
from engine.cache import region
from engine.cache.dividing import grouped
from tests import generated
from tests.engine.test_cache_session import edited


@dataclass(frozen=True)
class Known:
    """Statements that follow each other, as they were."""

    texts: list[str]

    @property
    def text(self) -> str:
        return "".join(self.texts)

    @property
    def length(self) -> int:
        return len(self.text)

    def stands(self, text: str, begins: int) -> bool:
        return text[begins : begins + self.length] == self.text


def whole(text: str) -> list[str]:
    found = region.all_statements(text)
    assert found is not None
    return found


def blocks(text: str, size: int) -> list[Known]:
    found = whole(text)
    return [Known(found[at : at + size]) for at in range(0, len(found), size)]


def again(text: str, before: list[Known]) -> list[str] | None:
    """The statements of a text that was made of these blocks; None where it is to be cut whole."""
    where = region.edited(text, before)
    assert sum(each.length for each in before[: where.first]) == where.start
    assert len(text) - sum(each.length for each in before[where.last :]) == where.stop
    between = region.statements(text[where.start : where.stop])
    if between is None:
        return None
    first, last = before[: where.first], before[where.last :]
    return [*[t for each in first for t in each.texts], *between, *[t for each in last for t in each.texts]]


def clean(text: str) -> bool:
    cut = chunks.cut(text)
    slips = [slip for chunk in cut.chunks for slip in chunk.slips]
    return not cut.slips and not any(region.unclosed(s.code, cut.text[s.start : s.end]) for s in slips)


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize("seed", range(10))
def test_after_any_edits_the_statements_are_those_of_the_whole_text(seed: int, size: int) -> None:
    random = Random(f"region {seed}")
    text, found = generated.ruleset(random, 8), 0
    for _ in range(40):
        before, text_before = blocks(text, size), text
        for _ in range(random.choice([1, 1, 2])):
            text = edited(random, text)
        statements = None if text.startswith("\ufeff") else again(text, before)
        assert statements is None or statements == whole(text)
        found += statements is not None
        if not clean(text) or text.startswith("\ufeff"):
            text = text_before
    assert found > 10, "most edits leave the rest of the text what it was"


def test_of_a_long_text_a_few_statements_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    text = generated.ruleset(Random("long"), 200)
    before, cut, lengths = blocks(text, 4), chunks.cut, list[int]()

    def counted(part: str) -> chunks.Cut:
        lengths.append(len(part))
        return cut(part)

    monkeypatch.setattr(chunks, "cut", counted)
    new = text.replace('rule "rule 100"', 'rule "rule one hundred"')
    assert new != text
    found = again(new, before)
    assert found is not None
    assert "".join(found) == new
    assert sum(lengths) < len(text) / 10
    lengths.clear()
    assert again(text, before) is not None
    assert sum(lengths) == 0, "an unchanged text is not cut at all"


@pytest.mark.parametrize("text", ["", "rule", '"""'])
def test_a_text_that_has_nothing_left_of_before(text: str) -> None:
    found = again(text, blocks('rule "a"\n  on "X"\n  do stop\n', 1))
    assert found is None or found == [each for each in [text] if each]


def test_where_a_block_ends_its_text_alone_tells() -> None:
    """So that an edit moves no border but the one that it stands at."""
    texts = [f'rule "rule {n}"\n  on "Checked"\n  do stop\n' for n in range(2000)]
    groups = list(grouped(texts))
    assert [text for group in groups for text in group] == texts
    assert 10 < len(groups) < 100
    more = list(grouped([*texts[:700], 'rule "new"\n', *texts[700:]]))
    assert len([group for group in more if group not in groups]) <= 2
