"""Safe fixes applied until none is left: what becomes of a file, and what is never touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import fixing
from engine.check.unquoted import unquoted
from engine.folder import MemoryFolder
from engine.opened import open_ruleset

ROOT = Path(__file__).parents[2]
YAML = """\
language: 1
store: {name: Fixed, currency: USD, weight_unit: lb, timezone: America/New_York}
folders: [New, SKU problems, Printer 1, Hold]
connections: {podos: {project: a, token: "${PODOS_TOKEN}"}}
events: [Checked]
buttons: [Approve artwork]
"""
HEAD = 'rule "Fixed"\n  on      "Order is Imported"\n'


def folder(rules: str, **more: str) -> MemoryFolder:
    files = {"ordinance.yaml": YAML, "shop.rules": rules, "samples/a.json": "{}", **more}
    return MemoryFolder({path: text.encode() for path, text in files.items()})


def mended(rules: str) -> str:
    return fixing.mend(folder(rules), None).texts.get("shop.rules", rules)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("when order.contry is missing", None),
        ("when order.shipping.contry is missing", "when order.shipping.country is missing"),
        ("when oder.email is missing", "when order.email is missing"),
        ("when ordr.email is missing", "when order.email is missing"),
        ('when order.total > "$50"', "when order.total > $50"),
        ('when order.total > " 50 USD "', "when order.total > 50 USD"),
        ('when order.weight_total < "2 lb"', "when order.weight_total < 2 lb"),
        ('when order.total > "about 50"', None),
        ('when order.total > "1,000"', None),
        ('when order.metadata["x"] > "50"', 'when order.metadata["x"] > 50'),
        ("when order.email is 12", 'when order.email is "12"'),
        ('when order.date_added is older than "3 days"', "when order.date_added is older than 3 days"),
        ('when order.date_added is after "2026-01-31"', "when order.date_added is after 2026-01-31"),
        ('when order.folder is "New" when order.email is missing', None),
        ("when lenght(order.email) > 3", "when length(order.email) > 3"),
        ('when order.a == "x" and order.b is 1 or order.email is missing', None),
    ],
)
def test_in_a_condition(wrong: str, right: str | None) -> None:
    rules = f"{HEAD}  {wrong}\n  do      stop\n"
    if right is None:
        after = mended(rules)
        assert after == rules or "==" in rules  # what is safe in it is still done
    else:
        assert mended(rules) == rules.replace(wrong, right)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ('move to folder "SKU problem"', 'move to folder "SKU problems"'),
        ('move to folder "Printer 2"', None),
        ('move to folder "Sold"', None),
        ("submit to podoss", "submit to podOS"),
        ("submit to pov", None),
        ('raise "Chekced"', 'raise "Checked"'),
        ('move to folder "{order.folder}"', None),
    ],
)
def test_in_an_action(wrong: str, right: str | None) -> None:
    rules = f"{HEAD}  do      {wrong}\n"
    assert mended(rules) == (rules if right is None else rules.replace(wrong, right))


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ('"Order is Imporetd"', '"Order is Imported"'),
        ('button "Approve artwrok"', 'button "Approve artwork"'),
        ("podos.shceduled", "podos.scheduled"),
        ('"order.imported"', "order.imported"),
    ],
)
def test_of_an_event(wrong: str, right: str) -> None:
    rules = f'rule "Fixed"\n  on      {wrong}\n  do      stop\n'
    assert mended(rules) == rules.replace(wrong, right)


def test_in_a_test_and_its_tables() -> None:
    rules = """\
table mail_class (country) -> class, days
  | "US" -> "Ground", 5
  otherwise nothing
rule "Looks up"
  on "Order is Imported"
  when lookup mail_clas(order.shipping.country).dayss > 3
  do stop
test "looks up"
  given order "sampels/a.json"
  given podOS rejects because of "Invlaid SKU" with message "x"
  when "Order is Imported" happens
  expect rule "Looks upp" did not fire
"""
    after = mended(rules)
    assert "lookup mail_class(order.shipping.country).days > 3" in after
    assert 'given order "samples/a.json"' in after
    assert 'because of "Invalid SKU"' in after
    assert '"Looks upp"' in after  # of three letters one is too many to be sure


def test_what_nothing_uses_is_taken_away_with_its_lines() -> None:
    rules = (
        "# The shop.\n\ndefine nobody =\n  order.email is present\n  and order.total > $5  # not needed\n\n\n"
        f'list EU = "DE"\n{HEAD}  when    order.shipping.country is one of EU\n  do      stop\n'
    )
    done = fixing.mend(folder(rules), None)
    assert done.texts["shop.rules"] == "# The shop.\n\n" + rules[rules.index("list EU") :]
    assert [one.finding.code for one in done.fixed] == ["W504"]
    assert done.left == ()


def test_one_fix_uncovers_the_next() -> None:
    rules = "define a = b\ndefine b = order.total > $5\n"
    assert mended(rules) == ""


def test_an_allow_that_silences_nothing_is_taken_away() -> None:
    rules = (
        f"{HEAD}  # allow W503: once\n  when    order.email is present  # allow W501: also\n  do      stop\n"
    )
    assert mended(rules) == f"{HEAD}  when    order.email is present\n  do      stop\n"


def test_a_table_from_a_file_is_left() -> None:
    files = {
        "ordinance.yaml": YAML,
        "shop.rules": 'table t from "tables/t.csv"\n',
        "tables/t.csv": "a,-> b\nx,y\notherwise,z\n",
    }
    done = fixing.mend(MemoryFolder({path: text.encode() for path, text in files.items()}), None)
    assert (done.texts, [each.code for each in done.left]) == ({}, ["W504"])


def test_crlf_stays() -> None:
    rules = f'{HEAD}  do      move to folder "SKU problem"\n'.replace("\n", "\r\n")
    assert mended(rules) == rules.replace("problem", "problems")


def test_a_fix_that_would_bring_errors_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a fix says: here one that is wrong stands among good ones."""
    rules = f'{HEAD}  when    order.total > "$50" and order.weight_total > "2 lb"\n  do      stop\n'
    real = unquoted

    def bad(node, wanted):  # type: ignore[no-untyped-def]
        from dsl.diagnostics import Fix

        return (Fix.write(node.span, ') "'),) if "lb" in node.value else real(node, wanted)

    monkeypatch.setattr("engine.check.comparisons.unquoted", bad)
    done = fixing.mend(folder(rules), None)
    assert done.texts["shop.rules"] == rules.replace('"$50"', "$50")
    assert [one.fix.title for one in done.refused] == ['write `) "`']
    assert [each.code for each in done.left] == ["E301"]


@pytest.mark.parametrize("path", sorted(ROOT.glob("rulesets/*/rules/*.rules")), ids=lambda p: p.stem)
def test_capitals_and_curly_quotes_in_a_shipped_file_come_right_again(path: Path) -> None:
    root = path.parents[1]
    files = {
        each.relative_to(root).as_posix(): each.read_bytes() for each in root.rglob("*") if each.is_file()
    }
    name = path.relative_to(root).as_posix()
    text = files[name].decode()
    files[name] = text.replace(" and ", " AND ").replace(" is present", " is not empty").encode()
    done = fixing.mend(MemoryFolder(files), None)
    assert (
        open_ruleset(MemoryFolder(files | {p: t.encode() for p, t in done.texts.items()})).checked.errors
        == []
    )
