"""Which rules are about an event, and which about a folder. Called by `content`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dsl import ast, printer
from dsl.schema import fold
from engine.booklet.occasions import HAPPENS, happens, occasion
from engine.opened import Opened


@dataclass(frozen=True)
class Place:
    """A folder, with the numbers of the rules that put orders into it, that look at it, and settings that move there."""

    name: str
    into: Sequence[int]
    looked: Sequence[int]
    settings: Sequence[str]


def events(rules: Sequence[ast.Rule], opened: Opened) -> list[tuple[str, Sequence[int]]]:
    """In the order of the catalogue, schedules last; each as it is said in the sentences."""
    known = [f"when {said}" for said in HAPPENS.values()]
    known += [f"when {happens(spec, opened.schema)}" for spec in opened.schema.events.values()]
    found: dict[str, list[int]] = {}
    for number, rule in enumerate(rules, 1):
        for event in rule.on:
            found.setdefault(occasion(event, opened.schema).said, []).append(number)
    place = {said: number for number, said in enumerate(dict.fromkeys(known))}
    ordered = sorted(found, key=lambda said: place.get(said, len(place)))
    return [(f"{said[:1].upper()}{said[1:]}", found[said]) for said in ordered]


def folders(rules: Sequence[ast.Rule], opened: Opened) -> list[Place]:
    into: dict[str, list[int]] = {}
    looked: dict[str, list[int]] = {}
    members = {
        one.name: one.members
        for file in opened.ruleset.files
        for one in file.statements
        if isinstance(one, ast.ListOf)
    }
    for number, rule in enumerate(rules, 1):
        for node in ast.walk(rule):
            for found, texts in ((into, put(node)), (looked, asked(node, members))):
                for text in texts:
                    numbers = found.setdefault(fold(text), [])
                    if number not in numbers:
                        numbers.append(number)
    moves = [
        (fold(rule.args.get("folder", "")), rule.title)
        for spec in dict.fromkeys(one.name for one in opened.schema.connections.values())
        for rule in opened.schema.connections[fold(spec)].rules
    ]
    return [
        Place(
            name,
            into.get(fold(name), ()),
            looked.get(fold(name), ()),
            [title for folder, title in moves if folder == fold(name)],
        )
        for name in (one.name for one in opened.ruleset.config.folders)
    ]


def put(node: ast.Node) -> Sequence[str]:
    """The folders that an action puts orders into."""
    if isinstance(node, (ast.MoveToFolder, ast.SplitItems, ast.SplitBy)) and node.folder is not None:
        return [node.folder.value]
    return []


def asked(node: ast.Node, members: Mapping[str, Sequence[ast.Node]]) -> Sequence[str]:
    """The folders that a condition or a schedule names."""
    if isinstance(node, ast.Schedule):
        return [folder.value for folder in node.folders]
    if not (isinstance(node, ast.Comparison) and isinstance(node.left, ast.Path)):
        return []
    if printer.write(node.left) not in ("order.folder", "event.from", "event.to"):
        return []
    args = [
        one
        for arg in node.args
        for one in (members.get(arg.name, ()) if isinstance(arg, ast.Name) else (arg,))
    ]
    return [arg.value for arg in args if isinstance(arg, ast.Text)]
