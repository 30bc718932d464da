"""The rulesets that ship: their tests see every condition, and notice every change but those that change nothing.

Why each of the unnoticed ones changes nothing stands beside it, worked out from the rules.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.folder import DiskFolder
from engine.opened import open_ruleset
from engine.testing import Runner, tested
from engine.testing.formats.result import difference

RULESETS = Path(__file__).parents[1] / "rulesets"
PAGE = Path(__file__).parents[1] / "docs" / "reviewing.md"
SAME = {
    "inksoft-printavo": {
        # an order without an origin is not one of the shared ones either; the rule says it for its reader
        "- when    order.inksoft_origin is missing or order.inksoft_origin is not one of shared_origins",
        # not every blank is here while any is ordered, so the two never fire both
        '- rule "Begin when all blanks are here" stands after it',
    },
    # with two tries the rule above has moved the order out of the folder already
    "order-desk": {'- when    order.metadata["tries"] >= 3'},
    # an order of nothing but mugs has no other item, so the two never fire both
    "podos": {'- rule "Keep orders of nothing but mugs" stands after it'},
    "pov": set(),
}


@pytest.mark.parametrize("name", sorted(SAME))
def test_the_tests_of_a_ruleset_see_and_notice_everything(name: str) -> None:
    opened = open_ruleset(DiskFolder(RULESETS / name))
    runner = Runner(opened)
    done = list(tested.ran(runner, list(opened.checked.tests), covering=True))
    covered = tested.coverage(opened, done)
    assert [(str(part.span), part.unseen) for part in covered.parts if part.unseen] == []
    tried = tested.mutated(runner, done, None, 0, lambda fates, total, doing: fates)
    assert tried.of("not reached") == []
    assert {difference(mutant)[0] for mutant in tried.of("survived")} == SAME[name]
    assert len(tried.of("noticed")) > 60
    rules, conditions = (sum(part.kind == kind for part in covered.parts) for kind in ("rule", "condition"))
    survived = len(tried.of("survived"))
    changes = survived + len(tried.of("noticed"))
    seen = f"100 % ({rules} rules, {conditions} conditions)"
    assert f"| {name} | 0 | {len(done)} | {seen} | {changes} | {survived} |" in PAGE.read_text("utf-8")
