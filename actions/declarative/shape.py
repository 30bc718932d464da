"""Shapes: what is sent, as an outline whose texts are templates.

A group is an object, a list is a list, a text is a template, other values stand for themselves;
`{for_each: {item: "{order.items}"}, give: {...}}` is a list with one member for each of another. What is missing, and
what comes out empty, is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator

from actions.declarative.template import Scope, Template, can_be_named, parse_template

DEEPEST = 16

Outline: TypeAlias = Any
"""Template, a plain value, a mapping or tuple of outlines, or an Each."""


@dataclass(frozen=True)
class Loop:
    """One name and the list that it goes through; more names go through lists inside the ones before, once where such an
    inner list is empty."""

    names: tuple[tuple[str, Template], ...]

    def scopes(self, scope: Scope) -> Iterator[Scope]:
        yield from _scopes(self.names, scope, outermost=True)


@dataclass(frozen=True)
class Each:
    loop: Loop
    give: Outline


def _scopes(
    names: tuple[tuple[str, Template], ...], scope: Scope, *, outermost: bool = False
) -> Iterator[Scope]:
    if not names:
        yield scope
        return
    (name, over), *rest = names
    members = over.value(scope)
    if isinstance(members, Mapping):
        members = [members]
    if not isinstance(members, list):
        members = [] if outermost else [None]
    for member in members:
        yield from _scopes(tuple(rest), {**scope, name: member})


def parse_loop(value: object) -> Loop:
    if isinstance(value, Loop):
        return value
    if not isinstance(value, Mapping) or not value:
        raise ValueError('says what goes through which list, as in `{item: "{order.items}"}`')
    names = []
    for name, over in value.items():
        if not isinstance(name, str) or not name.isidentifier() or not isinstance(over, str):
            raise ValueError('says what goes through which list, as in `{item: "{order.items}"}`')
        if not can_be_named(name):
            raise ValueError(f"`{name}` is a word of the language; give the loop another name")
        names.append((name, parse_template(over)))
    return Loop(tuple(names))


def parse_shape(value: object, depth: int = 0) -> Outline:
    """Raises ValueError with a sentence for its author."""
    if depth > DEEPEST:
        raise ValueError(f"is nested more than {DEEPEST} deep")
    if isinstance(value, Mapping):
        if set(value) == {"for_each", "give"}:
            return Each(parse_loop(value["for_each"]), parse_shape(value["give"], depth + 1))
        if "for_each" in value:
            raise ValueError("`for_each` stands beside `give`, and nothing else does")
        return {str(name): parse_shape(each, depth + 1) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(parse_shape(each, depth + 1) for each in value)
    if isinstance(value, str):
        return parse_template(value)
    if value is None or isinstance(value, (bool, int, Decimal)):
        return value
    raise ValueError("is neither a text, a number, a list nor a group")


Shape = Annotated[Outline, BeforeValidator(parse_shape)]
Over = Annotated[Loop, BeforeValidator(parse_loop)]


def filled(outline: Outline, scope: Scope) -> Any:
    """Plain data, with secrets as Secret; None where nothing is left of it."""
    match outline:
        case Template():
            return outline.value(scope)
        case Each(loop=loop, give=give):
            members = [filled(give, inner) for inner in loop.scopes(scope)]
            return [member for member in members if member is not None] or None
        case Mapping():
            entries = {name: filled(each, scope) for name, each in outline.items()}
            return {name: value for name, value in entries.items() if value is not None} or None
        case tuple():
            return [value for each in outline if (value := filled(each, scope)) is not None] or None
        case _:
            return outline


def templates(outline: Outline) -> Iterator[tuple[Template, tuple[Loop, ...]]]:
    """Every template of it, with the loops that it stands in, the outermost first."""
    match outline:
        case Template():
            yield outline, ()
        case Each(loop=loop, give=give):
            yield from ((template, (loop, *inner)) for template, inner in templates(give))
        case Mapping():
            for each in outline.values():
                yield from templates(each)
        case tuple():
            for each in outline:
                yield from templates(each)
