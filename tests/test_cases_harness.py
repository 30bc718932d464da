"""The harness that reads cases: a case that is misspelt or cannot fail is refused, and a difference is seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cases_harness import BadCase, Happening, differences, read, updated

PATH = Path("cases/x.txt")

PARKED = """\
An order from abroad is parked.

-- rules --
rule "Park"
  on "Order is Imported"
  do move to folder "New"
-- order --
{"id": "1"}
-- event --
Order is Imported
at: 2026-03-01 10:00
with message=TEE-404 is not known
with kind =
answer podos=Invalid SKU

-- fired --
Park

-- effects --
"""

SLIP = """\
-- rules --
rule "A"
  on "Order is Imported"
  when order.contry is "DE" and x   # E201, E202
  do stop # allow W512: seasonal
"""


def refused(text: str) -> str:
    with pytest.raises(BadCase) as refusal:
        read(PATH, text)
    return str(refusal.value)


def test_a_case_is_a_ruleset_an_order_an_event_and_what_follows() -> None:
    case = read(PATH, PARKED)
    assert case.comment == "An order from abroad is parked.\n\n"
    assert case.files["shop.rules"].startswith('rule "Park"')
    assert "language: 1" in case.files["ordinance.yaml"]
    assert case.text("order") == '{"id": "1"}\n'
    assert case.happening == Happening(
        "Order is Imported",
        "2026-03-01 10:00",
        {"message": "TEE-404 is not known", "kind": ""},
        {"podos": "Invalid SKU"},
    )
    assert case.expected == {"fired": "Park\n\n", "effects": ""}


def test_files_of_the_folder_keep_their_names() -> None:
    text = "-- tables/mail.csv --\na,-> b\n-- rules/eu.rules --\nstop  # E101\n-- ordinance.yaml --\nlanguage: 2 # E381\n"
    case = read(PATH, text)
    assert case.files == {
        "ordinance.yaml": "language: 2 # E381\n",
        "tables/mail.csv": "a,-> b\n",
        "rules/eu.rules": "stop  # E101\n",
    }
    assert case.marked == {("rules/eu.rules", 1, "E101"), ("ordinance.yaml", 1, "E381")}


def test_codes_stand_on_their_lines_and_an_allow_is_none() -> None:
    assert read(PATH, SLIP).marked == {("shop.rules", 3, "E201"), ("shop.rules", 3, "E202")}


def test_a_misspelt_section_is_refused_with_the_near_name() -> None:
    assert refused(PARKED.replace("-- fired --", "-- fird --")) == (
        "cases/x.txt:16: unknown section `fird`: a section with a similar name exists: `fired`"
    )
    assert "unknown section `../x.csv`" in refused(PARKED + "-- ../x.csv --\n")


def test_a_section_given_twice_is_refused() -> None:
    assert refused(PARKED + "-- fired --\n") == "cases/x.txt:20: the section `fired` is given twice"


def test_a_case_that_expects_nothing_is_refused() -> None:
    assert refused("-- rules --\nrule\n") == "cases/x.txt:1: nothing is expected: a case that cannot fail"
    assert "no rules" in refused("-- fired --\n")
    assert "no order" in refused("-- rules --\nrule\n-- fired --\nA\n")


def test_findings_are_expected_in_one_place() -> None:
    assert "one of them is enough" in refused(SLIP + "-- diagnostics --\n")


def test_an_event_line_that_means_nothing_is_refused() -> None:
    with pytest.raises(BadCase, match=r"cases/x.txt:15: `whit a=b` is no line of an event"):
        _ = read(
            PATH, PARKED.replace("answer podos=Invalid SKU\n", "answer podos=Invalid SKU\nwhit a=b\n")
        ).happening


def test_what_is_as_expected_has_no_difference() -> None:
    found = {"diagnostics": "shop.rules:1:1: warning[W501]: x\n", "fired": "Park \n", "effects": "\n"}
    assert differences(read(PATH, PARKED), found) == ""
    slip = "shop.rules:3:8: error[E201]: a\nshop.rules:3:33: error[E202]: b\n"
    assert differences(read(PATH, SLIP), {"diagnostics": slip}) == ""


def test_each_difference_is_shown() -> None:
    found = {"diagnostics": "shop.rules:1:1: error[E101]: x\n", "fired": "Park\nFile\n"}
    assert differences(read(PATH, PARKED), found).splitlines() == [
        "unexpected: shop.rules:1:1: error[E101]: x",
        "-- fired --",
        "--- expected",
        "+++ found",
        "@@ -1 +1,2 @@",
        " Park",
        "+File",
        "`effects` could not be worked out",
    ]
    slip = "shop.rules:3:8: error[E201]: a\nshop.rules:4:8: warning[W501]: b\nerror[E181]: c\n"
    assert differences(read(PATH, SLIP), {"diagnostics": slip}).splitlines() == [
        "missing: shop.rules:3: E202",
        "unexpected: shop.rules:4:8: warning[W501]: b",
        "unexpected: error[E181]: c",
    ]


def test_an_update_rewrites_what_was_expected_and_nothing_else() -> None:
    found = {"diagnostics": "", "fired": "File\nSend\n", "effects": "submit to podos\n", "events": "unasked"}
    text = updated(read(PATH, PARKED), found)
    assert text == PARKED.replace("-- fired --\nPark\n", "-- fired --\nFile\nSend\n") + "submit to podos\n"
    assert differences(read(PATH, text), found) == ""
    assert updated(read(PATH, text), found) == text


def test_an_update_leaves_what_is_right_to_the_letter() -> None:
    assert updated(read(PATH, PARKED), {"diagnostics": "", "fired": "Park", "effects": ""}) == PARKED
    assert updated(read(PATH, SLIP), {"diagnostics": "shop.rules:1:1: error[E101]: x\n"}) == SLIP
