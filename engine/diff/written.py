"""What is different between two versions of a ruleset as they are written: rules, tables, settings.

Called by `ordinance diff`. Spans count for nothing, so a change of comments or blanks is none. What the change means for
orders is `engine.diff.differences`'s.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from dsl import ast
from dsl.schema import StoreSpec, fold
from engine.connections import Connection
from engine.folder import FILE
from engine.opened import Opened

Kind = Literal["added", "removed", "renamed", "changed", "moved", "mode"]


@dataclass(frozen=True)
class Change:
    """what: `rule`, `table`, `list`, `definition`, `test`, or the file that is meant. detail: what about it."""

    kind: Kind
    what: str
    name: str
    detail: str = ""


PARTS: Mapping[str, tuple[str, ...]] = {
    "on": ("on",),
    "when": ("when",),
    "for each": ("for_each", "where"),
    "do": ("do",),
    "because": ("because",),
    "owner": ("owner",),
}
"""A rule's clauses, by the attributes of the tree that they are."""


def written_changes(before: Opened, after: Opened) -> list[Change]:
    return [*rule_changes(before, after), *named_changes(before, after), *other_changes(before, after)]


# -- rules ------------------------------------------------------------------------------------------------------


def rule_changes(before: Opened, after: Opened) -> Iterator[Change]:
    """In the order of the newer version; those that went come last."""
    old, new = rules(before), rules(after)
    names = renamed(old, new)
    was = {names.get(title, title): entry for title, entry in old.items()}
    moved = out_of_order([title for title in was if title in new], [title for title in new if title in was])
    titles = list(new)
    for position, (title, (path, rule)) in enumerate(new.items()):
        if title not in was:
            yield Change("added", "rule", rule.title, path)
            continue
        old_path, older = was[title]
        if older.title != rule.title:
            yield Change("renamed", "rule", rule.title, f'it was "{older.title}"')
        if parts := changed_parts(older, rule):
            yield Change("changed", "rule", rule.title, parts)
        if older.mode != rule.mode:
            yield Change("mode", "rule", rule.title, f"{older.mode} -> {rule.mode}")
        if title in moved:
            above = new[titles[position - 1]][1].title if position else None
            yield Change("moved", "rule", rule.title, f'now below "{above}"' if above else "now the first")
        elif old_path != path:
            yield Change("moved", "rule", rule.title, f"from {old_path} to {path}")
    for title, (path, rule) in was.items():
        if title not in new:
            yield Change("removed", "rule", rule.title, path)


def renamed(
    old: Mapping[str, tuple[str, ast.Rule]], new: Mapping[str, tuple[str, ast.Rule]]
) -> dict[str, str]:
    """The new title of each rule that went while one that is the same but for its title came."""
    came = [title for title in new if title not in old]
    found: dict[str, str] = {}
    for title, (_, rule) in old.items():
        if title in new:
            continue
        same = next((each for each in came if replace(new[each][1], title=rule.title) == rule), None)
        if same is not None:
            came.remove(same)
            found[title] = same
    return found


def rules(opened: Opened) -> dict[str, tuple[str, ast.Rule]]:
    """By folded title, in the order in which they run: the file, and the rule."""
    return {
        fold(statement.title): (file.path, statement)
        for file in opened.ruleset.files
        for statement in file.statements
        if isinstance(statement, ast.Rule)
    }


def changed_parts(was: ast.Rule, rule: ast.Rule) -> str:
    found = (name for name, parts in PARTS.items() if any(getattr(was, p) != getattr(rule, p) for p in parts))
    return ", ".join(found)


def out_of_order(old: list[str], new: list[str]) -> set[str]:
    """The fewest titles that have to be taken out for the rest to stand in the old order."""
    place = {title: position for position, title in enumerate(old)}
    ends: list[int] = []  # ends[n]: the smallest place that ends a run of n + 1 titles in order
    lengths: list[int] = []
    for title in new:
        at = bisect_left(ends, place[title])
        ends[at : at + 1] = [place[title]]
        lengths.append(at + 1)
    wanted, stay = len(ends), set()
    for title, length in zip(reversed(new), reversed(lengths), strict=True):
        if length == wanted:
            stay.add(title)
            wanted -= 1
    return set(new) - stay


# -- what rules name --------------------------------------------------------------------------------------------

_NOUNS = {ast.Table: "table", ast.ListOf: "list", ast.Define: "definition", ast.Test: "test"}


def named_changes(before: Opened, after: Opened) -> Iterator[Change]:
    old, new = named(before), named(after)
    for key, (name, statement) in new.items():
        if key not in old:
            yield Change("added", key[0], name)
        elif old[key][1] != statement:
            yield Change("changed", key[0], name)
    for key, (name, _) in old.items():
        if key not in new:
            yield Change("removed", key[0], name)


def named(opened: Opened) -> dict[tuple[str, str], tuple[str, Any]]:
    """Tables, lists, definitions and tests. A table that stands in a CSV file is what the file says."""
    found: dict[tuple[str, str], tuple[str, Any]] = {}
    for file in opened.ruleset.files:
        for statement in file.statements:
            if isinstance(statement, ast.Rule):
                continue
            name = statement.title if isinstance(statement, ast.Test) else statement.name
            body: Any = (statement, opened.ruleset.tables.get(name))
            found[_NOUNS[type(statement)], fold(name)] = (name, body)
    return found


# -- the other files --------------------------------------------------------------------------------------------


def other_changes(before: Opened, after: Opened) -> Iterator[Change]:
    old, new = settings(before), settings(after)
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) != new.get(name):
            kind: Kind = "added" if name not in old else "removed" if name not in new else "changed"
            yield Change(kind, FILE, name, setting_detail(old.get(name), new.get(name)))
    for path, was, now in (
        ("inventory.csv", before.ruleset.inventory, after.ruleset.inventory),
        ("e-mail texts", before.ruleset.emails, after.ruleset.emails),
        ("variant catalogues", before.catalogues, after.catalogues),
    ):
        if was != now:
            yield Change("changed", path, ", ".join(differing(was, now)[:5]))


def settings(opened: Opened) -> dict[str, Any]:
    config = opened.ruleset.config
    plain = {
        "store": config.store,
        "folders": config.folders,
        "events": config.events,
        "buttons": config.buttons,
    }
    plain |= {"rules": config.rules, "chain_limit": config.chain_limit}
    return plain | {f"connection {each.name}": each for each in config.connections}


def setting_detail(was: Any, now: Any) -> str:
    """Which names of a list came and went, or which settings of a group differ."""
    if isinstance(was, tuple) and isinstance(now, tuple):
        old, new = [each.name for each in was], [each.name for each in now]
        found = [f"+ {name}" for name in new if name not in old] + [
            f"- {name}" for name in old if name not in new
        ]
        return ", ".join(found) or "in another order, or with other ids"
    if isinstance(was, Connection) and isinstance(now, Connection):
        own = [name for name in ("uses", "label") if getattr(was, name) != getattr(now, name)]
        return ", ".join([*own, *differing(was.settings, now.settings)])
    if not isinstance(was, StoreSpec) or not isinstance(now, StoreSpec):
        return ""
    return ", ".join(each.name for each in fields(was) if getattr(was, each.name) != getattr(now, each.name))


def differing(was: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    return [name for name in dict.fromkeys([*was, *now]) if was.get(name) != now.get(name)]
