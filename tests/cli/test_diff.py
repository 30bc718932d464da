"""`ordinance diff`: two versions in git, the orders that come out differently, and the rules that did it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.diff.written import out_of_order
from tests.cli.conftest import Call, Said, Shop
from tests.cli.in_git import WEST, append, commit, kept, replaced

__all__ = ["kept"]


def as_json(said: Said) -> dict[str, Any]:
    found = json.loads(said.out)
    assert found["schema"] == "ordinance.diff/2"
    return found  # type: ignore[no-any-return]


def written(found: dict[str, Any]) -> set[tuple[str, str, str, str]]:
    return {(each["kind"], each["what"], each["name"], each["detail"]) for each in found["written"]}


def test_nothing_changed_is_0(call: Call, kept: Path) -> None:
    said = call("diff", "one")
    assert said.code == 0
    assert "The rules are written alike" in said.out
    assert "all 2 orders come out alike" in said.out


def test_an_order_that_comes_out_differently_is_1_with_what_and_by_which_rule(call: Call, kept: Path) -> None:
    """The order of Oregon is moved and tagged now; podOS takes it as before, so it ends in production as before."""
    append("rules/1-orders.rules", WEST)
    said = call("diff", "one", "--format", "json")
    assert said.code == 1
    found = as_json(said)
    assert written(found) == {("added", "rule", "Look at west coast orders", "rules/1-orders.rules")}
    (order,) = found["orders"]
    assert (order["order"], order["place"]) == ("1002", "samples/podos.json")
    told = {(d["kind"], d["about"]): d for d in order["differences"]}
    tags = told.pop(("field", "tags"))
    assert (tags["before"], tags["after"]) == (None, ["west"])
    assert (tags["by_before"], tags["by_after"]) == (None, "Look at west coast orders")
    assert told[("rule", "Look at west coast orders")]["after"] == 1
    assert (
        told[("event", "Folder is Changed")]["before"],
        told[("event", "Folder is Changed")]["after"],
    ) == (1, 2)
    assert len(told) == 2


def test_another_folder_names_the_rule_on_either_side(call: Call, kept: Path) -> None:
    replaced("ordinance.yaml", "after_import_move_to: In production", "after_import_move_to: Shipped")
    (order,) = as_json(call("diff", "one", "--format", "json"))["orders"]
    folder = next(d for d in order["differences"] if d["about"] == "folder")
    assert (folder["before"], folder["after"]) == ("In production", "Shipped")
    assert folder["by_before"] == 'podOS setting: after import, move to "In production"'
    assert folder["by_after"] == 'podOS setting: after import, move to "Shipped"'


def test_what_would_be_sent_is_compared(call: Call, kept: Path) -> None:
    replaced("ordinance.yaml", "[Standard]", "[Standard, Economy]")
    replaced("ordinance.yaml", "Free Shipping: Standard", "Free Shipping: Economy")
    (order,) = as_json(call("diff", "one", "--format", "json"))["orders"]
    (only,) = order["differences"]
    assert (only["kind"], only["about"]) == ("effect", "submit to podos")
    assert only["before"].startswith("shipping class: Standard")
    assert only["after"].startswith("shipping class: Economy")


def test_a_submission_that_no_longer_happens(call: Call, kept: Path) -> None:
    replaced("rules/2-podos.rules", "submit to podOS\n", 'add tag "x"\n')
    (order,) = as_json(call("diff", "one", "--format", "json"))["orders"]
    effect = next(d for d in order["differences"] if d["kind"] == "effect")
    assert (effect["about"], effect["before"], effect["after"]) == ("submit to podos", "accepted", None)
    assert effect["by_before"] == "Print at podOS"


def test_rules_that_are_written_differently_and_mean_the_same_are_0(call: Call, kept: Path) -> None:
    replaced("rules/1-orders.rules", "# What happens", "# So it goes: what happens")
    assert written(as_json(call("diff", "one", "--format", "json"))) == set()
    replaced("rules/1-orders.rules", '"nothing is printed before it is paid for"', '"money first"')
    replaced(
        "rules/1-orders.rules", 'rule "Mark orders that are in a hurry"', 'rule "Mark orders in a hurry"'
    )
    replaced("rules/2-podos.rules", 'rule "Cancel at podOS what was cancelled here"\n', 'rule "Cancel at podOS what was cancelled here"\n  mode off\n')  # fmt: skip
    said = call("diff", "one", "--format", "json")
    assert said.code == 0
    assert written(as_json(said)) == {
        ("changed", "rule", "Hold orders that are not paid", "because"),
        ("renamed", "rule", "Mark orders in a hurry", 'it was "Mark orders that are in a hurry"'),
        ("mode", "rule", "Cancel at podOS what was cancelled here", "live -> off"),
        ("changed", "test", "an unpaid order waits", ""),
    }


def test_two_versions_and_a_folder(call: Call, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append("rules/1-orders.rules", WEST)
    commit(kept, "two")
    replaced("rules/1-orders.rules", "west", "east")
    monkeypatch.chdir(kept.parent)
    found = as_json(call("diff", "one", "two", "shop", "--format", "json"))
    assert (found["before"], found["after"]) == ("one", "two")
    tags = next(d for d in found["orders"][0]["differences"] if d["about"] == "tags")
    assert tags["after"] == ["west"]
    back = as_json(call("diff", "two", "one", "shop", "--format", "json"))
    assert ("removed", "rule", "Look at west coast orders", "rules/1-orders.rules") in written(back)


def test_a_sample_that_only_the_older_version_has_is_tried_too(call: Call, kept: Path) -> None:
    append("rules/1-orders.rules", WEST)
    text = Path("samples/podos.json").read_text()
    Path("samples/podos.json").unlink()
    Path("rules/2-podos.rules").write_text(Path("rules/2-podos.rules").read_text().split('test "')[0])
    assert [each["order"] for each in as_json(call("diff", "one", "--format", "json"))["orders"]] == ["1002"]
    Path("mine.json").write_text(text.replace('"1002"', '"2002"'))
    named = as_json(call("diff", "one", "--orders", "mine.json", "--format", "json"))
    assert [each["order"] for each in named["orders"]] == ["2002"]


def test_markdown_and_human_say_the_same(call: Call, kept: Path) -> None:
    append("rules/1-orders.rules", WEST)
    for into in ("human", "markdown"):
        said = call("diff", "one", "--format", into)
        assert said.code == 1
        assert "1 of 2 orders comes out differently" in said.out
        assert "tags: + west" in said.out
        assert 'by "Look at west coast orders"; before by no rule' in said.out.replace("\n" + " " * 8, " ")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nope"], "git knows no revision `nope`"),
        (["one", "nope"], "git knows no revision `nope`"),
        (["one", "two", "three"], "two versions are compared, and there are 3"),
        (["--", "--upload-pack=x"], "git knows no revision `--upload-pack=x`"),
    ],
)
def test_what_cannot_be_compared_is_2(words: list[str], sentence: str, call: Call, kept: Path) -> None:
    said = call("diff", *words)
    assert (said.code, said.out) == (2, "")
    assert sentence in said.err
    assert said.err.count("\n") == 1


def test_a_version_with_errors_is_2_and_shows_them(call: Call, kept: Path) -> None:
    append(
        "rules/1-orders.rules", 'rule "W"\n  on "Order is Imported"\n  when order.contry is "DE"\n  do stop\n'
    )
    said = call("diff", "one")
    assert (said.code, said.out) == (2, "")
    assert "E201" in said.err
    commit(kept, "two")
    assert "the rules at `two` have errors" in call("diff", "two", "one").err


def test_a_folder_outside_git_is_2(call: Call, shop: Shop) -> None:
    shop()
    said = call("diff", "main")
    assert said.code == 2
    assert "is not in a git repository" in said.err


def test_git_that_is_not_installed_is_2(call: Call, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(kept / "nothing"))
    said = call("diff", "one")
    assert (said.code, said.err) == (2, "ordinance: git is not installed, and comparing revisions needs it\n")


@pytest.mark.parametrize(
    ("old", "new", "moved"),
    [
        ("abcd", "abcd", ""),
        ("abcd", "bcda", "a"),
        ("abcd", "dabc", "d"),
        ("abcd", "acbd", "c"),
        ("", "", ""),
        ("abcdef", "fabcde", "f"),
    ],
)
def test_the_fewest_rules_are_called_moved(old: str, new: str, moved: str) -> None:
    """Worked by hand; where two neighbours change places, one of the two is named."""
    found = out_of_order(list(old), list(new))
    assert len(found) == len(moved)
    if old != "abcd" or new != "acbd":
        assert found == set(moved)
    else:
        assert found <= {"b", "c"}


def lines_of(said: Said) -> list[str]:
    return [line.strip() for line in said.out.splitlines()]


def test_what_a_rule_saw_stands_below_it(call: Call, kept: Path) -> None:
    """Fires now: what it saw. Fires no longer: what it saw then, and what it would need, or who stopped it."""
    append(
        "rules/1-orders.rules", WEST + WEST.replace("OR", "CA").replace("Look at west", "Look at other west")
    )
    commit(kept, "two")
    replaced("rules/1-orders.rules", '"CA"', '"OR"')
    found = lines_of(call("diff", "two"))
    at = found.index('rule now: "Look at other west coast orders"')
    assert found[at + 1 : at + 3] == [
        'order.shipping.state is "OR" (it is "OR")',
        'before it would have needed order.shipping.state is "CA" (it is "OR")',
    ]
    commit(kept, "three")
    replaced("rules/1-orders.rules", '       add tag "west"\n\nrule', "       stop\n\nrule")
    found = lines_of(call("diff", "three"))
    at = found.index('rule no longer: "Look at other west coast orders"')
    assert found[at + 2].startswith('now: not looked at: rule "Look at west coast orders" stopped')


def test_of_a_tag_the_rule_is_named_that_adds_it_and_not_the_last_that_adds_one(
    call: Call, kept: Path
) -> None:
    """A rule that also sends an e-mail and a note stands before one that tags in both versions."""
    mail = '       send email to order.email subject "s" body "b"\n'
    append("rules/1-orders.rules", WEST.replace('add tag "west"', 'add tag "far"'))
    commit(kept, "two")
    first = WEST.replace("Look at west", "Mail west").replace(
        '       add tag "west"\n', f'{mail}       add tag "new"\n'
    )
    replaced("rules/1-orders.rules", 'rule "Look at west', f'{first.strip()}\n\nrule "Look at west')
    (order,) = as_json(call("diff", "two", "--format", "json"))["orders"]
    tags = next(d for d in order["differences"] if d["about"] == "tags")
    assert (tags["before"], tags["after"]) == (["far"], ["new", "far"])
    assert (tags["by_before"], tags["by_after"]) == (None, "Mail west coast orders")
    mailed = next(d for d in order["differences"] if d["about"].startswith("e-mail"))
    assert (mailed["before"], mailed["after"], mailed["by_after"]) == (None, "done", "Mail west coast orders")


def test_rules_that_were_rewritten_stand_before_what_follows_from_them(call: Call, kept: Path) -> None:
    replaced("rules/2-podos.rules", "submit to podOS\n", 'add tag "x"\n')
    found = lines_of(call("diff", "one"))
    at = found.index("By which rule")
    assert '"Print at podOS"' in found[at + 1]
    assert "podOS setting" in "".join(found[at + 2 :])
