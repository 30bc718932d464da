"""The functions of the language: what each takes and gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dsl import ast, types
from dsl.nearest import choices_help
from dsl.types import Type
from engine import form as f
from engine.check.expressions import number_help, unknown, value
from engine.check.naming import near_parts
from engine.check.scope import Scope, Typed

Takes = Callable[[Type], bool]


def is_scalar(t: Type) -> bool:
    return t.name != "list" and t != types.MAP


def is_textlike(t: Type) -> bool:
    return types.is_text(t)


def has_length(t: Type) -> bool:
    return types.is_text(t) or t.name == "list"


def is_numeric(t: Type) -> bool:
    return types.is_text(t) or types.is_amount(t)


def is_dated(t: Type) -> bool:
    return types.is_text(t) or types.is_when(t)


SIGNATURES: dict[str, tuple[Sequence[Takes], int, Type | None]] = {
    "lower": ([is_textlike], 1, types.TEXT),
    "upper": ([is_textlike], 1, types.TEXT),
    "trim": ([is_textlike], 1, types.TEXT),
    "length": ([has_length], 1, types.NUMBER),
    "number": ([is_numeric], 1, types.NUMBER),
    "text": ([is_scalar], 1, types.TEXT),
    "round": ([types.is_amount, types.is_amount], 1, None),
    "replace": ([is_textlike, is_textlike, is_textlike], 3, types.TEXT),
    "part": ([is_textlike, is_textlike, types.is_amount], 3, types.TEXT),
    "date": ([is_dated], 1, types.DATE),
}
"""What each argument may be, how many are needed, what it gives (None: the type of its first)."""

EXPECTED: Mapping[Takes, str] = {
    is_textlike: "a text",
    has_length: "a text or a list",
    is_numeric: "a text or a number",
    is_scalar: "one value",
    is_dated: "a text or a date",
    types.is_amount: "a number",
}


def call(expr: ast.Call, scope: Scope) -> Typed:
    args = [value(a, scope) for a in expr.args]
    if expr.function == "first_of":
        return first_of(expr, args, scope)
    if expr.function not in SIGNATURES:
        known = [*SIGNATURES, "first_of"]
        scope.error(
            "E205",
            f"unknown function `{expr.function}`",
            expr,
            choices_help("function", expr.function, known),
            near_parts(expr.span, expr.function, known),
        )
        return unknown(expr)
    takes, needed, gives = SIGNATURES[expr.function]
    if not needed <= len(args) <= len(takes):
        wanted = str(needed) if needed == len(takes) else f"{needed} or {len(takes)}"
        scope.error(
            "E304",
            f"`{expr.function}` takes {wanted} values, found {len(args)}",
            expr,
            usage(expr.function, scope),
        )
        return unknown(expr)
    result = gives or args[0].type
    for part, typed, fits in zip(expr.args, args, takes, strict=False):
        if not fits(typed.type):
            result = gives or types.ANY
            hint = number_help(part, typed.type) if fits is types.is_amount else None
            scope.error(
                "E304", f"`{expr.function}` takes {EXPECTED[fits]} here, found {typed.type}", part, hint
            )
    node = f.Call(expr.function, tuple(a.node for a in args), span=expr.span)  # type: ignore[misc]
    return Typed(node, result)


def usage(function: str, scope: Scope) -> str | None:
    spec = scope.schema.functions.get(function)
    return f"it is written `{spec.syntax}`" if spec else None


def first_of(expr: ast.Call, args: list[Typed], scope: Scope) -> Typed:
    if not args:
        scope.error("E304", "`first_of` takes at least one value, found none", expr)
        return unknown(expr)
    found = {a.type for a in args if a.type != types.ANY}
    result = args[0].type
    if len(found) > 1:
        if all(types.is_text(t) for t in found):
            result = types.TEXT
        elif types.NUMBER in found and len(found) == 2 and all(types.is_amount(t) for t in found):
            result = next(t for t in found if t != types.NUMBER)
        else:
            shown = " and ".join(sorted(str(t) for t in found))
            scope.error("E304", f"the values of `first_of` are of one type, found {shown}", expr)
            result = types.ANY
    return Typed(f.Call("first_of", tuple(a.node for a in args), span=expr.span), result)  # type: ignore[misc]
