"""The lint that reviewers want: nothing is found in what ships, everything in a planted set, and `# allow` silences each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dsl.codes import codes
from engine.folder import DiskFolder
from engine.opened import open_ruleset
from tests.cases_harness import USUAL
from tests.evaluate import findings_of

ROOT = Path(__file__).parents[2]
ADVICE = [code for code in codes() if "W501" <= code <= "W508" or "W513" <= code <= "W518"]


def planted(rules: str) -> dict[str, str]:
    return {"ordinance.yaml": USUAL.read_text("utf-8"), "shop.rules": rules}


@pytest.mark.parametrize("name", ["podos", "pov", "order-desk", "inksoft-printavo"])
def test_nothing_is_found_in_what_ships(name: str) -> None:
    assert open_ruleset(DiskFolder(ROOT / "rulesets" / name)).checked.findings == ()


def test_everything_is_found_in_a_planted_set() -> None:
    """All examples in one ruleset, where each still gives its code."""
    rules = []
    for number, code in enumerate(ADVICE):
        text = re.sub(r'rule "', f'rule "{number} ', codes()[code].example)
        rules.append(re.sub(r"\bEU\b", f"EU{number}", text))
    found = {finding.code for finding in findings_of(planted("\n\n".join(rules)))}
    assert found == set(ADVICE)


@pytest.mark.parametrize("code", ADVICE)
def test_allow_silences_it(code: str) -> None:
    example = codes()[code].example
    (finding,) = findings_of(planted(example))
    lines = example.split("\n")
    lines.insert(finding.span.line - 1, f"# allow {code}: it is meant")
    assert findings_of(planted("\n".join(lines))) == []
