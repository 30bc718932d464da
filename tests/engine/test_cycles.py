"""The advice on circles: found with the way round, not where a condition bars it, and quick on many rules."""

from __future__ import annotations

from engine.check.advice.cycles import Cause, knots, shortest
from engine.folder import MemoryFolder
from engine.opened import open_ruleset

CONFIG = "language: 1\nfolders: [New, A, B]\nevents: [Ping, Pong]\n"


def circles(rules: str) -> list[str]:
    folder = MemoryFolder({"ordinance.yaml": CONFIG.encode(), "a.rules": rules.encode()})
    return [d.message for d in open_ruleset(folder).checked.findings if d.code == "W507"]


def rule(title: str, on: str, do: str, when: str = "") -> str:
    return f'rule "{title}"\n  on "{on}"\n' + (f"  when {when}\n" if when else "") + f"  do {do}\n"


def test_two_moves_back_and_forth_are_a_circle_with_its_way_round() -> None:
    rules = rule("out", "Folder is Changed", 'move to folder "B"', 'event.to is "A"')
    rules += rule("back", "Folder is Changed", 'move to folder "A"', 'event.to is "B"')
    assert circles(rules) == [
        "these rules can set each other off in a circle: "
        '"out" -> Folder is Changed -> "back" -> Folder is Changed -> "out"'
    ]


def test_a_move_to_another_folder_than_is_asked_for_is_none() -> None:
    rules = rule("out", "Folder is Changed", 'move to folder "B"', 'event.to is "A"')
    assert circles(rules) == []


def test_raised_events_in_a_ring() -> None:
    rules = rule("ping", "Ping", 'raise "Pong"') + rule("pong", "Pong", 'raise "Ping"')
    assert circles(rules) == [
        'these rules can set each other off in a circle: "ping" -> Pong -> "pong" -> Ping -> "ping"'
    ]


def test_a_rule_in_shadow_sets_nothing_off() -> None:
    rules = 'rule "ping"\n  mode shadow\n  on "Ping"\n  do raise "Pong"\n' + rule(
        "pong", "Pong", 'raise "Ping"'
    )
    assert circles(rules) == []


def test_every_rule_on_one_event_that_raises_it_is_one_knot_found_in_linear_steps() -> None:
    titles = [f"rule {n}" for n in range(20_000)]
    graph = {**{t: [Cause("ping")] for t in titles}, Cause("ping"): titles}
    found = knots(graph)
    assert [len(part) for part in found] == [20_001]
    assert shortest("rule 7", graph, set(found[0])) == ["rule 7", Cause("ping"), "rule 7"]
