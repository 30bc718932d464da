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


PLANTED = """\
rule "A missing value decides"
  on   "Order is Imported"
  when order.metadata["gift"] is not "yes"   # W503
  do   add tag "a"

rule "A negated comparison with what may be missing"
  on   "Order is Imported"
  when not order.metadata["gift"] is "yes"   # W503
  do   add tag "b"

rule "Two texts that differ by capitals"
  on   "Order is Imported"
  when order.shipping.country is one of ("US", "us")   # W515
  do   add tag "c"

rule "One"
  on   "Order is Imported"
  when order.shipping.country is "AT"
  do   add tag "d"

rule "The same"   # W513
  on   "Order is Imported"
  when order.shipping.country is "AT"
  do   add tag "d"

rule "Undone"
  on   "Order is Imported"
  when order.shipping.country is "AT"
  do   remove tag "d"   # W514

rule "Every move"   # W506
  on   "Folder is Changed"
  do   add tag "e"

rule "Expensive"
  on   "Order is Imported"
  when order.email matches "[a-z]{900}.*[0-9]{900}"   # W516
  do   add tag "f"

rule "A key of a payment provider"
  on   "Order is Imported"
  do   add note "{key}"   # W517
""".replace("{key}", "sk_" + "live_51H8abcdefghijklmnopqrst")
AFTER_STOP = '\nrule "After stop"\n  on   "Order is Imported"\n  do   stop\n       add tag "g"   # E406\n'
HANDLED = re.compile(r'^rule "Park orders with an unknown SKU".*?\n\n', re.MULTILINE | re.DOTALL)


def test_what_reviewers_ask_about_is_found_among_the_rules_of_a_shop() -> None:
    """Issue 5's list, each where it stands and nothing else: the advice first, and with an error that error."""
    root = ROOT / "rulesets" / "podos"
    files = {
        path.relative_to(root).as_posix(): path.read_text("utf-8")
        for path in root.rglob("*")
        if path.is_file()
    }
    failures, gone = HANDLED.subn("", files["rules/3-failures.rules"])
    assert gone == 1
    files["rules/3-failures.rules"] = re.sub(
        r"^.*Park orders with an unknown SKU.*\n", "", failures, flags=re.M
    )
    files["rules/9.rules"] = PLANTED
    found = findings_of(files)
    assert [each.code for each in found if each.span.source.path != "rules/9.rules"] == ["W505"]
    here = [(each.span.line, each.code) for each in found if each.span.source.path == "rules/9.rules"]
    assert here == marked(PLANTED)
    broken = findings_of(files | {"rules/9.rules": PLANTED + AFTER_STOP})
    assert [each.span.line for each in broken if each.code == "E406"] == [
        line for line, code in marked(PLANTED + AFTER_STOP) if code == "E406"
    ]


def marked(rules: str) -> list[tuple[int, str]]:
    lines = enumerate(rules.split("\n"), 1)
    return [(number, code) for number, line in lines for code in re.findall(r"# ([EW]\d{3})$", line)]
