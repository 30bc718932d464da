"""What a change is to be asked about: what it touches, what depends on that, and what was not found before."""

from __future__ import annotations

import pytest

from engine import since
from engine.folder import MemoryFolder
from engine.opened import open_ruleset
from tests.cases_harness import USUAL

RULES = """\
define dear = order.total > 100
define late = dear and order.date_added is older than 3 days
list unused = "A"

rule "Silent"
  on      "Order is Imported"
  when    order.checkout_data["gift"] is not "yes" and late
  do      add tag "a"

rule "Elsewhere"
  on      "Order is Imported"
  when    order.checkout_data["other"] is not "yes"
  do      add tag "b"
"""


def found(before: str, after: str, **files: tuple[str, str]) -> list[str]:
    """The findings shown, by code and line."""
    usual = USUAL.read_text("utf-8")
    old, new = (
        MemoryFolder(
            {"ordinance.yaml": usual.encode(), "shop.rules": text.encode()}
            | {path.replace("__", "/"): both[at].encode() for path, both in files.items()}
        )
        for at, text in enumerate((before, after))
    )
    one, other = open_ruleset(old), open_ruleset(new)
    change = since.change(old, new, other.ruleset.files)
    shown = since.shown(other.checked.findings, change, since.told_before(one.checked.findings))
    return [f"{each.code} {each.span.line}" for each in shown]


def test_nothing_changed() -> None:
    assert found(RULES, RULES) == []
    assert found(RULES, RULES.replace("\n", "\r\n")) == []


def test_a_statement_that_only_moved_has_not_changed() -> None:
    first, *others = RULES.split("\n\n")
    assert found(RULES, "\n\n".join([others[1].rstrip(), first, others[0], ""])) == []


def test_the_statement_that_changed() -> None:
    assert found(RULES, RULES.replace('tag "b"', 'tag "c"')) == ["W503 12"]


def test_what_depends_on_a_definition_that_changed_through_another() -> None:
    assert found(RULES, RULES.replace("> 100", "> 200")) == ["W503 7"]


def test_what_is_found_newly_elsewhere() -> None:
    """The last use of a definition goes: it is said where the definition stands, which nobody touched."""
    assert "W504 2" in found(RULES, RULES.replace(" and late", ""))


def test_a_table_in_a_file_of_its_own() -> None:
    rules = RULES + '\ntable t from "tables/t.csv"\n\nrule "Looks up"\n  on "Order is Imported"\n'
    rules += '  when lookup t(order.email) is "x" and order.checkout_data["q"] is not "y"\n  do add tag "c"\n'
    csv = "email,-> class\na@b.c,x\notherwise,nothing\n"
    assert found(rules, rules, tables__t__csv=(csv, csv)) == []
    changed = {"tables__t.csv": (csv, csv.replace("a@b.c", "d@e.f"))}
    assert found(rules, rules, **changed) == ["W503 19"]


def test_everything_depends_on_ordinance_yaml() -> None:
    assert (
        len(found(RULES, RULES, **{"ordinance.yaml": (USUAL.read_text(), USUAL.read_text() + "# more\n")}))
        == 3
    )


def test_a_new_file() -> None:
    rule = (
        'rule "New"\n  on "Order is Imported"\n  when order.checkout_data["q"] is not "y"\n  do add tag "q"\n'
    )
    assert found(RULES, RULES, **{"more.rules": ("", rule)}) == ["W503 3"]
    assert found(RULES, RULES, **{"more.rules": (rule, "")}) == []


@pytest.mark.parametrize("text", ["", "\x00", '"""', "rule rule rule", "# only\n"])
def test_any_text(text: str) -> None:
    since.differing(text, RULES)
    since.differing(RULES, text)
