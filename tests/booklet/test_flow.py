"""Which events lead to which, on rulesets small enough to be worked out by hand; and that no two arrows are taken for one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.booklet.flow import Arrow, Flow, flow_of, in_lanes, ordered
from engine.folder import MemoryFolder
from engine.opened import open_ruleset
from tests.cases_harness import USUAL

RULES = """
rule "one"
  on "Order is Imported"
  do move to folder "Shipped"
rule "two"
  on "Folder is Changed"
  when event.to is "Shipped"
  do raise "Artwork approved"
rule "three"
  on "Artwork approved"
  do move to folder "New"
"""


def flow(rules: str) -> Flow:
    opened = open_ruleset(MemoryFolder({"ordinance.yaml": USUAL.read_bytes(), "shop.rules": rules.encode()}))
    assert not opened.checked.errors
    titles = [
        rule.title for rules in opened.checked.form.rules.values() for rule in rules if not rule.setting
    ]
    return flow_of(opened, {title: number for number, title in enumerate(titles, 1)})


def arrows(found: Flow) -> set[tuple[str, str, tuple[str, ...], bool]]:
    return {
        (found.rows[one.start].label, found.rows[one.end].label, tuple(one.by), one.round)
        for one in found.arrows
    }


def test_a_move_leads_only_to_rules_that_take_its_folder() -> None:
    found = flow(RULES)
    assert [(row.label, list(row.rules)) for row in found.rows] == [
        ("Order is Imported", ["1"]),
        ("Folder is Changed", ["2"]),
        ("Artwork approved", ["3"]),
    ]
    # Rule 3 moves to "New", which rule 2 does not ask for.
    assert arrows(found) == {
        ("Order is Imported", "Folder is Changed", ("1",), False),
        ("Folder is Changed", "Artwork approved", ("2",), False),
    }


def test_what_goes_round_is_marked_and_what_leads_there_is_not() -> None:
    found = flow(RULES.replace('do move to folder "New"', 'do move to folder "Shipped"'))
    assert arrows(found) == {
        ("Order is Imported", "Folder is Changed", ("1",), False),
        ("Folder is Changed", "Artwork approved", ("2",), True),
        ("Artwork approved", "Folder is Changed", ("3",), True),
    }


def test_what_is_only_decided_leads_nowhere() -> None:
    assert arrows(flow(RULES.replace('on "Order is Imported"', 'mode shadow\n  on "Order is Imported"'))) == {
        ("Folder is Changed", "Artwork approved", ("2",), False)
    }


def test_arrows_lead_down_where_nothing_goes_round() -> None:
    assert ordered(["c", "b", "a", "d"], {("a", "b"): ["1"], ("b", "c"): ["2"]}) == ["a", "b", "c", "d"]


PAIRS = st.tuples(st.integers(0, 12), st.integers(0, 12), st.booleans())


@given(st.sets(PAIRS, max_size=25))
def test_arrows_of_different_events_do_not_touch(pairs: set[tuple[int, int, bool]]) -> None:
    found = in_lanes([Arrow(start, end, ("1",), turns, 0) for start, end, turns in sorted(pairs)])
    assert {(one.start, one.end, one.round) for one in found} == pairs
    for one in found:
        for other in found:
            if one.lane == other.lane and (one.start, one.round) != (other.start, other.round):
                (a, b), (c, d) = sorted((one.start, one.end)), sorted((other.start, other.end))
                assert b < c or d < a
