"""Templates of an adapter's description: `{order.email}`, `"Bearer {connection.token}"`, `{item.price * item.quantity}`.

The language's own text with parts, read by its own parser and worked out over plain data: fields, arithmetic, a few
functions, nothing that acts. A missing part makes the whole missing, and a template of one part alone keeps that part's
own type. Whatever holds a secret is a secret.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator

from actions.secret import Secret
from dsl import ast
from dsl.letters import parse_letter
from dsl.nearest import listed
from dsl.source import Source
from dsl.values import arithmetic, fold, plain, present, read_number, round_half_up

Scope: TypeAlias = Mapping[str, Any]
"""What paths begin with: `order`, `item`, `saved`, ...; maps, lists and plain values below."""


@dataclass(frozen=True)
class Template:
    """`text` as it is written. Equal where the text is."""

    text: str
    body: ast.Text | ast.Template = field(compare=False, repr=False)

    @property
    def parts(self) -> tuple[ast.Text | ast.Expr, ...]:
        return (self.body,) if isinstance(self.body, ast.Text) else self.body.parts

    def value(self, scope: Scope) -> Any:
        """None where it is missing."""
        if isinstance(self.body, ast.Text):
            return self.body.value
        return _whole(self.body, scope)

    def words(self, scope: Scope) -> str:
        """As text; blank where it is missing, a list or a map, or a secret."""
        value = self.value(scope)
        return "" if isinstance(value, (Mapping, list, Secret)) else (plain(value) or "").strip()

    def paths(self) -> Iterator[ast.Path]:
        for part in self.parts:
            yield from _paths(part)


class Slip(ValueError):
    """A template that cannot be read. `text` is the template, so that its place can be found."""

    def __init__(self, message: str, text: str) -> None:
        super().__init__(message)
        self.text = text


def parse_template(text: str) -> Template:
    """Raises Slip with a sentence for its author."""
    body, found = parse_letter(Source("", text), expressions=True)
    if found:
        more = f"; {found[0].help}" if found[0].help else ""
        raise Slip(f"{found[0].message}{more}".replace("this define", "this text"), text)
    assert isinstance(body, (ast.Text, ast.Template)), "a letter is text"
    template = Template(text, body)
    try:
        for part in template.parts:
            _check(part)
    except ValueError as wrong:
        raise Slip(str(wrong), text) from None
    return template


def can_be_named(name: str) -> bool:
    """Whether templates can say it: not `one`, which is a word of the language."""
    try:
        return [path.root for path in parse_template(f"{{{name}.x}}").paths()] == [name]
    except Slip:
        return False


def _template(value: object) -> Template:
    if isinstance(value, Template):
        return value
    if not isinstance(value, str):
        raise ValueError("is text, such as `{order.email}`")
    return parse_template(value)


Text = Annotated[Template, BeforeValidator(_template)]


def _check(node: ast.Text | ast.Expr) -> None:
    match node:
        case ast.Text() | ast.Number() | ast.Name() | ast.Path(nth=None):
            return
        case ast.Template(parts=parts) | ast.Call(args=parts):
            if isinstance(node, ast.Call) and node.function not in FUNCTIONS:
                raise ValueError(
                    f"there is no function `{node.function}` here; there are {listed(FUNCTIONS)}"
                )
            if isinstance(node, ast.Call) and not _counts(node):
                raise ValueError(f"`{node.function}` takes {ARGUMENTS[node.function]}, not {len(parts)}")
            for part in parts:
                _check(part)
        case ast.Arithmetic():
            _check(node.left)
            _check(node.right)
        case ast.Minus():
            _check(node.operand)
        case _:
            raise ValueError("between braces stand fields, numbers, sums and functions only")


def _paths(node: ast.Text | ast.Expr) -> Iterator[ast.Path]:
    match node:
        case ast.Path():
            yield node
        case ast.Name():
            yield ast.Path(node.name, ())
        case ast.Template(parts=parts) | ast.Call(args=parts):
            for part in parts:
                yield from _paths(part)
        case ast.Arithmetic():
            yield from _paths(node.left)
            yield from _paths(node.right)
        case ast.Minus():
            yield from _paths(node.operand)


def _whole(template: ast.Template, scope: Scope) -> Any:
    values = [evaluate(part, scope) for part in template.parts]
    if len(values) == 1:
        return values[0]
    if any(value is None or isinstance(value, (Mapping, list)) for value in values):
        return None
    joined = "".join(v.reveal() if isinstance(v, Secret) else plain(v) or "" for v in values)
    return Secret(joined) if any(isinstance(value, Secret) for value in values) else joined


def evaluate(node: ast.Text | ast.Expr, scope: Scope) -> Any:
    """None is missing."""
    match node:
        case ast.Text(value=text):
            return text
        case ast.Template():
            return _whole(node, scope)
        case ast.Number(value=number):
            return number
        case ast.Path():
            return look_up(node, scope)
        case ast.Name():  # an answer that is a list itself
            return present(scope.get(node.name))
        case ast.Arithmetic():
            left, right = _number(evaluate(node.left, scope)), _number(evaluate(node.right, scope))
            return None if left is None or right is None else arithmetic(node.op, left, right)
        case ast.Minus():
            operand = _number(evaluate(node.operand, scope))
            return None if operand is None else -operand
        case ast.Call():
            return FUNCTIONS[node.function](*(evaluate(each, scope) for each in node.args))
        case _:
            raise AssertionError("parse_template lets nothing else through")


def look_up(path: ast.Path, scope: Scope) -> Any:
    """A map's entry by its exact key, else without regard to case. `[2]` is the second of a list; of `print_url` it is
    the field `print_url_2`, as in rules."""
    at: Any = scope.get(path.root)
    before: Any = None
    name = path.root
    for step in path.steps:
        if isinstance(step, ast.Index) and not isinstance(at, list):
            at = _entry(before, f"{name}_{step.number}")
        elif isinstance(step, ast.Index):
            at = at[step.number - 1] if 0 < step.number <= len(at) else None
        else:
            before, name = at, step.name
            at = _entry(at, step.name)
    return None if isinstance(at, Secret) and not at else present(at)


def _entry(of: Any, name: str) -> Any:
    if not isinstance(of, Mapping):
        return None
    if name in of:
        return of[name]
    wanted = fold(name)
    return next((value for key, value in of.items() if fold(key) == wanted), None)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, Decimal)):
        return Decimal(value)
    return read_number(value) if isinstance(value, str) else None


def _words(change: Callable[[str], str]) -> Callable[[Any], str | None]:
    def worked_out(value: Any) -> str | None:
        return change(value) if isinstance(value, str) else None

    return worked_out


def _text(value: Any) -> Any:
    return None if isinstance(value, (Mapping, list, Secret)) else plain(value)


def _round(amount: Any, places: Any = 0) -> Decimal | None:
    number, digits = _number(amount), _number(places)
    return None if number is None or digits is None else round_half_up(number, int(digits))


def _first_of(*values: Any) -> Any:
    return next((value for value in values if present(value) is not None), None)


def _part(value: Any, separator: Any, which: Any) -> str | None:
    number = _number(which)
    if not isinstance(value, str) or not isinstance(separator, str) or not separator or number is None:
        return None
    pieces: Sequence[str] = value.split(separator)
    place = int(number)
    if place == 0 or abs(place) > len(pieces):
        return None
    return pieces[place - 1 if place > 0 else place].strip() or None


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "lower": _words(str.lower),
    "upper": _words(str.upper),
    "trim": _words(str.strip),
    "text": _text,
    "number": _number,
    "round": _round,
    "part": _part,
    "first_of": _first_of,
}
"""Of the language's functions those that an adapter needs; each means what it means in a rule."""

ARGUMENTS = {**dict.fromkeys(FUNCTIONS, "one value"), "round": "an amount and places", "part": "three values"}
_MOST = {"round": (1, 2), "part": (3, 3), "first_of": (1, 64)}


def _counts(call: ast.Call) -> bool:
    least, most = _MOST.get(call.function, (1, 1))
    return least <= len(call.args) <= most
