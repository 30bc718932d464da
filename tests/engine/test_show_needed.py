"""Why not: what is asked for suffices, and nothing smaller would. Compared with trying every set of changes."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, count

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.show.needed import Need, needed, to_fire
from engine.trace import RuleTrace, Step


def met(kind: str, steps: list[bool]) -> bool:
    """language.md, section 4."""
    return {
        "and": all(steps),
        "every": all(steps),
        "or": any(steps),
        "any": any(steps),
        "no": not any(steps),
        "not": not all(steps),
        "define": all(steps),
    }[kind]


def holding(kind: str, steps: list[Step], subject: str = "") -> Step:
    return Step(kind, kind, met(kind, [s.met for s in steps]), subject=subject, steps=tuple(steps))


LEAVES = st.builds(lambda outcome: Step("test", "", outcome), st.booleans())
MANY = st.sampled_from(["and", "or", "any", "every", "no"])
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(holding, MANY, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda kind, one: holding(kind, [one]), st.sampled_from(["not", "define"]), inner),
    ),
    max_leaves=7,
)


def named(step: Step, numbers: count[int]) -> Step:
    """Every comparison with a text of its own."""
    if step.kind == "test":
        return replace(step, text=f"condition {next(numbers)}")
    return replace(step, steps=tuple(named(one, numbers) for one in step.steps))


def leaves(step: Step) -> list[str]:
    return [step.text] if step.kind == "test" else [text for one in step.steps for text in leaves(one)]


def after(step: Step, changed: set[str]) -> bool:
    if step.kind == "test":
        return step.met != (step.text in changed)
    return met(step.kind, [after(one, changed) for one in step.steps])


@settings(max_examples=300, deadline=None)
@given(TREES, st.booleans())
def test_the_changes_suffice_and_no_smaller_set_does(tree: Step, wanted: bool) -> None:
    tree = named(tree, count())
    found = needed(tree, wanted)
    changes = {need.step.text for need in found}
    assert len(changes) == len(found)
    assert after(tree, changes) == wanted
    assert all(need.wanted != need.step.met for need in found)
    for smaller in range(len(found)):
        for some in combinations(leaves(tree), smaller):
            assert after(tree, set(some)) != wanted


def test_a_condition_of_an_item_says_of_which() -> None:
    dear, long = Step("test", "dear", False), Step("test", "long", False)
    items = [
        holding("and", [dear, long], "item 1"),
        holding("and", [dear, replace(long, met=True)], "item 2 (TEE)"),
    ]
    assert needed(holding("any", items)) == [Need(dear, True, "item 2 (TEE)")]


def test_where_there_is_no_item_the_quantifier_itself_is_named() -> None:
    none = Step("any", "any item where (x)", False)
    assert needed(none) == [Need(none, True)]


def test_a_condition_that_stands_there_twice_is_changed_once() -> None:
    one = Step("test", "a", False)
    assert needed(holding("and", [one, holding("or", [one])])) == [Need(one, True)]


def test_an_item_rule_needs_its_nearest_item() -> None:
    far = holding("and", [Step("test", "a", False), Step("test", "b", False)], "item 1")
    near = Step("test", "a", False, subject="item 2")
    assert to_fire(RuleTrace("R", "no item matched", None, (far, near))) == [Need(near, True, "item 2")]
    assert to_fire(RuleTrace("R", "no item matched")) == []
    assert to_fire(RuleTrace("R", "after stop", Step("test", "a", False))) == []
