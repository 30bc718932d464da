"""An event that was given another label: the old one is found, and the new one is advised (W519)."""

from __future__ import annotations

from engine import fixing
from engine.folder import MemoryFolder
from engine.opened import open_ruleset
from tests.engine.private_printers import ACME, RULES, SHOP

EVENTS = """\
events:
  - {id: "{connection}.proofed", label: "{label} Proof Approved", was: ["{label} Proof Ready"], doc: the proof is approved, source: ours}
"""
OLD = RULES + '\nrule "File what is proofed"\n  on "acme print proof ready"\n  do add tag "proofed"\n'


def folder(rules: str) -> MemoryFolder:
    files = {"ordinance.yaml": SHOP, "shop.rules": rules, "integrations/acme.yaml": ACME + EVENTS}
    return MemoryFolder({path: text.encode() for path, text in files.items()})


def test_the_old_label_is_found_and_the_new_one_is_advised() -> None:
    checked = open_ruleset(folder(OLD)).checked
    assert "acme.proofed" in checked.form.rules
    (finding,) = (each for each in checked.findings if each.code == "W519")
    assert finding.message == "`acme print proof ready` is called `Acme Print Proof Approved` now"


def test_fix_writes_the_new_label() -> None:
    done = fixing.mend(folder(OLD), None)
    assert done.texts["shop.rules"] == OLD.replace("acme print proof ready", "Acme Print Proof Approved")
    assert not [each for each in done.left if each.code == "W519"]
