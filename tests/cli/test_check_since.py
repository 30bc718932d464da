"""`ordinance check --since REF`: the findings that a change in git is to be asked about."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Call
from tests.cli.in_git import append, commit, kept

__all__ = ["kept"]

RULE = '\nrule "{0}"\n  on "Order is Imported"\n  when order.metadata["{0}"] is not "y"\n  do add tag "{0}"\n'


def test_only_what_changed_is_told_and_what_is_not_is_counted(call: Call, kept: Path) -> None:
    append("rules/1-orders.rules", RULE.format("old"))
    commit(kept, "two")
    append("rules/1-orders.rules", RULE.format("new"))
    all_of_it, since_two, since_one = (
        call("check", *words) for words in ((), ("--since", "two"), ("--since", "one"))
    )
    assert all_of_it.out.count("W503") == since_one.out.count("W503") == 2
    assert since_two.out.count("W503") == 1
    assert '`order.metadata["new"]`' in since_two.out
    assert "1 finding elsewhere not shown: ordinance check" in since_two.err
    assert call("check", "--since", "two", "--strict").code == 1


def test_a_revision_that_git_does_not_know_is_2(call: Call, kept: Path) -> None:
    said = call("check", "--since", "nope")
    assert (said.code, said.err) == (2, "ordinance: git knows no revision `nope`\n")
    assert call("check", "--since", "one", "--fix").code == 2
