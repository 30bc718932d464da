"""`order.shipping.country`, `item.variation["Design"]`, `event.message`: from a path to the field it names."""

from __future__ import annotations

import re

from dsl import ast
from dsl.nearest import choices_help
from dsl.schema import FieldRef, FieldSpec
from dsl.types import ANY, OUTSIDE
from engine.check.naming import near_names, near_parts
from engine.check.scope import Scope

ROOTS = ("order", "item", "shipment", "event", "store")
_NUMBERED = re.compile(r"(.+)_([1-9][0-9]?)")


def resolve(path: ast.Path, scope: Scope) -> FieldRef | None:
    """The field, or None after saying what is wrong."""
    if path.nth is not None and not scope.test:
        scope.error("E211", f"`{written(path)}` has a meaning only after `expect`", path)
        return None
    if path.root not in ROOTS:
        scope.error(
            "E201",
            f"unknown field `{written(path)}`, expected `order.`, `item.`, `shipment.`, `event.` or `store.`",
            path,
            choices_help("name", path.root, ROOTS),
            near_parts(path.span, path.root, ROOTS),
        )
        return None
    if path.root in ("item", "shipment") and not getattr(scope, path.root):
        scope.error(
            "E211",
            f"`{written(path)}` has no meaning here, expected an order field",
            path,
            f"write `any {path.root} where ({written(path)} ...)`, or make the rule `for each {path.root}`",
        )
        return None
    if path.root == "event":
        return event_field(path, scope)
    return model_field(path, scope)


def event_field(path: ast.Path, scope: Scope) -> FieldRef | None:
    if len(path.steps) != 1 or not isinstance(path.steps[0], ast.Field):
        scope.error("E208", f"unknown event field `{written(path)}`", path)
        return None
    name = path.steps[0].name
    if scope.events is None:
        return FieldRef("event", (name,), "field", ANY)
    if name not in scope.events:
        known = [f"event.{n}" for n in scope.events]
        scope.error(
            "E208",
            f"`event.{name}` is not a field of every event of this rule",
            path,
            choices_help("event field", f"event.{name}", known)
            or "the events of this rule have no fields of their own",
            near_names(path.span, f"event.{name}", known),
        )
        return None
    return FieldRef("event", (name,), "field", scope.events[name])


def model_field(path: ast.Path, scope: Scope) -> FieldRef | None:
    names = [path.root]
    for step in path.steps:
        if not isinstance(step, ast.Field):
            break
        names.append(step.name)
    for length in range(len(names), 1, -1):
        spec, number = spec_of(".".join(names[:length]), scope)
        if spec is not None:
            return with_rest(path, spec, number, path.steps[length - 1 :], scope)
    unknown(path, scope)
    return None


def spec_of(name: str, scope: Scope) -> tuple[FieldSpec | None, int | None]:
    """A field by its dotted name; `item.print_url_2` is the second of the print field `item.print_url`."""
    spec = scope.schema.fields.get(name)
    if spec is None and (m := _NUMBERED.fullmatch(name)):
        base = scope.schema.fields.get(m[1])
        if base is not None and base.kind == "print":
            return base, int(m[2])
    return spec, None


def with_rest(
    path: ast.Path,
    spec: FieldSpec,
    number: int | None,
    rest: tuple[ast.Field | ast.Key | ast.Index, ...],
    scope: Scope,
) -> FieldRef | None:
    steps = tuple(spec.path.split(".")[1:])
    if spec.kind == "print":
        if len(rest) == 1 and isinstance(rest[0], ast.Index) and number is None:
            number, rest = rest[0].number, ()
        if not rest and (number is None or 1 <= number <= 99):
            name = steps[-1] if number is None else f"{steps[-1]}_{number}"
            return FieldRef(spec.root, (name,), "print", OUTSIDE)
    elif spec.kind == "map":
        if not rest:
            return FieldRef(spec.root, steps, "field", spec.type)
        if len(rest) == 1 and isinstance(rest[0], (ast.Field, ast.Key)):
            return FieldRef(spec.root, (*steps, rest[0].name), "entry", OUTSIDE)
    elif spec.kind == "entry" and not rest:
        return FieldRef(spec.root, steps, "entry", spec.type)
    elif not rest:
        return FieldRef(spec.root, steps, "field", spec.type)
    unknown(path, scope)
    return None


def unknown(path: ast.Path, scope: Scope) -> None:
    name = written(path)
    known = [n for n in scope.schema.fields if n.startswith(f"{path.root}.")]
    fixes = near_names(path.span, name, known)
    scope.error("E201", f"unknown field `{name}`", path, choices_help("field", name, known), fixes)


def written(path: ast.Path) -> str:
    """The path as an author writes it."""
    text = path.root if path.nth is None else f"{path.root} {path.nth}"
    for step in path.steps:
        match step:
            case ast.Field(name):
                text += f".{name}"
            case ast.Key(name):
                text += f'["{name}"]'
            case ast.Index(number):
                text += f"[{number}]"
    return text


def spec_for(ref: FieldRef, scope: Scope) -> FieldSpec | None:
    """The catalogue's entry for a field that was resolved; for an entry of a map, the map's."""
    if ref.how == "print":
        base = _NUMBERED.fullmatch(ref.steps[0])
        names = [f"{ref.root}.{ref.steps[0]}", f"{ref.root}.{base[1]}" if base else ""]
    elif ref.how == "entry":
        names = [ref.path, ".".join((ref.root, *ref.steps[:-1]))]
    else:
        names = [ref.path]
    specs = {spec.path: spec for spec in scope.schema.fields.values()}
    return next((specs[n] for n in names if n in specs), None)
